//! Tables: items with keys and indexes, on DynamoDB.

mod batch;
mod codec;
mod cursor;
mod get;
mod read;
#[cfg(test)]
mod testing;
mod transaction;

use std::marker::PhantomData;

pub use cursor::Cursor;
pub use get::Get;
pub use read::{OptionalCursor, Page, Query, Reading, Scan};
pub use transaction::{ReadMore, ReadResults, ReadTransaction, Transaction};

use super::declared::Declared;
use crate::backend::call;
use crate::backend::table::{Attributes, DeleteItem, PutItem, TableTarget, UpdateItem, Updated};
use crate::error::{Error, ErrorKind, Result};
use crate::expression::{Condition, Expr, Path, Update};
use crate::item::{AsKey, IntoKey, Item, KeyShape};

/// A table of items of type `T`, on DynamoDB.
///
/// ```no_run
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/docs/shop.rs"));
/// # async fn example(order: Order) -> Result<()> {
/// #[resource]
/// pub static ORDERS: Table<Order> = Table::new();
///
/// ORDERS.put(&order).await?;
/// let order = ORDERS.get("o-17").await?;
/// let theirs = ORDERS.query_index("by_customer", "c-3").limit(20).page().await?;
/// # Ok(())
/// # }
/// # fn main() {}
/// ```
///
/// Keys are given by value or by reference; a table with a sort key takes the pair `(partition, sort)`.
/// An item has at most 400 KB. Conditions and updates are built with [`attr`](crate::attr) and
/// [`Update`].
pub struct Table<T> {
    pub(super) declared: Declared,
    item: PhantomData<fn() -> T>,
}

impl<T> Table<T> {
    /// The initialiser of a static with `#[resource]`.
    #[allow(clippy::new_without_default, reason = "resources are statics")]
    pub const fn new() -> Self {
        Table {
            declared: Declared::unnamed(),
            item: PhantomData,
        }
    }

    #[doc(hidden)]
    pub const fn __declared(self, name: &'static str) -> Self {
        std::mem::forget(self);
        Table {
            declared: Declared::named(name),
            item: PhantomData,
        }
    }

    /// The name of the table, for use with an SDK client. Needs no permission.
    ///
    /// # Panics
    /// If the environment variable `IFC_<NAME>` is not set, which the template does for each function
    /// that uses the table.
    pub fn name(&self) -> &'static str {
        self.declared.physical_or_panic()
    }
}

impl<T: Item> Table<T> {
    /// Writes an item in place of the one with the same key.
    ///
    /// Permission: `dynamodb:PutItem`. Errors: `Invalid` for a missing or empty key, `TooLarge` above
    /// 400 KB.
    pub async fn put(&self, item: &T) -> Result<()> {
        self.write("put", item, |_| Ok(None)).await
    }

    /// Writes an item unless there is one with its key, which is the error
    /// [`ConditionFailed`](ErrorKind::ConditionFailed).
    ///
    /// Permission: `dynamodb:PutItem`.
    pub async fn put_new(&self, item: &T) -> Result<()> {
        self.write("put_new", item, |_| {
            Ok(Some(Expr::NotExists(partition_path::<T>())))
        })
        .await
    }

    /// Writes an item if the condition holds for the one that is there, or else fails with
    /// [`ConditionFailed`](ErrorKind::ConditionFailed).
    ///
    /// Permission: `dynamodb:PutItem`.
    ///
    /// ```no_run
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/docs/shop.rs"));
    /// # async fn example(order: Order) -> Result<()> {
    /// ORDERS.put_if(&order, attr("version").eq(order.version - 1)).await?;
    /// # Ok(())
    /// # }
    /// # fn main() {}
    /// ```
    pub async fn put_if(&self, item: &T, condition: Condition) -> Result<()> {
        self.write("put_if", item, |_| condition.into_expr().map(Some))
            .await
    }

    /// Reads an item, `None` if there is none.
    ///
    /// A read may miss a write of the last second; `.get(key).consistent()` does not, at twice the
    /// price. Permission: `dynamodb:GetItem`.
    pub fn get(&self, key: impl IntoKey<T::Key>) -> Get<T> {
        Get::new(
            self.target(),
            codec::key::<T>(&key),
            self.declared.resource(),
        )
    }

    /// Changes an item and gives it as it is after. Fails with [`NotFound`](ErrorKind::NotFound) if
    /// there is none, unless the update says [`upsert`](Update::upsert).
    ///
    /// Permission: `dynamodb:UpdateItem`.
    ///
    /// ```no_run
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/docs/shop.rs"));
    /// # async fn example() -> Result<()> {
    /// let order = ORDERS.update("o-17", Update::new().set("status", "paid").add("payments", 1)).await?;
    /// # Ok(())
    /// # }
    /// # fn main() {}
    /// ```
    pub async fn update(&self, key: impl IntoKey<T::Key>, update: Update) -> Result<T> {
        self.change("update", codec::key::<T>(&key), update).await
    }

    /// Changes an item if the condition holds for it, or else fails with
    /// [`ConditionFailed`](ErrorKind::ConditionFailed); with [`NotFound`](ErrorKind::NotFound) if there
    /// is none.
    ///
    /// Permission: `dynamodb:UpdateItem`.
    pub async fn update_if(
        &self,
        key: impl IntoKey<T::Key>,
        update: Update,
        condition: Condition,
    ) -> Result<T> {
        self.change(
            "update_if",
            codec::key::<T>(&key),
            update.only_if(condition),
        )
        .await
    }

    /// Removes an item; no error if there is none.
    ///
    /// Permission: `dynamodb:DeleteItem`.
    pub async fn delete(&self, key: impl IntoKey<T::Key>) -> Result<()> {
        self.remove("delete", codec::key::<T>(&key), Ok(None)).await
    }

    /// Removes an item if the condition holds for it, or else fails with
    /// [`ConditionFailed`](ErrorKind::ConditionFailed).
    ///
    /// Permission: `dynamodb:DeleteItem`.
    pub async fn delete_if(&self, key: impl IntoKey<T::Key>, condition: Condition) -> Result<()> {
        self.remove(
            "delete_if",
            codec::key::<T>(&key),
            condition.into_expr().map(Some),
        )
        .await
    }

    /// The items with this partition key, in the order of the sort key.
    ///
    /// Permission: `dynamodb:Query` on the table.
    ///
    /// ```no_run
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/docs/shop.rs"));
    /// # async fn example(midnight: u64, now: u64) -> Result<()> {
    /// let today = READINGS.query("sensor-1").between(midnight, now).descending().all().await?;
    /// # Ok(())
    /// # }
    /// # fn main() {}
    /// ```
    pub fn query(&self, partition: impl AsKey<<T::Key as KeyShape>::Partition>) -> Query<T> {
        Query::new(
            self.target(),
            None,
            |key| codec::key_value(key, partition.as_key()),
            "query",
            self.declared.resource(),
        )
    }

    /// The items with this partition key of an index. The name has to be a literal, so that the
    /// permission is for this index alone.
    ///
    /// Permission: `dynamodb:Query` on the index. Errors: `Invalid` if there is no such index, or the
    /// value is not of its key's type. Index reads may miss writes of the last second.
    pub fn query_index(&self, index: &str, partition: impl serde::Serialize) -> Query<T> {
        Query::new(
            self.target(),
            Some(index),
            |key| codec::key_value(key, partition),
            "query_index",
            self.declared.resource(),
        )
    }

    /// All items, in no order. Reads and bills the whole table.
    ///
    /// Permission: `dynamodb:Scan` on the table.
    pub fn scan(&self) -> Scan<T> {
        Scan::new(self.target(), None, "scan", self.declared.resource())
    }

    /// All items that are in an index, in no order. The name has to be a literal.
    ///
    /// Permission: `dynamodb:Scan` on the index.
    pub fn scan_index(&self, index: &str) -> Scan<T> {
        Scan::new(
            self.target(),
            Some(index),
            "scan_index",
            self.declared.resource(),
        )
    }

    /// Reads many items, one answer per key in the order of the keys; `None` where there is none. Keys
    /// may repeat.
    ///
    /// In requests of 100; what the service leaves over is asked for again, with back-off. Permission:
    /// `dynamodb:BatchGetItem`. Errors: `Throttled` if keys are still left over after about ten seconds.
    pub async fn get_many<K: IntoKey<T::Key>>(
        &self,
        keys: impl IntoIterator<Item = K>,
    ) -> Result<Vec<Option<T>>> {
        let keys: Result<Vec<_>> = keys.into_iter().map(|key| codec::key::<T>(&key)).collect();
        self.declared
            .at("get_many", async {
                batch::get::<T>(self.target()?, keys?).await
            })
            .await
    }

    /// Writes many items, each by itself: this is no transaction. Of two items with the same key the
    /// last is written.
    ///
    /// In requests of 25; what the service leaves over is sent again, with back-off. Permission:
    /// `dynamodb:BatchWriteItem`. Errors: `PartialFailure` naming the positions that were not written.
    pub async fn put_many<'a>(&self, items: impl IntoIterator<Item = &'a T>) -> Result<()> {
        let items: Result<Vec<_>> = items.into_iter().map(codec::encode).collect();
        self.declared
            .at("put_many", async {
                batch::put::<T>(self.target()?, items?).await
            })
            .await
    }

    /// Removes many items, each by itself; no error for those that are not there.
    ///
    /// In requests of 25, as [`put_many`](Table::put_many). Permission: `dynamodb:BatchWriteItem`.
    pub async fn delete_many<K: IntoKey<T::Key>>(
        &self,
        keys: impl IntoIterator<Item = K>,
    ) -> Result<()> {
        let keys: Result<Vec<_>> = keys.into_iter().map(|key| codec::key::<T>(&key)).collect();
        self.declared
            .at("delete_many", async {
                batch::delete(self.target()?, keys?).await
            })
            .await
    }

    fn target(&self) -> Result<TableTarget> {
        Ok(TableTarget {
            target: self.declared.target()?,
            schema: T::SCHEMA,
        })
    }

    async fn write(
        &self,
        operation: &'static str,
        item: &T,
        condition: impl FnOnce(()) -> Result<Option<Expr>>,
    ) -> Result<()> {
        let request = self.target().and_then(|table| {
            Ok(PutItem {
                table,
                item: codec::encode(item)?,
                condition: condition(())?,
            })
        });
        self.declared
            .at(operation, async {
                call!(table, "table", TableBackend::put, request?)
            })
            .await
    }

    async fn remove(
        &self,
        operation: &'static str,
        key: Result<Attributes>,
        condition: Result<Option<Expr>>,
    ) -> Result<()> {
        self.declared
            .at(operation, async {
                let request = DeleteItem {
                    table: self.target()?,
                    key: key?,
                    condition: condition?,
                };
                call!(table, "table", TableBackend::delete, request)
            })
            .await
    }

    async fn change(
        &self,
        operation: &'static str,
        key: Result<Attributes>,
        update: Update,
    ) -> Result<T> {
        self.declared
            .at(operation, async {
                let upsert = update.is_upsert();
                let request = update_request::<T>(self.target()?, key?, update)?;
                match call!(table, "table", TableBackend::update, request)? {
                    Updated::Done(attributes) => codec::decode(attributes),
                    Updated::ConditionFailed(None) if !upsert => Err(Error::new(
                        ErrorKind::NotFound,
                        "there is no item with this key",
                    )),
                    Updated::ConditionFailed(_) => Err(Error::new(
                        ErrorKind::ConditionFailed,
                        "the condition does not hold",
                    )),
                }
            })
            .await
    }
}

/// An update with the condition that the item exists, unless it is an upsert.
fn update_request<T: Item>(
    table: TableTarget,
    key: Attributes,
    update: Update,
) -> Result<UpdateItem> {
    let exists = (!update.is_upsert()).then(|| Expr::Exists(partition_path::<T>()));
    let (actions, condition) = update.into_parts()?;
    let condition = match (exists, condition) {
        (Some(exists), Some(condition)) => Some(Expr::And(vec![exists, condition])),
        (one, other) => one.or(other),
    };
    Ok(UpdateItem {
        table,
        key,
        actions,
        condition,
    })
}

fn partition_path<T: Item>() -> Path {
    Path::exact(T::SCHEMA.partition.name)
}
