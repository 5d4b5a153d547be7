//! `#[derive(Event)]`: source and detail types of an event type.

use proc_macro2::Span;
use syn::{Data, DeriveInput, Fields};

use crate::args::{self, RawValue, span_of, string};
use crate::errors::{self, Errors};
use crate::handler::plain;
use crate::serde_names::{self, Serde};

/// A type that derives `Event`.
#[derive(Clone, Debug)]
pub struct Event {
    /// `#[event(source = "..")]`; the name of the package that defines the type unless given.
    pub source: Option<String>,
    /// Variants in source order; one entry, named like the type, for a struct.
    pub variants: Vec<Variant>,
    /// Whether the type is an enum.
    pub is_enum: bool,
}

/// A variant of an event type.
#[derive(Clone, Debug)]
pub struct Variant {
    /// Name in Rust.
    pub ident: syn::Ident,
    /// EventBridge `detail-type`.
    pub detail_type: String,
    /// Name that serde writes.
    pub serde_name: String,
    /// Whether it has no content.
    pub is_unit: bool,
}

impl Event {
    /// The schema, given the package that defines the type.
    pub fn schema(&self, package: &str) -> ifc_catalog::schema::EventSchema {
        let variants = self.variants.iter();
        ifc_catalog::schema::EventSchema {
            source: self.source.clone().unwrap_or_else(|| package.into()),
            variants: variants
                .map(|variant| ifc_catalog::schema::EventVariant {
                    name: plain(&variant.ident),
                    detail_type: variant.detail_type.clone(),
                })
                .collect(),
        }
    }
}

const ATTRIBUTE: &str = "`#[event]`";

/// Reads a type that derives `Event`. None if it cannot be one.
pub fn parse(input: &DeriveInput, errors: &mut Errors) -> Option<Event> {
    let name = plain(&input.ident);
    if let Some(param) = input.generics.params.first() {
        errors.push(
            errors::invalid_event(
                format!("the event type `{name}` is generic"),
                "a bus has events of one type: name it",
            )
            .at(span_of(param)),
        );
    }
    let on_type = options(&input.attrs, &["source", "name"], errors);
    let source = on_type
        .iter()
        .find(|(word, ..)| word == "source")
        .map(|(_, text, span)| (text.clone(), *span));
    if let Some((text, span)) = &source {
        let valid = !text.is_empty() && text.len() <= 256 && !text.starts_with("aws.");
        if !valid {
            errors.push(
                errors::invalid_event(
                    format!("\"{text}\" cannot be the source of events"),
                    "use 1 to 256 characters; sources that begin with \"aws.\" are reserved",
                )
                .at(*span),
            );
        }
    }
    let container = Serde::read(&input.attrs);
    let type_name = on_type.iter().find(|(word, ..)| word == "name");
    let (variants, is_enum) = match &input.data {
        Data::Struct(data) => {
            if matches!(data.fields, Fields::Unnamed(_)) {
                errors.push(
                    errors::invalid_event(
                        format!("the event type `{name}` has no named fields"),
                        "the detail of an event is a JSON object: use a struct with named fields",
                    )
                    .at(input.ident.span()),
                );
            }
            let variant = Variant {
                ident: input.ident.clone(),
                detail_type: type_name.map_or_else(|| name.clone(), |(_, text, _)| text.clone()),
                serde_name: name.clone(),
                is_unit: matches!(data.fields, Fields::Unit),
            };
            (vec![variant], false)
        }
        Data::Enum(data) => {
            if let Some((_, _, span)) = type_name {
                errors.push(
                    errors::invalid_event(
                        format!("`name` on the enum `{name}`"),
                        "each variant has a detail type of its own: put it on a variant",
                    )
                    .at(*span),
                );
            }
            for word in ["tag", "untagged", "content"] {
                if container.has(word) {
                    errors.push(
                        errors::invalid_event(
                            format!("the event type `{name}` is serialized with `{word}`"),
                            "remove it: the variant is the detail type, and its content the detail",
                        )
                        .at(input.ident.span()),
                    );
                }
            }
            (enum_variants(data, &container, errors), true)
        }
        Data::Union(_) => {
            errors.push(
                errors::invalid_event(
                    format!("the event type `{name}` is a union"),
                    "use an enum with one variant for each kind of event",
                )
                .at(input.ident.span()),
            );
            return None;
        }
    };
    if variants.is_empty() {
        errors.push(
            errors::invalid_event(
                format!("the event type `{name}` has no variants"),
                "add one for each kind of event",
            )
            .at(input.ident.span()),
        );
    }
    Some(Event {
        source: source.map(|(text, _)| text),
        variants,
        is_enum,
    })
}

fn enum_variants(data: &syn::DataEnum, container: &Serde, errors: &mut Errors) -> Vec<Variant> {
    let mut variants: Vec<Variant> = Vec::new();
    for variant in &data.variants {
        let name = plain(&variant.ident);
        let given = options(&variant.attrs, &["name"], errors);
        let (detail_type, span) = match given.first() {
            Some((_, text, span)) => (text.clone(), *span),
            None => (name.clone(), variant.ident.span()),
        };
        if detail_type.is_empty() || detail_type.len() > 128 {
            errors.push(
                errors::invalid_event(
                    "a detail type has 1 to 128 characters",
                    "choose another name",
                )
                .at(span),
            );
        }
        if variants
            .iter()
            .any(|other| other.detail_type == detail_type)
        {
            errors.push(errors::repeated_detail_type(&detail_type).at(span));
        }
        if let Fields::Unnamed(fields) = &variant.fields
            && fields.unnamed.len() != 1
        {
            errors.push(
                errors::invalid_event(
                    format!(
                        "the variant `{name}` has {} unnamed fields",
                        fields.unnamed.len()
                    ),
                    "the detail of an event is a JSON object: use one struct, or named fields",
                )
                .at(variant.ident.span()),
            );
        }
        let serde = Serde::read(&variant.attrs);
        variants.push(Variant {
            serde_name: serde_names::variant(&name, &serde, container),
            ident: variant.ident.clone(),
            detail_type,
            is_unit: matches!(variant.fields, Fields::Unit),
        });
    }
    variants
}

/// `word = "text"` in all `#[event(..)]`s, with the place of the text.
fn options(
    attrs: &[syn::Attribute],
    words: &[&str],
    errors: &mut Errors,
) -> Vec<(String, String, Span)> {
    let mut found: Vec<(String, String, Span)> = Vec::new();
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("event")) {
        for piece in args::split(args::inner(attr)) {
            let Some(raw) = args::option(&piece, ATTRIBUTE, errors) else {
                continue;
            };
            let word = raw.name.to_string();
            if !words.contains(&word.as_str()) {
                let text = errors::unknown_option(ATTRIBUTE, &word, words);
                errors.push(text.at(raw.name.span()));
                continue;
            }
            let text = match &raw.value {
                RawValue::Expr(expr) => string(expr).map(|text| (text, span_of(expr))),
                _ => None,
            };
            match text {
                Some((text, span)) => found.push((word, text, span)),
                None => {
                    let form = format!("`{word} = \"..\"`");
                    errors.push(errors::unreadable(ATTRIBUTE, &form).at(raw.span));
                }
            }
        }
    }
    found
}
