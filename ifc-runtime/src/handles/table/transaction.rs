//! Several items, possibly of several tables, all or none.

use std::collections::VecDeque;
use std::marker::PhantomData;

use super::{Table, codec, partition_path, update_request};
use crate::backend::call;
use crate::backend::table::{
    Attributes, DeleteItem, GetItem, PutItem, TransactWrite, WriteOperation,
};
use crate::error::{Error, Result};
use crate::expression::{Condition, Expr, Update};
use crate::item::{IntoKey, Item};

const MOST: usize = 100;

/// Writes to several items that happen all or not at all: up to 100 operations on different items, 4 MB.
///
/// ```no_run
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/docs/shop.rs"));
/// # async fn example(order: Order) -> Result<()> {
/// Transaction::new()
///     .put_new(&ORDERS, &order)
///     .update(&STOCK, &order.sku, Update::new().add("left", -1).only_if(attr("left").ge(1)))
///     .check(&CUSTOMERS, &order.customer, attr("blocked").eq(false))
///     .commit()
///     .await?;
/// # Ok(())
/// # }
/// # fn main() {}
/// ```
///
/// Permissions: for each table the action of each operation, such as `dynamodb:PutItem`. Costs twice as
/// much as single writes.
#[derive(Debug)]
#[must_use = "nothing is written until `commit` is called"]
pub struct Transaction {
    operations: Result<Vec<WriteOperation>>,
}

impl Default for Transaction {
    fn default() -> Self {
        Self::new()
    }
}

impl Transaction {
    /// A transaction without operations.
    pub fn new() -> Self {
        Transaction {
            operations: Ok(Vec::new()),
        }
    }

    /// Writes an item in place of the one with the same key. Permission: `dynamodb:PutItem`.
    pub fn put<T: Item>(self, table: &Table<T>, item: &T) -> Self {
        self.push("put", table, |table| {
            Ok(WriteOperation::Put(PutItem {
                table: table.target()?,
                item: codec::encode(item)?,
                condition: None,
            }))
        })
    }

    /// Writes an item if there is none with its key. Permission: `dynamodb:PutItem`.
    pub fn put_new<T: Item>(self, table: &Table<T>, item: &T) -> Self {
        self.push("put_new", table, |table| {
            Ok(WriteOperation::Put(PutItem {
                table: table.target()?,
                item: codec::encode(item)?,
                condition: Some(Expr::NotExists(partition_path::<T>())),
            }))
        })
    }

    /// Changes an item, which has to exist unless the update says [`upsert`](Update::upsert).
    /// Permission: `dynamodb:UpdateItem`.
    pub fn update<T: Item>(
        self,
        table: &Table<T>,
        key: impl IntoKey<T::Key>,
        update: Update,
    ) -> Self {
        self.push("update", table, |table| {
            let request = update_request::<T>(table.target()?, codec::key::<T>(&key)?, update)?;
            Ok(WriteOperation::Update(request))
        })
    }

    /// Removes an item; no error if there is none. Permission: `dynamodb:DeleteItem`.
    pub fn delete<T: Item>(self, table: &Table<T>, key: impl IntoKey<T::Key>) -> Self {
        self.push("delete", table, |table| {
            Ok(WriteOperation::Delete(DeleteItem {
                table: table.target()?,
                key: codec::key::<T>(&key)?,
                condition: None,
            }))
        })
    }

    /// Only checks a condition of an item that no other operation writes. Permission:
    /// `dynamodb:ConditionCheckItem`.
    pub fn check<T: Item>(
        self,
        table: &Table<T>,
        key: impl IntoKey<T::Key>,
        condition: Condition,
    ) -> Self {
        self.push("check", table, |table| {
            Ok(WriteOperation::Check {
                table: table.target()?,
                key: codec::key::<T>(&key)?,
                condition: condition.into_expr()?,
            })
        })
    }

    /// Writes everything, or fails with
    /// [`TransactionCancelled`](crate::ErrorKind::TransactionCancelled), whose
    /// [`failures`](Error::failures) give the position and reason of each operation that prevented it.
    /// Without operations it does nothing.
    pub async fn commit(self) -> Result<()> {
        let commit = async {
            let operations = self.operations?;
            bounded(operations.len())?;
            if operations.is_empty() {
                return Ok(());
            }
            let request = TransactWrite {
                operations,
                token: crate::context::new_id(),
            };
            call!(table, "table", TableBackend::transact_write, request)
        };
        commit.await.map_err(|error: Error| error.at("commit", ""))
    }

    fn push<T: Item>(
        mut self,
        operation: &'static str,
        table: &Table<T>,
        make: impl FnOnce(&Table<T>) -> Result<WriteOperation>,
    ) -> Self {
        self.operations = self.operations.and_then(|mut operations| {
            let made = make(table).map_err(|e| e.at(operation, table.declared.resource()))?;
            operations.push(made);
            Ok(operations)
        });
        self
    }
}

/// Reads of several items as they were at one moment: up to 100 items, 4 MB.
///
/// ```no_run
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/docs/shop.rs"));
/// # async fn example() -> Result<()> {
/// let (order, customer) = ReadTransaction::new()
///     .get(&ORDERS, "o-1")
///     .get(&CUSTOMERS, "c-3")
///     .commit()
///     .await?;
/// # Ok(())
/// # }
/// # fn main() {}
/// ```
///
/// The answer is a tuple with an `Option` per `get`. Permission: `dynamodb:GetItem` on each table. Costs
/// twice as much as single consistent reads.
#[must_use = "nothing is read until `commit` is called"]
pub struct ReadTransaction<R = ()> {
    gets: Result<Vec<GetItem>>,
    results: PhantomData<fn() -> R>,
}

impl Default for ReadTransaction {
    fn default() -> Self {
        Self::new()
    }
}

impl ReadTransaction {
    /// A transaction without reads.
    pub fn new() -> Self {
        ReadTransaction {
            gets: Ok(Vec::new()),
            results: PhantomData,
        }
    }
}

impl<R: ReadResults> ReadTransaction<R> {
    /// Reads an item. Up to eight reads in one transaction.
    pub fn get<T: Item>(
        self,
        table: &Table<T>,
        key: impl IntoKey<T::Key>,
    ) -> ReadTransaction<R::With<T>>
    where
        R: ReadMore,
    {
        let gets = self.gets.and_then(|mut gets| {
            let get = table.target().and_then(|table| {
                Ok(GetItem {
                    table,
                    key: codec::key::<T>(&key)?,
                    consistent: true,
                })
            });
            gets.push(get.map_err(|e| e.at("get", table.declared.resource()))?);
            Ok(gets)
        });
        ReadTransaction {
            gets,
            results: PhantomData,
        }
    }

    /// Reads everything.
    pub async fn commit(self) -> Result<R> {
        let commit = async {
            let gets = self.gets?;
            bounded(gets.len())?;
            let found = if gets.is_empty() {
                Vec::new()
            } else {
                call!(table, "table", TableBackend::transact_get, gets)?
            };
            R::read(&mut found.into())
        };
        commit.await.map_err(|error: Error| error.at("commit", ""))
    }
}

fn bounded(operations: usize) -> Result<()> {
    if operations > MOST {
        return Err(Error::invalid(format!(
            "a transaction has at most {MOST} operations, this has {operations}"
        )));
    }
    Ok(())
}

/// What a [`ReadTransaction`] gives: a tuple with an `Option` per read.
pub trait ReadResults: Sized {
    #[doc(hidden)]
    fn read(found: &mut VecDeque<Option<Attributes>>) -> Result<Self>;
}

/// A [`ReadTransaction`] that can take another read.
#[diagnostic::on_unimplemented(
    message = "a read transaction has at most eight reads",
    note = "use `get_many` to read many items of one table"
)]
pub trait ReadMore: ReadResults {
    /// The results with one more.
    type With<T: Item>: ReadResults;
}

macro_rules! read_results {
    ($($item:ident)*) => {
        impl<$($item: Item),*> ReadResults for ($(Option<$item>,)*) {
            fn read(_found: &mut VecDeque<Option<Attributes>>) -> Result<Self> {
                Ok(($(_found.pop_front().flatten().map(codec::decode::<$item>).transpose()?,)*))
            }
        }
    };
}

macro_rules! read_more {
    ($($item:ident)*) => {
        impl<$($item: Item),*> ReadMore for ($(Option<$item>,)*) {
            type With<Next: Item> = ($(Option<$item>,)* Option<Next>,);
        }
        read_results!($($item)*);
    };
}

read_more!();
read_more!(A);
read_more!(A B);
read_more!(A B C);
read_more!(A B C D);
read_more!(A B C D E);
read_more!(A B C D E F);
read_more!(A B C D E F G);
read_results!(A B C D E F G H);
