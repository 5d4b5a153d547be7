//! Invocations: what a driver runs, and how they end.

use serde::{Deserialize, Serialize};

/// An invocation that a driver runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invocation {
    /// Request id.
    pub id: String,
    /// Name of the function in the manifest.
    pub function: String,
    /// The event, as JSON.
    pub payload: String,
    /// When it is ended by force, in milliseconds since 1970.
    pub deadline: u64,
    /// The X-Ray header, for `_X_AMZN_TRACE_ID`.
    pub trace: String,
    /// What the caller sent beside the payload: JSON of Lambda's client context.
    pub client_context: Option<String>,
    /// What made it run: `http POST /orders`, `queue SHIPMENTS`, `invoke`.
    pub source: String,
}

/// How an invocation ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// With this JSON.
    Returned(String),
    /// With an error of the handler.
    Failed {
        /// Its type.
        error_type: String,
        /// Its message.
        message: String,
    },
    /// It took longer than the function's timeout.
    TimedOut,
    /// The process ended.
    Crashed {
        /// What is known: `exit status: 101`, `signal: 9 (out of memory)`.
        message: String,
    },
}
