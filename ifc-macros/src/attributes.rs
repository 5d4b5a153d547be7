//! `#[function]`, `#[grant]` and `#[allow_infra]` where `#[on]` does not consume them: above it, on
//! functions without triggers, and on resources. They expand to nothing; the compiler reads them.

use ifc_syntax::{ATTRIBUTES, Errors, allow, errors, function as function_syntax, grant, is};
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{Attribute, Item, parse_quote};

use crate::report;

pub(crate) fn function(args: TokenStream, item: TokenStream) -> TokenStream {
    let attr: Attribute = parse_quote!(#[function(#args)]);
    let mut found = Vec::new();
    function_syntax::parse(&attr, &mut found);
    match syn::parse2::<Item>(item.clone()) {
        Ok(Item::Fn(mut function)) => {
            if let Some(at) = function.attrs.iter().position(|attr| is(attr, "on")) {
                // `#[on]` reads the options of its function, so it has to see them.
                function.attrs.insert(at + 1, attr);
                return function.into_token_stream();
            }
            let name = ifc_syntax::handler::plain(&function.sig.ident);
            found.push(errors::missing_trigger(&name).at(function.sig.ident.span()));
        }
        _ => found.push(errors::misplaced("function").at(Span::call_site())),
    }
    nothing_but(&found, &args, &item)
}

pub(crate) fn grant(args: TokenStream, item: TokenStream) -> TokenStream {
    let attr: Attribute = parse_quote!(#[grant(#args)]);
    let mut found = Vec::new();
    grant::parse(&attr, &mut found);
    if !matches!(syn::parse2::<Item>(item.clone()), Ok(Item::Fn(_))) {
        found.push(errors::misplaced("grant").at(Span::call_site()));
    }
    nothing_but(&found, &args, &item)
}

pub(crate) fn allow_infra(args: TokenStream, item: TokenStream) -> TokenStream {
    let attr: Attribute = parse_quote!(#[allow_infra(#args)]);
    let mut found = Vec::new();
    allow::parse(&attr, &mut found);
    let parsed = syn::parse2::<Item>(item.clone());
    if !matches!(parsed, Ok(Item::Fn(_) | Item::Static(_))) {
        found.push(errors::misplaced("allow_infra").at(Span::call_site()));
    }
    nothing_but(&found, &args, &item)
}

/// The item and what is wrong. Of what the compiler left about the item itself, the last attribute
/// reports.
fn nothing_but(found: &Errors, args: &TokenStream, item: &TokenStream) -> TokenStream {
    let attrs = match syn::parse2::<Item>(item.clone()) {
        Ok(Item::Fn(item)) => item.attrs,
        Ok(Item::Static(item)) => item.attrs,
        _ => Vec::new(),
    };
    let is_ours = |attr: &Attribute| ATTRIBUTES.iter().any(|name| is(attr, name));
    let errors = match attrs.iter().any(is_ours) {
        true => report::all(found, &[args]),
        false => report::all(found, &[args, item]),
    };
    quote!(#errors #item)
}
