//! The sink that every stage takes: all messages of a run, put into order at its end.

use std::collections::BTreeMap;

use super::{Diagnostic, Severity};
use crate::span::Span;

/// The sink.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics {
    list: Vec<Diagnostic>,
}

impl Diagnostics {
    /// Adds a message.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.list.push(diagnostic);
    }

    /// Adds the messages of a thread.
    pub fn append(&mut self, mut other: Diagnostics) {
        self.list.append(&mut other.list);
    }

    /// Whether any is an error.
    pub fn has_errors(&self) -> bool {
        self.list.iter().any(|d| d.severity == Severity::Error)
    }

    /// All messages by place, without duplicates and without what only follows from another: a
    /// later stage has nothing to add about the very place where an earlier one found an error.
    pub fn into_sorted(mut self) -> Vec<Diagnostic> {
        self.list.sort_by(|a, b| key(a).cmp(&key(b)));
        self.list.dedup();
        let mut first: BTreeMap<Span, &'static str> = BTreeMap::new();
        for error in self.list.iter().filter(|d| d.severity == Severity::Error) {
            if let Some(label) = &error.primary {
                let stage = stage(error);
                let earliest = first.entry(label.span).or_insert(stage);
                *earliest = stage.min(earliest);
            }
        }
        self.list.retain(|d| {
            let place = d.primary.as_ref().and_then(|label| first.get(&label.span));
            place.is_none_or(|earliest| stage(d) <= *earliest)
        });
        self.list
    }

    /// The messages so far, in the order they came.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.list.iter()
    }

    /// Changes messages, and removes those for which `keep` is false.
    pub fn retain(&mut self, keep: impl FnMut(&mut Diagnostic) -> bool) {
        self.list.retain_mut(keep);
    }
}

fn key(d: &Diagnostic) -> (Option<Span>, &'static str, &str) {
    (
        d.primary.as_ref().map(|label| label.span),
        d.code.number,
        d.message.as_str(),
    )
}

/// The hundreds of a code: areas are numbered in the order of the stages.
fn stage(d: &Diagnostic) -> &'static str {
    d.code.number.get(..5).unwrap_or_default()
}
