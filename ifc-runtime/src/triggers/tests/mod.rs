//! Events as AWS sends them, from the collection of `aws_lambda_events` and of our own making.

#[cfg(feature = "http")]
mod http;

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

/// Messages `1`, `2`, ... with these bodies and groups.
fn messages(arn: &str, bodies: &[(&str, &str)]) -> Value {
    let records: Vec<Value> = bodies
        .iter()
        .enumerate()
        .map(|(at, (body, group))| {
            json!({
                "messageId": (at + 1).to_string(),
                "body": body,
                "eventSource": "aws:sqs",
                "eventSourceARN": arn,
                "attributes": {"MessageGroupId": group},
                "messageAttributes": {},
            })
        })
        .collect();
    json!({ "Records": records })
}

#[test]
fn a_message_has_its_metadata() {
    let seen: Seen<Message<String>> = Seen::default();
    let trigger = source(&TEXTS).on({
        let seen = seen.clone();
        move |message: Message<String>| {
            see(&seen, message);
            async {}
        }
    });
    assert_eq!(
        deliver(vec![trigger], &fixture("sqs-event")),
        Ok(no_failures())
    );
    let message = taken(&seen).remove(0);
    assert_eq!(message.id, "MessageID_1");
    assert_eq!(message.body, "Message Body");
    assert_eq!(message.receives, 2);
    assert_eq!(message.sent, from_millis(1_520_621_625_029));
    let attributes: Vec<(&str, &str)> = message
        .attributes
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    assert_eq!(
        attributes,
        [("Attribute1", "AttributeValue1"), ("Attribute2", "123")]
    );
}

#[test]
fn each_message_fails_by_itself() {
    let event = messages(
        "arn:aws:sqs:x:1:q",
        &[("1", "g"), ("no number", "g"), ("3", "g"), ("4", "g")],
    );
    let trigger = source(&NUMBERS).on(|number: u32| async move {
        assert_ne!(number, 3, "three is not handled");
        if number == 4 {
            Err("four fails")
        } else {
            Ok(())
        }
    });
    assert_eq!(
        deliver(vec![trigger], &event),
        Ok(failures(&["2", "3", "4"]))
    );
}

#[test]
fn a_failure_in_a_fifo_queue_holds_back_its_group() {
    let event = messages(
        "arn:aws:sqs:x:1:q.fifo",
        &[
            ("1", "a"),
            ("2", "b"),
            ("3", "a"),
            ("4", "b"),
            ("x", "c"),
            ("6", "c"),
        ],
    );
    let seen: Seen<u32> = Seen::default();
    let each = source(&ORDERED).on({
        let seen = seen.clone();
        move |number: u32| {
            see(&seen, number);
            async move { if number == 1 { Err("fails") } else { Ok(()) } }
        }
    });
    assert_eq!(
        deliver(vec![each], &event),
        Ok(failures(&["1", "3", "5", "6"]))
    );
    assert_eq!(taken(&seen), [1, 2, 4]);

    let batch = source(&ORDERED).on({
        let seen = seen.clone();
        move |batch: Batch<u32>| {
            let mut result = BatchResult::new();
            for message in &batch {
                see(&seen, message.body);
                if message.body == 2 {
                    result.fail(message, "fails");
                }
            }
            async { result }
        }
    });
    assert_eq!(
        deliver(vec![batch], &event),
        Ok(failures(&["2", "4", "5", "6"]))
    );
    assert_eq!(
        taken(&seen),
        [1, 2, 3, 4],
        "the message behind an unreadable one waits"
    );
}

#[test]
fn a_batch_fails_as_a_whole_or_in_parts() {
    let event = messages("arn:aws:sqs:x:1:q", &[("1", "g"), ("x", "g"), ("3", "g")]);
    let whole = || {
        source(&NUMBERS).on(|batch: Batch<u32>| async move {
            if batch.len() == 2 {
                Err::<(), BoxError>("no".into())
            } else {
                Ok(())
            }
        })
    };
    assert_eq!(
        deliver(vec![whole()], &event),
        Err("ifc::HandlerFailed: no".into())
    );
    let single = messages("arn:aws:sqs:x:1:q", &[("1", "g")]);
    assert_eq!(deliver(vec![whole()], &single), Ok(no_failures()));
    let parts = source(&NUMBERS).on(|batch: Batch<u32>| {
        batch.each(|message| async move { if message.body == 3 { Err("no") } else { Ok(()) } })
    });
    assert_eq!(deliver(vec![parts], &event), Ok(failures(&["2", "3"])));
}

#[test]
fn ids_travel_with_messages() {
    let mut event = messages("arn:aws:sqs:x:1:q", &[("1", "g"), ("2", "g")]);
    event["Records"][0]["messageAttributes"] =
        json!({"ifc-correlation-id": {"stringValue": "outside", "dataType": "String"}});
    event["Records"][0]["attributes"]["AWSTraceHeader"] = json!("Root=1-2-3");
    let seen: Seen<Option<Context>> = Seen::default();
    let trigger = source(&NUMBERS).on({
        let seen = seen.clone();
        move |_: u32| {
            let seen = seen.clone();
            async move { see(&seen, context::current()) }
        }
    });
    assert_eq!(deliver(vec![trigger], &event), Ok(no_failures()));
    let contexts: Vec<Context> = taken(&seen).into_iter().flatten().collect();
    assert_eq!(contexts[0].correlation_id, "outside");
    assert_eq!(contexts[0].trace_header.as_deref(), Some("Root=1-2-3"));
    assert_eq!(contexts[1].correlation_id, "request");
    assert_eq!(contexts[1].function, "f");
}

#[test]
fn notifications_are_read_from_their_envelope() {
    let seen: Seen<Notification<String>> = Seen::default();
    let trigger = source(&ALERTS).on({
        let seen = seen.clone();
        move |notification: Notification<String>| {
            see(&seen, notification);
            async { Ok::<(), BoxError>(()) }
        }
    });
    assert_eq!(
        deliver(vec![trigger], &fixture("sns-event")),
        Ok(Value::Null)
    );
    let notification = taken(&seen).remove(0);
    assert_eq!(notification.body, "Hello\r\nworld!");
    assert_eq!(notification.subject.as_deref(), Some("Greetings"));
    assert_eq!(notification.id, "82833b5c-8d5d-56d0-b0e1-7511f8253eb8");
    let failing = source(&ALERTS).on(|_: String| async { Err::<(), _>("down") });
    assert_eq!(
        deliver(vec![failing], &fixture("sns-event")),
        Err("ifc::HandlerFailed: down".into())
    );
}

#[test]
fn events_become_variants_and_keep_their_envelope() {
    let seen: Seen<Envelope<Happening>> = Seen::default();
    let trigger = || {
        let seen = seen.clone();
        source(&EVENTS).on(move |envelope: Envelope<Happening>| {
            see(&seen, envelope);
            async {}
        })
    };
    let mut event = fixture("eventbridge-event-obj");
    event["detail"]["_ifc"] = json!({"correlation_id": "outside"});
    assert_eq!(deliver(vec![trigger()], &event), Ok(Value::Null));
    let envelope = taken(&seen).remove(0);
    assert_eq!(
        envelope.event,
        Happening::State {
            instance_id: "i-abcd1111".into(),
            state: "pending".into()
        }
    );
    assert_eq!(envelope.source, "aws.ec2");
    assert_eq!(envelope.resources.len(), 1);
    event["detail-type"] = json!("Other");
    let error = deliver(vec![trigger()], &event).expect_err("an unknown detail type");
    assert!(
        error.contains("there is no event with the detail type `Other`"),
        "{error}"
    );
    let closed = Happening::Closed;
    let detail = closed.to_detail().expect("JSON");
    let event = json!({"detail-type": closed.detail_type(), "source": "x", "detail": detail});
    assert_eq!(deliver(vec![trigger()], &event), Ok(Value::Null));
    assert_eq!(taken(&seen).remove(0).event, closed);
}

#[test]
fn schedules_run_whatever_the_scheduler_sends() {
    let seen: Seen<Scheduled> = Seen::default();
    let trigger = || {
        let seen = seen.clone();
        source(&Schedule).on(move |run: Scheduled| {
            see(&seen, run);
            async {}
        })
    };
    let sent = json!({
        "ifc.schedule": {"arn": "arn:aws:scheduler:x", "time": "2027-01-31T08:00:00Z", "execution": "e", "attempt": "2"},
        "input": {"a": 1},
    });
    assert_eq!(deliver(vec![trigger()], &sent), Ok(Value::Null));
    let run = taken(&seen).remove(0);
    assert_eq!(
        (run.attempt, run.time.as_str()),
        (2, "2027-01-31T08:00:00Z")
    );
    assert_eq!(run.input, json!({"a": 1}));
    assert_eq!(
        deliver(vec![trigger()], &fixture("eventbridge-schedule")),
        Ok(Value::Null)
    );
    let run = taken(&seen).remove(0);
    assert_eq!(run.time, "2015-10-08T16:53:06Z");
    assert_eq!(run.input, Value::Null);
    assert_eq!(deliver(vec![trigger()], &json!({"b": 2})), Ok(Value::Null));
    assert_eq!(taken(&seen).remove(0).input, json!({"b": 2}));
}

#[test]
fn changes_hold_typed_items() {
    let event = fixture("dynamodb-event");
    let seen: Seen<Change<Thing>> = Seen::default();
    let trigger = source(&changes(&ITEMS)).on({
        let seen = seen.clone();
        move |change: Change<Thing>| {
            see(&seen, change);
            async {}
        }
    });
    assert_eq!(deliver(vec![trigger], &event), Ok(no_failures()));
    let first = taken(&seen).remove(0);
    let thing = Thing {
        key: "binary".into(),
        val: "data".into(),
    };
    assert_eq!(first, Change::Inserted(thing));
}

#[test]
fn a_failed_change_holds_back_those_behind_it() {
    let record = |number: &str, name: &str, images: Value| {
        let mut change = images;
        change["SequenceNumber"] = json!(number);
        json!({"eventName": name, "eventSource": "aws:dynamodb", "dynamodb": change})
    };
    let image = |key: &str| json!({"key": {"S": key}, "val": {"S": "v"}});
    let event = json!({"Records": [
        record("1", "MODIFY", json!({"OldImage": image("a"), "NewImage": image("b")})),
        record("2", "REMOVE", json!({"Keys": {"key": {"S": "c"}}})),
        record("3", "INSERT", json!({"NewImage": image("d")})),
    ]});
    let seen: Seen<Change<Thing>> = Seen::default();
    let trigger = source(&changes(&ITEMS)).on({
        let seen = seen.clone();
        move |change: Change<Thing>| {
            see(&seen, change);
            async {}
        }
    });
    assert_eq!(deliver(vec![trigger], &event), Ok(failures(&["2", "3"])));
    let changes = taken(&seen);
    assert_eq!(changes.len(), 1);
    assert_eq!(
        changes[0].before().map(|thing| thing.key.as_str()),
        Some("a")
    );
    assert_eq!(
        changes[0].after().map(|thing| thing.key.as_str()),
        Some("b")
    );
}

#[test]
fn keys_of_objects_are_decoded() {
    let seen: Seen<ObjectEvent> = Seen::default();
    let trigger = || {
        let seen = seen.clone();
        source(&created(&UPLOADS)).on(move |object: ObjectEvent| {
            see(&seen, object);
            async {}
        })
    };
    let mut event = fixture("s3-event");
    assert_eq!(deliver(vec![trigger()], &event), Ok(Value::Null));
    let object = taken(&seen).remove(0);
    assert_eq!(object.key, "Happy Face.jpg");
    assert_eq!(object.bucket, "sourcebucket");
    assert_eq!(object.size, Some(1024));
    assert_eq!(object.event, "ObjectCreated:Put");
    for (sent, key) in [
        ("a+b%2Bc%2fd", "a b+c/d"),
        ("%C3%BC", "ü"),
        ("50%", "50%"),
        ("%zz", "%zz"),
    ] {
        event["Records"][0]["s3"]["object"]["key"] = json!(sent);
        assert_eq!(deliver(vec![trigger()], &event), Ok(Value::Null));
        assert_eq!(taken(&seen).remove(0).key, key);
    }
}

#[test]
fn a_caller_gets_an_answer() {
    let double = || {
        source(&DOUBLE).on(|number: u32| async move {
            match number {
                0 => Err("nothing to double"),
                number => Ok(u64::from(number) * 2),
            }
        })
    };
    assert_eq!(deliver(vec![double()], &json!(21)), Ok(json!(42)));
    assert_eq!(
        deliver(vec![double()], &json!(0)),
        Err("ifc::HandlerFailed: nothing to double".into())
    );
    let error = deliver(vec![double()], &json!("x")).expect_err("no number");
    assert!(
        error.starts_with("ifc::UnreadablePayload: cannot read the request"),
        "{error}"
    );
}

#[test]
fn a_panic_fails_one_invocation() {
    let trigger = source(&DOUBLE).on(|number: u32| async move {
        assert!(number > 0, "zero is not doubled");
        u64::from(number)
    });
    let error = deliver(vec![trigger], &json!(0)).expect_err("a panic");
    assert_eq!(
        error,
        "ifc::HandlerPanicked: the handler panicked: zero is not doubled"
    );
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
