//! The process: finds its function and asks the Lambda runtime API for work.

use std::io::Write;
use std::process::ExitCode;
use std::time::{Duration, SystemTime};

use lambda_runtime::{Diagnostic, LambdaEvent};
use serde_json::value::RawValue;

use super::invoke::invoke;
use super::{Entry, Event, Failure, Function};
use crate::context::Context;

impl From<Failure> for Diagnostic {
    fn from(failure: Failure) -> Self {
        Diagnostic {
            error_type: failure.kind,
            error_message: failure.message,
        }
    }
}

/// Serves the function that `IFC_FUNCTION` names until the process is ended.
pub fn run(functions: &'static [Entry]) -> ExitCode {
    let wanted = std::env::var("IFC_FUNCTION").ok();
    let entry = match find(functions, wanted.as_deref()) {
        Ok(entry) => entry,
        Err(message) => return refuse(&message),
    };
    if std::env::var_os("AWS_LAMBDA_RUNTIME_API").is_none() {
        return refuse(
            "this program runs on AWS Lambda, and `AWS_LAMBDA_RUNTIME_API` is not set; `cargo ifc dev` runs it locally",
        );
    }
    crate::telemetry::init();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let served = match runtime {
        Ok(runtime) => runtime.block_on(serve(entry)),
        Err(error) => Err(error.into()),
    };
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => refuse(&format!("the runtime ended: {error}")),
    }
}

fn refuse(message: &str) -> ExitCode {
    // There is nobody to tell if standard error is closed.
    let _ = writeln!(std::io::stderr(), "error: {message}");
    ExitCode::FAILURE
}

fn find(functions: &'static [Entry], wanted: Option<&str>) -> Result<&'static Entry, String> {
    let all: Vec<&str> = functions.iter().map(|entry| entry.name).collect();
    let all = all.join(", ");
    match wanted {
        None | Some("") => Err(format!(
            "`IFC_FUNCTION` is not set; it names the function to serve, one of: {all}"
        )),
        Some(name) => functions
            .iter()
            .find(|entry| entry.name == name)
            .ok_or_else(|| {
                format!(
                    "there is no function `{name}`, which `IFC_FUNCTION` names; there are: {all}"
                )
            }),
    }
}

async fn serve(entry: &'static Entry) -> Result<(), lambda_runtime::Error> {
    let function: Function = (entry.function)();
    let function = std::sync::Arc::new(function);
    let service = lambda_runtime::service_fn(move |event: LambdaEvent<Box<RawValue>>| {
        let function = function.clone();
        let event = Event {
            context: context_of(entry.name, &event.context),
            payload: event.payload,
        };
        async move { invoke(&function, event).await }
    });
    lambda_runtime::run(service).await
}

fn context_of(function: &str, lambda: &lambda_runtime::Context) -> Context {
    let correlation_id = lambda
        .client_context
        .as_ref()
        .and_then(|client| client.custom.get(crate::context::CORRELATION_ATTRIBUTE))
        .cloned();
    Context {
        function: function.into(),
        request_id: lambda.request_id.clone(),
        correlation_id: correlation_id.unwrap_or_else(|| lambda.request_id.clone()),
        trace_header: lambda.xray_trace_id.clone(),
        deadline: SystemTime::UNIX_EPOCH.checked_add(Duration::from_millis(lambda.deadline)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nothing() -> Function {
        Function::new(Vec::new())
    }

    static FUNCTIONS: &[Entry] = &[
        Entry {
            name: "place",
            function: nothing,
        },
        Entry {
            name: "ship",
            function: nothing,
        },
    ];

    #[test]
    fn an_unknown_function_lists_the_known_ones() {
        for wanted in [None, Some(""), Some("plaze")] {
            let message = find(FUNCTIONS, wanted).err().unwrap_or_default();
            assert!(message.ends_with("place, ship"), "{message}");
            assert!(message.contains("IFC_FUNCTION"), "{message}");
        }
        assert_eq!(
            find(FUNCTIONS, Some("ship")).map(|entry| entry.name),
            Ok("ship")
        );
    }
}
