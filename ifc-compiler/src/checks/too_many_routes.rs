//! More routes than an HTTP API has.

use ifc_catalog::limits::HTTP_API_ROUTES;

use super::{Check, Findings, Level, Run, Subject};
use crate::diagnostics::{Code, Diagnostic, Severity};
use crate::graph::ResourceGraph;

pub(super) static CHECK: Check = Check {
    code: &CODE,
    level: Level::Lint,
    absence: false,
    run: Run::Graph(run),
};

fn run(graph: &ResourceGraph, findings: &mut Findings) {
    let mut routes: Vec<_> = Vec::new();
    for (at, function) in graph.application.functions.iter().enumerate() {
        let triggers = function.triggers.iter().filter(|t| t.source == "http");
        routes.extend(triggers.map(|trigger| (trigger.span, at)));
    }
    routes.sort();
    let most = HTTP_API_ROUTES.value as usize;
    if let Some((span, at)) = routes.get(most) {
        let diagnostic = Diagnostic::new(
            &CODE,
            *span,
            format!("the HTTP API has {} routes", routes.len()),
        )
        .label(format!("the first one beyond {most}"))
        .note(HTTP_API_ROUTES.note())
        .help("let one handler take several routes with `{*rest}`, or split the application");
        findings.push([Subject::Function(*at)], diagnostic);
    }
}

static CODE: Code = Code {
    number: "IFC0703",
    name: "too_many_routes",
    severity: Severity::Error,
    page: r#"## What
The application has more HTTP triggers than an API of API Gateway has routes.

## Why
The deployment stops at the 301st route, unless AWS has raised the quota for the account.

## Example
```rust,ignore
#[on(http(GET, "/page1"))]
#[on(http(GET, "/page2"))]
// and so on to
#[on(http(GET, "/page301"))]
async fn pages() -> &'static str {
    "a page"
}
```

## Instead
```rust
#[on(http(GET, "/{*page}"))]
async fn pages() -> &'static str {
    "a page"
}
```
"#,
};
