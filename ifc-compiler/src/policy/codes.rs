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

/// A function that calls AWS and that only an attribute or macro may run.
pub static REGISTERED_CODE: Code = Code {
    number: "IFC0412",
    name: "registered_code",
    severity: Severity::Error,
    page: include_str!("pages/registered_code.md"),
};

pub(super) fn registered_code(
    span: Span,
    function: &str,
    by: &str,
    operations: &[String],
) -> Diagnostic {
    let message = format!("`{function}` calls AWS, and only `{by}` may run it");
    Diagnostic::new(&REGISTERED_CODE, span, message)
        .label("if it runs, the permissions for it are missing")
        .note(format!("it uses {}", operations.join(", ")))
        .help(format!(
            "say what it needs in a statement of your own: `--entry {function}` shows it"
        ))
}

pub(super) fn no_main(binary: &str) -> Diagnostic {
    let message = format!("the `main` of `{binary}` cannot be seen");
    let mut diagnostic = Diagnostic::global(&NO_MAIN, message);
    diagnostic
        .helps
        .push("name the function at which it begins with `--entry path::to::function`".to_owned());
    diagnostic
}
