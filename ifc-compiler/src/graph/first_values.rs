//! First values of secrets and parameters, which their types must be able to read.

use ifc_catalog::model::{OptionValue, Value};
use ifc_catalog::schema::Shape;

use crate::diagnostics::{Code, Diagnostic, Diagnostics, Severity};

/// Checks `generate` and `default` of a resource whose type is read from this.
pub(super) fn check(
    reads: Shape,
    payload: &str,
    options: &[OptionValue],
    diagnostics: &mut Diagnostics,
) {
    for option in options {
        let found = match (option.name.as_str(), &option.value) {
            ("generate", _) => "a random text",
            ("default", Value::Str(text)) if !reads.reads(text) => "this text",
            _ => continue,
        };
        diagnostics.push(
            Diagnostic::new(
                &UNREADABLE_VALUE,
                option.span,
                format!("`{payload}` cannot be read from {found}"),
            )
            .label(format!("it is written as {}", reads.words()))
            .help(match option.name.as_str() {
                "generate" => {
                    "remove `generate` and put the first value by hand, or let it be a `String`"
                }
                _ => "write what the type reads",
            }),
        );
    }
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
