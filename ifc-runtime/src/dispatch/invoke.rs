//! One invocation: which trigger it belongs to, its context, and panics.

use std::any::Any;
use std::error::Error as StdError;
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
    pub(crate) fn of(error: &(dyn StdError + Send + Sync + 'static)) -> Failure {
        let mut message = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            message.push_str(": ");
            message.push_str(&cause.to_string());
            source = cause.source();
        }
        tracing::error!(error = %message, "the handler failed");
        let kind = match error.downcast_ref::<Panicked>() {
            Some(_) => "ifc::HandlerPanicked",
            None => "ifc::HandlerFailed",
        };
        Failure {
            kind: kind.into(),
            message,
        }
    }
}

/// A handler that panicked; the process goes on.
#[derive(Debug)]
struct Panicked(String);

impl std::fmt::Display for Panicked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
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

/// Runs a handler with its context and span; a panic is an error of this handler alone.
pub(crate) async fn guarded(context: Context, handler: impl Future<Output = Reply>) -> Reply {
    match caught(context, handler).await {
        Ok(reply) => reply,
        Err(panic) => Reply::Failed(Box::new(Panicked(panic))),
    }
}

/// As [`guarded`], for any result.
pub(crate) async fn caught<T>(
    context: Context,
    handler: impl Future<Output = T>,
) -> Result<T, String> {
    let span = tracing::info_span!(
        "handle",
        function = %context.function,
        request_id = %context.request_id,
        correlation_id = %context.correlation_id,
    );
    AssertUnwindSafe(context::scope(context, handler))
        .catch_unwind()
        .instrument(span)
        .await
        .map_err(|panic| panic_text(&*panic))
}

/// Gives an event to the trigger that it belongs to.
pub(crate) async fn invoke(function: &Function, event: Event) -> Outcome {
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
