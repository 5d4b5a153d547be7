//! Events as AWS sends them, from the collection of `aws_lambda_events` and of our own making.

mod bucket;
mod bus;
mod function;
#[cfg(feature = "http")]
mod http;
mod queue;
mod schedule;
mod table;
mod topic;

use std::path::PathBuf;
use std::process::Command;
use std::sync::{Arc, LazyLock, Mutex};

use serde_json::{Value, json};

use super::*;
use crate::context::{self, Context};
use crate::dispatch::{Event, Function, Trigger, invoke, source};
use crate::prelude::{Bus, Deserialize, Event as _, Fifo, Queue, Serialize, Table, Topic};
use crate::{Batch, BatchResult, BoxError, Message};

/// Folder of the events of `aws_lambda_events`, in cargo's store of sources.
static FIXTURES: LazyLock<PathBuf> = LazyLock::new(|| {
    let output = |program: &str, args: &[&str]| {
        let mut command = Command::new(program);
        command.args(args).current_dir(env!("CARGO_MANIFEST_DIR"));
        let output = command.output().expect("a tool of Rust runs").stdout;
        String::from_utf8(output).expect("text")
    };
    let version = output("rustc", &["-vV"]);
    let host = version
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .expect("rustc's host");
    // Without the filter, cargo looks for the sources of every platform.
    let args = ["metadata", "--format-version=1", "--filter-platform", host];
    let metadata: Value =
        serde_json::from_str(&output(env!("CARGO"), &args)).expect("cargo's JSON");
    let package = metadata["packages"]
        .as_array()
        .into_iter()
        .flatten()
        .find(|package| package["name"] == "aws_lambda_events")
        .expect("a dependency of the tests");
    let manifest = PathBuf::from(package["manifest_path"].as_str().unwrap_or_default());
    manifest.with_file_name("src").join("fixtures")
});

/// An event of `aws_lambda_events`.
fn fixture(name: &str) -> Value {
    let file = FIXTURES.join(format!("example-{name}.json"));
    let text = std::fs::read_to_string(&file).expect("an event of the crate");
    serde_json::from_str(&text).expect("JSON")
}

fn deliver(triggers: Vec<Trigger>, event: &Value) -> Result<Value, String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime");
    let event = Event {
        payload: serde_json::value::to_raw_value(event).expect("JSON"),
        context: Context {
            function: "f".into(),
            request_id: "request".into(),
            correlation_id: "request".into(),
            ..Context::default()
        },
    };
    let outcome = runtime.block_on(async { invoke(&Function::new(triggers), event).await });
    match outcome {
        Ok(answer) => Ok(serde_json::from_str(answer.get()).expect("JSON")),
        Err(failure) => Err(format!("{}: {}", failure.kind, failure.message)),
    }
}

/// What the handlers saw.
type Seen<T> = Arc<Mutex<Vec<T>>>;

fn see<T>(seen: &Seen<T>, value: T) {
    seen.lock().expect("not poisoned").push(value);
}

fn taken<T>(seen: &Seen<T>) -> Vec<T> {
    std::mem::take(&mut *seen.lock().expect("not poisoned"))
}

static TEXTS: Queue<String> = Queue::new();
static NUMBERS: Queue<u32> = Queue::new();
static ORDERED: Queue<u32, Fifo> = Queue::new();
static ALERTS: Topic<String> = Topic::new();
static EVENTS: Bus<Happening> = Bus::new();
static ITEMS: Table<Thing> = Table::new();
static UPLOADS: crate::Bucket = crate::Bucket::new();
static DOUBLE: crate::Function<u32, u64> = crate::Function::new();

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, crate::Event)]
enum Happening {
    #[event(name = "EC2 Instance State-change Notification")]
    #[serde(rename_all = "kebab-case")]
    State {
        instance_id: String,
        state: String,
    },
    Closed,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, crate::Item)]
struct Thing {
    #[item(partition_key)]
    key: String,
    val: String,
}

fn no_failures() -> Value {
    json!({"batchItemFailures": []})
}

fn failures(ids: &[&str]) -> Value {
    let ids: Vec<Value> = ids.iter().map(|id| json!({"itemIdentifier": id})).collect();
    json!({ "batchItemFailures": ids })
}

#[test]
fn events_find_their_trigger_by_their_form() {
    let seen: Seen<&str> = Seen::default();
    let triggers = || {
        let mark = |name: &'static str| {
            let seen = seen.clone();
            move || see(&seen, name)
        };
        let (queue, topic, bus, schedule) =
            (mark("queue"), mark("topic"), mark("bus"), mark("schedule"));
        let (table, bucket, function) = (mark("table"), mark("bucket"), mark("function"));
        vec![
            source(&TEXTS).on(move |_: String| {
                queue();
                async {}
            }),
            source(&ALERTS).on(move |_: String| {
                topic();
                async {}
            }),
            source(&EVENTS).on(move |_: Happening| {
                bus();
                async {}
            }),
            source(&Schedule).on(move |_: Scheduled| {
                schedule();
                async {}
            }),
            source(&changes(&ITEMS)).on(move |_: Batch<Change<Thing>>| {
                table();
                async {}
            }),
            source(&created(&UPLOADS)).on(move |_: ObjectEvent| {
                bucket();
                async {}
            }),
            source(&DOUBLE).on(move |_: u32| {
                function();
                async { 0_u64 }
            }),
        ]
    };
    let mut scheduled = fixture("eventbridge-schedule");
    scheduled["source"] = json!("aws.scheduler");
    for (event, expected) in [
        (fixture("sqs-event"), "queue"),
        (fixture("sns-event"), "topic"),
        (fixture("eventbridge-event-obj"), "bus"),
        (scheduled, "schedule"),
        (json!({"ifc.schedule": {}, "input": null}), "schedule"),
        (fixture("dynamodb-event"), "table"),
        (fixture("s3-event"), "bucket"),
        (json!(5), "function"),
    ] {
        assert!(deliver(triggers(), &event).is_ok(), "{expected}");
        assert_eq!(taken(&seen), [expected]);
    }
    let two = vec![triggers().remove(0), triggers().remove(1)];
    let error = deliver(two, &json!({"a": 1})).expect_err("neither");
    assert!(error.contains("the function takes queue, topic"), "{error}");
}

#[test]
fn every_event_source_has_its_file() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/src/triggers");
    let mut files: Vec<String> = std::fs::read_dir(root)
        .expect("the crate's own sources")
        .map(|entry| entry.expect("readable").file_name())
        .map(|name| name.to_string_lossy().trim_end_matches(".rs").to_owned())
        .filter(|name| name != "mod" && name != "tests")
        .collect();
    files.sort();
    let sources = ifc_catalog::events::SOURCES;
    let names: Vec<&str> = sources.iter().map(|source| source.name).collect();
    assert_eq!(files, names);
}
