//! Notifications, and the forms in which endpoints receive them.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::subscription::Protocol;
use crate::ids::Ids;
use crate::{digest, moment};

/// A published message, as one protocol gets it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Notification {
    /// Id that the publisher was told.
    pub id: String,
    /// ARN.
    pub topic: String,
    /// Title.
    pub subject: Option<String>,
    /// Text.
    pub message: String,
    /// Attributes as the publisher gave them: name to `{DataType, StringValue | BinaryValue}`.
    #[serde(with = "crate::serial::json")]
    pub attributes: Map<String, Value>,
    /// When it was published, in milliseconds since 1970.
    pub published: u64,
    /// Who is served in order.
    pub group: Option<String>,
    /// What tells repeated publications apart; FIFO topics only.
    pub deduplication: Option<String>,
    /// Order of publication; FIFO topics only.
    pub sequence: Option<String>,
    /// The X-Ray header of the publisher.
    pub trace: Option<String>,
}

/// A notification on its way to one endpoint.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Delivery {
    /// ARN of the subscription.
    pub subscription: String,
    /// How the endpoint is reached.
    pub protocol: Protocol,
    /// ARN of the function or queue.
    pub endpoint: String,
    /// Whether a queue gets the message as it is, without the envelope.
    pub raw: bool,
    /// ARN of the queue for what cannot be delivered.
    pub dead_letters: Option<String>,
    /// What is delivered.
    pub notification: Notification,
}

/// Most attributes of a message in a queue. Source: SNS Developer Guide, "Amazon SNS raw message
/// delivery".
const RAW_ATTRIBUTES: usize = 10;

impl Delivery {
    /// The event that a function receives.
    ///
    /// The signature is only of the right shape: nothing here can sign as SNS does, so it never
    /// verifies. Source: Lambda Developer Guide, "Invoking Lambda functions with Amazon SNS
    /// notifications".
    pub fn event(&self) -> Value {
        let notification = &self.notification;
        json!({ "Records": [{
            "EventSource": "aws:sns",
            "EventVersion": "1.0",
            "EventSubscriptionArn": self.subscription,
            "Sns": {
                "Type": "Notification",
                "MessageId": notification.id,
                "TopicArn": notification.topic,
                "Subject": notification.subject,
                "Message": notification.message,
                "Timestamp": moment::iso(notification.published),
                "SignatureVersion": "1",
                "Signature": notification.signature(),
                "SigningCertUrl": notification.certificate(),
                "UnsubscribeUrl": self.unsubscribe_url(),
                "MessageAttributes": notification.shown_attributes(),
            },
        }] })
    }

    /// The members of the `SendMessage` that puts the notification into a queue, but for
    /// `QueueUrl`: into the endpoint, or into the queue for dead letters, which gets the same.
    ///
    /// # Errors
    /// If the queue could not take the message, which SNS then gives up at once.
    pub fn queue_message(&self) -> Result<Value, String> {
        let notification = &self.notification;
        let mut request = json!({ "MessageBody": self.body() });
        if self.raw {
            if notification.attributes.len() > RAW_ATTRIBUTES {
                return Err(format!(
                    "{} message attributes, raw delivery takes {RAW_ATTRIBUTES}",
                    notification.attributes.len()
                ));
            }
            if !notification.attributes.is_empty() {
                request["MessageAttributes"] = notification.attributes.clone().into();
            }
        }
        if let Some(group) = &notification.group {
            request["MessageGroupId"] = group.as_str().into();
        }
        // Only queues that are FIFO take it.
        if let (Some(id), true) = (
            &notification.deduplication,
            self.endpoint.ends_with(".fifo"),
        ) {
            request["MessageDeduplicationId"] = id.as_str().into();
        }
        if let Some(trace) = &notification.trace {
            request["MessageSystemAttributes"] = json!({
                "AWSTraceHeader": { "DataType": "String", "StringValue": trace },
            });
        }
        Ok(request)
    }

    fn body(&self) -> String {
        if self.raw {
            return self.notification.message.clone();
        }
        let notification = &self.notification;
        let mut envelope = json!({
            "Type": "Notification",
            "MessageId": notification.id,
            "TopicArn": notification.topic,
            "Message": notification.message,
            "Timestamp": moment::iso(notification.published),
            "SignatureVersion": "1",
            "Signature": notification.signature(),
            "SigningCertURL": notification.certificate(),
            "UnsubscribeURL": self.unsubscribe_url(),
        });
        if let Some(subject) = &notification.subject {
            envelope["Subject"] = subject.as_str().into();
        }
        if let Some(sequence) = &notification.sequence {
            envelope["SequenceNumber"] = sequence.as_str().into();
        }
        if !notification.attributes.is_empty() {
            envelope["MessageAttributes"] = notification.shown_attributes();
        }
        envelope.to_string()
    }

    fn unsubscribe_url(&self) -> String {
        format!(
            "https://sns.{}.amazonaws.com/?Action=Unsubscribe&SubscriptionArn={}",
            crate::REGION,
            self.subscription
        )
    }
}

impl Notification {
    /// Attributes as receivers see them: `{Type, Value}`.
    fn shown_attributes(&self) -> Value {
        let shown = self.attributes.iter().map(|(name, attribute)| {
            let value = match attribute.get("BinaryValue") {
                Some(bytes) => bytes,
                None => &attribute["StringValue"],
            };
            let shown = json!({ "Type": attribute["DataType"], "Value": value });
            (name.clone(), shown)
        });
        Value::Object(shown.collect())
    }

    /// 2048 bits that depend on the message.
    fn signature(&self) -> String {
        use base64::Engine;
        let seed = self.id.bytes().fold(17_u64, |seed, byte| {
            seed.wrapping_mul(31).wrapping_add(u64::from(byte))
        });
        let mut ids = Ids::new(seed);
        let bytes: Vec<u8> = (0..32).flat_map(|_| ids.number().to_be_bytes()).collect();
        base64::engine::general_purpose::STANDARD.encode(bytes)
    }

    fn certificate(&self) -> String {
        let name = digest::hex(&digest::sha256(self.topic.as_bytes())[..16]);
        format!(
            "https://sns.{}.amazonaws.com/SimpleNotificationService-{name}.pem",
            crate::REGION
        )
    }
}
