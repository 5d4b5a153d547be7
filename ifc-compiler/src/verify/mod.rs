//! Compares what the source says that each function does on AWS with what the linked program can
//! do. Both sides are plain data: operations of the AWS SDK, by crate and type.

mod codes;
#[cfg(test)]
mod tests;

pub use codes::{NOT_IN_PROGRAM, NOT_IN_SOURCE};

use std::collections::{BTreeMap, BTreeSet};

use ifc_catalog::model::{Application, Function};
use ifc_catalog::resources::KINDS;

use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::span::Span;

/// An operation: `dynamodb:PutItem`, which is the type `PutItem` of `aws-sdk-dynamodb`.
pub type Operation = String;

/// What each function can do, each operation with the symbols on the way to it.
pub type Linked = BTreeMap<String, BTreeMap<Operation, Vec<String>>>;

/// Operations that the source says each function performs, each with the places of the calls.
pub type Written = BTreeMap<String, BTreeMap<Operation, BTreeSet<Span>>>;

/// Operations by function, from the source.
pub fn written(application: &Application) -> Written {
    let functions = application.functions.iter();
    functions
        .map(|function| (function.name.clone(), of_function(function)))
        .collect()
}

fn of_function(function: &Function) -> BTreeMap<Operation, BTreeSet<Span>> {
    let mut operations: BTreeMap<Operation, BTreeSet<Span>> = BTreeMap::new();
    for used in &function.uses {
        let places = used.why.iter().filter_map(|path| path.steps.last());
        let places: BTreeSet<Span> = places.map(|step| step.span).collect();
        for operation in used.op.operations() {
            let known = operations.entry(operation).or_default();
            known.extend(&places);
        }
    }
    operations
}

/// What the two sides do not agree on, in order of function.
pub fn compare(application: &Application, linked: &Linked) -> Vec<Diagnostic> {
    let mut diagnostics = Diagnostics::default();
    let nothing = BTreeMap::new();
    for function in &application.functions {
        let written = of_function(function);
        let linked = linked.get(&function.name).unwrap_or(&nothing);
        for (operation, symbols) in linked {
            if !written.contains_key(operation) && !is_granted(function, operation) {
                diagnostics.push(not_in_source(function, operation, symbols));
            }
        }
        for (operation, places) in written {
            if !linked.contains_key(&operation) {
                diagnostics.push(not_in_program(function, &operation, &places));
            }
        }
    }
    diagnostics.into_sorted()
}

fn not_in_source(function: &Function, operation: &str, symbols: &[String]) -> Diagnostic {
    let name = &function.name;
    let message =
        format!("the program of `{name}` can do `{operation}`, its source does not say so");
    let mut diagnostic = Diagnostic::new(&NOT_IN_SOURCE, function.span, message)
        .label("its role does not allow it")
        .note(format!("the way there: {}", way(symbols)));
    if let [action, ..] = actions(operation).as_slice() {
        diagnostic = diagnostic.help(format!(
            "if it is meant to do so, grant it: `#[grant(\"{action}\", on = .., because = \"..\")]`"
        ));
    }
    diagnostic
}

fn not_in_program(function: &Function, operation: &str, places: &BTreeSet<Span>) -> Diagnostic {
    let name = &function.name;
    let message = format!("the source of `{name}` does `{operation}`, the linked program cannot");
    let mut places = places.iter();
    let place = places.next().copied().unwrap_or(function.span);
    let diagnostic = Diagnostic::new(&NOT_IN_PROGRAM, place, message)
        .label("the code behind this call is not in the program of this function");
    places.fold(diagnostic, |diagnostic, place| {
        diagnostic.also(*place, "nor behind this one")
    })
}

/// The symbols that say something to the reader: those outside of the standard library and of the
/// machinery that every request goes through.
fn way(symbols: &[String]) -> String {
    let (first, rest) = match symbols.split_first() {
        Some(split) => split,
        None => return String::new(),
    };
    let told = rest.iter().filter(|symbol| !is_machinery(symbol));
    let told = std::iter::once(first).chain(told);
    let named: Vec<String> = told.map(|symbol| format!("`{symbol}`")).collect();
    named.join(" -> ")
}

fn is_machinery(symbol: &str) -> bool {
    const MACHINERY: &[&str] = &[
        "alloc",
        "aws_smithy_",
        "core",
        "futures_",
        "hashbrown",
        "std",
        "tokio",
        "tracing",
    ];
    let path = symbol.trim_start_matches(['<', '&', '*']);
    MACHINERY.iter().any(|name| path.starts_with(name))
}

/// Whether the source allows by hand what an operation needs.
fn is_granted(function: &Function, operation: &str) -> bool {
    let granted = || function.grants.iter().flat_map(|grant| &grant.actions);
    let needed = actions(operation);
    !needed.is_empty()
        && needed
            .iter()
            .all(|action| granted().any(|grant| covers(grant, action)))
}

/// The IAM actions that an operation needs: those of the handles that perform it, or else the one
/// of its name.
fn actions(operation: &str) -> Vec<String> {
    let ops = KINDS.iter().flat_map(|kind| kind.ops);
    let of_handles = ops
        .filter(|op| op.operations().iter().any(|one| one == operation))
        .min_by_key(|op| op.actions.len());
    match of_handles {
        Some(op) => op
            .actions
            .iter()
            .map(|action| action.name.to_owned())
            .collect(),
        None => vec![operation.to_owned()],
    }
}

/// Whether an action as a policy names it, with `*` and `?`, is this one.
fn covers(pattern: &str, action: &str) -> bool {
    let (pattern, action) = (pattern.to_ascii_lowercase(), action.to_ascii_lowercase());
    matches(pattern.as_bytes(), action.as_bytes())
}

fn matches(pattern: &[u8], text: &[u8]) -> bool {
    match pattern.split_first() {
        None => text.is_empty(),
        Some((b'*', rest)) => (0..=text.len()).any(|at| matches(rest, &text[at..])),
        Some((byte, rest)) => text
            .split_first()
            .is_some_and(|(first, text)| (*byte == b'?' || byte == first) && matches(rest, text)),
    }
}
