//! What queues and topics share: groups, deduplication, and batches.

use std::future::Future;

use serde::Serialize;

use super::declared::Declared;
use super::outgoing;
use crate::backend::Outcomes;
use crate::backend::queue::{OutgoingMessage, SendMessage, SendMessages};
use crate::error::Result;

const MOST_ENTRIES: usize = 10;

pub(super) struct Sender {
    pub(super) declared: Declared,
    content_deduplication: bool,
    /// The most that one request may hold.
    most_bytes: usize,
}

impl Sender {
    pub(super) const fn new(most_bytes: usize) -> Self {
        Sender {
            declared: Declared::unnamed(),
            content_deduplication: false,
            most_bytes,
        }
    }

    /// The same under another name.
    pub(super) const fn named(&self, name: &'static str) -> Self {
        Sender {
            declared: Declared::named(name),
            content_deduplication: self.content_deduplication,
            most_bytes: self.most_bytes,
        }
    }

    /// The resource makes deduplication ids from the content.
    pub(super) const fn deduplicate(&mut self) {
        self.content_deduplication = true;
    }

    /// Sends one message as an operation of this name.
    pub(super) async fn one<F>(
        &self,
        operation: &'static str,
        message: Result<OutgoingMessage>,
        send: impl FnOnce(SendMessage) -> F,
    ) -> Result<String>
    where
        F: Future<Output = Result<String>>,
    {
        let sent = async {
            let target = self.declared.target()?;
            let message = message?;
            send(SendMessage { target, message }).await
        };
        self.declared.at(operation, sent).await
    }

    /// Sends many messages in as few requests as hold them.
    pub(super) async fn many<F>(
        &self,
        operation: &'static str,
        messages: impl Iterator<Item = Result<OutgoingMessage>>,
        send: impl Fn(SendMessages) -> F,
    ) -> Result<Vec<String>>
    where
        F: Future<Output = Result<Outcomes>>,
    {
        let messages: Result<Vec<_>> = messages.collect();
        let sent = async {
            let (target, messages) = (self.declared.target()?, messages?);
            let sizes = messages.iter().map(outgoing::size);
            let chunks = outgoing::chunks(sizes, MOST_ENTRIES, self.most_bytes);
            outgoing::send_chunks(&messages, chunks, "messages", |messages| {
                send(SendMessages { target, messages })
            })
            .await
        };
        self.declared.at(operation, sent).await
    }

    /// A message of a group; without an id it is one of its own, unless equal content is one message.
    pub(super) fn grouped<T: Serialize>(
        &self,
        group: &str,
        id: Option<&str>,
        payload: &T,
    ) -> Result<OutgoingMessage> {
        let mut message = outgoing::message(payload)?;
        message.group = Some(group.to_owned());
        message.deduplication_id = match id {
            Some(id) => Some(id.to_owned()),
            None => (!self.content_deduplication).then(outgoing::unique_id),
        };
        Ok(message)
    }
}
