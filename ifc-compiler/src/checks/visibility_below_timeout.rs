//! A message comes back while its reader still works on it.

use super::{Check, Findings, Level, Outputs, Run, Subject, duration, text, times};
use crate::diagnostics::{Code, Diagnostic, Severity};

pub(super) static CHECK: Check = Check {
    code: &CODE,
    level: Level::Fixed,
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
        for (function, _) in outputs.graph.triggered_by(at) {
            let consumer = &application.functions[function];
            let timeout = timeouts
                .get(consumer.name.as_str())
                .map_or(0, |seconds| seconds * 1000);
            if visibility >= timeout {
                continue;
            }
            let diagnostic = Diagnostic::new(
                &CODE,
                span,
                format!(
                    "messages of `{}` come back while `{}` works on them",
                    resource.name, consumer.name
                ),
            )
            .label(format!("hidden for {}", text(visibility)))
            .also(
                times::place(consumer),
                format!("may work for {}", text(timeout)),
            )
            .help("remove `visibility`: it then follows from the function's timeout");
            findings.push(
                [Subject::Resource(at), Subject::Function(function)],
                diagnostic,
            );
        }
    }
}

static CODE: Code = Code {
    number: "IFC0632",
    name: "visibility_below_timeout",
    severity: Severity::Error,
    page: r#"## What
The `visibility` of a queue is shorter than the timeout of the function that reads it.

## Why
A message that is still worked on would be given to a second invocation. AWS Lambda refuses such a
mapping.

## Example
```rust
#[resource(visibility = "10s")]
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
Leave it out: it is then six times the timeout.
```rust
#[resource]
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
