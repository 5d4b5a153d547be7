//! Compares what the source says that each function does on AWS with what the linked program can
//! do. Both sides are plain data: operations of the AWS SDK, by crate and type.

mod codes;
#[cfg(test)]
mod tests;

pub use codes::{NOT_IN_PROGRAM, NOT_IN_SOURCE};

use std::collections::{BTreeMap, BTreeSet};

use ifc_catalog::model::{Application, Function};
use ifc_catalog::sdk::companions::{self, Need};
use ifc_catalog::sdk::{self, Request};

use crate::diagnostics::{Code, Diagnostic, Diagnostics, Severity};
use crate::policy::Policy;
use crate::span::Span;

/// An operation: `dynamodb:PutItem`, which is the type `PutItem` of `aws-sdk-dynamodb`.
pub type Operation = String;

/// What each function can do in the linked program.
pub type Linked = BTreeMap<String, Side>;

/// What a function can do in the linked program, each operation with the symbols on the way to it.
#[derive(Clone, Debug, Default)]
pub struct Side {
    /// What it can reach.
    pub operations: BTreeMap<Operation, Vec<String>>,
    /// What it may reach: optimised code does not say.
    pub doubtful: BTreeMap<Operation, Vec<String>>,
}

/// What the source says of a function.
#[derive(Clone, Debug, Default)]
pub struct Written {
    /// Name of the function.
    pub name: String,
    /// Place of its name, if it has one.
    pub span: Option<Span>,
    /// What it does, with the places of the calls.
    pub operations: BTreeMap<Operation, BTreeSet<Span>>,
    /// What code outside of the source does for it. The program need not have it: some of that code
    /// does without the SDK.
    pub besides: BTreeSet<Operation>,
    /// IAM actions that the source allows by hand.
    pub granted: Vec<String>,
    /// How many places the analysis could not follow.
    pub unresolved: usize,
}

/// The operation behind a method of a client, such as `put_item`.
pub(crate) fn operation(service: &str, method: &str) -> Operation {
    match sdk::operation(service, method) {
        Some(operation) => format!("{service}:{}", operation.name()),
        None => format!("{service}:{method}"),
    }
}

/// The functions of an annotated application.
pub fn of_application(application: &Application) -> Vec<Written> {
    application.functions.iter().map(of_function).collect()
}

/// What code outside of the source does, by its path in the catalog.
pub(crate) fn of_companion(path: &str) -> Vec<Operation> {
    let needs = companions::of_path(path).map_or(&[][..], |companion| companion.needs);
    let called = |need: &Need| match need {
        Need::Call {
            service, method, ..
        } => Some(operation(service, method)),
        Need::Action { .. } | Need::Unknown { .. } => None,
    };
    needs.iter().filter_map(called).collect()
}

/// What a function does through handles, as the runtime does it.
pub(crate) fn of_handles(function: &Function) -> BTreeMap<Operation, BTreeSet<Span>> {
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

fn of_function(function: &Function) -> Written {
    let mut operations = of_handles(function);
    for call in function.calls.iter().filter(|call| !call.companion) {
        let operation = operation(&call.service, &call.method);
        operations.entry(operation).or_default().insert(call.span);
    }
    let companions = function.calls.iter().filter(|call| call.companion);
    let grants = function.grants.iter().flat_map(|grant| &grant.actions);
    Written {
        name: function.name.clone(),
        span: Some(function.span),
        operations,
        besides: companions
            .flat_map(|call| of_companion(&call.service))
            .collect(),
        granted: grants.cloned().collect(),
        unresolved: 0,
    }
}

/// The binaries of an existing project.
pub fn of_policy(policy: &Policy) -> Vec<Written> {
    let functions = policy.functions.iter();
    functions
        .map(|function| Written {
            name: function.name.clone(),
            span: None,
            operations: function.operations.clone(),
            besides: function.besides.clone(),
            granted: Vec::new(),
            unresolved: function.unresolved.len(),
        })
        .collect()
}

/// What the two sides do not agree on, by place.
pub fn compare(written: &[Written], linked: &Linked) -> Vec<Diagnostic> {
    let mut diagnostics = Diagnostics::default();
    let nothing = Side::default();
    for function in written {
        let linked = linked.get(&function.name).unwrap_or(&nothing);
        let has = |operation: &str| {
            let mut known = function.operations.keys().chain(&function.besides);
            known.any(|known| known.eq_ignore_ascii_case(operation))
        };
        let is_missing = |operation: &str| !has(operation) && !is_granted(function, operation);
        for (operation, symbols) in &linked.operations {
            if is_missing(operation) {
                diagnostics.push(not_in_source(function, operation, symbols));
            }
        }
        for (operation, symbols) in &linked.doubtful {
            if is_missing(operation) {
                diagnostics.push(doubtful(not_in_source(function, operation, symbols)));
            }
        }
        let found = linked.operations.keys().chain(linked.doubtful.keys());
        for (operation, places) in &function.operations {
            if !found
                .clone()
                .any(|known| known.eq_ignore_ascii_case(operation))
            {
                diagnostics.push(not_in_program(function, operation, places));
            }
        }
    }
    diagnostics.into_sorted()
}

fn at(code: &'static Code, span: Option<Span>, message: String) -> Diagnostic {
    match span {
        Some(span) => Diagnostic::new(code, span, message),
        None => Diagnostic::global(code, message),
    }
}

fn not_in_source(function: &Written, operation: &str, symbols: &[String]) -> Diagnostic {
    let name = &function.name;
    let message =
        format!("the program of `{name}` can do `{operation}`, its source does not say so");
    let mut diagnostic = at(&NOT_IN_SOURCE, function.span, message)
        .label("its role does not allow it")
        .note(format!("the way there: {}", way(symbols)));
    if function.unresolved > 0 {
        diagnostic = diagnostic.note("the analysis of the source could not follow everything");
    }
    match (function.span, actions(operation).as_slice()) {
        (_, []) => diagnostic,
        (Some(_), [action, ..]) => diagnostic.help(format!(
            "if it is meant to do so, grant it: `#[grant(\"{action}\", on = .., because = \"..\")]`"
        )),
        (None, actions) => diagnostic.help(format!(
            "if it is meant to do so, add `{}` to its policy by hand",
            actions.join("`, `")
        )),
    }
}

/// The optimiser leaves it open whether a reference on the way there means what it leads to.
fn doubtful(mut diagnostic: Diagnostic) -> Diagnostic {
    diagnostic.severity = Severity::Warning;
    diagnostic
        .note("a reference on that way may as well mean what lies beside the list that it leads to")
}

fn not_in_program(function: &Written, operation: &str, places: &BTreeSet<Span>) -> Diagnostic {
    let name = &function.name;
    let message = format!("the source of `{name}` does `{operation}`, the linked program cannot");
    let mut places = places.iter().copied();
    let diagnostic = at(&NOT_IN_PROGRAM, places.next().or(function.span), message)
        .label("the code behind this call is not in the program of this function");
    places.fold(diagnostic, |diagnostic, place| {
        diagnostic.also(place, "nor behind this one")
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
fn is_granted(function: &Written, operation: &str) -> bool {
    let is_granted = |action: &String| {
        let mut granted = function.granted.iter();
        granted.any(|grant| covers(grant, action))
    };
    let needed = actions(operation);
    !needed.is_empty() && needed.iter().all(is_granted)
}

/// The IAM actions that an operation needs whatever its request says, or else the one of its name.
fn actions(operation: &str) -> Vec<String> {
    let named = || vec![operation.to_owned()];
    let Some((service, name)) = operation.split_once(':') else {
        return named();
    };
    match sdk::operation(service, name) {
        Some(operation) => {
            // Of a request that sets nothing: members can only add to that.
            let request = Request {
                complete: true,
                ..Request::default()
            };
            let needed = operation.permissions(&request);
            needed.into_iter().flat_map(|one| one.actions).collect()
        }
        None => named(),
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
