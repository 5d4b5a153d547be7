//! More functions on a table's stream than it can serve.

use ifc_catalog::limits::STREAM_READERS;

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
        if resource.kind.name != "table" {
            continue;
        }
        let readers = graph.triggered_by(at);
        let most = STREAM_READERS.value as usize;
        let Some((_, over)) = readers.get(most) else {
            continue;
        };
        let mut diagnostic = Diagnostic::new(
            &CODE,
            over.span,
            format!(
                "{} functions read the stream of `{}`",
                readers.len(),
                resource.name
            ),
        )
        .label(format!("at most {most} can"))
        .note(STREAM_READERS.note())
        .help("let one function read the stream and publish to a bus or topic");
        for (_, reader) in &readers[..most] {
            diagnostic = diagnostic.also(reader.span, "reads it too");
        }
        let functions = readers.iter().map(|(f, _)| Subject::Function(*f));
        findings.push(functions.chain([Subject::Resource(at)]), diagnostic);
    }
}

static CODE: Code = Code {
    number: "IFC0702",
    name: "stream_readers",
    severity: Severity::Error,
    page: r#"## What
More than two functions are triggered by the changes of one table.

## Why
Each shard of a DynamoDB stream serves two readers. With a third one all of them are throttled and
fall behind; after 24 hours changes are lost.

## Example
```rust
#[derive(Clone, Serialize, Deserialize, Item)]
struct Order {
    #[item(partition_key)]
    id: String,
}

#[resource]
static ORDERS: Table<Order> = Table::new();

#[on(ORDERS.changes())]
async fn audit(change: Change<Order>) -> Result<()> {
    Ok(())
}

#[on(ORDERS.changes())]
async fn index(change: Change<Order>) -> Result<()> {
    Ok(())
}

#[on(ORDERS.changes())]
async fn mail(change: Change<Order>) -> Result<()> {
    Ok(())
}
```

## Instead
One function reads the stream and publishes, the others subscribe:
```rust
#[derive(Clone, Serialize, Deserialize, Item)]
struct Order {
    #[item(partition_key)]
    id: String,
}

#[resource]
static ORDERS: Table<Order> = Table::new();

#[resource]
static CHANGED: Topic<String> = Topic::new();

#[on(ORDERS.changes())]
async fn spread(change: Change<Order>) -> Result<()> {
    CHANGED.publish(&String::from("an order changed")).await
}

#[on(CHANGED)]
async fn audit(id: String) -> Result<()> {
    Ok(())
}

#[on(CHANGED)]
async fn index(id: String) -> Result<()> {
    Ok(())
}

#[on(CHANGED)]
async fn mail(id: String) -> Result<()> {
    Ok(())
}
```
"#,
};
