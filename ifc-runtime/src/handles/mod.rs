//! The typed resources that programs declare and use.

mod bucket;
mod bus;
mod cache;
mod declared;
mod function;
mod items;
mod outgoing;
mod parameter;
mod queue;
mod retry;
mod secret;
mod sender;
mod stored;
mod table;
mod text;
mod topic;

pub use bucket::{Bucket, List, Object};
pub use bus::Bus;
pub use function::Function;
pub use items::Items;
pub use parameter::Parameter;
pub use queue::Queue;
pub use secret::Secret;
pub use table::{
    Cursor, Get, OptionalCursor, Page, Query, ReadMore, ReadResults, ReadTransaction, Reading,
    Scan, Table, Transaction,
};
pub use topic::Topic;

/// The order of a [`Queue`] or [`Topic`]: none, and at least one delivery. The default.
#[derive(Debug)]
pub enum Standard {}

/// The order of a [`Queue`] or [`Topic`]: as sent within a group, and no duplicates within five
/// minutes.
#[derive(Debug)]
pub enum Fifo {}
