//! More concurrency reserved than an account has.

use std::collections::BTreeSet;

use ifc_catalog::infra::Value;
use ifc_catalog::limits::{CONCURRENCY, UNRESERVED_CONCURRENCY};
use ifc_catalog::span::Span;

use super::{Check, Findings, Level, Outputs, Run, Subject, option, times};
use crate::diagnostics::{Code, Diagnostic, Severity};

pub(super) static CHECK: Check = Check {
    code: &CODE,
    level: Level::Lint,
    absence: false,
    run: Run::Outputs(run),
};

fn run(outputs: &Outputs<'_>, findings: &mut Findings) {
    let functions = outputs.graph.application.functions.iter().enumerate();
    let reserved = functions.filter_map(|(at, function)| {
        let name = "reserved_concurrency";
        let value = times::setting(outputs.manifest, &function.name, name)?;
        let span = option(&function.options, name).map_or(function.span, |option| option.span);
        Some((at, span, value))
    });
    let reserved: Vec<(usize, Span, &Value)> = reserved.collect();
    let stages = reserved.iter().flat_map(|(.., value)| value.stages());
    let stages: BTreeSet<Option<&str>> = stages
        .map(|name| Some(name.as_str()))
        .chain([None])
        .collect();
    let number = |value: &Value, stage| match value.of_stage(stage) {
        Some(Value::Number(number)) => u64::try_from(*number).unwrap_or(0),
        _ => 0,
    };
    let sum = |stage| {
        let numbers = reserved.iter().map(|(.., value)| number(value, stage));
        numbers.fold(0, u64::saturating_add)
    };
    let sum = stages.into_iter().map(sum).max().unwrap_or(0);
    let places: Vec<(usize, Span)> = reserved.iter().map(|(at, span, _)| (*at, *span)).collect();
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
