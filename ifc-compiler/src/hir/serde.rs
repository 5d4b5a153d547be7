//! What serde's attributes say of a type, a variant or a field, as far as reading goes
//! (`Deserialize`), and which functions they name.

use ifc_syntax::serde_names;

use super::{Field, Path, TypeRef, Variant};
use crate::symbol::Symbol;

/// The options of all `#[serde(..)]` on one item that matter to a reader; of options with two halves
/// the one for reading.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Serde {
    /// `rename`.
    pub rename: Option<Symbol>,
    /// Other names: `alias`.
    pub aliases: bool,
    /// `rename_all`: of a struct's fields, an enum's variants, or a variant's fields.
    pub rename_all: Option<Symbol>,
    /// `rename_all_fields`: of the fields of all variants.
    pub rename_all_fields: Option<Symbol>,
    /// `tag`.
    pub tag: Option<Symbol>,
    /// `content`.
    pub content: Option<Symbol>,
    /// `untagged`.
    pub untagged: bool,
    /// `transparent`.
    pub transparent: bool,
    /// `default`, with or without a function.
    pub default: bool,
    /// `skip`, `skip_deserializing`.
    pub skip: bool,
    /// `flatten`.
    pub flatten: bool,
    /// `other`: the variant of all unknown names.
    pub other: bool,
    /// The type in whose form it is read: `from`, `try_from`.
    pub from: Option<TypeRef>,
    /// Whether reading in that form may fail: `try_from`.
    pub may_refuse: bool,
    /// The module or function that reads it: `with`, `deserialize_with`.
    pub with: Option<Symbol>,
    /// Functions that the code made by serde's derives calls, for writing too: `default`, `with`,
    /// `serialize_with`, `skip_serializing_if` and others.
    pub calls: Vec<Path>,
    /// Whether it says something that is not understood.
    pub unknown: bool,
}

impl Serde {
    /// Whether a value has its own name and comes from the input alone, if it is there at all.
    pub fn is_plain(&self) -> bool {
        let changed = self.aliases
            || self.default
            || self.skip
            || self.flatten
            || self.transparent
            || self.from.is_some()
            || self.with.is_some()
            || self.tag.is_some();
        !changed && !self.unknown
    }
}

/// The name under which a field is read, where the item around it has this `rename_all`.
pub fn field_name(field: &Field, rule: Option<Symbol>) -> String {
    let renamed = field.serde.as_ref().and_then(|serde| serde.rename);
    let name = field.name.as_str();
    match (renamed, rule) {
        (Some(renamed), _) => renamed.to_string(),
        (None, Some(rule)) => serde_names::rename_field(rule.as_str(), name),
        (None, None) => name.to_owned(),
    }
}

/// The name under which a variant is read, given what stands on its enum.
pub fn variant_name(variant: &Variant, of_enum: Option<&Serde>) -> String {
    let renamed = variant.serde.as_ref().and_then(|serde| serde.rename);
    let name = variant.name.as_str();
    match (renamed, of_enum.and_then(|serde| serde.rename_all)) {
        (Some(renamed), _) => renamed.to_string(),
        (None, Some(rule)) => serde_names::rename_variant(rule.as_str(), name),
        (None, None) => name.to_owned(),
    }
}
