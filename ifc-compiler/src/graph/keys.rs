//! Keys of items whose type is a name for a number: the derive takes types of the program for text.

use ifc_catalog::schema::{ItemSchema, KeyKind};
use ifc_syntax::errors;

use super::types::named;
use crate::diagnostics::{Diagnostics, from_syntax};
use crate::hir::{Def, Field, ModuleId, Program, TypeDef, TypeId, TypeKind, TypeRef, field_name};
use crate::resolve::{Names, Resolution};

/// Newtypes inside of each other that are looked through.
const DEPTH: u32 = 8;

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
            && is_number(program, names, def.module, &field.ty, 0)
        {
            let why = "its type is a name for a number, which is no text";
            let text = errors::invalid_key_type(field.name.as_str(), why);
            diagnostics.push(from_syntax(&text, path.span));
        }
    }
}

fn is_number(program: &Program, names: &Names, module: ModuleId, ty: &TypeRef, depth: u32) -> bool {
    let Some(named) = named(program, names, module, ty).filter(|_| depth < DEPTH) else {
        return false;
    };
    match named.what {
        Resolution::Primitive(name) => name.as_str().starts_with(['u', 'i', 'f']),
        Resolution::Foreign(path) if path.as_str().ends_with("Option") => {
            let inner = named.args.first();
            inner.is_some_and(|ty| is_number(program, names, named.module, ty, depth + 1))
        }
        Resolution::Def {
            def: Def::Type(id), ..
        } => {
            let def = &program.types[id.index()];
            match &def.kind {
                // A newtype is written as what it holds, unless someone says otherwise.
                TypeKind::Struct(fields) if is_derived(def) => match fields.as_slice() {
                    [field] if field.name.as_str() == "0" && field.serde.is_none() => {
                        is_number(program, names, def.module, &field.ty, depth + 1)
                    }
                    _ => false,
                },
                _ => false,
            }
        }
        _ => false,
    }
}

/// Whether serde writes a type as its definition says.
fn is_derived(def: &TypeDef) -> bool {
    let mut derives = def.derives.iter();
    def.serde.is_none() && derives.any(|name| name.as_str() == "Serialize")
}
