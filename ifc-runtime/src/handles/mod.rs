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

/// A resource by the name of its static.
#[cfg(feature = "local")]
pub trait Handle {
    /// `ORDERS`.
    fn resource(&self) -> &'static str;
}

/// Implements [`Handle`] by a field that knows the declaration.
#[cfg(feature = "local")]
macro_rules! handle {
    ([$($parameter:ident),*] $handle:ty, $($declared:ident).+) => {
        impl<$($parameter),*> Handle for $handle {
            fn resource(&self) -> &'static str {
                self.$($declared).+.resource()
            }
        }
    };
}

#[cfg(feature = "local")]
mod named {
    use super::*;

    handle!([T] Table<T>, declared);
    handle!([T, O] Queue<T, O>, sender.declared);
    handle!([T, O] Topic<T, O>, sender.declared);
    handle!([E] Bus<E>, declared);
    handle!([] Bucket, declared);
    handle!([T] Secret<T>, stored);
    handle!([T] Parameter<T>, stored);
    handle!([Req, Res] Function<Req, Res>, declared);
}
