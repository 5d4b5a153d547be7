//! A `Function` resource without a handler, or with several.

use super::{Check, Findings, Level, Run, Subject};
use crate::diagnostics::{Code, Diagnostic, Severity};
use crate::graph::ResourceGraph;

pub(super) static CHECK: Check = Check {
    code: &CODE,
    level: Level::Fixed,
    absence: true,
    run: Run::Graph(run),
};

fn run(graph: &ResourceGraph, findings: &mut Findings) {
    for (at, resource) in graph.application.resources.iter().enumerate() {
        if resource.kind.name != "function" {
            continue;
        }
        let name = &resource.name;
        let handlers = graph.triggered_by(at);
        let diagnostic = match (handlers.as_slice(), &resource.existing) {
            ([], None) => {
                Diagnostic::new(&CODE, resource.span, format!("nothing handles `{name}`"))
                    .label("an invocation would find no function")
                    .help(format!("put `#[on({name})]` on the function that is meant"))
            }
            ([], Some(_)) | ([_], None) => continue,
            ([(_, trigger), ..], Some(_)) => Diagnostic::new(
                &CODE,
                trigger.span,
                format!("`{name}` is an existing function, its handler is elsewhere"),
            )
            .also(resource.span, "declared as existing here")
            .help("remove the trigger, or `existing = ..`"),
            ([(_, first), .., (_, last)], None) => Diagnostic::new(
                &CODE,
                last.span,
                format!("`{name}` has {} handlers", handlers.len()),
            )
            .label("an invocation calls one function")
            .also(first.span, "the first one")
            .help("declare a `Function` for each of them"),
        };
        findings.push([Subject::Resource(at)], diagnostic);
    }
}

static CODE: Code = Code {
    number: "IFC0623",
    name: "function_handler_count",
    severity: Severity::Error,
    page: r#"## What
A resource of the kind `Function` has no handler, or more than one. An existing one must have none.

## Why
`PRICE.invoke(..)` calls exactly one function.

## Example
```rust
#[resource]
static PRICE: Function<String, u64> = Function::new();

#[on(http(GET, "/price"))]
async fn show() -> Result<String> {
    Ok(PRICE.invoke(&String::from("book")).await?.to_string())
}
```

## Instead
```rust
#[resource]
static PRICE: Function<String, u64> = Function::new();

#[on(http(GET, "/price"))]
async fn show() -> Result<String> {
    Ok(PRICE.invoke(&String::from("book")).await?.to_string())
}

#[on(PRICE)]
#[function(timeout = "5s")]
async fn price(article: String) -> Result<u64> {
    Ok(100)
}
```
"#,
};
