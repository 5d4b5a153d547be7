//! What there is to see: the application, its state, and what it holds.

use std::time::Duration;

use http_body_util::BodyExt;
use hyper::StatusCode;
use serde_json::{Value, json};

use crate::{Page, get, named, shop};

#[tokio::test]
async fn the_application_is_a_graph_without_stand_ins() {
    let page = Page::new().await;
    let app = page.get("api/app").await;
    assert_eq!(app["addresses"]["http"], "http://127.0.0.1:3000");
    let nodes: Vec<&str> = app["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|node| node["id"].as_str().unwrap())
        .collect();
    for id in [
        "http POST /orders",
        "schedule rate(1 day)",
        "place",
        "price",
        "SHIPMENTS",
    ] {
        assert!(nodes.contains(&id), "{id} in {nodes:?}");
    }
    // The resource stands for the function.
    assert!(!nodes.contains(&"PRICE"));
    let edges = app["edges"].as_array().unwrap();
    assert!(edges.contains(&json!({ "from": "place", "to": "price", "kind": "invoke" })));
    for edge in edges {
        for end in ["from", "to"] {
            assert!(nodes.contains(&edge[end].as_str().unwrap()), "{edge}");
        }
    }
    let sweep = app["triggers"]
        .as_array()
        .unwrap()
        .iter()
        .find(|of| of["function"] == "sweep");
    let sweep = sweep.unwrap();
    assert_eq!(sweep["node"], "schedule rate(1 day)");
    assert!(
        sweep["input"]
            .as_str()
            .unwrap()
            .contains("<aws.scheduler.scheduled-time>")
    );
}

#[tokio::test]
async fn figures_follow_what_happens() {
    let page = Page::new().await;
    page.order("bad-1").await;
    page.order("good").await;
    let state = page.get("api/state").await;
    assert_eq!(named(&state["tables"], "ORDERS")["items"], 2);
    assert_eq!(
        named(&state["tables"], "ORDERS")["indexes"],
        json!(["by_customer"])
    );
    assert_eq!(
        named(&state["buckets"], "FILES"),
        &json!({ "name": "FILES", "objects": 1, "bytes": 16 })
    );
    let ship = named(&state["functions"], "ship");
    assert_eq!(
        (&ship["invocations"], &ship["errors"]),
        (&json!(2), &json!(1))
    );
    assert_eq!(ship["points"].as_array().unwrap().len(), 2);
    let shipments = named(&state["queues"], "SHIPMENTS");
    assert_eq!(
        (&shipments["waiting"], &shipments["in_flight"]),
        (&json!(0), &json!(1))
    );
    assert_eq!(shipments["letters"], "ShipmentsQueueDeadLetters");

    page.give_up().await;
    let state = page.get("api/state").await;
    let letters = named(&state["queues"], "ShipmentsQueueDeadLetters");
    assert_eq!(
        (&letters["waiting"], &letters["letters_of"]),
        (&json!(1), &json!("SHIPMENTS"))
    );
    assert_eq!(named(&state["queues"], "SHIPMENTS")["in_flight"], 0);
    assert_eq!(state["busy"], false);
}

#[tokio::test]
async fn messages_are_shown_where_they_are() {
    let page = Page::new().await;
    page.order("bad-1").await;
    let shown = page.get("api/queues/SHIPMENTS/messages").await;
    assert_eq!(shown["messages"][0]["state"], "in_flight");
    assert_eq!(shown["messages"][0]["receives"], 1);
    page.give_up().await;
    let letters = page
        .get("api/queues/ShipmentsQueueDeadLetters/messages")
        .await;
    let letter = &letters["messages"][0];
    assert!(letter["body"]["text"].as_str().unwrap().contains("bad-1"));
    assert_eq!(letter["dead_from"], "SHIPMENTS");
    let trace = page.get("api/traces").await["traces"][0]["root"].clone();
    assert!(letter["trace"].is_string() && trace.is_string());

    for n in 0..60 {
        page.post(
            "send",
            json!({ "queue": "SHIPMENTS", "body": format!("{n}"), "delay": 900 }),
        )
        .await;
    }
    let first = page.get("api/queues/SHIPMENTS/messages").await;
    assert_eq!(
        (first["messages"].as_array().unwrap().len(), &first["total"]),
        (50, &json!(60))
    );
    let rest = page
        .get(&format!(
            "api/queues/SHIPMENTS/messages?after={}",
            first["next"]
        ))
        .await;
    assert_eq!(
        (rest["messages"].as_array().unwrap().len(), &rest["next"]),
        (10, &Value::Null)
    );
    assert_eq!(rest["messages"][9]["state"], "delayed");
}

#[tokio::test]
async fn items_are_shown_by_key_and_index() {
    let page = Page::new().await;
    for n in 0..60 {
        let item = json!({ "id": format!("{n:02}"), "customer": if n % 2 == 0 { "ada" } else { "grace" }, "total_cents": n });
        page.post("put", json!({ "table": "ORDERS", "item": item }))
            .await;
    }
    let first = page.get("api/tables/ORDERS/items").await;
    assert_eq!(first["keys"], json!(["id"]));
    assert_eq!(first["items"].as_array().unwrap().len(), 50);
    let start = first["next"].to_string().replace('"', "%22");
    let rest = page
        .get(&format!("api/tables/ORDERS/items?start={start}"))
        .await;
    assert_eq!(
        (rest["items"].as_array().unwrap().len(), &rest["next"]),
        (10, &Value::Null)
    );
    let of_grace = page
        .get("api/tables/ORDERS/items?index=by_customer&partition=grace")
        .await;
    assert_eq!(of_grace["keys"], json!(["customer", "id"]));
    assert_eq!(of_grace["items"].as_array().unwrap().len(), 30);
    assert_eq!(of_grace["items"][0]["customer"], json!({ "S": "grace" }));
    let one = page.get("api/tables/ORDERS/items?partition=07").await;
    assert_eq!(one["items"][0]["total_cents"], json!({ "N": "7" }));
    let wrong = page
        .answer(get("api/tables/ORDERS/items?index=by_colour"))
        .await;
    assert_eq!(wrong.status, 400);
    assert!(
        wrong.json()["error"]
            .as_str()
            .unwrap()
            .contains("by_colour")
    );
}

#[tokio::test]
async fn objects_are_shown_by_prefix() {
    let page = Page::new().await;
    for key in ["in/a.json", "in/b.json", "out/c d.txt"] {
        page.post("put", json!({ "bucket": "FILES", "key": key, "body": "1" }))
            .await;
    }
    let objects = page.get("api/buckets/FILES/objects?prefix=in/").await;
    assert_eq!(objects["objects"].as_array().unwrap().len(), 2);
    let objects = page
        .get("api/buckets/FILES/objects?after=in%2Fb.json")
        .await;
    assert_eq!(objects["objects"][0]["key"], "out/c d.txt");
    let content = page
        .answer(get("api/buckets/FILES/content?key=out%2Fc%20d.txt"))
        .await;
    assert_eq!(content.body.as_ref(), b"1");
    let missing = page.answer(get("api/buckets/FILES/content?key=none")).await;
    assert_eq!(
        (missing.status, &missing.json()["code"]),
        (StatusCode::NOT_FOUND, &json!("NoSuchKey"))
    );
}

#[tokio::test]
async fn an_unknown_name_is_answered_with_those_that_exist() {
    let page = Page::new().await;
    for (path, words) in [
        (
            "api/queues/SHIPMENT/messages",
            "there is no queue `SHIPMENT`: there are LABELS, SHIPMENTS",
        ),
        (
            "api/tables/SHIPMENTS/items",
            "there is no table `SHIPMENTS`: there are AUDIT, ORDERS",
        ),
        ("api/buckets/X/objects", "there are FILES"),
        ("api/traces/1-2-3", "there is no trace `1-2-3`"),
        ("api/nothing", "queues/{name}/messages"),
    ] {
        let answer = page.answer(get(path)).await;
        assert_eq!(answer.status, 404, "{path}");
        let error = answer.json()["error"].as_str().unwrap().to_owned();
        assert!(error.contains(words), "{error}");
    }
    let wrong = page
        .answer(get("api/queues/SHIPMENTS/messages?after=x"))
        .await;
    assert_eq!(wrong.status, 400);
}

/// The next events of a stream: the numbers and texts of its messages.
async fn read(
    stream: &mut (impl hyper::body::Body<Data = bytes::Bytes, Error = std::convert::Infallible> + Unpin),
) -> String {
    let frame = tokio::time::timeout(Duration::from_secs(20), stream.frame());
    let frame = frame.await.unwrap().unwrap().unwrap();
    String::from_utf8(frame.into_data().unwrap().to_vec()).unwrap()
}

#[tokio::test]
async fn events_come_as_they_happen_and_go_on_where_they_were_left() {
    let page = Page::new().await;
    let response = page.request(get("api/events")).await;
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let mut stream = response.into_body();
    assert_eq!(read(&mut stream).await, "retry: 1000\n\n");
    page.order("a").await;
    let mut text = String::new();
    while !text.contains("label ended") {
        text += &read(&mut stream).await;
    }
    let numbers: Vec<u64> = text
        .lines()
        .filter_map(|line| line.strip_prefix("id: ")?.parse().ok())
        .collect();
    assert!(
        numbers.windows(2).all(|pair| pair[1] == pair[0] + 1),
        "{numbers:?}"
    );
    let events: Vec<Value> = text
        .lines()
        .filter_map(|line| serde_json::from_str(line.strip_prefix("data: ")?).ok())
        .collect();
    let started = events
        .iter()
        .find(|event| event["what"] == "started")
        .unwrap();
    assert_eq!(started["flows"], json!([["http POST /orders", "place"]]));
    for flow in [
        json!(["place", "price"]),
        json!(["place", "ORDERS"]),
        json!(["place", "EVENTS"]),
        json!(["EVENTS", "route"]),
        json!(["route", "SHIPMENTS"]),
        json!(["SHIPMENTS", "ship"]),
        json!(["ORDERS", "audit"]),
        json!(["ALERTS", "warn"]),
    ] {
        let flows = events
            .iter()
            .flat_map(|event| event["flows"].as_array().unwrap());
        assert!(flows.into_iter().any(|known| *known == flow), "{flow}");
    }

    let mut again = get("api/events");
    again
        .headers_mut()
        .insert("last-event-id", numbers[2].to_string().parse().unwrap());
    let mut stream = page.request(again).await.into_body();
    read(&mut stream).await;
    let text = read(&mut stream).await;
    assert!(text.starts_with(&format!("id: {}\n", numbers[3])), "{text}");
    // Numbers of a process that is gone are greater than any here.
    let mut stream = page
        .request(get("api/events?after=1000000"))
        .await
        .into_body();
    read(&mut stream).await;
    assert!(read(&mut stream).await.starts_with("id: 0\n"));
    let mut stream = page.request(get("api/events?last=2")).await.into_body();
    read(&mut stream).await;
    assert_eq!(read(&mut stream).await.matches("id: ").count(), 2);
}

#[tokio::test]
async fn streams_end_when_the_page_closes() {
    let page = Page::new().await;
    let mut stream = page.request(get("api/events")).await.into_body();
    read(&mut stream).await;
    page.console.close();
    let end = tokio::time::timeout(Duration::from_secs(20), stream.frame());
    assert!(end.await.unwrap().is_none());
}

#[tokio::test]
async fn who_is_too_slow_is_told_how_much_was_skipped() {
    let page = Page::new().await;
    for n in 0..600 {
        page.application.log("warn", None, &format!("line {n}"));
    }
    let mut stream = page.request(get("api/events?after=0")).await.into_body();
    read(&mut stream).await;
    let text = read(&mut stream).await;
    assert!(text.starts_with("event: skipped\ndata: "), "{text}");
    assert_eq!(text.matches("id: ").count(), 500);
    assert!(text.contains("line 599"));
}

#[tokio::test]
async fn a_deployment_is_told_to_who_listens() {
    let page = Page::new().await;
    let mut stream = page.request(get("api/events")).await.into_body();
    assert_eq!(read(&mut stream).await, "retry: 1000\n\n");
    let before = page.get("api/state").await["revision"].clone();
    let more = "#[on(http(GET, \"/tally\"))] async fn tally() {}";
    shop::deploy_with(&page.application, more).await;
    assert_eq!(read(&mut stream).await, "event: deployed\ndata: {}\n\n");
    assert_ne!(page.get("api/state").await["revision"], before);
    let functions = &page.get("api/app").await["functions"];
    named(functions, "tally");
}
