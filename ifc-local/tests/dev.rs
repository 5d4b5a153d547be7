//! Applications that run, with functions that this program answers for.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use ifc_local::dev::{Application, JournalError, Runner, State};
use ifc_local::engine::{Function, Invocation, Outcome, Settings};
use ifc_local::http_api::Request;
use ifc_local::server::Later;
use ifc_local::{Call, Caller};
use serde_json::{Value, json};

const SOURCES: &str = r#"
use ifc_runtime::prelude::*;

#[resource] pub static JOBS: Queue<u32> = Queue::new();
#[resource] pub static LEFT: Queue<u32> = Queue::new();

#[on(http(POST, "/jobs"))]
async fn accept() { JOBS.send(&1).await.unwrap(); }

#[on(JOBS)]
async fn work(job: u32) -> Result<()> { Ok(()) }

ifc_runtime::main!();
"#;

/// Answers each invocation with the name of its function.
struct Names;

impl Runner for Names {
    fn run(&self, function: Function, _: Invocation) -> Later<'static, Outcome> {
        let body = json!({ "statusCode": 200, "body": function.name });
        Box::pin(async move { Outcome::Returned(body.to_string()) })
    }
}

/// Each life of an application would take another seed.
static SEED: AtomicU64 = AtomicU64::new(1);

fn start(state: State<'_>) -> Result<Application, JournalError> {
    let settings = Settings {
        endpoint: "http://127.0.0.1:4566".into(),
        seed: SEED.fetch_add(1, Ordering::Relaxed),
        concurrency: 10,
    };
    Application::start(&settings, state, Arc::new(Names))
}

async fn deployed(state: State<'_>) -> Application {
    let fixture = ifc_compiler::testing::Fixture::parse(SOURCES);
    let manifest = ifc_compiler::compile(&fixture.world()).manifest;
    let application = start(state).unwrap();
    application
        .deploy(manifest, Default::default())
        .await
        .unwrap()
        .unwrap();
    application
}

async fn call(application: &Application, operation: &str, input: Value) -> Value {
    let call = Call::new("sqs", operation, input);
    application.call(Caller::Root, call).await.unwrap().output
}

fn queue(application: &Application, name: &str) -> String {
    application.read(|engine| engine.arn_of(name).unwrap().to_owned())
}

#[tokio::test]
async fn requests_are_answered_and_messages_reach_their_function() {
    let application = deployed(State::Memory).await;
    let response = application.http(Request::new("POST", "/jobs")).await;
    assert_eq!(
        (response.status, response.body.as_slice()),
        (200, &b"accept"[..])
    );
    let response = application.http(Request::new("GET", "/nothing")).await;
    assert_eq!(response.status, 404);
    let jobs = queue(&application, "JOBS");
    call(
        &application,
        "SendMessage",
        json!({ "QueueUrl": jobs, "MessageBody": "1" }),
    )
    .await;
    while application.read(ifc_local::Engine::is_busy) {
        application.changed().await;
    }
}

#[tokio::test]
async fn what_was_accepted_is_there_after_a_start() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.db");
    let application = deployed(State::File(&path)).await;
    let left = queue(&application, "LEFT");
    for n in 0..100 {
        let send = json!({ "QueueUrl": left, "MessageBody": n.to_string() });
        call(&application, "SendMessage", send).await;
    }
    let jobs = queue(&application, "JOBS");
    let job = json!({ "QueueUrl": jobs, "MessageBody": "1" });
    call(&application, "SendMessage", job).await;
    while application.read(ifc_local::Engine::is_busy) {
        application.changed().await;
    }
    assert!(matches!(
        start(State::File(&path)),
        Err(JournalError::InUse(_))
    ));
    application.advance(3_600_000).await.unwrap();
    let time = application.now();
    application.stop().await;
    drop(application);

    let application = restarted(&path).await;
    assert!(application.now() >= time, "the clock goes on where it was");
    assert!(
        !application.read(ifc_local::Engine::is_busy),
        "what was handled is not handled again"
    );
    let bodies: Vec<String> = application.read(|engine| {
        let queue = engine.queues().find(&left).unwrap();
        queue
            .messages()
            .map(|message| message.body.clone())
            .collect()
    });
    assert_eq!(bodies, (0..100).map(|n| n.to_string()).collect::<Vec<_>>());
}

/// Starts again when the process before has let go of the file.
async fn restarted(path: &Path) -> Application {
    loop {
        match start(State::File(path)) {
            Err(JournalError::InUse(_)) => tokio::task::yield_now().await,
            other => return other.unwrap(),
        }
    }
}

#[tokio::test]
async fn who_waits_for_messages_changes_nothing() {
    let application = deployed(State::Memory).await;
    let left = queue(&application, "LEFT");
    let receive = json!({ "QueueUrl": left, "WaitTimeSeconds": 20 });
    let changed = application.changed();
    let answer = call(&application, "ReceiveMessage", receive.clone()).await;
    assert_eq!(answer, json!({}));
    // Or those who wait would wake one another for ever.
    tokio::select! {
        biased;
        () = changed => panic!("nothing has changed"),
        () = std::future::ready(()) => {}
    }
    let changed = application.changed();
    let message = json!({ "QueueUrl": left, "MessageBody": "1" });
    call(&application, "SendMessage", message).await;
    changed.await;
    let answer = call(&application, "ReceiveMessage", receive).await;
    assert_eq!(answer["Messages"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_file_that_is_none_of_ours_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.db");
    std::fs::write(&path, "not a database, but longer than its header would be").unwrap();
    let error = start(State::File(&path)).err().unwrap();
    assert!(matches!(error, JournalError::Damaged { .. }), "{error}");
    assert!(error.to_string().contains("state.db"));
}

/// Leaves a message in a file whose process is killed, and says that another build wrote it.
fn left_by_another_build(path: &Path) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let application = deployed(State::File(path)).await;
        let left = queue(&application, "LEFT");
        let send = json!({ "QueueUrl": left, "MessageBody": "kept" });
        call(&application, "SendMessage", send).await;
    });
    drop(runtime);
    let file = rusqlite::Connection::open(path).unwrap();
    let changed = file.execute("UPDATE meta SET value = 'other' WHERE name = 'build'", []);
    assert_eq!(changed.unwrap(), 1);
}

#[tokio::test]
async fn another_build_goes_on_from_what_a_killed_one_left() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.db");
    let of_it = path.clone();
    let written = tokio::task::spawn_blocking(move || left_by_another_build(&of_it));
    written.await.unwrap();
    let application = restarted(&path).await;
    let left = queue(&application, "LEFT");
    let bodies = application.read(|engine| {
        let messages = engine.queues().find(&left).unwrap().messages();
        messages.map(|m| m.body.clone()).collect::<Vec<_>>()
    });
    assert_eq!(bodies, ["kept"]);
    // What it was made of is still there, as it was.
    let copy = application.taken_over().unwrap().to_owned();
    let copy = rusqlite::Connection::open(copy).unwrap();
    let build = copy.query_row("SELECT value FROM meta WHERE name = 'build'", [], |row| {
        row.get::<_, String>(0)
    });
    assert_eq!(build.unwrap(), "other");
    application.stop().await;
    drop(application);
    assert_eq!(restarted(&path).await.taken_over(), None);
}

#[tokio::test]
async fn state_that_only_another_build_understands_is_left_alone() {
    for change in [
        "UPDATE snapshot SET engine = x'c0'",
        "UPDATE journal SET entry = x'c0'",
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.db");
        let of_it = path.clone();
        let written = tokio::task::spawn_blocking(move || {
            left_by_another_build(&of_it);
            // A second life leaves a snapshot behind.
            let runtime = tokio::runtime::Runtime::new().unwrap();
            runtime.block_on(async { drop(restarted(&of_it).await) });
            drop(runtime);
            let file = rusqlite::Connection::open(&of_it).unwrap();
            assert!(file.execute(change, []).unwrap() > 0);
            file.execute("UPDATE meta SET value = 'other' WHERE name = 'build'", [])
                .unwrap();
        });
        written.await.unwrap();
        let before = std::fs::read(&path).unwrap();
        let error = start(State::File(&path)).err().unwrap();
        assert!(matches!(error, JournalError::Build { .. }), "{error}");
        assert!(error.to_string().contains("another build"), "{error}");
        assert_eq!(std::fs::read(&path).unwrap(), before, "{change}");
    }
}
