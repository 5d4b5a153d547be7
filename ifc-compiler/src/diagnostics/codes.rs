//! Every code, in order of number. Numbers are written by hand, never generated, never reused.

use super::Severity;

/// A stable number for search and `cargo ifc explain`, and a readable name for configuration.
#[derive(Debug, PartialEq, Eq)]
pub struct Code {
    /// `IFC0601`.
    pub number: &'static str,
    /// `unused_resource`; reads well after "allow".
    pub name: &'static str,
    /// Severity unless the configuration says otherwise.
    pub severity: Severity,
    /// The page that `cargo ifc explain` prints: What, Why, Example, Instead (Markdown).
    pub page: &'static str,
}

/// Codes of all stages; checks bring theirs in their own file.
pub static CODES: &[&Code] = &[];
