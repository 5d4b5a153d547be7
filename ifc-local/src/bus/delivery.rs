//! Events on their way to a target.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::event::Event;
use crate::letter::letter;

/// An event on its way to one target of a rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Delivery {
    /// The event.
    #[serde(with = "crate::serial::json")]
    pub event: Event,
    /// Name of the bus.
    pub bus: String,
    /// ARN of the rule.
    pub rule: String,
    /// Id of the target in the rule.
    pub target: String,
    /// ARN of the target.
    pub endpoint: String,
    /// ARN of the role that is taken to reach it.
    pub role: Option<String>,
    /// Message group, for FIFO queues.
    pub group: Option<String>,
    /// What the target receives.
    pub input: String,
    /// How often delivery is tried again.
    pub retries: u32,
    /// Seconds until it is given up.
    pub max_age: u64,
    /// ARN of the queue for what cannot be delivered.
    pub dead_letters: Option<String>,
    /// The X-Ray header of the sender.
    pub trace: Option<String>,
    /// When the event came to the bus, in milliseconds since 1970.
    pub received: u64,
    /// Whether another bus sent the event to this one.
    pub forwarded: bool,
}

impl Delivery {
    /// The members of the `SendMessage` that puts the event into the queue for dead letters, but
    /// for `QueueUrl`, after so many tries. `exhausted` is what ran out, if there were retries:
    /// `MaximumRetryAttempts` or `MaximumEventAgeInSeconds`.
    ///
    /// Source: EventBridge User Guide, "Using dead-letter queues to process undelivered events in
    /// EventBridge".
    pub fn dead_letter(
        &self,
        code: &str,
        message: &str,
        tries: u32,
        exhausted: Option<&str>,
    ) -> Value {
        let retries = tries.saturating_sub(1).to_string();
        let attributes = [
            ("RULE_ARN", Some(self.rule.as_str())),
            ("TARGET_ARN", Some(self.endpoint.as_str())),
            ("ERROR_CODE", Some(code)),
            ("ERROR_MESSAGE", Some(message)),
            ("RETRY_ATTEMPTS", exhausted.map(|_| retries.as_str())),
            ("EXHAUSTED_RETRY_CONDITION", exhausted),
        ];
        let mut request = letter(self.event.text(), &attributes);
        if let Some(trace) = &self.trace {
            request["MessageSystemAttributes"] = json!({
                "AWSTraceHeader": { "DataType": "String", "StringValue": trace },
            });
        }
        request
    }
}
