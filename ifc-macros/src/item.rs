//! `#[derive(Item)]`.

use ifc_catalog::schema::{KeyAttribute, KeyKind};
use ifc_syntax::item::{self, KeyField};
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
    let item = item::parse(&input, &mut found);
    let errors = report::all(&found, &[&tokens]);
    // With an impl all the same, uses of the type are not reported as well.
    let implementation = item.map(|item| implementation(&input, &item));
    quote!(#errors #implementation)
}

fn implementation(input: &DeriveInput, item: &item::Item) -> TokenStream {
    let name = &input.ident;
    let (generics, arguments, bounds) = input.generics.split_for_impl();
    let partition_type = &item.partition_key.ty;
    let key = match &item.sort_key {
        Some(sort) => {
            let sort_type = &sort.ty;
            quote!(::ifc_runtime::item::CompositeKey<#partition_type, #sort_type>)
        }
        None => quote!(::ifc_runtime::item::PartitionKey<#partition_type>),
    };
    let partition = attribute(&item.schema.partition_key);
    let sort = optional(item.sort_key.as_ref());
    let indexes = item.schema.indexes.iter().zip(&item.indexes).map(|(index, (_, sort))| {
        let name = &index.name;
        let partition = attribute(&index.partition_key);
        let sort = optional(sort.as_ref());
        quote!(::ifc_runtime::item::IndexSchema { name: #name, partition: #partition, sort: #sort })
    });
    let ttl = match &item.schema.ttl {
        Some(ttl) => quote!(::core::option::Option::Some(#ttl)),
        None => quote!(::core::option::Option::None),
    };
    quote! {
        #[automatically_derived]
        impl #generics ::ifc_runtime::Item for #name #arguments #bounds {
            type Key = #key;
            const SCHEMA: ::ifc_runtime::item::Schema = ::ifc_runtime::item::Schema {
                partition: #partition,
                sort: #sort,
                indexes: &[#(#indexes),*],
                ttl: #ttl,
            };
        }
    }
}

fn optional(field: Option<&KeyField>) -> TokenStream {
    match field {
        Some(field) => {
            let attribute = attribute(&field.attribute);
            quote!(::core::option::Option::Some(#attribute))
        }
        None => quote!(::core::option::Option::None),
    }
}

fn attribute(key: &KeyAttribute) -> TokenStream {
    let name = &key.name;
    let kind = match key.kind {
        KeyKind::String => quote!(S),
        KeyKind::Number => quote!(N),
        KeyKind::Binary => quote!(B),
    };
    quote! {
        ::ifc_runtime::item::KeyAttribute { name: #name, kind: ::ifc_runtime::item::KeyKind::#kind }
    }
}
