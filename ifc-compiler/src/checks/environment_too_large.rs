//! More environment than a function can have.

use ifc_catalog::infra::{Computed, Value};
use ifc_catalog::limits::ENVIRONMENT_BYTES;

use super::{Check, Findings, Level, Outputs, Run, Subject, option};
use crate::diagnostics::{Code, Diagnostic, Severity};

pub(super) static CHECK: Check = Check {
    code: &CODE,
    level: Level::Lint,
    absence: false,
    run: Run::Outputs(run),
};

/// An ARN or URL that is known at deployment only, with a long name.
const REFERENCE: u64 = 150;

fn run(outputs: &Outputs<'_>, findings: &mut Findings) {
    for (at, function) in outputs.graph.application.functions.iter().enumerate() {
        let Some(lowered) = outputs.manifest.functions.get(&function.name) else {
            continue;
        };
        let environment = &lowered.environment;
        let size: u64 = environment
            .iter()
            .map(|(name, variable)| name.len() as u64 + bytes(&variable.value))
            .sum();
        if size <= ENVIRONMENT_BYTES.value {
            continue;
        }
        let span = option(&function.options, "env").map_or(function.span, |option| option.span);
        let diagnostic = Diagnostic::new(
            &CODE,
            span,
            format!("the environment of `{}` is too large", function.name),
        )
        .label(format!(
            "{} variables take about {size} bytes",
            environment.len()
        ))
        .note(ENVIRONMENT_BYTES.note())
        .note(format!(
            "names that AWS gives are counted as {REFERENCE} bytes"
        ))
        .help("put long values into a `Parameter`, or use fewer resources in one function");
        findings.push([Subject::Function(at)], diagnostic);
    }
}

fn bytes(value: &Value) -> u64 {
    match value {
        Value::Bool(_) => 5,
        Value::Number(number) => number.to_string().len() as u64,
        Value::Text(text) => text.len() as u64,
        Value::List(values) | Value::Computed(Computed::Join(values)) => values
            .iter()
            .map(bytes)
            .sum::<u64>()
            .min(REFERENCE.max(literal(values))),
        Value::Computed(Computed::Staged { stages, otherwise }) => {
            let values = stages.values().chain(otherwise.as_deref());
            values.map(bytes).max().unwrap_or(0)
        }
        Value::Computed(_) => REFERENCE,
    }
}

fn literal(values: &[Value]) -> u64 {
    values
        .iter()
        .map(|value| match value {
            Value::Text(text) => text.len() as u64,
            _ => 0,
        })
        .sum()
}

static CODE: Code = Code {
    number: "IFC0710",
    name: "environment_too_large",
    severity: Severity::Error,
    page: r#"## What
The environment variables of a function take more than 4 KB, names included. Each resource that the
function uses takes one; names that AWS gives are estimated.

## Why
AWS Lambda refuses the function.

## Example
```rust,ignore
#[on(schedule("rate(1 day)"))]
#[function(env(TEMPLATE = "<html> .. more than 4 KB of text .. </html>"))]
async fn report() -> Result<()> {
    Ok(())
}
```

## Instead
```rust
#[resource(default = "<html></html>")]
static TEMPLATE: Parameter<String> = Parameter::new();

#[on(schedule("rate(1 day)"))]
async fn report() -> Result<()> {
    let template = TEMPLATE.get().await?;
    Ok(())
}
```
"#,
};
