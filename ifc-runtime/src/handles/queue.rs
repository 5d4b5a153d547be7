//! Queues, on SQS.

use std::marker::PhantomData;
use std::time::Duration;

use serde::Serialize;

use super::sender::Sender;
use super::{Fifo, Standard, outgoing};
use crate::backend::call;
use crate::backend::queue::{OutgoingMessage, QueueDepth};
use crate::error::{Error, Result};

const MOST_BYTES: usize = 1024 * 1024;
const LONGEST_DELAY: Duration = Duration::from_secs(900);

/// A queue of messages of type `T`, on SQS; `Queue<T, Fifo>` keeps the order within each group.
///
/// ```no_run
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/docs/shop.rs"));
/// # async fn example(order: Order, posting: Posting) -> Result<()> {
/// #[resource]
/// pub static SHIPMENTS: Queue<Order> = Queue::new();
/// #[resource]
/// pub static LEDGER: Queue<Posting, Fifo> = Queue::new();
///
/// SHIPMENTS.send(&order).await?;
/// LEDGER.send_in(&posting.account, &posting).await?;
/// # Ok(())
/// # }
/// # fn main() {}
/// ```
///
/// Messages are JSON of at most 1 MiB. They carry the correlation id of the current event in the
/// attribute `ifc-correlation-id`, and its X-Ray header.
pub struct Queue<T, O = Standard> {
    pub(super) sender: Sender,
    payload: PhantomData<fn(T) -> O>,
}

impl<T, O> Queue<T, O> {
    /// The initialiser of a static with `#[resource]`.
    #[allow(clippy::new_without_default, reason = "resources are statics")]
    pub const fn new() -> Self {
        Queue {
            sender: Sender::new(MOST_BYTES),
            payload: PhantomData,
        }
    }

    #[doc(hidden)]
    pub const fn __declared(self, name: &'static str) -> Self {
        let sender = self.sender.named(name);
        std::mem::forget(self);
        Queue {
            sender,
            payload: PhantomData,
        }
    }

    /// For `#[resource(deduplicate)]`: the queue makes deduplication ids from the content.
    #[doc(hidden)]
    pub const fn __content_deduplication(mut self) -> Self {
        self.sender.deduplicate();
        self
    }

    /// The URL of the queue, for use with an SDK client. Needs no permission.
    ///
    /// # Panics
    /// If the environment variable `IFC_<NAME>` is not set, which the template does for each function
    /// that uses the queue.
    pub fn name(&self) -> &'static str {
        self.sender.declared.physical_or_panic()
    }

    /// About how many messages the queue holds. Permission: `sqs:GetQueueAttributes`.
    pub async fn depth(&self) -> Result<QueueDepth> {
        let declared = &self.sender.declared;
        let depth = async { call!(queue, "queue", QueueBackend::depth, declared.target()?) };
        declared.at("depth", depth).await
    }

    async fn send_one(
        &self,
        operation: &'static str,
        message: Result<OutgoingMessage>,
    ) -> Result<String> {
        let send = |request| async move { call!(queue, "queue", QueueBackend::send, request) };
        self.sender.one(operation, message, send).await
    }

    async fn send_all(
        &self,
        operation: &'static str,
        messages: impl Iterator<Item = Result<OutgoingMessage>>,
    ) -> Result<Vec<String>> {
        let send =
            |request| async move { call!(queue, "queue", QueueBackend::send_batch, request) };
        self.sender.many(operation, messages, send).await
    }
}

impl<T: Serialize> Queue<T, Standard> {
    /// Sends a message and gives its id. Permission: `sqs:SendMessage`.
    pub async fn send(&self, payload: &T) -> Result<String> {
        self.send_one("send", outgoing::message(payload)).await
    }

    /// Sends a message that can be received after a delay of at most 15 minutes; parts of seconds are
    /// rounded up. Permission: `sqs:SendMessage`.
    pub async fn send_after(&self, payload: &T, delay: Duration) -> Result<String> {
        let message = if delay > LONGEST_DELAY {
            Err(Error::invalid(format!(
                "the delay of {delay:?} is over the limit of 15 minutes; use a schedule instead"
            )))
        } else {
            outgoing::message(payload)
        };
        let delayed = message.map(|message| OutgoingMessage {
            delay: Some(delay),
            ..message
        });
        self.send_one("send_after", delayed).await
    }

    /// Sends many messages, in requests of 10, and gives their ids in order.
    ///
    /// Permission: `sqs:SendMessage`. Errors:
    /// [`PartialFailure`](crate::ErrorKind::PartialFailure), whose
    /// [`failures`](Error::failures) give the positions that were not sent; the others were.
    pub async fn send_many<'a>(
        &self,
        payloads: impl IntoIterator<Item = &'a T>,
    ) -> Result<Vec<String>>
    where
        T: 'a,
    {
        let messages = payloads.into_iter().map(outgoing::message);
        self.send_all("send_many", messages).await
    }
}

impl<T: Serialize> Queue<T, Fifo> {
    /// Sends a message to a group and gives its id. Messages of a group are handled one after the other,
    /// in order.
    ///
    /// Each call is a message of its own, unless the queue is declared with `deduplicate`: then equal
    /// content within five minutes is one message. Permission: `sqs:SendMessage`.
    pub async fn send_in(&self, group: &str, payload: &T) -> Result<String> {
        let message = self.sender.grouped(group, None, payload);
        self.send_one("send_in", message).await
    }

    /// Sends a message to a group, once: the same deduplication id within five minutes is one message.
    ///
    /// The id has 1 to 128 letters, digits and punctuation. Permission: `sqs:SendMessage`.
    pub async fn send_in_once(
        &self,
        group: &str,
        deduplication_id: &str,
        payload: &T,
    ) -> Result<String> {
        let message = self.sender.grouped(group, Some(deduplication_id), payload);
        self.send_one("send_in_once", message).await
    }

    /// Sends many messages to a group, in requests of 10, and gives their ids in order.
    ///
    /// Permission: `sqs:SendMessage`. Errors:
    /// [`PartialFailure`](crate::ErrorKind::PartialFailure), whose
    /// [`failures`](Error::failures) give the positions that were not sent. Later messages may have been
    /// sent all the same, so sending the failed ones again changes the order.
    pub async fn send_many_in<'a>(
        &self,
        group: &str,
        payloads: impl IntoIterator<Item = &'a T>,
    ) -> Result<Vec<String>>
    where
        T: 'a,
    {
        let payloads = payloads.into_iter();
        let messages = payloads.map(|payload| self.sender.grouped(group, None, payload));
        self.send_all("send_many_in", messages).await
    }
}
