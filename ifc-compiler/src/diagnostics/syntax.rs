//! Errors of the attribute language as diagnostics, in the same words as the macros'.

use std::sync::LazyLock;

use ifc_catalog::model::OptionValue;
use ifc_catalog::options::Mistake;
use ifc_syntax::errors::{self, SyntaxError, Text};

use super::{Code, Diagnostic, Severity};
use crate::span::Span;

/// Codes of the attribute language.
pub(super) static SYNTAX: LazyLock<Vec<Code>> = LazyLock::new(|| {
    errors::CODES
        .iter()
        .map(|code| Code {
            number: code.number,
            name: code.name,
            severity: Severity::Error,
            page: code.page,
        })
        .collect()
});

/// Stands in for a code that the attribute language reports but does not list; a test makes sure
/// that there is none.
static UNLISTED: Code = Code {
    number: "IFC0199",
    name: "invalid_syntax",
    severity: Severity::Error,
    page: "",
};

/// An error of the attribute language, at a place of the program.
pub fn from_syntax<S>(error: &SyntaxError<S>, span: Span) -> Diagnostic {
    let code = SYNTAX.iter().find(|code| code.number == error.code);
    let mut diagnostic = Diagnostic::new(code.unwrap_or(&UNLISTED), span, error.message.as_str());
    if !error.label.is_empty() {
        diagnostic = diagnostic.label(error.label.as_str());
    }
    match &error.help {
        Some(help) => diagnostic.help(help.as_str()),
        None => diagnostic,
    }
}

/// A mistake in an option whose attribute could only be checked once its resource was known.
pub fn from_mistake(mistake: &Mistake, attribute: &str, option: &OptionValue) -> Diagnostic {
    let text: Text = errors::mistake(mistake, attribute);
    from_syntax(&text, option.span)
}
