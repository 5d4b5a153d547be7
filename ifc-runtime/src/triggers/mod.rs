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
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::dispatch::{Failure, unreadable};

/// Reads an event of a form that AWS defines.
fn read<T: DeserializeOwned>(payload: &RawValue, what: &str) -> Result<T, Failure> {
    serde_json::from_str(payload.get()).map_err(|error| unreadable(what, &error))
}

/// Reads a payload that arrived as text. A type that is text itself also takes text which is not
/// JSON, since others may send such messages.
fn read_text<T: DeserializeOwned>(text: &str) -> Result<T, serde_json::Error> {
    serde_json::from_str(text).or_else(|error| {
        let plain = serde::de::value::StrDeserializer::<serde_json::Error>::new(text);
        T::deserialize(plain).map_err(|_| error)
    })
}

/// Reads null like an absent field.
fn nullish<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// A time in milliseconds since 1970.
fn from_millis(millis: u64) -> Option<SystemTime> {
    SystemTime::UNIX_EPOCH.checked_add(Duration::from_millis(millis))
}

#[cfg(test)]
mod tests;
