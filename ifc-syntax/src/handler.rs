//! All attributes of a function together.

use proc_macro2::Span;

use crate::allow::{self, Allow};
use crate::errors::{self, Errors};
use crate::function::{self, Function};
use crate::grant::{self, Grant};
use crate::on::{self, On};
use crate::{ATTRIBUTES, args::span_of, is, signature};

/// What the attributes of a function say.
#[derive(Clone, Default)]
pub struct Handler {
    /// `#[on(..)]`s in source order; those that cannot be read are left out.
    pub triggers: Vec<On>,
    /// Whether there is any `#[on]`, readable or not.
    pub is_handler: bool,
    /// `#[function(..)]`.
    pub function: Option<Function>,
    /// `#[grant(..)]`s in source order.
    pub grants: Vec<Grant>,
    /// `#[allow_infra(..)]`s in source order.
    pub allows: Vec<Allow>,
}

impl Handler {
    /// Name of the deployed function, and its place.
    pub fn name(&self, ident: &syn::Ident) -> (String, Span) {
        self.function
            .as_ref()
            .and_then(|function| function.name.clone())
            .unwrap_or_else(|| (plain(ident), ident.span()))
    }
}

/// An identifier without `r#`.
pub fn plain(ident: &syn::Ident) -> String {
    let text = ident.to_string();
    text.strip_prefix("r#").map_or(text.clone(), str::to_owned)
}

/// Reads all attributes of a function, and checks its signature if something triggers it.
pub fn parse(attrs: &[syn::Attribute], sig: &syn::Signature, errors: &mut Errors) -> Handler {
    let mut handler = Handler::default();
    for attr in attrs {
        if is(attr, "on") {
            handler.is_handler = true;
            handler.triggers.extend(on::parse(attr, errors));
        } else if is(attr, "function") {
            let function = function::parse(attr, errors);
            if handler.function.is_some() {
                errors.push(errors::repeated_attribute("function").at(function.span));
            } else {
                handler.function = Some(function);
            }
        } else if is(attr, "grant") {
            handler.grants.extend(grant::parse(attr, errors));
        } else if is(attr, "allow_infra") {
            handler.allows.extend(allow::parse(attr, errors));
        } else if is(attr, "resource") {
            errors.push(errors::misplaced("resource").at(span_of(attr.path())));
        }
    }
    if handler.is_handler {
        signature::check(sig, &handler.triggers, errors);
    } else {
        if let Some(function) = &handler.function {
            errors.push(errors::missing_trigger(&plain(&sig.ident)).at(function.span));
        }
        let allows = handler.allows.iter();
        errors.extend(allows.map(|allow| errors::misplaced("allow_infra").at(allow.span)));
    }
    handler
}

/// Reports each of our attributes but those in `allowed`: the item they stand on is no function.
pub fn misplaced(attrs: &[syn::Attribute], allowed: &[&str], errors: &mut Errors) {
    for attr in attrs {
        let name = ATTRIBUTES.iter().find(|name| is(attr, name));
        if let Some(name) = name.filter(|name| !allowed.contains(name)) {
            errors.push(errors::misplaced(name).at(span_of(attr.path())));
        }
    }
}
