//! `macro_rules!`, for macros that the program itself defines. A definition is plain data without
//! places, so that every thread can use it; what it adds to the program has the place of the
//! invocation, what it takes over keeps its own.

mod hygiene;
mod matcher;
mod paste;
mod pattern;
mod transcribe;

#[cfg(test)]
mod tests;

pub(crate) use hygiene::{before_definition, definition, outer, plain};
pub(crate) use paste::paste;

use proc_macro2::{Span, TokenStream, TokenTree};

use super::CrateId;
use crate::symbol::Symbol;

/// A `macro_rules!` definition.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct MacroDef {
    pub(super) name: Symbol,
    pub(super) krate: CrateId,
    /// `#[macro_export]`.
    pub(super) exported: bool,
    /// Where it stands in a body, whose variables it can use.
    pub(super) inner: Option<u32>,
    rules: Vec<pattern::Rule>,
}

/// An invocation.
#[derive(Clone, Copy, Debug)]
pub(super) struct Site {
    /// Where it is.
    pub(super) span: Span,
    /// Which expansion of the file it is.
    pub(super) number: u32,
}

/// Why there is no expansion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ExpandError {
    /// No rule matches, or a rule uses a variable wrongly.
    NoRule,
    /// It would be longer than is allowed.
    TooLong,
}

impl MacroDef {
    /// Reads the rules. None if they are malformed, which rustc reports.
    pub(super) fn parse(
        name: Symbol,
        krate: CrateId,
        exported: bool,
        inner: Option<u32>,
        rules: TokenStream,
    ) -> Option<MacroDef> {
        Some(MacroDef {
            name,
            krate,
            exported,
            inner,
            rules: pattern::rules(rules)?,
        })
    }

    /// Expands an invocation. The budget counts tokens.
    pub(super) fn expand(
        &self,
        input: TokenStream,
        site: Site,
        budget: &mut usize,
    ) -> Result<TokenStream, ExpandError> {
        let input: Vec<TokenTree> = input.into_iter().collect();
        for rule in &self.rules {
            if let Some(bindings) = matcher::matches(&rule.matcher, &input) {
                return transcribe::transcribe(self, rule, &bindings, site, budget);
            }
        }
        Err(ExpandError::NoRule)
    }
}
