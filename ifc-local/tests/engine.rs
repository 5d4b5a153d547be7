//! The engine on whole applications: sources are compiled, deployed and driven by hand.

#![allow(clippy::unwrap_used, reason = "tests")]

mod support;

use ifc_local::engine::{Input, Outcome, What};
use serde_json::json;
use support::App;

const QUEUE: &str = r#"
use ifc_runtime::prelude::*;

#[resource(max_receives = 3)] pub static JOBS: Queue<u32> = Queue::new();
#[resource] pub static DONE: Table<Job> = Table::new();

#[derive(Item)]
pub struct Job { #[item(partition_key)] pub id: String }

#[on(http(POST, "/jobs"))]
async fn accept() { JOBS.send(&1).await.unwrap(); }

#[on(JOBS, batch = 2)]
async fn work(batch: Batch<u32>) -> BatchResult { DONE.put(&Job { id: String::new() }).await }

ifc_runtime::main!();
"#;

fn returned(json: serde_json::Value) -> Outcome {
    Outcome::Returned(json.to_string())
}

#[test]
fn a_message_reaches_the_function_with_the_role_of_each() {
    let mut app = App::new(QUEUE);
    let started = app.begin();
    assert_eq!(started, []);

    let id = app.http("POST", "/jobs");
    let started = app.begin();
    assert_eq!(started.len(), 1);
    assert_eq!(started[0].id, id);
    assert_eq!(started[0].function, "accept");
    let inside = app.inside(&started[0]);
    let url = app.variable("accept", "IFC_JOBS");
    let send = json!({ "QueueUrl": url, "MessageBody": "1" });
    app.call(&inside, "sqs", "SendMessage", send.clone())
        .unwrap();
    let denied = app
        .call(&inside, "sqs", "ReceiveMessage", json!({ "QueueUrl": url }))
        .unwrap_err();
    assert_eq!(denied.code, "AccessDenied");
    assert!(
        denied.message.contains("sqs:ReceiveMessage") && denied.message.contains("`accept`"),
        "{denied}"
    );
    app.finish(&started[0], returned(json!({ "statusCode": 200 })));

    let started = app.begin();
    assert_eq!(started.len(), 1);
    assert_eq!(started[0].function, "work");
    let inside = app.inside(&started[0]);
    let put =
        json!({ "TableName": app.variable("work", "IFC_DONE"), "Item": { "id": { "S": "1" } } });
    app.call(&inside, "dynamodb", "PutItem", put).unwrap();
    app.finish(&started[0], returned(json!({ "batchItemFailures": [] })));
    assert!(!app.engine.is_busy());

    let records = app.engine.take_records();
    let traces: Vec<&str> = records
        .iter()
        .filter(|record| matches!(record.what, What::Started { .. }))
        .map(|record| record.trace.as_str())
        .collect();
    assert_eq!(
        traces[0], traces[1],
        "one trace from the request to the batch"
    );
    let mut parents = records.iter().filter_map(|record| match &record.what {
        What::Started { parents, .. } => Some(parents.clone()),
        _ => None,
    });
    let segment: String = id.replace('-', "").chars().take(16).collect();
    assert_eq!(
        parents.next_back().unwrap(),
        [segment],
        "the batch comes from the invocation that sent the message"
    );
}

#[test]
fn what_fails_comes_again_and_ends_with_the_dead_letters() {
    let mut app = App::new(QUEUE);
    let url = app.variable("accept", "IFC_JOBS");
    for body in ["1", "2"] {
        app.root(
            "sqs",
            "SendMessage",
            json!({ "QueueUrl": url, "MessageBody": body }),
        );
    }
    let mut runs = Vec::new();
    while app.engine.is_busy() {
        for invocation in app.begin() {
            let event: serde_json::Value = serde_json::from_str(&invocation.payload).unwrap();
            let records = event["Records"].as_array().unwrap();
            let ids: Vec<&str> = records
                .iter()
                .map(|r| r["messageId"].as_str().unwrap())
                .collect();
            runs.push(ids.len());
            // The second message never succeeds.
            let failed: Vec<_> = records
                .iter()
                .filter(|record| record["body"] == "2")
                .map(|record| json!({ "itemIdentifier": record["messageId"] }))
                .collect();
            app.finish(
                &invocation,
                returned(json!({ "batchItemFailures": failed })),
            );
        }
        app.wait();
    }
    assert_eq!(runs, [2, 1, 1]);
    let dead = app.engine.arn_of("JobsQueueDeadLetters").unwrap();
    let dead = app.engine.queues().find(dead).unwrap();
    let dead: Vec<&str> = dead.messages().map(|m| m.body.as_str()).collect();
    assert_eq!(dead, ["2"]);
}

const EVENTS: &str = r#"
use ifc_runtime::prelude::*;

#[derive(Event)]
#[event(source = "shop")]
pub enum ShopEvent { Opened { day: u32 }, Closed }

#[derive(Item)]
pub struct Day { #[item(partition_key)] pub id: String }

#[resource] pub static EVENTS: Bus<ShopEvent> = Bus::new();
#[resource] pub static ALERTS: Topic<u32> = Topic::new();
#[resource] pub static DAYS: Table<Day> = Table::new();

#[on(EVENTS, event = ShopEvent::Opened)]
async fn open(event: ShopEvent) -> Result<()> { ALERTS.publish(&1).await }

#[on(ALERTS)]
async fn warn(alert: u32) -> Result<()> { Ok(()) }

#[on(DAYS.changes())]
async fn audit(change: Change<Day>) -> Result<()> { Ok(()) }

#[on(schedule("cron(30 2 * * ? *)"), timezone = "Europe/Berlin")]
async fn nightly() -> Result<()> { EVENTS.publish(&ShopEvent::Closed).await }

ifc_runtime::main!();
"#;

fn failed() -> Outcome {
    Outcome::Failed {
        error_type: "ifc::HandlerFailed".into(),
        message: "no".into(),
    }
}

#[test]
fn an_event_goes_from_the_bus_to_the_topic_to_the_last_function() {
    let mut app = App::new(EVENTS);
    let bus = app.variable("nightly", "IFC_EVENTS");
    let entry = |detail_type: &str| {
        json!({ "Entries": [{
            "EventBusName": bus, "Source": "shop", "DetailType": detail_type, "Detail": "{\"day\":3}",
        }] })
    };
    app.root("events", "PutEvents", entry("Closed"));
    assert_eq!(app.begin(), [], "no function is for this event");
    app.root("events", "PutEvents", entry("Opened"));
    let started = app.begin();
    assert_eq!(
        (started[0].function.as_str(), started[0].source.as_str()),
        ("open", "bus EVENTS")
    );
    let event: serde_json::Value = serde_json::from_str(&started[0].payload).unwrap();
    assert_eq!(event["detail"], json!({ "day": 3 }));

    let topic = app.variable("open", "IFC_ALERTS");
    let inside = app.inside(&started[0]);
    let publish = json!({ "TopicArn": topic, "Message": "1" });
    app.call(&inside, "sns", "Publish", publish).unwrap();
    app.finish(&started[0], returned(json!(null)));
    let started = app.begin();
    assert_eq!(
        (started[0].function.as_str(), started[0].source.as_str()),
        ("warn", "topic ALERTS")
    );
    let event: serde_json::Value = serde_json::from_str(&started[0].payload).unwrap();
    assert_eq!(event["Records"][0]["Sns"]["Message"], "1");
}

#[test]
fn an_event_that_fails_is_tried_after_a_minute_and_two_and_then_kept() {
    let mut app = App::new(EVENTS);
    let topic = app.variable("open", "IFC_ALERTS");
    app.root(
        "sns",
        "Publish",
        json!({ "TopicArn": topic, "Message": "1" }),
    );
    let mut times = Vec::new();
    let start = app.now;
    for _ in 0..6 {
        for invocation in app.begin() {
            times.push((app.now - start) / 1000);
            app.finish(&invocation, failed());
        }
        if times.len() < 3 {
            app.wait();
        }
    }
    assert_eq!(times, [0, 60, 180]);
    let dead = app
        .engine
        .arn_of("WarnFunctionDeadLetters")
        .unwrap()
        .to_owned();
    let dead = app.engine.queues().find(&dead).unwrap();
    let letters: Vec<serde_json::Value> = dead
        .messages()
        .map(|message| serde_json::from_str(&message.body).unwrap())
        .collect();
    assert_eq!(letters.len(), 1);
    assert_eq!(
        letters[0]["requestContext"]["condition"],
        "RetriesExhausted"
    );
    assert_eq!(letters[0]["requestContext"]["approximateInvokeCount"], 3);
    assert_eq!(letters[0]["responsePayload"]["errorMessage"], "no");
}

#[test]
fn a_schedule_runs_at_its_time_in_its_zone() {
    let mut app = App::new(EVENTS);
    assert_eq!(app.begin(), []);
    app.wait();
    // 02:30 in Berlin in winter.
    assert_eq!(app.now - support::START, 90 * 60 * 1000);
    let started = app.begin();
    assert_eq!(started.len(), 1);
    assert_eq!(started[0].function, "nightly");
    assert!(
        started[0].payload.contains("2026-01-01T01:30:00Z"),
        "{}",
        started[0].payload
    );
}

#[test]
fn changes_come_in_order_and_hold_up_what_follows() {
    let mut app = App::new(EVENTS);
    let table = app.engine.arn_of("DAYS").unwrap().to_owned();
    for n in 0..3 {
        let item = json!({ "id": { "S": "a" }, "n": { "N": n.to_string() } });
        app.root(
            "dynamodb",
            "PutItem",
            json!({ "TableName": table, "Item": item }),
        );
        let started = app.begin();
        // The first fails, and nothing passes it.
        if n == 0 {
            assert_eq!(started.len(), 1);
            app.finish(&started[0], failed());
        } else {
            assert_eq!(started, []);
        }
    }
    app.wait();
    let started = app.begin();
    let event: serde_json::Value = serde_json::from_str(&started[0].payload).unwrap();
    assert_eq!(event["Records"].as_array().unwrap().len(), 1);
    assert_eq!(event["Records"][0]["dynamodb"]["NewImage"]["n"]["N"], "0");
    app.finish(&started[0], returned(json!({ "batchItemFailures": [] })));
    let started = app.begin();
    let event: serde_json::Value = serde_json::from_str(&started[0].payload).unwrap();
    assert_eq!(event["Records"].as_array().unwrap().len(), 2);
}

const FILES: &str = r#"
use ifc_runtime::prelude::*;

#[resource] pub static FILES: Bucket = Bucket::new();

#[on(FILES.created(), prefix = "in/", suffix = ".json")]
async fn import(object: ObjectEvent) -> Result<()> {
    FILES.get("in/a.json").await?;
    FILES.put("out/a.json", "x").await
}

ifc_runtime::main!();
"#;

#[test]
fn a_new_object_reaches_its_function_whose_role_ends_where_the_code_does() {
    let mut app = App::new(FILES);
    let bucket = app.variable("import", "IFC_FILES");
    let put = |key: &str| json!({ "Bucket": bucket, "Key": key });
    app.root("s3", "PutObject", put("in/a.txt"));
    app.root("s3", "PutObject", put("out/a.json"));
    assert_eq!(app.begin(), []);
    app.root("s3", "PutObject", put("in/a.json"));
    let started = app.begin();
    assert_eq!(started.len(), 1);
    assert_eq!(started[0].source, "bucket FILES");
    let inside = app.inside(&started[0]);
    app.call(&inside, "s3", "GetObject", put("in/a.json"))
        .unwrap();
    app.call(&inside, "s3", "PutObject", put("out/a.json"))
        .unwrap();
    for (operation, key) in [
        ("GetObject", "out/a.json"),
        ("PutObject", "in/a.json"),
        ("DeleteObject", "in/a.json"),
        // There is none, and who may not list is not told.
        ("GetObject", "in/b.json"),
    ] {
        let error = app.call(&inside, "s3", operation, put(key)).unwrap_err();
        assert_eq!(
            (error.code.as_str(), error.status),
            ("AccessDenied", 403),
            "{operation} {key}"
        );
    }
}

#[test]
fn a_schedule_runs_once_after_a_pause_and_each_time_while_the_clock_is_watched() {
    let minutely = EVENTS.replace("cron(30 2 * * ? *)", "rate(1 minute)");
    let later = support::START + 3 * 60 * 60 * 1000;
    let mut app = App::new(&minutely);
    app.begin();
    let started = app.engine.apply(Input::Tick, later).started;
    assert_eq!(started.len(), 1, "a machine that was asleep");
    assert!(started[0].payload.contains("2026-01-01T03:00:00Z"));
    let left_out = app
        .engine
        .take_records()
        .into_iter()
        .find_map(|record| match record.what {
            What::LeftOut { first, last, .. } => Some((first, last)),
            _ => None,
        });
    assert_eq!(left_out, Some((support::START + 60_000, later)));

    // A test that waits for a slow handler.
    let mut app = App::new(&minutely);
    app.begin();
    app.now += 3 * 60_000;
    assert_eq!(app.begin().len(), 3);
}

#[test]
fn names_are_cut_to_what_the_services_take() {
    let long =
        "THE_JOBS_THAT_ARE_DONE_AT_NIGHT_WHEN_NOBODY_LOOKS_AT_THEM_AND_ALL_IS_QUIET_IN_THE_HOUSE";
    let source = QUEUE.replace("JOBS", long).replace(
        "ifc_runtime::main!();",
        r#"
#[on(schedule("cron(0 3 ? * MON-FRI *)"), timezone = "America/Argentina/ComodRivadavia")]
#[on(schedule("cron(0 4 ? * MON-FRI *)"), timezone = "America/Argentina/ComodRivadavia")]
async fn sweep_what_lies_about_for_longer_than_anyone_remembers() {}

ifc_runtime::main!();
"#,
    );
    let app = App::new(&source);
    let url = app.variable("accept", &format!("IFC_{long}"));
    let name = url.rsplit('/').next().unwrap_or_default();
    assert!(name.len() <= 80, "{name}");
    assert!(name.starts_with("app-TheJobsThatAreDoneAtNight"), "{name}");
}

const OF_OTHERS: &str = r#"
use ifc_runtime::prelude::*;

#[derive(Item)]
pub struct Order {
    #[item(partition_key)] pub id: String,
    #[item(index = "by_day")] pub day: u32,
}

#[resource(existing = param("OrdersTable"))] pub static ORDERS: Table<Order> = Table::new();
#[resource(existing = ssm("/shop/rate"))] pub static RATE: Parameter<u32> = Parameter::new();
#[resource(existing = "arn:aws:ssm:eu-central-1:111122223333:parameter/shop/fee")]
pub static FEE: Parameter<u32> = Parameter::new();

#[on(http(POST, "/orders"))]
async fn accept() {
    ORDERS.put(&Order { id: String::new(), day: 1 }).await.unwrap();
    ORDERS.query_index("by_day", 1).all().await.unwrap();
    RATE.set(&(RATE.get().await.unwrap() + FEE.get().await.unwrap())).await.unwrap();
}

ifc_runtime::main!();
"#;

/// Tables of others have the keys of their items, parameters of others no value yet.
#[test]
fn what_the_stack_does_not_own_is_there() {
    let mut app = App::new(OF_OTHERS);
    app.http("POST", "/orders");
    let started = app.begin();
    let inside = app.inside(&started[0]);
    let table = app.variable("accept", "IFC_ORDERS");
    let item = json!({ "id": { "S": "1" }, "day": { "N": "7" } });
    let put = json!({ "TableName": table, "Item": item });
    app.call(&inside, "dynamodb", "PutItem", put).unwrap();
    let query = json!({
        "TableName": table,
        "IndexName": "by_day",
        "KeyConditionExpression": "#d = :d",
        "ExpressionAttributeNames": { "#d": "day" },
        "ExpressionAttributeValues": { ":d": { "N": "7" } },
    });
    let found = app.call(&inside, "dynamodb", "Query", query).unwrap();
    assert_eq!(found["Count"], 1);

    let rate = app.variable("accept", "IFC_RATE");
    let get = json!({ "Name": rate });
    let missing = app.call(&inside, "ssm", "GetParameter", get.clone());
    assert_eq!(missing.unwrap_err().code, "ParameterNotFound");
    let set = json!({ "Name": "rate", "Value": "3", "Overwrite": true });
    app.call(&inside, "ssm", "PutParameter", set).unwrap();
    let value = app.call(&inside, "ssm", "GetParameter", get).unwrap();
    assert_eq!(value["Parameter"]["Value"], "3");
    let fee = app.variable("accept", "IFC_FEE");
    let missing = app.call(&inside, "ssm", "GetParameter", json!({ "Name": fee }));
    assert_eq!(missing.unwrap_err().code, "ParameterNotFound");
}
