//! The proof of permissions: which statements decided the calls of a test, and what it is without one.
//!
//! `cargo ifc test --prove-permissions` sets the variables.

use std::collections::BTreeSet;
use std::fs::OpenOptions;
use std::io::Write;

use ifc_local::engine::{Decided, Record, What};
use ifc_local::{Caller, Engine};
use serde_json::json;

/// A file to which each test adds a line of JSON for each statement that it needed:
/// `{"test":..,"function":..,"statement":0,"action":"dynamodb:PutItem","resource":"arn:.."}`.
const RECORD: &str = "IFC_PROVE_RECORD";
/// `ship:2`: the engine is deployed without the third statement of `ship`'s role.
const WITHOUT: &str = "IFC_PROVE_WITHOUT";

/// Takes the statement away that the environment names.
pub(super) fn take_away(engine: &mut Engine) -> Result<(), String> {
    match std::env::var(WITHOUT) {
        Ok(text) => without(engine, &text),
        Err(_) => Ok(()),
    }
}

fn without(engine: &mut Engine, text: &str) -> Result<(), String> {
    let named = text
        .rsplit_once(':')
        .and_then(|(function, index)| Some((function, index.parse().ok()?)));
    let (function, index) =
        named.ok_or_else(|| format!("`{WITHOUT}` is `function:index`, and not `{text}`"))?;
    match engine.remove_statement(function, index) {
        true => Ok(()),
        false => Err(format!(
            "`{WITHOUT}` names the statement {index} of `{function}`, and there is none"
        )),
    }
}

/// Writes down which statements decided, if the environment asks for it.
pub(super) fn write_down(test: &str, records: &[Record]) -> Result<(), String> {
    let Some(path) = std::env::var_os(RECORD) else {
        return Ok(());
    };
    let lines: String = decided(test, records).into_iter().collect();
    // One write, so that the lines of tests that run at the same time stay whole.
    let written = OpenOptions::new()
        .create(true)
        .append(true)
        .open(&path)
        .and_then(|mut file| file.write_all(lines.as_bytes()));
    written.map_err(|error| format!("cannot write {}: {error}", path.display()))
}

fn decided(test: &str, records: &[Record]) -> BTreeSet<String> {
    let mut lines = BTreeSet::new();
    for record in records {
        match &record.what {
            What::Called {
                caller: Caller::Function { name, .. },
                decisions,
                ..
            } => lines.extend(decisions.iter().filter_map(|one| line(test, name, one))),
            // What Lambda does with the role, such as polling a queue.
            What::Decided { decided } => lines.extend(line(test, &decided.principal, decided)),
            _ => {}
        }
    }
    lines
}

fn line(test: &str, function: &str, decided: &Decided) -> Option<String> {
    let statement = decided.statement.filter(|_| decided.allowed)?;
    let line = json!({
        "test": test,
        "function": function,
        "statement": statement,
        "action": decided.action,
        "resource": decided.resource,
    });
    Some(format!("{line}\n"))
}
