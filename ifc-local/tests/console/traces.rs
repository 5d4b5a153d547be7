//! Traces over functions, queues and retries, and the decisions on the way.

use serde_json::{Value, json};

use crate::Page;

/// Rows as `  title`, indented by their depth.
fn tree(trace: &Value) -> Vec<String> {
    let rows = trace["rows"].as_array().unwrap().iter();
    rows.map(|row| {
        let depth = usize::try_from(row["depth"].as_u64().unwrap()).unwrap();
        format!("{}{}", "  ".repeat(depth), row["title"].as_str().unwrap())
    })
    .collect()
}

fn rows<'t>(trace: &'t Value, title: &str) -> Vec<&'t Value> {
    let rows = trace["rows"].as_array().unwrap().iter();
    rows.filter(|row| row["title"] == title).collect()
}

#[tokio::test]
async fn a_trace_says_what_led_to_what() {
    let page = Page::new().await;
    let root = page.order("good").await;
    let trace = page.get(&format!("api/traces/{root}")).await;
    let expected = [
        "place",
        "  lambda Invoke on price",
        "    price",
        "  dynamodb PutItem on ORDERS",
        "    audit",
        "      dynamodb PutItem on AUDIT",
        "  events PutEvents on EVENTS",
        "    EVENTS to route",
        "      route",
        "        sqs SendMessage on SHIPMENTS",
        "          ship",
        "            sqs SendMessage on LABELS",
        "              label",
        "                s3 PutObject on FILES",
        "            sns Publish on ALERTS",
        "              ALERTS to warn",
        "                warn",
    ];
    assert_eq!(tree(&trace), expected);
    let place = rows(&trace, "place")[0];
    assert_eq!(place["source"], "http POST /orders");
    assert!(
        place["payload"]["text"]
            .as_str()
            .unwrap()
            .contains("\"rawPath\"")
    );
    assert!(place["returned"]["text"].as_str().unwrap().contains("201"));
    assert_eq!(place["logs"][0]["line"], "INFO placing order good");
    let send = rows(&trace, "sqs SendMessage on SHIPMENTS")[0];
    assert_eq!(send["decisions"][0]["allowed"], true);
    assert_eq!(
        send["decisions"][0]["permissions"][0]["actions"],
        json!(["sqs:SendMessage"])
    );
}

#[tokio::test]
async fn retries_stand_beside_each_other_and_dead_letters_behind() {
    let page = Page::new().await;
    let root = page.order("bad-1").await;
    page.give_up().await;
    let trace = page.get(&format!("api/traces/{root}")).await;
    let ships = rows(&trace, "ship");
    let attempts: Vec<&Value> = ships.iter().map(|row| &row["attempt"]).collect();
    assert_eq!(attempts, [&json!(1), &json!(2)]);
    assert_eq!(ships[0]["parent"], ships[1]["parent"]);
    assert_eq!(ships[0]["failed"].as_array().unwrap().len(), 1);
    assert_eq!(ships[1]["since"], ships[0]["ended"]);
    let letter = rows(&trace, "given up: a letter in ShipmentsQueueDeadLetters")[0];
    assert_eq!(letter["parent"], ships[1]["number"]);
    assert_eq!(letter["error"], "it was received 2 times");
    assert!(ships[1]["started"].as_u64() > ships[0]["ended"].as_u64());

    let traces = page.get("api/traces").await;
    let of = traces["traces"]
        .as_array()
        .unwrap()
        .iter()
        .find(|trace| trace["root"] == *root);
    let of = of.unwrap();
    assert_eq!(of["title"], "http POST /orders");
    assert_eq!((&of["errors"], &of["running"]), (&json!(2), &json!(0)));
    assert_eq!(of["dead_letters"], 1);
    assert_eq!(
        of["functions"],
        json!(["audit", "place", "price", "route", "ship"])
    );
}

#[tokio::test]
async fn a_denied_call_is_explained_and_an_allowed_one_names_its_lines() {
    let page = Page::new().await;
    let root = page.order("spy").await;
    let decisions = page.get("api/decisions").await;
    let decisions = decisions["decisions"].as_array().unwrap();
    let find = |action: &str, allowed: bool| {
        let found = decisions.iter().find(|decision| {
            decision["principal"] == "place"
                && decision["action"] == action
                && decision["allowed"] == allowed
        });
        found.unwrap_or_else(|| panic!("{action} in {decisions:?}"))
    };
    let denied = find("dynamodb:GetItem", false);
    assert_eq!(
        (&denied["name"], &denied["trace"]),
        (&json!("ORDERS"), &json!(root))
    );
    let hint = denied["hint"].as_str().unwrap();
    assert!(
        hint.contains("`place`") && hint.contains("`ORDERS`") && hint.contains("#[grant("),
        "{hint}"
    );
    assert_eq!(denied["permissions"], json!([]));

    let allowed = find("lambda:InvokeFunction", true);
    assert_eq!(allowed["hint"], Value::Null);
    assert_eq!(allowed["statement"]["Effect"], "Allow");
    assert_eq!(allowed["permissions"][0]["why"][0]["function"], "place");

    page.order("good").await;
    let decisions = page.get("api/decisions").await;
    let put = decisions["decisions"]
        .as_array()
        .unwrap()
        .iter()
        .find(|decision| {
            decision["principal"] == "place" && decision["action"] == "dynamodb:PutItem"
        });
    let path = put.unwrap()["permissions"][0]["why"][0]["path"].clone();
    let functions: Vec<&str> = path
        .as_array()
        .unwrap()
        .iter()
        .map(|step| step["function"].as_str().unwrap())
        .collect();
    assert_eq!(functions, ["place", "store::save"]);

    let trace = page.get(&format!("api/traces/{root}")).await;
    let denied = rows(&trace, "dynamodb GetItem on ORDERS")[0];
    assert_eq!(
        (&denied["denied"], &denied["error"]),
        (&json!(true), &json!("AccessDeniedException"))
    );
}

#[tokio::test]
async fn a_batch_belongs_to_the_traces_of_all_its_messages() {
    let page = Page::new().await;
    let mut roots = Vec::new();
    for id in ["a", "b"] {
        // Both are there when the batch begins.
        let send = json!({ "queue": "SHIPMENTS", "body": { "id": id }, "delay": 5 });
        let answer = page.post("send", send).await;
        roots.push(answer["trace"].as_str().unwrap().to_owned());
    }
    page.post("advance", json!({ "milliseconds": 6000 })).await;
    page.settle().await;
    assert_ne!(roots[0], roots[1]);
    for root in &roots {
        let trace = page.get(&format!("api/traces/{root}")).await;
        assert_eq!(
            tree(&trace)[..2],
            ["sqs SendMessage on SHIPMENTS", "  ship"]
        );
    }
}
