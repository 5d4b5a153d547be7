//! Two functions on one route.

use super::{Check, Findings, Level, Run, Subject, routes};
use crate::diagnostics::{Code, Diagnostic, Severity};
use crate::graph::ResourceGraph;
use crate::span::Span;

pub(super) static CHECK: Check = Check {
    code: &CODE,
    level: Level::Fixed,
    absence: false,
    run: Run::Graph(run),
};

fn run(graph: &ResourceGraph, findings: &mut Findings) {
    let mut all: Vec<(&str, String, Span, String, usize)> = Vec::new();
    for (at, function) in graph.application.functions.iter().enumerate() {
        let routes = routes(function);
        all.extend(routes.map(|(method, path, span)| (method, path.shape(), span, path.text, at)));
    }
    all.sort_unstable();
    for same in all.chunk_by(|a, b| (a.0, &a.1) == (b.0, &b.1)) {
        let (_, _, first, other, _) = &same[0];
        for (method, _, span, path, at) in &same[1..] {
            let mut diagnostic = Diagnostic::new(
                &CODE,
                *span,
                format!("two triggers on the route `{method} {path}`"),
            )
            .label("the second one")
            .also(*first, format!("the first one is `{method} {other}`"))
            .help("give one of them another method or path");
            if other != path {
                diagnostic =
                    diagnostic.note("names of parameters do not tell routes from each other");
            }
            findings.push([Subject::Function(*at)], diagnostic);
        }
    }
}

static CODE: Code = Code {
    number: "IFC0620",
    name: "duplicate_route",
    severity: Severity::Error,
    page: r#"## What
Two triggers have the same HTTP method and path. The names of parameters make no difference:
`/orders/{id}` and `/orders/{order}` are one route.

## Why
API Gateway accepts a route once.

## Example
```rust
#[on(http(GET, "/orders/{id}"))]
async fn show() -> &'static str {
    "an order"
}

#[on(http(GET, "/orders/{order}"))]
async fn print() -> &'static str {
    "an order on paper"
}
```

## Instead
```rust
#[on(http(GET, "/orders/{id}"))]
async fn show() -> &'static str {
    "an order"
}

#[on(http(GET, "/orders/{order}/print"))]
async fn print() -> &'static str {
    "an order on paper"
}
```
"#,
};
