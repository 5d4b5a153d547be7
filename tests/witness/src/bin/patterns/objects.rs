//! Trait objects, and code that runs because of a value's type.

use std::any::Any;
use std::future::Future;
use std::ops::{Add, Deref};
use std::pin::Pin;
use std::sync::Arc;

use aws_sdk_dynamodb::Client;
use ifc_witness_tests::{dynamodb, run, s3, sqs};

type Boxed<'a> = Pin<Box<dyn Future<Output = bool> + 'a>>;

trait Store {
    fn put(&self) -> Boxed<'_>;
}

struct InTable(Client);

impl Store for InTable {
    fn put(&self) -> Boxed<'_> {
        Box::pin(async { self.0.put_item().send().await.is_ok() })
    }
}

struct InBucket(aws_sdk_s3::Client);

impl Store for InBucket {
    fn put(&self) -> Boxed<'_> {
        Box::pin(async { self.0.put_object().send().await.is_ok() })
    }
}

fn put_into(store: &dyn Store) {
    run(std::hint::black_box(store).put());
}

pub(crate) fn boxed_trait() {
    let store: Box<dyn Store> = Box::new(InTable(dynamodb()));
    put_into(&*store);
}

pub(crate) fn other_boxed_trait() {
    let store: Box<dyn Store> = Box::new(InBucket(s3()));
    put_into(&*store);
}

trait Named {
    fn get(&self) -> bool;
}

trait Reader: Named {}

impl Named for Client {
    fn get(&self) -> bool {
        run(async { self.get_item().send().await.is_ok() })
    }
}

impl Reader for Client {}

pub(crate) fn supertrait() {
    let reader: Box<dyn Reader> = Box::new(dynamodb());
    let named: Box<dyn Named> = std::hint::black_box(reader);
    named.get();
}

pub(crate) fn shared_closure() {
    let client = sqs();
    let send: Arc<dyn Fn() -> bool> =
        Arc::new(move || run(async { client.send_message().send().await.is_ok() }));
    std::hint::black_box(send)();
}

pub(crate) fn list_of_callbacks() {
    let mut callbacks: Vec<Box<dyn FnOnce() -> bool>> = Vec::new();
    callbacks.push(Box::new(|| {
        run(async { dynamodb().delete_item().send().await.is_ok() })
    }));
    callbacks.push(Box::new(|| {
        run(async { sqs().delete_message().send().await.is_ok() })
    }));
    for callback in std::hint::black_box(callbacks) {
        callback();
    }
}

pub(crate) fn any() {
    let value: Box<dyn Any> = Box::new(dynamodb());
    if let Some(client) = std::hint::black_box(value).downcast_ref::<Client>() {
        run(async { client.query().send().await.is_ok() });
    }
}

struct Lease(aws_sdk_sqs::Client);

impl Drop for Lease {
    fn drop(&mut self) {
        run(async { self.0.change_message_visibility().send().await.is_ok() });
    }
}

pub(crate) fn on_drop() {
    let _lease = Lease(sqs());
}

struct Loaded(bool);

impl From<&Client> for Loaded {
    fn from(client: &Client) -> Self {
        Loaded(run(async { client.get_item().send().await.is_ok() }))
    }
}

pub(crate) fn on_conversion() {
    let loaded: Loaded = (&dynamodb()).into();
    std::hint::black_box(loaded.0);
}

struct Counter(Client);

impl Add<u32> for Counter {
    type Output = Counter;

    fn add(self, _: u32) -> Counter {
        run(async { self.0.update_item().send().await.is_ok() });
        self
    }
}

pub(crate) fn on_addition() {
    drop(Counter(dynamodb()) + 1);
}

struct Copies {
    client: aws_sdk_s3::Client,
    left: u32,
}

impl Iterator for Copies {
    type Item = bool;

    fn next(&mut self) -> Option<bool> {
        self.left = self.left.checked_sub(1)?;
        Some(run(async {
            self.client.copy_object().send().await.is_ok()
        }))
    }
}

pub(crate) fn iterator() {
    let copies = Copies {
        client: s3(),
        left: 2,
    };
    std::hint::black_box(copies.filter(|done| *done).count());
}

struct Wrapped(Arc<Client>);

impl Deref for Wrapped {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.0
    }
}

pub(crate) fn deref() {
    let client = Wrapped(Arc::new(dynamodb()));
    run(async { client.transact_write_items().send().await.is_ok() });
}

struct Here;
struct There;
struct Away;

trait Target: Sync {
    fn write(&self) -> bool;
}

impl Target for Here {
    fn write(&self) -> bool {
        run(async { dynamodb().put_item().send().await.is_ok() })
    }
}

impl Target for There {
    fn write(&self) -> bool {
        run(async { s3().put_object().send().await.is_ok() })
    }
}

impl Target for Away {
    fn write(&self) -> bool {
        run(async { sqs().send_message().send().await.is_ok() })
    }
}

fn target(number: u32) -> &'static dyn Target {
    match number {
        0 => &Here,
        1 => &There,
        2 => &Away,
        3 => &Here,
        4 => &There,
        _ => &Away,
    }
}

pub(crate) fn chosen_by_match() {
    target(std::hint::black_box(1)).write();
}
