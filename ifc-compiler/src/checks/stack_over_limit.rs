//! More than a stack can hold.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::{Check, Findings, Level, Outputs, Run};
use crate::diagnostics::{Code, Diagnostic, Severity};
use ifc_catalog::limits::{
    Limit, STACK_OUTPUTS, STACK_PARAMETERS, STACK_RESOURCES, TEMPLATE_BYTES,
};

pub(super) static CHECK: Check = Check {
    code: &CODE,
    level: Level::Fixed,
    absence: false,
    run: Run::Outputs(run),
};

fn run(outputs: &Outputs<'_>, findings: &mut Findings) {
    for (count, limit) in counts(outputs) {
        if count > limit.value {
            let diagnostic = Diagnostic::global(
                &CODE,
                format!("the stack is too large: {count} {}", limit.what),
            )
            .note(limit.note())
            .help("split the application into several packages, each with a stack of its own");
            findings.push([], diagnostic);
        }
    }
}

/// What the template holds, each with its limit.
pub(super) fn counts(outputs: &Outputs<'_>) -> Vec<(u64, &'static Limit)> {
    let template = outputs.artifacts.iter().find(|a| a.path == "template.json");
    let Some(template) = template else {
        return Vec::new();
    };
    let manifest = outputs.manifest;
    // The template leaves out parameters without a use. To know them means reading it, which is
    // worth the time only where they can be too many.
    let mut parameters = manifest.parameters.len() as u64;
    if parameters * 2 > STACK_PARAMETERS.value {
        parameters = serde_json::from_str::<Template>(&template.text)
            .map_or(parameters, |used| used.parameters.len() as u64);
    }
    vec![
        (manifest.infrastructure.len() as u64, &STACK_RESOURCES),
        (parameters, &STACK_PARAMETERS),
        (manifest.outputs.len() as u64, &STACK_OUTPUTS),
        (template.text.len() as u64, &TEMPLATE_BYTES),
    ]
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Template {
    #[serde(default)]
    parameters: BTreeMap<String, IgnoredAny>,
}

static CODE: Code = Code {
    number: "IFC0720",
    name: "stack_over_limit",
    severity: Severity::Error,
    page: r#"## What
The template has more resources, parameters, outputs or bytes than CloudFormation takes.

## Why
CloudFormation refuses the template. A function with one trigger takes about eight resources: role,
log group, mapping, permissions, dead-letter queue, alarm.

## Example
```rust,ignore
// main.rs of a package with a hundred handlers
mod orders;
mod payments;
mod shipments;
```

## Instead
A package for each part, with its own stack; resources that several parts use belong to one of them
and are `existing` for the others:
```rust,ignore
// main.rs of the package `payments`
#[resource(existing = param("OrdersTable"))]
static ORDERS: Table<Order> = Table::new();
```
"#,
};
