//! What services give to functions, queues and buses by themselves, in one form.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::bucket::ObjectEvent;
use crate::bus;
use crate::retry::Backoff;
use crate::schedule::Fired;
use crate::topic;

/// Something on its way from a service to an endpoint.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) enum Parcel {
    /// A notification.
    Topic(topic::Delivery),
    /// An event of a bus.
    Rule(bus::Delivery),
    /// A run of a schedule.
    Schedule(Fired),
    /// A change of an object.
    Object(ObjectEvent),
}

/// Why a delivery failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cause {
    /// The endpoint is not there.
    Missing,
    /// The service may not deliver to it.
    Denied,
    /// The endpoint does not take what is delivered.
    Unfit,
    /// The endpoint did not answer, so that another try may succeed.
    Unanswered,
}

/// A parcel that waits for its next try.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Pending {
    pub(super) parcel: Parcel,
    /// Tries so far.
    pub(super) tries: u32,
    pub(super) first: u64,
    /// For the jitter of the waits.
    pub(super) seed: u64,
    pub(super) trace: String,
}

impl Parcel {
    /// The principal that delivers.
    pub(super) fn service(&self) -> &'static str {
        match self {
            Parcel::Topic(_) => "sns.amazonaws.com",
            Parcel::Rule(_) => "events.amazonaws.com",
            Parcel::Schedule(_) => "scheduler.amazonaws.com",
            Parcel::Object(_) => "s3.amazonaws.com",
        }
    }

    /// What policies see as `aws:SourceArn`.
    pub(super) fn source(&self) -> Cow<'_, str> {
        match self {
            Parcel::Topic(delivery) => delivery.notification.topic.as_str().into(),
            Parcel::Rule(delivery) => delivery.rule.as_str().into(),
            Parcel::Schedule(fired) => fired.schedule.as_str().into(),
            Parcel::Object(event) => format!("arn:aws:s3:::{}", event.bucket).into(),
        }
    }

    /// For people: `topic ` and what it comes from.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Parcel::Topic(_) => "topic",
            Parcel::Rule(_) => "bus",
            Parcel::Schedule(_) => "schedule",
            Parcel::Object(_) => "bucket",
        }
    }

    /// ARN of where it goes.
    pub(super) fn endpoint(&self) -> &str {
        match self {
            Parcel::Topic(delivery) => &delivery.endpoint,
            Parcel::Rule(delivery) => &delivery.endpoint,
            Parcel::Schedule(fired) => &fired.endpoint,
            Parcel::Object(event) => &event.destination,
        }
    }

    /// The role whose rights count instead of the endpoint's policy.
    pub(super) fn role(&self) -> Option<&str> {
        match self {
            Parcel::Topic(_) | Parcel::Object(_) => None,
            Parcel::Rule(delivery) => delivery.role.as_deref(),
            Parcel::Schedule(fired) => Some(&fired.role),
        }
    }

    /// The event that a function receives, at an attempt from 1 on.
    pub(super) fn event(&self, attempt: u32) -> String {
        match self {
            Parcel::Topic(delivery) => delivery.event().to_string(),
            Parcel::Rule(delivery) => delivery.input.clone(),
            Parcel::Schedule(fired) => fired.input(attempt),
            Parcel::Object(event) => event.message.to_string(),
        }
    }

    /// The members of `SendMessage` for a queue, but for `QueueUrl`.
    pub(super) fn message(&self, attempt: u32) -> Result<Value, String> {
        let plain = |body: String, group: Option<&str>| {
            let mut request = serde_json::json!({ "MessageBody": body });
            if let Some(group) = group {
                request["MessageGroupId"] = group.into();
            }
            Ok(request)
        };
        match self {
            Parcel::Topic(delivery) => delivery.queue_message(),
            Parcel::Rule(delivery) => plain(delivery.input.clone(), delivery.group.as_deref()),
            Parcel::Schedule(fired) => {
                let group = fired.target["SqsParameters"]["MessageGroupId"].as_str();
                plain(fired.input(attempt), group)
            }
            Parcel::Object(event) => plain(event.message.to_string(), None),
        }
    }

    /// As `ERROR_CODE` of a dead letter says it. Rules have codes of their own, schedules those of the
    /// API that is called.
    ///
    /// Source: EventBridge User Guide, "Using dead-letter queues to process undelivered events in
    /// EventBridge"; EventBridge Scheduler User Guide, "Configuring a schedule's dead-letter queue in
    /// EventBridge Scheduler", which shows `AWS.SimpleQueueService.NonExistentQueue`; the API references
    /// of the targets.
    pub(super) fn error_code(&self, cause: Cause) -> &'static str {
        let by_schedule = matches!(self, Parcel::Schedule(_));
        let service = self.endpoint().split(':').nth(2).unwrap_or_default();
        match (cause, service) {
            (Cause::Missing, "sqs") if by_schedule => "AWS.SimpleQueueService.NonExistentQueue",
            (Cause::Missing, _) if by_schedule => "ResourceNotFoundException",
            (Cause::Denied, "sqs") if by_schedule => "AccessDenied",
            (Cause::Denied, _) if by_schedule => "AccessDeniedException",
            (Cause::Unfit, _) if by_schedule => "InvalidParameterValue",
            (Cause::Unanswered, "sqs") if by_schedule => "ServiceUnavailable",
            (Cause::Unanswered, _) if by_schedule => "ServiceException",
            (Cause::Missing, _) => "NO_RESOURCE",
            (Cause::Denied, _) => "NO_PERMISSIONS",
            (Cause::Unfit, _) => "INVALID_PARAMETER",
            (Cause::Unanswered, _) => "TIMEOUT",
        }
    }

    /// For people: the code and what is wrong.
    pub(super) fn refusal(&self, cause: Cause, message: &str) -> String {
        format!("{}: {message}", self.error_code(cause))
    }

    /// Retries and seconds after which it is given up.
    pub(super) fn limits(&self) -> (u32, u64) {
        match self {
            // The steps of topics end by themselves, after 23 days.
            Parcel::Topic(_) | Parcel::Object(_) => (u32::MAX, u64::MAX),
            Parcel::Rule(delivery) => (delivery.retries, delivery.max_age),
            Parcel::Schedule(fired) => (fired.retries, fired.max_age),
        }
    }

    pub(super) fn backoff(&self) -> Backoff {
        match self {
            Parcel::Topic(_) => Backoff::Topic,
            // S3 says only that it tries again.
            Parcel::Rule(_) | Parcel::Schedule(_) | Parcel::Object(_) => Backoff::Bus,
        }
    }

    /// ARN of the queue for what cannot be delivered.
    pub(super) fn dead_letters(&self) -> Option<&str> {
        match self {
            Parcel::Topic(delivery) => delivery.dead_letters.as_deref(),
            Parcel::Rule(delivery) => delivery.dead_letters.as_deref(),
            Parcel::Schedule(fired) => fired.dead_letters.as_deref(),
            Parcel::Object(_) => None,
        }
    }

    /// The members of the `SendMessage` that keeps it, but for `QueueUrl`.
    pub(super) fn dead_letter(
        &self,
        code: &str,
        message: &str,
        tries: u32,
        exhausted: Option<&str>,
    ) -> Result<Value, String> {
        match self {
            Parcel::Topic(delivery) => delivery.queue_message(),
            Parcel::Rule(delivery) => Ok(delivery.dead_letter(code, message, tries, exhausted)),
            Parcel::Schedule(fired) => Ok(fired.dead_letter(code, message, tries, exhausted)),
            Parcel::Object(_) => self.message(tries),
        }
    }
}
