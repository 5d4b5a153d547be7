//! JSON for people and for CloudFormation, which counts white space: what fits on a line stands on
//! one. Members are in order of name.

use std::collections::BTreeMap;

use ifc_catalog::manifest::compact;
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
    let line = compact(value);
    if indent + before + line.len() < WIDTH {
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
        _ => out.push_str(&line),
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
