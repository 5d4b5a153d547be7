//! Requests to a queue.

use std::collections::BTreeMap;
use std::time::Duration;

use super::{BoxFuture, Outcomes, Target};
use crate::error::Result;

/// A message on its way out, to a queue or a topic.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OutgoingMessage {
    /// The payload as JSON.
    pub body: String,
    /// String attributes.
    pub attributes: BTreeMap<String, String>,
    /// The X-Ray header.
    pub trace_header: Option<String>,
    /// How long the message stays invisible; queues only.
    pub delay: Option<Duration>,
    /// The group, in FIFO queues and topics.
    pub group: Option<String>,
    /// The deduplication id, in FIFO queues and topics.
    pub deduplication_id: Option<String>,
}

impl OutgoingMessage {
    /// The delay in whole seconds, upwards, so that no message comes early.
    pub fn delay_seconds(&self) -> Option<u64> {
        let delay = self.delay?;
        Some(delay.as_secs() + u64::from(delay.subsec_nanos() > 0))
    }
}

/// One or more messages to a queue or topic, at most 10.
#[derive(Clone, Debug)]
pub struct SendMessages {
    /// Where to.
    pub target: Target,
    /// The messages.
    pub messages: Vec<OutgoingMessage>,
}

/// One message to a queue or topic.
#[derive(Clone, Debug)]
pub struct SendMessage {
    /// Where to.
    pub target: Target,
    /// The message.
    pub message: OutgoingMessage,
}

/// About how many messages a queue holds; the counts lag behind by up to a minute.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct QueueDepth {
    /// Ready to be received.
    pub waiting: u64,
    /// Received, and neither deleted nor visible again.
    pub in_flight: u64,
    /// Delayed.
    pub delayed: u64,
}

/// What a queue can do. Each method is one request.
pub trait QueueBackend: Send + Sync {
    /// Gives the id of the message.
    fn send(&self, request: SendMessage) -> BoxFuture<'_, Result<String>>;
    /// At most 10 messages and 1 MiB.
    fn send_batch(&self, request: SendMessages) -> BoxFuture<'_, Result<Outcomes>>;
    /// The counts of messages.
    fn depth(&self, target: Target) -> BoxFuture<'_, Result<QueueDepth>>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_are_rounded_up() {
        let delayed = |delay| {
            let message = OutgoingMessage {
                delay,
                ..OutgoingMessage::default()
            };
            message.delay_seconds()
        };
        assert_eq!(delayed(None), None);
        assert_eq!(delayed(Some(Duration::from_millis(1))), Some(1));
        assert_eq!(delayed(Some(Duration::from_secs(5))), Some(5));
    }
}
