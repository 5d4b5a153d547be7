//! What is said about existing projects only.

use crate::diagnostics::{Code, Diagnostic, Severity};
use crate::flow::HANDLE_ESCAPES;
use crate::span::Span;
use crate::symbol::Symbol;

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

/// Dependencies of which nothing is known because there is no lock file, or an old one.
pub static UNLOCKED_DEPENDENCIES: Code = Code {
    number: "IFC0413",
    name: "unlocked_dependencies",
    severity: Severity::Warning,
    page: include_str!("pages/unlocked_dependencies.md"),
};

/// At least one name.
pub(super) fn unlocked(names: &[&str]) -> Diagnostic {
    let shown: Vec<String> = names
        .iter()
        .take(3)
        .map(|name| format!("`{name}`"))
        .collect();
    let more = match names.len().saturating_sub(shown.len()) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let message = format!("`Cargo.lock` does not name {}{more}", shown.join(", "));
    Diagnostic::global(&UNLOCKED_DEPENDENCIES, message)
        .note("whether these crates call AWS themselves is not known, and nothing is said of it")
        .help("write the lock file first: `cargo generate-lockfile`")
}

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
            "say what it needs in a statement of your own, which `cargo ifc policy --entry {function}` \
             shows, or by `#[grant(..)]` on it in an application of ifc"
        ))
}

/// A name that no item has which is seen, where a macro names a function that calls AWS.
pub(super) fn made_by_macro(
    span: Span,
    name: &str,
    by: &str,
    function: &str,
    operations: &[String],
) -> Diagnostic {
    let message = format!("`{name}` may be what `{by}` makes of `{function}`, which calls AWS");
    Diagnostic::new(&REGISTERED_CODE, span, message)
        .label("nothing of this name is seen; if it is so, permissions are missing here")
        .note(format!("`{function}` uses {}", operations.join(", ")))
        .help(format!(
            "call `{function}` itself, or write the code outside of the macro"
        ))
        .help("or `#[grant(\"service:Action\", on = RESOURCE, because = \"..\")]` on the function")
}

/// A resource among the tokens of a macro in the place of items.
pub(super) fn resource_in_macro(span: Span, resource: &str, by: &str) -> Diagnostic {
    let message = format!("`{resource}` goes into `{by}`, which is not followed");
    Diagnostic::new(&HANDLE_ESCAPES, span, message)
        .label(format!(
            "permissions for `{resource}` cannot be inferred for what the macro makes of this"
        ))
        .help("write the code that uses it outside of the macro")
}

/// `candidates`: functions of which an attribute may make it, with their places.
pub(super) fn no_main(binary: &str, candidates: &[(String, Symbol, Span)]) -> Diagnostic {
    let message = format!("the `main` of `{binary}` cannot be seen");
    let (mut diagnostic, begin) = match candidates {
        [] => {
            let diagnostic = Diagnostic::global(&NO_MAIN, message);
            (diagnostic, "path::to::function")
        }
        [(function, by, span), ..] => {
            let label = format!("`{by}` may make it of this");
            let diagnostic = Diagnostic::new(&NO_MAIN, *span, message).label(label);
            (diagnostic, function.as_str())
        }
    };
    for (function, by, _) in candidates.iter().skip(1) {
        diagnostic = diagnostic.note(format!("or `{by}` of `{function}`"));
    }
    diagnostic.help(format!(
        "name the function at which it begins with `--entry {begin}`"
    ))
}
