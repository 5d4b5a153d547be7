//! One trace: what led to what, over functions, queues and retries.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::decisions::{Decision, decision};
use super::event::{failure, title};
use super::graph::called;
use super::traces::{invocation, roots};
use super::{Text, View};
use crate::call::Caller;
use crate::engine::trace::segment;
use crate::engine::{Outcome, Record, What};

/// A trace.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Trace {
    /// The `Root` of the X-Ray header.
    pub root: String,
    /// First moment, in milliseconds since 1970.
    pub started: u64,
    /// Last moment that is known.
    pub ended: u64,
    /// What happened, each row behind the one that led to it.
    pub rows: Vec<Row>,
}

/// Something that happened.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Row {
    /// Number of the record that it began with.
    pub number: u64,
    /// That of the row that led to it.
    pub parent: Option<u64>,
    /// How many rows lead to it.
    pub depth: usize,
    /// `invocation`, `call`, `delivery`, `dead_letter` or `lost`.
    pub kind: &'static str,
    /// In words.
    pub title: String,
    /// Id of the node in the graph.
    pub node: Option<String>,
    /// When it began to wait, where it waited: as a message, or until it was tried again.
    pub since: Option<u64>,
    /// When it began.
    pub started: u64,
    /// When it ended; null while it runs.
    pub ended: Option<u64>,
    /// What went wrong.
    pub error: Option<String>,
    /// Whether it was not allowed.
    pub denied: bool,
    /// The how-manieth try an invocation is, from 1.
    pub attempt: Option<u64>,
    /// Request id of an invocation.
    pub invocation: Option<String>,
    /// What made it run.
    pub source: Option<String>,
    /// The event, request or message.
    pub payload: Option<Text>,
    /// What a function returned.
    pub returned: Option<Text>,
    /// Items of the batch that were not handled.
    pub failed: Vec<String>,
    /// What the function logged.
    pub logs: Vec<Log>,
    /// What was decided about a call.
    pub decisions: Vec<Decision>,
}

/// A line of a log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Log {
    /// Milliseconds since 1970.
    pub at: u64,
    /// The line.
    pub line: String,
}

/// A trace by its root; none if no record is left of it.
pub fn trace(view: View<'_>, root: &str) -> Option<Trace> {
    let mut builder = Builder {
        view,
        rows: Vec::new(),
        running: BTreeMap::new(),
        segments: BTreeMap::new(),
        tried: BTreeMap::new(),
    };
    let mut invocations = BTreeSet::new();
    let mut ended = None;
    for (number, record) in view.records {
        let is_of = match invocation(record) {
            Some(id) => invocations.contains(id),
            None => false,
        };
        if !is_of && !roots(record).any(|of| of == root) {
            continue;
        }
        invocations.extend(invocation(record));
        ended = Some(record.at);
        builder.take(*number, record);
    }
    let rows = in_order(builder.rows);
    Some(Trace {
        root: root.to_owned(),
        started: rows
            .iter()
            .map(|row| row.since.unwrap_or(row.started))
            .min()?,
        ended: ended?,
        rows,
    })
}

/// Rows on their way, in order of their records.
struct Builder<'v> {
    view: View<'v>,
    rows: Vec<Row>,
    /// The row of each invocation's last try.
    running: BTreeMap<String, usize>,
    /// The same by segment.
    segments: BTreeMap<String, usize>,
    /// Last try of a function because of the same row.
    tried: BTreeMap<(Option<u64>, String), usize>,
}

impl Builder<'_> {
    fn take(&mut self, number: u64, record: &Record) {
        let mut row = Row {
            number,
            started: record.at,
            ended: Some(record.at),
            ..Row::default()
        };
        let engine = self.view.engine;
        match &record.what {
            What::Called {
                caller,
                service,
                operation,
                resources,
                input,
                error,
                decisions,
            } => {
                let on = resources.first();
                let name = on.map(|arn| called(engine, arn));
                row.kind = "call";
                row.title = title(service, operation, name.as_deref());
                row.node = on.and_then(|arn| self.view.graph.place(engine, arn));
                row.payload = Some(Text::cut(&pretty(input)));
                row.error.clone_from(error);
                row.denied = decisions.iter().any(|decided| !decided.allowed);
                row.decisions = decisions
                    .iter()
                    .map(|decided| decision(self.view, decided))
                    .collect();
                if let Caller::Function {
                    invocation: Some(id),
                    ..
                } = caller
                {
                    row.parent = self.running.get(id).map(|row| self.rows[*row].number);
                }
            }
            // The run that stands for them has a row.
            What::Decided { .. } | What::LeftOut { .. } => return,
            What::Delivered {
                from,
                to,
                payload,
                error,
            } => {
                row.kind = "delivery";
                row.title = format!("{} to {}", called(engine, from), called(engine, to));
                row.node = self.view.graph.place(engine, to);
                row.payload = Some(Text::cut(payload));
                row.error.clone_from(error);
                let from = self.view.graph.place(engine, from);
                row.parent =
                    self.last(|row| row.kind == "call" && row.node == from && row.error.is_none());
            }
            What::Started {
                invocation,
                function,
                source,
                payload,
                attempt,
                parents,
                ..
            } => {
                row.kind = "invocation";
                row.title.clone_from(function);
                row.node = Some(function.clone());
                row.ended = None;
                row.attempt = Some(*attempt);
                row.invocation = Some(invocation.clone());
                row.source = Some(source.clone());
                row.payload = Some(Text::cut(payload));
                row.parent = self.cause(function, source, parents);
                self.wait(&mut row);
                let at = self.rows.len();
                self.running.insert(invocation.clone(), at);
                self.segments.insert(segment(invocation), at);
            }
            What::Ended {
                invocation,
                outcome,
                failed,
                ..
            } => {
                let Some(at) = self.running.get(invocation) else {
                    return;
                };
                let row = &mut self.rows[*at];
                row.ended = Some(record.at);
                row.failed.clone_from(failed);
                row.error = failure(outcome);
                if let Outcome::Returned(text) = outcome {
                    row.returned = Some(Text::cut(text));
                }
                return;
            }
            What::Logged {
                invocation, line, ..
            } => {
                let running = invocation.as_ref().and_then(|id| self.running.get(id));
                if let Some(at) = running {
                    self.rows[*at].logs.push(Log {
                        at: record.at,
                        line: line.clone(),
                    });
                }
                return;
            }
            What::DeadLetter {
                queue,
                from,
                reason,
            } => {
                row.kind = "dead_letter";
                row.title = format!("given up: a letter in {}", called(engine, queue));
                row.error = Some(reason.clone());
                row.node = self.view.graph.place(engine, queue);
                let from = self.view.graph.place(engine, from);
                row.parent = self.last_try(from.as_deref());
            }
            What::Lost {
                from,
                reason,
                payload,
            } => {
                row.kind = "lost";
                row.title = "given up and lost".into();
                row.error = Some(reason.clone());
                row.node = self.view.graph.place(engine, from);
                row.payload = Some(Text::cut(payload));
                row.parent = self.last_try(row.node.as_deref());
            }
        }
        self.rows.push(row);
    }

    /// The row that made a function run: a delivery to it, the call that put something into its source,
    /// or else the invocation that it says it comes from.
    fn cause(&self, function: &str, source: &str, parents: &[String]) -> Option<u64> {
        let from = match source {
            // The call names the function itself.
            "invoke" => Some(function),
            _ => self.view.graph.source(source, function),
        };
        let node = Some(function.to_owned());
        let source = from.map(str::to_owned);
        let delivered =
            self.last(|row| row.kind == "delivery" && row.node == node && row.error.is_none());
        let sender = parents.iter().find_map(|parent| self.segments.get(parent));
        let sender = sender.map(|at| self.rows[*at].number);
        let is_put = |row: &Row| {
            row.kind == "call" && row.error.is_none() && source.is_some() && row.node == source
        };
        delivered
            .or_else(|| self.last(|row| is_put(row) && sender.is_some() && row.parent == sender))
            .or(sender)
            .or_else(|| self.last(is_put))
    }

    /// Says since when an invocation waited: since its cause, or since it was last tried.
    fn wait(&mut self, row: &mut Row) {
        let key = (row.parent, row.title.clone());
        let before = self.tried.insert(key, self.rows.len());
        let before = before.filter(|_| row.attempt > Some(1));
        row.since = match (before, row.parent) {
            (Some(before), _) => self.rows[before].ended,
            (None, Some(parent)) => {
                let parent = self.rows.iter().rfind(|row| row.number == parent);
                parent
                    .filter(|parent| parent.kind != "invocation")
                    .map(|parent| parent.started)
            }
            (None, None) => None,
        };
    }

    fn last(&self, is: impl Fn(&Row) -> bool) -> Option<u64> {
        let row = self.rows.iter().rfind(|row| is(row));
        row.map(|row| row.number)
    }

    /// The last invocation of a function, or because of what came from somewhere.
    fn last_try(&self, of: Option<&str>) -> Option<u64> {
        self.last(|row| {
            let source = row.source.as_deref();
            let source = source.and_then(|source| self.view.graph.source(source, &row.title));
            row.kind == "invocation" && of.is_some() && (row.node.as_deref() == of || source == of)
        })
    }
}

/// Each row behind the one that led to it.
fn in_order(rows: Vec<Row>) -> Vec<Row> {
    let mut children: BTreeMap<Option<u64>, Vec<Row>> = BTreeMap::new();
    for row in rows {
        children.entry(row.parent).or_default().push(row);
    }
    let mut stack = children.remove(&None).unwrap_or_default();
    stack.reverse();
    let mut ordered = Vec::new();
    // No row leads to one before it, so that this ends.
    while let Some(row) = stack.pop() {
        let depth = row.depth;
        let mut below = children.remove(&Some(row.number)).unwrap_or_default();
        below.iter_mut().for_each(|row| row.depth = depth + 1);
        below.reverse();
        ordered.push(row);
        stack.extend(below);
    }
    ordered
}

fn pretty(value: &serde_json::Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}
