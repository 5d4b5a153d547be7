//! A visibility timeout that leaves no room for the retries of the poller.

use ifc_catalog::limits::VISIBILITY_FACTOR;

use super::{Check, Findings, Level, Outputs, Run, Subject, duration, text, times};
use crate::diagnostics::{Code, Diagnostic, Severity};

pub(super) static CHECK: Check = Check {
    code: &CODE,
    level: Level::Lint,
    absence: false,
    run: Run::Outputs(run),
};

fn run(outputs: &Outputs<'_>, findings: &mut Findings) {
    let application = &outputs.graph.application;
    let timeouts = times::timeouts(outputs.manifest);
    for (at, resource) in application.resources.iter().enumerate() {
        let Some((visibility, span)) = duration(&resource.options, "visibility") else {
            continue;
        };
        for (function, trigger) in outputs.graph.triggered_by(at) {
            let consumer = &application.functions[function];
            let timeout = timeouts
                .get(consumer.name.as_str())
                .map_or(0, |seconds| seconds * 1000);
            let window = duration(&trigger.options, "window").map_or(0, |(window, _)| window);
            let advised = VISIBILITY_FACTOR.value * timeout + window;
            // Below one timeout it is an error of its own.
            if visibility < timeout || visibility >= advised {
                continue;
            }
            let diagnostic = Diagnostic::new(
                &CODE,
                span,
                format!(
                    "the visibility timeout of `{}` is short for `{}`",
                    resource.name, consumer.name
                ),
            )
            .label(format!("{} are advised", text(advised)))
            .also(
                times::place(consumer),
                format!("may work for {}", text(timeout)),
            )
            .note(VISIBILITY_FACTOR.note())
            .help("remove `visibility`: it then follows from the function's timeout");
            findings.push(
                [Subject::Resource(at), Subject::Function(function)],
                diagnostic,
            );
        }
    }
}

static CODE: Code = Code {
    number: "IFC0633",
    name: "visibility_below_six_timeouts",
    severity: Severity::Warning,
    page: r#"## What
The `visibility` of a queue is less than six times the timeout of the function that reads it, plus
the batch window.

## Why
When many invocations are throttled, the poller tries a batch again while its messages are hidden. A
short visibility timeout runs out meanwhile: messages are worked on twice and reach the dead-letter
queue too early.

## Example
```rust
#[resource(visibility = "90s")]
static PARCELS: Queue<String> = Queue::new();

#[on(http(POST, "/parcels"))]
async fn request() -> Result<()> {
    PARCELS.send(&String::from("a parcel")).await
}

#[on(PARCELS)]
#[function(timeout = "60s")]
async fn ship(parcel: String) -> Result<()> {
    Ok(())
}
```

## Instead
```rust
#[resource(visibility = "6m")]
static PARCELS: Queue<String> = Queue::new();

#[on(http(POST, "/parcels"))]
async fn request() -> Result<()> {
    PARCELS.send(&String::from("a parcel")).await
}

#[on(PARCELS)]
#[function(timeout = "60s")]
async fn ship(parcel: String) -> Result<()> {
    Ok(())
}
```
"#,
};
