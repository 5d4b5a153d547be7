//! Typed AWS resources and the Lambda entry point of `ifc`, Infrastructure-from-Code for Rust.
//!
//! Programs use [`prelude`]; the compiler reads which function does what to which resource.

#![warn(missing_docs)]

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
mod handles;

pub use backend::bucket::{ObjectInfo, PutOptions};
pub use backend::queue::QueueDepth;
pub use error::{BoxError, Error, ErrorKind, Failure, HandlerResult, Result};
pub use event::Event;
pub use expression::{Attr, AttributeType, Condition, Update, attr};
pub use handles::{
    Bucket, Bus, Cursor, Fifo, Function, Get, Items, List, Object, OptionalCursor, Page, Parameter,
    Query, Queue, ReadMore, ReadResults, ReadTransaction, Scan, Secret, Standard, Table, Topic,
    Transaction,
};
pub use item::Item;
