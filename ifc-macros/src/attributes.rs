//! `#[function]`, `#[grant]` and `#[allow_infra]` where `#[on]` does not consume them: above it, on
//! functions without triggers, and on resources. They expand to nothing; the compiler reads them.

use ifc_syntax::{allow, errors, function as function_syntax, grant as grant_syntax, is};
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{Attribute, Item, parse_quote};

use crate::report;

pub(crate) fn function(args: TokenStream, item: TokenStream) -> TokenStream {
    let attr: Attribute = parse_quote!(#[function(#args)]);
    let mut found = Vec::new();
    let function = function_syntax::parse(&attr, &mut found);
    let kept = match syn::parse2::<Item>(item.clone()) {
        Ok(Item::Fn(mut function_item)) => {
            if let Some(at) = function_item.attrs.iter().position(|attr| is(attr, "on")) {
                // `#[on]` reads the options of its function, so it has to see them.
                function_item.attrs.insert(at + 1, attr);
                return function_item.into_token_stream();
            }
            let name = ifc_syntax::handler::plain(&function_item.sig.ident);
            found.push(errors::missing_trigger(&name).at(function_item.sig.ident.span()));
            function_item.into_token_stream()
        }
        _ => {
            let text = errors::misplaced("function");
            found.push(text.at(function.span));
            item
        }
    };
    let errors = report::all(&found);
    quote!(#errors #kept)
}

pub(crate) fn grant(args: TokenStream, item: TokenStream) -> TokenStream {
    let attr: Attribute = parse_quote!(#[grant(#args)]);
    let mut found = Vec::new();
    grant_syntax::parse(&attr, &mut found);
    if !matches!(syn::parse2::<Item>(item.clone()), Ok(Item::Fn(_))) {
        found.push(errors::misplaced("grant").at(Span::call_site()));
    }
    let errors = report::all(&found);
    quote!(#errors #item)
}

pub(crate) fn allow_infra(args: TokenStream, item: TokenStream) -> TokenStream {
    let attr: Attribute = parse_quote!(#[allow_infra(#args)]);
    let mut found = Vec::new();
    allow::parse(&attr, &mut found);
    let fits = |item: &Item| matches!(item, Item::Fn(_) | Item::Static(_));
    if !syn::parse2(item.clone()).is_ok_and(|item| fits(&item)) {
        found.push(errors::misplaced("allow_infra").at(Span::call_site()));
    }
    let errors = report::all(&found);
    quote!(#errors #item)
}
