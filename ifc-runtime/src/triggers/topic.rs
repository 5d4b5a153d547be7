//! Notifications of a topic.

use std::collections::BTreeMap;
use std::ops::Deref;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::{nullish, read, read_text};
use crate::Topic;
use crate::backend::BoxFuture;
use crate::context::CORRELATION_ATTRIBUTE;
use crate::dispatch::{Each, Payload, Reply, Trigger, done, guarded, unreadable};

/// A notification with what the topic says of it. Gives access to the payload's own methods and
/// fields.
#[derive(Clone, Debug, PartialEq)]
pub struct Notification<T> {
    /// What was published.
    pub body: T,
    /// Id of the notification.
    pub id: String,
    /// Subject, if one was given.
    pub subject: Option<String>,
    /// When it was published, as in `2027-01-31T08:00:00.000Z`.
    pub time: String,
    /// Attributes that hold text or numbers.
    pub attributes: BTreeMap<String, String>,
}

impl<T> Notification<T> {
    /// The payload alone.
    pub fn into_inner(self) -> T {
        self.body
    }
}

impl<T> Deref for Notification<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.body
    }
}

#[derive(Deserialize)]
struct SnsEvent {
    #[serde(rename = "Records")]
    records: Vec<SnsRecord>,
}

#[derive(Deserialize)]
struct SnsRecord {
    #[serde(rename = "Sns")]
    sns: SnsMessage,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SnsMessage {
    #[serde(default)]
    message_id: String,
    #[serde(default)]
    subject: Option<String>,
    #[serde(default)]
    message: String,
    #[serde(default)]
    timestamp: String,
    #[serde(default, deserialize_with = "nullish")]
    message_attributes: BTreeMap<String, SnsAttribute>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SnsAttribute {
    #[serde(default)]
    value: String,
}

fn trigger<T, A>(
    handler: impl Fn(A) -> BoxFuture<'static, Reply> + Send + Sync + 'static,
    argument: fn(Notification<T>) -> A,
) -> Trigger
where
    T: DeserializeOwned + Send + 'static,
    A: Send + 'static,
{
    let handler = std::sync::Arc::new(handler);
    Trigger {
        source: "topic",
        deliver: Box::new(move |event| {
            let handler = handler.clone();
            Box::pin(async move {
                let sns: SnsEvent = read(&event.payload, "the notification of the topic")?;
                let mut reply = Reply::Done;
                // SNS sends one at a time; the form allows more.
                for SnsRecord { sns } in sns.records {
                    let body = read_text(&sns.message)
                        .map_err(|error| unreadable("the body of the notification", &error))?;
                    let attributes: BTreeMap<String, String> = sns
                        .message_attributes
                        .into_iter()
                        .map(|(name, attribute)| (name, attribute.value))
                        .collect();
                    let mut context = event.context.clone();
                    if let Some(id) = attributes.get(CORRELATION_ATTRIBUTE) {
                        context.correlation_id.clone_from(id);
                    }
                    let id = sns.message_id.clone();
                    let notification = Notification {
                        body,
                        id: sns.message_id,
                        subject: sns.subject,
                        time: sns.timestamp,
                        attributes,
                    };
                    let future = async { handler(argument(notification)).await };
                    reply = guarded(context, Some(&id), future).await;
                    if matches!(reply, Reply::Failed(_)) {
                        break;
                    }
                }
                done(reply)
            })
        }),
    }
}

impl<T: DeserializeOwned + Send + 'static, O> Payload<Topic<T, O>> for T {
    type Mode = Each;

    fn trigger<F>(handler: F) -> Trigger
    where
        F: Fn(T) -> BoxFuture<'static, Reply> + Send + Sync + 'static,
    {
        trigger(handler, Notification::<T>::into_inner)
    }
}

impl<T: DeserializeOwned + Send + 'static, O> Payload<Topic<T, O>> for Notification<T> {
    type Mode = Each;

    fn trigger<F>(handler: F) -> Trigger
    where
        F: Fn(Notification<T>) -> BoxFuture<'static, Reply> + Send + Sync + 'static,
    {
        trigger::<T, _>(handler, |notification| notification)
    }
}
