//! Filter policies: the examples of the SNS Developer Guide ("Amazon SNS subscription filter policies"
//! and the pages below it), and what lies between them.

use serde_json::{Value, json};

use super::{Account, QUEUE, text};

fn number(value: &str) -> Value {
    json!({ "DataType": "Number", "StringValue": value })
}

fn array(value: Value) -> Value {
    json!({ "DataType": "String.Array", "StringValue": value.to_string() })
}

/// Whether a message comes through a policy.
fn passes(policy: &Value, scope: &str, message: &str, attributes: &Value) -> bool {
    let mut account = Account::new();
    let topic = account.topic("alerts", json!({}));
    let settings = json!({ "FilterPolicy": policy.to_string(), "FilterPolicyScope": scope });
    account.subscribe(&topic, QUEUE, settings);
    let request = json!({
        "TopicArn": topic, "Message": message, "MessageAttributes": attributes,
    });
    account.call("Publish", request);
    !account.topics.take_deliveries().is_empty()
}

#[test]
fn attributes() {
    let interests = |value: Value| json!({ "customer_interests": value });
    let price = |value: Value| json!({ "price": value });
    let ip = |value: &str| json!({ "source_ip": text(value) });
    let sports = interests(json!(["rugby", "tennis"]));
    let but = interests(json!([{ "anything-but": ["rugby", "tennis"] }]));
    let flags = interests(json!([true]));
    let cases = [
        (&sports, interests(text("rugby")), true),
        (&sports, interests(text("Rugby")), false),
        (&sports, interests(text("baseball")), false),
        (
            &sports,
            interests(array(json!(["baseball", "tennis"]))),
            true,
        ),
        (&sports, json!({ "other": text("rugby") }), false),
        (&sports, json!({}), false),
        (&but, interests(text("baseball")), true),
        (&but, interests(text("rugby")), false),
        // It has a value that is neither.
        (&but, interests(array(json!(["rugby", "baseball"]))), true),
        (&but, interests(array(json!(["rugby", "tennis"]))), false),
        (&but, json!({ "other": text("x") }), false),
        (&flags, interests(array(json!([true]))), true),
        (&flags, interests(text("true")), false),
        (
            &interests(json!([{ "prefix": "bas" }])),
            interests(text("baseball")),
            true,
        ),
        (
            &interests(json!([{ "prefix": "bas" }])),
            interests(text("rugby")),
            false,
        ),
        (
            &interests(json!([{ "suffix": "ball" }])),
            interests(text("baseball")),
            true,
        ),
        (
            &interests(json!([{ "suffix": "ball" }])),
            interests(text("tennis")),
            false,
        ),
        (
            &interests(json!([{ "equals-ignore-case": "tennis" }])),
            interests(text("TENNIS")),
            true,
        ),
        (
            &interests(json!([{ "anything-but": { "prefix": "order-" } }])),
            interests(text("order-cancelled")),
            false,
        ),
        (
            &interests(json!([{ "anything-but": { "prefix": "order-" } }])),
            interests(text("order_number")),
            true,
        ),
        (
            &json!({ "source_ip": [{ "cidr": "10.0.0.0/24" }] }),
            ip("10.0.0.255"),
            true,
        ),
        (
            &json!({ "source_ip": [{ "cidr": "10.0.0.0/24" }] }),
            ip("10.1.1.0"),
            false,
        ),
        (&price(json!([301.5])), price(number("3.015e2")), true),
        (&price(json!([301.5])), price(text("301.5")), false),
        (&price(json!(["301.5"])), price(number("301.5")), false),
        (
            &price(json!([{ "numeric": ["=", 301.5] }])),
            price(number("301.5")),
            true,
        ),
        (
            &price(json!([{ "numeric": ["<", 0] }])),
            price(number("-1")),
            true,
        ),
        (
            &price(json!([{ "numeric": ["<", 0] }])),
            price(number("0")),
            false,
        ),
        (
            &price(json!([{ "numeric": [">", 0, "<=", 150] }])),
            price(number("150")),
            true,
        ),
        (
            &price(json!([{ "numeric": [">", 0, "<=", 150] }])),
            price(number("150.1")),
            false,
        ),
        (
            &price(json!([{ "anything-but": [100, 500] }])),
            price(number("101")),
            true,
        ),
        (
            &price(json!([{ "anything-but": [100, 500] }])),
            price(number("100")),
            false,
        ),
        (
            &json!({ "store": [{ "exists": true }] }),
            json!({ "store": text("fans") }),
            true,
        ),
        (
            &json!({ "store": [{ "exists": true }] }),
            json!({ "shop": text("fans") }),
            false,
        ),
        (
            &json!({ "store": [{ "exists": false }] }),
            json!({ "shop": text("fans") }),
            true,
        ),
        (
            &json!({ "store": [{ "exists": false }] }),
            json!({ "store": text("fans") }),
            false,
        ),
        // Without any attribute nothing is compared.
        (&json!({ "store": [{ "exists": false }] }), json!({}), false),
        (
            &json!({ "key": [{ "exists": true }] }),
            json!({ "key": { "DataType": "Binary", "BinaryValue": "AAE=" } }),
            false,
        ),
        (
            &json!({ "a": ["x"], "b": [{ "numeric": [">", 100] }] }),
            json!({ "a": text("x"), "b": number("101") }),
            true,
        ),
        (
            &json!({ "a": ["x"], "b": [{ "numeric": [">", 100] }] }),
            json!({ "a": text("x"), "b": number("100") }),
            false,
        ),
        (
            &json!({ "$or": [{ "a": ["x"] }, { "b": ["y"] }] }),
            json!({ "a": text("z"), "b": text("y") }),
            true,
        ),
        (
            &json!({ "$or": [{ "a": ["x"] }, { "b": ["y"] }] }),
            json!({ "a": text("z"), "b": text("z") }),
            false,
        ),
    ];
    for (policy, attributes, expected) in cases {
        let passed = passes(policy, "MessageAttributes", "x", &attributes);
        assert_eq!(passed, expected, "{policy} and {attributes}");
    }
}

#[test]
fn bodies() {
    let cases = [
        (
            json!({ "price": [{ "anything-but": [100, 500] }] }),
            json!({ "price": [100, 50] }),
            true,
        ),
        (
            json!({ "price": [{ "anything-but": [100, 500] }] }),
            json!({ "price": 100 }),
            false,
        ),
        (
            json!({ "a": { "b": ["x"] } }),
            json!({ "a": { "b": "x" } }),
            true,
        ),
        (
            json!({ "a": { "b": ["x"] } }),
            json!({ "a": [{ "b": "y" }, { "b": "x" }] }),
            true,
        ),
        (json!({ "a": { "b": ["x"] } }), json!({ "a": "x" }), false),
        (
            json!({ "a": { "b": ["x"], "c": [1] } }),
            json!({ "a": [{ "b": "x", "c": 2 }, { "b": "y", "c": 1 }] }),
            false,
        ),
        (json!({ "a": [null] }), json!({ "a": null }), true),
        (json!({ "a": [null] }), json!({}), false),
        (json!({ "a": [true] }), json!({ "a": true }), true),
        (
            json!({ "a": [{ "exists": true }] }),
            json!({ "a": 0 }),
            true,
        ),
        // Null and empty values are as good as none.
        (
            json!({ "a": [{ "exists": true }] }),
            json!({ "a": null }),
            false,
        ),
        (
            json!({ "a": [{ "exists": true }] }),
            json!({ "a": "" }),
            false,
        ),
        (
            json!({ "a": [{ "exists": false }] }),
            json!({ "a": [], "b": 1 }),
            true,
        ),
        (
            json!({ "a": { "b": [{ "exists": false }] } }),
            json!({ "a": { "b": null } }),
            true,
        ),
        (
            json!({ "$or": [{ "a": ["x"] }, { "b": { "c": [{ "numeric": [">", 1] }] } }] }),
            json!({ "b": { "c": 2 } }),
            true,
        ),
    ];
    for (policy, body, expected) in cases {
        let passed = passes(&policy, "MessageBody", &body.to_string(), &json!({}));
        assert_eq!(passed, expected, "{policy} and {body}");
    }
    // What is no JSON object does not pass.
    for body in ["fire", "[1]", "\"a\"", "{"] {
        let policy = json!({ "a": [{ "exists": false }] });
        assert!(!passes(&policy, "MessageBody", body, &json!({})), "{body}");
    }
}

#[test]
fn policies_come_and_go() {
    let mut account = Account::new();
    let topic = account.topic("alerts", json!({}));
    let arn = account.subscribe(&topic, QUEUE, json!({}));
    let set = |account: &mut Account, name: &str, value: &str| {
        let request = json!({
            "SubscriptionArn": arn, "AttributeName": name, "AttributeValue": value,
        });
        account.try_call("SetSubscriptionAttributes", request)
    };
    assert_eq!(account.publish(&topic, "{\"a\": 1}").len(), 1);
    assert!(set(&mut account, "FilterPolicy", "{\"a\": [2]}").is_ok());
    assert!(account.publish(&topic, "{\"a\": 1}").is_empty());
    assert!(set(&mut account, "FilterPolicyScope", "MessageBody").is_ok());
    assert!(set(&mut account, "FilterPolicy", "{\"a\": [1]}").is_ok());
    assert_eq!(account.publish(&topic, "{\"a\": 1}").len(), 1);
    assert!(set(&mut account, "FilterPolicy", "{\"a\": {\"b\": [1]}}").is_ok());
    // Attributes are flat, so the policy does not fit the other scope.
    assert!(set(&mut account, "FilterPolicyScope", "MessageAttributes").is_err());
    assert!(set(&mut account, "FilterPolicy", "").is_ok());
    assert_eq!(account.publish(&topic, "anything").len(), 1);
}

#[test]
fn a_topic_has_200_policies() {
    let mut account = Account::new();
    let topic = account.topic("alerts", json!({}));
    let filter = || json!({ "FilterPolicy": "{\"a\": [1]}" });
    let queue = |at: usize| format!("{QUEUE}{at}");
    for at in 0..200 {
        account.subscribe(&topic, &queue(at), filter());
    }
    account.subscribe(&topic, &queue(200), json!({}));
    let request = super::subscription(&topic, &queue(201), filter());
    let error = account
        .try_call("Subscribe", request)
        .expect_err("one too many");
    assert!(error.starts_with("FilterPolicyLimitExceeded"), "{error}");
}
