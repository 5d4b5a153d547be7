//! A function behind the HTTP API may run longer than the API waits.

use ifc_catalog::limits::HTTP_API_TIMEOUT;

use super::{Check, Findings, Level, Outputs, Run, Subject, times};
use crate::diagnostics::{Code, Diagnostic, Severity};

pub(super) static CHECK: Check = Check {
    code: &CODE,
    level: Level::Lint,
    absence: false,
    run: Run::Outputs(run),
};

fn run(outputs: &Outputs<'_>, findings: &mut Findings) {
    for (at, function) in outputs.graph.application.functions.iter().enumerate() {
        let Some(route) = function.triggers.iter().find(|t| t.source == "http") else {
            continue;
        };
        let limit = HTTP_API_TIMEOUT.value;
        let timeout = times::timeout(outputs.manifest, &function.name);
        let Some(timeout) = timeout.filter(|timeout| *timeout > limit) else {
            continue;
        };
        let diagnostic = Diagnostic::new(
            &CODE,
            times::place(function),
            format!("`{}` may run longer than its caller waits", function.name),
        )
        .label(format!("up to {timeout} seconds"))
        .also(
            route.span,
            format!("the HTTP API answers 503 after {limit} seconds"),
        )
        .note(HTTP_API_TIMEOUT.note())
        .help(format!(
            "lower the timeout to {limit} seconds, or let the route send to a queue that another \
             function works on"
        ));
        findings.push([Subject::Function(at)], diagnostic);
    }
}

static CODE: Code = Code {
    number: "IFC0630",
    name: "timeout_over_caller",
    severity: Severity::Error,
    page: r#"## What
A function that answers HTTP requests has a timeout above the 30 seconds that API Gateway waits.

## Why
After 30 seconds the client gets an error, while the function goes on, does its work and is billed.
The client then tries again.

## Example
```rust
#[on(http(POST, "/reports"))]
#[function(timeout = "120s")]
async fn report() -> Result<()> {
    Ok(())
}
```

## Instead
```rust
#[resource]
static REPORTS: Queue<String> = Queue::new();

#[on(http(POST, "/reports"))]
async fn order() -> Result<()> {
    REPORTS.send(&String::from("a report")).await
}

#[on(REPORTS)]
#[function(timeout = "120s")]
async fn report(name: String) -> Result<()> {
    Ok(())
}
```
"#,
};
