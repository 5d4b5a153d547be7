//! A function on a FIFO topic.

use super::{Check, Findings, Level, Run, Subject};
use crate::diagnostics::{Code, Diagnostic, Severity};
use crate::graph::ResourceGraph;

pub(super) static CHECK: Check = Check {
    code: &CODE,
    level: Level::Fixed,
    absence: false,
    run: Run::Graph(run),
};

fn run(graph: &ResourceGraph, findings: &mut Findings) {
    for (at, resource) in graph.application.resources.iter().enumerate() {
        if resource.kind.name != "topic" || !resource.fifo {
            continue;
        }
        for (function, trigger) in graph.triggered_by(at) {
            let diagnostic = Diagnostic::new(
                &CODE,
                trigger.span,
                format!(
                    "the FIFO topic `{}` cannot trigger a function",
                    resource.name
                ),
            )
            .label("Amazon SNS delivers from FIFO topics to queues only")
            .also(resource.span, "declared as FIFO here")
            .help("send to a `Queue<T, Fifo>`, which can, or make the topic a standard one");
            findings.push(
                [Subject::Function(function), Subject::Resource(at)],
                diagnostic,
            );
        }
    }
}

static CODE: Code = Code {
    number: "IFC0625",
    name: "fifo_topic_subscriber",
    severity: Severity::Error,
    page: r#"## What
A function is triggered by a FIFO topic.

## Why
Amazon SNS delivers from FIFO topics to queues only; it refuses the subscription of a function.

## Example
```rust
#[resource]
static STEPS: Topic<String, Fifo> = Topic::new();

#[on(http(POST, "/steps"))]
async fn take() -> Result<()> {
    STEPS.publish_in("all", &String::from("a step")).await
}

#[on(STEPS)]
async fn count(step: String) -> Result<()> {
    Ok(())
}
```

## Instead
```rust
#[resource]
static STEPS: Queue<String, Fifo> = Queue::new();

#[on(http(POST, "/steps"))]
async fn take() -> Result<()> {
    STEPS.send_in("all", &String::from("a step")).await
}

#[on(STEPS)]
async fn count(step: String) -> Result<()> {
    Ok(())
}
```
"#,
};
