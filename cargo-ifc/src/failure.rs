//! How a command ends when it does not end well.

use std::fmt::Display;
use std::process::ExitCode;

/// Why a command stopped.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Diagnostics with errors, already shown: exit code 1.
    Diagnostics,
    /// The request is wrong or the machine lacks something: exit code 2.
    Usage(String),
}

impl Failure {
    /// Says what is left to say.
    pub(crate) fn report(self) -> ExitCode {
        match self {
            Failure::Diagnostics => ExitCode::from(1),
            Failure::Usage(message) => {
                anstream::eprintln!("\x1b[1;91merror\x1b[0m: {message}");
                ExitCode::from(2)
            }
        }
    }
}

/// Puts a reason behind what was tried.
pub(crate) fn usage(what: impl Display, why: impl Display) -> Failure {
    Failure::Usage(format!("{what}: {why}"))
}
