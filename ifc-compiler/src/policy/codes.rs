//! What is said about existing projects only.

use crate::diagnostics::{Code, Diagnostic, Severity};
use crate::span::Span;

/// A binary whose `main` cannot be seen.
pub static NO_MAIN: Code = Code {
    number: "IFC0410",
    name: "no_main",
    severity: Severity::Error,
    page: include_str!("pages/no_main.md"),
};

pub(super) fn no_main(binary: &str) -> Diagnostic {
    let message = format!("the `main` of `{binary}` cannot be seen");
    let mut diagnostic = Diagnostic::global(&NO_MAIN, message);
    diagnostic
        .helps
        .push("name the function at which it begins with `--entry path::to::function`".to_owned());
    diagnostic
}

/// An operation of which only the name is known.
pub static GUESSED_ACTION: Code = Code {
    number: "IFC0411",
    name: "guessed_action",
    severity: Severity::Error,
    page: include_str!("pages/guessed_action.md"),
};

pub(super) fn guessed_action(span: Span, service: &str, operation: &str) -> Diagnostic {
    let message =
        format!("which permission `{operation}` of `aws_sdk_{service}` needs is not known");
    Diagnostic::new(&GUESSED_ACTION, span, message)
        .label("the permissions for it are missing")
        .note("AWS lists no action of the operation's name")
        .help("add a statement of your own with the action that AWS documents for it")
}
