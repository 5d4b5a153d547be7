//! Topics that keep order.

use serde_json::{Value, json};

use super::{Account, FUNCTION, QUEUE, subscription};

const MINUTE: u64 = 60_000;

fn message(topic: &str, group: &str, id: Option<&str>, text: &str) -> Value {
    let mut request = json!({ "TopicArn": topic, "Message": text, "MessageGroupId": group });
    if let Some(id) = id {
        request["MessageDeduplicationId"] = id.into();
    }
    request
}

fn fifo(account: &mut Account, more: &[(&str, &str)]) -> String {
    let mut attributes = json!({ "FifoTopic": "true" });
    for (name, value) in more {
        attributes[*name] = (*value).into();
    }
    let topic = account.topic("ledger.fifo", attributes);
    account.subscribe(
        &topic,
        "arn:aws:sqs:us-east-1:000000000000:ledger.fifo",
        json!({}),
    );
    topic
}

#[test]
fn numbers_grow_and_group_and_id_go_along() {
    let mut account = Account::new();
    let topic = fifo(&mut account, &[]);
    account.subscribe(&topic, QUEUE, json!({}));
    let mut before = String::new();
    for at in 0..20 {
        let request = message(&topic, "a", Some(&format!("m{at}")), "x");
        let answer = account.call("Publish", request);
        let sequence = answer["SequenceNumber"]
            .as_str()
            .expect("it has one")
            .to_owned();
        assert_eq!(sequence.len(), 20);
        assert!(sequence > before);
        for delivery in account.topics.take_deliveries() {
            let sent = delivery.queue_message().expect("a queue takes it");
            let body: Value =
                serde_json::from_str(sent["MessageBody"].as_str().expect("text")).expect("JSON");
            assert_eq!(body["SequenceNumber"], sequence.as_str());
            assert_eq!(sent["MessageGroupId"], "a");
            let id = sent["MessageDeduplicationId"].as_str();
            // Standard queues have no use for it and refuse it.
            let expected = format!("m{at}");
            let expected = delivery
                .endpoint
                .ends_with(".fifo")
                .then_some(expected.as_str());
            assert_eq!(id, expected);
        }
        before = sequence;
    }
}

#[test]
fn what_is_published_again_within_five_minutes_is_not_delivered() {
    let mut account = Account::new();
    let topic = fifo(&mut account, &[]);
    let send = |account: &mut Account, group: &str, id: &str| {
        let answer = account.call("Publish", message(&topic, group, Some(id), "x"));
        (answer, account.topics.take_deliveries().len())
    };
    let (first, delivered) = send(&mut account, "a", "1");
    assert_eq!(delivered, 1);
    account.now += 5 * MINUTE - 1;
    assert_eq!(send(&mut account, "a", "1"), (first, 0));
    // The scope is the topic.
    assert_eq!(send(&mut account, "b", "1").1, 0);
    account.now += 1;
    assert_eq!(send(&mut account, "a", "1").1, 1);
}

#[test]
fn the_scope_can_be_the_group() {
    let mut account = Account::new();
    let topic = fifo(&mut account, &[("FifoThroughputScope", "MessageGroup")]);
    for (group, delivered) in [("a", 1), ("b", 1), ("a", 0)] {
        account.call("Publish", message(&topic, group, Some("1"), "x"));
        assert_eq!(account.topics.take_deliveries().len(), delivered);
    }
}

#[test]
fn equal_texts_can_count_as_repetition() {
    let mut account = Account::new();
    let topic = fifo(&mut account, &[("ContentBasedDeduplication", "true")]);
    let mut ids = Vec::new();
    for (text, id, delivered) in [
        ("x", None, 1),
        ("x", None, 0),
        ("y", None, 1),
        ("x", Some("1"), 1),
    ] {
        account.call("Publish", message(&topic, "a", id, text));
        let deliveries = account.topics.take_deliveries();
        assert_eq!(deliveries.len(), delivered, "{text} {id:?}");
        ids.extend(
            deliveries
                .into_iter()
                .filter_map(|one| one.notification.deduplication),
        );
    }
    // SHA-256 of `x`.
    assert_eq!(
        ids[0],
        "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"
    );
    assert_eq!(ids[2], "1");
}

#[test]
fn what_topics_with_order_refuse() {
    let mut account = Account::new();
    let topic = fifo(&mut account, &[]);
    let plain = json!({ "TopicArn": topic, "Message": "x", "MessageDeduplicationId": "1" });
    let function = subscription(&topic, FUNCTION, json!({}));
    for (operation, request, part) in [
        ("Publish", plain, "MessageGroupId"),
        (
            "Publish",
            message(&topic, "a", None, "x"),
            "ContentBasedDeduplication",
        ),
        (
            "Publish",
            message(&topic, "a b", Some("1"), "x"),
            "MessageGroupId",
        ),
        (
            "Publish",
            message(&topic, "a", Some(&"1".repeat(129)), "x"),
            "MessageDeduplicationId",
        ),
        ("Subscribe", function, "FIFO"),
    ] {
        let error = account.try_call(operation, request).expect_err(part);
        assert!(
            error.starts_with("InvalidParameter: ") && error.contains(part),
            "{error}"
        );
    }
    let topic = account.topic("plain", json!({}));
    account.subscribe(&topic, QUEUE, json!({}));
    // Groups of standard topics go along to standard queues, for fair queues.
    let request = json!({ "TopicArn": topic, "Message": "x", "MessageGroupId": "a" });
    account.call("Publish", request);
    let sent = account.topics.take_deliveries().remove(0).queue_message();
    assert_eq!(sent.expect("a queue takes it")["MessageGroupId"], "a");
}

#[test]
fn state_that_is_stored_goes_on_as_it_would_have() {
    let mut account = Account::new();
    let topic = fifo(&mut account, &[("ContentBasedDeduplication", "true")]);
    account.call("Publish", message(&topic, "a", None, "x"));
    let bytes = postcard::to_stdvec(&account.topics).expect("it can be written");
    let mut again = Account {
        topics: postcard::from_bytes(&bytes).expect("it can be read"),
        now: account.now,
    };
    assert_eq!(
        again.topics.take_deliveries(),
        account.topics.take_deliveries()
    );
    for text in ["x", "y"] {
        let request = message(&topic, "a", None, text);
        assert_eq!(
            again.call("Publish", request.clone()),
            account.call("Publish", request)
        );
    }
    assert_eq!(
        again.topics.take_deliveries(),
        account.topics.take_deliveries()
    );
}
