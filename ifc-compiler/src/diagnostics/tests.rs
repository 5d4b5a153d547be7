//! Diagnostics that the tests of the formats share, and tests of the sink.

use std::sync::Arc;

use super::{Code, Diagnostic, Diagnostics, Severity};
use crate::span::{FileId, Files, Span};

static ODD: Code = Code {
    number: "IFC9999",
    name: "odd",
    severity: Severity::Warning,
    page: "## What\nIt is odd.",
};

static BROKEN: Code = Code {
    number: "IFC9998",
    name: "broken",
    severity: Severity::Error,
    page: "## What\nIt is broken.",
};

static FOLLOWS: Code = Code {
    number: "IFC9801",
    name: "follows",
    severity: Severity::Error,
    page: "## What\nAn earlier stage.",
};

fn files() -> (Files, FileId) {
    let mut files = Files::default();
    let id = files.add("src/main.rs".into(), Arc::from("ab\näöü\r\nx\n"));
    (files, id)
}

fn span(file: FileId, start: u32, end: u32) -> Span {
    Span { file, start, end }
}

/// Over two lines, with one more label, a note and a help.
pub(super) fn two_lines() -> (Files, Diagnostic) {
    let (files, file) = files();
    let diagnostic = Diagnostic::new(&ODD, span(file, 7, 12), "something is odd")
        .label("here")
        .also(span(file, 0, 1), "and there")
        .note("because")
        .help("do this");
    (files, diagnostic)
}

/// On one line, without a label.
pub(super) fn one_line() -> (Files, Diagnostic) {
    let (files, file) = files();
    (
        files,
        Diagnostic::new(&BROKEN, span(file, 0, 1), "100% broken"),
    )
}

#[test]
fn sorted_by_place_without_duplicates() {
    let (_, file) = files();
    let mut sink = Diagnostics::default();
    let at = |start| Diagnostic::new(&BROKEN, span(file, start, start + 1), "broken");
    for start in [5, 0, 5] {
        sink.push(at(start));
    }
    sink.push(Diagnostic::global(&ODD, "no place"));
    let sorted = sink.into_sorted();
    assert_eq!(sorted.len(), 3);
    assert_eq!(sorted[0].message, "no place");
    assert_eq!(sorted[1], at(0));
    assert_eq!(sorted[2], at(5));
}

#[test]
fn later_stages_do_not_repeat_an_error() {
    let (_, file) = files();
    let mut sink = Diagnostics::default();
    sink.push(Diagnostic::new(&ODD, span(file, 0, 1), "odd"));
    sink.push(Diagnostic::new(&ODD, span(file, 0, 2), "odd elsewhere"));
    sink.push(Diagnostic::new(&FOLLOWS, span(file, 0, 1), "cause"));
    let messages: Vec<String> = sink.into_sorted().into_iter().map(|d| d.message).collect();
    assert_eq!(messages, ["cause", "odd elsewhere"]);
}

#[test]
fn lines_have_no_ends() {
    let (files, file) = files();
    assert_eq!(files.line(file, 1), "ab");
    assert_eq!(files.line(file, 2), "äöü");
    assert_eq!(files.line(file, 3), "x");
    assert_eq!(files.line(file, 4), "");
    assert_eq!(files.line(file, 9), "");
}
