//! Something is sent that nothing in the application receives.

use ifc_catalog::resources::Access;

use super::{Check, Findings, Level, Run, Subject};
use crate::diagnostics::{Code, Diagnostic, Severity};
use crate::graph::ResourceGraph;

pub(super) static CHECK: Check = Check {
    code: &CODE,
    level: Level::Lint,
    absence: true,
    run: Run::Graph(run),
};

fn run(graph: &ResourceGraph, findings: &mut Findings) {
    let application = &graph.application;
    for (at, resource) in application.resources.iter().enumerate() {
        let what = match resource.kind.name {
            "queue" => "messages",
            "topic" => "notifications",
            "bus" => "events",
            _ => continue,
        };
        // Whoever owns an existing resource may receive from it.
        if resource.existing.is_some() || !graph.triggered_by(at).is_empty() {
            continue;
        }
        let mut senders = Vec::new();
        let mut places = Vec::new();
        for (function, one) in graph.users_of(at) {
            if one.op.access == Access::Send {
                senders.push(function);
                let last = one.why.iter().filter_map(|path| path.steps.last());
                places.extend(last.map(|step| step.span));
            }
        }
        places.sort();
        places.dedup();
        let Some(&first) = places.first() else {
            continue;
        };
        let mut diagnostic = Diagnostic::new(
            &CODE,
            resource.span,
            format!("nothing receives the {what} of `{}`", resource.name),
        )
        .label(format!("no `#[on({})]` in the application", resource.name))
        .also(first, "sent here");
        if places.len() > 1 {
            diagnostic = diagnostic.note(format!("sent at {} places in all", places.len()));
        }
        let subjects = senders.into_iter().map(Subject::Function);
        findings.push(subjects.chain([Subject::Resource(at)]), diagnostic);
    }
}

static CODE: Code = Code {
    number: "IFC0611",
    name: "publish_without_subscriber",
    severity: Severity::Warning,
    page: r#"## What
The application sends to a queue, topic or bus on which none of its functions listens.

## Why
Topics and buses drop what nobody subscribes to, without an error. A queue keeps it until it expires.

## Example
```rust
#[resource]
static SHIPMENTS: Queue<String> = Queue::new();

#[on(http(POST, "/shipments"))]
async fn request() -> Result<()> {
    SHIPMENTS.send(&String::from("a parcel")).await
}
```

## Instead
Add the receiver, or say who it is:
```rust
#[resource]
#[allow_infra(publish_without_subscriber, because = "the warehouse polls it")]
static SHIPMENTS: Queue<String> = Queue::new();

#[on(http(POST, "/shipments"))]
async fn request() -> Result<()> {
    SHIPMENTS.send(&String::from("a parcel")).await
}
```
"#,
};
