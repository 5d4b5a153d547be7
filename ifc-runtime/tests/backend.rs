//! Handles over a backend that is not AWS: what they ask it, and what they make of its answers.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::sync::{Arc, Mutex};

use ifc_runtime::backend::queue::{OutgoingMessage, QueueDepth, SendMessage, SendMessages};
use ifc_runtime::backend::table::{
    Attributes, BatchEntry, BatchGet, BatchGot, BatchWrite, DeleteItem, GetItem, PutItem, Query,
    RawPage, Read, TransactWrite, UpdateItem, Updated,
};
use ifc_runtime::backend::{
    self, Backends, BoxFuture, Outcomes, QueueBackend, TableBackend, Target,
};
use ifc_runtime::prelude::*;
use ifc_runtime::{Error, Failure, attr};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Item)]
struct Reading {
    #[item(partition_key)]
    sensor: String,
    #[item(sort_key)]
    at: u64,
}

#[resource]
static READINGS: Table<Reading> = Table::new();
#[resource]
static JOBS: Queue<u32> = Queue::new();
#[resource]
static STEPS: Queue<u32, Fifo> = Queue::new();
#[resource(deduplicate)]
static ONCE: Queue<u32, Fifo> = Queue::new();

/// Answers every page with two readings, and leaves entries over while `left_over` says so.
#[derive(Default)]
struct Fake {
    calls: Mutex<Vec<String>>,
    messages: Mutex<Vec<(Target, OutgoingMessage)>>,
    left_over: Mutex<Vec<usize>>,
}

impl Fake {
    fn note(&self, call: String) {
        self.calls.lock().unwrap().push(call);
    }

    fn calls(&self) -> Vec<String> {
        std::mem::take(&mut self.calls.lock().unwrap())
    }

    /// How many entries of this request are left over.
    fn next_left_over(&self, of: usize) -> usize {
        let mut planned = self.left_over.lock().unwrap();
        if planned.is_empty() {
            0
        } else {
            planned.remove(0).min(of)
        }
    }
}

fn attributes(at: u64) -> Attributes {
    let reading = Reading {
        sensor: "s".to_owned(),
        at,
    };
    serde_dynamo::to_item::<_, serde_dynamo::Item>(reading)
        .unwrap()
        .into_inner()
}

fn page(start: Option<&Attributes>) -> RawPage {
    let first = match start.and_then(|key| key.get("at")) {
        Some(serde_dynamo::AttributeValue::N(at)) => at.parse::<u64>().unwrap() + 1,
        _ => 0,
    };
    let next = (first < 4).then(|| attributes(first + 1));
    RawPage {
        items: vec![attributes(first), attributes(first + 1)],
        next,
    }
}

fn ready<'a, T: Send + 'a>(value: T) -> BoxFuture<'a, Result<T, Error>> {
    Box::pin(async move { Ok(value) })
}

impl TableBackend for Fake {
    fn put(&self, request: PutItem) -> BoxFuture<'_, Result<(), Error>> {
        let Target { resource, physical } = request.table.target;
        self.note(format!(
            "put {resource} {physical} {}",
            request.condition.is_some()
        ));
        ready(())
    }

    fn get(&self, request: GetItem) -> BoxFuture<'_, Result<Option<Attributes>, Error>> {
        self.note(format!("get {}", request.consistent));
        ready(Some(attributes(1)))
    }

    fn update(&self, request: UpdateItem) -> BoxFuture<'_, Result<Updated, Error>> {
        self.note(format!("update {}", request.condition.is_some()));
        ready(Updated::ConditionFailed(None))
    }

    fn delete(&self, _: DeleteItem) -> BoxFuture<'_, Result<(), Error>> {
        ready(())
    }

    fn query(&self, request: Query) -> BoxFuture<'_, Result<RawPage, Error>> {
        self.note(format!("query {:?}", request.read.limit));
        ready(page(request.read.start.as_ref()))
    }

    fn scan(&self, request: Read) -> BoxFuture<'_, Result<RawPage, Error>> {
        self.note(format!("scan {:?}", request.limit));
        ready(page(request.start.as_ref()))
    }

    fn batch_get(&self, request: BatchGet) -> BoxFuture<'_, Result<BatchGot, Error>> {
        self.note(format!("batch_get {}", request.keys.len()));
        let mut items = request.keys;
        let unprocessed = items.split_off(items.len() - self.next_left_over(items.len()));
        ready(BatchGot { items, unprocessed })
    }

    fn batch_write(&self, request: BatchWrite) -> BoxFuture<'_, Result<Vec<BatchEntry>, Error>> {
        self.note(format!("batch_write {}", request.entries.len()));
        let mut entries = request.entries;
        let left = entries.split_off(entries.len() - self.next_left_over(entries.len()));
        ready(left)
    }

    fn transact_write(&self, request: TransactWrite) -> BoxFuture<'_, Result<(), Error>> {
        self.note(format!("transact_write {}", request.operations.len()));
        ready(())
    }

    fn transact_get(
        &self,
        gets: Vec<GetItem>,
    ) -> BoxFuture<'_, Result<Vec<Option<Attributes>>, Error>> {
        ready(gets.iter().map(|_| Some(attributes(1))).collect())
    }
}

impl QueueBackend for Fake {
    fn send(&self, request: SendMessage) -> BoxFuture<'_, Result<String, Error>> {
        self.messages
            .lock()
            .unwrap()
            .push((request.target, request.message));
        ready("id".to_owned())
    }

    fn send_batch(&self, request: SendMessages) -> BoxFuture<'_, Result<Outcomes, Error>> {
        self.note(format!("send_batch {}", request.messages.len()));
        let failed = |index| Failure {
            index,
            kind: ErrorKind::Unavailable,
            code: "InternalError".to_owned(),
            message: String::new(),
        };
        let outcome = |(index, message): (usize, OutgoingMessage)| match message.body.as_str() {
            "13" => Err(failed(index)),
            body => Ok(body.to_owned()),
        };
        ready(
            request
                .messages
                .into_iter()
                .enumerate()
                .map(outcome)
                .collect(),
        )
    }

    fn depth(&self, _: Target) -> BoxFuture<'_, Result<QueueDepth, Error>> {
        ready(QueueDepth::default())
    }
}

async fn with<F: Future>(test: impl FnOnce(Arc<Fake>) -> F) -> F::Output {
    let fake = Arc::new(Fake::default());
    let backends = Backends {
        table: Some(fake.clone()),
        queue: Some(fake.clone()),
        ..Backends::default()
    };
    backend::scope(Arc::new(backends), test(fake)).await
}

#[tokio::test]
async fn a_scoped_backend_gets_the_requests_also_of_spawned_tasks() {
    with(|fake| async move {
        let reading = Reading {
            sensor: "s".to_owned(),
            at: 1,
        };
        READINGS.put(&reading).await.unwrap();
        let spawned = ifc_runtime::context::spawn(async move { READINGS.put_new(&reading).await });
        spawned.await.unwrap().unwrap();
        assert!(READINGS.get(("s", 1)).consistent().await.unwrap().is_some());
        let expected = [
            "put READINGS READINGS false",
            "put READINGS READINGS true",
            "get true",
        ];
        assert_eq!(fake.calls(), expected);
    })
    .await;
}

#[tokio::test]
async fn pages_are_read_as_far_as_needed() {
    with(|fake| async move {
        let all = READINGS.query("s").all().await.unwrap();
        assert_eq!(
            all.iter().map(|r| r.at).collect::<Vec<_>>(),
            [0, 1, 2, 3, 4, 5]
        );
        assert_eq!(fake.calls().len(), 3);

        let three = READINGS.query("s").limit(3).all().await.unwrap();
        assert_eq!(three.len(), 3);
        assert_eq!(fake.calls(), ["query Some(3)", "query Some(1)"]);

        // A limit of what is read would leave too few after the filter.
        let filtered = READINGS
            .scan()
            .filter(attr("at").ge(0))
            .limit(3)
            .all()
            .await
            .unwrap();
        assert_eq!(filtered.len(), 3);
        assert_eq!(fake.calls(), ["scan None", "scan None"]);

        let mut stream = READINGS.query("s").stream();
        stream.next().await.unwrap().unwrap();
        stream.next().await.unwrap().unwrap();
        assert_eq!(fake.calls().len(), 1);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn what_a_batch_leaves_over_is_asked_for_again() {
    with(|fake| async move {
        let readings: Vec<Reading> = (0..60)
            .map(|at| Reading {
                sensor: "s".to_owned(),
                at,
            })
            .collect();
        *fake.left_over.lock().unwrap() = vec![10, 0, 3];
        READINGS.put_many(&readings).await.unwrap();
        // 25, of which 10 are left over; these and 15 more; the last 20, of which 3 are; these.
        let expected = [
            "batch_write 25",
            "batch_write 25",
            "batch_write 20",
            "batch_write 3",
        ];
        assert_eq!(fake.calls(), expected);

        *fake.left_over.lock().unwrap() = vec![100, 40];
        let got = READINGS
            .get_many((0..120).map(|at| ("s", at)))
            .await
            .unwrap();
        assert!(
            got.iter()
                .enumerate()
                .all(|(i, r)| r.as_ref().is_some_and(|r| r.at == i as u64))
        );
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_batch_that_never_ends_names_what_was_not_written() {
    with(|fake| async move {
        let readings: Vec<Reading> = (0..3)
            .map(|at| Reading {
                sensor: "s".to_owned(),
                at,
            })
            .collect();
        *fake.left_over.lock().unwrap() = vec![1; 100];
        let error = READINGS.put_many(&readings).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.operation()),
            (ErrorKind::PartialFailure, "put_many")
        );
        assert_eq!(
            error.failures().iter().map(|f| f.index).collect::<Vec<_>>(),
            [2]
        );
        assert!(error.is_retryable());
        let error = READINGS.get_many([("s", 1)]).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Throttled);
    })
    .await;
}

#[tokio::test]
async fn failed_messages_are_named_by_their_position() {
    with(|fake| async move {
        let error = JOBS
            .send_many(&(0..25).collect::<Vec<_>>())
            .await
            .unwrap_err();
        assert_eq!(
            fake.calls(),
            ["send_batch 10", "send_batch 10", "send_batch 5"]
        );
        assert_eq!(
            error.failures().iter().map(|f| f.index).collect::<Vec<_>>(),
            [13]
        );
        assert_eq!(
            error.to_string(),
            "`send_many` on `JOBS`: 1 of 25 messages were not sent; entry 13: InternalError"
        );
    })
    .await;
}

#[tokio::test]
async fn deduplication_is_by_content_only_where_it_is_declared() {
    with(|fake| async move {
        STEPS.send_in("g", &1).await.unwrap();
        STEPS.send_in_once("g", "mine", &1).await.unwrap();
        ONCE.send_in("g", &1).await.unwrap();
        let messages = fake.messages.lock().unwrap();
        let ids: Vec<_> = messages
            .iter()
            .map(|(_, m)| m.deduplication_id.as_deref())
            .collect();
        assert!(ids[0].is_some_and(|id| id.len() == 36));
        assert_eq!(ids[1..], [Some("mine"), None]);
        assert!(
            messages
                .iter()
                .all(|(_, m)| m.group.as_deref() == Some("g"))
        );
    })
    .await;
}

#[tokio::test]
async fn an_update_of_nothing_is_not_found_and_an_upsert_is_a_condition() {
    with(|fake| async move {
        let update = || Update::new().set("x", 1);
        let error = READINGS.update(("s", 1), update()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);
        let upsert = update().upsert();
        let error = READINGS
            .update_if(("s", 1), upsert, attr("x").eq(2))
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConditionFailed);
        assert_eq!(fake.calls(), ["update true", "update true"]);
    })
    .await;
}

#[tokio::test]
async fn transactions_are_bounded() {
    with(|fake| async move {
        let reading = Reading {
            sensor: "s".to_owned(),
            at: 1,
        };
        let transaction =
            |count| (0..count).fold(Transaction::new(), |all, _| all.put(&READINGS, &reading));
        transaction(100).commit().await.unwrap();
        assert_eq!(
            transaction(101).commit().await.unwrap_err().kind(),
            ErrorKind::Invalid
        );
        assert_eq!(fake.calls(), ["transact_write 100"]);
    })
    .await;
}
