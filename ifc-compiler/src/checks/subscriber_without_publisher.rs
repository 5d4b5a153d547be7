//! A function waits for something that nothing in the application sends.

use std::collections::BTreeSet;

use ifc_catalog::model::GrantTarget;
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
    let grants = application.functions.iter().flat_map(|f| &f.grants);
    let granted: BTreeSet<usize> = grants
        .filter_map(|grant| match grant.on {
            GrantTarget::Resource(at) => Some(at),
            GrantTarget::Arn(_) => None,
        })
        .collect();
    for (at, resource) in application.resources.iter().enumerate() {
        let what = match resource.kind.name {
            "queue" => "messages",
            "topic" => "notifications",
            "bus" => "events",
            _ => continue,
        };
        // Who takes the name or a grant may send by other means.
        let sends = granted.contains(&at)
            || graph
                .users_of(at)
                .iter()
                .any(|(_, one)| matches!(one.op.access, Access::Send | Access::Name));
        if resource.existing.is_some() || sends {
            continue;
        }
        let triggers = graph.triggered_by(at);
        let mut receivers: Vec<usize> = triggers.iter().map(|(f, _)| *f).collect();
        receivers.dedup();
        let Some((_, trigger)) = triggers.first() else {
            continue;
        };
        let diagnostic = Diagnostic::new(
            &CODE,
            trigger.span,
            format!("nothing sends the {what} of `{}`", resource.name),
        )
        .label("waits here")
        .also(
            resource.span,
            "no function that a trigger reaches sends to it",
        );
        let subjects = receivers.into_iter().map(Subject::Function);
        findings.push(subjects.chain([Subject::Resource(at)]), diagnostic);
    }
}

static CODE: Code = Code {
    number: "IFC0612",
    name: "subscriber_without_publisher",
    severity: Severity::Warning,
    page: r#"## What
A function is triggered by a queue, topic or bus to which nothing in the application sends.

## Why
The function never runs, unless someone outside of the application sends.

## Example
```rust
#[resource]
static SHIPMENTS: Queue<String> = Queue::new();

#[on(SHIPMENTS)]
async fn ship(parcel: String) -> Result<()> {
    Ok(())
}
```

## Instead
Send something, or say who does:
```rust
#[resource]
#[allow_infra(subscriber_without_publisher, because = "the shop sends to it")]
static SHIPMENTS: Queue<String> = Queue::new();

#[on(SHIPMENTS)]
async fn ship(parcel: String) -> Result<()> {
    Ok(())
}
```
"#,
};
