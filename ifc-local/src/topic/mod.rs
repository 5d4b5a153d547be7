//! Topics: SNS's API. What is published comes out as deliveries to functions and queues.
//!
//! Source: Amazon SNS Developer Guide and API Reference.

mod filter;
mod message;
mod publish;
mod subscription;

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::error::ApiError;
use crate::iam::Policy;
use crate::ids::Ids;
use crate::page::page;

pub use message::{Delivery, Notification};
pub use subscription::{Protocol, Subscription};

/// Who subscribed: the account itself.
const PRINCIPAL: &str = "arn:aws:iam::000000000000:root";
/// Policies with filters of a topic. Source: SNS Developer Guide, "Filter policy constraints".
const FILTERS: usize = 200;

/// All topics of an account in a region.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Topics {
    /// By ARN.
    topics: BTreeMap<String, Topic>,
    /// By ARN.
    subscriptions: BTreeMap<String, Subscription>,
    deliveries: Vec<Delivery>,
    ids: Ids,
}

/// A topic.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Topic {
    /// ARN.
    pub arn: String,
    /// Whether it keeps the order of publication.
    pub fifo: bool,
    settings: BTreeMap<String, String>,
    /// Subscriptions that were taken away.
    deleted: u64,
    sequence: u64,
    /// Publications of the last minutes by deduplication id: what was answered.
    #[serde(with = "crate::serial::json")]
    published: BTreeMap<String, Value>,
    /// When the publications were made, in order.
    times: VecDeque<(u64, String)>,
}

impl Topic {
    /// The policy that was set, as JSON.
    pub fn policy(&self) -> Option<&str> {
        self.setting("Policy")
    }

    fn setting(&self, name: &str) -> Option<&str> {
        self.settings.get(name).map(String::as_str)
    }

    /// Bytes of a message or batch. Source: SNS Developer Guide, "Large message payloads".
    fn largest(&self) -> usize {
        let set = self.setting("MaximumMessageSize");
        set.and_then(|value| value.parse().ok())
            .unwrap_or(256 * 1024)
    }

    fn set(&mut self, name: &str, value: &str) -> Result<(), ApiError> {
        match name {
            "Policy" => {
                if let Err(error) = Policy::parse(value) {
                    return Err(invalid(format!("Policy Error: {error}")));
                }
            }
            "DisplayName" if value.chars().count() > 100 => return Err(invalid("DisplayName")),
            "MaximumMessageSize" => {
                let fits = value
                    .parse()
                    .is_ok_and(|size| (1024..=1 << 20).contains(&size));
                if !fits {
                    return Err(invalid("MaximumMessageSize"));
                }
            }
            "ContentBasedDeduplication" | "FifoThroughputScope" if !self.fifo => {
                return Err(invalid(format!(
                    "Attributes Reason: {name} is of FIFO topics"
                )));
            }
            "ContentBasedDeduplication" if !matches!(value, "true" | "false") => {
                return Err(invalid("ContentBasedDeduplication"));
            }
            "FifoThroughputScope" if !matches!(value, "Topic" | "MessageGroup") => {
                return Err(invalid("FifoThroughputScope"));
            }
            "TracingConfig" if !matches!(value, "PassThrough" | "Active") => {
                return Err(invalid("TracingConfig"));
            }
            "SignatureVersion" if !matches!(value, "1" | "2") => {
                return Err(invalid("SignatureVersion"));
            }
            "DisplayName"
            | "DeliveryPolicy"
            | "KmsMasterKeyId"
            | "TracingConfig"
            | "SignatureVersion"
            | "ArchivePolicy"
            | "DataProtectionPolicy"
            | "ContentBasedDeduplication"
            | "FifoThroughputScope" => {}
            name if name.ends_with("FeedbackRoleArn") || name.ends_with("FeedbackSampleRate") => {}
            _ => return Err(invalid("AttributeName")),
        }
        self.settings.insert(name.to_owned(), value.to_owned());
        Ok(())
    }
}

impl Topics {
    /// No topics yet; ids come from the seed.
    pub fn new(seed: u64) -> Topics {
        Topics {
            topics: BTreeMap::new(),
            subscriptions: BTreeMap::new(),
            deliveries: Vec::new(),
            ids: Ids::new(seed),
        }
    }

    /// Answers a call: `Publish` and the members of the request. `trace` is the X-Ray header of the
    /// caller's request, `now` in milliseconds since 1970.
    ///
    /// # Errors
    /// As SNS gives them.
    pub fn call(
        &mut self,
        operation: &str,
        request: &Value,
        trace: Option<&str>,
        now: u64,
    ) -> Result<Value, ApiError> {
        match operation {
            "CreateTopic" => self.create(request),
            "DeleteTopic" => {
                let arn = text(request, "TopicArn");
                self.topics.remove(arn);
                self.subscriptions.retain(|_, one| one.topic != arn);
                Ok(json!({}))
            }
            "ListTopics" => {
                let all = self.topics.keys();
                let all = all.map(|arn| (arn.clone(), json!({ "TopicArn": arn })));
                Ok(page("Topics", all, request, None))
            }
            "GetTopicAttributes" => {
                let topic = self.topic(text(request, "TopicArn"))?;
                Ok(json!({ "Attributes": self.attributes(topic) }))
            }
            "SetTopicAttributes" => {
                let value = text(request, "AttributeValue");
                let topic = self.topics.get_mut(text(request, "TopicArn"));
                topic
                    .ok_or_else(no_topic)?
                    .set(text(request, "AttributeName"), value)?;
                Ok(json!({}))
            }
            "Subscribe" => self.subscribe(request),
            "Unsubscribe" => {
                // What is gone already is no error.
                let gone = self.subscriptions.remove(text(request, "SubscriptionArn"));
                let topic = gone.and_then(|gone| self.topics.get_mut(&gone.topic));
                if let Some(topic) = topic {
                    topic.deleted += 1;
                }
                Ok(json!({}))
            }
            "ListSubscriptions" => Ok(self.list(request, None)),
            "ListSubscriptionsByTopic" => {
                let arn = text(request, "TopicArn");
                self.topic(arn)?;
                Ok(self.list(request, Some(arn)))
            }
            "GetSubscriptionAttributes" => {
                let subscription = self.subscriptions.get(text(request, "SubscriptionArn"));
                let subscription = subscription.ok_or_else(no_subscription)?;
                Ok(json!({ "Attributes": subscription.attributes() }))
            }
            "SetSubscriptionAttributes" => self.set_subscription(request),
            "Publish" => self.publish(request, trace, now),
            "PublishBatch" => self.publish_batch(request, trace, now),
            other => Err(ApiError::new(
                "InvalidAction",
                format!("topics do not have the operation {other} here"),
            )),
        }
    }

    /// What is to be delivered since this was last asked, in order of publication.
    pub fn take_deliveries(&mut self) -> Vec<Delivery> {
        std::mem::take(&mut self.deliveries)
    }

    /// A topic by its name or ARN.
    pub fn find(&self, name: &str) -> Option<&Topic> {
        match name.starts_with("arn:") {
            true => self.topics.get(name),
            false => self.topics.get(&crate::arn("sns", name)),
        }
    }

    /// All topics, in order of ARN.
    pub fn topics(&self) -> impl Iterator<Item = &Topic> {
        self.topics.values()
    }

    /// The subscriptions of a topic, in order of ARN.
    pub fn subscriptions(&self, topic: &str) -> impl Iterator<Item = &Subscription> {
        of_topic(&self.subscriptions, topic)
    }

    fn topic(&self, arn: &str) -> Result<&Topic, ApiError> {
        self.topics.get(arn).ok_or_else(no_topic)
    }

    fn create(&mut self, request: &Value) -> Result<Value, ApiError> {
        let name = text(request, "Name");
        let attributes = request["Attributes"].as_object();
        let attributes = attributes.cloned().unwrap_or_default();
        let fifo = attributes.get("FifoTopic").and_then(Value::as_str) == Some("true");
        let plain = name.strip_suffix(".fifo");
        let letters = plain.unwrap_or(name);
        let valid = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        if letters.is_empty() || name.len() > 256 || !letters.chars().all(valid) {
            return Err(invalid("Topic Name"));
        }
        if fifo != plain.is_some() {
            return Err(invalid(match fifo {
                true => {
                    "Fifo Topic names must end with .fifo and must be made up of only uppercase and lowercase ASCII letters, numbers, underscores, and hyphens, and must be between 1 and 256 characters long."
                }
                false => "Topic Name",
            }));
        }
        let arn = crate::arn("sns", name);
        let mut topic = Topic {
            arn: arn.clone(),
            fifo,
            settings: BTreeMap::new(),
            deleted: 0,
            sequence: 0,
            published: BTreeMap::new(),
            times: VecDeque::new(),
        };
        for (name, value) in attributes.iter().filter(|(name, _)| *name != "FifoTopic") {
            topic.set(name, value.as_str().unwrap_or_default())?;
        }
        if let Some(known) = self.topics.get(&arn) {
            let mut wanted = topic.settings.iter();
            if !wanted.all(|(name, value)| known.settings.get(name) == Some(value)) {
                return Err(invalid(
                    "Attributes Reason: Topic already exists with different attributes",
                ));
            }
        } else {
            self.topics.insert(arn.clone(), topic);
        }
        Ok(json!({ "TopicArn": arn }))
    }

    fn attributes(&self, topic: &Topic) -> Map<String, Value> {
        let settings = topic.settings.iter();
        let mut all: Map<String, Value> = settings
            .map(|(name, value)| (name.clone(), value.as_str().into()))
            .collect();
        if topic.fifo {
            all.insert("FifoTopic".into(), "true".into());
            for (name, value) in [
                ("ContentBasedDeduplication", "false"),
                ("FifoThroughputScope", "Topic"),
            ] {
                all.entry(name).or_insert_with(|| value.into());
            }
        }
        let confirmed = self.subscriptions(&topic.arn).count();
        for (name, value) in [
            ("TopicArn", topic.arn.clone()),
            ("Owner", crate::ACCOUNT.to_owned()),
            ("SubscriptionsConfirmed", confirmed.to_string()),
            ("SubscriptionsPending", "0".to_owned()),
            ("SubscriptionsDeleted", topic.deleted.to_string()),
        ] {
            all.insert(name.to_owned(), value.into());
        }
        all.entry("DisplayName").or_insert_with(|| "".into());
        all.entry("Policy")
            .or_insert_with(|| default_policy(&topic.arn).into());
        all
    }

    fn subscribe(&mut self, request: &Value) -> Result<Value, ApiError> {
        let topic = self.topic(text(request, "TopicArn"))?;
        let endpoint = text(request, "Endpoint");
        let (protocol, service) = match text(request, "Protocol") {
            "lambda" => (Protocol::Lambda, "lambda"),
            "sqs" => (Protocol::Sqs, "sqs"),
            other @ ("http" | "https" | "email" | "email-json" | "sms" | "application"
            | "firehose") => {
                return Err(invalid(format!(
                    "Protocol Reason: {other} endpoints cannot be reached here"
                )));
            }
            other => {
                return Err(invalid(format!(
                    "Amazon SNS does not support this protocol string: {other}"
                )));
            }
        };
        if !endpoint.starts_with(&format!("arn:aws:{service}:")) {
            return Err(invalid(match protocol {
                Protocol::Lambda => "Lambda endpoint ARN",
                Protocol::Sqs => "SQS endpoint ARN",
            }));
        }
        if topic.fifo && protocol != Protocol::Sqs {
            return Err(invalid(
                "Protocol Reason: FIFO topics deliver to queues only",
            ));
        }
        if !topic.fifo && endpoint.ends_with(".fifo") {
            return Err(invalid(
                "Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics",
            ));
        }
        let topic = topic.arn.clone();
        let arn = format!("{topic}:{}", self.ids.uuid());
        let new = Subscription::new(arn, &topic, protocol, endpoint, &request["Attributes"])?;
        let known = self
            .subscriptions(&topic)
            .find(|one| one.protocol == protocol && one.endpoint == endpoint);
        if let Some(known) = known {
            if !known.agrees_with(&new) {
                return Err(invalid(
                    "Attributes Reason: Subscription already exists with different attributes",
                ));
            }
            return Ok(json!({ "SubscriptionArn": known.arn }));
        }
        if new.has_filter() {
            self.check_filters(&topic)?;
        }
        let answer = json!({ "SubscriptionArn": new.arn });
        self.subscriptions.insert(new.arn.clone(), new);
        Ok(answer)
    }

    /// Whether a topic may have one more filter policy.
    fn check_filters(&self, topic: &str) -> Result<(), ApiError> {
        if self
            .subscriptions(topic)
            .filter(|one| one.has_filter())
            .count()
            < FILTERS
        {
            return Ok(());
        }
        Err(ApiError::new(
            "FilterPolicyLimitExceeded",
            format!("Filter policy limit exceeded: a topic has {FILTERS}"),
        )
        .with_status(403))
    }

    fn set_subscription(&mut self, request: &Value) -> Result<Value, ApiError> {
        let arn = text(request, "SubscriptionArn");
        let mut changed = self
            .subscriptions
            .get(arn)
            .cloned()
            .ok_or_else(no_subscription)?;
        let before = changed.has_filter();
        changed.set(
            text(request, "AttributeName"),
            text(request, "AttributeValue"),
        )?;
        if changed.has_filter() && !before {
            self.check_filters(&changed.topic)?;
        }
        self.subscriptions.insert(arn.to_owned(), changed);
        Ok(json!({}))
    }

    fn list(&self, request: &Value, topic: Option<&str>) -> Value {
        let all = self.subscriptions.values();
        let all = all.filter(|one| topic.is_none_or(|topic| one.topic == topic));
        let all = all.map(|one| (one.arn.clone(), one.show()));
        page("Subscriptions", all, request, None)
    }
}

/// The subscriptions of a topic, whose ARNs begin with the topic's.
fn of_topic<'s>(
    all: &'s BTreeMap<String, Subscription>,
    topic: &str,
) -> impl Iterator<Item = &'s Subscription> + use<'s> {
    let prefix = format!("{topic}:");
    let from = all.range(prefix.clone()..).map(|(_, one)| one);
    from.take_while(move |one| one.arn.starts_with(&prefix))
}

fn text<'r>(request: &'r Value, member: &str) -> &'r str {
    request[member].as_str().unwrap_or_default()
}

fn invalid(message: impl AsRef<str>) -> ApiError {
    ApiError::new(
        "InvalidParameter",
        format!("Invalid parameter: {}", message.as_ref()),
    )
}

fn no_topic() -> ApiError {
    ApiError::new("NotFound", "Topic does not exist").with_status(404)
}

fn no_subscription() -> ApiError {
    ApiError::new("NotFound", "Subscription does not exist").with_status(404)
}

/// The account may do everything with its topic.
fn default_policy(arn: &str) -> String {
    let actions = [
        "GetTopicAttributes",
        "SetTopicAttributes",
        "AddPermission",
        "RemovePermission",
        "DeleteTopic",
        "Subscribe",
        "ListSubscriptionsByTopic",
        "Publish",
    ];
    json!({
        "Version": "2008-10-17",
        "Id": "__default_policy_ID",
        "Statement": [{
            "Sid": "__default_statement_ID",
            "Effect": "Allow",
            "Principal": { "AWS": "*" },
            "Action": actions.map(|action| format!("SNS:{action}")),
            "Resource": arn,
            "Condition": { "StringEquals": { "AWS:SourceOwner": crate::ACCOUNT } },
        }],
    })
    .to_string()
}
