//! Diagnostics as JSON with the field names of rustc, one object a line, for editors and scripts.
//! Paths are those of [`Files`].

use serde::Serialize;

use super::{Diagnostic, Label, Severity};
use crate::span::{Files, Span};

/// One diagnostic as a line without its line end. `rendered` is the text for people, if there is
/// one.
pub fn line(files: &Files, diagnostic: &Diagnostic, rendered: Option<&str>) -> String {
    let spans = diagnostic
        .primary
        .iter()
        .map(|label| span(files, label, true))
        .chain(
            diagnostic
                .labels
                .iter()
                .map(|label| span(files, label, false)),
        );
    let children = diagnostic
        .notes
        .iter()
        .map(|text| child("note", text))
        .chain(diagnostic.helps.iter().map(|text| child("help", text)));
    let message = Message {
        message_type: "diagnostic",
        message: &diagnostic.message,
        code: Some(Code {
            code: diagnostic.code.number,
            name: diagnostic.code.name,
            explanation: diagnostic.code.page,
        }),
        level: level(diagnostic.severity),
        spans: spans.collect(),
        children: children.collect(),
        rendered,
    };
    // The types above have only texts, numbers and lists, which always serialise.
    serde_json::to_string(&message).unwrap_or_default()
}

/// rustc's word for a severity.
pub fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

#[derive(Serialize)]
struct Message<'a> {
    #[serde(rename = "$message_type")]
    message_type: &'static str,
    message: &'a str,
    code: Option<Code>,
    level: &'static str,
    spans: Vec<SpanJson<'a>>,
    children: Vec<Message<'a>>,
    rendered: Option<&'a str>,
}

#[derive(Serialize)]
struct Code {
    code: &'static str,
    name: &'static str,
    explanation: &'static str,
}

#[derive(Serialize)]
struct SpanJson<'a> {
    file_name: &'a str,
    byte_start: u32,
    byte_end: u32,
    line_start: u32,
    line_end: u32,
    column_start: u32,
    column_end: u32,
    is_primary: bool,
    text: Vec<Line<'a>>,
    label: Option<&'a str>,
    suggested_replacement: Option<&'a str>,
    suggestion_applicability: Option<&'a str>,
    expansion: Option<&'a str>,
}

#[derive(Serialize)]
struct Line<'a> {
    text: &'a str,
    highlight_start: u32,
    highlight_end: u32,
}

fn child<'a>(level: &'static str, text: &'a str) -> Message<'a> {
    Message {
        message_type: "diagnostic",
        message: text,
        code: None,
        level,
        spans: Vec::new(),
        children: Vec::new(),
        rendered: None,
    }
}

fn span<'a>(files: &'a Files, label: &'a Label, is_primary: bool) -> SpanJson<'a> {
    let start = files.location(label.span);
    let end = files.location(Span {
        start: label.span.end,
        ..label.span
    });
    let text = (start.line..=end.line).map(|number| {
        let text = files.line(label.span.file, number);
        let width = text.chars().count() as u32 + 1;
        Line {
            text,
            highlight_start: if number == start.line {
                start.column
            } else {
                1
            },
            highlight_end: if number == end.line {
                end.column
            } else {
                width
            },
        }
    });
    SpanJson {
        file_name: &files.get(label.span.file).path,
        byte_start: label.span.start,
        byte_end: label.span.end,
        line_start: start.line,
        line_end: end.line,
        column_start: start.column,
        column_end: end.column,
        is_primary,
        text: text.collect(),
        label: (!label.text.is_empty()).then_some(label.text.as_str()),
        suggested_replacement: None,
        suggestion_applicability: None,
        expansion: None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::two_lines;

    #[test]
    fn has_the_field_names_of_rustc() {
        let (files, diagnostic) = two_lines();
        let line = super::line(&files, &diagnostic, Some("text for people"));
        assert!(!line.contains('\n'));
        let value: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert_eq!(value["$message_type"], "diagnostic");
        assert_eq!(value["level"], "warning");
        assert_eq!(value["code"]["code"], "IFC9999");
        assert_eq!(value["rendered"], "text for people");
        let span = &value["spans"][0];
        assert_eq!(span["file_name"], "src/main.rs");
        assert_eq!(
            (&span["line_start"], &span["line_end"]),
            (&2.into(), &3.into())
        );
        assert_eq!(
            (&span["column_start"], &span["column_end"]),
            (&3.into(), &2.into())
        );
        assert_eq!(
            (&span["byte_start"], &span["byte_end"]),
            (&7.into(), &12.into())
        );
        assert_eq!(span["text"][0]["text"], "äöü");
        assert_eq!(span["text"][0]["highlight_start"], 3);
        assert_eq!(span["text"][0]["highlight_end"], 4);
        assert_eq!(span["text"][1]["highlight_end"], 2);
        assert_eq!(span["label"], "here");
        assert_eq!(span["is_primary"], true);
        assert_eq!(value["spans"][1]["is_primary"], false);
        assert_eq!(value["children"][0]["level"], "note");
        assert_eq!(value["children"][1]["message"], "do this");
    }
}
