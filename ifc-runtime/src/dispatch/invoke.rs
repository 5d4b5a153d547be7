//! One invocation: which trigger it belongs to, its context, and panics.

use std::any::Any;
use std::error::Error as StdError;
use std::fmt;
use std::future::Future;
use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;
use tracing::Instrument;

use super::{Event, Function, Outcome, Reply};
use crate::context::{self, Context};

/// Why an invocation failed, as Lambda shows it.
#[derive(Debug)]
pub(crate) struct Failure {
    /// Type of the error.
    pub(crate) kind: String,
    /// Its message, with what caused it.
    pub(crate) message: String,
}

impl Failure {
    /// The failure of a handler, whose error was logged where it happened.
    pub(crate) fn of(error: &(dyn StdError + Send + Sync + 'static)) -> Failure {
        let kind = match error.downcast_ref::<Panicked>() {
            Some(_) => "ifc::HandlerPanicked",
            None => "ifc::HandlerFailed",
        };
        Failure {
            kind: kind.into(),
            message: Chain(error).to_string(),
        }
    }
}

/// An error with what caused it.
pub(crate) struct Chain<'a>(pub(crate) &'a (dyn StdError + 'static));

impl fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        let mut source = self.0.source();
        while let Some(error) = source {
            write!(f, ": {error}")?;
            source = error.source();
        }
        Ok(())
    }
}

/// A handler that panicked; the process goes on.
#[derive(Debug)]
struct Panicked(String);

impl fmt::Display for Panicked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the handler panicked: {}", self.0)
    }
}

impl StdError for Panicked {}

pub(crate) fn panic_text(panic: &(dyn Any + Send)) -> String {
    let text = panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned());
    text.unwrap_or_else(|| "without a message".into())
}

/// Runs a handler with its context and span. A panic is an error of this handler alone. An error is
/// logged with the ids of its event, and with that of its message if there is one.
pub(crate) async fn guarded(
    context: Context,
    message_id: Option<&str>,
    handler: impl Future<Output = Reply>,
) -> Reply {
    let logged = async {
        let reply = AssertUnwindSafe(handler)
            .catch_unwind()
            .await
            .unwrap_or_else(|panic| Reply::Failed(Box::new(Panicked(panic_text(&*panic)))));
        if let Reply::Failed(error) = &reply {
            tracing::error!(message_id, error = %Chain(&**error), "the handler failed");
        }
        reply
    };
    within(context, logged).await
}

/// As [`guarded`], for any result.
#[cfg(feature = "http")]
pub(crate) async fn caught<T>(
    context: Context,
    handler: impl Future<Output = T>,
) -> Result<T, String> {
    let logged = async {
        let result = AssertUnwindSafe(handler).catch_unwind().await;
        result.map_err(|panic| {
            let text = panic_text(&*panic);
            tracing::error!(error = %text, "the handler panicked");
            text
        })
    };
    within(context, logged).await
}

async fn within<T>(context: Context, future: impl Future<Output = T>) -> T {
    let span = tracing::info_span!(
        "handle",
        function = %context.function,
        request_id = %context.request_id,
        correlation_id = %context.correlation_id,
    );
    context::scope(context, future).instrument(span).await
}

/// Gives an event to the trigger that it belongs to. What is logged on the way has the ids of the
/// invocation.
pub(crate) async fn invoke(function: &Function, event: Event) -> Outcome {
    context::scope(event.context.clone(), route(function, event)).await
}

async fn route(function: &Function, event: Event) -> Outcome {
    let trigger = match function.triggers.as_slice() {
        [only] => only,
        several => {
            let kind = kind_of(&event.payload);
            match several.iter().find(|trigger| trigger.source == kind) {
                Some(trigger) => trigger,
                None => {
                    let known: Vec<&str> = several.iter().map(|trigger| trigger.source).collect();
                    let error = format!(
                        "it has the form of a {kind} event, and the function takes {}",
                        known.join(", ")
                    );
                    return Err(super::unreadable("the event", &error));
                }
            }
        }
    };
    (trigger.deliver)(event).await
}

#[derive(Deserialize)]
struct Shape<'a> {
    #[serde(rename = "Records", borrow, default)]
    records: Option<Vec<Record<'a>>>,
    #[serde(rename = "requestContext", default)]
    request_context: Option<RequestContext>,
    #[serde(rename = "detail-type", default)]
    detail_type: Option<IgnoredAny>,
    #[serde(borrow, default)]
    source: Option<std::borrow::Cow<'a, str>>,
    #[serde(rename = "ifc.schedule", default)]
    schedule: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct RequestContext {
    #[serde(default)]
    http: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct Record<'a> {
    #[serde(rename = "eventSource", alias = "EventSource", borrow, default)]
    source: Option<std::borrow::Cow<'a, str>>,
}

/// The event source that an event has the form of.
pub(crate) fn kind_of(payload: &RawValue) -> &'static str {
    // Whatever is not of a known form was sent by a caller.
    let Ok(shape) = serde_json::from_str::<Shape<'_>>(payload.get()) else {
        return "function";
    };
    let record = shape.records.as_ref().and_then(|records| records.first());
    if let Some(source) = record.and_then(|record| record.source.as_deref()) {
        return match source {
            "aws:sqs" => "queue",
            "aws:sns" => "topic",
            "aws:dynamodb" => "table",
            "aws:s3" => "bucket",
            _ => "function",
        };
    }
    if shape
        .request_context
        .is_some_and(|context| context.http.is_some())
    {
        return "http";
    }
    if shape.schedule.is_some() {
        return "schedule";
    }
    match (shape.detail_type, shape.source.as_deref()) {
        (Some(_), Some("aws.scheduler")) => "schedule",
        (Some(_), Some(_)) => "bus",
        _ => "function",
    }
}
