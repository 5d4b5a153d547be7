//! `cfg` predicates, evaluated for the program as it runs on Lambda.

use std::collections::BTreeSet;

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use syn::{Attribute, Meta};

/// What holds: features of the package, Linux, release profile, no tests.
#[derive(Clone, Copy, Debug)]
pub struct Cfg<'a> {
    /// Enabled features.
    pub features: &'a BTreeSet<String>,
    /// What `target_arch` is: that of the application's functions.
    pub architecture: &'a str,
}

/// Names that are off in the deployed program, whatever a build script does: those of the compiler,
/// of tests and of tools.
const OFF: &[&str] = &[
    "clippy",
    "coverage",
    "coverage_nightly",
    "debug_assertions",
    "doc",
    "docsrs",
    "doctest",
    "false",
    "fuzzing",
    "kani",
    "loom",
    "miri",
    "overflow_checks",
    "proc_macro",
    "rust_analyzer",
    "rustdoc",
    "rustfmt",
    "shuttle",
    "tarpaulin",
    "tarpaulin_include",
    "test",
    "ub_checks",
    "windows",
];

/// Names with a value that the compiler of Rust sets, beside those that [`Cfg::equals`] knows.
const OF_THE_COMPILER: &[&str] = &[
    "fmt_debug",
    "relocation_model",
    "sanitize",
    "target_abi",
    "target_feature",
    "target_thread_local",
];

/// Attributes that say what the program is.
const TELLING: &[&str] = &[
    "allow_infra",
    "cfg",
    "function",
    "grant",
    "on",
    "path",
    "resource",
];

/// What names are taken for that only a build script or the command line can set.
#[derive(Clone, Copy, Debug)]
enum Others {
    /// Off.
    Off,
    /// Whatever makes the predicate hold.
    Fitting {
        /// Inside of an even number of `not`.
        positive: bool,
    },
}

impl Cfg<'_> {
    /// Whether an item with these attributes is part of the program.
    pub fn is_active(&self, attributes: &[Attribute]) -> bool {
        self.all(attributes, Others::Off)
    }

    /// The name that keeps an item out of the program and that a build script or the command line
    /// may set.
    pub fn undecided(&self, attributes: &[Attribute]) -> Option<Ident> {
        if !self.all(attributes, Others::Fitting { positive: true }) {
            return None;
        }
        let lists = attributes
            .iter()
            .filter_map(|attribute| match &attribute.meta {
                Meta::List(list) if list.path.is_ident("cfg") => Some(&list.tokens),
                _ => None,
            });
        lists.into_iter().find_map(|tokens| self.other_name(tokens))
    }

    /// The name that keeps an attribute off which says what the program is, and that a build script or
    /// the command line may set: `#[cfg_attr(mine, path = "mine.rs")]`.
    pub fn undecided_attribute(&self, attributes: &[Attribute]) -> Option<Ident> {
        let of_cfg = attributes
            .iter()
            .filter_map(|attribute| match &attribute.meta {
                Meta::List(list) if list.path.is_ident("cfg_attr") => Some(&list.tokens),
                _ => None,
            });
        of_cfg.into_iter().find_map(|tokens| {
            let mut parts = split(tokens.clone()).into_iter();
            let predicate = parts.next().filter(|predicate| !self.holds(predicate))?;
            let is_telling = |part: TokenStream| {
                let meta = syn::parse2::<Meta>(part).ok();
                let last =
                    meta.and_then(|meta| Some(meta.path().segments.last()?.ident.to_string()));
                last.is_some_and(|name| TELLING.contains(&name.as_str()))
            };
            parts
                .any(is_telling)
                .then(|| self.undecided_by(&predicate))
                .flatten()
        })
    }

    /// The place in an item's attributes that says that it is for the other architecture.
    pub fn of_other_architecture(&self, attributes: &[Attribute]) -> Option<Ident> {
        let other = self.other_architecture();
        if self.is_active(attributes) || !other.is_active(attributes) {
            return None;
        }
        let lists = attributes
            .iter()
            .filter_map(|attribute| attribute.meta.require_list().ok());
        lists
            .into_iter()
            .find_map(|list| architecture_in(&list.tokens))
    }

    /// The same in a predicate.
    pub fn other_architecture_in(&self, predicate: &TokenStream) -> Option<Ident> {
        let is_other = !self.holds(predicate) && self.other_architecture().holds(predicate);
        is_other.then(|| architecture_in(predicate)).flatten()
    }

    /// What holds on the other architecture that AWS Lambda has.
    pub fn other_architecture(&self) -> Self {
        let architecture = match self.architecture {
            "aarch64" => "x86_64",
            _ => "aarch64",
        };
        Cfg {
            architecture,
            ..*self
        }
    }

    fn all(&self, attributes: &[Attribute], others: Others) -> bool {
        attributes.iter().all(|attribute| match &attribute.meta {
            Meta::List(list) if list.path.is_ident("cfg") => self.decide(&list.tokens, others),
            Meta::List(list) if list.path.is_ident("cfg_attr") => {
                let mut active = true;
                self.conditional(&list.tokens, &mut |meta| {
                    if let Meta::List(inner) = meta
                        && inner.path.is_ident("cfg")
                    {
                        active &= self.decide(&inner.tokens, others);
                    }
                });
                active
            }
            _ => true,
        })
    }

    /// Calls back with every attribute that applies, those of `cfg_attr` included.
    pub fn attributes(&self, attributes: &[Attribute], each: &mut dyn FnMut(&Meta)) {
        for attribute in attributes {
            match &attribute.meta {
                Meta::List(list) if list.path.is_ident("cfg_attr") => {
                    self.conditional(&list.tokens, each);
                }
                meta => each(meta),
            }
        }
    }

    /// Evaluates a predicate. What is not understood does not hold.
    pub fn holds(&self, predicate: &TokenStream) -> bool {
        self.decide(predicate, Others::Off)
    }

    /// The name that keeps a predicate from holding and that a build script or the command line may
    /// set.
    pub fn undecided_by(&self, predicate: &TokenStream) -> Option<Ident> {
        let may_hold = self.decide(predicate, Others::Fitting { positive: true });
        let name = || self.other_name(predicate);
        may_hold.then(name).flatten()
    }

    fn decide(&self, predicate: &TokenStream, others: Others) -> bool {
        let mut tokens = predicate.clone().into_iter();
        let Some(TokenTree::Ident(name)) = tokens.next() else {
            return false;
        };
        let name = name.to_string();
        let other = || matches!(others, Others::Fitting { positive: true });
        match tokens.next() {
            None => match name.as_str() {
                "true" | "unix" => true,
                name if OFF.contains(&name) => false,
                _ => name.starts_with("target_has_atomic") || other(),
            },
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis => {
                let parts = split(group.stream());
                let within = match (name.as_str(), others) {
                    ("not", Others::Fitting { positive }) => Others::Fitting {
                        positive: !positive,
                    },
                    _ => others,
                };
                let mut holds = parts.iter().map(|part| self.decide(part, within));
                match name.as_str() {
                    "all" => holds.all(|holds| holds),
                    "any" => holds.any(|holds| holds),
                    "not" => !holds.any(|holds| holds),
                    _ => false,
                }
            }
            Some(TokenTree::Punct(equals)) if equals.as_char() == '=' => {
                let Some(TokenTree::Literal(literal)) = tokens.next() else {
                    return false;
                };
                let text = literal.to_string();
                // A raw string means the same.
                let text = text.trim_start_matches(['r', '#']).trim_end_matches('#');
                let known = self.equals(&name, text.trim_matches('"'));
                known.unwrap_or_else(|| !OF_THE_COMPILER.contains(&name.as_str()) && other())
            }
            _ => false,
        }
    }

    /// The first name in a predicate of which nothing is known.
    fn other_name(&self, predicate: &TokenStream) -> Option<Ident> {
        let mut tokens = predicate.clone().into_iter();
        let Some(TokenTree::Ident(ident)) = tokens.next() else {
            return None;
        };
        let name = ident.to_string();
        let is_other = match tokens.next() {
            None => {
                let known = matches!(name.as_str(), "true" | "unix");
                !known && !OFF.contains(&&*name) && !name.starts_with("target_has_atomic")
            }
            Some(TokenTree::Group(group)) => {
                let parts = split(group.stream());
                return parts.iter().find_map(|part| self.other_name(part));
            }
            Some(_) => self.equals(&name, "").is_none() && !OF_THE_COMPILER.contains(&&*name),
        };
        is_other.then_some(ident)
    }

    /// None of a name that is not known.
    fn equals(&self, name: &str, value: &str) -> Option<bool> {
        Some(match name {
            "feature" => self.features.contains(value),
            "target_os" => value == "linux",
            "target_family" => value == "unix",
            "target_arch" => value == self.architecture,
            "target_env" => value == "gnu",
            "target_endian" => value == "little",
            "target_pointer_width" => value == "64",
            "target_vendor" => value == "unknown",
            "target_has_atomic" => matches!(value, "8" | "16" | "32" | "64" | "128" | "ptr"),
            "panic" => value == "unwind",
            _ => return None,
        })
    }

    fn conditional(&self, tokens: &TokenStream, each: &mut dyn FnMut(&Meta)) {
        let mut parts = split(tokens.clone()).into_iter();
        if !parts.next().is_some_and(|predicate| self.holds(&predicate)) {
            return;
        }
        for part in parts {
            match syn::parse2::<Meta>(part) {
                Ok(Meta::List(list)) if list.path.is_ident("cfg_attr") => {
                    self.conditional(&list.tokens, each);
                }
                Ok(meta) => each(&meta),
                // rustc reports a malformed attribute better.
                Err(_) => {}
            }
        }
    }
}

/// Splits at commas; a trailing one adds nothing.
fn split(tokens: TokenStream) -> Vec<TokenStream> {
    let mut parts = Vec::new();
    let mut part = Vec::new();
    for token in tokens {
        match &token {
            TokenTree::Punct(punct) if punct.as_char() == ',' => {
                parts.push(part.drain(..).collect());
            }
            _ => part.push(token),
        }
    }
    if !part.is_empty() {
        parts.push(part.into_iter().collect());
    }
    parts
}

fn architecture_in(tokens: &TokenStream) -> Option<Ident> {
    tokens.clone().into_iter().find_map(|token| match token {
        TokenTree::Ident(ident) => (ident == "target_arch").then_some(ident),
        TokenTree::Group(group) => architecture_in(&group.stream()),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn predicates() {
        let features = BTreeSet::from(["aws".to_owned()]);
        let cfg = Cfg {
            features: &features,
            architecture: "aarch64",
        };
        for (predicate, expected) in [
            ("test", false),
            ("feature = r#\"aws\"#", true),
            ("not(test)", true),
            ("feature = \"aws\"", true),
            ("feature = \"local\"", false),
            ("any(feature = \"local\", feature = \"aws\",)", true),
            (
                "all(unix, target_os = \"linux\", target_arch = \"aarch64\")",
                true,
            ),
            ("all(unix, windows)", false),
            ("all()", true),
            ("any()", false),
            ("not(any(test, windows))", true),
            ("debug_assertions", false),
            ("tokio_unstable", false),
            ("true", true),
            ("false", false),
        ] {
            let tokens = predicate.parse().expect("tokens");
            assert_eq!(cfg.holds(&tokens), expected, "{predicate}");
        }
    }

    #[test]
    fn attributes_behind_a_condition() {
        let features = BTreeSet::new();
        let cfg = Cfg {
            features: &features,
            architecture: "aarch64",
        };
        let item: syn::ItemFn = syn::parse_quote! {
            #[cfg_attr(unix, on(Q), inline)]
            #[cfg_attr(windows, off)]
            #[cfg_attr(unix, cfg_attr(not(test), path = "x"))]
            fn f() {}
        };
        let mut seen = Vec::new();
        cfg.attributes(&item.attrs, &mut |meta| {
            seen.push(meta.path().get_ident().map(ToString::to_string));
        });
        let expected = ["on", "inline", "path"].map(|name| Some(name.to_owned()));
        assert_eq!(seen, expected);
        assert!(cfg.is_active(&item.attrs));
        let item: syn::ItemFn = syn::parse_quote! { #[cfg_attr(unix, cfg(test))] fn f() {} };
        assert!(!cfg.is_active(&item.attrs));
    }

    #[test]
    fn names_that_a_build_script_may_set() {
        let features = BTreeSet::new();
        let cfg = Cfg {
            features: &features,
            architecture: "x86_64",
        };
        for (predicate, expected) in [
            ("mine", Some("mine")),
            ("all(unix, backend = \"aws\")", Some("backend")),
            ("all(test, mine)", None),
            ("any(feature = \"a\", mine)", Some("mine")),
            ("not(any(not(mine), windows))", Some("mine")),
            ("not(unix)", None),
            ("target_feature = \"avx2\"", None),
            ("target_arch = \"aarch64\"", None),
            ("version(\"1.80\")", None),
        ] {
            let tokens = predicate.parse().expect("tokens");
            assert!(!cfg.holds(&tokens), "{predicate}");
            let found = cfg.undecided_by(&tokens).map(|name| name.to_string());
            assert_eq!(found.as_deref(), expected, "{predicate}");
        }
        let item: syn::ItemFn = syn::parse_quote! { #[cfg(mine)] #[cfg(test)] fn f() {} };
        assert!(cfg.undecided(&item.attrs).is_none());
        let item: syn::ItemMod = syn::parse_quote! { #[cfg_attr(mine, path = "a.rs")] mod a; };
        let name = cfg.undecided_attribute(&item.attrs);
        assert!(name.is_some_and(|name| name == "mine"));
        for decided in [
            syn::parse_quote! { #[cfg_attr(test, path = "a.rs")] mod a; },
            syn::parse_quote! { #[cfg_attr(unix, path = "a.rs")] mod a; },
            syn::parse_quote! { #[cfg_attr(mine, doc = "a")] mod a; },
        ] {
            let item: syn::ItemMod = decided;
            assert!(cfg.undecided_attribute(&item.attrs).is_none());
        }
        let tokens = "target_arch = \"x86_64\"".parse().expect("tokens");
        assert!(cfg.holds(&tokens));
    }
}
