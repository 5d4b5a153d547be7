//! Invocations: what a driver runs, and how they end.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::call::Answer;

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

impl Outcome {
    /// Whether the function did what it was asked.
    pub fn is_ok(&self) -> bool {
        matches!(self, Outcome::Returned(_))
    }

    /// The error as Lambda reports it, as JSON; `None` if there is none.
    pub fn error(&self, invocation: &str, seconds: u64) -> Option<Value> {
        let (error_type, message) = match self {
            Outcome::Returned(_) => return None,
            Outcome::Failed {
                error_type,
                message,
            } => (error_type.as_str(), message.clone()),
            Outcome::TimedOut => (
                "Sandbox.Timedout",
                format!("RequestId: {invocation} Error: Task timed out after {seconds}.00 seconds"),
            ),
            Outcome::Crashed { message } => (
                "Runtime.ExitError",
                format!("RequestId: {invocation} Error: {message}"),
            ),
        };
        Some(json!({ "errorType": error_type, "errorMessage": message }))
    }

    /// What the caller of `Invoke` is answered. `seconds` is the function's timeout.
    pub fn answer(&self, invocation: &str, seconds: u64) -> Answer {
        let mut answer = Answer {
            output: json!({ "StatusCode": 200, "ExecutedVersion": "$LATEST" }),
            body: Vec::new(),
        };
        match (self, self.error(invocation, seconds)) {
            (Outcome::Returned(text), _) => answer.body = text.clone().into_bytes(),
            (_, error) => {
                answer.output["FunctionError"] = "Unhandled".into();
                answer.body = error.unwrap_or_default().to_string().into_bytes();
            }
        }
        answer
    }
}
