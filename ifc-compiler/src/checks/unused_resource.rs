//! A resource that nothing uses and that triggers nothing.

use super::{Check, Findings, Level, Run, Subject};
use crate::diagnostics::{Code, Diagnostic, Severity};
use crate::graph::ResourceGraph;
use ifc_catalog::model::GrantTarget;

pub(super) static CHECK: Check = Check {
    code: &CODE,
    level: Level::Lint,
    absence: true,
    run: Run::Graph(run),
};

fn run(graph: &ResourceGraph, findings: &mut Findings) {
    let application = &graph.application;
    let mut used = vec![false; application.resources.len()];
    for function in &application.functions {
        for one in &function.uses {
            used[one.resource] = true;
        }
        for grant in &function.grants {
            if let GrantTarget::Resource(at) = grant.on {
                used[at] = true;
            }
        }
        for at in function.triggers.iter().filter_map(|t| t.resource) {
            used[at] = true;
        }
    }
    for (at, resource) in application.resources.iter().enumerate() {
        // A function without a handler is an error of its own.
        if used[at] || resource.kind.name == "function" {
            continue;
        }
        let diagnostic = Diagnostic::new(
            &CODE,
            resource.span,
            format!(
                "the {} `{}` is never used",
                resource.kind.name, resource.name
            ),
        );
        let diagnostic = match resource.existing {
            Some(_) => diagnostic.label("no function that a trigger reaches uses it"),
            None => diagnostic
                .label("it is created, but no function that a trigger reaches uses it")
                .note("a table, queue or bucket that is kept for others needs a reason here"),
        };
        findings.push([Subject::Resource(at)], diagnostic);
    }
}

static CODE: Code = Code {
    number: "IFC0610",
    name: "unused_resource",
    severity: Severity::Warning,
    page: r#"## What
A resource is declared, but no function that a trigger reaches uses it, and it triggers nothing.

## Why
It is created all the same: it costs money, shows up in reviews, and holds a name. Often the code
that should use it is not reached by any handler.

## Example
```rust
#[resource]
static ORDERS: Queue<String> = Queue::new();

#[on(http(POST, "/orders"))]
async fn place() -> Result<()> {
    Ok(())
}
```

## Instead
Use it, remove it, or say why it must exist:
```rust
#[resource]
#[allow_infra(unused_resource, because = "filled by the shop's legacy system")]
static ORDERS: Queue<String> = Queue::new();

#[on(http(POST, "/orders"))]
async fn place() -> Result<()> {
    Ok(())
}
```
"#,
};
