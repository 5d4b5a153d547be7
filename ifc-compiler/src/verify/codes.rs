//! Diagnostics of the comparison with the linked program.

use crate::diagnostics::{Code, Severity};

/// The machine code can do more than the role allows.
pub static NOT_IN_SOURCE: Code = Code {
    number: "IFC0510",
    name: "operation_not_in_source",
    severity: Severity::Error,
    page: include_str!("pages/not_in_source.md"),
};

/// The role allows more than the machine code can do.
pub static NOT_IN_PROGRAM: Code = Code {
    number: "IFC0511",
    name: "operation_not_in_program",
    severity: Severity::Note,
    page: include_str!("pages/not_in_program.md"),
};
