//! What can be done: everything that makes functions run, and dead letters that go back.

use serde_json::{Value, json};

use crate::{Page, get, named};

#[tokio::test]
async fn functions_are_invoked_and_answer() {
    let page = Page::new().await;
    let answer = page
        .post(
            "invoke",
            json!({ "function": "price", "event": { "id": "1" } }),
        )
        .await;
    assert_eq!(
        (&answer["returned"], answer.get("error")),
        (&json!(4999), None)
    );
    let trace = answer["trace"].as_str().unwrap();
    let trace = page.get(&format!("api/traces/{trace}")).await;
    assert_eq!(trace["rows"][1]["title"], "price");
    // The resource that stands for it will do.
    let answer = page
        .post("invoke", json!({ "function": "PRICE", "event": {} }))
        .await;
    assert_eq!(answer["returned"], 4999);
    let answer = page
        .post(
            "invoke",
            json!({ "function": "sweep", "event": {}, "asynchronous": true }),
        )
        .await;
    assert_eq!(answer["answer"]["StatusCode"], 202);
    assert_eq!(answer.get("returned"), None);
}

#[tokio::test]
async fn a_function_that_fails_says_how() {
    let page = Page::new().await;
    let spy = json!({ "body": json!({ "id": "spy" }).to_string() });
    let answer = page
        .post("invoke", json!({ "function": "place", "event": spy }))
        .await;
    assert_eq!(answer["error"]["errorType"], "AccessDeniedException");
}

#[tokio::test]
async fn requests_are_answered_as_the_api_would() {
    let page = Page::new().await;
    let order = json!({ "id": "1", "customer": "ada", "total_cents": 1 });
    let answer = page
        .post(
            "http",
            json!({ "method": "post", "path": "/orders", "body": order }),
        )
        .await;
    assert_eq!(answer["status"], 201);
    assert_eq!(
        serde_json::from_str::<Value>(answer["body"].as_str().unwrap()).unwrap(),
        order
    );
    let answer = page
        .post("http", json!({ "method": "GET", "path": "/nothing?a=b" }))
        .await;
    assert_eq!(
        (&answer["status"], &answer["body"]),
        (&json!(404), &json!("{\"message\":\"Not Found\"}"))
    );
}

#[tokio::test]
async fn topics_and_buses_deliver_what_is_published() {
    let page = Page::new().await;
    let to_topic = page
        .post(
            "publish",
            json!({ "topic": "ALERTS", "message": { "text": "x" }, "attributes": { "n": 1 } }),
        )
        .await;
    let detail = json!({ "Placed": { "id": "1", "customer": "ada", "total_cents": 1 } });
    let to_bus = page
        .post(
            "publish",
            json!({ "bus": "EVENTS", "detail_type": "Placed", "detail": detail }),
        )
        .await;
    page.settle().await;
    for (answer, function) in [(to_topic, "warn"), (to_bus, "route")] {
        let root = answer["trace"].as_str().unwrap();
        let trace = page.get(&format!("api/traces/{root}")).await;
        let rows = trace["rows"].as_array().unwrap();
        assert!(
            rows.iter().any(|row| row["title"] == function),
            "{function}: {trace}"
        );
    }
}

#[tokio::test]
async fn values_are_put_into_everything_that_holds_some() {
    let page = Page::new().await;
    page.post(
        "put",
        json!({ "bucket": "FILES", "key": "a", "base64": "AAH/" }),
    )
    .await;
    let content = page.answer(get("api/buckets/FILES/content?key=a")).await;
    assert_eq!(content.body.as_ref(), [0, 1, 255]);
    let item = json!({ "id": "1", "what": "x", "nested": { "list": [1, null, true] } });
    page.post("put", json!({ "table": "AUDIT", "item": item }))
        .await;
    let items = page.get("api/tables/AUDIT/items").await;
    assert_eq!(
        items["items"][0]["nested"],
        json!({ "M": { "list": { "L": [{ "N": "1" }, { "NULL": true }, { "BOOL": true }] } } })
    );
    // What plain JSON has no form for comes with DynamoDB's types.
    let typed = json!({
        "id": { "S": "2" },
        "tags": { "SS": ["a", "b"] },
        "bytes": { "B": "AAH/" },
    });
    page.post("put", json!({ "table": "AUDIT", "attributes": typed }))
        .await;
    let items = page.get("api/tables/AUDIT/items").await;
    let items = items["items"].as_array().unwrap();
    assert!(items.contains(&typed), "{items:?}");
    page.post("put", json!({ "secret": "API_KEY", "value": "s3cret" }))
        .await;
}

#[tokio::test]
async fn messages_that_were_given_up_go_back_into_their_queue() {
    let page = Page::new().await;
    page.order("bad-1").await;
    page.give_up().await;
    let answer = page.post("redrive", json!({ "queue": "SHIPMENTS" })).await;
    assert_eq!(answer["answer"], json!({ "moved": 1, "left": 0 }));
    page.settle().await;
    let state = page.get("api/state").await;
    assert_eq!(
        named(&state["queues"], "ShipmentsQueueDeadLetters")["waiting"],
        0
    );
    assert_eq!(named(&state["functions"], "ship")["invocations"], 3);
}

#[tokio::test]
async fn events_that_were_given_up_go_back_to_their_function() {
    let page = Page::new().await;
    // The function's role lets it do nothing with this event.
    let spy = json!({ "body": json!({ "id": "spy" }).to_string() });
    let invoke = json!({ "function": "place", "event": spy, "asynchronous": true });
    page.post("invoke", invoke).await;
    page.settle().await;
    page.give_up().await;
    let answer = page.try_post("redrive", json!({ "queue": "place" })).await;
    // Nobody but this page invokes it like that, so that it has no queue for such events.
    assert_eq!(answer.status, 404, "{:?}", answer.body);

    let state = page.get("api/state").await;
    let queues = state["queues"].as_array().unwrap().iter();
    let letters: Vec<&Value> = queues
        .filter(|queue| queue["letters_of"] == "warn")
        .collect();
    assert_eq!(letters.len(), 1);
    let queue = letters[0]["name"].as_str().unwrap();
    let letter = json!({ "requestPayload": { "Records": [] }, "requestContext": {} });
    page.post("send", json!({ "queue": queue, "body": letter }))
        .await;
    page.post("send", json!({ "queue": queue, "body": "no letter" }))
        .await;
    let answer = page.post("redrive", json!({ "queue": "warn" })).await;
    assert_eq!(answer["answer"], json!({ "moved": 1, "left": 1 }));
    page.settle().await;
    let state = page.get("api/state").await;
    assert_eq!(named(&state["functions"], "warn")["invocations"], 1);
    assert_eq!(named(&state["queues"], queue)["waiting"], 1);
}

#[tokio::test]
async fn mistakes_are_named() {
    let page = Page::new().await;
    for (action, body, status, words) in [
        (
            "invoke",
            json!({ "function": "plaice" }),
            404,
            "there is no function `plaice`: there are audit, ",
        ),
        (
            "invoke",
            json!({ "funktion": "place" }),
            400,
            "unknown field `funktion`",
        ),
        (
            "send",
            json!({ "queue": "X", "body": 1 }),
            404,
            "there are LABELS, SHIPMENTS",
        ),
        (
            "send",
            json!({ "queue": "LABELS", "body": 1 }),
            400,
            "MessageGroupId",
        ),
        (
            "send",
            json!({ "queue": "SHIPMENTS", "body": 1, "delay": 901 }),
            400,
            "DelaySeconds",
        ),
        (
            "publish",
            json!({ "message": 1 }),
            400,
            "topics: ALERTS; buses: EVENTS",
        ),
        ("publish", json!({ "topic": "ALERTS" }), 400, "`message`"),
        (
            "publish",
            json!({ "bus": "ALERTS", "detail_type": "x", "detail": {} }),
            404,
            "there are EVENTS",
        ),
        (
            "publish",
            json!({ "bus": "EVENTS", "detail_type": "x", "detail": "no json" }),
            400,
            "Detail",
        ),
        ("put", json!({}), 400, "`bucket`"),
        (
            "put",
            json!({ "bucket": "FILES", "body": "" }),
            400,
            "`key`",
        ),
        (
            "put",
            json!({ "table": "ORDERS", "item": { "customer": "x" } }),
            400,
            "key",
        ),
        (
            "put",
            json!({ "table": "ORDERS", "item": {}, "attributes": {} }),
            400,
            "either `item`",
        ),
        (
            "put",
            json!({ "table": "AUDIT", "attributes": { "id": "1" } }),
            400,
            "",
        ),
        (
            "put",
            json!({ "parameter": "X", "value": 1 }),
            404,
            "the application has no parameter",
        ),
        (
            "redrive",
            json!({ "queue": "LABEL" }),
            404,
            "there is no queue `LABEL`",
        ),
        (
            "advance",
            json!({ "milliseconds": -1 }),
            400,
            "invalid value: integer `-1`",
        ),
        (
            "http",
            json!({ "method": "GET", "path": "orders" }),
            400,
            "`path` begins with `/`",
        ),
    ] {
        let answer = page.try_post(action, body.clone()).await;
        let error = answer.json()["error"].as_str().unwrap().to_owned();
        assert_eq!(answer.status, status, "{action} {body}: {error}");
        assert!(error.contains(words), "{action} {body}: {error}");
    }
}
