//! Reads `#[serde(..)]`.

use syn::{Attribute, LitStr, Meta, MetaList, Token, Type};

use super::file::Lower;
use crate::hir::Serde;
use crate::symbol::Symbol;

/// Options that change nothing for a reader.
const WITHOUT_EFFECT: &[&str] = &[
    "borrow",
    "bound",
    "crate",
    "deny_unknown_fields",
    "expecting",
    "getter",
    "into",
    "remote",
    "serialize_with",
    "skip_serializing",
    "skip_serializing_if",
];

/// An option with the text after `=`, if there is one.
type Written = (String, Option<LitStr>);

impl Lower<'_> {
    /// What serde's attributes on an item say; none if there are none.
    pub(super) fn serde(&mut self, attributes: &[Attribute]) -> Option<Box<Serde>> {
        if attributes.is_empty() {
            return None;
        }
        let mut found = None;
        let mut options: Vec<Written> = Vec::new();
        let cfg = self.context.cfg;
        cfg.attributes(attributes, &mut |meta| match meta {
            Meta::List(list) if list.path.is_ident("serde") => {
                let serde: &mut Box<Serde> = found.get_or_insert_default();
                serde.unknown |= read(list, &mut options).is_err();
            }
            // `serde_with` reads the field then, in one of its many forms.
            Meta::List(list) if list.path.is_ident("serde_as") => {
                let serde: &mut Box<Serde> = found.get_or_insert_default();
                serde.with = Some(Symbol::new("serde_with::As"));
            }
            _ => {}
        });
        let mut serde = found?;
        for (name, value) in &options {
            self.serde_option(&mut serde, name, value.as_ref());
        }
        Some(serde)
    }

    fn serde_calls(&mut self, serde: &mut Serde, name: &str, value: &LitStr) {
        let functions = functions(name);
        if functions.is_empty() {
            return;
        }
        let Ok(named) = value.parse::<syn::Path>() else {
            serde.unknown = true;
            return;
        };
        for &function in functions {
            let mut path = named.clone();
            if !function.is_empty() {
                let ident = syn::Ident::new(function, value.span());
                path.segments.push(ident.into());
            }
            let path = self.path(None, &path);
            serde.calls.push(path);
        }
    }

    fn serde_option(&mut self, serde: &mut Serde, name: &str, value: Option<&LitStr>) {
        let text = value.map(|value| Symbol::new(&value.value()));
        if let Some(value) = value {
            self.serde_calls(serde, name, value);
        }
        match (name, text) {
            ("rename", Some(_)) => serde.rename = text,
            ("alias", Some(_)) => serde.aliases = true,
            ("rename_all", Some(_)) => serde.rename_all = text,
            ("rename_all_fields", Some(_)) => serde.rename_all_fields = text,
            ("tag", Some(_)) => serde.tag = text,
            ("content", Some(_)) => serde.content = text,
            ("untagged", None) => serde.untagged = true,
            ("transparent", None) => serde.transparent = true,
            ("default", _) => serde.default = true,
            ("skip" | "skip_deserializing", None) => serde.skip = true,
            ("flatten", None) => serde.flatten = true,
            ("other", None) => serde.other = true,
            ("with" | "deserialize_with", Some(_)) => serde.with = text,
            ("from" | "try_from", Some(_)) => {
                let ty = value.and_then(|value| value.parse::<Type>().ok());
                serde.unknown |= ty.is_none();
                serde.from = ty.map(|ty| self.ty(&ty));
                serde.may_refuse = name == "try_from";
            }
            (name, _) => serde.unknown |= !WITHOUT_EFFECT.contains(&name),
        }
    }
}

/// Functions that an option names: all of `with` are in the module it names.
fn functions(name: &str) -> &'static [&'static str] {
    match name {
        "with" => &["serialize", "deserialize"],
        "default" | "deserialize_with" | "getter" | "serialize_with" | "skip_serializing_if" => {
            &[""]
        }
        _ => &[],
    }
}

/// The options of an attribute; of `rename(serialize = "..", deserialize = "..")` the second half.
fn read(attribute: &MetaList, options: &mut Vec<Written>) -> syn::Result<()> {
    attribute.parse_nested_meta(|option| {
        let name = option.path.get_ident().map(ToString::to_string);
        let name = name.unwrap_or_default();
        if option.input.peek(syn::token::Paren) {
            return option.parse_nested_meta(|half| {
                let value = half.value()?.parse()?;
                if half.path.is_ident("deserialize") {
                    options.push((name.clone(), Some(value)));
                }
                Ok(())
            });
        }
        let value = match option.input.peek(Token![=]) {
            true => Some(option.value()?.parse()?),
            false => None,
        };
        options.push((name, value));
        Ok(())
    })
}
