//! Changes of a table's items.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{from_millis, read};
use crate::backend::BoxFuture;
use crate::dispatch::{
    Arrival, Arrived, Batch, Each, Message, Order, Payload, Reply, Trigger, Whole, batches,
    each_message,
};
use crate::error::BoxError;
use crate::{Item, Table};

/// What happened to an item. Needs a stream with old and new images, which a table has unless its
/// `stream` option says otherwise.
#[derive(Clone, Debug, PartialEq)]
pub enum Change<T> {
    /// A new item.
    Inserted(T),
    /// An item with other attributes than before.
    Modified {
        /// As it was.
        before: T,
        /// As it is.
        after: T,
    },
    /// An item that is gone, deleted or expired.
    Removed(T),
}

impl<T> Change<T> {
    /// The item after the change; none if it is gone.
    pub fn after(&self) -> Option<&T> {
        match self {
            Change::Inserted(after) | Change::Modified { after, .. } => Some(after),
            Change::Removed(_) => None,
        }
    }

    /// The item before the change; none if it is new.
    pub fn before(&self) -> Option<&T> {
        match self {
            Change::Removed(before) | Change::Modified { before, .. } => Some(before),
            Change::Inserted(_) => None,
        }
    }
}

/// The stream of a table, as a source.
#[derive(Debug)]
pub struct Changes<T>(std::marker::PhantomData<fn() -> T>);

/// `#[on(TABLE.changes())]`.
pub fn changes<T>(_table: &Table<T>) -> Changes<T> {
    Changes(std::marker::PhantomData)
}

#[derive(Deserialize)]
struct StreamEvent {
    #[serde(rename = "Records")]
    records: Vec<StreamRecord>,
}

#[derive(Deserialize)]
struct StreamRecord {
    #[serde(rename = "eventName", default)]
    name: String,
    dynamodb: StreamChange,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct StreamChange {
    #[serde(default)]
    approximate_creation_date_time: f64,
    #[serde(default)]
    new_image: Option<serde_dynamo::Item>,
    #[serde(default)]
    old_image: Option<serde_dynamo::Item>,
    #[serde(default)]
    sequence_number: String,
}

fn image<T: Item>(image: Option<serde_dynamo::Item>, which: &str) -> Result<T, BoxError> {
    let Some(image) = image else {
        return Err(format!(
            "the change has no {which} image; the table's stream needs `stream = \"new_and_old\"`"
        )
        .into());
    };
    serde_dynamo::from_item(image)
        .map_err(|error| format!("the {which} image is not the item's type: {error}").into())
}

fn change<T: Item>(name: &str, change: StreamChange) -> Result<Change<T>, BoxError> {
    match name {
        "INSERT" => Ok(Change::Inserted(image(change.new_image, "new")?)),
        "MODIFY" => Ok(Change::Modified {
            before: image(change.old_image, "old")?,
            after: image(change.new_image, "new")?,
        }),
        "REMOVE" => Ok(Change::Removed(image(change.old_image, "old")?)),
        other => Err(format!("the change `{other}` is not known").into()),
    }
}

fn arrive<T: Item>(payload: &RawValue) -> Arrival<Change<T>> {
    let event: StreamEvent = read(payload, "the changes of the table")?;
    let arrived = event.records.into_iter().map(|record| {
        let id = record.dynamodb.sequence_number.clone();
        let millis = record.dynamodb.approximate_creation_date_time * 1_000.0;
        let message = change(&record.name, record.dynamodb).map(|body| Message {
            body,
            id: id.clone(),
            group: None,
            sent: from_millis(millis as u64),
            receives: 1,
            attributes: Default::default(),
            correlation_id: None,
            trace_header: None,
        });
        Arrived {
            id,
            group: None,
            message,
        }
    });
    // Lambda goes on from the first failure, whatever came after it.
    Ok((arrived.collect(), Order::All))
}

impl<T: Item> Payload<Changes<T>> for Change<T> {
    type Mode = Each;

    fn trigger<F>(handler: F) -> Trigger
    where
        F: Fn(Change<T>) -> BoxFuture<'static, Reply> + Send + Sync + 'static,
    {
        each_message("table", arrive::<T>, handler, Message::into_inner)
    }
}

impl<T: Item> Payload<Changes<T>> for Message<Change<T>> {
    type Mode = Each;

    fn trigger<F>(handler: F) -> Trigger
    where
        F: Fn(Message<Change<T>>) -> BoxFuture<'static, Reply> + Send + Sync + 'static,
    {
        each_message("table", arrive::<T>, handler, |message| message)
    }
}

impl<T: Item> Payload<Changes<T>> for Batch<Change<T>> {
    type Mode = Whole;

    fn trigger<F>(handler: F) -> Trigger
    where
        F: Fn(Batch<Change<T>>) -> BoxFuture<'static, Reply> + Send + Sync + 'static,
    {
        batches("table", arrive, handler)
    }
}
