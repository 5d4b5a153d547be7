//! Attributes of other crates that make the program's `main` of a function with another name. One list
//! to extend.

use crate::hir::{Crate, CrateId, FnId, Program, RegisteredCode};
use crate::symbol::Symbol;

/// By crate and attribute.
const ATTRIBUTES: &[(&str, &str)] = &[
    ("cortex_m_rt", "entry"),
    ("embassy_executor", "main"),
    ("esp_hal", "entry"),
    ("esp_hal", "main"),
    ("riscv_rt", "entry"),
    ("rocket", "launch"),
    ("shuttle_runtime", "main"),
    ("shuttle_service", "main"),
    ("uefi", "entry"),
    ("xtensa_lx_rt", "entry"),
];

/// The function of a binary of which such an attribute makes `main`.
pub(super) fn made_by_attribute(program: &Program, krate: CrateId) -> Option<FnId> {
    let of = &program.crates[krate.index()];
    candidates(program, krate)
        .find(|(_, by)| makes_main(of, *by))
        .map(|(function, _)| function)
}

/// Functions of a binary's root under an attribute that may make `main` of them, with it.
pub(super) fn candidates(
    program: &Program,
    krate: CrateId,
) -> impl Iterator<Item = (FnId, Symbol)> {
    let root = program.crates[krate.index()].root;
    program
        .registered
        .iter()
        .filter_map(move |one| match one.code {
            RegisteredCode::Function(id) => {
                let function = &program.functions[id.index()];
                (function.module == root).then_some((id, one.by))
            }
            RegisteredCode::Impl(_) | RegisteredCode::Global(_) => None,
        })
}

/// `#[rocket::launch]`, under whatever name the crate goes here, or `#[launch]` where a crate that
/// has such a one is a dependency.
fn makes_main(krate: &Crate, by: Symbol) -> bool {
    let path = by.as_str().trim_start_matches("#[").trim_end_matches(']');
    let (from, name) = match path.rsplit_once("::") {
        Some((from, name)) => (from.split("::").next(), name),
        None => (None, path),
    };
    let mut foreign = krate.foreign.iter();
    foreign.any(|(alias, package)| {
        from.is_none_or(|from| from == alias.as_str())
            && ATTRIBUTES.contains(&(package.as_str(), name))
    })
}
