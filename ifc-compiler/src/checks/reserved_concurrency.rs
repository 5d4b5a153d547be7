//! More concurrency reserved than an account has.

use ifc_catalog::limits::{CONCURRENCY, UNRESERVED_CONCURRENCY};
use ifc_catalog::model::Value;

use super::{Check, Findings, Level, Run, Subject, option};
use crate::diagnostics::{Code, Diagnostic, Severity};
use crate::graph::ResourceGraph;

pub(super) static CHECK: Check = Check {
    code: &CODE,
    level: Level::Lint,
    absence: false,
    run: Run::Graph(run),
};

fn run(graph: &ResourceGraph, findings: &mut Findings) {
    let mut sum: u64 = 0;
    let mut places = Vec::new();
    for (at, function) in graph.application.functions.iter().enumerate() {
        if let Some(option) = option(&function.options, "reserved_concurrency")
            && let Value::Int(reserved) = option.value
        {
            sum = sum.saturating_add(u64::try_from(reserved).unwrap_or(0));
            places.push((at, option.span));
        }
    }
    let most = CONCURRENCY.value - UNRESERVED_CONCURRENCY.value;
    let Some(&(_, last)) = places.last().filter(|_| sum > most) else {
        return;
    };
    let mut diagnostic = Diagnostic::new(
        &CODE,
        last,
        format!("{sum} concurrent executions are reserved"),
    )
    .label(format!("an account has {most} to reserve"))
    .note(CONCURRENCY.note())
    .note(UNRESERVED_CONCURRENCY.note())
    .help("reserve less, or allow this check where the quota was raised");
    for (_, span) in &places[..places.len() - 1] {
        diagnostic = diagnostic.also(*span, "reserved here too");
    }
    findings.push(
        places.iter().map(|(at, _)| Subject::Function(*at)),
        diagnostic,
    );
}

static CODE: Code = Code {
    number: "IFC0705",
    name: "reserved_concurrency",
    severity: Severity::Error,
    page: r#"## What
The functions together reserve more than 900 concurrent executions.

## Why
An account has 1,000 in a region until AWS raises the quota, and 100 of them cannot be reserved. The
deployment stops at the function that asks for too much.

## Example
```rust
#[on(http(GET, "/a"))]
#[function(reserved_concurrency = 600)]
async fn a() -> &'static str {
    "a"
}

#[on(http(GET, "/b"))]
#[function(reserved_concurrency = 600)]
async fn b() -> &'static str {
    "b"
}
```

## Instead
```rust
#[on(http(GET, "/a"))]
#[function(reserved_concurrency = 600)]
async fn a() -> &'static str {
    "a"
}

#[on(http(GET, "/b"))]
async fn b() -> &'static str {
    "b"
}
```
"#,
};
