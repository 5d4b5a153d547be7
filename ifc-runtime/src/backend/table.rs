//! Requests to a table.

use std::collections::HashMap;
use std::future::Future;

use serde_dynamo::AttributeValue;

use super::{BoxFuture, Target, call};
use crate::error::Result;
use crate::expression::{Expr, UpdateAction};
use crate::item::{KeyAttribute, Schema};

/// The attributes of an item or key.
pub type Attributes = HashMap<String, AttributeValue>;

/// A table and its keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TableTarget {
    /// Which table.
    pub target: Target,
    /// Keys and indexes.
    pub schema: Schema,
}

/// Writes an item in place of the one with the same key.
#[derive(Clone, Debug)]
pub struct PutItem {
    /// Where.
    pub table: TableTarget,
    /// The whole item.
    pub item: Attributes,
    /// What has to hold for the item that is there now.
    pub condition: Option<Expr>,
}

/// Reads an item.
#[derive(Clone, Debug)]
pub struct GetItem {
    /// Where.
    pub table: TableTarget,
    /// The key.
    pub key: Attributes,
    /// Whether the read sees all writes that were answered before.
    pub consistent: bool,
}

/// Changes attributes of an item, or makes the item.
#[derive(Clone, Debug)]
pub struct UpdateItem {
    /// Where.
    pub table: TableTarget,
    /// The key.
    pub key: Attributes,
    /// The changes.
    pub actions: Vec<UpdateAction>,
    /// What has to hold for the item that is there now.
    pub condition: Option<Expr>,
}

/// How an update ended.
#[derive(Clone, Debug)]
pub enum Updated {
    /// The item after the change.
    Done(Attributes),
    /// The condition does not hold; the item that is there, if there is one.
    ConditionFailed(Option<Attributes>),
}

/// Removes an item; no error if there is none.
#[derive(Clone, Debug)]
pub struct DeleteItem {
    /// Where.
    pub table: TableTarget,
    /// The key.
    pub key: Attributes,
    /// What has to hold for the item that is there now.
    pub condition: Option<Expr>,
}

/// A range of sort keys.
#[derive(Clone, Debug, PartialEq)]
pub enum SortRange {
    /// This one.
    Equal(AttributeValue),
    /// Below.
    Less(AttributeValue),
    /// Up to and with.
    AtMost(AttributeValue),
    /// Above.
    Greater(AttributeValue),
    /// From and with.
    AtLeast(AttributeValue),
    /// From and with, up to and with.
    Between(AttributeValue, AttributeValue),
    /// Strings or bytes with this beginning.
    BeginsWith(AttributeValue),
}

/// Reads one page of all items, in no order.
#[derive(Clone, Debug)]
pub struct Read {
    /// Where.
    pub table: TableTarget,
    /// In an index rather than in the table.
    pub index: Option<String>,
    /// Leaves out items after they were read (and counted for `limit`).
    pub filter: Option<Expr>,
    /// The most items to read.
    pub limit: Option<u32>,
    /// The key after which to start.
    pub start: Option<Attributes>,
    /// Whether the read sees all writes that were answered before; not for indexes.
    pub consistent: bool,
}

/// Reads one page of the items of one partition, in the order of the sort key.
#[derive(Clone, Debug)]
pub struct Query {
    /// From where, and how much.
    pub read: Read,
    /// The partition key.
    pub partition: (KeyAttribute, AttributeValue),
    /// A range of the sort key.
    pub sort: Option<(KeyAttribute, SortRange)>,
    /// From the last to the first.
    pub descending: bool,
}

/// A request that is answered page by page: [`Query`], or [`Read`] for a scan.
pub trait PageRequest: Clone + Send + 'static {
    /// From where, and how much.
    fn read(&self) -> &Read;
    /// The same, to change it.
    fn read_mut(&mut self) -> &mut Read;
    /// The partition that all items are of.
    fn partition(&self) -> Option<(&str, &AttributeValue)>;
    /// Gets the page from the backend.
    fn page(self) -> impl Future<Output = Result<RawPage>> + Send;
}

impl PageRequest for Read {
    fn read(&self) -> &Read {
        self
    }

    fn read_mut(&mut self) -> &mut Read {
        self
    }

    fn partition(&self) -> Option<(&str, &AttributeValue)> {
        None
    }

    async fn page(self) -> Result<RawPage> {
        call!(table, "table", TableBackend::scan, self)
    }
}

impl PageRequest for Query {
    fn read(&self) -> &Read {
        &self.read
    }

    fn read_mut(&mut self) -> &mut Read {
        &mut self.read
    }

    fn partition(&self) -> Option<(&str, &AttributeValue)> {
        Some((self.partition.0.name, &self.partition.1))
    }

    async fn page(self) -> Result<RawPage> {
        call!(table, "table", TableBackend::query, self)
    }
}

/// The answer to a [`PageRequest`].
#[derive(Clone, Debug, Default)]
pub struct RawPage {
    /// The items.
    pub items: Vec<Attributes>,
    /// The key after which the next page starts; `None` at the end.
    pub next: Option<Attributes>,
}

/// Reads up to 100 items by key.
#[derive(Clone, Debug)]
pub struct BatchGet {
    /// Where.
    pub table: TableTarget,
    /// The keys, all different.
    pub keys: Vec<Attributes>,
}

/// The answer to [`BatchGet`].
#[derive(Clone, Debug, Default)]
pub struct BatchGot {
    /// The items that exist, in any order.
    pub items: Vec<Attributes>,
    /// Keys that the service left for another call.
    pub unprocessed: Vec<Attributes>,
}

/// One write of a batch.
#[derive(Clone, Debug, PartialEq)]
pub enum BatchEntry {
    /// Writes this item.
    Put(Attributes),
    /// Removes the item with this key.
    Delete(Attributes),
}

/// Up to 25 writes without conditions, each by itself.
#[derive(Clone, Debug)]
pub struct BatchWrite {
    /// Where.
    pub table: TableTarget,
    /// The writes, with all keys different.
    pub entries: Vec<BatchEntry>,
}

/// One operation of a transaction.
#[derive(Clone, Debug)]
pub enum WriteOperation {
    /// Writes an item.
    Put(PutItem),
    /// Changes an item.
    Update(UpdateItem),
    /// Removes an item.
    Delete(DeleteItem),
    /// Only checks a condition.
    Check {
        /// Where.
        table: TableTarget,
        /// The key.
        key: Attributes,
        /// What has to hold.
        condition: Expr,
    },
}

impl WriteOperation {
    /// The table that it is about.
    pub fn target(&self) -> Target {
        match self {
            WriteOperation::Put(put) => put.table.target,
            WriteOperation::Update(update) => update.table.target,
            WriteOperation::Delete(delete) => delete.table.target,
            WriteOperation::Check { table, .. } => table.target,
        }
    }
}

/// Up to 100 writes, all or none.
#[derive(Clone, Debug)]
pub struct TransactWrite {
    /// The operations, on different items.
    pub operations: Vec<WriteOperation>,
    /// Makes repeated requests with the same token one.
    pub token: String,
}

/// What a table can do. Each method is one request.
pub trait TableBackend: Send + Sync {
    /// `ConditionFailed` if the condition does not hold.
    fn put(&self, request: PutItem) -> BoxFuture<'_, Result<()>>;
    /// `None` if there is no such item.
    fn get(&self, request: GetItem) -> BoxFuture<'_, Result<Option<Attributes>>>;
    /// See [`Updated`].
    fn update(&self, request: UpdateItem) -> BoxFuture<'_, Result<Updated>>;
    /// `ConditionFailed` if the condition does not hold.
    fn delete(&self, request: DeleteItem) -> BoxFuture<'_, Result<()>>;
    /// One page.
    fn query(&self, request: Query) -> BoxFuture<'_, Result<RawPage>>;
    /// One page.
    fn scan(&self, request: Read) -> BoxFuture<'_, Result<RawPage>>;
    /// At most 100 keys.
    fn batch_get(&self, request: BatchGet) -> BoxFuture<'_, Result<BatchGot>>;
    /// At most 25 entries; gives those that the service left for another call.
    fn batch_write(&self, request: BatchWrite) -> BoxFuture<'_, Result<Vec<BatchEntry>>>;
    /// `TransactionCancelled` with one failure for each operation that prevented it.
    fn transact_write(&self, request: TransactWrite) -> BoxFuture<'_, Result<()>>;
    /// One answer per request, in order.
    fn transact_get(&self, gets: Vec<GetItem>) -> BoxFuture<'_, Result<Vec<Option<Attributes>>>>;
}
