//! `Publish` and `PublishBatch`.

use serde_json::{Map, Value, json};

use super::message::Notification;
use super::{Topic, Topics, invalid};
use crate::digest;
use crate::error::ApiError;
use crate::ids::Ids;

/// Milliseconds for which a deduplication id counts.
const DEDUPLICATION: u64 = 5 * 60 * 1000;

impl Topics {
    pub(super) fn publish(
        &mut self,
        request: &Value,
        trace: Option<&str>,
        now: u64,
    ) -> Result<Value, ApiError> {
        let arn = request["TopicArn"]
            .as_str()
            .or_else(|| request["TargetArn"].as_str());
        let Some(arn) = arn else {
            return Err(invalid(match request["PhoneNumber"].is_null() {
                true => "TopicArn or TargetArn Reason: no value for required parameter",
                false => "PhoneNumber Reason: there are no phones here",
            }));
        };
        let arn = arn.to_owned();
        let limit = self.topic(&arn)?.largest();
        if size(request) > limit {
            return Err(invalid("Message too long"));
        }
        self.publish_to(&arn, request, trace, now)
    }

    pub(super) fn publish_batch(
        &mut self,
        request: &Value,
        trace: Option<&str>,
        now: u64,
    ) -> Result<Value, ApiError> {
        let arn = request["TopicArn"].as_str().unwrap_or_default().to_owned();
        let entries = request["PublishBatchRequestEntries"]
            .as_array()
            .map_or(&[][..], Vec::as_slice);
        check_entries(entries)?;
        let limit = self.topic(&arn)?.largest();
        if entries.iter().map(size).sum::<usize>() > limit {
            return Err(ApiError::new(
                "BatchRequestTooLong",
                "The length of all the messages put together is more than the limit.",
            ));
        }
        let (mut successful, mut failed) = (Vec::new(), Vec::new());
        for entry in entries {
            match self.publish_to(&arn, entry, trace, now) {
                Ok(mut answer) => {
                    answer["Id"] = entry["Id"].clone();
                    successful.push(answer);
                }
                Err(error) => failed.push(json!({
                    "Id": entry["Id"],
                    "SenderFault": error.status < 500,
                    "Code": error.code,
                    "Message": error.message,
                })),
            }
        }
        Ok(json!({ "Successful": successful, "Failed": failed }))
    }

    fn publish_to(
        &mut self,
        arn: &str,
        request: &Value,
        trace: Option<&str>,
        now: u64,
    ) -> Result<Value, ApiError> {
        let texts = Texts::read(request)?;
        let subject = subject(request)?;
        let attributes = attributes(request)?;
        let Topics {
            topics,
            subscriptions,
            deliveries,
            ids,
            ..
        } = self;
        let topic = topics.get_mut(arn).ok_or_else(super::no_topic)?;
        let order = topic.order(request, now)?;
        if let Some(answer) = &order.answered {
            return Ok(answer.clone());
        }
        let notification = Notification {
            id: ids.uuid(),
            topic: arn.to_owned(),
            subject,
            message: String::new(),
            attributes,
            published: now,
            group: order.group,
            deduplication: order.deduplication,
            sequence: topic.fifo.then(|| topic.next_sequence(ids)),
            trace: trace.map(str::to_owned),
        };
        let mut answer = json!({ "MessageId": notification.id });
        if let Some(sequence) = &notification.sequence {
            answer["SequenceNumber"] = sequence.as_str().into();
        }
        if let Some(key) = order.key {
            topic.times.push_back((now, key.clone()));
            topic.published.insert(key, answer.clone());
        }
        for subscription in super::of_topic(subscriptions, arn) {
            let mut notification = notification.clone();
            notification.message = texts.of(subscription.protocol.name()).to_owned();
            if subscription.wants(&notification) {
                deliveries.push(subscription.deliver(notification));
            }
        }
        Ok(answer)
    }
}

/// What FIFO topics know of a publication.
#[derive(Default)]
struct Order {
    group: Option<String>,
    deduplication: Option<String>,
    /// Under which the publication is remembered.
    key: Option<String>,
    /// What was answered if it is a repetition.
    answered: Option<Value>,
}

impl Topic {
    fn order(&mut self, request: &Value, now: u64) -> Result<Order, ApiError> {
        let group = token(request, "MessageGroupId")?;
        let given = token(request, "MessageDeduplicationId")?;
        if !self.fifo {
            if given.is_some() {
                return Err(invalid(
                    "MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter that is not valid for this topic type",
                ));
            }
            return Ok(Order {
                group,
                ..Order::default()
            });
        }
        let Some(group) = group else {
            return Err(invalid(
                "The MessageGroupId parameter is required for FIFO topics",
            ));
        };
        let by_content = self.setting("ContentBasedDeduplication") == Some("true");
        let text = request["Message"].as_str().unwrap_or_default();
        let deduplication = match given {
            Some(id) => id,
            None if by_content => digest::hex(&digest::sha256(text.as_bytes())),
            None => {
                return Err(invalid(
                    "The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly",
                ));
            }
        };
        while let Some((_, key)) = self
            .times
            .pop_front_if(|(at, _)| *at + DEDUPLICATION <= now)
        {
            self.published.remove(&key);
        }
        let scope = match self.setting("FifoThroughputScope") {
            Some("MessageGroup") => group.as_str(),
            _ => "",
        };
        let key = format!("{scope}\n{deduplication}");
        Ok(Order {
            answered: self.published.get(&key).cloned(),
            group: Some(group),
            deduplication: Some(deduplication),
            key: Some(key),
        })
    }

    /// Numbers of 20 digits that grow, with gaps.
    fn next_sequence(&mut self, ids: &mut Ids) -> String {
        self.sequence += 1 + ids.number() % 1000;
        format!("{:020}", 10_000_000_000_000_000_000 + self.sequence)
    }
}

/// The message, or one for each protocol.
enum Texts {
    One(String),
    Each(Map<String, Value>),
}

impl Texts {
    fn read(request: &Value) -> Result<Texts, ApiError> {
        let message = request["Message"].as_str().unwrap_or_default();
        if message.is_empty() {
            return Err(invalid("Empty message"));
        }
        match request["MessageStructure"].as_str() {
            None => Ok(Texts::One(message.to_owned())),
            Some("json") => match serde_json::from_str(message) {
                Ok(Value::Object(texts)) if texts.get("default").is_some_and(Value::is_string) => {
                    Ok(Texts::Each(texts))
                }
                Ok(Value::Object(_)) => Err(invalid(
                    "Message Structure - No default entry in JSON message body",
                )),
                _ => Err(invalid(
                    "Message Structure - JSON message body failed to parse",
                )),
            },
            Some(_) => Err(invalid("MessageStructure")),
        }
    }

    fn of(&self, protocol: &str) -> &str {
        match self {
            Texts::One(text) => text,
            Texts::Each(texts) => texts
                .get(protocol)
                .filter(|text| text.is_string())
                .or_else(|| texts.get("default"))
                .and_then(Value::as_str)
                .unwrap_or_default(),
        }
    }
}

/// Up to 100 characters, no line breaks or control characters.
fn subject(request: &Value) -> Result<Option<String>, ApiError> {
    let Some(subject) = request["Subject"].as_str() else {
        return Ok(None);
    };
    if subject.is_empty() || subject.chars().count() > 100 || subject.chars().any(char::is_control)
    {
        return Err(invalid("Subject"));
    }
    Ok(Some(subject.to_owned()))
}

/// A group or deduplication id.
fn token(request: &Value, member: &str) -> Result<Option<String>, ApiError> {
    let Some(text) = request[member].as_str() else {
        return Ok(None);
    };
    if text.is_empty() || text.len() > 128 || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(invalid(format!(
            "{member} Reason: can only include alphanumeric and punctuation characters. 1 to 128 in length"
        )));
    }
    Ok(Some(text.to_owned()))
}

fn attributes(request: &Value) -> Result<Map<String, Value>, ApiError> {
    let attributes = request["MessageAttributes"].as_object();
    let attributes = attributes.cloned().unwrap_or_default();
    let wrong = |message: String| Err(ApiError::new("ParameterValueInvalid", message));
    for (name, attribute) in &attributes {
        let letter = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
        let dots = name.starts_with('.') || name.ends_with('.') || name.contains("..");
        if name.is_empty() || name.len() > 256 || !name.chars().all(letter) || dots {
            return wrong(format!(
                "The message attribute name '{name}' is invalid. Attribute name can contain A-Z, a-z, 0-9, underscore (_), hyphen (-), and period (.); it must not begin or end with a period or have two in a row."
            ));
        }
        let lower = name.to_lowercase();
        if lower.starts_with("aws.") || lower.starts_with("amazon.") {
            return wrong(format!(
                "The message attribute name '{name}' begins with a reserved prefix (AWS. or Amazon.)."
            ));
        }
        let kind = attribute["DataType"].as_str().unwrap_or_default();
        let member = match kind.split('.').next() {
            Some("String" | "Number") => "StringValue",
            Some("Binary") => "BinaryValue",
            _ => {
                return wrong(format!(
                    "The message attribute '{name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String."
                ));
            }
        };
        let value = attribute[member].as_str().unwrap_or_default();
        if value.is_empty() {
            return wrong(format!(
                "The message attribute '{name}' must contain non-empty message attribute value for message attribute type '{kind}'."
            ));
        }
        if kind == "Number" && value.trim().parse::<f64>().is_err() {
            return wrong(format!(
                "Could not cast message attribute '{name}' value to number."
            ));
        }
    }
    Ok(attributes)
}

/// Bytes of the message and its attributes: names, types and values.
fn size(request: &Value) -> usize {
    let attributes = request["MessageAttributes"].as_object();
    let attributes = attributes.into_iter().flatten().map(|(name, value)| {
        let member = |key: &str| value[key].as_str().unwrap_or_default();
        // Four letters of base64 are three bytes.
        let binary = member("BinaryValue").trim_end_matches('=').len() * 3 / 4;
        name.len() + member("DataType").len() + member("StringValue").len() + binary
    });
    request["Message"].as_str().unwrap_or_default().len() + attributes.sum::<usize>()
}

/// One to ten entries, with ids that differ.
fn check_entries(entries: &[Value]) -> Result<(), ApiError> {
    let wrong = |code: &str, message: &str| Err(ApiError::new(code, message));
    if entries.is_empty() {
        return wrong(
            "EmptyBatchRequest",
            "The batch request doesn't contain any entries.",
        );
    }
    if entries.len() > 10 {
        return wrong(
            "TooManyEntriesInBatchRequest",
            "The batch request contains more entries than permissible.",
        );
    }
    for (at, entry) in entries.iter().enumerate() {
        let id = entry["Id"].as_str().unwrap_or_default();
        let letter = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
        if id.is_empty() || id.len() > 80 || !id.chars().all(letter) {
            return wrong(
                "InvalidBatchEntryId",
                "The Id of a batch entry in a batch request doesn't abide by the specification.",
            );
        }
        if entries[..at].iter().any(|other| other["Id"] == entry["Id"]) {
            return wrong(
                "BatchEntryIdsNotDistinct",
                "Two or more batch entries in the request have the same Id.",
            );
        }
    }
    Ok(())
}
