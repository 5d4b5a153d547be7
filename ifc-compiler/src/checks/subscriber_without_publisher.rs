//! A function waits for something that nothing in the application sends.

use std::collections::BTreeSet;

use ifc_catalog::model::{GrantTarget, Resource, Trigger, Use};
use ifc_catalog::resources::Access;

use super::{Check, Findings, Level, Run, Subject, event_names, events};
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
        let users = graph.users_of(at);
        let is_named = users.iter().any(|(_, one)| one.op.access == Access::Name);
        if resource.existing.is_some() || granted.contains(&at) || is_named {
            continue;
        }
        let senders = users
            .iter()
            .filter(|(_, one)| one.op.access == Access::Send);
        let sent: Vec<&Use> = senders.map(|(_, one)| *one).collect();
        let triggers = graph.triggered_by(at);
        if !sent.is_empty() {
            unsent_events(resource, &sent, &triggers, |function, diagnostic| {
                let subjects = [Subject::Function(function), Subject::Resource(at)];
                findings.push(subjects, diagnostic);
            });
            continue;
        }
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

/// Events that triggers of a bus are about and that nobody publishes to it.
fn unsent_events(
    resource: &Resource,
    sent: &[&Use],
    triggers: &[(usize, &Trigger)],
    mut report: impl FnMut(usize, Diagnostic),
) {
    // What is published somewhere is not always known.
    let sent = sent.iter().map(|one| one.detail_types.as_ref());
    let Some(sent) = sent.collect::<Option<Vec<_>>>() else {
        return;
    };
    for &(function, trigger) in triggers {
        let wanted = events(trigger).unwrap_or_default().iter();
        let is_unsent = |event: &&String| !sent.iter().any(|types| types.contains(*event));
        let missing: Vec<&str> = wanted.filter(is_unsent).map(String::as_str).collect();
        if missing.is_empty() {
            continue;
        }
        let event = event_names(resource, missing);
        let diagnostic = Diagnostic::new(
            &CODE,
            trigger.span,
            format!("nothing publishes the event {event} to `{}`", resource.name),
        )
        .label("waits here")
        .also(
            resource.span,
            "no function that a trigger reaches publishes it",
        );
        report(function, diagnostic);
    }
}

static CODE: Code = Code {
    number: "IFC0612",
    name: "subscriber_without_publisher",
    severity: Severity::Warning,
    page: r#"## What
A function is triggered by a queue, topic or bus to which nothing in the application sends, or by an
event that nothing publishes.

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
