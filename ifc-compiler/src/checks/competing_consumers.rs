//! Two functions on one queue.

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
    for (at, resource) in graph.application.resources.iter().enumerate() {
        if resource.kind.name != "queue" {
            continue;
        }
        let consumers = graph.triggered_by(at);
        let [(_, first), .., (_, last)] = consumers.as_slice() else {
            continue;
        };
        let diagnostic = Diagnostic::new(
            &CODE,
            last.span,
            format!(
                "{} triggers read the queue `{}`",
                consumers.len(),
                resource.name
            ),
        )
        .label("each message goes to one of them")
        .also(first.span, "the first one")
        .help("send to a topic or bus if each function must see every message");
        let functions = consumers.iter().map(|(f, _)| Subject::Function(*f));
        findings.push(functions.chain([Subject::Resource(at)]), diagnostic);
    }
}

static CODE: Code = Code {
    number: "IFC0614",
    name: "competing_consumers",
    severity: Severity::Warning,
    page: r#"## What
Several triggers read one queue.

## Why
A queue gives each message to one reader, whichever comes first. Two functions then share the
messages at random. With filters it is worse: a reader deletes what its filter does not match.

## Example
```rust
#[resource]
static ORDERS: Queue<String> = Queue::new();

#[on(http(POST, "/orders"))]
async fn place() -> Result<()> {
    ORDERS.send(&String::from("an order")).await
}

#[on(ORDERS)]
async fn bill(order: String) -> Result<()> {
    Ok(())
}

#[on(ORDERS)]
async fn ship(order: String) -> Result<()> {
    Ok(())
}
```

## Instead
```rust
#[resource]
static ORDERS: Topic<String> = Topic::new();

#[on(http(POST, "/orders"))]
async fn place() -> Result<()> {
    ORDERS.publish(&String::from("an order")).await
}

#[on(ORDERS)]
async fn bill(order: String) -> Result<()> {
    Ok(())
}

#[on(ORDERS)]
async fn ship(order: String) -> Result<()> {
    Ok(())
}
```
"#,
};
