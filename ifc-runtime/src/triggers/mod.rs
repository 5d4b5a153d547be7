//! What makes functions run: one file for each event source. Each decodes the event that Lambda
//! delivers, hands the payload to the handler, and encodes what came of it.

mod bucket;
mod bus;
mod function;
#[cfg(feature = "http")]
mod http;
mod queue;
mod schedule;
mod table;
mod topic;

pub use bucket::{ObjectEvent, created, removed};
pub use bus::Envelope;
#[cfg(feature = "http")]
pub use http::{RequestContext, from_request, from_request_parts, http, into_response, route};
pub use schedule::{Schedule, Scheduled};
pub use table::{Change, changes};
pub use topic::Notification;

use std::time::{Duration, SystemTime};

use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use crate::dispatch::{Failure, unreadable};

/// Reads an event of a form that AWS defines.
fn read<T: DeserializeOwned>(payload: &RawValue, what: &str) -> Result<T, Failure> {
    serde_json::from_str(payload.get()).map_err(|error| unreadable(what, &error))
}

/// A time in milliseconds since 1970.
fn from_millis(millis: u64) -> Option<SystemTime> {
    SystemTime::UNIX_EPOCH.checked_add(Duration::from_millis(millis))
}
