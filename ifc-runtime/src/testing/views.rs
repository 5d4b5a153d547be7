//! Looks at resources: what is in them, and what was sent through them.

use std::collections::BTreeMap;
use std::marker::PhantomData;
use std::sync::Arc;

use bytes::Bytes;
use ifc_local::engine::What;
use ifc_local::queue::Message;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::shared::Shared;
use crate::error::Result;
use crate::event::Event;
use crate::handles::{Bucket, Bus, Handle, Queue, Standard, Table, Topic};
use crate::item::Item;

/// A queue, as [`TestApp::queue`](super::TestApp::queue) gives it.
pub struct QueueView<T: 'static, O: 'static> {
    shared: Arc<Shared>,
    queue: &'static Queue<T, O>,
}

impl<T, O> QueueView<T, O> {
    pub(super) fn new(shared: Arc<Shared>, queue: &'static Queue<T, O>) -> Self {
        QueueView { shared, queue }
    }

    /// ARN of the queue for messages that could not be handled.
    #[track_caller]
    #[allow(clippy::panic, reason = "fails the test")]
    fn dead_letter_queue(&self) -> String {
        let url = self.shared.physical(self.queue);
        let engine = self.shared.engine();
        let queue = engine.queues().find(&last(&url));
        match queue.and_then(|queue| queue.redrive()) {
            Some(redrive) => redrive.target.clone(),
            None => panic!("`{}` has no queue for dead letters", self.queue.resource()),
        }
    }

    fn bodies(&self, name: &str) -> Vec<String> {
        let engine = self.shared.engine();
        let queue = engine.queues().find(&last(name));
        let messages = queue.into_iter().flat_map(|queue| queue.messages());
        messages
            .map(|message: &Message| message.body.clone())
            .collect()
    }

    /// How many messages there are, those included that a function has just received.
    pub fn len(&self) -> usize {
        self.bodies(&self.shared.physical(self.queue)).len()
    }

    /// Whether there are no messages.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Puts what could not be handled back into the queue. The test has then seen it.
    ///
    /// # Panics
    /// If the queue has no queue for dead letters.
    #[track_caller]
    pub fn redrive(&self) {
        let target = self.dead_letter_queue();
        self.shared.see_dead_letters(&target);
        let input = json!({ "SourceArn": target });
        self.shared.ask("sqs", "StartMessageMoveTask", input);
    }
}

impl<T: DeserializeOwned, O> QueueView<T, O> {
    /// The messages in the order of sending, those included that a function has just received.
    ///
    /// # Panics
    /// If a message is no `T`.
    #[track_caller]
    pub fn messages(&self) -> Vec<T> {
        read_all(&self.bodies(&self.shared.physical(self.queue)))
    }

    /// The messages that could not be handled, in the order of sending. The test has then seen them.
    ///
    /// # Panics
    /// If a message is no `T`, or the queue has no queue for dead letters.
    #[track_caller]
    pub fn dead_letters(&self) -> Vec<T> {
        let target = self.dead_letter_queue();
        self.shared.see_dead_letters(&target);
        read_all(&self.bodies(&target))
    }
}

impl<T: Serialize> QueueView<T, Standard> {
    /// Sends a message and gives its id.
    ///
    /// # Errors
    /// As [`Queue::send`].
    pub async fn send(&self, payload: &T) -> Result<String> {
        self.queue.send(payload).await
    }
}

/// A table, as [`TestApp::table`](super::TestApp::table) gives it.
pub struct TableView<T: 'static> {
    shared: Arc<Shared>,
    table: &'static Table<T>,
}

impl<T> TableView<T> {
    pub(super) fn new(shared: Arc<Shared>, table: &'static Table<T>) -> Self {
        TableView { shared, table }
    }
}

impl<T: Item> TableView<T> {
    /// All items.
    ///
    /// # Panics
    /// If an item is no `T`.
    #[track_caller]
    #[allow(clippy::panic, reason = "fails the test")]
    pub fn items(&self) -> Vec<T> {
        let mut items = Vec::new();
        let mut start = Value::Null;
        loop {
            let mut input = json!({ "TableName": self.shared.physical(self.table) });
            if !start.is_null() {
                input["ExclusiveStartKey"] = start;
            }
            let mut output = self.shared.ask("dynamodb", "Scan", input).output;
            for item in output["Items"].as_array_mut().into_iter().flatten() {
                let read = serde_json::from_value::<serde_dynamo::Item>(item.take())
                    .map_err(|error| error.to_string())
                    .and_then(|item| {
                        serde_dynamo::from_item(item).map_err(|error| error.to_string())
                    });
                match read {
                    Ok(item) => items.push(item),
                    Err(error) => panic!(
                        "an item of `{}` has another type: {error}",
                        self.table.resource()
                    ),
                }
            }
            start = output["LastEvaluatedKey"].take();
            if start.is_null() {
                return items;
            }
        }
    }
}

/// A topic, as [`TestApp::topic`](super::TestApp::topic) gives it.
pub struct TopicView<T> {
    shared: Arc<Shared>,
    topic: &'static str,
    message: PhantomData<fn() -> T>,
}

impl<T> TopicView<T> {
    pub(super) fn new<O>(shared: Arc<Shared>, topic: &'static Topic<T, O>) -> Self {
        TopicView {
            topic: topic.resource(),
            message: PhantomData,
            shared,
        }
    }
}

impl<T: DeserializeOwned> TopicView<T> {
    /// Everything that was published so far, in order.
    ///
    /// # Panics
    /// If a message is no `T`.
    #[track_caller]
    pub fn published(&self) -> Vec<T> {
        let arn = self.shared.physical_of(self.topic);
        let bodies = self.shared.calls("sns", |operation, input| {
            if input["TopicArn"] != arn.as_str() {
                return Vec::new();
            }
            let text = |message: &Value| message["Message"].as_str().map(str::to_owned);
            match operation {
                "Publish" => text(input).into_iter().collect(),
                "PublishBatch" => {
                    let entries = input["PublishBatchRequestEntries"].as_array();
                    entries.into_iter().flatten().filter_map(text).collect()
                }
                _ => Vec::new(),
            }
        });
        read_all(&bodies)
    }
}

/// A bus, as [`TestApp::bus`](super::TestApp::bus) gives it.
pub struct BusView<E> {
    shared: Arc<Shared>,
    bus: &'static str,
    event: PhantomData<fn() -> E>,
}

impl<E> BusView<E> {
    pub(super) fn new(shared: Arc<Shared>, bus: &'static Bus<E>) -> Self {
        BusView {
            bus: bus.resource(),
            event: PhantomData,
            shared,
        }
    }
}

impl<E: Event> BusView<E> {
    /// All events that were published so far, in order.
    ///
    /// # Panics
    /// If an event is no `E`.
    #[track_caller]
    #[allow(clippy::panic, reason = "fails the test")]
    pub fn events(&self) -> Vec<E> {
        let bus = self.shared.physical_of(self.bus);
        let events = self.shared.calls("events", |operation, input| {
            let entries = input["Entries"].as_array().into_iter().flatten();
            let of = entries
                .filter(|entry| operation == "PutEvents" && entry["EventBusName"] == bus.as_str());
            of.cloned().collect()
        });
        let read = events.iter().map(|entry| {
            let text = |member: &str| entry[member].as_str().unwrap_or_default();
            let mut detail: Value = serde_json::from_str(text("Detail")).unwrap_or_default();
            crate::event::take_correlation_id(&mut detail);
            E::from_detail(text("DetailType"), detail).unwrap_or_else(|error| {
                panic!("an event on `{}` has another type: {error}", self.bus)
            })
        });
        read.collect()
    }
}

/// A bucket, as [`TestApp::bucket`](super::TestApp::bucket) gives it.
pub struct BucketView {
    shared: Arc<Shared>,
    bucket: &'static Bucket,
}

impl BucketView {
    pub(super) fn new(shared: Arc<Shared>, bucket: &'static Bucket) -> Self {
        BucketView { shared, bucket }
    }

    /// The contents of all objects, by key.
    #[track_caller]
    pub fn objects(&self) -> BTreeMap<String, Bytes> {
        let bucket = self.shared.physical(self.bucket);
        let mut objects = BTreeMap::new();
        let mut next = Value::Null;
        loop {
            let mut input = json!({ "Bucket": bucket });
            if !next.is_null() {
                input["ContinuationToken"] = next;
            }
            let mut page = self.shared.ask("s3", "ListObjectsV2", input).output;
            for object in page["Contents"].as_array().into_iter().flatten() {
                let key = object["Key"].as_str().unwrap_or_default();
                let input = json!({ "Bucket": bucket, "Key": key });
                let content = self.shared.ask("s3", "GetObject", input).body;
                objects.insert(key.to_owned(), Bytes::from(content));
            }
            next = page["NextContinuationToken"].take();
            if next.is_null() {
                return objects;
            }
        }
    }
}

impl Shared {
    /// What functions know a resource by.
    fn physical(&self, handle: &impl Handle) -> String {
        self.physical_of(handle.resource())
    }

    fn physical_of(&self, resource: &str) -> String {
        self.names
            .get(resource)
            .cloned()
            .unwrap_or_else(|| resource.to_owned())
    }

    /// What the calls of a service had in them that were accepted.
    fn calls<R>(&self, of: &str, read: impl Fn(&str, &Value) -> Vec<R>) -> Vec<R> {
        let state = self.records();
        let calls = state
            .records
            .iter()
            .filter_map(|record| match &record.what {
                What::Called {
                    service,
                    operation,
                    input,
                    error: None,
                    ..
                } if service == of => Some(read(operation, input)),
                _ => None,
            });
        calls.flatten().collect()
    }

    /// The test sees what is in a queue for dead letters.
    fn see_dead_letters(&self, arn: &str) {
        let mut state = self.records();
        let of = state.records.iter().enumerate().filter(
            |(_, record)| matches!(&record.what, What::DeadLetter { queue, .. } if queue == arn),
        );
        let seen: Vec<usize> = of.map(|(at, _)| at).collect();
        state.seen.extend(seen);
    }
}

#[track_caller]
#[allow(clippy::panic, reason = "fails the test")]
fn read_all<T: DeserializeOwned>(bodies: &[String]) -> Vec<T> {
    let read = bodies.iter().map(|body| {
        serde_json::from_str(body)
            .unwrap_or_else(|error| panic!("a message has another type: {error}: {body}"))
    });
    read.collect()
}

/// The name in a URL or ARN.
fn last(text: &str) -> String {
    text.rsplit(['/', ':']).next().unwrap_or(text).to_owned()
}
