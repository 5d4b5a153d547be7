//! The engine on whole applications: sources are compiled, deployed and driven by hand.

#![allow(clippy::unwrap_used, reason = "tests")]

mod support;

use ifc_local::engine::{Outcome, What};
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
    let parents = records.iter().filter_map(|record| match &record.what {
        What::Started { parents, .. } => Some(parents.clone()),
        _ => None,
    });
    let segment: String = id.replace('-', "").chars().take(16).collect();
    assert_eq!(
        parents.last().unwrap(),
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
    for _ in 0..10 {
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
