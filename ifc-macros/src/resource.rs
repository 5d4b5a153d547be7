//! `#[resource]`: gives the handle its name.

use ifc_catalog::model::Value;
use ifc_syntax::{errors, is, resource};
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Attribute, Item, ItemStatic, parse_quote};

use crate::report;

pub(crate) fn expand(args: TokenStream, tokens: TokenStream) -> TokenStream {
    let attr: Attribute = parse_quote!(#[resource(#args)]);
    let mut item: ItemStatic = match syn::parse2::<Item>(tokens.clone()) {
        Ok(Item::Static(item)) => item,
        Ok(other) => {
            let text = errors::misplaced("resource");
            let errors = report::all(&[text.at(span_of_name(&other))], &[&args, &tokens]);
            return quote!(#errors #other);
        }
        Err(error) => {
            let errors = report::not_parsed(&error);
            return quote!(#errors #tokens);
        }
    };
    let mut found = Vec::new();
    let parsed = resource::parse(&attr, &item, &mut found);
    item.attrs.retain(|attr| !is(attr, "allow_infra"));
    if found.is_empty() {
        let (name, value, ty) = (item.ident.to_string(), &item.expr, &item.ty);
        let mut named = quote_spanned!(ty.span()=> (#value).__declared(#name));
        // Without it the handle makes ids of its own, which would hide equal content.
        let on = [Value::Flag, Value::Bool(true)];
        if parsed
            .options
            .iter()
            .any(|option| option.name == "deduplicate" && on.contains(&option.value))
        {
            named = quote_spanned!(ty.span()=> #named.__content_deduplication());
        }
        *item.expr = syn::Expr::Verbatim(named);
    }
    let errors = report::all(&found, &[&args, &tokens]);
    let ty = &item.ty;
    let check = quote_spanned!(ty.span()=>
        const _: () = ::ifc_runtime::__private::resource::<#ty>();
    );
    quote!(#errors #item #check)
}

fn span_of_name(item: &Item) -> proc_macro2::Span {
    match item {
        Item::Const(item) => item.ident.span(),
        Item::Fn(item) => item.sig.ident.span(),
        Item::Struct(item) => item.ident.span(),
        other => other.span(),
    }
}
