//! Messages in batches, from queues and from table streams, with failures one by one.

use std::collections::BTreeMap;
use std::future::Future;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::time::SystemTime;

use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

use super::{Chain, Failure, Outcome, Reply, Trigger, guarded};
use crate::backend::BoxFuture;
use crate::context::Context;
use crate::error::BoxError;

/// A message with what the queue or stream says of it. Gives access to the payload's own methods
/// and fields.
#[derive(Clone, Debug, PartialEq)]
pub struct Message<T> {
    /// What was sent.
    pub body: T,
    /// Id of the message; for a change of a table its sequence number.
    pub id: String,
    /// Message group, if there is one.
    pub group: Option<String>,
    /// When it was sent.
    pub sent: Option<SystemTime>,
    /// How often it was received, this time included.
    pub receives: u32,
    /// Attributes that hold text or numbers.
    pub attributes: BTreeMap<String, String>,
    /// The id that is shared by everything that one outside event caused.
    pub correlation_id: Option<String>,
    /// The X-Ray header that travelled with it.
    pub trace_header: Option<String>,
}

impl<T> Message<T> {
    /// The payload alone.
    pub fn into_inner(self) -> T {
        self.body
    }
}

impl<T> Deref for Message<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.body
    }
}

impl<T> DerefMut for Message<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.body
    }
}

/// Messages that arrived together. Those whose payload could not be read are not among them: they
/// are retried by themselves.
#[derive(Clone, Debug, PartialEq)]
pub struct Batch<T> {
    messages: Vec<Message<T>>,
}

impl<T> Batch<T> {
    /// A batch of these messages; in tests.
    pub fn new(messages: Vec<Message<T>>) -> Self {
        Batch { messages }
    }

    /// A batch of these payloads, with the ids `0`, `1`, ...; in tests.
    pub fn of(bodies: impl IntoIterator<Item = T>) -> Self {
        let messages = bodies.into_iter().enumerate().map(|(at, body)| Message {
            body,
            id: at.to_string(),
            group: None,
            sent: None,
            receives: 1,
            attributes: BTreeMap::new(),
            correlation_id: None,
            trace_header: None,
        });
        Batch::new(messages.collect())
    }

    /// The messages in the order in which they arrived.
    pub fn iter(&self) -> std::slice::Iter<'_, Message<T>> {
        self.messages.iter()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.messages.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.messages.is_empty()
    }

    /// Handles one message after the other; those that fail are retried.
    ///
    /// ```
    /// # use ifc_runtime::{Batch, BatchResult, BoxError};
    /// async fn ship(batch: Batch<String>) -> BatchResult {
    ///     batch
    ///         .each(|order| async move {
    ///             if order.is_empty() { Err("no order") } else { Ok(()) }
    ///         })
    ///         .await
    /// }
    /// ```
    pub async fn each<F, Fut, E>(self, mut handle: F) -> BatchResult
    where
        F: FnMut(Message<T>) -> Fut,
        Fut: Future<Output = Result<(), E>>,
        E: Into<BoxError>,
    {
        let mut result = BatchResult::new();
        for message in self.messages {
            let id = message.id.clone();
            if let Err(error) = handle(message).await {
                result.fail_id(id, error);
            }
        }
        result
    }
}

impl<T> IntoIterator for Batch<T> {
    type Item = Message<T>;
    type IntoIter = std::vec::IntoIter<Message<T>>;
    fn into_iter(self) -> Self::IntoIter {
        self.messages.into_iter()
    }
}

impl<'a, T> IntoIterator for &'a Batch<T> {
    type Item = &'a Message<T>;
    type IntoIter = std::slice::Iter<'a, Message<T>>;
    fn into_iter(self) -> Self::IntoIter {
        self.messages.iter()
    }
}

/// Which messages of a batch failed. Only those are retried.
#[derive(Debug, Default)]
#[must_use = "a handler returns it, so that failed messages are retried"]
pub struct BatchResult {
    failures: Vec<(String, BoxError)>,
}

impl BatchResult {
    /// Everything is dealt with, so far.
    pub fn new() -> Self {
        BatchResult::default()
    }

    /// Marks a message as failed.
    pub fn fail<T>(&mut self, message: &Message<T>, error: impl Into<BoxError>) {
        self.fail_id(message.id.clone(), error);
    }

    /// Marks the message with this id as failed.
    pub fn fail_id(&mut self, id: impl Into<String>, error: impl Into<BoxError>) {
        self.failures.push((id.into(), error.into()));
    }

    /// The ids of the failed messages.
    pub fn failed(&self) -> impl Iterator<Item = &str> {
        self.failures.iter().map(|(id, _)| id.as_str())
    }

    /// Whether everything is dealt with.
    pub fn is_ok(&self) -> bool {
        self.failures.is_empty()
    }
}

/// A message as it arrived: one that could not be read keeps its place, since order may matter.
pub(crate) struct Arrived<T> {
    pub(crate) id: String,
    pub(crate) group: Option<String>,
    pub(crate) message: Result<Message<T>, BoxError>,
}

/// What a failure means for the messages behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// Nothing.
    None,
    /// Those of the same group wait.
    Groups,
    /// All wait.
    All,
}

impl Order {
    /// Whether a message of a group has to wait, where messages of other groups failed before.
    fn waits<G: PartialEq>(self, blocked: &[G], group: &G) -> bool {
        match self {
            Order::None => false,
            Order::Groups => blocked.contains(group),
            Order::All => !blocked.is_empty(),
        }
    }
}

/// The messages of an event, and what a failure among them means.
pub(crate) type Arrival<T> = Result<(Vec<Arrived<T>>, Order), Failure>;

/// A handler that many events share.
type Shared<A> = Arc<dyn Fn(A) -> BoxFuture<'static, Reply> + Send + Sync>;

/// The trigger of a handler that gets one message at a time.
pub(crate) fn each_message<T: Send + 'static, A: Send + 'static>(
    source: &'static str,
    arrive: fn(&RawValue) -> Arrival<T>,
    handler: impl Fn(A) -> BoxFuture<'static, Reply> + Send + Sync + 'static,
    argument: fn(Message<T>) -> A,
) -> Trigger {
    let handler: Shared<A> = Arc::new(handler);
    Trigger {
        source,
        deliver: Box::new(move |event| {
            let handler = handler.clone();
            Box::pin(async move {
                let (arrived, order) = arrive(&event.payload)?;
                one_by_one(event.context, arrived, order, handler, argument).await
            })
        }),
    }
}

/// The trigger of a handler that gets all messages of an event at once.
pub(crate) fn batches<T: Send + 'static>(
    source: &'static str,
    arrive: fn(&RawValue) -> Arrival<T>,
    handler: impl Fn(Batch<T>) -> BoxFuture<'static, Reply> + Send + Sync + 'static,
) -> Trigger {
    let handler: Shared<Batch<T>> = Arc::new(handler);
    Trigger {
        source,
        deliver: Box::new(move |event| {
            let handler = handler.clone();
            Box::pin(async move {
                let (arrived, order) = arrive(&event.payload)?;
                whole_batch(event.context, arrived, order, handler).await
            })
        }),
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Response<'a> {
    batch_item_failures: Vec<Identifier<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Identifier<'a> {
    item_identifier: &'a str,
}

fn response(ids: &[String]) -> Outcome {
    let response = Response {
        batch_item_failures: ids
            .iter()
            .map(|id| Identifier {
                item_identifier: id,
            })
            .collect(),
    };
    to_raw_value(&response).map_err(|error| super::unreadable("the response", &error))
}

/// Logs a message that the handler never saw, or that it named in its result.
fn log_failure(id: &str, error: &BoxError) {
    tracing::error!(message_id = id, error = %Chain(&**error), "the message failed and is retried");
}

/// The ids of the invocation, with those that travelled with a message in their place.
fn context_of<T>(invocation: &Context, message: &Message<T>) -> Context {
    let mut context = invocation.clone();
    if let Some(id) = &message.correlation_id {
        context.correlation_id.clone_from(id);
    }
    if message.trace_header.is_some() {
        context.trace_header.clone_from(&message.trace_header);
    }
    context
}

/// Hands each message to the handler, one after the other.
async fn one_by_one<T, A>(
    invocation: Context,
    arrived: Vec<Arrived<T>>,
    order: Order,
    handler: Shared<A>,
    argument: fn(Message<T>) -> A,
) -> Outcome {
    let mut failed: Vec<String> = Vec::new();
    let mut blocked: Vec<Option<String>> = Vec::new();
    for one in arrived {
        let waits = order.waits(&blocked, &one.group);
        if waits {
            failed.push(one.id);
            continue;
        }
        let has_failed = match one.message {
            Err(error) => {
                log_failure(&one.id, &error);
                true
            }
            Ok(message) => {
                let context = context_of(&invocation, &message);
                let future = async { handler(argument(message)).await };
                let reply = guarded(context, Some(&one.id), future).await;
                matches!(reply, Reply::Failed(_))
            }
        };
        if has_failed {
            blocked.push(one.group);
            failed.push(one.id);
        }
    }
    response(&failed)
}

/// Hands all messages to the handler at once.
async fn whole_batch<T>(
    invocation: Context,
    arrived: Vec<Arrived<T>>,
    order: Order,
    handler: Shared<Batch<T>>,
) -> Outcome {
    let places: Vec<(String, Option<String>)> = arrived
        .iter()
        .map(|one| (one.id.clone(), one.group.clone()))
        .collect();
    let mut failed: Vec<String> = Vec::new();
    let mut messages: Vec<Message<T>> = Vec::new();
    let mut blocked: Vec<Option<String>> = Vec::new();
    for one in arrived {
        let waits = order.waits(&blocked, &one.group);
        match one.message {
            Ok(message) if !waits => messages.push(message),
            Ok(_) => failed.push(one.id),
            Err(error) => {
                log_failure(&one.id, &error);
                blocked.push(one.group);
                failed.push(one.id);
            }
        }
    }
    if !messages.is_empty() {
        let context = match messages.as_slice() {
            [only] => context_of(&invocation, only),
            _ => invocation,
        };
        let batch = Batch { messages };
        match guarded(context, None, async { handler(batch).await }).await {
            Reply::Failed(error) => return Err(Failure::of(&*error)),
            Reply::Partly(result) => {
                for (id, error) in result.failures {
                    log_failure(&id, &error);
                    failed.push(id);
                }
            }
            Reply::Done | Reply::Answer(_) => {}
        }
    }
    response(&with_followers(&places, &failed, order))
}

/// The failed messages in the order of their arrival, with those that have to wait for them.
fn with_followers(
    places: &[(String, Option<String>)],
    failed: &[String],
    order: Order,
) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut blocked: Vec<&Option<String>> = Vec::new();
    for (id, group) in places {
        let waits = order.waits(&blocked, &group);
        if failed.contains(id) || waits {
            out.push(id.clone());
            blocked.push(group);
        }
    }
    // An id that the batch does not have makes Lambda retry the whole batch, which is what a
    // handler that names one should see.
    let unknown = failed
        .iter()
        .filter(|id| !places.iter().any(|(known, _)| known == *id));
    out.extend(unknown.cloned());
    out
}
