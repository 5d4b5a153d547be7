//! What SNS refuses.

use serde_json::{Value, json};

use super::{Account, FUNCTION, subscription, text};

#[test]
fn what_sns_refuses() {
    let mut account = Account::new();
    let topic = account.topic("alerts", json!({}));
    let publish = |more: Value| {
        let mut request = json!({ "TopicArn": topic, "Message": "x" });
        for (member, value) in more.as_object().into_iter().flatten() {
            request[member] = value.clone();
        }
        request
    };
    let attribute =
        |name: &str, value: Value| publish(json!({ "MessageAttributes": { name: value } }));
    let mail = json!({ "TopicArn": topic, "Protocol": "email", "Endpoint": "a@example.com" });
    let mut swapped = subscription(&topic, FUNCTION, json!({}));
    swapped["Protocol"] = "sqs".into();
    let of = |attributes: Value| subscription(&topic, FUNCTION, attributes);
    for (operation, request, part) in [
        ("CreateTopic", json!({ "Name": "a b" }), "Topic Name"),
        (
            "CreateTopic",
            json!({ "Name": "x".repeat(257) }),
            "Topic Name",
        ),
        ("CreateTopic", json!({ "Name": "a.fifo" }), "Topic Name"),
        (
            "CreateTopic",
            json!({ "Name": "a", "Attributes": { "FifoTopic": "true" } }),
            ".fifo",
        ),
        (
            "CreateTopic",
            json!({ "Name": "a", "Attributes": { "Colour": "red" } }),
            "AttributeName",
        ),
        ("GetTopicAttributes", json!({ "TopicArn": "x" }), "NotFound"),
        ("Publish", json!({ "Message": "x" }), "TopicArn"),
        (
            "Publish",
            json!({ "PhoneNumber": "+49", "Message": "x" }),
            "PhoneNumber",
        ),
        (
            "Publish",
            json!({ "TopicArn": "x", "Message": "x" }),
            "NotFound",
        ),
        (
            "Publish",
            publish(json!({ "Message": "" })),
            "Empty message",
        ),
        ("Publish", publish(json!({ "Subject": "a\nb" })), "Subject"),
        (
            "Publish",
            publish(json!({ "Subject": "x".repeat(101) })),
            "Subject",
        ),
        (
            "Publish",
            publish(json!({ "MessageDeduplicationId": "x" })),
            "MessageDeduplicationId",
        ),
        (
            "Publish",
            attribute("a", json!({ "DataType": "Colour" })),
            "ParameterValueInvalid",
        ),
        ("Publish", attribute("a", text("")), "non-empty"),
        ("Publish", attribute(".a", text("x")), "name"),
        ("Publish", attribute("AWS.a", text("x")), "reserved"),
        (
            "Publish",
            attribute("a", json!({ "DataType": "Number", "StringValue": "seven" })),
            "number",
        ),
        ("Subscribe", mail, "email"),
        ("Subscribe", swapped, "SQS endpoint ARN"),
        (
            "Subscribe",
            subscription(
                &topic,
                "arn:aws:sqs:us-east-1:000000000000:q.fifo",
                json!({}),
            ),
            "FIFO",
        ),
        (
            "Subscribe",
            of(json!({ "RawMessageDelivery": "true" })),
            "raw message delivery",
        ),
        (
            "Subscribe",
            of(json!({ "FilterPolicyScope": "Message" })),
            "FilterPolicyScope",
        ),
        (
            "Subscribe",
            of(json!({ "FilterPolicy": "{\"a\": 1}" })),
            "FilterPolicy",
        ),
        (
            "Subscribe",
            of(json!({ "RedrivePolicy": "{}" })),
            "deadLetterTargetArn",
        ),
        ("Subscribe", of(json!({ "Colour": "red" })), "AttributeName"),
        (
            "GetSubscriptionAttributes",
            json!({ "SubscriptionArn": "x" }),
            "NotFound",
        ),
        (
            "ListSubscriptionsByTopic",
            json!({ "TopicArn": "x" }),
            "NotFound",
        ),
        ("Sing", json!({}), "Sing"),
    ] {
        let error = account.try_call(operation, request).expect_err(part);
        assert!(error.contains(part), "{operation}: {error}");
    }
}
