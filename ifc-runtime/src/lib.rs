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

pub use error::{BoxError, Error, ErrorKind, HandlerResult, Result};
pub use event::Event;
pub use expression::{Update, attr};
pub use handles::{Bucket, Bus, Fifo, Function, Parameter, Queue, Secret, Standard, Table, Topic};
pub use item::Item;
