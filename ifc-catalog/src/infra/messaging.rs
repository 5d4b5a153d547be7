//! Queues, topics, buses and schedules.

use serde::{Deserialize, Serialize};

use super::{Statement, Value};

/// SQS queue, encrypted by SQS.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Queue {
    /// Whether it is FIFO.
    pub fifo: bool,
    /// Whether equal bodies count as duplicates (FIFO).
    pub deduplicate: bool,
    /// Whether limits count by message group (FIFO).
    pub high_throughput: bool,
    /// Seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visibility_timeout: Option<Value>,
    /// Seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retention: Option<Value>,
    /// Seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delay: Option<Value>,
    /// Where messages go that are received too often.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redrive: Option<Redrive>,
}

/// Where messages go that are received too often.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Redrive {
    /// ARN of a queue.
    pub target: Value,
    /// How often is too often.
    pub max_receives: Value,
}

/// Policy of a queue or bucket.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ResourcePolicy {
    /// URL of the queue, name of the bucket.
    pub of: Value,
    /// Statements.
    pub statements: Vec<Statement>,
}

/// SNS topic, encrypted with the account's key for SNS.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Topic {
    /// Physical name, only where AWS makes none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub physical_name: Option<Value>,
    /// Whether it is FIFO.
    pub fifo: bool,
    /// Whether equal bodies count as duplicates (FIFO).
    pub deduplicate: bool,
}

/// Subscription of a function to a topic.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Subscription {
    /// ARN.
    pub topic: Value,
    /// ARN.
    pub function: Value,
    /// What is delivered; all if none.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        serialize_with = "sorted_option"
    )]
    pub filter: Option<serde_json::Value>,
    /// Whether the filter is about the body instead of the attributes.
    pub filter_body: bool,
    /// ARN of the queue for what cannot be delivered.
    pub dead_letters: Value,
}

/// Event bus.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Bus {
    /// Physical name; AWS makes none.
    pub physical_name: Value,
}

/// Rule on a bus with one target.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Rule {
    /// Name.
    pub bus: Value,
    /// Event pattern.
    #[serde(serialize_with = "crate::json::sorted")]
    pub pattern: serde_json::Value,
    /// Where events go.
    pub target: Target,
}

/// Where a rule or schedule delivers to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Target {
    /// ARN of the function.
    pub function: Value,
    /// How often delivery is tried again.
    pub retries: Value,
    /// Seconds until it is given up.
    pub max_age: Value,
    /// ARN of the queue for what cannot be delivered.
    pub dead_letters: Value,
}

/// Group of schedules.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ScheduleGroup {
    /// Physical name; the roles' trust names it.
    pub physical_name: Value,
}

/// Schedule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Schedule {
    /// Name of the group.
    pub group: Value,
    /// `rate(5 minutes)`.
    pub expression: Value,
    /// `Europe/Berlin`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timezone: Option<Value>,
    /// Minutes within which it may start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flexible: Option<Value>,
    /// JSON that the function receives.
    pub input: String,
    /// ARN of the role that invokes the function.
    pub role: Value,
    /// What it invokes.
    pub target: Target,
}

fn sorted_option<S: serde::Serializer>(
    value: &Option<serde_json::Value>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match value {
        Some(value) => crate::json::sorted(value, serializer),
        None => serializer.serialize_none(),
    }
}
