//! Messages of a queue.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::{from_millis, nullish, read, read_text};
use crate::Queue;
use crate::backend::BoxFuture;
use crate::context::CORRELATION_ATTRIBUTE;
use crate::dispatch::{
    Arrival, Arrived, Batch, Each, Message, Order, Payload, Reply, Trigger, Whole, batches,
    each_message,
};

#[derive(Deserialize)]
struct SqsEvent {
    #[serde(rename = "Records")]
    records: Vec<SqsRecord>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SqsRecord {
    message_id: String,
    #[serde(default)]
    body: String,
    #[serde(default, deserialize_with = "nullish")]
    attributes: BTreeMap<String, String>,
    #[serde(default, deserialize_with = "nullish")]
    message_attributes: BTreeMap<String, SqsAttribute>,
    #[serde(rename = "eventSourceARN", default)]
    source_arn: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SqsAttribute {
    #[serde(default)]
    string_value: Option<String>,
}

fn arrive<T: DeserializeOwned>(payload: &RawValue) -> Arrival<T> {
    let event: SqsEvent = read(payload, "the messages of the queue")?;
    let fifo = event
        .records
        .iter()
        .any(|record| record.source_arn.ends_with(".fifo"));
    let arrived = event.records.into_iter().map(arrived).collect();
    let order = if fifo { Order::Groups } else { Order::None };
    Ok((arrived, order))
}

fn arrived<T: DeserializeOwned>(record: SqsRecord) -> Arrived<T> {
    let attributes: BTreeMap<String, String> = record
        .message_attributes
        .into_iter()
        .filter_map(|(name, attribute)| Some((name, attribute.string_value?)))
        .collect();
    let number = |name: &str| {
        record
            .attributes
            .get(name)
            .and_then(|text| text.parse().ok())
    };
    let group = record.attributes.get("MessageGroupId").cloned();
    let message = read_text(&record.body).map(|body| Message {
        body,
        id: record.message_id.clone(),
        group: group.clone(),
        sent: number("SentTimestamp").and_then(from_millis),
        receives: number("ApproximateReceiveCount").map_or(1, |count| count as u32),
        correlation_id: attributes.get(CORRELATION_ATTRIBUTE).cloned(),
        trace_header: record.attributes.get("AWSTraceHeader").cloned(),
        attributes,
    });
    Arrived {
        message: message.map_err(|error| format!("the body is not the payload: {error}").into()),
        id: record.message_id,
        group,
    }
}

impl<T: DeserializeOwned + Send + 'static, O> Payload<Queue<T, O>> for T {
    type Mode = Each;

    fn trigger<F>(handler: F) -> Trigger
    where
        F: Fn(T) -> BoxFuture<'static, Reply> + Send + Sync + 'static,
    {
        each_message("queue", arrive, handler, Message::<T>::into_inner)
    }
}

impl<T: DeserializeOwned + Send + 'static, O> Payload<Queue<T, O>> for Message<T> {
    type Mode = Each;

    fn trigger<F>(handler: F) -> Trigger
    where
        F: Fn(Message<T>) -> BoxFuture<'static, Reply> + Send + Sync + 'static,
    {
        each_message("queue", arrive::<T>, handler, |message| message)
    }
}

impl<T: DeserializeOwned + Send + 'static, O> Payload<Queue<T, O>> for Batch<T> {
    type Mode = Whole;

    fn trigger<F>(handler: F) -> Trigger
    where
        F: Fn(Batch<T>) -> BoxFuture<'static, Reply> + Send + Sync + 'static,
    {
        batches("queue", arrive, handler)
    }
}
