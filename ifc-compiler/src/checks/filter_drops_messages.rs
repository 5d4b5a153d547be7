//! A filter on a queue deletes what it does not match.

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
    for (at, function) in graph.application.functions.iter().enumerate() {
        for trigger in &function.triggers {
            let Some(resource) = trigger.resource.filter(|_| trigger.source == "queue") else {
                continue;
            };
            if let Some(filter) = option(&trigger.options, "filter") {
                let name = &graph.application.resources[resource].name;
                let diagnostic = Diagnostic::new(
                    &CODE,
                    filter.span,
                    format!("messages of `{name}` that do not match are deleted"),
                )
                .label("Lambda deletes what no filter of the trigger matches");
                findings.push(
                    [Subject::Function(at), Subject::Resource(resource)],
                    diagnostic,
                );
            }
        }
    }
}

static CODE: Code = Code {
    number: "IFC0615",
    name: "filter_drops_messages",
    severity: Severity::Warning,
    page: r##"## What
A trigger on a queue has a `filter`.

## Why
Lambda deletes the messages that match no filter of the trigger: they reach neither the function nor
the dead-letter queue. On topics, buses and streams a filter only selects.

## Example
```rust
#[resource]
static ORDERS: Queue<String> = Queue::new();

#[on(http(POST, "/orders"))]
async fn place() -> Result<()> {
    ORDERS.send(&String::from("an order")).await
}

#[on(ORDERS, filter = r#"{"body": {"urgent": [true]}}"#)]
async fn ship(order: String) -> Result<()> {
    Ok(())
}
```

## Instead
Look at the message in the function, filter at the topic or bus in front of the queue, or say that
the others are not needed:
```rust
#[resource]
static ORDERS: Queue<String> = Queue::new();

#[on(http(POST, "/orders"))]
async fn place() -> Result<()> {
    ORDERS.send(&String::from("an order")).await
}

#[on(ORDERS, filter = r#"{"body": {"urgent": [true]}}"#)]
#[allow_infra(filter_drops_messages, because = "only urgent orders are worked on")]
async fn ship(order: String) -> Result<()> {
    Ok(())
}
```
"##,
};
