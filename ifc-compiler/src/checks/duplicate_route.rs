//! Two functions on one route.

use std::collections::BTreeMap;

use ifc_catalog::route;

use super::{Check, Findings, Level, Run, Subject};
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
    let mut seen: BTreeMap<(&str, String), (Span, &str)> = BTreeMap::new();
    let functions = graph.application.functions.iter().enumerate();
    let mut triggers: Vec<_> = functions
        .flat_map(|(at, function)| function.triggers.iter().map(move |trigger| (at, trigger)))
        .collect();
    triggers.sort_by_key(|(_, trigger)| trigger.span);
    for (at, trigger) in triggers {
        let (true, [method, path]) = (trigger.source == "http", trigger.args.as_slice()) else {
            continue;
        };
        let shape = match route::parse(path) {
            Ok(parsed) => parsed.shape(),
            Err(_) => continue,
        };
        match seen.get(&(method.as_str(), shape.clone())) {
            None => {
                seen.insert((method, shape), (trigger.span, path));
            }
            Some((first, other)) => {
                let mut diagnostic = Diagnostic::new(
                    &CODE,
                    trigger.span,
                    format!("two triggers on the route `{method} {path}`"),
                )
                .label("the second one")
                .also(*first, format!("the first one is `{method} {other}`"))
                .help("give one of them another method or path");
                if *other != path {
                    diagnostic =
                        diagnostic.note("names of parameters do not tell routes from each other");
                }
                findings.push([Subject::Function(at)], diagnostic);
            }
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
