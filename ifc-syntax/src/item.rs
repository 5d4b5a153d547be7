//! `#[derive(Item)]`: keys, indexes and expiry of a table's items.

use ifc_catalog::schema::{IndexSchema, ItemSchema, KeyAttribute, KeyKind};
use proc_macro2::Span;
use syn::{Data, DeriveInput, Field, Fields, GenericArgument, PathArguments, Type};

use crate::args::{self, RawOption, RawValue, span_of, string};
use crate::errors::{self, Errors};
use crate::handler::plain;
use crate::serde_names::{self, Serde};

/// A type that derives `Item`.
#[derive(Clone)]
pub struct Item {
    /// Keys by their names in the table.
    pub schema: ItemSchema,
    /// Field of the partition key.
    pub partition_key: KeyField,
    /// Field of the sort key.
    pub sort_key: Option<KeyField>,
    /// Fields of the indexes' keys, in the order of [`ItemSchema::indexes`].
    pub indexes: Vec<(KeyField, Option<KeyField>)>,
}

/// A field that is part of a key.
#[derive(Clone)]
pub struct KeyField {
    /// Name in Rust.
    pub ident: syn::Ident,
    /// Type in Rust.
    pub ty: Type,
    /// Name and scalar type in the table.
    pub attribute: KeyAttribute,
}

const ATTRIBUTE: &str = "`#[item]`";

#[derive(Default)]
struct Found {
    partition_key: Option<KeyField>,
    sort_key: Option<KeyField>,
    /// Index, whether its sort key, field, place.
    indexes: Vec<(String, bool, KeyField, Span)>,
    ttl: Option<String>,
    /// Whether some field was meant to be the partition key, readable or not.
    means_partition_key: bool,
}

/// Reads a type that derives `Item`. None if it has no usable partition key.
pub fn parse(input: &DeriveInput, errors: &mut Errors) -> Option<Item> {
    let name = plain(&input.ident);
    let Data::Struct(data) = &input.data else {
        errors.push(
            errors::invalid_item(
                format!("`{name}` is not a struct"),
                "an item is a struct with named fields; wrap the enum in a field",
            )
            .at(input.ident.span()),
        );
        return None;
    };
    let Fields::Named(fields) = &data.fields else {
        errors.push(
            errors::invalid_item(
                format!("`{name}` has no named fields"),
                "the fields' names are the attributes' names in the table",
            )
            .at(input.ident.span()),
        );
        return None;
    };
    if let Some(param) = input.generics.params.first() {
        errors.push(
            errors::invalid_item(
                format!("`{name}` is generic"),
                "a table has items of one type: name it",
            )
            .at(span_of(param)),
        );
    }
    let container = Serde::read(&input.attrs);
    let mut found = Found::default();
    for field in &fields.named {
        read_field(field, &container, &mut found, errors);
    }
    finish(found, &name, input.ident.span(), errors)
}

fn finish(found: Found, name: &str, span: Span, errors: &mut Errors) -> Option<Item> {
    let mut indexes: Vec<(String, Option<KeyField>, Option<KeyField>, Span)> = Vec::new();
    for (index, is_sort, field, span) in found.indexes {
        let at = match indexes.iter().position(|(other, ..)| *other == index) {
            Some(at) => at,
            None => {
                indexes.push((index.clone(), None, None, span));
                indexes.len() - 1
            }
        };
        let (what, slot) = if is_sort {
            ("sort key", &mut indexes[at].2)
        } else {
            ("partition key", &mut indexes[at].1)
        };
        if slot.is_some() {
            errors.push(errors::repeated_key(&format!("{what} of the index \"{index}\"")).at(span));
        } else {
            *slot = Some(field);
        }
    }
    let is_same = |one: &Option<KeyField>, other: &Option<KeyField>| match (one, other) {
        (Some(one), Some(other)) => one.ident == other.ident,
        _ => false,
    };
    let table = (&found.partition_key, &found.sort_key);
    let keys = indexes
        .iter()
        .map(|(_, partition, sort, _)| (partition, sort));
    for (partition, sort) in keys.chain([table]) {
        if let Some(field) = sort.as_ref().filter(|_| is_same(partition, sort)) {
            errors.push(
                errors::invalid_item(
                    format!("`{}` is both the partition key and the sort key", plain(&field.ident)),
                    "a sort key orders what has the same partition key: choose another field, or none",
                )
                .at(field.ident.span()),
            );
        }
    }
    indexes.sort_by(|a, b| a.0.cmp(&b.0));
    let mut schemas = Vec::new();
    let mut index_fields = Vec::new();
    for (index, partition_key, sort_key, span) in indexes {
        let Some(partition_key) = partition_key else {
            errors.push(errors::index_without_partition_key(&index).at(span));
            continue;
        };
        schemas.push(IndexSchema {
            name: index,
            partition_key: partition_key.attribute.clone(),
            sort_key: sort_key.as_ref().map(|field| field.attribute.clone()),
        });
        index_fields.push((partition_key, sort_key));
    }
    let Some(partition_key) = found.partition_key else {
        if !found.means_partition_key {
            errors.push(errors::missing_partition_key(name).at(span));
        }
        return None;
    };
    Some(Item {
        schema: ItemSchema {
            partition_key: partition_key.attribute.clone(),
            sort_key: found.sort_key.as_ref().map(|field| field.attribute.clone()),
            indexes: schemas,
            ttl: found.ttl,
        },
        partition_key,
        sort_key: found.sort_key,
        indexes: index_fields,
    })
}

fn read_field(field: &Field, container: &Serde, found: &mut Found, errors: &mut Errors) {
    let Some(ident) = &field.ident else {
        return;
    };
    let serde = Serde::read(&field.attrs);
    let name = serde_names::field(&plain(ident), &serde, container);
    for attr in field
        .attrs
        .iter()
        .filter(|attr| attr.path().is_ident("item"))
    {
        let pieces = args::split(args::inner(attr));
        let mut meant = pieces.iter().map(|piece| piece.means(&WORDS));
        found.means_partition_key |= meant.any(|word| word == Some("partition_key"));
        let raw: Vec<RawOption> = pieces
            .iter()
            .filter_map(|piece| args::option(piece, ATTRIBUTE, errors))
            .collect();
        if pieces.is_empty() {
            errors.push(errors::unreadable(ATTRIBUTE, FORMS).at(span_of(attr)));
        }
        if let Some(word) = ["skip", "skip_serializing", "flatten"]
            .into_iter()
            .find(|word| serde.has(word))
        {
            errors.push(
                errors::invalid_item(
                    format!(
                        "`{}` cannot be a key: serde does not write it ({word})",
                        plain(ident)
                    ),
                    format!("remove `{word}` or choose another field"),
                )
                .at(ident.span()),
            );
        }
        let converted = serde.has("with") || serde.has("serialize_with");
        read_options(&raw, field, converted, ident, &name, found, errors);
    }
}

const WORDS: [&str; 5] = ["partition_key", "sort_key", "index", "ttl", "kind"];
const FORMS: &str =
    "`partition_key`, `sort_key`, `index = \"name\"`, `index = \"name\", sort_key` or `ttl`";

fn read_options(
    raw: &[RawOption],
    field: &Field,
    converted: bool,
    ident: &syn::Ident,
    name: &str,
    found: &mut Found,
    errors: &mut Errors,
) {
    let mut index = None;
    let mut kind = None;
    let (mut partition, mut sort, mut ttl) = (false, false, false);
    for option in raw {
        let word = option.name.to_string();
        match (word.as_str(), &option.value) {
            ("partition_key", RawValue::None) => partition = true,
            ("sort_key", RawValue::None) => sort = true,
            ("ttl", RawValue::None) => ttl = true,
            ("index", RawValue::Expr(expr)) => match string(expr) {
                Some(text) if is_index_name(&text) => index = Some((text, span_of(expr))),
                _ => errors.push(
                    errors::invalid_item(
                        "this is not a name for an index",
                        "use 3 to 255 letters, digits, `_`, `-` and `.` in a string",
                    )
                    .at(span_of(expr)),
                ),
            },
            ("kind", RawValue::Expr(expr)) => {
                kind = match string(expr).as_deref() {
                    Some("S") => Some(KeyKind::String),
                    Some("N") => Some(KeyKind::Number),
                    Some("B") => Some(KeyKind::Binary),
                    _ => {
                        errors.push(
                            errors::invalid_item(
                                "`kind` is one of \"S\", \"N\" and \"B\"",
                                "text is \"S\", numbers \"N\", bytes \"B\"",
                            )
                            .at(span_of(expr)),
                        );
                        None
                    }
                }
            }
            (known, _) if WORDS.contains(&known) => {
                errors.push(errors::unreadable(ATTRIBUTE, FORMS).at(option.span));
            }
            (unknown, _) => errors
                .push(errors::unknown_option(ATTRIBUTE, unknown, &WORDS).at(option.name.span())),
        }
    }
    let key = |optional: bool, errors: &mut Errors| -> Option<KeyField> {
        let kind = match kind {
            Some(kind) => kind,
            None => match key_kind(&field.ty, optional) {
                Ok(KeyKind::Binary) if !converted && is_list(&field.ty) => {
                    errors.push(
                        errors::invalid_item(
                            format!(
                                "`{}` cannot be a key: serde writes it as a list",
                                plain(ident)
                            ),
                            "add `#[serde(with = \"serde_bytes\")]`, which writes bytes",
                        )
                        .at(span_of(&field.ty)),
                    );
                    KeyKind::Binary
                }
                Ok(kind) => kind,
                Err(why) => {
                    errors
                        .push(errors::invalid_key_type(&plain(ident), why).at(span_of(&field.ty)));
                    // Taken as text, so that the missing key is not reported as well.
                    KeyKind::String
                }
            },
        };
        Some(KeyField {
            ident: ident.clone(),
            ty: field.ty.clone(),
            attribute: KeyAttribute {
                name: name.into(),
                kind,
            },
        })
    };
    if partition {
        place(
            &mut found.partition_key,
            key(false, errors),
            "partition key",
            ident,
            errors,
        );
    }
    match index {
        Some((index, span)) => found
            .indexes
            .extend(key(true, errors).map(|field| (index, sort, field, span))),
        // The sort key of an index whose name is wrong is not the table's.
        None if sort && !raw.iter().any(|option| option.name == "index") => place(
            &mut found.sort_key,
            key(false, errors),
            "sort key",
            ident,
            errors,
        ),
        None => {}
    }
    if ttl {
        if !matches!(key_kind(&field.ty, true), Ok(KeyKind::Number)) {
            errors.push(
                errors::invalid_item(
                    format!("`{}` cannot be the time of expiry", plain(ident)),
                    "use an integer: seconds since 1970, such as `u64` or `Option<u64>`",
                )
                .at(span_of(&field.ty)),
            );
        } else if found.ttl.is_some() {
            errors.push(errors::repeated_key("time of expiry").at(ident.span()));
        } else {
            found.ttl = Some(name.into());
        }
    }
}

fn place(
    slot: &mut Option<KeyField>,
    field: Option<KeyField>,
    what: &str,
    ident: &syn::Ident,
    errors: &mut Errors,
) {
    if slot.is_some() {
        errors.push(errors::repeated_key(what).at(ident.span()));
    } else {
        *slot = field;
    }
}

fn is_index_name(text: &str) -> bool {
    (3..=255).contains(&text.len())
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "_-.".contains(c))
}

/// Scalar type of a key, by the name of its type.
fn key_kind(ty: &Type, optional: bool) -> Result<KeyKind, &'static str> {
    const NOT_SCALAR: &str = "a list, map or flag is no key in DynamoDB";
    match ty {
        Type::Reference(reference) => key_kind(&reference.elem, optional),
        Type::Paren(paren) => key_kind(&paren.elem, optional),
        Type::Array(array) if is_u8(&array.elem) => Ok(KeyKind::Binary),
        Type::Slice(slice) if is_u8(&slice.elem) => Ok(KeyKind::Binary),
        Type::Path(path) => {
            let Some(last) = path.path.segments.last() else {
                return Err(NOT_SCALAR);
            };
            let inner = match &last.arguments {
                PathArguments::AngleBracketed(args) => args.args.iter().find_map(|arg| match arg {
                    GenericArgument::Type(ty) => Some(ty),
                    _ => None,
                }),
                _ => None,
            };
            let name = last.ident.to_string();
            match (name.as_str(), inner) {
                (
                    "u8" | "u16" | "u32" | "u64" | "u128" | "usize" | "i8" | "i16" | "i32" | "i64"
                    | "i128" | "isize" | "f32" | "f64",
                    None,
                ) => Ok(KeyKind::Number),
                ("bool", None) => Err(NOT_SCALAR),
                ("Bytes" | "ByteBuf", None) => Ok(KeyKind::Binary),
                ("Vec", Some(inner)) if is_u8(inner) => Ok(KeyKind::Binary),
                ("Option", Some(inner)) if optional => key_kind(inner, false),
                ("Option", Some(_)) => Err("every item has all of its table's key"),
                ("Box" | "Arc" | "Rc" | "Cow", Some(inner)) => key_kind(inner, optional),
                (
                    "Vec" | "VecDeque" | "HashMap" | "BTreeMap" | "HashSet" | "BTreeSet"
                    | "IndexMap",
                    _,
                ) => Err(NOT_SCALAR),
                _ => Ok(KeyKind::String),
            }
        }
        _ => Err(NOT_SCALAR),
    }
}

/// Whether serde writes bytes of this type one by one. `Bytes` and `ByteBuf` are written as bytes.
fn is_list(ty: &Type) -> bool {
    let text = quote::ToTokens::to_token_stream(ty).to_string();
    !["Bytes", "ByteBuf"].iter().any(|name| text.contains(name))
}

fn is_u8(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.is_ident("u8"))
}
