//! Messages in queues for dead letters.

use serde_json::{Map, Value, json};

/// The members of the `SendMessage` of a letter, but for `QueueUrl`: a body, and attributes that are
/// texts, without those that have no value.
pub(crate) fn letter(body: String, attributes: &[(&str, Option<&str>)]) -> Value {
    let attributes: Map<String, Value> = attributes
        .iter()
        .filter_map(|(name, value)| {
            let value = json!({ "DataType": "String", "StringValue": (*value)? });
            Some(((*name).to_owned(), value))
        })
        .collect();
    json!({ "MessageBody": body, "MessageAttributes": attributes })
}
