//! Names outside the program: the std prelude, primitives, and paths that re-exports lengthen.

use ifc_catalog::prelude;

use crate::symbol::Symbol;

/// The path of a name that is in scope everywhere.
pub fn std_prelude(name: &str) -> Option<&'static str> {
    STD_PRELUDE
        .binary_search_by_key(&name, |(name, _)| name)
        .ok()
        .map(|at| STD_PRELUDE[at].1)
}

/// Whether a name is that of a primitive type.
pub fn is_primitive(name: &str) -> bool {
    PRIMITIVES.binary_search(&name).is_ok()
}

/// Joins a foreign path and what follows it, under the name its own crate gives it.
pub(super) fn join(base: Symbol, rest: &[Symbol]) -> Symbol {
    if rest.is_empty() && !base.as_str().starts_with("ifc_runtime::") {
        return base;
    }
    let mut path = base.as_str().to_owned();
    for segment in rest {
        path.push_str("::");
        path.push_str(segment.as_str());
    }
    canonical(&path)
}

/// The path that is written for a foreign item by convention.
fn canonical(path: &str) -> Symbol {
    let (krate, rest) = path.split_once("::").unwrap_or((path, ""));
    match krate {
        "core" | "alloc" => Symbol::new(&format!("std::{rest}")),
        "ifc_runtime" => match rest.strip_prefix("prelude::") {
            Some(name) => {
                let (head, tail) = name.split_once("::").unwrap_or((name, ""));
                match (prelude::canonical(head), tail) {
                    (Some(path), "") => Symbol::new(path),
                    (Some(path), tail) => Symbol::new(&format!("{path}::{tail}")),
                    (None, _) => Symbol::new(&format!("ifc_runtime::{name}")),
                }
            }
            None => Symbol::new(path),
        },
        _ => Symbol::new(path),
    }
}

/// What is known of the names that a glob import of a foreign path brings in.
pub(super) enum ForeignGlob {
    /// It brings in this.
    Found(Symbol),
    /// It does not bring it in.
    Missing,
    /// Its names are not known.
    Unknown,
}

/// A name through a glob import of a foreign path.
pub(super) fn through_glob(base: Symbol, name: Symbol) -> ForeignGlob {
    match base.as_str() {
        "ifc_runtime::prelude" => match prelude::canonical(name.as_str()) {
            Some(path) => ForeignGlob::Found(Symbol::new(path)),
            None => ForeignGlob::Missing,
        },
        "std::prelude::v1" | "std::prelude::rust_2021" | "std::prelude::rust_2024" => {
            match std_prelude(name.as_str()) {
                Some(path) => ForeignGlob::Found(Symbol::new(path)),
                None => ForeignGlob::Missing,
            }
        }
        _ => ForeignGlob::Unknown,
    }
}

const PRIMITIVES: &[&str] = &[
    "bool", "char", "f32", "f64", "i128", "i16", "i32", "i64", "i8", "isize", "str", "u128", "u16",
    "u32", "u64", "u8", "usize",
];

const STD_PRELUDE: &[(&str, &str)] = &[
    ("AsMut", "std::convert::AsMut"),
    ("AsRef", "std::convert::AsRef"),
    ("AsyncFn", "std::ops::AsyncFn"),
    ("AsyncFnMut", "std::ops::AsyncFnMut"),
    ("AsyncFnOnce", "std::ops::AsyncFnOnce"),
    ("Box", "std::boxed::Box"),
    ("Clone", "std::clone::Clone"),
    ("Copy", "std::marker::Copy"),
    ("Default", "std::default::Default"),
    ("DoubleEndedIterator", "std::iter::DoubleEndedIterator"),
    ("Drop", "std::ops::Drop"),
    ("Eq", "std::cmp::Eq"),
    ("Err", "std::result::Result::Err"),
    ("ExactSizeIterator", "std::iter::ExactSizeIterator"),
    ("Extend", "std::iter::Extend"),
    ("Fn", "std::ops::Fn"),
    ("FnMut", "std::ops::FnMut"),
    ("FnOnce", "std::ops::FnOnce"),
    ("From", "std::convert::From"),
    ("FromIterator", "std::iter::FromIterator"),
    ("Future", "std::future::Future"),
    ("Into", "std::convert::Into"),
    ("IntoFuture", "std::future::IntoFuture"),
    ("IntoIterator", "std::iter::IntoIterator"),
    ("Iterator", "std::iter::Iterator"),
    ("None", "std::option::Option::None"),
    ("Ok", "std::result::Result::Ok"),
    ("Option", "std::option::Option"),
    ("Ord", "std::cmp::Ord"),
    ("PartialEq", "std::cmp::PartialEq"),
    ("PartialOrd", "std::cmp::PartialOrd"),
    ("Result", "std::result::Result"),
    ("Send", "std::marker::Send"),
    ("Sized", "std::marker::Sized"),
    ("Some", "std::option::Option::Some"),
    ("String", "std::string::String"),
    ("Sync", "std::marker::Sync"),
    ("ToOwned", "std::borrow::ToOwned"),
    ("ToString", "std::string::ToString"),
    ("TryFrom", "std::convert::TryFrom"),
    ("TryInto", "std::convert::TryInto"),
    ("Unpin", "std::marker::Unpin"),
    ("Vec", "std::vec::Vec"),
    ("align_of", "std::mem::align_of"),
    ("drop", "std::mem::drop"),
    ("size_of", "std::mem::size_of"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_in_order() {
        assert!(STD_PRELUDE.is_sorted_by_key(|(name, _)| name));
        assert!(PRIMITIVES.is_sorted());
    }

    #[test]
    fn re_exports_have_one_name() {
        let join = |base, rest: &[&str]| {
            let rest: Vec<Symbol> = rest.iter().map(|text| Symbol::new(text)).collect();
            join(Symbol::new(base), &rest).as_str()
        };
        assert_eq!(join("core", &["option", "Option"]), "std::option::Option");
        assert_eq!(
            join("ifc_runtime", &["prelude", "Table", "new"]),
            "ifc_runtime::Table::new"
        );
        assert_eq!(
            join("ifc_runtime::prelude::Serialize", &[]),
            "serde::Serialize"
        );
        assert_eq!(join("tokio", &["spawn"]), "tokio::spawn");
    }
}
