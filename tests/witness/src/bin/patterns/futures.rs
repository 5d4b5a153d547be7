//! Futures: boxed, spawned, joined, written by hand.

use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::future::{Either, select};
use futures_util::stream::FuturesUnordered;
use ifc_witness_tests::{dynamodb, run, s3, sqs};

type Boxed<T> = Pin<Box<dyn Future<Output = T> + Send>>;

pub(crate) fn boxed() {
    fn put() -> Boxed<bool> {
        Box::pin(async { dynamodb().put_item().send().await.is_ok() })
    }
    run(std::hint::black_box(put()));
}

pub(crate) fn spawned() {
    run(async {
        let task = tokio::spawn(async { sqs().send_message().send().await.is_ok() });
        let _ = task.await;
    });
}

pub(crate) fn spawned_and_joined() {
    run(async {
        let put = tokio::spawn(async { dynamodb().put_item().send().await.is_ok() });
        let get = tokio::spawn(async { dynamodb().get_item().send().await.is_ok() });
        let _ = futures_util::future::join(put, get).await;
    });
}

pub(crate) fn join_all() {
    let client = s3();
    let heads = ["a", "b"].map(|key| client.head_object().bucket("b").key(key).send());
    run(futures_util::future::join_all(heads));
}

pub(crate) fn unordered() {
    let client = s3();
    run(async {
        let mut all: FuturesUnordered<_> = ["a", "b"]
            .into_iter()
            .map(|key| client.delete_object().bucket("b").key(key).send())
            .collect();
        while all.next().await.is_some() {}
    });
}

pub(crate) fn stream() {
    let client = sqs();
    let messages = futures_util::stream::unfold(client, |client| async move {
        let received = client.receive_message().send().await.ok()?;
        Some((received.messages().len(), client))
    });
    run(messages.take(2).for_each(|_| async {}));
}

pub(crate) fn selected() {
    run(async {
        let get = std::pin::pin!(async { dynamodb().get_item().send().await.is_ok() });
        let scan = std::pin::pin!(async { dynamodb().scan().send().await.is_ok() });
        match select(get, scan).await {
            Either::Left((first, _)) | Either::Right((first, _)) => first,
        }
    });
}

pub(crate) fn with_timeout() {
    run(async {
        let query = async { dynamodb().query().send().await.is_ok() };
        let _ = tokio::time::timeout(Duration::from_secs(1), query).await;
    });
}

struct Update {
    inner: Option<Boxed<bool>>,
}

impl Future for Update {
    type Output = bool;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<bool> {
        let inner = self.inner.get_or_insert_with(|| {
            Box::pin(async { dynamodb().update_item().send().await.is_ok() })
        });
        inner.as_mut().poll(context)
    }
}

pub(crate) fn by_hand() {
    run(Update { inner: None });
}

struct Request;

impl IntoFuture for Request {
    type Output = bool;
    type IntoFuture = Boxed<bool>;

    fn into_future(self) -> Boxed<bool> {
        Box::pin(async { dynamodb().batch_get_item().send().await.is_ok() })
    }
}

pub(crate) fn into_future() {
    run(async { Request.await });
}

pub(crate) fn stored_and_awaited_later() {
    struct Job<F> {
        work: F,
    }
    async fn finish<F: Future>(job: Job<F>) -> F::Output {
        job.work.await
    }
    let client = s3();
    let job = Job {
        work: client.put_object().bucket("b").send(),
    };
    let _ = run(finish(job));
}

pub(crate) fn over_a_channel() {
    run(async {
        let (sender, mut receiver) = tokio::sync::mpsc::channel::<Boxed<bool>>(1);
        let worker = async {
            while let Some(work) = receiver.recv().await {
                work.await;
            }
        };
        let work: Boxed<bool> = Box::pin(async { sqs().send_message().send().await.is_ok() });
        let _ = sender.send(work).await;
        drop(sender);
        worker.await;
    });
}

pub(crate) fn on_a_thread() {
    let thread = std::thread::spawn(|| run(async { dynamodb().scan().send().await.is_ok() }));
    let _ = thread.join();
}
