//! What a target receives: the event, a part of it, a constant, or a template filled from it.
//!
//! Source: EventBridge User Guide, "Amazon EventBridge input transformation".

use serde::de::IgnoredAny;
use serde_json::{Map, Value};

use super::event::Event;
use super::rule::Rule;
use crate::moment;

/// The text for a target.
pub(super) fn input(rule: &Rule, target: &Value, event: &Event, value: &Value, now: u64) -> String {
    if let Some(constant) = target["Input"].as_str() {
        return constant.to_owned();
    }
    if let Some(path) = target["InputPath"].as_str() {
        // What is not there is delivered as nothing.
        return at(value, path).map_or_else(|| "null".to_owned(), |found| found.to_string());
    }
    let transformer = &target["InputTransformer"];
    let Some(template) = transformer["InputTemplate"].as_str() else {
        return event.text();
    };
    let paths = transformer["InputPathsMap"].as_object();
    let values = Values {
        rule,
        event: value,
        now,
        paths,
    };
    fill(template, &values)
}

/// What the placeholders of a template stand for.
struct Values<'a> {
    rule: &'a Rule,
    event: &'a Value,
    now: u64,
    paths: Option<&'a Map<String, Value>>,
}

impl Values<'_> {
    /// None if the template has no such placeholder; `Some(None)` if the event has no such value.
    fn get(&self, name: &str) -> Option<Option<Value>> {
        let value = match name {
            "aws.events.rule-arn" => Some(self.rule.arn.as_str().into()),
            "aws.events.rule-name" => Some(self.rule.name.as_str().into()),
            "aws.events.event.ingestion-time" => Some(moment::iso_seconds(self.now).into()),
            "aws.events.event.json" => Some(self.event.clone()),
            "aws.events.event" => {
                let mut event = self.event.clone();
                if let Some(members) = event.as_object_mut() {
                    members.remove("detail");
                }
                Some(event)
            }
            name => at(self.event, self.paths?.get(name)?.as_str()?),
        };
        Some(value)
    }
}

/// Puts values in place of `<name>`: as JSON outside of strings, as text inside of them. What the
/// event does not have is an empty text. JSON comes out without white space between its parts.
fn fill(template: &str, values: &Values<'_>) -> String {
    let mut filled = String::new();
    let mut quoted = false;
    let mut rest = template;
    while let Some(next) = rest.chars().next() {
        if next == '<'
            && let Some(end) = rest.find('>')
            && let Some(value) = values.get(&rest[1..end])
        {
            match (value, quoted) {
                (Some(Value::String(text)), true) => filled.push_str(&text),
                // A list or object in a string goes without its quotes, which would end it.
                (Some(value), true) => filled.push_str(&value.to_string().replace('"', "")),
                (Some(value), false) => filled.push_str(&value.to_string()),
                (None, true) => {}
                (None, false) => filled.push_str("\"\""),
            }
            rest = &rest[end + 1..];
            continue;
        }
        let length = match next {
            // The next one is escaped.
            '\\' => 1 + rest.chars().nth(1).map_or(0, char::len_utf8),
            other => other.len_utf8(),
        };
        if next == '"' {
            quoted = !quoted;
        }
        filled.push_str(&rest[..length]);
        rest = &rest[length..];
    }
    match serde_json::from_str::<IgnoredAny>(&filled) {
        Ok(_) => without_space(&filled),
        // Values are not escaped, so that this may be no JSON.
        Err(_) => filled,
    }
}

/// JSON without white space between its parts.
fn without_space(json: &str) -> String {
    let (mut quoted, mut escaped) = (false, false);
    json.chars()
        .filter(|c| {
            let kept = quoted || !c.is_ascii_whitespace();
            match c {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '"' => quoted = !quoted,
                _ => {}
            }
            kept
        })
        .collect()
}

/// Whether placeholders could make JSON of a template. Source: as above; several strings, one a
/// line, are allowed as well.
pub(super) fn is_template(template: &str) -> bool {
    let mut plain = String::new();
    let mut quoted = false;
    let mut rest = template;
    while let Some(next) = rest.chars().next() {
        if next == '<'
            && !quoted
            && let Some(end) = rest.find('>')
        {
            plain.push_str("null");
            rest = &rest[end + 1..];
            continue;
        }
        let length = match next {
            '\\' => 1 + rest.chars().nth(1).map_or(0, char::len_utf8),
            other => other.len_utf8(),
        };
        if next == '"' {
            quoted = !quoted;
        }
        plain.push_str(&rest[..length]);
        rest = &rest[length..];
    }
    let mut parts = serde_json::Deserializer::from_str(&plain).into_iter::<Value>();
    let mut any = false;
    let fits = parts.all(|part| {
        any = true;
        part.is_ok()
    });
    any && fits
}

/// Whether a text is a path as EventBridge reads them.
pub(super) fn is_path(path: &str) -> bool {
    steps(path).is_some()
}

#[derive(Debug, PartialEq)]
enum Step<'p> {
    Member(&'p str),
    Element(usize),
    All,
}

/// `$.detail.items[0].name`: members by dots, elements by number or all by `*`.
fn steps(path: &str) -> Option<Vec<Step<'_>>> {
    let mut rest = path.strip_prefix('$')?;
    let mut steps = Vec::new();
    while !rest.is_empty() {
        if let Some(inner) = rest.strip_prefix('[') {
            let (index, after) = inner.split_once(']')?;
            steps.push(match index {
                "*" => Step::All,
                index => Step::Element(index.parse().ok()?),
            });
            rest = after;
        } else {
            let inner = rest.strip_prefix('.')?;
            let end = inner.find(['.', '[']).unwrap_or(inner.len());
            let letter = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '/');
            match &inner[..end] {
                "*" => steps.push(Step::All),
                name if !name.is_empty() && name.chars().all(letter) => {
                    steps.push(Step::Member(name));
                }
                _ => return None,
            }
            rest = &inner[end..];
        }
    }
    Some(steps)
}

/// What a path leads to; a list where it has a `*`.
fn at(value: &Value, path: &str) -> Option<Value> {
    let steps = steps(path)?;
    let mut found = vec![value];
    for step in &steps {
        found = found
            .into_iter()
            .flat_map(|value| -> Vec<&Value> {
                match (step, value) {
                    (Step::Member(name), value) => value.get(*name).into_iter().collect(),
                    (Step::Element(at), value) => value.get(*at).into_iter().collect(),
                    (Step::All, Value::Array(items)) => items.iter().collect(),
                    (Step::All, Value::Object(members)) => members.values().collect(),
                    (Step::All, _) => Vec::new(),
                }
            })
            .collect();
    }
    if steps.contains(&Step::All) {
        return (!found.is_empty()).then(|| found.into_iter().cloned().collect());
    }
    found.first().map(|found| (*found).clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn paths_lead_to_members_and_elements() {
        let value = json!({ "detail": { "a-b": [{ "c": 1 }, { "c": 2 }], "s": "x" } });
        for (path, expected) in [
            ("$", Some(value.clone())),
            ("$.detail.s", Some(json!("x"))),
            ("$.detail.a-b[1].c", Some(json!(2))),
            ("$.detail.a-b[*].c", Some(json!([1, 2]))),
            ("$.detail.a-b[2].c", None),
            ("$.detail.missing[*]", None),
        ] {
            assert_eq!(at(&value, path), expected, "{path}");
        }
        for path in [
            "", "detail", "$detail", "$.", "$.a..b", "$.a[", "$.a[x]", "$['a']",
        ] {
            assert!(!is_path(path), "{path}");
        }
    }

    #[test]
    fn templates_are_json_around_their_placeholders() {
        for template in [
            r#""instance <i> is in <s>""#,
            r#"{"a": <a>, "b": "<b> \" <c>"}"#,
            "<aws.events.event.json>",
            "\"one <a>\"\n\"two <b>\"",
        ] {
            assert!(is_template(template), "{template}");
        }
        for template in ["", "instance <i>", r#"{"a": <a>"#, r#"{a: <a>}"#] {
            assert!(!is_template(template), "{template}");
        }
    }
}
