//! Diagnostics as SARIF 2.1.0, for code scanning services.

use serde_json::{Value, json};

use super::github::in_folder;
use super::json::level;
use super::{Code, Diagnostic, Label};
use crate::span::{Files, Span};

/// The whole document. `folder` is the package's folder relative to the repository's root, empty if
/// it is the root.
pub fn document(files: &Files, diagnostics: &[Diagnostic], folder: &str) -> String {
    let mut rules: Vec<&Code> = diagnostics.iter().map(|d| d.code).collect();
    rules.sort_by_key(|code| code.number);
    rules.dedup_by_key(|code| code.number);
    let results: Vec<Value> = diagnostics
        .iter()
        .map(|diagnostic| {
            let index = rules
                .iter()
                .position(|code| code.number == diagnostic.code.number);
            result(files, diagnostic, index, folder)
        })
        .collect();
    let rules: Vec<Value> = rules.into_iter().map(rule).collect();
    let document = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "ifc",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    ifc_catalog::json::to_json(&document)
}

fn rule(code: &Code) -> Value {
    json!({
        "id": code.number,
        "name": code.name,
        "shortDescription": { "text": code.name },
        "help": { "text": code.page, "markdown": code.page },
        "defaultConfiguration": { "level": level(code.severity) },
    })
}

fn result(files: &Files, diagnostic: &Diagnostic, index: Option<usize>, folder: &str) -> Value {
    let mut text = diagnostic.message.clone();
    if let Some(primary) = &diagnostic.primary
        && !primary.text.is_empty()
    {
        text.push_str(": ");
        text.push_str(&primary.text);
    }
    for more in diagnostic.notes.iter().chain(&diagnostic.helps) {
        text.push('\n');
        text.push_str(more);
    }
    let locations: Vec<Value> = diagnostic
        .primary
        .iter()
        .map(|label| json!({ "physicalLocation": physical(files, label.span, folder) }))
        .collect();
    let related: Vec<Value> = diagnostic
        .labels
        .iter()
        .enumerate()
        .map(|(at, label)| location(files, at, label, folder))
        .collect();
    json!({
        "ruleId": diagnostic.code.number,
        "ruleIndex": index,
        "level": level(diagnostic.severity),
        "message": { "text": text },
        "locations": locations,
        "relatedLocations": related,
    })
}

fn location(files: &Files, id: usize, label: &Label, folder: &str) -> Value {
    json!({
        "id": id,
        "message": { "text": label.text },
        "physicalLocation": physical(files, label.span, folder),
    })
}

fn physical(files: &Files, span: Span, folder: &str) -> Value {
    let start = files.location(span);
    let end = files.location(Span {
        start: span.end,
        ..span
    });
    json!({
        "artifactLocation": {
            "uri": uri(&in_folder(folder, &start.path)),
            "uriBaseId": "%SRCROOT%",
        },
        "region": {
            "startLine": start.line,
            "startColumn": start.column,
            "endLine": end.line,
            "endColumn": end.column,
        },
    })
}

/// A relative reference: everything but unreserved characters and `/` escaped.
fn uri(path: &str) -> String {
    use std::fmt::Write;
    let mut out = String::new();
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                out.push(char::from(byte));
            }
            _ => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::tests::{one_line, two_lines};
    use super::*;

    #[test]
    fn results_point_at_their_rules() {
        let (files, second) = two_lines();
        let (_, first) = one_line();
        let text = document(&files, &[second, first], "a b");
        let value: Value = serde_json::from_str(&text).unwrap();
        let run = &value["runs"][0];
        assert_eq!(value["version"], "2.1.0");
        let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
        for result in run["results"].as_array().unwrap() {
            let index = result["ruleIndex"].as_u64().unwrap() as usize;
            assert_eq!(rules[index]["id"], result["ruleId"]);
        }
        let place = &run["results"][0]["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "a%20b/src/main.rs");
        assert_eq!(place["region"]["startLine"], 2);
        assert_eq!(place["region"]["endColumn"], 2);
        assert_eq!(
            run["results"][0]["relatedLocations"][0]["message"]["text"],
            "and there"
        );
    }
}
