//! Whom a bucket tells of changes, and what it tells.
//!
//! Source: Amazon S3 User Guide, "Amazon S3 Event Notifications" and "Event message structure".

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::object::NULL;
use super::{Buckets, argument, list, text};
use crate::error::ApiError;
use crate::{moment, percent};

/// A message for one destination.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ObjectEvent {
    /// ARN of the function, queue or topic.
    pub destination: String,
    /// Name of the bucket.
    pub bucket: String,
    /// The message: `{"Records": [..]}`, or the test message that queues and topics get when they are
    /// made a destination.
    #[serde(with = "crate::serial::json")]
    pub message: Value,
}

/// Who is told of what.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Listener {
    id: String,
    destination: String,
    /// `ObjectCreated:*`, without the `s3:` in front.
    events: Vec<String>,
    prefix: String,
    suffix: String,
}

/// A change of an object.
pub(super) struct Happening<'h> {
    /// `ObjectCreated:Put`.
    pub(super) event: &'static str,
    pub(super) key: &'h str,
    pub(super) size: Option<u64>,
    pub(super) etag: Option<&'h str>,
    pub(super) version: &'h str,
}

/// Members of a configuration, the member of each with its destination, and the service in that's ARN.
const DESTINATIONS: &[(&str, &str, &str)] = &[
    (
        "LambdaFunctionConfigurations",
        "LambdaFunctionArn",
        "lambda",
    ),
    ("QueueConfigurations", "QueueArn", "sqs"),
    ("TopicConfigurations", "TopicArn", "sns"),
];

/// Events that happen here.
const EVENTS: &[&str] = &[
    "ObjectCreated:Put",
    "ObjectCreated:Copy",
    "ObjectCreated:CompleteMultipartUpload",
    "ObjectRemoved:Delete",
    "ObjectRemoved:DeleteMarkerCreated",
    "LifecycleExpiration:Delete",
    "LifecycleExpiration:DeleteMarkerCreated",
];

/// Events that can be asked for and never happen here.
const OTHERS: &[&str] = &[
    "ObjectCreated:Post",
    "ObjectRestore:*",
    "ObjectRestore:Post",
    "ObjectRestore:Completed",
    "ObjectRestore:Delete",
    "ReducedRedundancyLostObject",
    "Replication:*",
    "LifecycleTransition",
    "IntelligentTiering",
    "ObjectTagging:*",
    "ObjectTagging:Put",
    "ObjectTagging:Delete",
    "ObjectAcl:Put",
];

impl Listener {
    fn read(configuration: &Value, member: &str, service: &str) -> Result<Listener, ApiError> {
        let destination = text(configuration, member);
        if destination.split(':').nth(2) != Some(service) {
            return Err(argument("The ARN is not well formed").with("ArgumentName", member));
        }
        let mut events = Vec::new();
        for event in list(configuration, "Events") {
            let event = event.as_str().unwrap_or_default();
            let name = event.strip_prefix("s3:").unwrap_or_default();
            let is_known = OTHERS.contains(&name)
                || EVENTS
                    .iter()
                    .any(|known| matches(name, known) && !name.is_empty());
            if !is_known {
                return Err(argument(format!(
                    "The event '{event}' is not supported for notifications"
                )));
            }
            events.push(name.to_owned());
        }
        if events.is_empty() {
            return Err(super::malformed());
        }
        let (mut prefix, mut suffix) = (String::new(), String::new());
        for rule in list(&configuration["Filter"]["Key"], "FilterRules") {
            let value = text(rule, "Value").to_owned();
            match text(rule, "Name").to_ascii_lowercase().as_str() {
                "prefix" => prefix = value,
                "suffix" => suffix = value,
                _ => return Err(argument("filter rule name must be either prefix or suffix")),
            }
        }
        Ok(Listener {
            id: text(configuration, "Id").to_owned(),
            destination: destination.to_owned(),
            events,
            prefix,
            suffix,
        })
    }

    fn hears(&self, happening: &Happening<'_>) -> bool {
        let key = happening.key;
        key.starts_with(&self.prefix)
            && key.ends_with(&self.suffix)
            && self
                .events
                .iter()
                .any(|event| matches(event, happening.event))
    }

    /// Whether some change could be told to both.
    fn overlaps(&self, other: &Listener) -> bool {
        let event = |a: &String| {
            let same = |b: &String| matches(a, b) || matches(b, a);
            other.events.iter().any(same)
        };
        let starts = |a: &str, b: &str| a.starts_with(b) || b.starts_with(a);
        let ends = |a: &str, b: &str| a.ends_with(b) || b.ends_with(a);
        starts(&self.prefix, &other.prefix)
            && ends(&self.suffix, &other.suffix)
            && self.events.iter().any(event)
    }
}

/// Whether a name of events, which may end with `*`, has this one.
fn matches(name: &str, event: &str) -> bool {
    match name.strip_suffix('*') {
        Some(start) => event.starts_with(start),
        None => name == event,
    }
}

impl Buckets {
    pub(super) fn set_notifications(&mut self, input: &Value, now: u64) -> Result<Value, ApiError> {
        let configuration = &input["NotificationConfiguration"];
        if !configuration["EventBridgeConfiguration"].is_null() {
            return Err(
                ApiError::new("NotImplemented", "buckets do not tell EventBridge here")
                    .with_status(501),
            );
        }
        let mut configuration = match configuration {
            Value::Null => json!({}),
            given => given.clone(),
        };
        let mut listeners: Vec<Listener> = Vec::new();
        for (member, destination, service) in DESTINATIONS {
            let entries = configuration.get_mut(*member).and_then(Value::as_array_mut);
            for entry in entries.into_iter().flatten() {
                if !entry["Id"].is_string() {
                    entry["Id"] = self.ids.uuid().into();
                }
                let listener = Listener::read(entry, destination, service)?;
                if listeners.iter().any(|other| other.overlaps(&listener)) {
                    return Err(argument(
                        "Configurations overlap. Configurations on the same bucket cannot share a common event type.",
                    ));
                }
                listeners.push(listener);
            }
        }
        let bucket = self.of_mut(input)?;
        let name = bucket.name.clone();
        let tested: Vec<String> = listeners
            .iter()
            .map(|listener| &listener.destination)
            .filter(|arn| arn.split(':').nth(2) != Some("lambda"))
            .filter(|arn| !bucket.listeners.iter().any(|old| old.destination == **arn))
            .cloned()
            .collect();
        bucket.listeners = listeners;
        bucket.configurations.insert(
            "PutBucketNotificationConfiguration".to_owned(),
            configuration,
        );
        for destination in tested {
            let message = json!({
                "Service": "Amazon S3",
                "Event": "s3:TestEvent",
                "Time": moment::iso(now),
                "Bucket": name,
                "RequestId": self.request_id(),
                "HostId": self.ids.uuid(),
            });
            self.events.push(ObjectEvent {
                destination,
                bucket: name.clone(),
                message,
            });
        }
        Ok(json!({}))
    }

    fn request_id(&mut self) -> String {
        format!("{:016X}", self.ids.number())
    }

    /// Tells those who want to hear of it.
    pub(super) fn tell(&mut self, bucket: &str, happening: &Happening<'_>, now: u64) {
        self.changes += 1;
        let Some(bucket) = self.buckets.get(bucket) else {
            return;
        };
        let told: Vec<(String, String)> = bucket
            .listeners
            .iter()
            .filter(|listener| listener.hears(happening))
            .map(|listener| (listener.id.clone(), listener.destination.clone()))
            .collect();
        if told.is_empty() {
            return;
        }
        let (name, arn) = (bucket.name.clone(), bucket.arn());
        let by_lifecycle = happening.event.starts_with("LifecycleExpiration:");
        let (principal, address) = match by_lifecycle {
            true => ("s3.amazonaws.com".to_owned(), "s3.amazonaws.com"),
            false => (format!("AWS:{}", crate::ACCOUNT), "127.0.0.1"),
        };
        let mut object = json!({
            "key": encoded(happening.key),
            "sequencer": format!("{:018X}", self.changes),
        });
        if let Some(size) = happening.size {
            object["size"] = size.into();
        }
        if let Some(etag) = happening.etag {
            object["eTag"] = etag.into();
        }
        if happening.version != NULL {
            object["versionId"] = happening.version.into();
        }
        let (request, host) = (self.request_id(), self.ids.uuid());
        for (id, destination) in told {
            let record = json!({
                "eventVersion": if by_lifecycle { "2.3" } else { "2.1" },
                "eventSource": "aws:s3",
                "awsRegion": crate::REGION,
                "eventTime": moment::iso(now),
                "eventName": happening.event,
                "userIdentity": { "principalId": principal },
                "requestParameters": { "sourceIPAddress": address },
                "responseElements": { "x-amz-request-id": request, "x-amz-id-2": host },
                "s3": {
                    "s3SchemaVersion": "1.0",
                    "configurationId": id,
                    "bucket": {
                        "name": name,
                        "ownerIdentity": { "principalId": crate::ACCOUNT },
                        "arn": arn,
                    },
                    "object": object,
                },
            });
            self.events.push(ObjectEvent {
                destination,
                bucket: name.clone(),
                message: json!({ "Records": [record] }),
            });
        }
    }
}

/// A key as events have it: a space is `+`.
fn encoded(key: &str) -> String {
    percent::encode(key, "/ *").replace(' ', "+")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_encoded_as_forms_are() {
        assert_eq!(encoded("a/red flower+1.jpg"), "a/red+flower%2B1.jpg");
        assert_eq!(encoded("ü&=%"), "%C3%BC%26%3D%25");
    }

    #[test]
    fn an_empty_event_name_is_no_event() {
        let configuration = json!({
            "QueueArn": "arn:aws:sqs:us-east-1:000000000000:q", "Events": ["ObjectCreated:Put"],
        });
        assert!(Listener::read(&configuration, "QueueArn", "sqs").is_err());
    }
}
