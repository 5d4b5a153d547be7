//! What programs import: `use ifc_runtime::prelude::*;`.

// The traits of serde with derives that need no dependency on serde.
pub use ifc_macros::{Deserialize, Serialize};
pub use serde::{de::Deserialize, ser::Serialize};
pub use {serde_json, tracing};

pub use crate::Event;
pub use crate::Item;
pub use crate::backend::bucket::PutOptions;
pub use crate::error::{BoxError, ErrorKind, HandlerResult as Result};
pub use crate::expression::{Update, attr};
pub use crate::handles::{
    Bucket, Bus, Cursor, Fifo, Function, Page, Parameter, Queue, ReadTransaction, Secret, Standard,
    Table, Topic, Transaction,
};

pub use crate::dispatch::{Batch, BatchResult, Message};
pub use crate::triggers::{Change, Envelope, Notification, ObjectEvent, Scheduled};
pub use crate::{allow_infra, function, grant, on, resource};

#[cfg(feature = "http")]
pub use axum::{
    Extension, Json,
    extract::{Path, Query},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
