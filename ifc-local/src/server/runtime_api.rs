//! Lambda's Runtime API for one process of a function.
//!
//! Each process has a socket of its own, since clients take an address without a path.
//! Source: Lambda Developer Guide, "Using the Lambda runtime API for custom runtimes".

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use http_body_util::Full;
use hyper::Method;
use hyper::body::Incoming;
use serde_json::{Value, json};
use tokio::sync::{mpsc, oneshot, watch};

use super::body::{self, BodyError, response, set};
use super::listen::{Handler, Responded};
use crate::engine::{Invocation, Outcome};
use crate::limits::LARGEST_ANSWER;

const JSON: &str = "application/json";
const PREFIX: &str = "/2018-06-01/runtime/";

/// What a process is given.
struct Job {
    invocation: Invocation,
    arn: String,
    timeout: Duration,
    ended: oneshot::Sender<Outcome>,
}

/// Between whoever runs invocations and the process.
#[derive(Debug)]
pub(super) struct Channel {
    give: mpsc::UnboundedSender<Job>,
    take: tokio::sync::Mutex<mpsc::UnboundedReceiver<Job>>,
    state: Mutex<State>,
    /// How often the process has asked for something to do.
    asked: watch::Sender<u64>,
}

#[derive(Debug, Default)]
struct State {
    running: Option<(String, oneshot::Sender<Outcome>)>,
    init_error: Option<Outcome>,
}

impl std::fmt::Debug for Job {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Job").field(&self.invocation.id).finish()
    }
}

impl Channel {
    pub(super) fn new() -> Arc<Channel> {
        let (give, take) = mpsc::unbounded_channel();
        Arc::new(Channel {
            give,
            take: tokio::sync::Mutex::new(take),
            state: Mutex::default(),
            asked: watch::Sender::new(0),
        })
    }

    /// Gives the process something to do; how it ends comes later, or never if the process ends.
    pub(super) fn give(
        &self,
        invocation: &Invocation,
        arn: &str,
        timeout: Duration,
    ) -> oneshot::Receiver<Outcome> {
        let (ended, end) = oneshot::channel();
        // The receiver lives as long as this.
        let _ = self.give.send(Job {
            invocation: invocation.clone(),
            arn: arn.to_owned(),
            timeout,
            ended,
        });
        end
    }

    /// How often the process has asked for something to do.
    pub(super) fn asked(&self) -> watch::Receiver<u64> {
        self.asked.subscribe()
    }

    /// The error with which the process could not begin.
    pub(super) fn init_error(&self) -> Option<Outcome> {
        self.state().init_error.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn next(&self) -> Responded {
        let mut jobs = self.take.lock().await;
        self.asked.send_modify(|count| *count += 1);
        let Some(job) = jobs.recv().await else {
            return refused(403, "Forbidden", "the environment ends");
        };
        let invocation = job.invocation;
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let deadline = now.unwrap_or_default() + job.timeout;
        let mut response = response(200, JSON, Bytes::from(invocation.payload));
        for (name, value) in [
            ("lambda-runtime-aws-request-id", invocation.id.as_str()),
            (
                "lambda-runtime-deadline-ms",
                &deadline.as_millis().to_string(),
            ),
            ("lambda-runtime-invoked-function-arn", &job.arn),
            ("lambda-runtime-trace-id", &invocation.trace),
        ] {
            set(&mut response, name, value);
        }
        if let Some(context) = &invocation.client_context {
            set(
                &mut response,
                "lambda-runtime-client-context",
                &ascii(context),
            );
        }
        self.state().running = Some((invocation.id, job.ended));
        response
    }

    /// Takes the end of the invocation that runs.
    fn end(&self, id: &str, outcome: Outcome) -> Result<(), Box<Responded>> {
        let mut state = self.state();
        match state.running.take() {
            Some((running, ended)) if running == id => {
                // Nobody waits any more for one that took too long.
                let _ = ended.send(outcome);
                Ok(())
            }
            other => {
                state.running = other;
                Err(Box::new(refused(
                    400,
                    "InvalidRequestID",
                    "Invalid request ID",
                )))
            }
        }
    }

    async fn response(&self, id: &str, body: Incoming) -> Responded {
        let (outcome, answer) = match body::collect(body, LARGEST_ANSWER).await {
            Ok(body) => {
                let text = String::from_utf8_lossy(&body).into_owned();
                (Outcome::Returned(text), accepted())
            }
            Err(BodyError::TooLarge) => {
                let outcome = Outcome::Failed {
                    error_type: "Function.ResponseSizeTooLarge".into(),
                    message: format!(
                        "Response payload size exceeded maximum allowed payload size ({LARGEST_ANSWER} bytes)."
                    ),
                };
                let message =
                    format!("Exceeded maximum allowed payload size ({LARGEST_ANSWER} bytes).");
                (outcome, refused(413, "RequestEntityTooLarge", &message))
            }
            Err(BodyError::Broken) => return response(400, "", ""),
        };
        match self.end(id, outcome) {
            Ok(()) => answer,
            Err(refused) => *refused,
        }
    }
}

/// An error as a runtime reports it: `{"errorType": .., "errorMessage": ..}`.
fn failed(header: Option<String>, body: &[u8]) -> Outcome {
    let report: Value = serde_json::from_slice(body).unwrap_or_default();
    let text = |member: &str| report[member].as_str().map(str::to_owned);
    let error_type = text("errorType").or(header);
    Outcome::Failed {
        error_type: error_type.unwrap_or_else(|| "Unhandled".into()),
        message: text("errorMessage").unwrap_or_default(),
    }
}

fn accepted() -> Responded {
    response(202, JSON, json!({ "status": "OK" }).to_string())
}

fn refused(status: u16, error_type: &str, message: &str) -> Responded {
    let body = json!({ "errorType": error_type, "errorMessage": message });
    response(status, JSON, body.to_string())
}

/// JSON without letters that a header cannot hold.
fn ascii(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            ' '..='~' => out.push(c),
            // White space between members.
            '\t' | '\r' | '\n' => out.push(' '),
            c => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    out.push_str(&format!("\\u{unit:04x}"));
                }
            }
        }
    }
    out
}

/// The API of one process.
pub(super) struct RuntimeApi(pub(super) Arc<Channel>);

impl Handler for RuntimeApi {
    type Body = Full<Bytes>;

    async fn handle(&self, request: hyper::Request<Incoming>, _from: SocketAddr) -> Responded {
        let RuntimeApi(channel) = self;
        let (parts, body) = request.into_parts();
        let path = parts.uri.path().strip_prefix(PREFIX).unwrap_or_default();
        let parts_of_path: Vec<&str> = path.split('/').collect();
        let kind = parts.headers.get("lambda-runtime-function-error-type");
        let kind = kind.and_then(|kind| kind.to_str().ok()).map(str::to_owned);
        match (&parts.method, parts_of_path.as_slice()) {
            (&Method::GET, ["invocation", "next"]) => channel.next().await,
            (&Method::POST, ["invocation", id, "response"]) => channel.response(id, body).await,
            (&Method::POST, ["invocation", id, "error"]) => {
                let report = body::collect(body, LARGEST_ANSWER)
                    .await
                    .unwrap_or_default();
                match channel.end(id, failed(kind, &report)) {
                    Ok(()) => accepted(),
                    Err(refused) => *refused,
                }
            }
            (&Method::POST, ["init", "error"]) => {
                let report = body::collect(body, LARGEST_ANSWER)
                    .await
                    .unwrap_or_default();
                channel.state().init_error = Some(failed(kind, &report));
                accepted()
            }
            _ => refused(404, "NotFound", "there is nothing here"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_hold_any_json() {
        assert_eq!(
            ascii("{\"a\":\n\"ü😀\"}"),
            "{\"a\": \"\\u00fc\\ud83d\\ude00\"}"
        );
    }
}
