//! Whether a message fits a filter policy.
//!
//! The language is that of event patterns; what a message's attributes are in it is said here.
//! Source: SNS Developer Guide, "Amazon SNS subscription filter policies" and the pages below it.

use ifc_catalog::pattern;
use serde_json::{Map, Value};

/// Whether the body fits. A body that is not a JSON object fits no policy.
pub(super) fn body(policy: &Map<String, Value>, text: &str) -> bool {
    match serde_json::from_str::<Value>(text) {
        Ok(Value::Object(mut body)) => {
            leave_out_empty(policy, &mut body);
            pattern::matches(policy, &Value::Object(body))
        }
        _ => false,
    }
}

/// To SNS a member exists only with a value that is neither null nor empty. Source: SNS Developer
/// Guide, "Key matching in Amazon SNS".
fn leave_out_empty(policy: &Map<String, Value>, body: &mut Map<String, Value>) {
    for (key, wanted) in policy {
        match wanted {
            Value::Array(groups) if key == "$or" => {
                for group in groups.iter().filter_map(Value::as_object) {
                    leave_out_empty(group, body);
                }
            }
            Value::Array(values) if values.iter().all(|one| one.get("exists").is_some()) => {
                let empty = match body.get(key) {
                    Some(Value::Null) => true,
                    Some(Value::String(text)) => text.is_empty(),
                    Some(Value::Array(items)) => items.is_empty(),
                    _ => false,
                };
                if empty {
                    body.remove(key);
                }
            }
            Value::Object(nested) => {
                if let Some(inner) = body.get_mut(key).and_then(Value::as_object_mut) {
                    leave_out_empty(nested, inner);
                }
            }
            _ => {}
        }
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
