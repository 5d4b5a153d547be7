//! Queries and scans.

use std::marker::PhantomData;

use futures_util::stream;
use serde::Serialize;

use super::codec;
use super::cursor::Cursor;
use crate::backend::table::{self, Attributes, RawPage, SortRange, TableTarget};
use crate::backend::{self, call};
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

/// A query for the items of one partition in the order of the sort key, made by
/// [`Table::query`](crate::Table::query) and [`query_index`](crate::Table::query_index).
///
/// Ends with [`page`](Query::page), [`all`](Query::all) or [`stream`](Query::stream).
#[must_use = "a query does nothing until `page`, `all` or `stream` is called"]
pub struct Query<T> {
    request: Result<table::Query>,
    sort_key: Option<KeyAttribute>,
    operation: &'static str,
    resource: &'static str,
    item: PhantomData<fn() -> T>,
}

/// A scan of all items in no order, made by [`Table::scan`](crate::Table::scan) and
/// [`scan_index`](crate::Table::scan_index).
///
/// It reads, and is billed for, everything in the table, also what a filter leaves out.
#[must_use = "a scan does nothing until `page`, `all` or `stream` is called"]
pub struct Scan<T> {
    request: Result<table::Scan>,
    operation: &'static str,
    resource: &'static str,
    item: PhantomData<fn() -> T>,
}

impl<T: Item> Query<T> {
    pub(super) fn new(
        target: Result<TableTarget>,
        index: Option<&str>,
        partition: impl FnOnce(KeyAttribute) -> Result<serde_dynamo::AttributeValue>,
        operation: &'static str,
        resource: &'static str,
    ) -> Self {
        let mut sort_key = None;
        let request = target.and_then(|table| {
            let (partition_key, sort) = keys::<T>(index)?;
            sort_key = sort;
            Ok(table::Query {
                table,
                index: index.map(str::to_owned),
                partition: (partition_key, partition(partition_key)?),
                sort: None,
                filter: None,
                descending: false,
                limit: None,
                start: None,
                consistent: false,
            })
        });
        Query {
            request,
            sort_key,
            operation,
            resource,
            item: PhantomData,
        }
    }

    /// At most this many items, at least 1: per page for [`page`](Query::page), in all for the others.
    pub fn limit(self, items: u32) -> Self {
        self.change(|request| {
            request.limit = Some(positive(items)?);
            Ok(())
        })
    }

    /// From the largest sort key to the smallest.
    pub fn descending(self) -> Self {
        self.change(|request| {
            request.descending = true;
            Ok(())
        })
    }

    /// Continues where a page ended; `None` starts at the beginning.
    pub fn starting_after(self, cursor: impl Into<OptionalCursor>) -> Self {
        self.change(|request| {
            request.start = match cursor.into().0 {
                Some(cursor) => Some(cursor.start(
                    &T::SCHEMA,
                    request.index.as_deref(),
                    Some((request.partition.0.name, &request.partition.1)),
                )?),
                None => None,
            };
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

    /// Leaves out items that do not fulfil the condition, after they were read and billed. Key
    /// attributes are not allowed in it.
    pub fn filter(self, condition: Condition) -> Self {
        self.change(|request| {
            request.filter = Some(condition.into_expr()?);
            Ok(())
        })
    }

    /// Sees all writes that were answered before, at twice the price; not for indexes.
    pub fn consistent(self) -> Self {
        self.change(|request| {
            no_index(request.index.as_deref())?;
            request.consistent = true;
            Ok(())
        })
    }

    /// One page: at most 1 MB, and at most `limit` items.
    pub async fn page(self) -> Result<Page<T>> {
        let (operation, resource) = (self.operation, self.resource);
        let page = async {
            let raw = call!(table, "table", TableBackend::query, self.request?)?;
            page(raw)
        };
        page.await.map_err(|e| e.at(operation, resource))
    }

    /// All pages, collected.
    pub async fn all(self) -> Result<Vec<T>> {
        collect(self.stream()).await
    }

    /// All pages, one after the other as the items are asked for.
    pub fn stream(self) -> Items<T> {
        let limit = self.request.as_ref().ok().and_then(|request| request.limit);
        pages(
            self.request,
            limit,
            self.operation,
            self.resource,
            |mut request, left, start| async move {
                request.limit = if request.filter.is_some() { None } else { left };
                request.start = start.or(request.start);
                let raw = call!(table, "table", TableBackend::query, request.clone())?;
                Ok((request, raw))
            },
        )
    }

    fn change(mut self, change: impl FnOnce(&mut table::Query) -> Result<()>) -> Self {
        self.request = self.request.and_then(|mut request| {
            change(&mut request)?;
            Ok(request)
        });
        self
    }

    fn range(self, make: impl FnOnce(KeyAttribute) -> Result<SortRange>) -> Self {
        let sort_key = self.sort_key;
        self.change(|request| {
            let key = sort_key.ok_or_else(|| match &request.index {
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
            Ok(table::Scan {
                table,
                index: index.map(str::to_owned),
                filter: None,
                limit: None,
                start: None,
                consistent: false,
            })
        });
        Scan {
            request,
            operation,
            resource,
            item: PhantomData,
        }
    }

    /// At most this many items, at least 1: per page for [`page`](Scan::page), in all for the others.
    pub fn limit(self, items: u32) -> Self {
        self.change(|request| {
            request.limit = Some(positive(items)?);
            Ok(())
        })
    }

    /// Continues where a page ended; `None` starts at the beginning.
    pub fn starting_after(self, cursor: impl Into<OptionalCursor>) -> Self {
        self.change(|request| {
            request.start = match cursor.into().0 {
                Some(cursor) => Some(cursor.start(&T::SCHEMA, request.index.as_deref(), None)?),
                None => None,
            };
            Ok(())
        })
    }

    /// Leaves out items that do not fulfil the condition, after they were read and billed.
    pub fn filter(self, condition: Condition) -> Self {
        self.change(|request| {
            request.filter = Some(condition.into_expr()?);
            Ok(())
        })
    }

    /// Sees all writes that were answered before, at twice the price; not for indexes.
    pub fn consistent(self) -> Self {
        self.change(|request| {
            no_index(request.index.as_deref())?;
            request.consistent = true;
            Ok(())
        })
    }

    /// One page: at most 1 MB, and at most `limit` items.
    pub async fn page(self) -> Result<Page<T>> {
        let (operation, resource) = (self.operation, self.resource);
        let page = async {
            let raw = call!(table, "table", TableBackend::scan, self.request?)?;
            page(raw)
        };
        page.await.map_err(|e| e.at(operation, resource))
    }

    /// All pages, collected.
    pub async fn all(self) -> Result<Vec<T>> {
        collect(self.stream()).await
    }

    /// All pages, one after the other as the items are asked for.
    pub fn stream(self) -> Items<T> {
        let limit = self.request.as_ref().ok().and_then(|request| request.limit);
        pages(
            self.request,
            limit,
            self.operation,
            self.resource,
            |mut request, left, start| async move {
                request.limit = if request.filter.is_some() { None } else { left };
                request.start = start.or(request.start);
                let raw = call!(table, "table", TableBackend::scan, request.clone())?;
                Ok((request, raw))
            },
        )
    }

    fn change(mut self, change: impl FnOnce(&mut table::Scan) -> Result<()>) -> Self {
        self.request = self.request.and_then(|mut request| {
            change(&mut request)?;
            Ok(request)
        });
        self
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

async fn collect<T>(mut items: Items<T>) -> Result<Vec<T>> {
    let mut all = Vec::new();
    while let Some(item) = items.next().await {
        all.push(item?);
    }
    Ok(all)
}

/// The items of all pages, up to a limit. They come from the backends that are in effect where the
/// stream is made, wherever it is read.
fn pages<T, R, F, Fut>(
    request: Result<R>,
    limit: Option<u32>,
    operation: &'static str,
    resource: &'static str,
    read: F,
) -> Items<T>
where
    T: Item,
    R: Send + 'static,
    F: Fn(R, Option<u32>, Option<Attributes>) -> Fut + Send + Sync + Copy + 'static,
    Fut: Future<Output = Result<(R, RawPage)>> + Send + 'static,
{
    let state = Pages {
        request,
        left: limit,
        start: None,
        buffer: Vec::new().into_iter(),
        more: true,
    };
    let backends = backend::current();
    Items::new(stream::try_unfold(state, move |state| {
        let backends = backends.clone();
        async move {
            let step = next_item(state, read);
            let next = match backends {
                Some(backends) => backend::scope(backends, step).await,
                None => step.await,
            };
            next.map_err(|e| e.at(operation, resource))
        }
    }))
}

struct Pages<R> {
    request: Result<R>,
    left: Option<u32>,
    start: Option<Attributes>,
    buffer: std::vec::IntoIter<Attributes>,
    more: bool,
}

async fn next_item<T, R, F, Fut>(mut state: Pages<R>, read: F) -> Result<Option<(T, Pages<R>)>>
where
    T: Item,
    F: Fn(R, Option<u32>, Option<Attributes>) -> Fut,
    Fut: Future<Output = Result<(R, RawPage)>>,
{
    while state.left != Some(0) {
        if let Some(attributes) = state.buffer.next() {
            state.left = state.left.map(|left| left - 1);
            return Ok(Some((codec::decode(attributes)?, state)));
        }
        if !state.more {
            break;
        }
        let (request, page) = read(state.request?, state.left, state.start.take()).await?;
        state.request = Ok(request);
        state.buffer = page.items.into_iter();
        state.more = page.next.is_some();
        state.start = page.next;
    }
    Ok(None)
}
