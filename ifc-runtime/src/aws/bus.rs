//! Buses on EventBridge.

use aws_sdk_eventbridge as eventbridge;
use aws_sdk_eventbridge::types::PutEventsRequestEntry;

use super::error::from_sdk;
use super::{Aws, client};
use crate::backend::bus::{BusBackend, PutEvents};
use crate::backend::{BoxFuture, Outcomes};
use crate::error::{Failure, Result};
use crate::service::classify;

client!(eventbridge);

impl BusBackend for Aws {
    fn put_events(&self, request: PutEvents) -> BoxFuture<'_, Result<Outcomes>> {
        Box::pin(async move {
            let entries = request.events.into_iter().map(|event| {
                PutEventsRequestEntry::builder()
                    .event_bus_name(request.target.physical)
                    .source(event.source)
                    .detail_type(event.detail_type)
                    .detail(event.detail)
                    .set_trace_header(event.trace_header)
                    .build()
            });
            let output = client()
                .await
                .put_events()
                .set_entries(Some(entries.collect()))
                .send()
                .await
                .map_err(from_sdk)?;
            let entries = output.entries.unwrap_or_default().into_iter().enumerate();
            Ok(entries
                .map(|(index, entry)| match entry.error_code {
                    None => Ok(entry.event_id.unwrap_or_default()),
                    Some(code) => {
                        let message = entry.error_message.unwrap_or_default();
                        Err(Failure {
                            index,
                            kind: classify(&code, &message, 0),
                            code,
                            message,
                        })
                    }
                })
                .collect())
        })
    }
}
