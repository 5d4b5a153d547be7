//! Topics, on SNS.

use std::marker::PhantomData;

use serde::Serialize;

use super::sender::Sender;
use super::{Fifo, Standard, outgoing};
use crate::backend::call;
use crate::backend::queue::OutgoingMessage;
use crate::context::CORRELATION_ATTRIBUTE;
use crate::error::{Error, Result};

const MOST_BYTES: usize = 256 * 1024;

/// A topic of messages of type `T`, on SNS; `Topic<T, Fifo>` keeps the order within each group.
///
/// ```no_run
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/docs/shop.rs"));
/// # async fn example(alert: Alert) -> Result<()> {
/// #[resource]
/// pub static ALERTS: Topic<Alert> = Topic::new();
///
/// ALERTS.publish(&alert).await?;
/// ALERTS.publish_with(&alert, [("severity", "high")]).await?;
/// # Ok(())
/// # }
/// # fn main() {}
/// ```
///
/// Messages are JSON of at most 256 KiB. They carry the correlation id of the current event in the
/// attribute `ifc-correlation-id`.
pub struct Topic<T, O = Standard> {
    pub(super) sender: Sender,
    payload: PhantomData<fn(T) -> O>,
}

impl<T, O> Topic<T, O> {
    /// The initialiser of a static with `#[resource]`.
    #[allow(clippy::new_without_default, reason = "resources are statics")]
    pub const fn new() -> Self {
        Topic {
            sender: Sender::new(MOST_BYTES),
            payload: PhantomData,
        }
    }

    #[doc(hidden)]
    pub const fn __declared(self, name: &'static str) -> Self {
        let sender = self.sender.named(name);
        std::mem::forget(self);
        Topic {
            sender,
            payload: PhantomData,
        }
    }

    /// For `#[resource(deduplicate)]`: the topic makes deduplication ids from the content.
    #[doc(hidden)]
    pub const fn __content_deduplication(mut self) -> Self {
        self.sender.deduplicate();
        self
    }

    /// The ARN of the topic, for use with an SDK client. Needs no permission.
    ///
    /// # Panics
    /// If the environment variable `IFC_<NAME>` is not set, which the template does for each function
    /// that uses the topic.
    pub fn name(&self) -> &'static str {
        self.sender.declared.physical_or_panic()
    }

    async fn publish_one(
        &self,
        operation: &'static str,
        message: Result<OutgoingMessage>,
    ) -> Result<String> {
        let send = |request| async move { call!(topic, "topic", TopicBackend::publish, request) };
        self.sender.one(operation, message, send).await
    }
}

impl<T: Serialize> Topic<T, Standard> {
    /// Publishes a message and gives its id. Permission: `sns:Publish`.
    pub async fn publish(&self, payload: &T) -> Result<String> {
        self.publish_one("publish", outgoing::message(payload))
            .await
    }

    /// Publishes a message with string attributes, which filters of subscribers can match. Names
    /// beginning with `ifc-` are reserved.
    ///
    /// Permission: `sns:Publish`.
    pub async fn publish_with<K: Into<String>, V: Into<String>>(
        &self,
        payload: &T,
        attributes: impl IntoIterator<Item = (K, V)>,
    ) -> Result<String> {
        let mut message = outgoing::message(payload);
        for (name, value) in attributes {
            let (name, value) = (name.into(), value.into());
            message = message.and_then(|mut message| {
                if name == CORRELATION_ATTRIBUTE || name.starts_with("ifc-") {
                    return Err(Error::invalid(format!(
                        "the attribute name `{name}` is reserved"
                    )));
                }
                message.attributes.insert(name, value);
                Ok(message)
            });
        }
        self.publish_one("publish_with", message).await
    }

    /// Publishes many messages, in requests of 10, and gives their ids in order.
    ///
    /// Permission: `sns:Publish`. Errors:
    /// [`PartialFailure`](crate::ErrorKind::PartialFailure), whose
    /// [`failures`](Error::failures) give the positions that were not sent; the others were.
    pub async fn publish_many<'a>(
        &self,
        payloads: impl IntoIterator<Item = &'a T>,
    ) -> Result<Vec<String>>
    where
        T: 'a,
    {
        let messages = payloads.into_iter().map(outgoing::message);
        let send =
            |request| async move { call!(topic, "topic", TopicBackend::publish_batch, request) };
        self.sender.many("publish_many", messages, send).await
    }
}

impl<T: Serialize> Topic<T, Fifo> {
    /// Publishes a message in a group and gives its id. Subscribers see the messages of a group in order.
    ///
    /// Each call is a message of its own, unless the topic is declared with `deduplicate`: then equal
    /// content within five minutes is one message. Permission: `sns:Publish`.
    pub async fn publish_in(&self, group: &str, payload: &T) -> Result<String> {
        let message = self.sender.grouped(group, None, payload);
        self.publish_one("publish_in", message).await
    }

    /// Publishes a message in a group, once: the same deduplication id within five minutes is one
    /// message. Permission: `sns:Publish`.
    pub async fn publish_in_once(
        &self,
        group: &str,
        deduplication_id: &str,
        payload: &T,
    ) -> Result<String> {
        let message = self.sender.grouped(group, Some(deduplication_id), payload);
        self.publish_one("publish_in_once", message).await
    }
}
