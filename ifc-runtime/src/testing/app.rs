//! The application that a test runs.

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use ifc_local::Call;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::clock;
use super::faults::After;
#[cfg(feature = "http")]
use super::http::TestRequest;
use super::seed::Numbers;
use super::settled::Settled;
use super::shared::Shared;
use super::views::{BucketView, BusView, QueueView, TableView, TopicView};
use crate::backend::function::Invoked;
use crate::context::{self, Context};
use crate::error::{Error, ErrorKind, Result};
use crate::handles::{Bucket, Bus, Function, Handle, Queue, Table, Topic};
use crate::local::to_error;
use crate::service::failed;

/// An application in a test; see [the module](super).
#[derive(Clone)]
pub struct TestApp {
    pub(super) shared: Arc<Shared>,
}

#[cfg(feature = "http")]
impl TestApp {
    /// A GET request to the HTTP API, sent when it is awaited.
    pub fn get(&self, path: &str) -> TestRequest {
        self.request("GET", path)
    }

    /// A POST request to the HTTP API.
    pub fn post(&self, path: &str) -> TestRequest {
        self.request("POST", path)
    }

    /// A PUT request to the HTTP API.
    pub fn put(&self, path: &str) -> TestRequest {
        self.request("PUT", path)
    }

    /// A PATCH request to the HTTP API.
    pub fn patch(&self, path: &str) -> TestRequest {
        self.request("PATCH", path)
    }

    /// A DELETE request to the HTTP API.
    pub fn delete(&self, path: &str) -> TestRequest {
        self.request("DELETE", path)
    }

    /// A request with any method. The path is sent as it is, so it is percent-encoded, and may have a query.
    /// A presigned URL in place of a path goes to its bucket.
    pub fn request(&self, method: &str, path: &str) -> TestRequest {
        TestRequest::new(self.shared.clone(), method, path)
    }
}

impl TestApp {
    /// Lets time pass until nothing is in flight: messages are handled, failures are retried, delays and
    /// windows of batches are over. Schedules that come due on the way fire.
    ///
    /// # Panics
    /// If it does not end within 10,000 invocations.
    pub async fn settle(&self) -> Settled {
        self.shared.settle().await
    }

    /// Lets so much time pass: `hours(24)`. Schedules fire, delays, windows and visibility timeouts end
    /// and items expire on the way, in the order of time. What has begun by then ends.
    ///
    /// # Panics
    /// If it takes more than 10,000 invocations.
    pub async fn advance(&self, by: Duration) -> Settled {
        self.shared.advance(by).await
    }

    /// The time of the test.
    pub fn now(&self) -> SystemTime {
        clock::now().unwrap_or_else(SystemTime::now)
    }

    /// The seed of the test, for what it makes up itself.
    pub fn seed(&self) -> u64 {
        self.shared.seed
    }

    /// A look at a queue.
    pub fn queue<T, O>(&self, queue: &'static Queue<T, O>) -> QueueView<T, O> {
        QueueView::new(self.shared.clone(), queue)
    }

    /// A look at a table.
    pub fn table<T>(&self, table: &'static Table<T>) -> TableView<T> {
        TableView::new(self.shared.clone(), table)
    }

    /// A look at a topic.
    pub fn topic<T, O>(&self, topic: &'static Topic<T, O>) -> TopicView<T> {
        TopicView::new(self.shared.clone(), topic)
    }

    /// A look at a bus.
    pub fn bus<E>(&self, bus: &'static Bus<E>) -> BusView<E> {
        BusView::new(self.shared.clone(), bus)
    }

    /// A look at a bucket.
    pub fn bucket(&self, bucket: &'static Bucket) -> BucketView {
        BucketView::new(self.shared.clone(), bucket)
    }

    /// Invokes a function and waits for its response.
    ///
    /// # Errors
    /// As [`Function::invoke`].
    pub async fn invoke<Req: Serialize, Res: DeserializeOwned>(
        &self,
        function: &'static Function<Req, Res>,
        request: &Req,
    ) -> Result<Res> {
        function.invoke(request).await
    }

    /// Runs a function on an event, whatever triggers it, and gives what it returns.
    ///
    /// # Errors
    /// [`FunctionFailed`](ErrorKind::FunctionFailed) with the type of the handler's error as code.
    ///
    /// # Panics
    /// If there is no such function.
    #[track_caller]
    pub fn run(
        &self,
        function: &str,
        event: &Value,
    ) -> impl Future<Output = Result<Value>> + use<> {
        self.shared.check_function(function);
        let shared = self.shared.clone();
        let input = json!({ "FunctionName": function, "InvocationType": "RequestResponse" });
        let call = Call::new("lambda", "Invoke", input).with_body(event.to_string());
        async move {
            let answer = shared
                .invoke(&call)
                .await
                .map_err(|error| to_error(&error))?;
            match answer.output["FunctionError"].as_str() {
                None => serde_json::from_slice(&answer.body)
                    .map_err(|error| Error::serialization("the response", error)),
                Some(kind) => match failed(kind, &answer.body) {
                    Invoked::Failed {
                        error_type,
                        message,
                    } => Err(Error::new(ErrorKind::FunctionFailed, message).with_code(error_type)),
                    Invoked::Done(_) => Ok(Value::Null),
                },
            }
        }
    }

    /// Runs code with the permissions of a function, as if it stood in its handler.
    ///
    /// # Panics
    /// If there is no such function.
    #[track_caller]
    pub fn as_function<F: Future>(
        &self,
        function: &str,
        code: F,
    ) -> impl Future<Output = F::Output> + use<F> {
        self.shared.check_function(function);
        let context = Context {
            function: function.to_owned(),
            ..Context::default()
        };
        context::scope(context, code)
    }

    /// Makes the next calls of functions on a resource fail with an error of the service that may be
    /// retried. The test's own calls do not count.
    ///
    /// What is planned and does not happen fails the test at its end.
    pub fn fail_next(&self, resource: &impl Handle, count: usize) {
        let mut state = self.shared.state();
        state.faults.fail_calls(resource.resource(), count, None);
    }

    /// As [`TestApp::fail_next`], with a code of the service: `ThrottlingException`.
    pub fn fail_next_with(&self, resource: &impl Handle, count: usize, code: &str) {
        let mut state = self.shared.state();
        state
            .faults
            .fail_calls(resource.resource(), count, Some(code));
    }

    /// Makes the next invocations of a function fail before its handler runs.
    ///
    /// # Panics
    /// If there is no such function.
    #[track_caller]
    pub fn fail_function(&self, function: &str, count: usize) {
        self.shared.check_function(function);
        self.shared.state().faults.fail_function(function, count);
    }

    /// Makes an invocation of a function die right after its next call on a resource was accepted, before
    /// its code hears of that.
    ///
    /// # Panics
    /// If there is no such function.
    #[track_caller]
    pub fn crash_after(&self, function: &str, resource: &impl Handle) {
        self.crash(function, After::Resource(resource.resource().to_owned()));
    }

    /// Makes an invocation of a function die right after so many of its calls were accepted, from 1.
    ///
    /// # Panics
    /// If there is no such function.
    #[track_caller]
    pub fn crash_after_call(&self, function: &str, calls: usize) {
        self.crash(function, After::Calls(calls.max(1)));
    }

    #[track_caller]
    fn crash(&self, function: &str, after: After) {
        self.shared.check_function(function);
        self.shared.state().faults.crash(function, after);
    }

    /// From now on everything that nobody waits for is delivered twice, as it may be on AWS.
    pub fn duplicate_deliveries(&self) {
        self.shared.state().faults.duplicate = true;
    }

    /// From now on what has no order is delivered in an order that the seed gives: invocations that begin
    /// at the same time, and the messages of a batch. FIFO queues and changes of tables keep theirs.
    pub fn reorder_deliveries(&self) {
        self.shared.state().faults.reorder = Some(Numbers::new(self.shared.seed));
    }
}
