//! From an event to a handler's argument, and from what it returns to what Lambda wants to hear.

use std::future::Future;

use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

use super::{BatchResult, Failure, Trigger};
use crate::backend::BoxFuture;
use crate::context::Context;
use crate::error::BoxError;

/// An invocation's event.
pub(crate) struct Event {
    /// The JSON.
    pub(crate) payload: Box<RawValue>,
    /// The ids of the invocation.
    pub(crate) context: Context,
}

/// What an invocation gives: JSON, or an error that Lambda reports.
pub(crate) type Outcome = Result<Box<RawValue>, Failure>;

/// Runs a handler on an event.
pub(crate) type Deliver = Box<dyn Fn(Event) -> BoxFuture<'static, Outcome> + Send + Sync>;

/// What a handler returned, whatever its type.
#[derive(Debug)]
pub enum Reply {
    /// The event is dealt with.
    Done,
    /// The event is retried.
    Failed(BoxError),
    /// Some messages of a batch are retried.
    Partly(BatchResult),
    /// The answer to a caller, as JSON.
    Answer(Box<RawValue>),
}

/// An argument that a handler can take from a source `S`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot receive what `{S}` delivers",
    label = "not what `{S}` delivers",
    note = "a `Queue<T>` delivers `T`, `Message<T>` or `Batch<T>`, where `T` is `Deserialize`; a `Topic<T>` `T` or `Notification<T>`; a `Bus<E>` `E` or `Envelope<E>`; `TABLE.changes()` `Change<T>` or `Batch<Change<T>>`; `BUCKET.created()` `ObjectEvent`; a `Function<Req, Res>` `Req`; a schedule nothing or `Scheduled`"
)]
pub trait Payload<S>: Sized + Send + 'static {
    /// What the handler may return.
    type Mode;

    /// Makes a trigger of a handler.
    fn trigger<F>(handler: F) -> Trigger
    where
        F: Fn(Self) -> BoxFuture<'static, Reply> + Send + Sync + 'static;
}

/// The handler gets one event or message at a time.
#[derive(Debug)]
pub enum Each {}

/// The handler gets a batch at a time.
#[derive(Debug)]
pub enum Whole {}

/// The handler answers its caller with `Res`.
#[derive(Debug)]
pub struct Answers<Res>(std::marker::PhantomData<Res>);

/// A type that a handler can return.
#[diagnostic::on_unimplemented(
    message = "a handler of this source cannot return `{Self}`",
    label = "cannot be returned here",
    note = "return `Result<()>` (an `Err` means that the event is retried) or nothing; a handler that takes a `Batch` may also return `BatchResult`; the handler of a `Function<Req, Res>` returns `Result<Res>` or `Res`"
)]
pub trait Returns<Mode>: Send + 'static {
    /// The same in one type.
    fn reply(self) -> Reply;
}

impl Returns<Each> for () {
    fn reply(self) -> Reply {
        Reply::Done
    }
}

impl Returns<Whole> for () {
    fn reply(self) -> Reply {
        Reply::Done
    }
}

impl<E: Into<BoxError> + Send + 'static> Returns<Each> for Result<(), E> {
    fn reply(self) -> Reply {
        self.map_or_else(|error| Reply::Failed(error.into()), |()| Reply::Done)
    }
}

impl<E: Into<BoxError> + Send + 'static> Returns<Whole> for Result<(), E> {
    fn reply(self) -> Reply {
        self.map_or_else(|error| Reply::Failed(error.into()), |()| Reply::Done)
    }
}

impl Returns<Whole> for BatchResult {
    fn reply(self) -> Reply {
        Reply::Partly(self)
    }
}

impl<E: Into<BoxError> + Send + 'static> Returns<Whole> for Result<BatchResult, E> {
    fn reply(self) -> Reply {
        self.map_or_else(|error| Reply::Failed(error.into()), Reply::Partly)
    }
}

impl<Res: Serialize + Send + 'static> Returns<Answers<Res>> for Res {
    fn reply(self) -> Reply {
        match to_raw_value(&self) {
            Ok(answer) => Reply::Answer(answer),
            Err(error) => Reply::Failed(format!("the answer is not JSON: {error}").into()),
        }
    }
}

impl<Res: Serialize + Send + 'static, E: Into<BoxError> + Send + 'static> Returns<Answers<Res>>
    for Result<Res, E>
{
    fn reply(self) -> Reply {
        match self {
            Ok(answer) => answer.reply(),
            Err(error) => Reply::Failed(error.into()),
        }
    }
}

/// What triggers a function. Its type is known before the handler's are compared with it, so that
/// rustc does not take the handler's word for it.
#[derive(Debug)]
pub struct Source<S>(std::marker::PhantomData<fn() -> S>);

/// The source that `#[on]` names.
pub fn source<S>(_source: &S) -> Source<S> {
    Source(std::marker::PhantomData)
}

impl<S> Source<S> {
    /// A trigger: what the source delivers goes to `handler`.
    pub fn on<A, R, F, Fut>(self, handler: F) -> Trigger
    where
        A: Payload<S>,
        R: Returns<A::Mode>,
        F: Fn(A) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = R> + Send + 'static,
    {
        let handler = std::sync::Arc::new(handler);
        A::trigger(move |payload| {
            let handler = handler.clone();
            // Called inside of the future, so that a panic before the first await is caught too.
            Box::pin(async move { handler(payload).await.reply() })
        })
    }
}

/// A handle type that `#[resource]` can stand on.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a resource",
    label = "`#[resource]` cannot make this",
    note = "resources are `Table`, `Queue`, `Topic`, `Bus`, `Bucket`, `Secret`, `Parameter` and `Function` of `ifc_runtime`"
)]
pub trait Resource {}

impl<T> Resource for crate::Table<T> {}
impl<T, O> Resource for crate::Queue<T, O> {}
impl<T, O> Resource for crate::Topic<T, O> {}
impl<E> Resource for crate::Bus<E> {}
impl Resource for crate::Bucket {}
impl<T> Resource for crate::Secret<T> {}
impl<T> Resource for crate::Parameter<T> {}
impl<Req, Res> Resource for crate::Function<Req, Res> {}

/// Compiles if a type is a resource.
pub const fn resource<R: Resource>() {}

/// The outcome of a reply to an event that has no answer.
pub(crate) fn done(reply: Reply) -> Outcome {
    match reply {
        Reply::Failed(error) => Err(Failure::of(&*error)),
        Reply::Done | Reply::Partly(_) | Reply::Answer(_) => Ok(RawValue::NULL.to_owned()),
    }
}

/// The outcome of a reply to a caller.
pub(crate) fn answer(reply: Reply) -> Outcome {
    match reply {
        Reply::Answer(answer) => Ok(answer),
        other => done(other),
    }
}

/// The error for an event that is not what the source sends, or whose payload has another type.
pub(crate) fn unreadable(what: &str, error: &dyn std::fmt::Display) -> Failure {
    tracing::error!(error = %error, "cannot read {what}");
    Failure {
        kind: "ifc::UnreadablePayload".into(),
        message: format!("cannot read {what}: {error}"),
    }
}
