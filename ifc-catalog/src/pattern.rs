//! Event patterns: JSON text that EventBridge rules, Lambda event source mappings and SNS
//! subscriptions compare events with. What AWS would refuse at deployment is refused here.

mod matching;
mod operators;
#[cfg(test)]
mod tests;

use serde_json::{Map, Value};

pub use matching::matches;

/// The service that reads a pattern; each understands a part of the language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Surface {
    /// A rule of an event bus.
    Rule,
    /// The filter of an event source mapping over a queue.
    Mapping,
    /// The filter of an event source mapping over a stream, where numbers are strings.
    StreamMapping,
    /// A filter policy over the body of a notification.
    TopicBody,
    /// A filter policy over the attributes of a notification.
    TopicAttributes,
}

impl Surface {
    /// Name for messages.
    pub fn describe(self) -> &'static str {
        match self {
            Surface::Rule => "an event pattern",
            Surface::Mapping => "the filter of a queue's mapping",
            Surface::StreamMapping => "the filter of a table's stream",
            Surface::TopicBody => "a filter policy over message bodies",
            Surface::TopicAttributes => "a filter policy over message attributes",
        }
    }

    fn is_topic(self) -> bool {
        matches!(self, Surface::TopicBody | Surface::TopicAttributes)
    }

    fn is_mapping(self) -> bool {
        matches!(self, Surface::Mapping | Surface::StreamMapping)
    }

    fn has(self, operator: &str) -> bool {
        match operator {
            "cidr" | "wildcard" => !self.is_mapping(),
            "numeric" => self != Surface::StreamMapping,
            _ => true,
        }
    }
}

/// Why AWS would refuse a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invalid {
    /// Keys that lead to the place, joined by dots; empty for the whole pattern.
    pub path: String,
    /// What is wrong.
    pub reason: String,
    /// What to write instead.
    pub help: Option<String>,
}

/// Longest pattern that any of the services takes, in characters.
const MAX_LENGTH: usize = 4_096;
/// Keys of a filter policy.
const TOPIC_KEYS: usize = 5;
/// Product of the numbers of values of a filter policy's keys.
const TOPIC_COMBINATIONS: usize = 150;

/// Parses a pattern and checks it against the rules of a service.
pub fn validate(text: &str, surface: Surface) -> Result<Map<String, Value>, Invalid> {
    let whole = |reason: String, help: Option<&str>| Invalid {
        path: String::new(),
        reason,
        help: help.map(str::to_owned),
    };
    if !surface.is_topic() && text.chars().count() > MAX_LENGTH {
        return Err(whole(
            format!("longer than {MAX_LENGTH} characters"),
            Some("split it into several triggers"),
        ));
    }
    let value: Value =
        serde_json::from_str(text).map_err(|error| whole(format!("not JSON: {error}"), None))?;
    let Value::Object(pattern) = value else {
        return Err(whole(
            "not a JSON object".into(),
            Some("write the fields to compare: {\"status\": [\"paid\"]}"),
        ));
    };
    let mut checker = Checker {
        surface,
        path: Vec::new(),
        keys: 0,
        combinations: 1,
    };
    checker.object(&pattern, 0)?;
    if surface.is_topic() {
        if checker.keys > TOPIC_KEYS {
            return Err(whole(
                format!(
                    "{} keys, a filter policy may have {TOPIC_KEYS}",
                    checker.keys
                ),
                None,
            ));
        }
        if checker.combinations > TOPIC_COMBINATIONS {
            return Err(whole(
                format!(
                    "{} combinations of values, a filter policy may have {TOPIC_COMBINATIONS}",
                    checker.combinations
                ),
                None,
            ));
        }
    }
    Ok(pattern)
}

/// Walks a pattern; stops at the first mistake, as AWS does.
struct Checker {
    surface: Surface,
    path: Vec<String>,
    keys: usize,
    combinations: usize,
}

impl Checker {
    fn invalid(&self, reason: impl Into<String>, help: Option<&str>) -> Invalid {
        Invalid {
            path: self.path.join("."),
            reason: reason.into(),
            help: help.map(str::to_owned),
        }
    }

    fn object(&mut self, object: &Map<String, Value>, depth: usize) -> Result<(), Invalid> {
        if object.is_empty() {
            return Err(self.invalid("an object without fields", Some("name a field to compare")));
        }
        for (key, value) in object {
            self.path.push(key.clone());
            match value {
                Value::Array(alternatives) if key == "$or" => self.or(alternatives, depth)?,
                Value::Array(values) => self.values(values)?,
                Value::Object(_) if self.surface == Surface::TopicAttributes => {
                    return Err(self.invalid(
                        "a nested field, but message attributes are flat",
                        Some("add `filter_scope = \"body\"` to look into the message"),
                    ));
                }
                Value::Object(nested) => {
                    self.no_operator_without_list(nested)?;
                    self.object(nested, depth + 1)?;
                }
                other => {
                    return Err(self.invalid(
                        "neither a list of values nor an object",
                        Some(&format!("put the value in a list: [{other}]")),
                    ));
                }
            }
            self.path.pop();
        }
        Ok(())
    }

    /// `{"x": {"prefix": "a"}}` is taken by AWS as a field named `prefix` and then refused, since
    /// its value is no list.
    fn no_operator_without_list(&self, nested: &Map<String, Value>) -> Result<(), Invalid> {
        let mut entries = nested.iter();
        if let (Some((key, value)), None) = (entries.next(), entries.next())
            && operators::NAMES.contains(&key.as_str())
            && !value.is_array()
            && !value.is_object()
        {
            return Err(self.invalid(
                format!("the operator `{key}` outside of a list"),
                Some(&format!("put it in a list: [{{\"{key}\": {value}}}]")),
            ));
        }
        Ok(())
    }

    fn or(&mut self, alternatives: &[Value], depth: usize) -> Result<(), Invalid> {
        if alternatives.len() < 2 {
            return Err(self.invalid(
                "`$or` with fewer than two alternatives",
                Some("give at least two objects"),
            ));
        }
        for alternative in alternatives {
            let Value::Object(alternative) = alternative else {
                return Err(self.invalid(
                    "an alternative of `$or` that is not an object",
                    Some("write {\"$or\": [{\"a\": [1]}, {\"b\": [2]}]}"),
                ));
            };
            if alternative
                .keys()
                .any(|key| operators::NAMES.contains(&key.as_str()))
            {
                return Err(self.invalid(
                    "an operator as an alternative of `$or`",
                    Some("name the field: {\"$or\": [{\"a\": [{\"exists\": true}]}, ..]}"),
                ));
            }
            self.object(alternative, depth)?;
        }
        Ok(())
    }

    fn values(&mut self, values: &[Value]) -> Result<(), Invalid> {
        if values.is_empty() {
            return Err(self.invalid(
                "an empty list",
                Some("give at least one value, or [{\"exists\": true}] for any"),
            ));
        }
        self.keys += 1;
        self.combinations = self.combinations.saturating_mul(values.len());
        for value in values {
            match value {
                Value::Null if self.surface == Surface::TopicAttributes => {
                    return Err(self.invalid("`null`, which message attributes do not have", None));
                }
                Value::Null | Value::Bool(_) | Value::String(_) => {}
                Value::Number(number) => self.number(number)?,
                Value::Array(_) => {
                    return Err(self.invalid("a list in a list", Some("write the values flat")));
                }
                Value::Object(operator) => self.operator(operator)?,
            }
        }
        Ok(())
    }
}
