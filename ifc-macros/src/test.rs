//! `#[ifc_runtime::test]`: a test of the whole application.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::parse::{Parse, ParseStream};
use syn::{Ident, ItemFn, LitInt, Token};

pub(crate) fn expand(args: TokenStream, item: TokenStream) -> TokenStream {
    let function = match syn::parse2::<ItemFn>(item.clone()) {
        Ok(function) => function,
        Err(error) => {
            let error = error.to_compile_error();
            return quote!(#error #item);
        }
    };
    match test(args, &function) {
        Ok(test) => test,
        Err(error) => {
            let error = error.to_compile_error();
            quote!(#error #function)
        }
    }
}

fn test(args: TokenStream, function: &ItemFn) -> syn::Result<TokenStream> {
    let Options { seed } = syn::parse2(args)?;
    let sig = &function.sig;
    if sig.asyncness.is_none() {
        let message = "a test of an application is an async function";
        return Err(syn::Error::new_spanned(sig.fn_token, message));
    }
    if sig.inputs.len() != 1 {
        let message = "a test of an application takes one argument: `app: TestApp`";
        return Err(syn::Error::new_spanned(&sig.ident, message));
    }
    let name = &sig.ident;
    let attrs = &function.attrs;
    let seed = match seed {
        Some(seed) => quote!(::core::option::Option::Some(#seed)),
        None => quote!(::core::option::Option::None),
    };
    let mut inner = function.clone();
    inner.attrs.clear();
    inner.vis = syn::Visibility::Inherited;
    let inner = inner.into_token_stream();
    Ok(quote! {
        #[::core::prelude::v1::test]
        #(#attrs)*
        fn #name() {
            #inner
            ::ifc_runtime::testing::run(
                &crate::__IFC_FUNCTIONS,
                crate::__IFC_MANIFEST,
                ::core::concat!(::core::module_path!(), "::", ::core::stringify!(#name)),
                #seed,
                #name,
            );
        }
    })
}

struct Options {
    seed: Option<LitInt>,
}

impl Parse for Options {
    fn parse(input: ParseStream<'_>) -> syn::Result<Options> {
        if input.is_empty() {
            return Ok(Options { seed: None });
        }
        let name: Ident = input.parse()?;
        if name != "seed" {
            let message = "the only option is `seed`, as in `#[ifc_runtime::test(seed = 7)]`";
            return Err(syn::Error::new(name.span(), message));
        }
        input.parse::<Token![=]>()?;
        let seed: LitInt = input.parse()?;
        seed.base10_parse::<u64>()?;
        input.parse::<Option<Token![,]>>()?;
        match input.is_empty() {
            true => Ok(Options { seed: Some(seed) }),
            false => Err(syn::Error::new(
                Span::call_site(),
                "`seed` is the only option",
            )),
        }
    }
}
