//! Requests to a function.

use bytes::Bytes;

use super::{BoxFuture, Target};
use crate::error::Result;

/// Invokes a function.
#[derive(Clone, Debug)]
pub struct Invoke {
    /// Which one.
    pub target: Target,
    /// The request as JSON.
    pub payload: Bytes,
    /// Travels beside the payload, or inside where there is no place beside it.
    pub correlation_id: Option<String>,
}

/// How an invocation ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Invoked {
    /// The response as JSON.
    Done(Bytes),
    /// The function failed.
    Failed {
        /// The type of the error, or `Unhandled`.
        error_type: String,
        /// The message.
        message: String,
    },
}

/// What a function can do. Each method is one request.
pub trait FunctionBackend: Send + Sync {
    /// Waits for the response; at most 6 MB each way.
    fn invoke(&self, request: Invoke) -> BoxFuture<'_, Result<Invoked>>;
    /// Does not wait; at most 1 MB.
    fn send(&self, request: Invoke) -> BoxFuture<'_, Result<()>>;
}
