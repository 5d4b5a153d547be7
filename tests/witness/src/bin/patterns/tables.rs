//! Tables of functions in constants, walked and indexed, by several functions at once.

use std::future::Future;
use std::pin::Pin;

use ifc_witness_tests::{dynamodb, run, s3, sqs};

fn get() -> bool {
    run(async { dynamodb().get_item().send().await.is_ok() })
}

fn put() -> bool {
    run(async { dynamodb().put_item().send().await.is_ok() })
}

fn scan() -> bool {
    run(async { dynamodb().scan().send().await.is_ok() })
}

fn query() -> bool {
    run(async { dynamodb().query().send().await.is_ok() })
}

fn receive() -> bool {
    run(async { sqs().receive_message().send().await.is_ok() })
}

fn send() -> bool {
    run(async { sqs().send_message().send().await.is_ok() })
}

fn fetch() -> bool {
    run(async { s3().get_object().send().await.is_ok() })
}

/// A function with its name.
type Named = (&'static str, fn() -> bool);

const BY_NAME: &[Named] = &[("get", get), ("put", put), ("scan", scan)];

pub(crate) fn by_name() {
    let wanted = std::hint::black_box("put");
    for (name, function) in BY_NAME {
        if *name == wanted {
            function();
        }
    }
}

/// Walks the same table, in another way.
pub(crate) fn by_name_elsewhere() {
    let wanted = std::hint::black_box("scan");
    let found = BY_NAME.iter().rev().find(|(name, _)| *name == wanted);
    if let Some((_, function)) = found {
        function();
    }
}

const BY_NUMBER: [fn() -> bool; 2] = [send, fetch];
const OTHER_BY_NUMBER: [fn() -> bool; 2] = [query, receive];

pub(crate) fn by_number() {
    BY_NUMBER[std::hint::black_box(1)]();
}

pub(crate) fn other_by_number() {
    OTHER_BY_NUMBER[std::hint::black_box(0)]();
}

type Boxed = Pin<Box<dyn Future<Output = bool>>>;

async fn forget() -> bool {
    dynamodb().delete_item().send().await.is_ok()
}

async fn done() -> bool {
    sqs().delete_message().send().await.is_ok()
}

static OF_FUTURES: [fn() -> Boxed; 2] = [|| Box::pin(forget()), || Box::pin(done())];

pub(crate) fn of_futures() {
    run(OF_FUTURES[std::hint::black_box(0)]());
}
