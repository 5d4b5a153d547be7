//! The calls of Lambda's API: invocations, and what there is to know of a function.
//!
//! Source: Lambda API Reference; Lambda Developer Guide, "Lambda quotas".

use serde_json::{Value, json};

use super::functions::{Event, Function, Request};
use super::{Engine, Reply};
use crate::call::{Answer, Call};
use crate::error::ApiError;

/// Bytes of a request that is waited for, and of its answer.
const LARGEST: usize = 6 * 1024 * 1024;
/// Bytes of an event.
const LARGEST_EVENT: usize = 1024 * 1024;

impl Engine {
    pub(super) fn lambda(&mut self, call: &Call, trace: &str, now: u64) -> Result<Reply, ApiError> {
        let input = &call.input;
        let name = input["FunctionName"].as_str().unwrap_or_default();
        if call.operation == "ListFunctions" {
            let all = self.functions.by_name.values().map(configuration);
            return done(json!({ "Functions": all.collect::<Vec<_>>() }));
        }
        let function = self.functions.find(name).ok_or_else(|| {
            let arn = match name.starts_with("arn:") {
                true => name.to_owned(),
                false => crate::arn("lambda", &format!("function:{name}")),
            };
            ApiError::new(
                "ResourceNotFoundException",
                format!("Function not found: {arn}"),
            )
            .with_status(404)
        })?;
        match call.operation.as_str() {
            "Invoke" => {
                let function = function.name.clone();
                self.invoke(call, &function, trace, now)
            }
            "GetFunction" => done(json!({ "Configuration": configuration(function) })),
            "GetFunctionConfiguration" => done(configuration(function)),
            "GetPolicy" => match &function.policy {
                Some(policy) => done(json!({ "Policy": policy })),
                None => Err(ApiError::new(
                    "ResourceNotFoundException",
                    "The resource you requested does not exist.",
                )
                .with_status(404)),
            },
            other => Err(ApiError::new(
                "UnknownOperationException",
                format!("functions do not have the operation {other} here"),
            )
            .with_status(404)),
        }
    }

    fn invoke(
        &mut self,
        call: &Call,
        function: &str,
        trace: &str,
        now: u64,
    ) -> Result<Reply, ApiError> {
        let waits = match call.input["InvocationType"].as_str() {
            None | Some("RequestResponse") => true,
            Some("Event") => false,
            Some("DryRun") => return done(json!({ "StatusCode": 204 })),
            Some(other) => {
                return Err(ApiError::new(
                    "InvalidParameterValueException",
                    format!("`{other}` is no invocation type: RequestResponse, Event or DryRun"),
                ));
            }
        };
        let most = if waits { LARGEST } else { LARGEST_EVENT };
        if call.body.len() > most {
            return Err(ApiError::new(
                "RequestTooLargeException",
                format!(
                    "Request must be smaller than {most} bytes for the InvokeFunction operation"
                ),
            )
            .with_status(413));
        }
        let payload = payload(&call.body)?;
        let id = self.ids.uuid();
        let client_context = call.input["ClientContext"].as_str().map(str::to_owned);
        if !waits {
            let event = Event {
                id,
                function: function.to_owned(),
                payload,
                client_context,
                trace: trace.to_owned(),
                source: "invoke".into(),
                accepted: now,
                tries: 0,
            };
            self.functions.enqueue(now, event);
            return done(json!({ "StatusCode": 202 }));
        }
        let reserved = self
            .functions
            .by_name
            .get(function)
            .and_then(|f| f.reserved);
        if reserved.is_some_and(|most| self.functions.busy(function) >= most) {
            return Err(ApiError::new("TooManyRequestsException", "Rate Exceeded.")
                .with_status(429)
                .with(
                    "Reason",
                    "ReservedFunctionConcurrentInvocationLimitExceeded",
                ));
        }
        self.functions.requests.push(Request {
            id: id.clone(),
            function: function.to_owned(),
            payload,
            client_context,
            trace: trace.to_owned(),
            source: "invoke".into(),
        });
        Ok(Reply::Invoked(id))
    }
}

/// The payload as JSON; nothing is `{}`.
fn payload(body: &[u8]) -> Result<String, ApiError> {
    if body.is_empty() {
        return Ok("{}".into());
    }
    let wrong = |error: &dyn std::fmt::Display| {
        ApiError::new(
            "InvalidRequestContentException",
            format!("Could not parse request body into json: {error}"),
        )
    };
    let text = std::str::from_utf8(body).map_err(|error| wrong(&error))?;
    serde_json::from_str::<serde::de::IgnoredAny>(text).map_err(|error| wrong(&error))?;
    Ok(text.to_owned())
}

fn done(output: Value) -> Result<Reply, ApiError> {
    Ok(Reply::Done(Answer::from(output)))
}

fn configuration(function: &Function) -> Value {
    json!({
        "FunctionName": function.physical_name,
        "FunctionArn": function.arn,
        "Role": function.role,
        "Runtime": "provided.al2023",
        "Handler": "bootstrap",
        "MemorySize": function.memory,
        "Timeout": function.timeout,
        "Environment": { "Variables": function.environment },
        "PackageType": "Zip",
        "State": "Active",
        "LastUpdateStatus": "Successful",
        "Version": "$LATEST",
    })
}
