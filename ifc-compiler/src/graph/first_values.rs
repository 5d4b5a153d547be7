//! First values of secrets and parameters, which their types must be able to read.

use ifc_catalog::model::{OptionValue, Value};

use super::display;
use super::shapes::{Half, Shape, shape};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Severity};
use crate::hir::{ModuleId, Program, TypeRef};
use crate::resolve::Names;

/// Checks `generate` and `default` of a resource against its payload.
pub(super) fn check(
    program: &Program,
    names: &Names,
    options: &[OptionValue],
    payload: (ModuleId, &TypeRef),
    diagnostics: &mut Diagnostics,
) {
    let Some(shape) = shape(program, names, payload, Half::Deserialize, 0) else {
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
                format!("`{}` cannot be read from {found}", display::ty(payload.1)),
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
