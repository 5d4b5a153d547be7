//! What is said about existing projects only.

use crate::diagnostics::{Code, Diagnostic, Severity};

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
