//! Every code, in order of number. Numbers are written by hand, never generated, never reused.

use std::sync::LazyLock;

use super::Severity;
use crate::source::codes as source;
use crate::{dispatch, flow, iam, load, manifest, policy, verify};

/// A stable number for search and `cargo ifc explain`, and a readable name for configuration.
#[derive(Debug, PartialEq, Eq)]
pub struct Code {
    /// `IFC0601`.
    pub number: &'static str,
    /// `unused_resource`; reads well after "allow".
    pub name: &'static str,
    /// Severity unless the configuration says otherwise.
    pub severity: Severity,
    /// The page that `cargo ifc explain` prints, in Markdown. Its headings are What, Why, Example
    /// and Instead; the Rust block under Example gives exactly this code, the one under Instead
    /// nothing.
    pub page: &'static str,
}

/// Codes that stages report. A code stands in the file that reports it; those of the attribute
/// language and of the checks come from their own lists, see [`all`].
pub static CODES: &[&Code] = &[
    &source::SYNTAX,
    &source::MISSING_MODULE,
    &source::UNREADABLE,
    &source::NOT_UTF8,
    &source::TOO_LARGE,
    &source::TOO_DEEP,
    &source::AMBIGUOUS_MODULE,
    &source::CYCLIC_MODULES,
    &source::FILE_REPEATED,
    &source::MACRO_RECURSION,
    &source::MACRO_NOT_EXPANDED,
    &source::INCLUDE_NOT_READ,
    &source::UNKNOWN_CFG,
    &source::CFG_OF_ARCHITECTURE,
    &load::MANIFEST_MISSING,
    &load::MANIFEST_UNREADABLE,
    &load::NO_BINARY,
    &load::SEVERAL_BINARIES,
    &dispatch::DISPATCH_MISSING,
    &dispatch::HANDLER_OUT_OF_REACH,
    &dispatch::NO_HANDLERS,
    &dispatch::RUNTIME_RENAMED,
    &flow::UNKNOWN_RECEIVER,
    &flow::HANDLE_ESCAPES,
    &flow::UNKNOWN_OPERATION,
    &flow::UNKNOWN_RESOURCE,
    &flow::UNKNOWN_INDEX,
    &flow::UNKNOWN_SDK_OPERATION,
    &flow::AMBIGUOUS_SDK_CALL,
    &flow::CLIENT_ESCAPES,
    &flow::SDK_IN_DEPENDENCY,
    &policy::codes::NO_MAIN,
    &policy::codes::REGISTERED_CODE,
    &policy::codes::UNLOCKED_DEPENDENCIES,
    &iam::codes::GUESSED_ACTION,
    &iam::codes::UNKNOWN_ACTION,
    &iam::codes::ACTION_WITHOUT_RESOURCE,
    &verify::NOT_IN_SOURCE,
    &verify::NOT_IN_PROGRAM,
    &manifest::codes::UNKNOWN_SETTING,
    &manifest::codes::INVALID_SETTING,
    &manifest::codes::ID_COLLISION,
    &manifest::codes::UNSUPPORTED,
    &manifest::codes::NEEDS_GRANT,
    &manifest::codes::ROLE_BY_HAND,
];

/// Numbers that were in use once and mean nothing any more.
pub static RETIRED: &[&str] = &["IFC0405"];

static ALL: LazyLock<Vec<&'static Code>> = LazyLock::new(|| {
    let checks = crate::checks::CHECKS.iter().map(|check| check.code);
    let mut all: Vec<&'static Code> = CODES
        .iter()
        .copied()
        .chain(super::syntax::SYNTAX.iter())
        .chain(crate::graph::CODES.iter().copied())
        .chain(super::review::CODES.iter().copied())
        .chain(checks)
        .chain([&crate::checks::UNKNOWN_CHECK, &crate::checks::UNUSED_ALLOW])
        .collect();
    all.sort_by_key(|code| code.number);
    all
});

/// Every code, in order of number.
pub fn all() -> &'static [&'static Code] {
    &ALL
}

/// The code with a number or a name, in any case: `IFC0601`, `ifc0601`, `unused_resource`.
pub fn find(text: &str) -> Option<&'static Code> {
    all()
        .iter()
        .copied()
        .find(|code| code.number.eq_ignore_ascii_case(text) || code.name.eq_ignore_ascii_case(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_in_order_and_used_once() {
        for pair in all().windows(2) {
            assert!(
                pair[0].number < pair[1].number,
                "{} {}",
                pair[0].number,
                pair[1].number
            );
        }
        for code in all() {
            let digits = code.number.strip_prefix("IFC").unwrap_or_default();
            assert!(digits.len() == 4 && digits.bytes().all(|b| b.is_ascii_digit()));
            assert!(
                !RETIRED.contains(&code.number),
                "{} is retired",
                code.number
            );
        }
    }

    #[test]
    fn names_are_words_and_used_once() {
        let mut names: Vec<&str> = all().iter().map(|code| code.name).collect();
        names.sort_unstable();
        for pair in names.windows(2) {
            assert_ne!(pair[0], pair[1]);
        }
        for name in names {
            assert!(
                name.bytes()
                    .all(|b| b.is_ascii_lowercase() || b == b'_' || b.is_ascii_digit()),
                "{name}"
            );
        }
    }

    #[test]
    fn pages_have_the_four_headings() {
        for code in all() {
            let headings: Vec<&str> = code
                .page
                .lines()
                .filter_map(|line| line.strip_prefix("## "))
                .collect();
            assert_eq!(
                headings,
                ["What", "Why", "Example", "Instead"],
                "page of {}",
                code.number
            );
        }
    }
}
