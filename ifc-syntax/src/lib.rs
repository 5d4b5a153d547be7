//! The attribute language: `#[on]`, `#[resource]`, `#[function]`, `#[grant]`, `#[allow_infra]`,
//! `#[derive(Item)]` and `#[derive(Event)]`, from syn's trees to plain data with places. The macros
//! and the compiler both read attributes here, so that they never disagree.
//!
//! Every function takes a list of errors and goes on after a mistake, so that all mistakes are
//! reported at once.

pub mod allow;
pub mod args;
pub mod errors;
pub mod event;
pub mod function;
pub mod grant;
pub mod handler;
pub mod handover;
pub mod item;
pub mod on;
pub mod resource;
pub mod serde_names;
pub mod short;
pub mod signature;

pub use args::Opt;
pub use errors::{Errors, SyntaxError, Text};

/// Whether an attribute is one of ours: `#[on]`, `#[ifc_runtime::on]`.
pub fn is(attr: &syn::Attribute, name: &str) -> bool {
    let segments = &attr.path().segments;
    let home = segments
        .first()
        .is_some_and(|first| first.ident == "ifc_runtime" || first.ident == "ifc_macros");
    (segments.len() == 1 || (segments.len() == 2 && home))
        && segments.last().is_some_and(|last| last.ident == name)
}

/// All of them but the derives.
pub const ATTRIBUTES: [&str; 5] = ["on", "resource", "function", "grant", "allow_infra"];

/// Names of the attributes that `#[on]` consumes on a function.
pub const FUNCTION_ATTRIBUTES: [&str; 4] = ["on", "function", "grant", "allow_infra"];
