//! First values of secrets and parameters, which their types must be able to read.

use ifc_catalog::model::{OptionValue, Value};

use super::types::named;
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Severity};
use crate::hir::{Def, ModuleId, Program, TypeDef, TypeKind, TypeRef};
use crate::resolve::{Names, Resolution};

/// Newtypes inside of each other that are looked through.
const DEPTH: u32 = 8;

/// What a type reads, as far as that is certain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Number,
    Flag,
    Object,
}

/// Checks `generate` and `default` of a resource against its payload.
pub(super) fn check(
    program: &Program,
    names: &Names,
    options: &[OptionValue],
    (module, payload): (ModuleId, &TypeRef),
    diagnostics: &mut Diagnostics,
) {
    let Some(shape) = shape(program, names, module, payload, 0) else {
        return;
    };
    let expected = match shape {
        Shape::Number => "a number",
        Shape::Flag => "`true` or `false`",
        Shape::Object => "a JSON object",
    };
    for option in options {
        let found = match (option.name.as_str(), &option.value) {
            ("generate", _) => "a random text",
            ("default", Value::Str(text)) if !fits(shape, text) => "this text",
            _ => continue,
        };
        diagnostics.push(
            Diagnostic::new(
                &UNREADABLE_VALUE,
                option.span,
                format!(
                    "`{}` cannot be read from {found}",
                    super::display::ty(payload)
                ),
            )
            .label(format!("it is written as {expected}"))
            .help(match option.name.as_str() {
                "generate" => {
                    "remove `generate` and put the first value by hand, or let it be a `String`"
                }
                _ => "write what the type reads",
            }),
        );
    }
}

fn fits(shape: Shape, text: &str) -> bool {
    let json: Option<serde_json::Value> = serde_json::from_str(text).ok();
    json.is_some_and(|json| match shape {
        Shape::Number => json.is_number(),
        Shape::Flag => json.is_boolean(),
        Shape::Object => json.is_object(),
    })
}

fn shape(
    program: &Program,
    names: &Names,
    module: ModuleId,
    ty: &TypeRef,
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
                _ if !is_derived(def) => None,
                [field] if field.name.as_str() == "0" => {
                    let plain = field.serde.is_none();
                    plain.then(|| shape(program, names, def.module, &field.ty, depth + 1))?
                }
                [field, ..] if field.name.as_str() != "0" => Some(Shape::Object),
                _ => None,
            }
        }
        _ => None,
    }
}

/// Whether serde reads a type as its definition says.
fn is_derived(def: &TypeDef) -> bool {
    let mut derives = def.derives.iter();
    def.serde.is_none() && derives.any(|name| name.as_str() == "Deserialize")
}

/// A first value that cannot be read.
pub(super) static UNREADABLE_VALUE: Code = Code {
    number: "IFC0608",
    name: "unreadable_value",
    severity: Severity::Error,
    page: r#"## What
The first value of a secret or parameter is text that its type cannot be read from.

## Why
A `String` is the text as it is; any other type is read as JSON. The first call of `get` would fail.

## Example
```rust
#[resource(default = "many")]
static MOST_ORDERS: Parameter<u32> = Parameter::new();

#[on(schedule("rate(1 day)"))]
async fn report() -> Result<()> {
    MOST_ORDERS.get().await?;
    Ok(())
}
```

## Instead
```rust
#[resource(default = "100")]
static MOST_ORDERS: Parameter<u32> = Parameter::new();

#[on(schedule("rate(1 day)"))]
async fn report() -> Result<()> {
    MOST_ORDERS.get().await?;
    Ok(())
}
```
"#,
};
