//! Runs every handler with backends that note what they are asked for.

use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex};

use futures::FutureExt as _;
use ifc_runtime::Result;
use ifc_runtime::backend::bucket::*;
use ifc_runtime::backend::queue::*;
use ifc_runtime::backend::table::*;
use ifc_runtime::backend::*;
use ifc_runtime::prelude::serde_json;

mod resources;
// MODULES

static SEEN: Mutex<Vec<String>> = Mutex::new(Vec::new());

struct Recorder;

fn note<T: Send + 'static>(
    resource: &str,
    operation: &str,
    answer: T,
) -> BoxFuture<'static, Result<T>> {
    SEEN.lock().unwrap().push(format!("{operation} {resource}"));
    Box::pin(async { Ok(answer) })
}

/// Operations that no program has.
fn not_asked() -> ! {
    panic!("no program asks for this");
}

fn note_key<T: Send + 'static>(
    bucket: &Target,
    operation: &str,
    key: &str,
    answer: T,
) -> BoxFuture<'static, Result<T>> {
    let key = serde_json::to_string(key).unwrap();
    note(&format!("{} {key}", bucket.resource), operation, answer)
}

impl TableBackend for Recorder {
    fn put(&self, request: PutItem) -> BoxFuture<'_, Result<()>> {
        note(request.table.target.resource, "put", ())
    }
    fn get(&self, request: GetItem) -> BoxFuture<'_, Result<Option<Attributes>>> {
        note(request.table.target.resource, "get", None)
    }
    fn update(&self, _: UpdateItem) -> BoxFuture<'_, Result<Updated>> {
        not_asked()
    }
    fn delete(&self, request: DeleteItem) -> BoxFuture<'_, Result<()>> {
        note(request.table.target.resource, "delete", ())
    }
    fn query(&self, _: Query) -> BoxFuture<'_, Result<RawPage>> {
        not_asked()
    }
    fn scan(&self, request: Read) -> BoxFuture<'_, Result<RawPage>> {
        note(request.table.target.resource, "scan", RawPage::default())
    }
    fn batch_get(&self, _: BatchGet) -> BoxFuture<'_, Result<BatchGot>> {
        not_asked()
    }
    fn batch_write(&self, _: BatchWrite) -> BoxFuture<'_, Result<Vec<BatchEntry>>> {
        not_asked()
    }
    fn transact_write(&self, _: TransactWrite) -> BoxFuture<'_, Result<()>> {
        not_asked()
    }
    fn transact_get(&self, _: Vec<GetItem>) -> BoxFuture<'_, Result<Vec<Option<Attributes>>>> {
        not_asked()
    }
}

impl QueueBackend for Recorder {
    fn send(&self, request: SendMessage) -> BoxFuture<'_, Result<String>> {
        note(request.target.resource, "send", String::new())
    }
    fn send_batch(&self, _: SendMessages) -> BoxFuture<'_, Result<Outcomes>> {
        not_asked()
    }
    fn depth(&self, target: Target) -> BoxFuture<'_, Result<QueueDepth>> {
        note(target.resource, "depth", QueueDepth::default())
    }
}

impl TopicBackend for Recorder {
    fn publish(&self, request: SendMessage) -> BoxFuture<'_, Result<String>> {
        note(request.target.resource, "publish", String::new())
    }
    fn publish_batch(&self, _: SendMessages) -> BoxFuture<'_, Result<Outcomes>> {
        not_asked()
    }
}

impl BucketBackend for Recorder {
    fn put(&self, request: PutObject) -> BoxFuture<'_, Result<()>> {
        note_key(&request.bucket, "put", &request.key, ())
    }
    fn get(&self, _: GetObject) -> BoxFuture<'_, Result<GotObject>> {
        not_asked()
    }
    fn head(&self, object: ObjectRef) -> BoxFuture<'_, Result<ObjectInfo>> {
        let info = ObjectInfo::default();
        note_key(&object.bucket, "head", &object.key, info)
    }
    fn delete(&self, object: ObjectRef) -> BoxFuture<'_, Result<()>> {
        note_key(&object.bucket, "delete", &object.key, ())
    }
    fn copy(&self, _: CopyObject) -> BoxFuture<'_, Result<()>> {
        not_asked()
    }
    fn list(&self, request: ListObjects) -> BoxFuture<'_, Result<ObjectPage>> {
        let page = ObjectPage::default();
        note_key(&request.bucket, "list", &request.prefix, page)
    }
    fn presign_get(&self, request: Presign) -> BoxFuture<'_, Result<String>> {
        let ObjectRef { bucket, key } = request.object;
        note_key(&bucket, "presign_get", &key, String::new())
    }
    fn presign_put(&self, _: Presign) -> BoxFuture<'_, Result<String>> {
        not_asked()
    }
}

async fn run(
    number: u64,
    handler: impl Future<Output = std::result::Result<(), ifc_runtime::BoxError>>,
) {
    SEEN.lock().unwrap().clear();
    let ended = tokio::time::timeout(
        std::time::Duration::from_secs(20),
        AssertUnwindSafe(handler).catch_unwind(),
    )
    .await;
    for seen in SEEN.lock().unwrap().drain(..) {
        println!("{number}: {seen}");
    }
    match ended {
        Ok(Ok(Ok(()))) => {}
        other => println!("{number}! {other:?}"),
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let recorder = Arc::new(Recorder);
    install(Backends {
        table: Some(recorder.clone()),
        queue: Some(recorder.clone()),
        topic: Some(recorder.clone()),
        bucket: Some(recorder),
        ..Backends::default()
    });
    // CALLS
}
