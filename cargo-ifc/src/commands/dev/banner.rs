//! What `cargo ifc dev` says.

use std::path::Path;

use ifc_local::dev::{Application, Host};
use ifc_local::engine::{Outcome, What};
use ifc_local::moment::iso_seconds;
use serde_json::Value;

use super::Running;

/// Says what runs where.
pub(super) fn print(host: &Host, running: &Running) {
    let url = &running.url;
    let manifest = host.application().manifest();
    anstream::eprintln!(
        "\x1b[1;92m{:>12}\x1b[0m {} at {url}, page at {url}/_ifc/",
        "Running",
        manifest.package
    );
    for (name, function) in &manifest.functions {
        for trigger in &function.triggers {
            let text = |member: &str| trigger.details.get(member).and_then(|value| value.as_str());
            let what = match (&*trigger.source, &trigger.resource) {
                ("http", _) => format!(
                    "{} {}",
                    text("method").unwrap_or("ANY"),
                    text("path").unwrap_or("/")
                ),
                ("schedule", _) => text("expression").unwrap_or_default().to_owned(),
                (_, Some(resource)) => resource.clone(),
                (source, None) => source.to_owned(),
            };
            anstream::eprintln!("{:>12} {what} -> {name}", trigger.source);
        }
    }
    anstream::eprintln!(
        "{:>12} AWS at http://{} (key `test`, secret `test`); Ctrl-C stops",
        "",
        host.endpoint()
    );
}

/// Says what functions log and what goes wrong without an answer to anybody, as long as it is polled.
pub(super) async fn follow(application: Application) {
    let mut next = 0;
    loop {
        let recorded = application.recorded();
        let (records, end) = application.records(next);
        next = end;
        for (_, record) in records {
            happened(&application, &record.what);
        }
        recorded.await;
    }
}

fn happened(application: &Application, what: &What) {
    let name = |arn: &str| {
        let name = application.read(|engine| engine.names().get(arn).cloned());
        name.unwrap_or_else(|| arn.to_owned())
    };
    match what {
        What::Logged { function, line, .. } => {
            anstream::eprintln!("\x1b[1;94m{function:>12}\x1b[0m {}", log_line(line));
        }
        What::Ended {
            function, outcome, ..
        } => match outcome {
            Outcome::TimedOut => {
                anstream::eprintln!("\x1b[1;91m{function:>12}\x1b[0m took longer than its timeout");
            }
            Outcome::Crashed { message } => {
                anstream::eprintln!("\x1b[1;91m{function:>12}\x1b[0m its process ended: {message}");
            }
            // The function itself has logged what failed.
            Outcome::Returned(_) | Outcome::Failed { .. } => {}
        },
        What::DeadLetter {
            queue,
            from,
            reason,
        } => anstream::eprintln!(
            "\x1b[1;91m{:>12}\x1b[0m {} from {}: {reason}",
            "Dead letter",
            name(queue),
            name(from)
        ),
        What::Lost { from, reason, .. } => {
            anstream::eprintln!(
                "\x1b[1;91m{:>12}\x1b[0m from {}: {reason}",
                "Lost",
                name(from)
            );
        }
        What::LeftOut {
            schedule,
            first,
            last,
        } => anstream::eprintln!(
            "\x1b[1;93m{:>12}\x1b[0m {} was due from {} to {} and runs once for that",
            "Left out",
            name(schedule),
            iso_seconds(*first),
            iso_seconds(*last)
        ),
        _ => {}
    }
}

/// A line of a log as a person reads it: level, message and fields, where it is JSON as the runtime
/// writes it.
fn log_line(line: &str) -> String {
    let Ok(Value::Object(members)) = serde_json::from_str::<Value>(line) else {
        return line.to_owned();
    };
    let (Some(level), Some(message)) = (
        members.get("level").and_then(Value::as_str),
        members.get("message").and_then(Value::as_str),
    ) else {
        return line.to_owned();
    };
    let fields = members.get("fields").and_then(Value::as_object);
    let fields = fields.into_iter().flatten();
    let fields: String = fields
        .map(|(name, value)| format!(" {name}={value}"))
        .collect();
    format!("{level} {message}{fields}")
}

/// Says that a new program runs.
pub(super) fn reloaded() {
    anstream::eprintln!("\x1b[1;92m{:>12}\x1b[0m the data is kept", "Reloaded");
}

/// Says that the program of before goes on.
pub(super) fn kept() {
    anstream::eprintln!(
        "\x1b[1;93m{:>12}\x1b[0m what ran before goes on; it is built again at the next change",
        "Kept"
    );
}

/// Says that this program goes on from what another build left behind when it was killed.
pub(super) fn taken_over(copy: &Path) {
    anstream::eprintln!(
        "\x1b[1;93m{:>12}\x1b[0m the data that another build of ifc left when it was killed: what was \
         accepted is there, and some of it may be handled again\n{:>12} as it was: {}",
        "Taken over",
        "",
        copy.display()
    );
}

/// Says that the items of a table are given up.
pub(super) fn reset(table: &str, items: &Value) {
    anstream::eprintln!(
        "\x1b[1;93m{:>12}\x1b[0m {table}, without its {items} items; everything else is kept",
        "Reset"
    );
}

/// Says that a property of the template changes nothing here.
pub(super) fn without_effect(property: &str) {
    anstream::eprintln!(
        "\x1b[1;93mwarning\x1b[0m: `properties.{property}` in `[package.metadata.ifc]` has no effect here"
    );
}

/// Says that everything ends.
pub(super) fn stopping() {
    anstream::eprintln!("\x1b[1;92m{:>12}\x1b[0m the data is kept", "Stopping");
}

/// Says what could not be made.
pub(super) fn error(message: &str) {
    anstream::eprintln!("\x1b[1;91merror\x1b[0m: {message}");
}

/// Says what an emulator has.
pub(super) fn deployed(package: &str, outputs: &[(String, String)]) {
    anstream::eprintln!("\x1b[1;92m{:>12}\x1b[0m {package}", "Deployed");
    for (name, value) in outputs {
        anstream::eprintln!("{:>12} {name} = {value}", "");
    }
}

#[cfg(test)]
mod tests {
    use super::log_line;

    #[test]
    fn lines_of_the_runtime_are_read_by_people() {
        let line = r#"{"timestamp":"t","level":"ERROR","message":"the handler failed","fields":{"error":"no order"}}"#;
        assert_eq!(
            log_line(line),
            "ERROR the handler failed error=\"no order\""
        );
        for other in ["plain", "{\"level\":\"INFO\"}", "[1]", "{"] {
            assert_eq!(log_line(other), other);
        }
    }
}
