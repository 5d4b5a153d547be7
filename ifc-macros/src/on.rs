//! `#[on]`: leaves the function as it is and adds an entry for dispatch beside it.

use ifc_syntax::handler::{self, plain};
use ifc_syntax::on::{ArgValue, On, Source};
use ifc_syntax::{FUNCTION_ATTRIBUTES, errors, is};
use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Attribute, FnArg, Item, ItemFn, ReturnType, Type, parse_quote};

use crate::report;

pub(crate) fn expand(args: TokenStream, item: TokenStream) -> TokenStream {
    let mut function: ItemFn = match syn::parse2::<Item>(item.clone()) {
        Ok(Item::Fn(function)) => function,
        Ok(other) => {
            let text = errors::misplaced("on");
            let errors = report::all(&[text.at(other.span())], &[&args, &item]);
            return quote!(#errors #other);
        }
        Err(error) => {
            let errors = report::not_parsed(&error);
            return quote!(#errors #item);
        }
    };
    // The outermost `#[on]` reads all of them.
    let outermost: Attribute = parse_quote!(#[on(#args)]);
    function.attrs.insert(0, outermost);
    let mut found = Vec::new();
    let handler = handler::parse(&function.attrs, &function.sig, &mut found);
    let conditions: Vec<Attribute> = function
        .attrs
        .iter()
        .filter(|attr| attr.path().is_ident("cfg"))
        .cloned()
        .collect();
    function
        .attrs
        .retain(|attr| !FUNCTION_ATTRIBUTES.iter().any(|name| is(attr, name)));
    let errors = report::all(&found, &[&args, &item]);
    let registration = found
        .is_empty()
        .then(|| registration(&function, &handler.triggers, &conditions));
    quote!(#function #registration #errors)
}

fn registration(function: &ItemFn, triggers: &[On], conditions: &[Attribute]) -> TokenStream {
    let name = &function.sig.ident;
    let text = plain(name);
    let mut made: Vec<TokenStream> = Vec::new();
    let routes: Vec<TokenStream> = triggers.iter().filter_map(|on| route(on, name)).collect();
    let checks = match routes.as_slice() {
        [] => None,
        _ => {
            made.push(quote!(::ifc_runtime::__private::http(
                ::std::vec![#(#routes),*]
            )));
            Some(extractors(function))
        }
    };
    made.extend(triggers.iter().filter_map(|on| payload(on, function)));
    quote! {
        #(#conditions)*
        impl ::ifc_runtime::__private::Handler<
            { ::ifc_runtime::__private::id(::core::module_path!(), #text) },
        > for crate::__IfcHandlers {
            fn function() -> ::ifc_runtime::__private::Function {
                #checks
                ::ifc_runtime::__private::Function::new(::std::vec![#(#made),*])
            }
        }
    }
}

/// A route of the function's router; none if the trigger is of another kind.
fn route(on: &On, name: &Ident) -> Option<TokenStream> {
    let Source::Constructor { args, .. } = &on.source else {
        return None;
    };
    let [method, path] = args.as_slice() else {
        return None;
    };
    let (ArgValue::HttpMethod(verb), ArgValue::Route(route)) = (&method.value, &path.value) else {
        return None;
    };
    let routing = format_ident!("{}", verb.to_lowercase(), span = name.span());
    let path = &route.text;
    let layer = match on.options.iter().find(|option| option.name == "layer") {
        Some(option) => {
            let layer = option.paths.first();
            quote_spanned!(option.span=> ::core::option::Option::Some(#layer))
        }
        None => quote!(::core::option::Option::None),
    };
    Some(quote! {
        ::ifc_runtime::__private::route(
            #path,
            ::ifc_runtime::__private::axum::routing::#routing(#name),
            #layer,
        )
    })
}

/// Asks for each argument and the result of an HTTP handler by itself, so that rustc points at the
/// one that is wrong.
fn extractors(function: &ItemFn) -> TokenStream {
    let types: Vec<&Type> = function
        .sig
        .inputs
        .iter()
        .filter_map(|input| match input {
            FnArg::Typed(typed) => Some(typed.ty.as_ref()),
            FnArg::Receiver(_) => None,
        })
        .collect();
    let mut checks = TokenStream::new();
    if let Some((last, parts)) = types.split_last() {
        for ty in parts {
            checks.extend(quote_spanned!(ty.span()=>
                ::ifc_runtime::__private::from_request_parts::<#ty>();
            ));
        }
        checks.extend(quote_spanned!(last.span()=>
            ::ifc_runtime::__private::from_request::<#last, _>();
        ));
    }
    if let ReturnType::Type(_, ty) = &function.sig.output
        && !has_impl(ty)
    {
        checks.extend(quote_spanned!(ty.span()=>
            ::ifc_runtime::__private::into_response::<#ty>();
        ));
    }
    checks
}

/// Whether a type is `impl Trait` or holds it, as `Result<impl IntoResponse, StatusCode>` does: it
/// can be written nowhere but in the function's signature.
fn has_impl(ty: &Type) -> bool {
    fn any(tokens: TokenStream) -> bool {
        tokens.into_iter().any(|token| match token {
            TokenTree::Ident(word) => word == "impl",
            TokenTree::Group(group) => any(group.stream()),
            TokenTree::Punct(_) | TokenTree::Literal(_) => false,
        })
    }
    any(ty.to_token_stream())
}

/// A trigger whose payload is the handler's argument; none for HTTP.
fn payload(on: &On, function: &ItemFn) -> Option<TokenStream> {
    let name = &function.sig.ident;
    let source = match &on.source {
        Source::Resource { path, method, .. } => match method {
            Some(method) => quote!(&::ifc_runtime::__private::#method(&#path)),
            None => quote!(&#path),
        },
        Source::Constructor { args, .. } => match args.first()?.value {
            ArgValue::Schedule(..) => quote!(&::ifc_runtime::__private::Schedule),
            ArgValue::HttpMethod(_) | ArgValue::Route(_) => return None,
        },
    };
    let result = match &function.sig.output {
        ReturnType::Default => quote_spanned!(name.span()=> ()),
        ReturnType::Type(_, ty) if has_impl(ty) => quote!(_),
        ReturnType::Type(_, ty) => ty.to_token_stream(),
    };
    let variants = variants(on);
    let made = quote!(::ifc_runtime::__private::source(#source));
    let trigger = match function.sig.inputs.first() {
        Some(FnArg::Typed(typed)) => {
            let ty = &typed.ty;
            let on = Ident::new("on", ty.span());
            quote!(#made.#on::<#ty, #result, _, _>(#name))
        }
        _ => quote! {
            #made.on::<::ifc_runtime::Scheduled, #result, _, _>(|_| #name())
        },
    };
    Some(quote!({ #variants #trigger }))
}

/// Names the variants of `event = ..`, so that rustc says which do not exist, and editors rename
/// them.
fn variants(on: &On) -> TokenStream {
    on.options
        .iter()
        .filter(|option| option.name == "event")
        .flat_map(|option| &option.paths)
        .map(|path| {
            quote_spanned!(path.span()=>
                #[allow(unused, reason = "only the name is of interest")]
                let _ = |event| ::core::matches!(event, #path { .. });
            )
        })
        .collect()
}
