//! A message in a queue.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::digest::md5;

/// A message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// Id that the sender was told.
    pub id: String,
    /// Text.
    pub body: String,
    /// Attributes as the sender gave them: name to `{DataType, StringValue | BinaryValue}`.
    #[serde(with = "crate::serial::json")]
    pub attributes: Map<String, Value>,
    /// The X-Ray header.
    pub trace: Option<String>,
    /// Who is served in order; FIFO queues only.
    pub group: Option<String>,
    /// What tells repeated sends apart; FIFO queues only.
    pub deduplication: Option<String>,
    /// Order of sending in the queue.
    pub sequence: u64,
    /// When it was sent, in milliseconds.
    pub sent: u64,
    /// How often it was received.
    pub receives: u64,
    /// When it was first received, in milliseconds.
    pub first_received: Option<u64>,
    /// ARN of the queue in which it was given up.
    pub dead_from: Option<String>,
    pub(super) visible_at: u64,
    pub(super) receipt: Option<String>,
}

/// Where a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It can be received.
    Waiting,
    /// Someone has received it and neither deleted it nor taken too long.
    InFlight,
    /// It can be received later.
    Delayed,
}

impl Message {
    /// Where it is at a time.
    pub fn state(&self, now: u64) -> State {
        match (self.visible_at > now, self.receipt.is_some()) {
            (true, true) => State::InFlight,
            (true, false) => State::Delayed,
            (false, _) => State::Waiting,
        }
    }

    /// When it can be received, in milliseconds.
    pub fn visible_at(&self) -> u64 {
        self.visible_at
    }

    /// As `ReceiveMessage` gives it.
    pub(super) fn show(&self, request: &Value) -> Value {
        let mut shown = json!({
            "MessageId": self.id,
            "ReceiptHandle": self.receipt,
            "MD5OfBody": md5(self.body.as_bytes()),
            "Body": self.body,
        });
        let wanted = |members: &[&str], name: &str| {
            let lists = members
                .iter()
                .filter_map(|member| request[*member].as_array());
            lists.flatten().filter_map(Value::as_str).any(|wanted| {
                wanted == "All"
                    || wanted == name
                    || wanted
                        .strip_suffix(".*")
                        .is_some_and(|prefix| name.starts_with(prefix))
            })
        };
        let mut system = vec![
            ("SenderId", Some(crate::ACCOUNT.to_owned())),
            ("SentTimestamp", Some(self.sent.to_string())),
            ("ApproximateReceiveCount", Some(self.receives.to_string())),
            (
                "ApproximateFirstReceiveTimestamp",
                self.first_received.map(|time| time.to_string()),
            ),
            ("AWSTraceHeader", self.trace.clone()),
            ("MessageGroupId", self.group.clone()),
            ("MessageDeduplicationId", self.deduplication.clone()),
            ("DeadLetterQueueSourceArn", self.dead_from.clone()),
        ];
        if self.group.is_some() {
            system.push(("SequenceNumber", Some(format!("{:020}", self.sequence))));
        }
        let system: Map<String, Value> = system
            .into_iter()
            .filter(|(name, _)| wanted(&["AttributeNames", "MessageSystemAttributeNames"], name))
            .filter_map(|(name, value)| Some((name.to_owned(), value?.into())))
            .collect();
        if !system.is_empty() {
            shown["Attributes"] = system.into();
        }
        let attributes: Map<String, Value> = self
            .attributes
            .iter()
            .filter(|(name, _)| wanted(&["MessageAttributeNames"], name))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        if !attributes.is_empty() {
            shown["MD5OfMessageAttributes"] = attributes_md5(&attributes).into();
            shown["MessageAttributes"] = attributes.into();
        }
        shown
    }
}

/// MD5 over attributes. Source: SQS Developer Guide, "Calculating the MD5 message digest for message
/// attributes".
pub(super) fn attributes_md5(attributes: &Map<String, Value>) -> String {
    fn part(bytes: &mut Vec<u8>, part: &[u8]) {
        bytes.extend(u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes());
        bytes.extend(part);
    }
    let mut bytes = Vec::new();
    // Maps are in order of name.
    for (name, value) in attributes {
        part(&mut bytes, name.as_bytes());
        part(
            &mut bytes,
            value["DataType"].as_str().unwrap_or_default().as_bytes(),
        );
        match value["BinaryValue"].as_str() {
            Some(text) => {
                bytes.push(2);
                part(&mut bytes, &STANDARD.decode(text).unwrap_or_default());
            }
            None => {
                bytes.push(1);
                part(
                    &mut bytes,
                    value["StringValue"].as_str().unwrap_or_default().as_bytes(),
                );
            }
        }
    }
    md5(&bytes)
}
