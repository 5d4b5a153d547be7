//! Buses, on EventBridge.

use std::marker::PhantomData;

use serde_json::{Map, Value};

use super::declared::Declared;
use super::outgoing;
use crate::backend::bus::{OutgoingEvent, PutEvents};
use crate::backend::{call, single_outcome};
use crate::context::{self, CORRELATION_DETAIL_KEY};
use crate::error::{Error, Result};
use crate::event::Event;

const MOST_ENTRIES: usize = 10;
const MOST_BYTES: usize = 256 * 1024;

/// A bus of events of type `E`, on EventBridge.
///
/// ```no_run
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/docs/shop.rs"));
/// # async fn example(order: Order) -> Result<()> {
/// #[resource]
/// pub static EVENTS: Bus<OrderEvent> = Bus::new();
///
/// EVENTS.publish(&OrderEvent::Placed(order)).await?;
/// # Ok(())
/// # }
/// # fn main() {}
/// ```
///
/// An event has the source of its type, the variant's name as detail-type and the variant's content as
/// detail. It carries the correlation id of the current event under the key `_ifc` of the detail, which
/// handlers do not see, and its X-Ray header. An event has at most 256 KiB.
pub struct Bus<E> {
    pub(super) declared: Declared,
    event: PhantomData<fn(E)>,
}

impl<E> Bus<E> {
    /// The initialiser of a static with `#[resource]`.
    #[allow(clippy::new_without_default, reason = "resources are statics")]
    pub const fn new() -> Self {
        Bus {
            declared: Declared::unnamed(),
            event: PhantomData,
        }
    }

    #[doc(hidden)]
    pub const fn __declared(self, name: &'static str) -> Self {
        std::mem::forget(self);
        Bus {
            declared: Declared::named(name),
            event: PhantomData,
        }
    }

    /// The name of the bus, for use with an SDK client. Needs no permission.
    ///
    /// # Panics
    /// If the environment variable `IFC_<NAME>` is not set, which the template does for each function
    /// that uses the bus.
    pub fn name(&self) -> &'static str {
        self.declared.physical_or_panic()
    }
}

impl<E: Event> Bus<E> {
    /// Publishes an event and gives its id. Permission: `events:PutEvents`.
    pub async fn publish(&self, event: &E) -> Result<String> {
        let publish = async {
            let target = self.declared.target()?;
            let request = PutEvents {
                target,
                events: vec![outgoing_event(event)?],
            };
            single_outcome(call!(bus, "bus", BusBackend::put_events, request)?)
        };
        self.declared.at("publish", publish).await
    }

    /// Publishes many events, in requests of 10, and gives their ids in order.
    ///
    /// Permission: `events:PutEvents`. Errors:
    /// [`PartialFailure`](crate::ErrorKind::PartialFailure), whose
    /// [`failures`](Error::failures) give the positions that were not published; the others were.
    pub async fn publish_many<'a>(
        &self,
        events: impl IntoIterator<Item = &'a E>,
    ) -> Result<Vec<String>> {
        let events: Result<Vec<_>> = events.into_iter().map(outgoing_event).collect();
        let publish = async {
            let (target, events) = (self.declared.target()?, events?);
            let chunks = outgoing::chunks(events.iter().map(size), MOST_ENTRIES, MOST_BYTES);
            outgoing::send_chunks(&events, chunks, "events", |events| async move {
                call!(
                    bus,
                    "bus",
                    BusBackend::put_events,
                    PutEvents { target, events }
                )
            })
            .await
        };
        self.declared.at("publish_many", publish).await
    }
}

fn outgoing_event<E: Event>(event: &E) -> Result<OutgoingEvent> {
    let detail = event
        .to_detail()
        .map_err(|e| Error::serialization("the event", e))?;
    let Value::Object(mut detail) = detail else {
        return Err(Error::invalid("the detail of an event is a JSON object"));
    };
    if detail.contains_key(CORRELATION_DETAIL_KEY) {
        return Err(Error::invalid(
            "the key `_ifc` of an event's detail is reserved",
        ));
    }
    let mut trace_header = None;
    context::with_current(|context| {
        if !context.correlation_id.is_empty() {
            let ids = Map::from_iter([(
                "correlation_id".to_owned(),
                Value::String(context.correlation_id.clone()),
            )]);
            detail.insert(CORRELATION_DETAIL_KEY.to_owned(), Value::Object(ids));
        }
        trace_header.clone_from(&context.trace_header);
    });
    Ok(OutgoingEvent {
        source: E::SOURCE.to_owned(),
        detail_type: event.detail_type().to_owned(),
        detail: Value::Object(detail).to_string(),
        trace_header,
    })
}

/// As the service counts it: without the time, which is not set.
fn size(event: &OutgoingEvent) -> usize {
    event.source.len() + event.detail_type.len() + event.detail.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::Context;
    use crate::event::take_correlation_id;
    use serde::{Deserialize, Serialize};
    use serde_json::json;

    #[derive(Serialize, Deserialize)]
    struct Placed {
        #[serde(flatten)]
        rest: Map<String, Value>,
    }

    impl Event for Placed {
        const SOURCE: &'static str = "shop";
        const DETAIL_TYPES: &'static [&'static str] = &["Placed"];
        fn detail_type(&self) -> &'static str {
            "Placed"
        }
        fn to_detail(&self) -> serde_json::Result<Value> {
            serde_json::to_value(self)
        }
        fn from_detail(_: &str, detail: Value) -> serde_json::Result<Self> {
            serde_json::from_value(detail)
        }
    }

    fn placed(detail: Value) -> Placed {
        serde_json::from_value(detail).expect("an object")
    }

    #[tokio::test]
    async fn the_correlation_id_goes_into_the_detail_and_out_again() {
        let context = Context {
            correlation_id: "c-1".into(),
            ..Context::default()
        };
        let event = placed(json!({"id": 7}));
        let sent = context::scope(context, async { outgoing_event(&event) })
            .await
            .expect("valid");
        assert_eq!(
            (sent.source.as_str(), sent.detail_type.as_str()),
            ("shop", "Placed")
        );
        let mut detail: Value = serde_json::from_str(&sent.detail).expect("JSON");
        assert_eq!(take_correlation_id(&mut detail).as_deref(), Some("c-1"));
        assert_eq!(detail, json!({"id": 7}));
    }

    #[test]
    fn the_reserved_key_is_refused() {
        assert!(outgoing_event(&placed(json!({"_ifc": 1}))).is_err());
    }
}
