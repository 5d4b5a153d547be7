//! Whether a message fits a filter policy.
//!
//! The language is that of event patterns; what a message's attributes are in it is said here.
//! Source: SNS Developer Guide, "Amazon SNS subscription filter policies" and the pages below it.

use ifc_catalog::pattern;
use serde_json::{Map, Value};

/// Whether the body fits. A body that is not a JSON object fits no policy.
pub(super) fn body(policy: &Map<String, Value>, text: &str) -> bool {
    match serde_json::from_str::<Value>(text) {
        Ok(body @ Value::Object(_)) => pattern::matches(policy, &body),
        _ => false,
    }
}

/// Whether the attributes fit. Binary ones are not looked at. A message without any fits no policy,
/// not even one that wants an attribute to be missing.
pub(super) fn attributes(policy: &Map<String, Value>, attributes: &Map<String, Value>) -> bool {
    let values: Map<String, Value> = attributes
        .iter()
        .filter_map(|(name, attribute)| Some((name.clone(), value(attribute)?)))
        .collect();
    !values.is_empty() && pattern::matches(policy, &Value::Object(values))
}

/// What an attribute is compared as.
fn value(attribute: &Value) -> Option<Value> {
    let text = attribute["StringValue"].as_str()?;
    match attribute["DataType"].as_str()? {
        "String" => Some(text.into()),
        "Number" => serde_json::from_str::<serde_json::Number>(text.trim())
            .ok()
            .map(Value::Number),
        "String.Array" | "Number.Array" => match serde_json::from_str(text) {
            Ok(Value::Array(items)) => Some(Value::Array(items)),
            _ => Some(text.into()),
        },
        _ => None,
    }
}
