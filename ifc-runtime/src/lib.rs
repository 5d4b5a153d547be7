//! Typed AWS resources and the Lambda entry point of `ifc`, Infrastructure-from-Code for Rust.
//!
//! Programs use [`prelude`]; the compiler reads which function does what to which resource.

#![warn(missing_docs)]

// The derives name this crate.
#[cfg(test)]
extern crate self as ifc_runtime;

pub mod backend;
pub mod context;
pub mod error;
pub mod event;
pub mod expression;
pub mod item;
pub mod prelude;
pub mod telemetry;

#[cfg(feature = "_aws")]
pub mod aws;
mod correlation;
mod dispatch;
mod handles;
#[cfg(feature = "local")]
pub mod local;
#[cfg(any(feature = "bucket", feature = "http"))]
mod percent;
#[cfg(any(feature = "_aws", feature = "local"))]
#[allow(dead_code, unused_imports, reason = "each service uses a part of it")]
mod service;
#[cfg(feature = "local")]
pub mod testing;
mod triggers;

/// What the macros expand to; not for programs.
#[doc(hidden)]
pub mod __private {
    #[cfg(feature = "http")]
    pub use axum;
    pub use serde;
    pub use serde_json;

    pub use crate::dispatch::{
        Answers, Each, Entry, Function, Handler, Listed, Reply, Trigger, Whole, id, resource, run,
        source,
    };
    pub use crate::event::unknown_detail_type;
    pub use crate::triggers::{Schedule, changes, created, removed};
    #[cfg(feature = "http")]
    pub use crate::triggers::{from_request, from_request_parts, http, into_response, route};
}

pub use backend::bucket::{ObjectInfo, PutOptions};
pub use backend::queue::QueueDepth;
pub use dispatch::{Batch, BatchResult, Message, Payload, Returns};
pub use error::{BoxError, Error, ErrorKind, Failure, HandlerResult, Result};
pub use event::Event;
pub use expression::{Attr, AttributeType, Condition, Update, attr};
pub use handles::{
    Bucket, Bus, Cursor, Fifo, Function, Get, Items, List, Object, OptionalCursor, Page, Parameter,
    Query, Queue, ReadMore, ReadResults, ReadTransaction, Reading, Scan, Secret, Standard, Table,
    Topic, Transaction,
};
#[cfg(feature = "local")]
pub use ifc_macros::test;
pub use ifc_macros::{Event, Item, allow_infra, function, grant, on, resource};
pub use item::Item;
#[cfg(feature = "local")]
pub use testing::TestApp;
#[cfg(feature = "http")]
pub use triggers::RequestContext;
pub use triggers::{Change, Envelope, Notification, ObjectEvent, Scheduled};

#[cfg(feature = "http")]
pub use axum;
