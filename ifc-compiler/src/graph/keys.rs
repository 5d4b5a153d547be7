//! Keys of items whose type is a name for a number: the derive takes types of the program for text.

use ifc_catalog::schema::{ItemSchema, KeyKind, Shape};
use ifc_syntax::errors;

use super::shapes::{Half, shape};
use super::types::{Named, named};
use crate::diagnostics::{Diagnostics, from_syntax};
use crate::hir::{Field, ModuleId, Program, TypeId, TypeKind, TypeRef, field_name};
use crate::resolve::{Names, Resolution};

/// Checks the keys of an item's type.
pub(super) fn check(
    program: &Program,
    names: &Names,
    id: TypeId,
    item: &ItemSchema,
    diagnostics: &mut Diagnostics,
) {
    let def = &program.types[id.index()];
    let TypeKind::Struct(fields) = &def.kind else {
        return;
    };
    let rule = def.serde.as_ref().and_then(|serde| serde.rename_all);
    let indexed = item.indexes.iter();
    let indexed = indexed.flat_map(|index| [Some(&index.partition_key), index.sort_key.as_ref()]);
    let keys = [Some(&item.partition_key), item.sort_key.as_ref()];
    let texts = keys.into_iter().chain(indexed).flatten();
    let texts = texts.filter(|key| key.kind == KeyKind::String);
    for key in texts {
        let is_it = |field: &&Field| field_name(field, rule) == key.name;
        let Some(field) = fields.iter().find(is_it) else {
            continue;
        };
        let is_plain = field
            .serde
            .as_ref()
            .is_none_or(|serde| serde.calls.is_empty());
        if let TypeRef::Path(path) = &field.ty
            && is_plain
            && is_number(program, names, def.module, &field.ty)
        {
            let why = "its type is a name for a number, which is no text";
            let text = errors::invalid_key_type(field.name.as_str(), why);
            diagnostics.push(from_syntax(&text, path.span));
        }
    }
}

/// Whether a field, which may be left out, is written as a number.
fn is_number(program: &Program, names: &Names, module: ModuleId, ty: &TypeRef) -> bool {
    let written = match named(program, names, module, ty) {
        Some(Named {
            what: Resolution::Foreign(path),
            args,
        }) if path.as_str().ends_with("Option") && args.len() == 1 => args[0],
        _ => (module, ty),
    };
    matches!(
        shape(program, names, written, Half::Serialize, 0),
        Some(Shape::Integer(..) | Shape::Number)
    )
}
