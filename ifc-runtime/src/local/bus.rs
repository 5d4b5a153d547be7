//! Buses of the local engine.

use serde_json::{Value, json};

use super::{Local, without_nulls};
use crate::backend::bus::{BusBackend, PutEvents};
use crate::backend::{BoxFuture, Outcomes};
use crate::error::{Failure, Result};
use crate::service::classify;

impl BusBackend for Local {
    fn put_events(&self, request: PutEvents) -> BoxFuture<'_, Result<Outcomes>> {
        Box::pin(async move {
            let bus = self.physical(request.target)?;
            let entries = request.events.into_iter().map(|event| {
                without_nulls(json!({
                    "EventBusName": bus,
                    "Source": event.source,
                    "DetailType": event.detail_type,
                    "Detail": event.detail,
                    "TraceHeader": event.trace_header,
                }))
            });
            let input = json!({ "Entries": entries.collect::<Vec<Value>>() });
            let output = self
                .ask(request.target, "events", "PutEvents", input)
                .await?;
            let entries = output["Entries"].as_array().into_iter().flatten();
            Ok(entries.enumerate().map(outcome).collect())
        })
    }
}

fn outcome((index, entry): (usize, &Value)) -> Result<String, Failure> {
    let text = |member: &str| entry[member].as_str().map(str::to_owned);
    match text("ErrorCode") {
        None => Ok(text("EventId").unwrap_or_default()),
        Some(code) => {
            let message = text("ErrorMessage").unwrap_or_default();
            Err(Failure {
                index,
                kind: classify(&code, &message, 0),
                code,
                message,
            })
        }
    }
}
