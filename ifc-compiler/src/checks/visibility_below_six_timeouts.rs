//! A visibility timeout that leaves no room for the retries of the poller.

use ifc_catalog::limits::VISIBILITY_FACTOR;

use super::{Check, Findings, Level, Outputs, Run, text, times};
use crate::diagnostics::{Code, Severity};

pub(super) static CHECK: Check = Check {
    code: &CODE,
    level: Level::Lint,
    absence: false,
    run: Run::Outputs(run),
};

fn run(outputs: &Outputs<'_>, findings: &mut Findings) {
    for consumer in times::consumers(outputs) {
        let advised = VISIBILITY_FACTOR.value * consumer.timeout + consumer.window;
        // Below one timeout it is an error of its own.
        if consumer.visibility < consumer.timeout || consumer.visibility >= advised {
            continue;
        }
        let message = format!(
            "the visibility timeout of `{}` is short for `{}`",
            consumer.queue, consumer.function.name
        );
        let label = format!("{} are advised", text(advised));
        let diagnostic = consumer.finding(&CODE, message, label);
        findings.push(consumer.subjects, diagnostic.note(VISIBILITY_FACTOR.note()));
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
