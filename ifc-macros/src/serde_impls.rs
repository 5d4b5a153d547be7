//! `Serialize` and `Deserialize` of the prelude. serde's own derives need `serde` among the
//! dependencies of the crate that uses them; these do not, because they derive on a mirror of the
//! type through the runtime's serde (`#[serde(remote = ..)]`) and forward to it. All `#[serde(..)]`
//! attributes work as usual.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Attribute, Data, DeriveInput, Fields, Generics};

/// Expands `#[derive(Serialize)]`.
pub(crate) fn serialize(input: &DeriveInput) -> TokenStream {
    let mirror = mirror(input, &quote!(Serialize));
    let name = &input.ident;
    let bounded = bound(
        &input.generics,
        &quote!(::ifc_runtime::__private::serde::Serialize),
    );
    let (impl_generics, _, where_clause) = bounded.split_for_impl();
    let (_, type_generics, _) = input.generics.split_for_impl();
    let turbofish = type_generics.as_turbofish();
    quote! {
        const _: () = {
            #mirror
            impl #impl_generics ::ifc_runtime::__private::serde::Serialize
                for #name #type_generics #where_clause
            {
                fn serialize<__S: ::ifc_runtime::__private::serde::Serializer>(
                    &self,
                    serializer: __S,
                ) -> ::core::result::Result<__S::Ok, __S::Error> {
                    __Mirror #turbofish::serialize(self, serializer)
                }
            }
        };
    }
}

/// Expands `#[derive(Deserialize)]`.
pub(crate) fn deserialize(input: &DeriveInput) -> TokenStream {
    let mirror = mirror(input, &quote!(Deserialize));
    let name = &input.ident;
    let mut bounded = bound(
        &input.generics,
        &quote!(::ifc_runtime::__private::serde::Deserialize<'de>),
    );
    bounded.params.insert(0, syn::parse_quote!('de));
    for lifetime in input.generics.lifetimes() {
        let lifetime = &lifetime.lifetime;
        bounded
            .make_where_clause()
            .predicates
            .push(syn::parse_quote!('de: #lifetime));
    }
    let (impl_generics, _, where_clause) = bounded.split_for_impl();
    let (_, type_generics, _) = input.generics.split_for_impl();
    let turbofish = type_generics.as_turbofish();
    quote! {
        const _: () = {
            #mirror
            impl #impl_generics ::ifc_runtime::__private::serde::Deserialize<'de>
                for #name #type_generics #where_clause
            {
                fn deserialize<__D: ::ifc_runtime::__private::serde::Deserializer<'de>>(
                    deserializer: __D,
                ) -> ::core::result::Result<Self, __D::Error> {
                    __Mirror #turbofish::deserialize(deserializer)
                }
            }
        };
    }
}

fn bound(generics: &Generics, bound: &TokenStream) -> Generics {
    let mut generics = generics.clone();
    let params: Vec<_> = generics
        .type_params()
        .map(|param| param.ident.clone())
        .collect();
    for param in params {
        generics
            .make_where_clause()
            .predicates
            .push(syn::parse_quote!(#param: #bound));
    }
    generics
}

fn mirror(input: &DeriveInput, derive: &TokenStream) -> TokenStream {
    let (_, _, where_clause) = input.generics.split_for_impl();
    let name = &input.ident;
    // serde gives it the parameters of the mirror.
    let remote = name.to_string();
    let rename = (!renamed(&input.attrs)).then(|| {
        let name = name.to_string();
        quote!(rename = #name,)
    });
    let attrs = serde_attrs(&input.attrs);
    let generics = &input.generics;
    let mirror = format_ident!("__Mirror");
    let body = match &input.data {
        Data::Struct(data) => {
            let fields = fields(&data.fields);
            match &data.fields {
                Fields::Named(_) => quote!(struct #mirror #generics #where_clause #fields),
                Fields::Unnamed(_) | Fields::Unit => {
                    quote!(struct #mirror #generics #fields #where_clause;)
                }
            }
        }
        Data::Enum(data) => {
            let variants = data.variants.iter().map(|variant| {
                let attrs = serde_attrs(&variant.attrs);
                let (ident, fields) = (&variant.ident, fields(&variant.fields));
                quote!(#(#attrs)* #ident #fields)
            });
            quote!(enum #mirror #generics #where_clause { #(#variants),* })
        }
        Data::Union(_) => {
            return syn::Error::new(name.span(), "a union cannot be serialised").to_compile_error();
        }
    };
    quote! {
        #[derive(::ifc_runtime::__private::serde::#derive)]
        #[serde(crate = "::ifc_runtime::__private::serde", remote = #remote, #rename)]
        #(#attrs)*
        #[allow(dead_code, reason = "only its derived methods are used")]
        #body
    }
}

fn fields(fields: &Fields) -> TokenStream {
    let each = fields.iter().map(|field| {
        let attrs = serde_attrs(&field.attrs);
        let ty = &field.ty;
        match &field.ident {
            Some(ident) => quote!(#(#attrs)* #ident: #ty),
            None => quote!(#(#attrs)* #ty),
        }
    });
    match fields {
        Fields::Named(_) => quote!({ #(#each),* }),
        Fields::Unnamed(_) => quote!((#(#each),*)),
        Fields::Unit => quote!(),
    }
}

fn serde_attrs(attrs: &[Attribute]) -> Vec<&Attribute> {
    attrs
        .iter()
        .filter(|attr| attr.path().is_ident("serde"))
        .collect()
}

fn renamed(attrs: &[Attribute]) -> bool {
    attrs
        .iter()
        .filter(|attr| attr.path().is_ident("serde"))
        .any(|attr| {
            let mut found = false;
            let _ = attr.parse_nested_meta(|meta| {
                found |= meta.path.is_ident("rename");
                if meta.input.peek(syn::Token![=]) {
                    let _: syn::Expr = meta.value()?.parse()?;
                } else if meta.input.peek(syn::token::Paren) {
                    let content;
                    syn::parenthesized!(content in meta.input);
                    let _: TokenStream = content.parse()?;
                }
                Ok(())
            });
            found
        })
}
