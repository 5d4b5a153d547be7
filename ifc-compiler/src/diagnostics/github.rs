//! Diagnostics as workflow commands of GitHub Actions, which show them beside the changed lines.

use super::{Diagnostic, Severity};
use crate::span::{Files, Span};

/// One diagnostic as a line without its line end. `folder` is the package's folder relative to the
/// repository's root, empty if it is the root.
pub fn line(files: &Files, diagnostic: &Diagnostic, folder: &str) -> String {
    let command = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let mut properties = Vec::new();
    if let Some(primary) = &diagnostic.primary {
        let start = files.location(primary.span);
        let end = files.location(Span {
            start: primary.span.end,
            ..primary.span
        });
        properties.push(format!(
            "file={}",
            property(&in_folder(folder, &start.path))
        ));
        properties.push(format!("line={}", start.line));
        properties.push(format!("endLine={}", end.line));
        // GitHub ignores columns of ranges over several lines and warns about them.
        if start.line == end.line {
            properties.push(format!("col={}", start.column));
            properties.push(format!("endColumn={}", end.column));
        }
    }
    let title = format!("{} {}", diagnostic.code.number, diagnostic.code.name);
    properties.push(format!("title={}", property(&title)));
    let mut text = diagnostic.message.clone();
    if let Some(primary) = &diagnostic.primary
        && !primary.text.is_empty()
    {
        text.push_str(": ");
        text.push_str(&primary.text);
    }
    for note in &diagnostic.notes {
        text.push_str("\nnote: ");
        text.push_str(note);
    }
    for help in &diagnostic.helps {
        text.push_str("\nhelp: ");
        text.push_str(help);
    }
    format!("::{command} {}::{}", properties.join(","), data(&text))
}

pub(super) fn in_folder(folder: &str, path: &str) -> String {
    if folder.is_empty() || path.starts_with('/') {
        return path.into();
    }
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        // A crate beside the application's: `../orders-core/src/lib.rs`.
        if part == ".." && parts.last().is_some_and(|last| *last != "..") {
            parts.pop();
        } else {
            parts.push(part);
        }
    }
    parts.join("/")
}

fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::super::tests::{one_line, two_lines};
    use super::*;

    #[test]
    fn one_line_has_columns() {
        let (files, diagnostic) = one_line();
        assert_eq!(
            line(&files, &diagnostic, "examples/orders"),
            "::error file=examples/orders/src/main.rs,line=1,endLine=1,col=1,endColumn=2,\
             title=IFC9998 broken::100%25 broken"
        );
    }

    #[test]
    fn several_lines_have_none() {
        let (files, diagnostic) = two_lines();
        assert_eq!(
            line(&files, &diagnostic, ""),
            "::warning file=src/main.rs,line=2,endLine=3,title=IFC9999 odd::\
             something is odd: here%0Anote: because%0Ahelp: do this"
        );
    }

    #[test]
    fn crates_beside_the_application() {
        assert_eq!(in_folder("a/b", "../c/src/lib.rs"), "a/c/src/lib.rs");
        assert_eq!(in_folder("b", "../../c.rs"), "../c.rs");
    }
}
