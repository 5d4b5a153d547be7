//! Numbers, names and pages of the attribute language's errors. Numbers are written by hand and
//! never used again for something else.

mod data;
mod functions;
mod options;
mod resources;
mod sources;

pub(crate) use data::*;
pub(crate) use functions::*;
pub(crate) use options::*;
pub(crate) use resources::*;
pub(crate) use sources::*;

/// A stable number, a readable name, and the page that explains it.
#[derive(Debug, PartialEq, Eq)]
pub struct ErrorCode {
    /// `IFC0103`.
    pub number: &'static str,
    /// `unknown_option`.
    pub name: &'static str,
    /// What, Why, Example, Instead; Markdown.
    pub page: &'static str,
}

/// All of them, in order of number.
pub const CODES: &[&ErrorCode] = &[
    &INVALID_ATTRIBUTE,
    &UNKNOWN_EVENT_SOURCE,
    &UNKNOWN_OPTION,
    &OPTION_OUT_OF_RANGE,
    &WRONG_OPTION_TYPE,
    &REPEATED_OPTION,
    &INVALID_ROUTE,
    &INVALID_HTTP_METHOD,
    &INVALID_SCHEDULE,
    &INVALID_TIME_ZONE,
    &INVALID_PATTERN,
    &INVALID_OPTION_VALUE,
    &INVALID_HANDLER,
    &MISSING_TRIGGER,
    &MISPLACED_ATTRIBUTE,
    &INVALID_GRANT,
    &INVALID_ALLOW,
    &MISSING_REASON,
    &CONFLICTING_OPTIONS,
    &INVALID_EVENT_TYPE,
    &REPEATED_DETAIL_TYPE,
    &INVALID_RESOURCE,
    &INVALID_EXISTING,
    &OPTION_OF_EXISTING,
    &MISSING_PARTITION_KEY,
    &REPEATED_KEY,
    &INVALID_KEY_TYPE,
    &INVALID_ITEM,
];
