//! `#[derive(Event)]`.

use ifc_syntax::event;
use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

use crate::report;

pub(crate) fn expand(tokens: TokenStream) -> TokenStream {
    let input: DeriveInput = match syn::parse2(tokens.clone()) {
        Ok(input) => input,
        Err(error) => return report::not_parsed(&error),
    };
    let mut found = Vec::new();
    let event = event::parse(&input, &mut found);
    let errors = report::all(&found, &[&tokens]);
    let implementation = event
        .filter(|event| !event.variants.is_empty())
        .map(|event| implementation(&input, &event));
    quote!(#errors #implementation)
}

fn implementation(input: &DeriveInput, event: &event::Event) -> TokenStream {
    let name = &input.ident;
    let (generics, arguments, bounds) = input.generics.split_for_impl();
    let source = match &event.source {
        Some(source) => quote!(#source),
        None => quote!(::core::env!("CARGO_PKG_NAME")),
    };
    let detail_types: Vec<&String> = event.variants.iter().map(|one| &one.detail_type).collect();
    let idents = event.variants.iter().map(|one| &one.ident);
    let (detail_type, to_detail) = if event.is_enum {
        (
            quote!(match self { #(Self::#idents { .. } => #detail_types,)* }),
            quote!(::ifc_runtime::event::variant_to_detail(self)),
        )
    } else {
        (
            quote!(#(#detail_types)*),
            quote!(
                ::ifc_runtime::__private::serde_json::to_value(self)
                    .map(::ifc_runtime::event::wrap)
            ),
        )
    };
    let arms = event.variants.iter().map(|variant| {
        let detail_type = &variant.detail_type;
        let read = if event.is_enum {
            let serde_name = &variant.serde_name;
            quote!(::ifc_runtime::event::variant_from_detail(#serde_name, detail))
        } else if variant.is_unit {
            quote!(::ifc_runtime::__private::serde_json::from_value(
                ::ifc_runtime::__private::serde_json::Value::Null
            ))
        } else {
            quote!(::ifc_runtime::__private::serde_json::from_value(detail))
        };
        quote!(#detail_type => #read)
    });
    quote! {
        #[automatically_derived]
        impl #generics ::ifc_runtime::Event for #name #arguments #bounds {
            const SOURCE: &'static str = #source;
            const DETAIL_TYPES: &'static [&'static str] = &[#(#detail_types),*];

            fn detail_type(&self) -> &'static str {
                #detail_type
            }

            fn to_detail(&self) -> ::core::result::Result<
                ::ifc_runtime::__private::serde_json::Value,
                ::ifc_runtime::__private::serde_json::Error,
            > {
                #to_detail
            }

            fn from_detail(
                detail_type: &str,
                detail: ::ifc_runtime::__private::serde_json::Value,
            ) -> ::core::result::Result<Self, ::ifc_runtime::__private::serde_json::Error> {
                match detail_type {
                    #(#arms,)*
                    other => ::core::result::Result::Err(::ifc_runtime::__private::unknown_detail_type(
                        other,
                        <Self as ::ifc_runtime::Event>::DETAIL_TYPES,
                    )),
                }
            }
        }
    }
}
