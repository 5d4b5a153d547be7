//! Everything that changes the engine, as data: what a journal keeps and replays.

use ifc_catalog::manifest::Manifest;
use serde::{Deserialize, Serialize};

use super::deploy::DeployError;
use super::http::HttpReply;
use super::invocation::{Invocation, Outcome};
use super::{Engine, Reply, Settings};
use crate::call::{Call, Caller};
use crate::error::ApiError;
use crate::http_api::Request;
use crate::stack::Options;

/// Something that changes the engine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Input {
    /// A manifest is deployed.
    Deploy {
        /// The text of `manifest.json`.
        manifest: String,
        /// What the deployment chooses.
        options: Options,
    },
    /// A service is called.
    Call {
        /// Who calls.
        caller: Caller,
        /// The call.
        call: Call,
    },
    /// A request to the HTTP API.
    Http(Request),
    /// An invocation ended.
    Finish {
        /// Request id.
        invocation: String,
        /// How.
        outcome: Outcome,
    },
    /// Time went by.
    Tick,
    /// A process takes the engine over; what ran in the one before is over.
    Recover(Settings),
}

/// What an input comes to.
#[derive(Clone, Debug, PartialEq)]
pub struct Output {
    /// The answer to the input.
    pub reply: InputReply,
    /// The invocations that start now.
    pub started: Vec<Invocation>,
}

/// The answer to an input.
#[derive(Clone, Debug, PartialEq)]
pub enum InputReply {
    /// To a deployment.
    Deployed(Result<(), Vec<DeployError>>),
    /// To a call.
    Called(Result<Reply, ApiError>),
    /// To a request.
    Http(HttpReply),
    /// To what asks nothing.
    Nothing,
}

impl Engine {
    /// Takes an input, then starts what can start. The same inputs at the same times lead to the same
    /// engine.
    ///
    /// Inputs come as time goes by. Where they did not, because the process or the machine was away, a
    /// schedule runs once for all the times that it missed.
    pub fn apply(&mut self, input: Input, now: u64) -> Output {
        self.leave_out(now);
        let reply = match input {
            Input::Deploy { manifest, options } => {
                InputReply::Deployed(self.deploy_text(&manifest, &options, now))
            }
            Input::Call { caller, call } => InputReply::Called(self.call(&caller, &call, now)),
            Input::Http(request) => InputReply::Http(self.http(&request, now)),
            Input::Finish {
                invocation,
                outcome,
            } => {
                self.finish(&invocation, outcome, now);
                InputReply::Nothing
            }
            Input::Tick => InputReply::Nothing,
            Input::Recover(settings) => {
                self.recover(&settings, now);
                InputReply::Nothing
            }
        };
        Output {
            reply,
            started: self.begin(now),
        }
    }

    /// Whether a call changes nothing at this time, so that a journal need not keep it.
    pub fn changes_nothing(&self, call: &Call, now: u64) -> bool {
        // Whoever waits for messages asks again and again.
        let receives_nothing = || {
            let queue = call.input["QueueUrl"].as_str()?;
            Some(self.queues.find(queue)?.ready(now, 1) == 0)
        };
        is_read(call)
            || (call.service == "sqs"
                && call.operation == "ReceiveMessage"
                && receives_nothing().unwrap_or_default())
    }

    fn deploy_text(
        &mut self,
        manifest: &str,
        options: &Options,
        now: u64,
    ) -> Result<(), Vec<DeployError>> {
        let manifest: Manifest = serde_json::from_str(manifest).map_err(|error| {
            vec![DeployError {
                node: "manifest.json".into(),
                error: ApiError::validation(error.to_string()),
            }]
        })?;
        self.deploy(&manifest, options, now)
    }
}

/// Whether a call changes nothing, whatever there is.
fn is_read(call: &Call) -> bool {
    let operation = call.operation.as_str();
    let has_verb = |verbs: &[&str]| verbs.iter().any(|verb| operation.starts_with(verb));
    match call.service.as_str() {
        // A receive hides what it gives.
        "sqs" => has_verb(&["Get", "List"]),
        "lambda" => operation != "Invoke",
        "dynamodb" => {
            matches!(
                operation,
                "Query" | "Scan" | "BatchGetItem" | "TransactGetItems"
            ) || has_verb(&["Get", "List", "Describe"])
        }
        "events" => has_verb(&["List", "Describe", "Test"]),
        // It takes from what random passwords are made of.
        "secretsmanager" if operation == "GetRandomPassword" => false,
        "sts" => true,
        _ => has_verb(&["Get", "List", "Describe", "Head"]),
    }
}
