//! More policy than a role can have.

use std::collections::BTreeMap;

use ifc_catalog::limits::ROLE_POLICY_CHARACTERS;

use super::{Check, Findings, Level, Outputs, Run, Subject};
use crate::diagnostics::{Code, Diagnostic, Severity};

pub(super) static CHECK: Check = Check {
    code: &CODE,
    level: Level::Lint,
    absence: false,
    run: Run::Outputs(run),
};

fn run(outputs: &Outputs<'_>, findings: &mut Findings) {
    let artifacts: BTreeMap<&str, &str> = outputs
        .artifacts
        .iter()
        .map(|artifact| (artifact.path.as_str(), artifact.text.as_str()))
        .collect();
    for (at, function) in outputs.graph.application.functions.iter().enumerate() {
        let path = format!("policies/{}.json", function.name);
        let Some(text) = artifacts.get(path.as_str()) else {
            continue;
        };
        // Most are far below the limit even with their white space.
        if text.len() as u64 <= ROLE_POLICY_CHARACTERS.value {
            continue;
        }
        let size = characters(text);
        if size <= ROLE_POLICY_CHARACTERS.value {
            continue;
        }
        let diagnostic = Diagnostic::new(
            &CODE,
            function.span,
            format!("the policy of `{}` is too large", function.name),
        )
        .label(format!("{size} characters"))
        .note(ROLE_POLICY_CHARACTERS.note())
        .help("split the function: one that does less needs fewer permissions");
        findings.push([Subject::Function(at)], diagnostic);
    }
}

/// Length without white space between tokens, which IAM does not count.
fn characters(text: &str) -> u64 {
    match serde_json::from_str::<serde_json::Value>(text) {
        Ok(value) => value.to_string().chars().count() as u64,
        Err(_) => text.chars().filter(|c| !c.is_whitespace()).count() as u64,
    }
}

static CODE: Code = Code {
    number: "IFC0711",
    name: "role_policy_too_large",
    severity: Severity::Error,
    page: r#"## What
The policy of a function's role has more than 10,240 characters.

## Why
IAM refuses the role. Usually the function does too much: dozens of tables and buckets in one handler.

## Example
```rust,ignore
#[on(http(POST, "/{*everything}"))]
async fn everything() -> Result<()> {
    ORDERS.put(&order).await?;
    INVOICES.put(&invoice).await?;
    // and so on, with a hundred resources
}
```

## Instead
```rust,ignore
#[on(http(POST, "/orders"))]
async fn order() -> Result<()> {
    ORDERS.put(&order).await
}

#[on(http(POST, "/invoices"))]
async fn invoice() -> Result<()> {
    INVOICES.put(&invoice).await
}
```
"#,
};
