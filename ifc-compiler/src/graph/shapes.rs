//! What serde makes of types, as far as that is certain.

use super::types::named;
use crate::hir::{Def, ModuleId, Program, TypeDef, TypeKind, TypeRef};
use crate::resolve::{Names, Resolution};

/// Newtypes inside of each other that are looked through.
const DEPTH: u32 = 8;

/// What a value is written as, and read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Number,
    Flag,
    Object,
}

/// One half of serde.
#[derive(Clone, Copy, Debug)]
pub(super) enum Half {
    Serialize,
    Deserialize,
}

/// What a type is written as or read from; nothing where someone may have said otherwise.
pub(super) fn shape(
    program: &Program,
    names: &Names,
    (module, ty): (ModuleId, &TypeRef),
    half: Half,
    depth: u32,
) -> Option<Shape> {
    let named = named(program, names, module, ty).filter(|_| depth < DEPTH)?;
    match named.what {
        Resolution::Primitive(name) => match name.as_str() {
            "bool" => Some(Shape::Flag),
            name => name.starts_with(['u', 'i', 'f']).then_some(Shape::Number),
        },
        Resolution::Def {
            def: Def::Type(id), ..
        } => {
            let def = &program.types[id.index()];
            let TypeKind::Struct(fields) = &def.kind else {
                return None;
            };
            match fields.as_slice() {
                _ if !is_derived(def, half) => None,
                // A newtype is what it holds.
                [field] if field.name.as_str() == "0" => {
                    let inner = (def.module, &field.ty);
                    let plain = field.serde.is_none();
                    plain.then(|| shape(program, names, inner, half, depth + 1))?
                }
                [field, ..] if field.name.as_str() != "0" => Some(Shape::Object),
                _ => None,
            }
        }
        _ => None,
    }
}

/// Whether serde writes or reads a type as its definition says.
fn is_derived(def: &TypeDef, half: Half) -> bool {
    let name = match half {
        Half::Serialize => "Serialize",
        Half::Deserialize => "Deserialize",
    };
    let mut derives = def.derives.iter();
    def.serde.is_none() && derives.any(|derived| derived.as_str() == name)
}
