//! Requests to a topic.

use super::queue::{SendMessage, SendMessages};
use super::{BoxFuture, Outcomes};
use crate::error::Result;

/// What a topic can do. Each method is one request.
pub trait TopicBackend: Send + Sync {
    /// Gives the id of the message.
    fn publish(&self, request: SendMessage) -> BoxFuture<'_, Result<String>>;
    /// At most 10 messages and 256 KiB.
    fn publish_batch(&self, request: SendMessages) -> BoxFuture<'_, Result<Outcomes>>;
}
