//! Events of a bus.

use std::ops::Deref;

use serde::Deserialize;
use serde_json::Value;

use super::read;
use crate::backend::BoxFuture;
use crate::dispatch::{Each, Payload, Reply, Trigger, done, guarded, unreadable};
use crate::event::take_correlation_id;
use crate::{Bus, Event};

/// An event with what the bus says of it. Gives access to the event's own methods and fields.
#[derive(Clone, Debug, PartialEq)]
pub struct Envelope<E> {
    /// What was published.
    pub event: E,
    /// Id that EventBridge gave to it; the same at every delivery.
    pub id: String,
    /// Who published it.
    pub source: String,
    /// Which kind of event it is.
    pub detail_type: String,
    /// When it was published, as in `2027-01-31T08:00:00Z`.
    pub time: String,
    /// ARNs that it is about.
    pub resources: Vec<String>,
}

impl<E> Envelope<E> {
    /// The event alone.
    pub fn into_inner(self) -> E {
        self.event
    }
}

impl<E> Deref for Envelope<E> {
    type Target = E;
    fn deref(&self) -> &E {
        &self.event
    }
}

#[derive(Deserialize)]
struct BusEvent {
    #[serde(default)]
    id: String,
    #[serde(default)]
    source: String,
    #[serde(rename = "detail-type")]
    detail_type: String,
    #[serde(default)]
    time: String,
    #[serde(default)]
    resources: Vec<String>,
    #[serde(default)]
    detail: Value,
}

fn trigger<E: Event, A: Send + 'static>(
    handler: impl Fn(A) -> BoxFuture<'static, Reply> + Send + Sync + 'static,
    argument: fn(Envelope<E>) -> A,
) -> Trigger {
    let handler = std::sync::Arc::new(handler);
    Trigger {
        source: "bus",
        deliver: Box::new(move |event| {
            let handler = handler.clone();
            Box::pin(async move {
                let mut received: BusEvent = read(&event.payload, "the event of the bus")?;
                let mut context = event.context;
                if let Some(id) = take_correlation_id(&mut received.detail) {
                    context.correlation_id = id;
                }
                let event = E::from_detail(&received.detail_type, received.detail)
                    .map_err(|error| unreadable("the detail of the event", &error))?;
                let envelope = Envelope {
                    event,
                    id: received.id,
                    source: received.source,
                    detail_type: received.detail_type,
                    time: received.time,
                    resources: received.resources,
                };
                let future = async { handler(argument(envelope)).await };
                done(guarded(context, None, future).await)
            })
        }),
    }
}

impl<E: Event> Payload<Bus<E>> for E {
    type Mode = Each;

    fn trigger<F>(handler: F) -> Trigger
    where
        F: Fn(E) -> BoxFuture<'static, Reply> + Send + Sync + 'static,
    {
        trigger(handler, Envelope::<E>::into_inner)
    }
}

impl<E: Event> Payload<Bus<E>> for Envelope<E> {
    type Mode = Each;

    fn trigger<F>(handler: F) -> Trigger
    where
        F: Fn(Envelope<E>) -> BoxFuture<'static, Reply> + Send + Sync + 'static,
    {
        trigger::<E, _>(handler, |envelope| envelope)
    }
}
