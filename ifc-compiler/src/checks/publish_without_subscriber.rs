//! Something is sent that nothing in the application receives.

use std::collections::BTreeMap;

use ifc_catalog::model::Use;
use ifc_catalog::resources::Access;
use ifc_catalog::span::Span;

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
    for (at, resource) in application.resources.iter().enumerate() {
        let what = match resource.kind.name {
            "queue" => "messages",
            "topic" => "notifications",
            "bus" => "events",
            _ => continue,
        };
        // Whoever owns an existing resource may receive from it.
        if resource.existing.is_some() {
            continue;
        }
        let users = graph.users_of(at).into_iter();
        let senders: Vec<(usize, &Use)> = users
            .filter(|(_, one)| one.op.access == Access::Send)
            .collect();
        if !graph.triggered_by(at).is_empty() {
            unheard_events(graph, at, &senders, findings);
            continue;
        }
        let places = places(&senders);
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
        let subjects = senders.iter().map(|(at, _)| Subject::Function(*at));
        findings.push(subjects.chain([Subject::Resource(at)]), diagnostic);
    }
}

/// Events of a bus that none of its triggers is about.
fn unheard_events(
    graph: &ResourceGraph,
    at: usize,
    senders: &[(usize, &Use)],
    findings: &mut Findings,
) {
    let resource = &graph.application.resources[at];
    let triggers = graph.triggered_by(at).into_iter();
    // One that takes all events, or says itself which, may take any.
    let Some(heard) = triggers
        .map(|(_, on)| events(on))
        .collect::<Option<Vec<_>>>()
    else {
        return;
    };
    let mut unheard: BTreeMap<&str, Vec<(usize, &Use)>> = BTreeMap::new();
    for &(function, one) in senders {
        for event in one.detail_types.iter().flatten() {
            if !heard.iter().any(|types| types.contains(event)) {
                unheard.entry(event).or_default().push((function, one));
            }
        }
    }
    for (event, senders) in unheard {
        let event = event_names(resource, [event]);
        let mut diagnostic = Diagnostic::new(
            &CODE,
            resource.span,
            format!("nothing receives the event {event} of `{}`", resource.name),
        )
        .label(format!("no `#[on({}, ..)]` is about it", resource.name));
        let (function, _) = senders[0];
        diagnostic = match places(&senders).as_slice() {
            [place] => diagnostic.also(*place, "published here"),
            // Those of one function are not told apart.
            _ => {
                let function = &graph.application.functions[function];
                diagnostic.also(function.span, "published by this function")
            }
        };
        let subjects = senders.iter().map(|(at, _)| Subject::Function(*at));
        findings.push(subjects.chain([Subject::Resource(at)]), diagnostic);
    }
}

/// Where something is sent, in order.
fn places(senders: &[(usize, &Use)]) -> Vec<Span> {
    let paths = senders.iter().flat_map(|(_, one)| &one.why);
    let last = paths.filter_map(|path| path.steps.last());
    let mut places: Vec<Span> = last.map(|step| step.span).collect();
    places.sort();
    places.dedup();
    places
}

static CODE: Code = Code {
    number: "IFC0611",
    name: "publish_without_subscriber",
    severity: Severity::Warning,
    page: r#"## What
The application sends to a queue, topic or bus on which none of its functions listens, or publishes
an event that none of the functions on its bus is triggered by.

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
