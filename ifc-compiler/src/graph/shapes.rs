//! What serde makes of types, as far as that is certain.

use ifc_catalog::schema::Shape;

use super::types::named;
use crate::hir::{Def, ModuleId, Program, TypeDef, TypeKind, TypeRef};
use crate::resolve::{Names, Resolution};

/// Newtypes inside of each other that are looked through.
const DEPTH: u32 = 8;

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
        Resolution::Primitive(name) => primitive(name.as_str()),
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

fn primitive(name: &str) -> Option<Shape> {
    let of_bits = |bits: &str| match bits {
        "size" => Some(64),
        bits => bits.parse::<u32>().ok(),
    };
    match name.split_at_checked(1)? {
        _ if name == "bool" => Some(Shape::Flag),
        ("f", _) => Some(Shape::Number),
        ("i", bits) => {
            let most = i128::MAX >> 128_u32.checked_sub(of_bits(bits)?)?;
            Some(Shape::Integer(-most - 1, most))
        }
        ("u", bits) => {
            let most = u128::MAX >> 128_u32.checked_sub(of_bits(bits)?)?;
            Some(Shape::Integer(0, i128::try_from(most).unwrap_or(i128::MAX)))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_their_ranges() {
        assert_eq!(primitive("u8"), Some(Shape::Integer(0, 255)));
        assert_eq!(primitive("i16"), Some(Shape::Integer(-32_768, 32_767)));
        let usize = Shape::Integer(0, u64::MAX.into());
        assert_eq!(primitive("usize"), Some(usize));
        assert_eq!(
            primitive("i128"),
            Some(Shape::Integer(i128::MIN, i128::MAX))
        );
        assert_eq!(primitive("u128"), Some(Shape::Integer(0, i128::MAX)));
        assert_eq!(primitive("f32"), Some(Shape::Number));
        assert_eq!([primitive("str"), primitive("char")], [None, None]);
    }
}
