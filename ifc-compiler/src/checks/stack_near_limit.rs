//! Nearly as much as a stack can hold.

use super::{Check, Findings, Level, Outputs, Run, stack_over_limit};
use crate::diagnostics::{Code, Diagnostic, Severity};

pub(super) static CHECK: Check = Check {
    code: &CODE,
    level: Level::Lint,
    absence: false,
    run: Run::Outputs(run),
};

/// From here on, in per cent.
const NEAR: u64 = 90;

fn run(outputs: &Outputs<'_>, findings: &mut Findings) {
    for (count, limit) in stack_over_limit::counts(outputs) {
        if count <= limit.value && count * 100 >= limit.value * NEAR {
            let diagnostic = Diagnostic::global(
                &CODE,
                format!("the stack is nearly full: {count} {}", limit.what),
            )
            .note(limit.note())
            .help("split the application into several packages before it no longer fits");
            findings.push([], diagnostic);
        }
    }
}

static CODE: Code = Code {
    number: "IFC0721",
    name: "stack_near_limit",
    severity: Severity::Warning,
    page: r#"## What
The template holds more than 90 per cent of the resources, parameters, outputs or bytes that
CloudFormation takes.

## Why
Moving a table or queue to another stack is easy before the limit is reached and data has to stay,
and hard when a deployment is blocked.

## Example
```rust,ignore
// main.rs of a package with sixty handlers
mod orders;
mod payments;
mod shipments;
```

## Instead
A package for each part, with its own stack:
```rust,ignore
// main.rs of the package `payments`
#[resource(existing = param("OrdersTable"))]
static ORDERS: Table<Order> = Table::new();
```
"#,
};
