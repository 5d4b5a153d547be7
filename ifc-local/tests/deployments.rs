//! Deployments in place of others, and what was set by hand in the template.

#![allow(clippy::unwrap_used, reason = "tests")]

mod support;

use ifc_compiler::catalog::infra::{Kind, Node};
use ifc_local::stack::without_effect;
use serde_json::{Value, json};
use support::{App, manifest};

const ORDERS: &str = r#"
use ifc_runtime::prelude::*;

#[derive(Clone, Serialize, Deserialize, Item)]
pub struct Order { #[item(partition_key)] pub id: String, pub customer: String }

#[resource] pub static ORDERS: Table<Order> = Table::new();
#[resource] pub static JOBS: Queue<u32> = Queue::new();

#[on(ORDERS.changes())]
async fn audit(change: Change<Order>) -> Result<()> { Ok(()) }

#[on(JOBS)]
async fn work(job: u32) -> Result<()> { ORDERS.get("1").await?; Ok(()) }

ifc_runtime::main!();
"#;

fn by_customer() -> String {
    ORDERS.replace(
        "#[item(partition_key)] pub id: String, pub customer: String",
        "#[item(partition_key)] pub customer: String, #[item(sort_key)] pub id: String",
    )
}

fn put(app: &mut App, table: &str) {
    let item = json!({ "id": { "S": "1" }, "customer": { "S": "ada" } });
    app.root(
        "dynamodb",
        "PutItem",
        json!({ "TableName": table, "Item": item }),
    );
}

fn count(app: &mut App, table: &str) -> Value {
    app.root("dynamodb", "Scan", json!({ "TableName": table }))["Count"].clone()
}

#[test]
fn a_table_whose_key_changes_keeps_its_items_until_it_is_given_up() {
    let mut app = App::new(ORDERS);
    let table = app.engine.arn_of("ORDERS").unwrap().to_owned();
    put(&mut app, &table);
    let wanted = manifest(&by_customer());
    let errors = app.deploy(&wanted).unwrap_err();
    let message = errors[0].to_string();
    for part in [
        "`OrdersTable` cannot be made",
        "its key was `id` (S) and is `customer` (S) and `id` (S) now",
        "its 1 items",
        "`cargo ifc dev --reset=ORDERS`",
    ] {
        assert!(message.contains(part), "`{part}` is not in: {message}");
    }
    assert_eq!(count(&mut app, &table), 1);

    app.root("dynamodb", "DeleteTable", json!({ "TableName": table }));
    app.deploy(&wanted).unwrap();
    assert_eq!(count(&mut app, &table), 0);
    app.begin();
    put(&mut app, &table);
    let started = app.begin();
    assert_eq!(
        started.len(),
        1,
        "the new table's changes reach the function"
    );
    assert_eq!(started[0].function, "audit");
}

#[test]
fn properties_that_were_set_by_hand_hold_here_too() {
    let mut wanted = manifest(ORDERS);
    let polls = |node: &&Node| matches!(node.kind, Kind::EventSourceMapping(_));
    let mut mappings = wanted.infrastructure.values().filter(polls);
    let mapping = mappings.find(|node| node.owner == "work").unwrap();
    let mapping = mapping.id.clone();
    let mut set = |node: &str, properties: Value| {
        let node = wanted.infrastructure.get_mut(node).unwrap();
        node.properties
            .extend(properties.as_object().unwrap().clone());
    };
    set(
        "WorkFunction",
        json!({
            "MemorySize": 512,
            "Timeout": 7,
            "ReservedConcurrentExecutions": 2,
            "Environment": { "Variables": {
                "MODE": "x",
                "STAGE": { "Ref": "Stage" },
                "JOBS": { "Fn::GetAtt": ["JobsQueue", "Arn"] },
            } },
            "Description": "works",
        }),
    );
    set(
        "JobsQueue",
        json!({ "VisibilityTimeout": 90, "ReceiveMessageWaitTimeSeconds": 3 }),
    );
    set(&mapping, json!({ "BatchSize": 3 }));
    set(
        "OrdersTable",
        json!({ "StreamSpecification": { "StreamViewType": "KEYS_ONLY" } }),
    );
    assert_eq!(without_effect(&wanted), Vec::<String>::new());

    let mut app = App::empty();
    app.deploy(&wanted).unwrap();
    let work = &app.engine.functions()["work"];
    assert_eq!(
        (work.memory, work.timeout, work.reserved),
        (512, 7, Some(2))
    );
    let jobs = app.engine.arn_of("JOBS").unwrap().to_owned();
    let work = &app.engine.functions()["work"];
    let variables: Vec<(&str, &str)> = work
        .environment
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    assert_eq!(
        variables,
        [("JOBS", jobs.as_str()), ("MODE", "x"), ("STAGE", "dev")]
    );
    let asked = json!({ "QueueUrl": jobs, "AttributeNames": ["All"] });
    let attributes = app.root("sqs", "GetQueueAttributes", asked);
    assert_eq!(attributes["Attributes"]["VisibilityTimeout"], "90");
    assert_eq!(
        attributes["Attributes"]["ReceiveMessageWaitTimeSeconds"],
        "3"
    );
    for n in 0..5 {
        let send = json!({ "QueueUrl": jobs, "MessageBody": n.to_string() });
        app.root("sqs", "SendMessage", send);
    }
    let sizes: Vec<usize> = app.begin().iter().map(records).collect();
    assert_eq!(sizes, [3, 2]);
    let table = app.engine.arn_of("ORDERS").unwrap().to_owned();
    put(&mut app, &table);
    let changes = app.begin();
    let event: Value = serde_json::from_str(&changes[0].payload).unwrap();
    assert_eq!(
        event["Records"][0]["dynamodb"]["StreamViewType"],
        "KEYS_ONLY"
    );
}

fn records(invocation: &ifc_local::engine::Invocation) -> usize {
    let event: Value = serde_json::from_str(&invocation.payload).unwrap();
    event["Records"].as_array().unwrap().len()
}

#[test]
fn properties_without_a_place_here_are_named() {
    let mut wanted = manifest(ORDERS);
    for (node, property, value) in [
        ("OrdersTable", "KinesisStreamSpecification", json!({})),
        ("JobsQueue", "QueueName", json!("jobs")),
        (
            "JobsQueue",
            "RedrivePolicy",
            json!({ "deadLetterTargetArn": { "Ref": "X" } }),
        ),
        // Nothing here works that out.
        (
            "WorkFunction",
            "Timeout",
            json!({ "Fn::ImportValue": "timeout" }),
        ),
        ("WorkFunction", "Layers", json!([])),
        ("WorkFunction", "Tags", json!([])),
    ] {
        let node = wanted.infrastructure.get_mut(node).unwrap();
        node.properties.insert(property.into(), value);
    }
    assert_eq!(
        without_effect(&wanted),
        [
            "JobsQueue.QueueName",
            "JobsQueue.RedrivePolicy",
            "OrdersTable.KinesisStreamSpecification",
            "WorkFunction.Layers",
            "WorkFunction.Timeout",
        ]
    );
    let mut app = App::empty();
    app.deploy(&wanted).unwrap();
}
