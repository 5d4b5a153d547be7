//! Lambda polls queues: batches, windows, filters, and the failures that a function reports.
//!
//! Source: Lambda Developer Guide, "Using Lambda with Amazon SQS".

use std::collections::BTreeSet;

use ifc_catalog::pattern;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::invocation::Outcome;

/// A queue that a function is given batches from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct QueueMapping {
    /// ARN of the queue.
    pub(super) queue: String,
    /// Name of the function in the manifest.
    pub(super) function: String,
    pub(super) batch_size: u64,
    /// Seconds.
    pub(super) window: u64,
    pub(super) max_concurrency: Option<u64>,
    /// JSON patterns, any of which lets a message through.
    pub(super) filters: Vec<String>,
    pub(super) report_failures: bool,
    /// Since when messages wait for a full batch.
    pub(super) waiting_since: Option<u64>,
    /// Batches that run.
    pub(super) busy: u64,
}

/// Messages that an invocation has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct QueueBatch {
    /// Name of the mapping.
    pub(super) mapping: String,
    /// Id and receipt handle of each message.
    pub(super) messages: Vec<(String, String)>,
}

/// Bytes of the event of one invocation.
const LARGEST: usize = 6 * 1024 * 1024;

impl QueueMapping {
    /// When a batch is due, if so many messages are there.
    pub(super) fn due(&self, waiting: u64) -> Option<u64> {
        let since = self.waiting_since?;
        let is_full = waiting >= self.batch_size;
        Some(if is_full {
            since
        } else {
            since + self.window * 1000
        })
    }

    /// Whether a message goes to the function.
    pub(super) fn lets_through(&self, record: &Value) -> bool {
        self.filters.is_empty() || {
            let mut record = record.clone();
            // A body that is JSON is matched inside.
            if let Some(body) = record["body"]
                .as_str()
                .and_then(|body| serde_json::from_str::<Value>(body).ok())
                .filter(Value::is_object)
            {
                record["body"] = body;
            }
            matches_any(&self.filters, &record)
        }
    }
}

/// Whether any of the patterns lets a record through.
pub(super) fn matches_any(filters: &[String], record: &Value) -> bool {
    filters.iter().any(|filter| {
        let pattern: Option<Map<String, Value>> = serde_json::from_str(filter).ok();
        pattern.is_some_and(|pattern| pattern::matches(&pattern, record))
    })
}

/// A message as Lambda gives it to a function.
pub(super) fn record(mut message: Value, queue: &str) -> Value {
    let attributes = message["MessageAttributes"].as_object();
    let attributes: Map<String, Value> = attributes
        .into_iter()
        .flatten()
        .map(|(name, value)| {
            let shown = json!({
                "dataType": value["DataType"],
                "stringValue": value["StringValue"],
                "binaryValue": value["BinaryValue"],
                "stringListValues": [],
                "binaryListValues": [],
            });
            (name.clone(), without_nulls(shown))
        })
        .collect();
    let mut record = Map::new();
    for (name, member) in [
        ("messageId", "MessageId"),
        ("receiptHandle", "ReceiptHandle"),
        ("body", "Body"),
        ("attributes", "Attributes"),
        ("md5OfBody", "MD5OfBody"),
    ] {
        record.insert(name.to_owned(), message[member].take());
    }
    record.insert("messageAttributes".to_owned(), attributes.into());
    record.insert("eventSource".to_owned(), "aws:sqs".into());
    record.insert("eventSourceARN".to_owned(), queue.into());
    record.insert("awsRegion".to_owned(), crate::REGION.into());
    if let Some(md5) = message["MD5OfMessageAttributes"].as_str() {
        record.insert("md5OfMessageAttributes".to_owned(), md5.into());
    }
    record.into()
}

fn without_nulls(mut value: Value) -> Value {
    if let Some(members) = value.as_object_mut() {
        members.retain(|_, value| !value.is_null());
    }
    value
}

/// How many of the records, as JSON, fit into one event.
pub(super) fn fitting(records: &[String]) -> usize {
    let mut bytes = 0;
    let fit = records.iter().take_while(|record| {
        bytes += record.len() + 1;
        bytes + 20 < LARGEST
    });
    fit.count().max(1)
}

/// The items of a batch that an invocation did not handle: all if it failed or answered with what
/// cannot be read, those that it names if failures are reported.
pub(super) fn failed(outcome: &Outcome, ids: &[&str], reports: bool) -> BTreeSet<String> {
    let all = || ids.iter().map(|id| (*id).to_owned()).collect();
    let Outcome::Returned(answer) = outcome else {
        return all();
    };
    if !reports {
        return BTreeSet::new();
    }
    let answer: Value = match serde_json::from_str(answer) {
        Ok(answer) => answer,
        Err(_) => return all(),
    };
    let named = match &answer["batchItemFailures"] {
        Value::Null => return BTreeSet::new(),
        Value::Array(named) => named,
        _ => return all(),
    };
    let mut failed = BTreeSet::new();
    for item in named {
        match item["itemIdentifier"].as_str() {
            Some(id) if ids.contains(&id) => failed.insert(id.to_owned()),
            // Lambda takes a name that it does not know for a failure of everything.
            _ => return all(),
        };
    }
    failed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_that_cannot_be_read_fail_the_whole_batch() {
        let ids = ["a", "b"];
        let cases = [
            (
                r#"{"batchItemFailures":[{"itemIdentifier":"b"}]}"#,
                vec!["b"],
            ),
            (r#"{"batchItemFailures":[]}"#, vec![]),
            (r#"{"batchItemFailures":null}"#, vec![]),
            ("null", vec![]),
            ("{}", vec![]),
            (
                r#"{"batchItemFailures":[{"itemIdentifier":""}]}"#,
                vec!["a", "b"],
            ),
            (
                r#"{"batchItemFailures":[{"itemIdentifier":"c"}]}"#,
                vec!["a", "b"],
            ),
            (r#"{"batchItemFailures":[{"id":"a"}]}"#, vec!["a", "b"]),
            (r#"{"batchItemFailures":"a"}"#, vec!["a", "b"]),
        ];
        for (answer, expected) in cases {
            let outcome = Outcome::Returned(answer.to_owned());
            let failed: Vec<String> = failed(&outcome, &ids, true).into_iter().collect();
            assert_eq!(failed, expected, "{answer}");
        }
        let named = r#"{"batchItemFailures":[{"itemIdentifier":"b"}]}"#;
        let named = Outcome::Returned(named.to_owned());
        assert!(failed(&named, &ids, false).is_empty());
        assert_eq!(failed(&Outcome::TimedOut, &ids, true).len(), 2);
    }
}
