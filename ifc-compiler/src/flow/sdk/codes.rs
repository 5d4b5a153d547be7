//! What is said about calls to AWS that cannot be followed, and the pages behind the codes.

use crate::diagnostics::{Code, Diagnostic, Severity};
use crate::span::Span;
use crate::symbol::Symbol;

/// A method of a client that the table of operations does not have.
pub static UNKNOWN_SDK_OPERATION: Code = Code {
    number: "IFC0406",
    name: "unknown_sdk_operation",
    severity: Severity::Error,
    page: include_str!("../pages/unknown_sdk_operation.md"),
};

/// An operation of an unknown receiver that several linked services have.
pub static AMBIGUOUS_SDK_CALL: Code = Code {
    number: "IFC0407",
    name: "ambiguous_sdk_call",
    severity: Severity::Error,
    page: include_str!("../pages/ambiguous_sdk_call.md"),
};

/// A client goes into a crate that can call AWS itself.
pub static CLIENT_ESCAPES: Code = Code {
    number: "IFC0408",
    name: "client_escapes",
    severity: Severity::Error,
    page: include_str!("../pages/client_escapes.md"),
};

/// A crate that can call AWS itself is used.
pub static SDK_IN_DEPENDENCY: Code = Code {
    number: "IFC0409",
    name: "sdk_in_dependency",
    severity: Severity::Error,
    page: include_str!("../pages/sdk_in_dependency.md"),
};

/// What keeps the analysis from knowing what is called on AWS.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::flow) enum SdkProblem {
    /// A method of an AWS SDK client that the table of operations does not have.
    UnknownSdkOperation {
        service: Symbol,
        method: Symbol,
        /// Whether the table has the service.
        known: bool,
    },
    /// A method of something unknown that several services have as an operation.
    AmbiguousSdkCall {
        method: Symbol,
        services: Vec<Symbol>,
    },
    /// Clients go into a crate that can call AWS itself.
    ClientEscapes { services: Vec<Symbol>, into: String },
    /// Something from outside that calls AWS in a way that cannot be known exactly.
    Companion {
        path: &'static str,
        because: &'static str,
        usual: &'static [&'static str],
    },
    /// A crate that calls AWS itself is used.
    SdkInDependency {
        krate: Symbol,
        services: Vec<Symbol>,
    },
}

/// What from outside a problem is about, if it concerns every use of that.
pub(in crate::flow) fn crate_of(problem: &SdkProblem) -> Option<&str> {
    match problem {
        SdkProblem::Companion { path, .. } => Some(path),
        SdkProblem::SdkInDependency { krate, .. } => Some(krate.as_str()),
        _ => None,
    }
}

/// The message for a problem.
pub(in crate::flow) fn describe(problem: &SdkProblem, span: Span) -> Diagnostic {
    let cost = "the permissions for it are missing";
    let diagnostic = match problem {
        SdkProblem::UnknownSdkOperation {
            service,
            method,
            known,
        } => {
            let message = match known {
                true => format!("`{method}` is no known operation of `aws_sdk_{service}`"),
                false => format!("the operations of `aws_sdk_{service}` are not known"),
            };
            Diagnostic::new(&UNKNOWN_SDK_OPERATION, span, message)
                .label(format!("`{service}::{method}`: {cost}"))
        }
        SdkProblem::AmbiguousSdkCall { method, services } => {
            let message = format!(
                "`{method}` may be an operation of {}",
                list(services, "aws_sdk_")
            );
            Diagnostic::new(&AMBIGUOUS_SDK_CALL, span, message)
                .label(cost)
                .note("the type of the receiver cannot be told")
                .help("write the type where the client is made: `let client: aws_sdk_..::Client = ..`")
        }
        SdkProblem::ClientEscapes { services, into } => {
            let message = format!(
                "a client of {} goes into `{into}`, whose code is not read",
                list(services, "aws_sdk_")
            );
            Diagnostic::new(&CLIENT_ESCAPES, span, message)
                .label(format!("what is done with it there is not known: {cost}"))
        }
        SdkProblem::Companion {
            path,
            because,
            usual,
        } => {
            let message = format!("`{path}` calls AWS: {because}");
            let diagnostic = Diagnostic::new(&SDK_IN_DEPENDENCY, span, message)
                .label(format!("what it needs is not known: {cost}"));
            match usual.is_empty() {
                true => diagnostic,
                false => diagnostic.note(format!("usual are {}", usual.join(", "))),
            }
        }
        SdkProblem::SdkInDependency { krate, services } => {
            let message = format!(
                "`{krate}` can call {} itself, and its code is not read",
                list(services, "")
            );
            Diagnostic::new(&SDK_IN_DEPENDENCY, span, message)
                .label(format!("what it does is not known: {cost}"))
        }
    };
    diagnostic.help(
        "say what it does: `#[grant(\"service:Action\", on = \"arn\", because = \"..\")]` on the function, or a statement of your own beside the policy",
    )
}

fn list(names: &[Symbol], prefix: &str) -> String {
    let names: Vec<String> = names
        .iter()
        .map(|name| format!("`{prefix}{name}`"))
        .collect();
    match names.as_slice() {
        [] => "AWS".to_owned(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}
