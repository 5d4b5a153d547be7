//! Codes of `cargo ifc policy --compare`. The crate that reports them depends on this one, and
//! `explain` has to know every code.

use super::{Code, Severity};

/// A template that cannot be read.
pub static TEMPLATE_UNREADABLE: Code = Code {
    number: "IFC0540",
    name: "template_unreadable",
    severity: Severity::Error,
    page: include_str!("pages/template_unreadable.md"),
};

/// An action that the code needs and the role does not grant.
pub static MISSING_GRANT: Code = Code {
    number: "IFC0541",
    name: "missing_grant",
    severity: Severity::Error,
    page: include_str!("pages/missing_grant.md"),
};

/// A grant that no code needs.
pub static OVER_GRANT: Code = Code {
    number: "IFC0542",
    name: "over_grant",
    severity: Severity::Warning,
    page: include_str!("pages/over_grant.md"),
};

/// An action that AWS does not have.
pub static NONEXISTENT_ACTION: Code = Code {
    number: "IFC0543",
    name: "nonexistent_action",
    severity: Severity::Error,
    page: include_str!("pages/nonexistent_action.md"),
};

/// A need that is met only if names agree.
pub static GRANT_UNDECIDED: Code = Code {
    number: "IFC0544",
    name: "grant_undecided",
    severity: Severity::Warning,
    page: include_str!("pages/grant_undecided.md"),
};

/// A policy whose contents are not in the templates.
pub static POLICY_UNREAD: Code = Code {
    number: "IFC0545",
    name: "policy_unread",
    severity: Severity::Warning,
    page: include_str!("pages/policy_unread.md"),
};

/// A function whose program is not known.
pub static FUNCTION_UNMATCHED: Code = Code {
    number: "IFC0546",
    name: "function_unmatched",
    severity: Severity::Warning,
    page: include_str!("pages/function_unmatched.md"),
};

/// All of them.
pub static CODES: &[&Code] = &[
    &TEMPLATE_UNREADABLE,
    &MISSING_GRANT,
    &OVER_GRANT,
    &NONEXISTENT_ACTION,
    &GRANT_UNDECIDED,
    &POLICY_UNREAD,
    &FUNCTION_UNMATCHED,
];
