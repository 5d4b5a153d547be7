//! One queue: what is in it, who has what, and what comes next.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::message::{Message, attributes_md5};
use crate::digest::md5;
use crate::error::ApiError;
use crate::ids::Ids;

/// Bytes of a message or batch. Source: SQS Developer Guide, "Message quotas".
pub(super) const LARGEST: usize = 1024 * 1024;
/// Milliseconds for which a deduplication id counts.
const DEDUPLICATION: u64 = 5 * 60 * 1000;

/// A queue.
#[derive(Debug)]
pub struct Queue {
    /// Name.
    pub name: String,
    /// URL.
    pub url: String,
    /// ARN.
    pub arn: String,
    fifo: bool,
    created: u64,
    settings: BTreeMap<String, String>,
    messages: BTreeMap<u64, Message>,
    /// Messages in the order in which they become visible.
    order: BTreeSet<(u64, u64)>,
    /// Messages of each group, in order; FIFO queues only.
    groups: BTreeMap<String, BTreeSet<u64>>,
    receipts: BTreeMap<String, u64>,
    next: u64,
    /// Sends of the last minutes by deduplication id: when, and what was answered.
    sent: BTreeMap<String, (u64, Value)>,
}

/// Where messages go that are given up, and after how many receives.
#[derive(Clone, Debug, PartialEq, Eq)]
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
            settings: BTreeMap::new(),
            messages: BTreeMap::new(),
            order: BTreeSet::new(),
            groups: BTreeMap::new(),
            receipts: BTreeMap::new(),
            next: 1,
            sent: BTreeMap::new(),
        }
    }

    fn seconds(&self, setting: &str, default: u64) -> u64 {
        let value = self.settings.get(setting);
        value
            .and_then(|value| value.parse().ok())
            .unwrap_or(default)
    }

    /// The redrive policy.
    pub fn redrive(&self) -> Option<Redrive> {
        let policy: Value = serde_json::from_str(self.settings.get("RedrivePolicy")?).ok()?;
        let after = &policy["maxReceiveCount"];
        Some(Redrive {
            target: policy["deadLetterTargetArn"].as_str()?.to_owned(),
            after: after.as_u64().or_else(|| after.as_str()?.parse().ok())?,
        })
    }

    /// The policy of the queue, as JSON.
    pub fn policy(&self) -> Option<&str> {
        self.settings.get("Policy").map(String::as_str)
    }

    /// All messages, in order of sending.
    pub fn messages(&self) -> impl Iterator<Item = &Message> {
        self.messages.values()
    }

    /// How many messages can be received, counted up to `most`.
    pub fn ready(&self, now: u64, most: u64) -> u64 {
        let due = self.order.range(..=(now, u64::MAX));
        due.take(usize::try_from(most).unwrap_or(usize::MAX))
            .count() as u64
    }

    /// When the next message becomes visible that is not visible yet.
    pub fn next_visible_after(&self, now: u64) -> Option<u64> {
        let later = self.order.range((now, u64::MAX)..).next();
        later.map(|(at, _)| *at)
    }

    pub(super) fn has_attributes(&self, attributes: &Value) -> bool {
        let given = attributes.as_object();
        given.into_iter().flatten().all(|(name, value)| {
            let known = self.settings.get(name).map(String::as_str);
            known.unwrap_or(default_of(name)) == value.as_str().unwrap_or_default()
        })
    }

    pub(super) fn set_attributes(&mut self, attributes: &Value) -> Result<(), ApiError> {
        for (name, value) in attributes.as_object().into_iter().flatten() {
            let value = value.as_str().unwrap_or_default();
            if let Some(most) = limit_of(name) {
                let fits = value.parse::<u64>().is_ok_and(|value| value <= most);
                if !fits {
                    return Err(invalid(format!("Invalid value for the parameter {name}.")));
                }
            }
            self.settings.insert(name.clone(), value.to_owned());
        }
        Ok(())
    }

    pub(super) fn attributes(&self, names: &Value, now: u64) -> Map<String, Value> {
        let (mut waiting, mut delayed, mut in_flight) = (0, 0, 0);
        for message in self.messages.values() {
            match (message.visible_at > now, message.is_in_flight(now)) {
                (_, true) => in_flight += 1,
                (true, false) => delayed += 1,
                (false, _) => waiting += 1,
            }
        }
        let mut all: BTreeMap<String, String> = self.settings.clone();
        for name in [
            "VisibilityTimeout",
            "DelaySeconds",
            "MessageRetentionPeriod",
        ] {
            all.entry(name.to_owned())
                .or_insert_with(|| default_of(name).to_owned());
        }
        for (name, value) in [
            ("QueueArn", self.arn.clone()),
            ("ApproximateNumberOfMessages", waiting.to_string()),
            ("ApproximateNumberOfMessagesDelayed", delayed.to_string()),
            (
                "ApproximateNumberOfMessagesNotVisible",
                in_flight.to_string(),
            ),
            ("CreatedTimestamp", (self.created / 1000).to_string()),
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
        if message_size(request) > LARGEST {
            return Err(invalid(format!(
                "One or more parameters are invalid. Reason: Message must be shorter than {LARGEST} bytes."
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
            _ => self.seconds("DelaySeconds", 0),
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
        self.sent.retain(|_, (at, _)| *at + DEDUPLICATION > now);
        let scope = match self.settings.get("DeduplicationScope").map(String::as_str) {
            Some("messageGroup") => group.clone(),
            _ => None,
        };
        let repeated = deduplication
            .as_ref()
            .map(|id| format!("{}/{id}", scope.unwrap_or_default()));
        if let Some((_, answer)) = repeated.as_ref().and_then(|key| self.sent.get(key)) {
            return Ok(answer.clone());
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
        let sequence = self.put(message);
        if self.fifo {
            answer["SequenceNumber"] = format!("{sequence:020}").into();
        }
        if let Some(key) = repeated {
            self.sent.insert(key, (now, answer.clone()));
        }
        Ok(answer)
    }

    fn put(&mut self, mut message: Message) -> u64 {
        let sequence = self.next;
        self.next += 1;
        message.sequence = sequence;
        self.order.insert((message.visible_at, sequence));
        if let (true, Some(group)) = (self.fifo, &message.group) {
            self.groups
                .entry(group.clone())
                .or_default()
                .insert(sequence);
        }
        self.messages.insert(sequence, message);
        sequence
    }

    /// Takes a message over from another queue.
    pub(super) fn take_in(&mut self, mut message: Message, from: Option<&str>, now: u64) {
        message.dead_from = from.map(str::to_owned);
        message.receipt = None;
        message.visible_at = now;
        if from.is_none() {
            message.receives = 0;
            message.first_received = None;
        }
        self.put(message);
    }

    pub(super) fn take_all(&mut self) -> Vec<Message> {
        let messages = std::mem::take(&mut self.messages);
        self.purge();
        messages.into_values().collect()
    }

    pub(super) fn purge(&mut self) {
        self.messages.clear();
        self.order.clear();
        self.groups.clear();
        self.receipts.clear();
    }

    fn remove(&mut self, sequence: u64) -> Option<Message> {
        let message = self.messages.remove(&sequence)?;
        self.order.remove(&(message.visible_at, sequence));
        if let Some(receipt) = &message.receipt {
            self.receipts.remove(receipt);
        }
        if let (true, Some(group)) = (self.fifo, &message.group)
            && let Some(of_group) = self.groups.get_mut(group)
        {
            of_group.remove(&sequence);
            if of_group.is_empty() {
                self.groups.remove(group);
            }
        }
        Some(message)
    }

    /// What is received, and messages that are given up instead.
    pub(super) fn receive(
        &mut self,
        request: &Value,
        now: u64,
        ids: &mut Ids,
    ) -> Result<(Value, Vec<Message>), ApiError> {
        let most = request["MaxNumberOfMessages"].as_u64().unwrap_or(1);
        if !(1..=10).contains(&most) {
            return Err(invalid(format!(
                "Value {most} for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided."
            )));
        }
        let timeout = request["VisibilityTimeout"]
            .as_u64()
            .unwrap_or_else(|| self.seconds("VisibilityTimeout", 30));
        self.forget_old(now);
        let redrive = self.redrive();
        let mut dead = Vec::new();
        let mut received = Vec::new();
        while received.len() < most as usize {
            let Some(sequence) = self.next_visible(now, &received) else {
                break;
            };
            let given_up = |message: &Message| {
                redrive
                    .as_ref()
                    .is_some_and(|redrive| message.receives >= redrive.after)
            };
            if self.messages.get(&sequence).is_some_and(given_up) {
                dead.extend(self.remove(sequence));
                continue;
            }
            received.push(sequence);
            let Some(message) = self.messages.get_mut(&sequence) else {
                break;
            };
            self.order.remove(&(message.visible_at, sequence));
            message.visible_at = now + timeout * 1000;
            self.order.insert((message.visible_at, sequence));
            message.receives += 1;
            message.first_received.get_or_insert(now);
            let receipt = ids.uuid();
            if let Some(before) = message.receipt.replace(receipt.clone()) {
                self.receipts.remove(&before);
            }
            self.receipts.insert(receipt, sequence);
        }
        let shown: Vec<Value> = received
            .iter()
            .filter_map(|sequence| Some(self.messages.get(sequence)?.show(request)))
            .collect();
        let answer = match shown.is_empty() {
            true => json!({}),
            false => json!({ "Messages": shown }),
        };
        Ok((answer, dead))
    }

    /// The first message that may be received. In a FIFO queue that is the first of its group, and
    /// nobody else has any of the group, but for those that go along in the same answer; an answer
    /// holds as many of one group as there are before it goes on with the next.
    fn next_visible(&self, now: u64, received: &[u64]) -> Option<u64> {
        if !self.fifo {
            let (visible_at, sequence) = self.order.first()?;
            return (*visible_at <= now).then_some(*sequence);
        }
        let head = |group: &BTreeSet<u64>| {
            let mut rest = group.iter().filter(|sequence| !received.contains(sequence));
            let head = *rest.next()?;
            let others = group.iter().any(|sequence| {
                let message = self.messages.get(sequence);
                !received.contains(sequence) && message.is_some_and(|m| m.is_in_flight(now))
            });
            let visible = self.messages.get(&head)?.visible_at <= now;
            (visible && !others).then_some(head)
        };
        let last = received.last().and_then(|last| self.messages.get(last));
        let same = last.and_then(|message| self.groups.get(message.group.as_ref()?));
        if let Some(next) = same.and_then(head) {
            return Some(next);
        }
        self.groups.values().filter_map(head).min()
    }

    /// Messages live for the retention period.
    fn forget_old(&mut self, now: u64) {
        let retention = self.seconds("MessageRetentionPeriod", 345_600) * 1000;
        while let Some((sequence, message)) = self.messages.first_key_value() {
            if message.sent + retention > now {
                break;
            }
            let sequence = *sequence;
            self.remove(sequence);
        }
    }

    fn by_receipt(&self, receipt: &str) -> Result<u64, ApiError> {
        self.receipts.get(receipt).copied().ok_or_else(|| {
            ApiError::new(
                "ReceiptHandleIsInvalid",
                format!("The input receipt handle \"{receipt}\" is not a valid receipt handle."),
            )
        })
    }

    /// Deleting twice is no error.
    pub(super) fn delete(&mut self, receipt: &str) -> Result<(), ApiError> {
        if let Some(sequence) = self.receipts.get(receipt).copied() {
            self.remove(sequence);
        }
        Ok(())
    }

    pub(super) fn change_visibility(
        &mut self,
        receipt: &str,
        timeout: u64,
        now: u64,
    ) -> Result<(), ApiError> {
        if timeout > 43_200 {
            return Err(invalid(format!(
                "Value {timeout} for parameter VisibilityTimeout is invalid. Reason: Must be between 0 and 43200, if provided."
            )));
        }
        let sequence = self.by_receipt(receipt)?;
        if let Some(message) = self.messages.get_mut(&sequence) {
            if !message.is_in_flight(now) {
                return Err(ApiError::new(
                    "MessageNotInflight",
                    "The message referred to is not in flight.",
                ));
            }
            self.order.remove(&(message.visible_at, sequence));
            message.visible_at = now + timeout * 1000;
            self.order.insert((message.visible_at, sequence));
        }
        Ok(())
    }
}

/// The highest value of an attribute that is a number.
fn limit_of(name: &str) -> Option<u64> {
    match name {
        "VisibilityTimeout" => Some(43_200),
        "DelaySeconds" => Some(900),
        "MessageRetentionPeriod" => Some(1_209_600),
        "ReceiveMessageWaitTimeSeconds" => Some(20),
        "MaximumMessageSize" => Some(LARGEST as u64),
        _ => None,
    }
}

fn default_of(name: &str) -> &'static str {
    match name {
        "VisibilityTimeout" => "30",
        "DelaySeconds" | "ReceiveMessageWaitTimeSeconds" => "0",
        "MessageRetentionPeriod" => "345600",
        "FifoQueue" | "ContentBasedDeduplication" => "false",
        _ => "",
    }
}
