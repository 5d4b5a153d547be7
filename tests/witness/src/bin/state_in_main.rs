//! A trait object that is made before a function runs and kept in a static: what it can do counts
//! for every function, because the program does not say which one uses it.

use std::sync::OnceLock;

use ifc_witness_tests::{dynamodb, run, sqs};

trait Store: Send + Sync {
    fn put(&self) -> bool;
}

struct InTable;

impl Store for InTable {
    fn put(&self) -> bool {
        run(async { dynamodb().put_item().send().await.is_ok() })
    }
}

static STORE: OnceLock<Box<dyn Store>> = OnceLock::new();

fn init() {
    let _ = STORE.set(Box::new(InTable));
}

fn uses_the_store() {
    if let Some(store) = STORE.get() {
        store.put();
    }
}

fn does_not() {
    run(async { sqs().send_message().send().await.is_ok() });
}

ifc_witness_tests::functions! {
    uses_the_store => "dynamodb:PutItem",
    does_not => "dynamodb:PutItem sqs:SendMessage",
}
