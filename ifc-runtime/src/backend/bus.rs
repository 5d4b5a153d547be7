//! Requests to a bus.

use super::{BoxFuture, Outcomes, Target};
use crate::error::Result;

/// An event on its way out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutgoingEvent {
    /// The source.
    pub source: String,
    /// The detail-type.
    pub detail_type: String,
    /// The detail, a JSON object.
    pub detail: String,
    /// The X-Ray header.
    pub trace_header: Option<String>,
}

/// One or more events to a bus, at most 10.
#[derive(Clone, Debug)]
pub struct PutEvents {
    /// Where to.
    pub target: Target,
    /// The events.
    pub events: Vec<OutgoingEvent>,
}

/// What a bus can do.
pub trait BusBackend: Send + Sync {
    /// At most 10 events and 256 KiB.
    fn put_events(&self, request: PutEvents) -> BoxFuture<'_, Result<Outcomes>>;
}
