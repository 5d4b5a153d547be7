//! A message comes back while its reader still works on it.

use super::{Check, Findings, Level, Outputs, Run, text, times};
use crate::diagnostics::{Code, Severity};

pub(super) static CHECK: Check = Check {
    code: &CODE,
    level: Level::Fixed,
    absence: false,
    run: Run::Outputs(run),
};

fn run(outputs: &Outputs<'_>, findings: &mut Findings) {
    for consumer in times::consumers(outputs) {
        if consumer.visibility >= consumer.timeout {
            continue;
        }
        let message = format!(
            "messages of `{}` come back while `{}` works on them",
            consumer.queue, consumer.function.name
        );
        let label = format!("hidden for {}", text(consumer.visibility));
        let diagnostic = consumer.finding(&CODE, message, label);
        findings.push(consumer.subjects, diagnostic);
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
