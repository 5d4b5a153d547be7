//! Queues of the local engine.

use serde_json::{Map, Value, json};

use super::{Local, text, without_nulls};
use crate::backend::queue::{OutgoingMessage, QueueBackend, QueueDepth, SendMessage, SendMessages};
use crate::backend::{BoxFuture, Outcomes, Target};
use crate::error::Result;
use crate::service::outcomes;

impl QueueBackend for Local {
    fn send(&self, request: SendMessage) -> BoxFuture<'_, Result<String>> {
        Box::pin(async move {
            let SendMessage { target, message } = request;
            let mut input = entry(message);
            input["QueueUrl"] = json!(self.physical(target)?);
            let output = self.ask(target, "sqs", "SendMessage", input).await?;
            text(&output, "MessageId")
        })
    }

    fn send_batch(&self, request: SendMessages) -> BoxFuture<'_, Result<Outcomes>> {
        Box::pin(async move {
            let count = request.messages.len();
            let input = json!({
                "QueueUrl": self.physical(request.target)?,
                "Entries": entries(request.messages, entry),
            });
            let output = self
                .ask(request.target, "sqs", "SendMessageBatch", input)
                .await?;
            Ok(batch_outcomes(count, &output))
        })
    }

    fn depth(&self, target: Target) -> BoxFuture<'_, Result<QueueDepth>> {
        Box::pin(async move {
            let [waiting, in_flight, delayed] = [
                "ApproximateNumberOfMessages",
                "ApproximateNumberOfMessagesNotVisible",
                "ApproximateNumberOfMessagesDelayed",
            ];
            let input = json!({
                "QueueUrl": self.physical(target)?,
                "AttributeNames": [waiting, in_flight, delayed],
            });
            let output = self.ask(target, "sqs", "GetQueueAttributes", input).await?;
            let count = |name: &str| -> u64 {
                output["Attributes"][name]
                    .as_str()
                    .and_then(|text| text.parse().ok())
                    .unwrap_or_default()
            };
            Ok(QueueDepth {
                waiting: count(waiting),
                in_flight: count(in_flight),
                delayed: count(delayed),
            })
        })
    }
}

fn entry(message: OutgoingMessage) -> Value {
    let system = message
        .trace_header
        .as_ref()
        .map(|header| json!({ "AWSTraceHeader": { "DataType": "String", "StringValue": header } }));
    without_nulls(json!({
        "DelaySeconds": message.delay_seconds(),
        "MessageAttributes": attributes(&message),
        "MessageSystemAttributes": system,
        "MessageGroupId": message.group,
        "MessageDeduplicationId": message.deduplication_id,
        "MessageBody": message.body,
    }))
}

/// Entries of a batch, with their positions as ids.
pub(super) fn entries(
    messages: Vec<OutgoingMessage>,
    entry: impl Fn(OutgoingMessage) -> Value,
) -> Value {
    let entries = messages.into_iter().enumerate().map(|(index, message)| {
        let mut entry = entry(message);
        entry["Id"] = json!(index.to_string());
        entry
    });
    entries.collect()
}

/// String attributes, in the form that queues and topics share.
pub(super) fn attributes(message: &OutgoingMessage) -> Option<Value> {
    let attributes: Map<String, Value> = message
        .attributes
        .iter()
        .map(|(name, value)| {
            let value = json!({ "DataType": "String", "StringValue": value });
            (name.clone(), value)
        })
        .collect();
    (!attributes.is_empty()).then_some(Value::Object(attributes))
}

/// The answer to a batch, in the form that queues and topics share.
pub(super) fn batch_outcomes(count: usize, output: &Value) -> Outcomes {
    let each = |list: &'static str| output[list].as_array().into_iter().flatten();
    let member = |entry: &Value, name: &str| entry[name].as_str().unwrap_or_default().to_owned();
    outcomes(
        count,
        each("Successful").map(|sent| (member(sent, "Id"), member(sent, "MessageId"))),
        each("Failed").map(|failed| {
            let fault = failed["SenderFault"].as_bool().unwrap_or_default();
            (
                member(failed, "Id"),
                member(failed, "Code"),
                member(failed, "Message"),
                fault,
            )
        }),
    )
}
