//! What happened, for whoever watches: calls with their decisions, invocations, deliveries.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::access::Decided;
use super::invocation::Outcome;
use crate::call::Caller;

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// When, in milliseconds since 1970.
    pub at: u64,
    /// What it belongs to: the `Root` of the X-Ray header that all consequences of one event share.
    pub trace: String,
    /// What it is.
    #[serde(flatten)]
    pub what: What,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum What {
    /// A service was called.
    Called {
        /// Who called.
        caller: Caller,
        /// `sqs`.
        service: String,
        /// `SendMessage`.
        operation: String,
        /// ARNs of what it was about.
        resources: Vec<String>,
        /// The request.
        input: Value,
        /// The code of the error that it was answered with.
        error: Option<String>,
        /// What was decided on the way.
        decisions: Vec<Decided>,
    },
    /// A service did something with the rights of a role, such as to poll a queue, or was not allowed
    /// to; the same is recorded once.
    Decided {
        /// What was decided.
        decided: Decided,
    },
    /// A service gave something to another, or wanted to.
    Delivered {
        /// ARN of the topic, rule, bucket or schedule.
        from: String,
        /// ARN of the queue or function.
        to: String,
        /// What was delivered.
        payload: String,
        /// Why it could not.
        error: Option<String>,
    },
    /// A function began to run.
    Started {
        /// Request id.
        invocation: String,
        /// Name in the manifest.
        function: String,
        /// `http POST /orders`, `queue SHIPMENTS`.
        source: String,
        /// The event.
        payload: String,
        /// The how-manieth try it is, from 1.
        attempt: u64,
        /// Traces of all messages of a batch.
        traces: Vec<String>,
        /// Segments that it comes from, one or more of a batch. That of an invocation is the first 16
        /// digits of its request id.
        parents: Vec<String>,
    },
    /// A function ended.
    Ended {
        /// Request id.
        invocation: String,
        /// Name in the manifest.
        function: String,
        /// How.
        outcome: Outcome,
        /// Milliseconds.
        duration: u64,
        /// Messages or changes of the batch that were not handled.
        failed: Vec<String>,
    },
    /// Something was given up and put into a queue for dead letters.
    DeadLetter {
        /// ARN of the queue.
        queue: String,
        /// ARN of where it comes from.
        from: String,
        /// Why.
        reason: String,
    },
    /// A function wrote a line to its log.
    Logged {
        /// Request id, if the function was handling something.
        invocation: Option<String>,
        /// Name in the manifest.
        function: String,
        /// What it wrote.
        line: String,
    },
    /// Times of a schedule passed while nobody was there: one run stands for them all.
    LeftOut {
        /// ARN of the schedule.
        schedule: String,
        /// The first of the times, in milliseconds since 1970.
        first: u64,
        /// The last of them, for which it runs.
        last: u64,
    },
    /// Something was given up and is lost.
    Lost {
        /// ARN of where it comes from.
        from: String,
        /// Why, and why it could not be kept.
        reason: String,
        /// What was lost.
        payload: String,
    },
}
