//! What `cargo ifc dev` says.

use std::path::Path;

use ifc_local::dev::{Application, Host};
use ifc_local::engine::What;
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
            let what = match (trigger.source.as_str(), &trigger.resource) {
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

/// Says which schedules run once for several times, because nobody was there, as long as it is polled.
pub(super) async fn left_out(application: Application) {
    let mut next = 0;
    loop {
        let recorded = application.recorded();
        let (records, end) = application.records(next);
        next = end;
        for (_, record) in records {
            if let What::LeftOut {
                schedule,
                first,
                last,
            } = &record.what
            {
                let name = application.read(|engine| engine.names().get(schedule).cloned());
                anstream::eprintln!(
                    "\x1b[1;93m{:>12}\x1b[0m {} was due from {} to {} and runs once for that",
                    "Left out",
                    name.as_deref().unwrap_or(schedule),
                    iso_seconds(*first),
                    iso_seconds(*last)
                );
            }
        }
        recorded.await;
    }
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
