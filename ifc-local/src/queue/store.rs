//! One queue: what is in it, who has what, and what comes next.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::line::{Counts, Line};
use super::message::{Message, State, attributes_md5};
use super::sends::Sends;
use crate::digest::md5;
use crate::error::ApiError;
use crate::ids::Ids;

/// Bytes of a message or batch. Source: SQS Developer Guide, "Message quotas".
pub(super) const LARGEST: usize = 1024 * 1024;

/// Messages of a standard queue that are in flight at most. Source: SQS Developer Guide, "Message
/// quotas".
const IN_FLIGHT: u64 = 120_000;

/// A queue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Queue {
    /// Name.
    pub name: String,
    /// URL.
    pub url: String,
    /// ARN.
    pub arn: String,
    fifo: bool,
    created: u64,
    modified: u64,
    settings: BTreeMap<String, String>,
    redrive: Option<Redrive>,
    line: Line,
    sends: Sends,
}

/// Where messages go that are given up, and after how many receives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Redrive {
    /// ARN of the queue.
    pub target: String,
    /// Receives.
    pub after: u64,
}

/// Bytes of the message of a send request.
pub(super) fn message_size(request: &Value) -> usize {
    let attributes = request["MessageAttributes"].as_object();
    let attributes = attributes.into_iter().flatten().map(|(name, value)| {
        let member = |key: &str| value[key].as_str().unwrap_or_default().len();
        name.len() + member("DataType") + member("StringValue") + member("BinaryValue")
    });
    request["MessageBody"].as_str().unwrap_or_default().len() + attributes.sum::<usize>()
}

fn invalid(message: impl Into<String>) -> ApiError {
    ApiError::new("InvalidParameterValue", message)
}

impl Queue {
    pub(super) fn new(name: &str, url: String, fifo: bool, now: u64) -> Queue {
        Queue {
            name: name.to_owned(),
            url,
            arn: crate::arn("sqs", name),
            fifo,
            created: now,
            modified: now,
            settings: BTreeMap::new(),
            redrive: None,
            line: Line::new(fifo),
            sends: Sends::default(),
        }
    }

    /// A setting that is a number.
    fn number(&self, setting: &str, default: u64) -> u64 {
        let value = self.settings.get(setting);
        value
            .and_then(|value| value.parse().ok())
            .unwrap_or(default)
    }

    /// The redrive policy.
    pub fn redrive(&self) -> Option<&Redrive> {
        self.redrive.as_ref()
    }

    /// The policy of the queue, as JSON.
    pub fn policy(&self) -> Option<&str> {
        self.settings.get("Policy").map(String::as_str)
    }

    /// All messages, in order of sending.
    pub fn messages(&self) -> impl Iterator<Item = &Message> {
        self.line.messages()
    }

    /// How many messages there are.
    pub fn counts(&self, now: u64) -> Counts {
        self.line.counts(now)
    }

    /// When the oldest message was sent.
    pub fn oldest(&self) -> Option<u64> {
        self.line.oldest()
    }

    /// How many messages can be received, counted up to `most`.
    pub fn ready(&self, now: u64, most: u64) -> u64 {
        self.line.receivable(now, most)
    }

    /// When the next message becomes visible that is not visible yet.
    pub fn next_visible_after(&self, now: u64) -> Option<u64> {
        self.line.next_visible_after(now)
    }

    /// When the oldest message ends.
    pub(super) fn next_end(&self) -> Option<u64> {
        Some(self.line.oldest()? + self.retention())
    }

    /// Milliseconds for which messages live.
    fn retention(&self) -> u64 {
        self.number("MessageRetentionPeriod", 345_600) * 1000
    }

    /// Ends what has ended by now, and shows what is visible by now.
    pub(super) fn settle(&mut self, now: u64) {
        if let Some(until) = now.checked_sub(self.retention()) {
            self.line.forget(until);
        }
        self.line.settle(now);
    }

    pub(super) fn has_attributes(&self, attributes: &Value) -> bool {
        let given = attributes.as_object();
        given.into_iter().flatten().all(|(name, value)| {
            let known = self.settings.get(name).map(String::as_str);
            known.unwrap_or(default_of(name)) == value.as_str().unwrap_or_default()
        })
    }

    pub(super) fn set_attributes(&mut self, attributes: &Value, now: u64) -> Result<(), ApiError> {
        for (name, value) in attributes.as_object().into_iter().flatten() {
            let value = value.as_str().unwrap_or_default();
            if let Some((least, most)) = limits_of(name) {
                let fits = value
                    .parse::<u64>()
                    .is_ok_and(|value| (least..=most).contains(&value));
                if !fits {
                    return Err(invalid(format!("Invalid value for the parameter {name}.")));
                }
            }
            match (name.as_str(), value) {
                ("RedrivePolicy", "") => self.redrive = None,
                ("RedrivePolicy", policy) => self.redrive = Some(read_redrive(policy)?),
                _ => {}
            }
            // An empty text takes a policy away.
            match value.is_empty() {
                true => self.settings.remove(name),
                false => self.settings.insert(name.clone(), value.to_owned()),
            };
        }
        self.modified = now;
        Ok(())
    }

    pub(super) fn attributes(&self, names: &Value, now: u64) -> Map<String, Value> {
        let counts = self.line.counts(now);
        let mut all: BTreeMap<String, String> = self.settings.clone();
        for name in [
            "VisibilityTimeout",
            "DelaySeconds",
            "MessageRetentionPeriod",
            "MaximumMessageSize",
            "ReceiveMessageWaitTimeSeconds",
        ] {
            all.entry(name.to_owned())
                .or_insert_with(|| default_of(name).to_owned());
        }
        for (name, value) in [
            ("QueueArn", self.arn.clone()),
            ("ApproximateNumberOfMessages", counts.visible.to_string()),
            (
                "ApproximateNumberOfMessagesDelayed",
                counts.delayed.to_string(),
            ),
            (
                "ApproximateNumberOfMessagesNotVisible",
                counts.in_flight.to_string(),
            ),
            ("CreatedTimestamp", (self.created / 1000).to_string()),
            ("LastModifiedTimestamp", (self.modified / 1000).to_string()),
        ] {
            all.insert(name.to_owned(), value);
        }
        let names: Vec<&str> = names
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        all.into_iter()
            .filter(|(name, _)| names.contains(&"All") || names.contains(&name.as_str()))
            .map(|(name, value)| (name, value.into()))
            .collect()
    }

    pub(super) fn send(
        &mut self,
        request: &Value,
        now: u64,
        ids: &mut Ids,
    ) -> Result<Value, ApiError> {
        let body = request["MessageBody"].as_str().unwrap_or_default();
        let text = |member: &str| request[member].as_str().map(str::to_owned);
        if body.is_empty() {
            return Err(ApiError::new(
                "MissingParameter",
                "The request must contain the parameter MessageBody.",
            ));
        }
        let largest = self.number("MaximumMessageSize", LARGEST as u64);
        if message_size(request) as u64 > largest {
            return Err(invalid(format!(
                "One or more parameters are invalid. Reason: Message must be shorter than {largest} bytes."
            )));
        }
        let group = text("MessageGroupId");
        let delay = match request["DelaySeconds"].as_u64() {
            Some(delay) if delay > 900 => {
                return Err(invalid(format!(
                    "Value {delay} for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900."
                )));
            }
            Some(delay) if !self.fifo => delay,
            Some(delay) if delay > 0 => {
                return Err(invalid(format!(
                    "Value {delay} for parameter DelaySeconds is invalid. Reason: The request include parameter that is not valid for this queue type"
                )));
            }
            _ => self.number("DelaySeconds", 0),
        };
        let mut deduplication = text("MessageDeduplicationId");
        if self.fifo {
            if group.is_none() {
                return Err(ApiError::new(
                    "MissingParameter",
                    "The request must contain the parameter MessageGroupId.",
                ));
            }
            if deduplication.is_none() {
                if self
                    .settings
                    .get("ContentBasedDeduplication")
                    .map(String::as_str)
                    != Some("true")
                {
                    return Err(invalid(
                        "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly",
                    ));
                }
                deduplication = Some(md5(body.as_bytes()));
            }
        } else if deduplication.is_some() {
            return Err(invalid(
                "The request includes a parameter that is not valid for this queue type: MessageDeduplicationId",
            ));
        }
        let scope = match self.settings.get("DeduplicationScope").map(String::as_str) {
            Some("messageGroup") => group.clone(),
            _ => None,
        };
        let repeated = deduplication
            .as_ref()
            .map(|id| format!("{}/{id}", scope.unwrap_or_default()));
        let before = repeated.as_ref().and_then(|id| self.sends.answer(id, now));
        if let Some(answer) = before {
            return Ok(answer);
        }
        let message = Message {
            id: ids.uuid(),
            body: body.to_owned(),
            attributes: request["MessageAttributes"]
                .as_object()
                .cloned()
                .unwrap_or_default(),
            trace: request["MessageSystemAttributes"]["AWSTraceHeader"]["StringValue"]
                .as_str()
                .map(str::to_owned),
            group,
            deduplication,
            sequence: 0,
            sent: now,
            receives: 0,
            first_received: None,
            dead_from: None,
            visible_at: now + delay * 1000,
            receipt: None,
        };
        let mut answer =
            json!({ "MessageId": message.id, "MD5OfMessageBody": md5(body.as_bytes()) });
        if !message.attributes.is_empty() {
            answer["MD5OfMessageAttributes"] = attributes_md5(&message.attributes).into();
        }
        let sequence = self.line.put(message, now);
        if self.fifo {
            answer["SequenceNumber"] = format!("{sequence:020}").into();
        }
        if let Some(id) = repeated {
            self.sends.note(id, &answer, now);
        }
        Ok(answer)
    }

    /// Takes over a message that another queue gives up. In a standard queue it ends when it would
    /// have ended there. Source: SQS Developer Guide, "Using dead-letter queues in Amazon SQS".
    pub(super) fn bury(&mut self, mut message: Message, from: &str, now: u64) {
        message.dead_from = Some(from.to_owned());
        message.receipt = None;
        message.visible_at = now;
        if self.fifo {
            message.sent = now;
        }
        self.line.put(message, now);
    }

    /// Takes over a message that is put back, as one that was never received.
    pub(super) fn take_in(&mut self, mut message: Message, now: u64, ids: &mut Ids) {
        message.id = ids.uuid();
        message.dead_from = None;
        message.receipt = None;
        message.visible_at = now;
        message.sent = now;
        message.receives = 0;
        message.first_received = None;
        self.line.put(message, now);
    }

    /// Takes all messages out.
    pub(super) fn take_all(&mut self) -> Vec<Message> {
        self.line.take_all()
    }

    /// What is received, and messages that are given up instead. Where the queue for those is not
    /// there, none is given up.
    pub(super) fn receive(
        &mut self,
        request: &Value,
        may_give_up: bool,
        now: u64,
        ids: &mut Ids,
    ) -> Result<(Value, Vec<Message>), ApiError> {
        let most = request["MaxNumberOfMessages"].as_u64().unwrap_or(1);
        if !(1..=10).contains(&most) {
            return Err(invalid(format!(
                "Value {most} for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided."
            )));
        }
        let timeout = match request["VisibilityTimeout"].as_u64() {
            Some(timeout) => check_timeout(timeout)?,
            None => self.number("VisibilityTimeout", 30),
        };
        self.settle(now);
        if !self.fifo && self.line.counts(now).in_flight >= IN_FLIGHT {
            return Err(ApiError::new(
                "OverLimit",
                format!("Too many messages are in flight: {IN_FLIGHT} for each queue"),
            )
            .with_status(403));
        }
        let after = self.redrive.as_ref().filter(|_| may_give_up);
        let after = after.map(|redrive| redrive.after);
        let mut dead = Vec::new();
        let mut received: Vec<u64> = Vec::new();
        while (received.len() as u64) < most {
            let Some(sequence) = self.line.next(received.last().copied()) else {
                break;
            };
            let receives = self.line.get(sequence).map(|message| message.receives);
            if after.is_some_and(|after| receives.is_some_and(|receives| receives >= after)) {
                dead.extend(self.line.remove(sequence));
                continue;
            }
            self.line.take(sequence, ids.uuid(), now);
            received.push(sequence);
        }
        let messages = received
            .iter()
            .filter_map(|sequence| self.line.get(*sequence));
        let shown: Vec<Value> = messages.map(|message| message.show(request)).collect();
        // Only now, or a timeout of 0 would have the same message received again and again.
        for sequence in received {
            self.line.fly(sequence, now + timeout * 1000, now);
        }
        let answer = match shown.is_empty() {
            true => json!({}),
            false => Value::from_iter([("Messages", shown)]),
        };
        Ok((answer, dead))
    }

    /// Deleting twice is no error.
    pub(super) fn delete(&mut self, receipt: &str) -> Result<(), ApiError> {
        if let Some(sequence) = self.line.by_receipt(receipt) {
            self.line.remove(sequence);
        }
        Ok(())
    }

    pub(super) fn change_visibility(
        &mut self,
        receipt: &str,
        timeout: u64,
        now: u64,
    ) -> Result<(), ApiError> {
        let timeout = check_timeout(timeout)?;
        self.settle(now);
        let sequence = self.line.by_receipt(receipt).ok_or_else(|| {
            ApiError::new(
                "ReceiptHandleIsInvalid",
                format!("The input receipt handle \"{receipt}\" is not a valid receipt handle."),
            )
        })?;
        let message = self.line.get(sequence);
        if !message.is_some_and(|message| message.state(now) == State::InFlight) {
            return Err(ApiError::new(
                "MessageNotInflight",
                "The message referred to is not in flight.",
            ));
        }
        self.line.fly(sequence, now + timeout * 1000, now);
        Ok(())
    }
}

fn check_timeout(timeout: u64) -> Result<u64, ApiError> {
    match timeout <= 43_200 {
        true => Ok(timeout),
        false => Err(invalid(format!(
            "Value {timeout} for parameter VisibilityTimeout is invalid. Reason: Must be between 0 and 43200, if provided."
        ))),
    }
}

fn read_redrive(policy: &str) -> Result<Redrive, ApiError> {
    let wrong = || {
        invalid(format!(
            "Value {policy} for parameter RedrivePolicy is invalid. Reason: it has to have a deadLetterTargetArn and a maxReceiveCount from 1 to 1000."
        ))
    };
    let policy: Value = serde_json::from_str(policy).map_err(|_| wrong())?;
    let after = &policy["maxReceiveCount"];
    let after = after.as_u64().or_else(|| after.as_str()?.parse().ok());
    Ok(Redrive {
        target: policy["deadLetterTargetArn"]
            .as_str()
            .ok_or_else(wrong)?
            .to_owned(),
        after: after
            .filter(|after| (1..=1000).contains(after))
            .ok_or_else(wrong)?,
    })
}

/// The lowest and highest values of an attribute that is a number.
fn limits_of(name: &str) -> Option<(u64, u64)> {
    match name {
        "VisibilityTimeout" => Some((0, 43_200)),
        "DelaySeconds" => Some((0, 900)),
        "MessageRetentionPeriod" => Some((60, 1_209_600)),
        "ReceiveMessageWaitTimeSeconds" => Some((0, 20)),
        "MaximumMessageSize" => Some((1024, LARGEST as u64)),
        _ => None,
    }
}

fn default_of(name: &str) -> &'static str {
    match name {
        "VisibilityTimeout" => "30",
        "DelaySeconds" | "ReceiveMessageWaitTimeSeconds" => "0",
        "MessageRetentionPeriod" => "345600",
        "MaximumMessageSize" => "1048576",
        "FifoQueue" | "ContentBasedDeduplication" => "false",
        _ => "",
    }
}
