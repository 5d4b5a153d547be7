//! The typed resources that programs declare and use.

mod bucket;
mod bus;
mod declared;
mod function;
mod parameter;
mod queue;
mod secret;
mod table;
mod topic;

pub use bucket::Bucket;
pub use bus::Bus;
pub use function::Function;
pub use parameter::Parameter;
pub use queue::Queue;
pub use secret::Secret;
pub use table::Table;
pub use topic::Topic;

/// The order of a [`Queue`] or [`Topic`]: none, and at least one delivery. The default.
#[derive(Debug)]
pub enum Standard {}

/// The order of a [`Queue`] or [`Topic`]: as sent within a group, and no duplicates within five
/// minutes.
#[derive(Debug)]
pub enum Fifo {}
