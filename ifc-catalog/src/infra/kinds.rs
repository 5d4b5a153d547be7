//! The kinds. Fields say what AWS is to do; how a format spells it is the targets' business.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::http::{HttpApi, HttpIntegration, HttpRoute, HttpStage};
use super::messaging::{
    Bus, Queue, ResourcePolicy, Rule, Schedule, ScheduleGroup, Subscription, Topic,
};
use super::{Condition, Statement, Value};
use crate::vec_map::VecMap;

/// What a node is. The largest are boxed, since most nodes are small and there are many.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Kind {
    /// Lambda function.
    Function(Box<Function>),
    /// IAM role.
    Role(Role),
    /// Log group.
    LogGroup(LogGroup),
    /// DynamoDB table.
    Table(Box<Table>),
    /// SQS queue.
    Queue(Box<Queue>),
    /// Policy of a queue.
    QueuePolicy(ResourcePolicy),
    /// SNS topic.
    Topic(Topic),
    /// Subscription of a function to a topic.
    Subscription(Box<Subscription>),
    /// Event bus.
    Bus(Bus),
    /// Rule on a bus with one target.
    Rule(Box<Rule>),
    /// Group of schedules.
    ScheduleGroup(ScheduleGroup),
    /// Schedule.
    Schedule(Box<Schedule>),
    /// S3 bucket.
    Bucket(Box<Bucket>),
    /// Policy of a bucket.
    BucketPolicy(ResourcePolicy),
    /// Secret.
    Secret(Secret),
    /// SSM parameter.
    Parameter(Box<Parameter>),
    /// Lambda polls a queue or stream.
    EventSourceMapping(Box<EventSourceMapping>),
    /// A service may invoke a function.
    InvokePermission(Box<InvokePermission>),
    /// Retries and failure destination of asynchronous invocations.
    EventInvokeConfig(Box<EventInvokeConfig>),
    /// HTTP API.
    HttpApi(Box<HttpApi>),
    /// A function behind an HTTP API.
    HttpIntegration(Box<HttpIntegration>),
    /// Method and path of an HTTP API.
    HttpRoute(Box<HttpRoute>),
    /// Stage of an HTTP API.
    HttpStage(Box<HttpStage>),
    /// Alarm on the messages in a queue.
    Alarm(Box<Alarm>),
    /// Anything else, as CloudFormation spells it.
    Native(Native),
}

/// Lambda function.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Function {
    /// Name of the function in the application; the artifact serves all of them.
    pub name: String,
    /// Physical name, only where one must be known beforehand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub physical_name: Option<Value>,
    /// Key of its code in the bucket for artifacts.
    pub artifact: Value,
    /// `arm64` or `x86_64`.
    pub architecture: Value,
    /// Megabytes.
    pub memory: Value,
    /// Seconds.
    pub timeout: Value,
    /// Megabytes of `/tmp`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ephemeral_storage: Option<Value>,
    /// Environments that no other function takes, and the most that run at a time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reserved_concurrency: Option<Value>,
    /// ARN.
    pub role: Value,
    /// Name.
    pub log_group: Value,
    /// Whether X-Ray traces it.
    pub tracing: Value,
    /// Environment variables.
    pub environment: VecMap<String, Value>,
}

/// IAM role.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Role {
    /// The service that takes it: `lambda.amazonaws.com`.
    pub service: Cow<'static, str>,
    /// When the service may take it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub trust_conditions: Vec<Condition>,
    /// What it may do.
    pub statements: Vec<Statement>,
}

/// Log group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct LogGroup {
    /// Days.
    pub retention: Value,
}

/// DynamoDB table, billed per request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Table {
    /// Partition key.
    pub partition_key: Key,
    /// Sort key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sort_key: Option<Key>,
    /// Global secondary indexes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub indexes: Vec<Index>,
    /// Attribute with the expiry time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ttl: Option<String>,
    /// What the stream carries: `NEW_AND_OLD_IMAGES`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream: Option<String>,
    /// Whether it can be restored to any second of the last 35 days.
    pub point_in_time_recovery: Value,
    /// Whether the service refuses to delete it.
    pub deletion_protection: Value,
}

/// An attribute that is part of a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Key {
    /// Name.
    pub name: String,
    /// `S`, `N` or `B`.
    pub kind: String,
}

/// A global secondary index with all attributes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Index {
    /// Name.
    pub name: String,
    /// Partition key.
    pub partition_key: Key,
    /// Sort key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sort_key: Option<Key>,
}

/// S3 bucket: private, encrypted, owned by the account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Bucket {
    /// Physical name, only where one must be known beforehand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub physical_name: Option<Value>,
    /// Whether old versions of objects are kept.
    pub versioned: bool,
    /// Days until objects are deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expire: Option<Value>,
    /// Whom it tells of changes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notifications: Vec<Notification>,
}

/// Whom a bucket tells of which changes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Notification {
    /// `s3:ObjectCreated:*`.
    pub event: String,
    /// ARN of the function.
    pub function: Value,
    /// Of keys that begin so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefix: Option<String>,
    /// Of keys that end so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suffix: Option<String>,
}

/// Secret.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Secret {
    /// What it is for.
    pub description: String,
    /// Length of the random text that it holds at first; without, whoever deploys sets it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generate: Option<Value>,
}

/// SSM parameter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Parameter {
    /// Physical name, with the slash in front that its ARN shows.
    pub physical_name: Value,
    /// What it is for.
    pub description: String,
    /// What it holds at first.
    pub value: Value,
}

/// Lambda polls a queue or stream.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct EventSourceMapping {
    /// ARN of the queue or stream.
    pub source: Value,
    /// ARN.
    pub function: Value,
    /// Most records at a time.
    pub batch_size: Value,
    /// Seconds to wait for a full batch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<Value>,
    /// Most batches at a time (queues).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_concurrency: Option<Value>,
    /// JSON patterns, any of which lets a record through.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub filters: Vec<String>,
    /// Whether the function names the records that failed.
    pub report_failures: bool,
    /// What only streams have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream: Option<StreamPolling>,
}

/// What only the polling of streams has.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct StreamPolling {
    /// `LATEST` or `TRIM_HORIZON`.
    pub start: String,
    /// Batches of one shard at a time.
    pub parallel: Value,
    /// How often a batch is tried again.
    pub retries: Value,
    /// Seconds until a record is given up.
    pub max_age: Value,
    /// Whether a failing batch is halved.
    pub bisect: Value,
    /// ARN of the queue for what is given up.
    pub dead_letters: Value,
}

/// A service may invoke a function.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct InvokePermission {
    /// ARN.
    pub function: Value,
    /// `events.amazonaws.com`.
    pub service: Cow<'static, str>,
    /// ARN of what makes the service do it.
    pub source: Value,
    /// Account of the source, where its ARN has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_account: Option<Value>,
}

/// Retries and failure destination of asynchronous invocations.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct EventInvokeConfig {
    /// Name.
    pub function: Value,
    /// How often an event is tried again.
    pub retries: Value,
    /// Seconds until it is given up.
    pub max_age: Value,
    /// ARN of the queue for what is given up.
    pub dead_letters: Value,
}

/// Alarm on any message in a queue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Alarm {
    /// What it means.
    pub description: String,
    /// Name of the queue.
    pub queue: Value,
    /// ARNs of topics that are told.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notify: Vec<Value>,
}

/// Anything else, as CloudFormation spells it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Native {
    /// `AWS::Kinesis::Stream`.
    pub cfn_type: String,
    /// Properties.
    #[serde(serialize_with = "crate::json::sorted")]
    pub properties: serde_json::Value,
}
