//! The sink that every stage takes: all messages of a run, put into order at its end.

use super::{Diagnostic, Severity};

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

    /// Whether any is an error.
    pub fn has_errors(&self) -> bool {
        self.list.iter().any(|d| d.severity == Severity::Error)
    }

    /// All messages by place, without duplicates and without what only follows from another: a
    /// later stage has nothing to add about the very place where an earlier one found an error.
    pub fn into_sorted(mut self) -> Vec<Diagnostic> {
        self.list.sort_by(|a, b| key(a).cmp(&key(b)));
        self.list.dedup();
        let follows: Vec<bool> = self.list.iter().map(|d| self.follows(d)).collect();
        let mut follows = follows.into_iter();
        self.list.retain(|_| !follows.next().unwrap_or(false));
        self.list
    }

    fn follows(&self, diagnostic: &Diagnostic) -> bool {
        let Some(primary) = &diagnostic.primary else {
            return false;
        };
        self.list.iter().any(|earlier| {
            earlier.severity == Severity::Error
                && stage(earlier) < stage(diagnostic)
                && earlier
                    .primary
                    .as_ref()
                    .is_some_and(|label| label.span == primary.span)
        })
    }

    /// The messages so far, in the order they came.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.list.iter()
    }

    /// Removes the messages for which `keep` is false, as `#[allow_infra]` asks.
    pub fn retain(&mut self, keep: impl FnMut(&Diagnostic) -> bool) {
        self.list.retain(keep);
    }
}

fn key(d: &Diagnostic) -> (Option<crate::span::Span>, &'static str, &str) {
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
