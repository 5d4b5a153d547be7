//! Queues, on SQS.

use std::marker::PhantomData;
use std::time::Duration;

use serde::Serialize;

use super::declared::Declared;
use super::{Fifo, Standard, outgoing};
use crate::backend::call;
use crate::backend::queue::{OutgoingMessage, QueueDepth, SendMessage, SendMessages};
use crate::error::{Error, Result};

const MOST_ENTRIES: usize = 10;
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
    declared: Declared,
    content_deduplication: bool,
    payload: PhantomData<fn(T) -> O>,
}

impl<T, O> Queue<T, O> {
    /// The initialiser of a static with `#[resource]`.
    #[allow(clippy::new_without_default, reason = "resources are statics")]
    pub const fn new() -> Self {
        Queue {
            declared: Declared::unnamed(),
            content_deduplication: false,
            payload: PhantomData,
        }
    }

    #[doc(hidden)]
    pub const fn __declared(self, name: &'static str) -> Self {
        let content_deduplication = self.content_deduplication;
        std::mem::forget(self);
        Queue {
            declared: Declared::named(name),
            content_deduplication,
            payload: PhantomData,
        }
    }

    /// For `#[resource(deduplicate)]`: the queue makes deduplication ids from the content.
    #[doc(hidden)]
    pub const fn __content_deduplication(mut self) -> Self {
        self.content_deduplication = true;
        self
    }

    /// The URL of the queue, for use with an SDK client. Needs no permission.
    ///
    /// # Panics
    /// If the environment variable `IFC_<NAME>` is not set, which the template does for each function
    /// that uses the queue.
    pub fn name(&self) -> &'static str {
        self.declared.physical_or_panic()
    }

    /// About how many messages the queue holds. Permission: `sqs:GetQueueAttributes`.
    pub async fn depth(&self) -> Result<QueueDepth> {
        self.named("depth", async {
            call!(queue, "queue", QueueBackend::depth, self.declared.target()?)
        })
        .await
    }

    async fn send_one(&self, message: OutgoingMessage) -> Result<String> {
        let request = SendMessage {
            target: self.declared.target()?,
            message,
        };
        call!(queue, "queue", QueueBackend::send, request)
    }

    async fn send_batch(&self, messages: Vec<OutgoingMessage>) -> Result<Vec<String>> {
        let target = self.declared.target()?;
        let chunks = outgoing::chunks(
            messages.iter().map(outgoing::size),
            MOST_ENTRIES,
            MOST_BYTES,
        );
        outgoing::send_chunks(&messages, chunks, "messages", |messages| async move {
            call!(
                queue,
                "queue",
                QueueBackend::send_batch,
                SendMessages { target, messages }
            )
        })
        .await
    }

    async fn named<R>(
        &self,
        operation: &'static str,
        future: impl Future<Output = Result<R>>,
    ) -> Result<R> {
        future
            .await
            .map_err(|error| error.at(operation, self.declared.resource()))
    }
}

impl<T: Serialize> Queue<T, Standard> {
    /// Sends a message and gives its id. Permission: `sqs:SendMessage`.
    pub async fn send(&self, payload: &T) -> Result<String> {
        self.named("send", async {
            self.send_one(outgoing::message(payload)?).await
        })
        .await
    }

    /// Sends a message that can be received after a delay of at most 15 minutes; parts of seconds are
    /// rounded up. Permission: `sqs:SendMessage`.
    pub async fn send_after(&self, payload: &T, delay: Duration) -> Result<String> {
        self.named("send_after", async {
            if delay > LONGEST_DELAY {
                return Err(Error::invalid(format!(
                    "the delay of {delay:?} is over the limit of 15 minutes; use a schedule instead"
                )));
            }
            let mut message = outgoing::message(payload)?;
            message.delay = Some(delay);
            self.send_one(message).await
        })
        .await
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
        let messages: Result<Vec<_>> = payloads.into_iter().map(outgoing::message).collect();
        self.named("send_many", async { self.send_batch(messages?).await })
            .await
    }
}

impl<T: Serialize> Queue<T, Fifo> {
    /// Sends a message to a group and gives its id. Messages of a group are handled one after the other,
    /// in order.
    ///
    /// Each call is a message of its own, unless the queue is declared with `deduplicate`: then equal
    /// content within five minutes is one message. Permission: `sqs:SendMessage`.
    pub async fn send_in(&self, group: &str, payload: &T) -> Result<String> {
        self.named("send_in", async {
            self.send_one(self.grouped(group, payload)?).await
        })
        .await
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
        self.named("send_in_once", async {
            let mut message = self.grouped(group, payload)?;
            message.deduplication_id = Some(deduplication_id.to_owned());
            self.send_one(message).await
        })
        .await
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
        let messages: Result<Vec<_>> = payloads
            .into_iter()
            .map(|payload| self.grouped(group, payload))
            .collect();
        self.named("send_many_in", async { self.send_batch(messages?).await })
            .await
    }

    fn grouped(&self, group: &str, payload: &T) -> Result<OutgoingMessage> {
        let mut message = outgoing::message(payload)?;
        message.group = Some(group.to_owned());
        message.deduplication_id = (!self.content_deduplication).then(outgoing::unique_id);
        Ok(message)
    }
}
