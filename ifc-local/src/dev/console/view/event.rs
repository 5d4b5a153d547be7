//! What happened, in one line each, with the edges of the graph along which it went.

use serde::Serialize;
use serde_json::Value;

use super::graph::{Graph, called};
use crate::Engine;
use crate::call::Caller;
use crate::engine::{Outcome, Record, What};
use crate::moment::iso_seconds;

/// A record in short, for the live view.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Event {
    /// Number of the record.
    pub number: u64,
    /// Milliseconds since 1970.
    pub at: u64,
    /// The trace that it belongs to.
    pub trace: String,
    /// `called`, `decided`, `delivered`, `started`, `ended`, `logged`, `dead_letter`,
    /// `left_out` or `lost`.
    pub what: &'static str,
    /// How it went.
    pub status: Status,
    /// In words.
    pub text: String,
    /// Id of the node where it happened.
    pub node: Option<String>,
    /// Pairs of node ids: the edges along which something went.
    pub flows: Vec<(String, String)>,
    /// Milliseconds that an invocation took.
    pub duration: Option<u64>,
}

/// How something went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// As it should.
    Ok,
    /// It failed.
    Failed,
    /// The caller was not allowed to.
    Denied,
}

/// A record in short.
pub fn event(engine: &Engine, graph: &Graph, number: u64, record: &Record) -> Event {
    let mut event = Event {
        number,
        at: record.at,
        trace: record.trace.clone(),
        what: "",
        status: Status::Ok,
        text: String::new(),
        node: None,
        flows: Vec::new(),
        duration: None,
    };
    match &record.what {
        What::Called {
            caller,
            service,
            operation,
            resources,
            error,
            decisions,
            ..
        } => {
            event.what = "called";
            let who = match caller {
                Caller::Root => "you",
                Caller::Function { name, .. } => name,
            };
            let mut places: Vec<String> = resources
                .iter()
                .filter_map(|arn| graph.place(engine, arn))
                .collect();
            places.dedup();
            let on = resources.first().map(|arn| called(engine, arn));
            event.text = format!("{who}: {}", title(service, operation, on.as_deref()));
            if let Some(error) = error {
                event.text += &format!(" failed: {error}");
                event.status = Status::Failed;
            }
            if decisions.iter().any(|decided| !decided.allowed) {
                event.status = Status::Denied;
            }
            event.node = places.first().cloned();
            if let Caller::Function { name, .. } = caller {
                let flows = places.into_iter().map(|to| (name.clone(), to));
                event.flows = flows.filter(|(from, to)| from != to).collect();
            }
        }
        What::Decided { decided } => {
            event.what = "decided";
            event.node = graph.place(engine, &decided.resource);
            let may = if decided.allowed { "may" } else { "may not" };
            event.text = format!(
                "{} {may} {} on {}",
                decided.principal,
                decided.action,
                called(engine, &decided.resource)
            );
            if !decided.allowed {
                event.status = Status::Denied;
            }
        }
        What::Delivered {
            from, to, error, ..
        } => {
            event.what = "delivered";
            let (source, target) = (graph.place(engine, from), graph.place(engine, to));
            event.text = format!("{} to {}", called(engine, from), called(engine, to));
            if let Some(error) = error {
                event.status = Status::Failed;
                event.text += &format!(" failed: {error}");
            }
            event.node = target.clone();
            if let (Some(source), Some(target)) = (source, target) {
                event.flows.push((source, target));
            }
        }
        What::Started {
            function,
            source,
            attempt,
            ..
        } => {
            event.what = "started";
            event.node = Some(function.clone());
            event.text = match attempt {
                1 => format!("{function} runs because of {source}"),
                _ => format!("{function} runs because of {source}, attempt {attempt}"),
            };
            if let Some(source) = graph.source(source, function) {
                event.flows.push((source.to_owned(), function.clone()));
            }
        }
        What::Ended {
            function,
            outcome,
            duration,
            failed,
            ..
        } => {
            event.what = "ended";
            event.node = Some(function.clone());
            event.duration = Some(*duration);
            event.text = match failure(outcome) {
                Some(failure) => format!("{function}: {failure}"),
                None if !failed.is_empty() => {
                    format!("{function} left {} of its batch over", failed.len())
                }
                None => format!("{function} ended"),
            };
            if !outcome.is_ok() || !failed.is_empty() {
                event.status = Status::Failed;
            }
        }
        What::DeadLetter {
            queue,
            from,
            reason,
        } => {
            event.what = "dead_letter";
            event.status = Status::Failed;
            event.node = graph.place(engine, from);
            event.text = format!(
                "{} gave up ({reason}): a letter in {}",
                called(engine, from),
                called(engine, queue)
            );
        }
        What::Logged { function, line, .. } => {
            event.what = "logged";
            event.node = Some(function.clone());
            event.text = format!("{function}: {}", message(line));
        }
        What::LeftOut {
            schedule,
            first,
            last,
        } => {
            event.what = "left_out";
            event.node = graph.place(engine, schedule);
            event.text = format!(
                "{} was due from {} to {} and runs once for that",
                called(engine, schedule),
                iso_seconds(*first),
                iso_seconds(*last)
            );
        }
        What::Lost { from, reason, .. } => {
            event.what = "lost";
            event.status = Status::Failed;
            event.node = graph.place(engine, from);
            event.text = format!("something of {} is lost: {reason}", called(engine, from));
        }
    }
    event
}

/// What a call is called: `sqs SendMessage on SHIPMENTS`.
pub fn title(service: &str, operation: &str, on: Option<&str>) -> String {
    match on {
        Some(on) => format!("{service} {operation} on {on}"),
        None => format!("{service} {operation}"),
    }
}

/// The message of a line of a log, where it is JSON of the runtime.
fn message(line: &str) -> String {
    let read: Option<Value> = serde_json::from_str(line).ok();
    let text = |name: &str| read.as_ref()?[name].as_str().map(str::to_owned);
    match (text("level"), text("message")) {
        (Some(level), Some(message)) => format!("{level} {message}"),
        _ => line.to_owned(),
    }
}

/// What is wrong with an outcome, in a line.
pub fn failure(outcome: &Outcome) -> Option<String> {
    match outcome {
        Outcome::Returned(_) => None,
        Outcome::Failed {
            error_type,
            message,
        } => Some(format!("{error_type}: {message}")),
        Outcome::TimedOut => Some("took longer than its timeout".into()),
        Outcome::Crashed { message } => Some(format!("the process ended: {message}")),
    }
}
