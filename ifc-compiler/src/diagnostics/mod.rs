//! What the compiler has to say: plain data, collected in a sink that every stage takes.

mod codes;
pub mod github;
pub mod json;
mod render;
pub mod review;
pub mod sarif;
mod sink;
mod syntax;
#[cfg(test)]
mod tests;

pub use codes::{CODES, Code, RETIRED, all, find};
pub use ifc_syntax::errors::did_you_mean as nearest;
pub use render::{Look, render, render_line, render_note};
pub use sink::Diagnostics;
pub use syntax::{from_mistake, from_syntax};

use crate::span::Span;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing is written; the command exits with 1.
    Error,
    /// The output is written all the same.
    Warning,
    /// Information only.
    Note,
}

/// A marked range with a text under it. An empty text marks without words.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Label {
    /// What is marked.
    pub span: Span,
    /// What is said there.
    pub text: String,
}

/// One message. Wording: lower case, no full stop, names in backticks; what is wrong in the
/// message, where in the labels, what to do only in the helps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Stable number and name.
    pub code: &'static Code,
    /// How bad it is.
    pub severity: Severity,
    /// The headline.
    pub message: String,
    /// The place it is about. None only when there is no source at all (a missing `Cargo.toml`).
    pub primary: Option<Label>,
    /// Further places.
    pub labels: Vec<Label>,
    /// Background: the limit's source, what it costs.
    pub notes: Vec<String>,
    /// What to do about it.
    pub helps: Vec<String>,
}

impl Diagnostic {
    /// A message of the code's default severity at a place.
    pub fn new(code: &'static Code, span: Span, message: impl Into<String>) -> Self {
        Diagnostic {
            code,
            severity: code.severity,
            message: message.into(),
            primary: Some(Label {
                span,
                text: String::new(),
            }),
            labels: Vec::new(),
            notes: Vec::new(),
            helps: Vec::new(),
        }
    }

    /// A message without a place.
    pub fn global(code: &'static Code, message: impl Into<String>) -> Self {
        Diagnostic {
            code,
            severity: code.severity,
            message: message.into(),
            primary: None,
            labels: Vec::new(),
            notes: Vec::new(),
            helps: Vec::new(),
        }
    }

    /// Sets the text under the primary place.
    pub fn label(mut self, text: impl Into<String>) -> Self {
        if let Some(primary) = &mut self.primary {
            primary.text = text.into();
        }
        self
    }

    /// Marks a further place.
    pub fn also(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label {
            span,
            text: text.into(),
        });
        self
    }

    /// Adds background.
    pub fn note(mut self, text: impl Into<String>) -> Self {
        self.notes.push(text.into());
        self
    }

    /// Adds advice.
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.helps.push(text.into());
        self
    }
}
