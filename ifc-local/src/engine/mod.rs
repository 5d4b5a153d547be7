//! The engine: all services of an account as one deterministic state machine.
//!
//! It has no clock, no threads and no I/O. Every method takes the time in milliseconds since 1970; the
//! same calls with the same times and seed give the same answers and ids, so that a run can be repeated
//! from a journal. A driver runs what [`Engine::begin`] gives (as processes, or as handlers in this
//! process), reports with [`Engine::finish`], and comes back at [`Engine::due`].

mod invocation;

use serde_json::Value;

use crate::call::{Answer, Call, Caller};
use crate::error::ApiError;
use crate::queue::Queues;
use crate::table::Tables;

pub use invocation::{Invocation, Outcome};

/// What an engine is made with.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where clients find the services: `http://127.0.0.1:4566`. URLs of queues begin with it.
    pub endpoint: String,
    /// The same seed gives the same ids.
    pub seed: u64,
    /// The most invocations of one function at a time, where it reserves no other number.
    pub concurrency: usize,
}

/// What a call comes to.
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    /// An answer.
    Done(Answer),
    /// The answer is that of an invocation, which has this request id: see [`Outcome::answer`].
    Invoked(String),
}

/// All services of an account in a region.
#[derive(Debug)]
pub struct Engine {
    queues: Queues,
    tables: Tables,
}

impl Engine {
    /// An engine with nothing in it.
    pub fn new(settings: &Settings) -> Engine {
        Engine {
            queues: Queues::new(settings.endpoint.clone(), settings.seed),
            tables: Tables::default(),
        }
    }

    /// Answers a call, if the caller's role and the resource's policy allow it.
    ///
    /// # Errors
    /// As the services give them; `AccessDenied` or the service's own name for it, with the function,
    /// the action, the resource and the reason in the message.
    pub fn call(&mut self, caller: &Caller, call: &Call, now: u64) -> Result<Reply, ApiError> {
        let _ = caller;
        let answer: Value = match call.service.as_str() {
            "sqs" => self.queues.call(&call.operation, &call.input, now)?,
            "dynamodb" => self.tables.call(&call.operation, &call.input, now)?,
            other => {
                return Err(ApiError::new(
                    "UnknownService",
                    format!("there is no service {other} here"),
                ));
            }
        };
        Ok(Reply::Done(answer.into()))
    }

    /// The invocations that start now, in order.
    pub fn begin(&mut self, now: u64) -> Vec<Invocation> {
        let _ = now;
        Vec::new()
    }

    /// Takes the end of an invocation, by its request id.
    pub fn finish(&mut self, invocation: &str, outcome: Outcome, now: u64) {
        let _ = (invocation, outcome, now);
    }

    /// When something happens by itself next.
    pub fn due(&self) -> Option<u64> {
        None
    }
}
