//! `cfg` predicates, evaluated for the program as it runs on Lambda.

use std::collections::BTreeSet;

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::{Attribute, Meta};

/// What holds: features of the package, Linux, release profile, no tests. The architecture is
/// `aarch64`, the default of a function.
#[derive(Clone, Copy, Debug)]
pub struct Cfg<'a> {
    /// Enabled features.
    pub features: &'a BTreeSet<String>,
}

impl Cfg<'_> {
    /// Whether an item with these attributes is part of the program.
    pub fn is_active(&self, attributes: &[Attribute]) -> bool {
        attributes.iter().all(|attribute| match &attribute.meta {
            Meta::List(list) if list.path.is_ident("cfg") => self.holds(&list.tokens),
            Meta::List(list) if list.path.is_ident("cfg_attr") => {
                let mut active = true;
                self.conditional(&list.tokens, &mut |meta| {
                    if let Meta::List(inner) = meta
                        && inner.path.is_ident("cfg")
                    {
                        active &= self.holds(&inner.tokens);
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
        let mut tokens = predicate.clone().into_iter();
        let Some(TokenTree::Ident(name)) = tokens.next() else {
            return false;
        };
        let name = name.to_string();
        match tokens.next() {
            None => match name.as_str() {
                "true" | "unix" => true,
                _ => name.starts_with("target_has_atomic"),
            },
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis => {
                let parts = split(group.stream());
                match name.as_str() {
                    "all" => parts.iter().all(|part| self.holds(part)),
                    "any" => parts.iter().any(|part| self.holds(part)),
                    "not" => !parts.iter().any(|part| self.holds(part)),
                    _ => false,
                }
            }
            Some(TokenTree::Punct(equals)) if equals.as_char() == '=' => {
                let Some(TokenTree::Literal(literal)) = tokens.next() else {
                    return false;
                };
                let text = literal.to_string();
                self.equals(&name, text.trim_matches('"'))
            }
            _ => false,
        }
    }

    fn equals(&self, name: &str, value: &str) -> bool {
        match name {
            "feature" => self.features.contains(value),
            "target_os" => value == "linux",
            "target_family" => value == "unix",
            "target_arch" => value == "aarch64",
            "target_env" => value == "gnu",
            "target_endian" => value == "little",
            "target_pointer_width" => value == "64",
            "target_vendor" => value == "unknown",
            "target_has_atomic" => matches!(value, "8" | "16" | "32" | "64" | "128" | "ptr"),
            "panic" => value == "unwind",
            _ => false,
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn predicates() {
        let features = BTreeSet::from(["aws".to_owned()]);
        let cfg = Cfg {
            features: &features,
        };
        for (predicate, expected) in [
            ("test", false),
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
}
