//! All traces, in short.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::View;
use super::event::title;
use super::graph::called;
use crate::call::Caller;
use crate::engine::{Record, What};

/// All consequences of one event, in short.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Trace {
    /// The `Root` of the X-Ray header.
    pub root: String,
    /// What began it: `http POST /orders`.
    pub title: String,
    /// First record, in milliseconds since 1970.
    pub started: u64,
    /// Last record.
    pub ended: u64,
    /// Functions that ran, in order of name.
    pub functions: BTreeSet<String>,
    /// Invocations, retries included.
    pub invocations: usize,
    /// Invocations that run.
    pub running: usize,
    /// Invocations that failed or left some of a batch over.
    pub errors: usize,
    /// Calls that were not allowed.
    pub denied: usize,
    /// What was given up.
    pub dead_letters: usize,
    /// Number of the last record.
    pub last: u64,
}

/// The newest traces first, `limit` of them.
pub fn traces(view: View<'_>, limit: usize) -> Vec<Trace> {
    let mut traces: BTreeMap<&str, Trace> = BTreeMap::new();
    let mut batches: BTreeMap<&str, &Record> = BTreeMap::new();
    for (number, record) in view.records {
        // That a service may poll is part of no trace.
        if matches!(record.what, What::Decided { .. }) {
            continue;
        }
        if let What::Started { invocation, .. } = &record.what {
            batches.insert(invocation, record);
        }
        let started = invocation(record).and_then(|id| batches.get(id).copied());
        // A line that is part of no invocation has no trace.
        for root in roots(started.unwrap_or(record)).filter(|root| !root.is_empty()) {
            let trace = traces.entry(root).or_insert_with(|| Trace {
                root: root.to_owned(),
                title: begins(view, record),
                started: record.at,
                ..Trace::default()
            });
            trace.ended = record.at;
            trace.last = *number;
            count(trace, record);
        }
    }
    let mut traces: Vec<Trace> = traces.into_values().collect();
    traces.sort_by_key(|trace| std::cmp::Reverse(trace.last));
    traces.truncate(limit);
    traces
}

/// The invocation that a record comes from.
pub fn invocation(record: &Record) -> Option<&str> {
    match &record.what {
        What::Called {
            caller: Caller::Function { invocation, .. },
            ..
        } => invocation.as_deref(),
        What::Started { invocation, .. } | What::Ended { invocation, .. } => Some(invocation),
        What::Logged { invocation, .. } => invocation.as_deref(),
        _ => None,
    }
}

/// The traces that a record belongs to: all those of a batch.
pub fn roots(record: &Record) -> impl Iterator<Item = &str> {
    let others = match &record.what {
        What::Started { traces, .. } => traces.as_slice(),
        _ => &[],
    };
    let others = others.iter().filter(|trace| **trace != record.trace);
    std::iter::once(record.trace.as_str()).chain(others.map(String::as_str))
}

fn count(trace: &mut Trace, record: &Record) {
    match &record.what {
        What::Called { decisions, .. } => {
            trace.denied += usize::from(decisions.iter().any(|decided| !decided.allowed));
        }
        What::Started { function, .. } => {
            trace.functions.insert(function.clone());
            trace.invocations += 1;
            trace.running += 1;
        }
        What::Ended {
            outcome, failed, ..
        } => {
            trace.running = trace.running.saturating_sub(1);
            trace.errors += usize::from(!outcome.is_ok() || !failed.is_empty());
        }
        What::DeadLetter { .. } | What::Lost { .. } => trace.dead_letters += 1,
        _ => {}
    }
}

/// What began a trace, by its first record.
fn begins(view: View<'_>, record: &Record) -> String {
    match &record.what {
        What::Called {
            caller,
            service,
            operation,
            resources,
            ..
        } => {
            let on = resources.first().map(|arn| called(view.engine, arn));
            let call = title(service, operation, on.as_deref());
            match caller {
                Caller::Root => call,
                Caller::Function { name, .. } => format!("{name}: {call}"),
            }
        }
        What::Started {
            function, source, ..
        } => match view.graph.source(source, function) {
            Some(node) => match view.graph.node(node) {
                Some(node) if !node.id.contains(' ') => format!("{} {}", node.kind, node.id),
                _ => node.to_owned(),
            },
            None => format!("{source} {function}"),
        },
        What::Decided { decided } => decided.principal.clone(),
        What::Delivered { from, .. } | What::DeadLetter { from, .. } | What::Lost { from, .. } => {
            called(view.engine, from)
        }
        What::LeftOut { schedule, .. } => called(view.engine, schedule),
        What::Ended { function, .. } | What::Logged { function, .. } => function.clone(),
    }
}
