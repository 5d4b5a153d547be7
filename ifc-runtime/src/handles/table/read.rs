//! Queries and scans.

use std::marker::PhantomData;

use futures_util::stream;
use serde::Serialize;

use super::codec;
use super::cursor::Cursor;
use crate::backend;
use crate::backend::table::{self, Attributes, PageRequest, RawPage, Read, SortRange, TableTarget};
use crate::error::{Error, Result};
use crate::expression::Condition;
use crate::handles::items::Items;
use crate::item::{Item, KeyAttribute, KeyKind};

/// One page of a query, scan or listing.
#[derive(Clone, Debug, PartialEq)]
pub struct Page<T, C = Cursor> {
    /// The items; can be empty although more pages follow.
    pub items: Vec<T>,
    /// For `starting_after`, to read the next page; `None` at the end.
    pub next: Option<C>,
}

/// A read of many items, page by page; see [`Query`] and [`Scan`].
///
/// Ends with [`page`](Reading::page), [`all`](Reading::all) or [`stream`](Reading::stream).
#[must_use = "nothing is read until `page`, `all` or `stream` is called"]
pub struct Reading<T, R> {
    request: Result<R>,
    operation: &'static str,
    resource: &'static str,
    item: PhantomData<fn() -> T>,
}

/// A query for the items of one partition in the order of the sort key, made by
/// [`Table::query`](crate::Table::query) and [`query_index`](crate::Table::query_index).
pub type Query<T> = Reading<T, table::Query>;

/// A scan of all items in no order, made by [`Table::scan`](crate::Table::scan) and
/// [`scan_index`](crate::Table::scan_index).
///
/// It reads, and is billed for, everything in the table, also what a filter leaves out.
pub type Scan<T> = Reading<T, Read>;

impl<T: Item, R: PageRequest> Reading<T, R> {
    fn of(request: Result<R>, operation: &'static str, resource: &'static str) -> Self {
        Reading {
            request,
            operation,
            resource,
            item: PhantomData,
        }
    }

    /// At most this many items, at least 1: per page for [`page`](Self::page), in all for the others.
    pub fn limit(self, items: u32) -> Self {
        self.change(|request| {
            request.read_mut().limit = Some(positive(items)?);
            Ok(())
        })
    }

    /// Continues where a page ended; `None` starts at the beginning.
    pub fn starting_after(self, cursor: impl Into<OptionalCursor>) -> Self {
        self.change(|request| {
            let index = request.read().index.as_deref();
            let start = match cursor.into().0 {
                Some(cursor) => Some(cursor.start(&T::SCHEMA, index, request.partition())?),
                None => None,
            };
            request.read_mut().start = start;
            Ok(())
        })
    }

    /// Leaves out items that do not fulfil the condition, after they were read and billed. A query
    /// does not take key attributes in it.
    pub fn filter(self, condition: Condition) -> Self {
        self.change(|request| {
            request.read_mut().filter = Some(condition.into_expr()?);
            Ok(())
        })
    }

    /// Sees all writes that were answered before, at twice the price; not for indexes.
    pub fn consistent(self) -> Self {
        self.change(|request| {
            let read = request.read_mut();
            no_index(read.index.as_deref())?;
            read.consistent = true;
            Ok(())
        })
    }

    /// One page: at most 1 MB, and at most `limit` items.
    pub async fn page(self) -> Result<Page<T>> {
        let (operation, resource) = (self.operation, self.resource);
        let page = async { page(self.request?.page().await?) };
        page.await.map_err(|e| e.at(operation, resource))
    }

    /// All pages, collected.
    pub async fn all(self) -> Result<Vec<T>> {
        let mut items = self.stream();
        let mut all = Vec::new();
        while let Some(item) = items.next().await {
            all.push(item?);
        }
        Ok(all)
    }

    /// All pages, one after the other as the items are asked for. They come from the backends that are
    /// in effect here, wherever the stream is read.
    pub fn stream(self) -> Items<T> {
        let (operation, resource) = (self.operation, self.resource);
        let read = self.request.as_ref().ok().map(PageRequest::read);
        let pages = Pages {
            left: read.and_then(|read| read.limit),
            request: self.request,
            start: None,
            buffer: Vec::new().into_iter(),
            more: true,
        };
        let backends = backend::current();
        Items::new(stream::try_unfold(pages, move |pages| {
            let backends = backends.clone();
            async move {
                let step = next_item(pages);
                let next = match backends {
                    Some(backends) => backend::scope(backends, step).await,
                    None => step.await,
                };
                next.map_err(|e| e.at(operation, resource))
            }
        }))
    }

    fn change(mut self, change: impl FnOnce(&mut R) -> Result<()>) -> Self {
        self.request = self.request.and_then(|mut request| {
            change(&mut request)?;
            Ok(request)
        });
        self
    }
}

impl<T: Item> Query<T> {
    pub(super) fn new(
        target: Result<TableTarget>,
        index: Option<&str>,
        partition: impl FnOnce(KeyAttribute) -> Result<serde_dynamo::AttributeValue>,
        operation: &'static str,
        resource: &'static str,
    ) -> Self {
        let request = target.and_then(|table| {
            let (key, _) = keys::<T>(index)?;
            Ok(table::Query {
                read: everything(table, index),
                partition: (key, partition(key)?),
                sort: None,
                descending: false,
            })
        });
        Reading::of(request, operation, resource)
    }

    /// From the largest sort key to the smallest.
    pub fn descending(self) -> Self {
        self.change(|request| {
            request.descending = true;
            Ok(())
        })
    }

    /// Only the sort key with this value.
    pub fn equal_to(self, value: impl Serialize) -> Self {
        self.range(|key| codec::key_value(key, value).map(SortRange::Equal))
    }

    /// Only sort keys from the first to the second value, both included.
    pub fn between(self, low: impl Serialize, high: impl Serialize) -> Self {
        self.range(|key| {
            Ok(SortRange::Between(
                codec::key_value(key, low)?,
                codec::key_value(key, high)?,
            ))
        })
    }

    /// Only sort keys with this beginning; for strings and bytes.
    pub fn begins_with(self, prefix: impl Serialize) -> Self {
        self.range(|key| {
            if key.kind == KeyKind::N {
                let name = key.name;
                return Err(Error::invalid(format!(
                    "the sort key `{name}` is a number, which begins with nothing"
                )));
            }
            codec::key_value(key, prefix).map(SortRange::BeginsWith)
        })
    }

    /// Only sort keys less than this.
    pub fn less_than(self, value: impl Serialize) -> Self {
        self.range(|key| codec::key_value(key, value).map(SortRange::Less))
    }

    /// Only sort keys less than or equal to this.
    pub fn at_most(self, value: impl Serialize) -> Self {
        self.range(|key| codec::key_value(key, value).map(SortRange::AtMost))
    }

    /// Only sort keys greater than this.
    pub fn greater_than(self, value: impl Serialize) -> Self {
        self.range(|key| codec::key_value(key, value).map(SortRange::Greater))
    }

    /// Only sort keys greater than or equal to this.
    pub fn at_least(self, value: impl Serialize) -> Self {
        self.range(|key| codec::key_value(key, value).map(SortRange::AtLeast))
    }

    fn range(self, make: impl FnOnce(KeyAttribute) -> Result<SortRange>) -> Self {
        self.change(|request| {
            let index = request.read.index.as_deref();
            let (_, sort) = keys::<T>(index)?;
            let key = sort.ok_or_else(|| match index {
                Some(index) => Error::invalid(format!("the index `{index}` has no sort key")),
                None => Error::invalid("the table has no sort key"),
            })?;
            if request.sort.is_some() {
                return Err(Error::invalid("a query takes one range of the sort key"));
            }
            request.sort = Some((key, make(key)?));
            Ok(())
        })
    }
}

impl<T: Item> Scan<T> {
    pub(super) fn new(
        target: Result<TableTarget>,
        index: Option<&str>,
        operation: &'static str,
        resource: &'static str,
    ) -> Self {
        let request = target.and_then(|table| {
            keys::<T>(index)?;
            Ok(everything(table, index))
        });
        Reading::of(request, operation, resource)
    }
}

fn everything(table: TableTarget, index: Option<&str>) -> Read {
    Read {
        table,
        index: index.map(str::to_owned),
        filter: None,
        limit: None,
        start: None,
        consistent: false,
    }
}

/// What `starting_after` takes: a [`Cursor`], its text, or `None`.
pub struct OptionalCursor(Option<Cursor>);

impl<C: Into<Cursor>> From<C> for OptionalCursor {
    fn from(cursor: C) -> Self {
        OptionalCursor(Some(cursor.into()))
    }
}

impl From<Option<Cursor>> for OptionalCursor {
    fn from(cursor: Option<Cursor>) -> Self {
        OptionalCursor(cursor)
    }
}

/// Partition key and sort key of the table or of an index.
fn keys<T: Item>(index: Option<&str>) -> Result<(KeyAttribute, Option<KeyAttribute>)> {
    let schema = T::SCHEMA;
    let Some(name) = index else {
        return Ok((schema.partition, schema.sort));
    };
    match schema.index(name) {
        Some(index) => Ok((index.partition, index.sort)),
        None => {
            let names: Vec<String> = schema
                .indexes
                .iter()
                .map(|index| format!("`{}`", index.name))
                .collect();
            let known = if names.is_empty() {
                "none".to_owned()
            } else {
                names.join(", ")
            };
            Err(Error::invalid(format!(
                "there is no index `{name}`; the item type has {known}"
            )))
        }
    }
}

fn positive(limit: u32) -> Result<u32> {
    if limit == 0 {
        Err(Error::invalid("the limit is 0, it has to be at least 1"))
    } else {
        Ok(limit)
    }
}

fn no_index(index: Option<&str>) -> Result<()> {
    match index {
        Some(index) => Err(Error::invalid(format!(
            "the index `{index}` cannot be read consistently, only the table can"
        ))),
        None => Ok(()),
    }
}

fn page<T: Item>(raw: RawPage) -> Result<Page<T>> {
    Ok(Page {
        items: raw
            .items
            .into_iter()
            .map(codec::decode)
            .collect::<Result<_>>()?,
        next: raw.next.as_ref().map(Cursor::after).transpose()?,
    })
}

/// Where a stream of pages stands.
struct Pages<R> {
    request: Result<R>,
    left: Option<u32>,
    start: Option<Attributes>,
    buffer: std::vec::IntoIter<Attributes>,
    more: bool,
}

async fn next_item<T: Item, R: PageRequest>(mut pages: Pages<R>) -> Result<Option<(T, Pages<R>)>> {
    while pages.left != Some(0) {
        if let Some(attributes) = pages.buffer.next() {
            pages.left = pages.left.map(|left| left - 1);
            return Ok(Some((codec::decode(attributes)?, pages)));
        }
        if !pages.more {
            break;
        }
        let mut request = pages.request?;
        let read = request.read_mut();
        read.limit = if read.filter.is_some() {
            None
        } else {
            pages.left
        };
        read.start = pages.start.take().or(read.start.take());
        let page = request.clone().page().await?;
        pages.request = Ok(request);
        pages.buffer = page.items.into_iter();
        pages.more = page.next.is_some();
        pages.start = page.next;
    }
    Ok(None)
}
