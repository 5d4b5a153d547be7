//! JSON for people and for CloudFormation, which counts white space: what fits on a line stands on
//! one. Members are in order of name.

use std::collections::BTreeMap;
use std::io;

use ifc_catalog::manifest::{Sorted, compact};
use serde_json::Value as Json;

const WIDTH: usize = 100;

/// The text of a JSON file, with a final newline.
pub fn layout(value: &Json) -> String {
    let mut out = String::new();
    write(value, 0, 0, &mut out);
    out.push('\n');
    out
}

/// `before` is the length of what stands on the line already.
fn write(value: &Json, indent: usize, before: usize, out: &mut String) {
    if let Some(line) = line_below(value, WIDTH.saturating_sub(indent + before)) {
        out.push_str(&line);
        return;
    }
    match value {
        Json::Array(items) => {
            let items = items.iter().map(|item| (String::new(), item));
            block(['[', ']'], items, indent, out);
        }
        Json::Object(members) => {
            let members: BTreeMap<&String, &Json> = members.iter().collect();
            let members = members
                .into_iter()
                .map(|(name, value)| (format!("{}: ", Json::from(name.as_str())), value));
            block(['{', '}'], members, indent, out);
        }
        _ => out.push_str(&compact(value)),
    }
}

/// The value on one line if that is shorter than `limit`. Gives up as soon as it is not, so that
/// nested values are not written once for each level around them.
fn line_below(value: &Json, limit: usize) -> Option<String> {
    let mut line = Line {
        text: Vec::new(),
        limit,
    };
    serde_json::to_writer(&mut line, &Sorted(value)).ok()?;
    String::from_utf8(line.text).ok()
}

struct Line {
    text: Vec<u8>,
    limit: usize,
}

impl io::Write for Line {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.text.len() + bytes.len() >= self.limit {
            return Err(io::ErrorKind::WriteZero.into());
        }
        self.text.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn block<'v>(
    brackets: [char; 2],
    items: impl Iterator<Item = (String, &'v Json)>,
    indent: usize,
    out: &mut String,
) {
    out.push(brackets[0]);
    let inner = indent + 2;
    for (at, (name, value)) in items.enumerate() {
        out.push_str(if at == 0 { "\n" } else { ",\n" });
        out.extend(std::iter::repeat_n(' ', inner));
        out.push_str(&name);
        write(value, inner, name.len(), out);
    }
    out.push('\n');
    out.extend(std::iter::repeat_n(' ', indent));
    out.push(brackets[1]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_values_stand_on_one_line() {
        let long = "x".repeat(90);
        let value = serde_json::json!({ "b": { "Ref": "Stage" }, "a": ["y", long] });
        let text = layout(&value);
        assert_eq!(
            text,
            format!(
                "{{\n  \"a\": [\n    \"y\",\n    \"{long}\"\n  ],\n  \"b\": {{\"Ref\":\"Stage\"}}\n}}\n"
            )
        );
        assert_eq!(serde_json::from_str::<Json>(&text).ok(), Some(value));
    }
}
