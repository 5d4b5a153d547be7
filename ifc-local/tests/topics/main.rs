//! Topics at the level of SNS's API.

mod fifo;
mod filters;
mod refusals;

use ifc_local::topic::{Delivery, Topics};
use serde_json::{Value, json};

const FUNCTION: &str = "arn:aws:lambda:us-east-1:000000000000:function:alarm";
const QUEUE: &str = "arn:aws:sqs:us-east-1:000000000000:alarms";
/// 2027-01-01T00:00:00Z.
const YEAR_2027: u64 = 1_798_761_600_000;

struct Account {
    topics: Topics,
    now: u64,
}

impl Account {
    fn new() -> Account {
        Account {
            topics: Topics::new(1),
            now: YEAR_2027,
        }
    }

    fn call(&mut self, operation: &str, request: Value) -> Value {
        self.try_call(operation, request)
            .unwrap_or_else(|error| panic!("{operation}: {error}"))
    }

    /// The code and message of the error.
    fn try_call(&mut self, operation: &str, request: Value) -> Result<Value, String> {
        let answer = self.topics.call(operation, &request, None, self.now);
        answer.map_err(|error| error.to_string())
    }

    fn topic(&mut self, name: &str, attributes: Value) -> String {
        let answer = self.call(
            "CreateTopic",
            json!({ "Name": name, "Attributes": attributes }),
        );
        answer["TopicArn"].as_str().expect("it has one").to_owned()
    }

    fn subscribe(&mut self, topic: &str, endpoint: &str, attributes: Value) -> String {
        let answer = self.call("Subscribe", subscription(topic, endpoint, attributes));
        answer["SubscriptionArn"]
            .as_str()
            .expect("it has one")
            .to_owned()
    }

    fn publish(&mut self, topic: &str, message: &str) -> Vec<Delivery> {
        self.call("Publish", json!({ "TopicArn": topic, "Message": message }));
        self.topics.take_deliveries()
    }
}

fn subscription(topic: &str, endpoint: &str, attributes: Value) -> Value {
    let protocol = endpoint.split(':').nth(2).unwrap_or_default();
    json!({
        "TopicArn": topic, "Protocol": protocol, "Endpoint": endpoint, "Attributes": attributes,
    })
}

fn text(value: &str) -> Value {
    json!({ "DataType": "String", "StringValue": value })
}

#[test]
fn every_subscription_gets_what_is_published() {
    let mut account = Account::new();
    let topic = account.topic("alerts", json!({}));
    let dead = json!({
        "RedrivePolicy": r#"{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:dead"}"#,
    });
    let function = account.subscribe(&topic, FUNCTION, dead);
    let queue = account.subscribe(&topic, QUEUE, json!({}));
    let other = account.topic("other", json!({}));
    account.subscribe(&other, QUEUE, json!({}));
    let deliveries = account.publish(&topic, "fire");
    assert_eq!(deliveries.len(), 2);
    let of = |arn: &str| {
        deliveries
            .iter()
            .find(|one| one.subscription == arn)
            .expect("one")
    };
    assert_eq!(of(&function).endpoint, FUNCTION);
    assert_eq!(
        of(&function).dead_letters.as_deref(),
        Some("arn:aws:sqs:us-east-1:000000000000:dead")
    );
    assert_eq!(of(&queue).endpoint, QUEUE);
    assert_eq!(of(&queue).dead_letters, None);
    assert!(account.topics.take_deliveries().is_empty());
}

#[test]
fn functions_receive_an_event_of_one_record() {
    let mut account = Account::new();
    let topic = account.topic("alerts", json!({}));
    let arn = account.subscribe(&topic, FUNCTION, json!({}));
    let request = json!({
        "TopicArn": topic, "Message": "fire", "Subject": "Now",
        "MessageAttributes": {
            "floor": { "DataType": "Number", "StringValue": "7" },
            "key": { "DataType": "Binary", "BinaryValue": "AAE=" },
        },
    });
    account.now += 7;
    let id = account.call("Publish", request)["MessageId"].clone();
    let event = account.topics.take_deliveries().remove(0).event();
    let mut record = event["Records"][0].clone();
    assert_eq!(record["EventSource"], "aws:sns");
    assert_eq!(record["EventVersion"], "1.0");
    assert_eq!(record["EventSubscriptionArn"], arn.as_str());
    let sns = record["Sns"].as_object_mut().expect("an object");
    // A signature of 2048 bits in base64.
    let signature = sns.remove("Signature").expect("it has one");
    assert_eq!(signature.as_str().map(str::len), Some(344));
    for url in ["SigningCertUrl", "UnsubscribeUrl"] {
        let url = sns.remove(url).expect("it has one");
        assert!(
            url.as_str()
                .is_some_and(|url| url.starts_with("https://sns.us-east-1."))
        );
    }
    assert_eq!(
        Value::Object(sns.clone()),
        json!({
            "Type": "Notification",
            "MessageId": id,
            "TopicArn": topic,
            "Subject": "Now",
            "Message": "fire",
            "Timestamp": "2027-01-01T00:00:00.007Z",
            "SignatureVersion": "1",
            "MessageAttributes": {
                "floor": { "Type": "Number", "Value": "7" },
                "key": { "Type": "Binary", "Value": "AAE=" },
            },
        })
    );
    let plain = account.publish(&topic, "fire").remove(0).event();
    assert_eq!(plain["Records"][0]["Sns"]["Subject"], Value::Null);
    assert_eq!(plain["Records"][0]["Sns"]["MessageAttributes"], json!({}));
    assert_ne!(plain["Records"][0]["Sns"]["Signature"], signature);
}

#[test]
fn queues_receive_an_envelope_or_the_message_itself() {
    let mut account = Account::new();
    let topic = account.topic("alerts", json!({}));
    account.subscribe(&topic, QUEUE, json!({}));
    let raw = json!({ "RawMessageDelivery": "true" });
    account.subscribe(&topic, "arn:aws:sqs:us-east-1:000000000000:raw", raw);
    let request = json!({
        "TopicArn": topic, "Message": "fire", "MessageAttributes": { "kind": text("smoke") },
    });
    let trace = "Root=1-5759e988-bd862e3fe1be46a994272793";
    let answer = account
        .topics
        .call("Publish", &request, Some(trace), account.now);
    let id = answer.expect("it is fine")["MessageId"].clone();
    let deliveries = account.topics.take_deliveries();
    let sent = |raw: bool| {
        let delivery = deliveries.iter().find(|one| one.raw == raw).expect("one");
        delivery.queue_message().expect("a queue takes it")
    };
    let body = sent(false)["MessageBody"]
        .as_str()
        .expect("text")
        .to_owned();
    let body: Value = serde_json::from_str(&body).expect("JSON");
    let members: Vec<&String> = body.as_object().expect("an object").keys().collect();
    assert_eq!(
        members,
        [
            "Message",
            "MessageAttributes",
            "MessageId",
            "Signature",
            "SignatureVersion",
            "SigningCertURL",
            "Timestamp",
            "TopicArn",
            "Type",
            "UnsubscribeURL"
        ]
    );
    assert_eq!(body["MessageId"], id);
    assert_eq!(
        body["MessageAttributes"]["kind"],
        json!({ "Type": "String", "Value": "smoke" })
    );
    assert_eq!(sent(false)["MessageAttributes"], Value::Null);
    assert_eq!(
        sent(true),
        json!({
            "MessageBody": "fire",
            "MessageAttributes": { "kind": text("smoke") },
            "MessageSystemAttributes": { "AWSTraceHeader": text(trace) },
        })
    );
}

#[test]
fn raw_messages_with_more_attributes_than_a_queue_takes_are_given_up() {
    let mut account = Account::new();
    let topic = account.topic("alerts", json!({}));
    account.subscribe(&topic, QUEUE, json!({ "RawMessageDelivery": "true" }));
    for (count, fits) in [(10, true), (11, false)] {
        let attributes: serde_json::Map<String, Value> =
            (0..count).map(|at| (format!("a{at}"), text("x"))).collect();
        let request = json!({ "TopicArn": topic, "Message": "m", "MessageAttributes": attributes });
        account.call("Publish", request);
        let delivery = account.topics.take_deliveries().remove(0);
        assert_eq!(delivery.queue_message().is_ok(), fits);
    }
}

#[test]
fn one_message_can_differ_by_protocol() {
    let mut account = Account::new();
    let topic = account.topic("alerts", json!({}));
    account.subscribe(&topic, FUNCTION, json!({}));
    account.subscribe(&topic, QUEUE, json!({}));
    let publish = |message: Value| json!({ "TopicArn": topic, "Message": message.to_string(), "MessageStructure": "json" });
    let message = publish(json!({ "default": "all", "sqs": "queue" }));
    account.call("Publish", message);
    let mut texts: Vec<String> = account
        .topics
        .take_deliveries()
        .into_iter()
        .map(|one| one.notification.message)
        .collect();
    texts.sort();
    assert_eq!(texts, ["all", "queue"]);
    for wrong in [
        json!({ "sqs": "queue" }),
        json!({ "default": 1 }),
        json!([1]),
    ] {
        let error = account
            .try_call("Publish", publish(wrong))
            .expect_err("wrong");
        assert!(error.contains("Message Structure"), "{error}");
    }
}

#[test]
fn batches_say_what_became_of_each_entry() {
    let mut account = Account::new();
    let topic = account.topic("alerts", json!({}));
    account.subscribe(&topic, QUEUE, json!({}));
    let batch =
        |entries: Value| json!({ "TopicArn": topic, "PublishBatchRequestEntries": entries });
    let answer = account.call(
        "PublishBatch",
        batch(json!([
            { "Id": "a", "Message": "one" },
            { "Id": "b", "Message": "" },
            { "Id": "c", "Message": "three" },
        ])),
    );
    let ids = |member: &str| -> Vec<Value> {
        let list = answer[member].as_array().expect("a list").iter();
        list.map(|one| one["Id"].clone()).collect()
    };
    assert_eq!(ids("Successful"), ["a", "c"]);
    assert_eq!(ids("Failed"), ["b"]);
    assert_eq!(answer["Failed"][0]["Code"], "InvalidParameter");
    assert_eq!(account.topics.take_deliveries().len(), 2);
    let entry = |id: &str, message: &str| json!({ "Id": id, "Message": message });
    let eleven: Vec<Value> = (0..11).map(|at| entry(&format!("e{at}"), "x")).collect();
    let half = "x".repeat(131_073);
    for (entries, code) in [
        (json!([]), "EmptyBatchRequest"),
        (eleven.into(), "TooManyEntriesInBatchRequest"),
        (
            json!([entry("a", "x"), entry("a", "y")]),
            "BatchEntryIdsNotDistinct",
        ),
        (json!([entry("a b", "x")]), "InvalidBatchEntryId"),
        (
            json!([entry("a", &half), entry("b", &half)]),
            "BatchRequestTooLong",
        ),
    ] {
        let error = account
            .try_call("PublishBatch", batch(entries))
            .expect_err(code);
        assert!(error.starts_with(&format!("{code}: ")), "{error}");
    }
    assert!(account.topics.take_deliveries().is_empty());
}

#[test]
fn the_largest_message_is_what_the_topic_says() {
    let mut account = Account::new();
    let topic = account.topic("alerts", json!({}));
    let publish = |bytes: usize| {
        json!({
            "TopicArn": topic, "Message": "x".repeat(bytes - 14),
            "MessageAttributes": { "kind": text("fire") },
        })
    };
    account.call("Publish", publish(262_144));
    let error = account
        .try_call("Publish", publish(262_145))
        .expect_err("too long");
    assert_eq!(
        error,
        "InvalidParameter: Invalid parameter: Message too long"
    );
    let set = |value: &str| {
        json!({
            "TopicArn": topic, "AttributeName": "MaximumMessageSize", "AttributeValue": value,
        })
    };
    account.call("SetTopicAttributes", set("1048576"));
    account.call("Publish", publish(1_048_576));
    assert!(account.try_call("Publish", publish(1_048_577)).is_err());
    assert!(
        account
            .try_call("SetTopicAttributes", set("1048577"))
            .is_err()
    );
}

#[test]
fn topics_and_subscriptions_are_there_once() {
    let mut account = Account::new();
    let topic = account.topic("alerts", json!({}));
    assert_eq!(topic, "arn:aws:sns:us-east-1:000000000000:alerts");
    assert_eq!(account.topic("alerts", json!({})), topic);
    let named = json!({ "Name": "alerts", "Attributes": { "DisplayName": "Alerts" } });
    assert!(account.try_call("CreateTopic", named).is_err());
    let arn = account.subscribe(&topic, QUEUE, json!({}));
    assert_eq!(account.subscribe(&topic, QUEUE, json!({})), arn);
    let raw = subscription(&topic, QUEUE, json!({ "RawMessageDelivery": "true" }));
    assert!(account.try_call("Subscribe", raw).is_err());
    let count = |account: &mut Account, member: &str| {
        let request = json!({ "TopicArn": topic });
        account.call("GetTopicAttributes", request)["Attributes"][member].clone()
    };
    assert_eq!(count(&mut account, "SubscriptionsConfirmed"), "1");
    let request = json!({ "SubscriptionArn": arn });
    let attributes = account.call("GetSubscriptionAttributes", request.clone());
    assert_eq!(attributes["Attributes"]["RawMessageDelivery"], "false");
    assert_eq!(attributes["Attributes"]["PendingConfirmation"], "false");
    account.call("Unsubscribe", request.clone());
    account.call("Unsubscribe", request);
    assert_eq!(count(&mut account, "SubscriptionsConfirmed"), "0");
    assert_eq!(count(&mut account, "SubscriptionsDeleted"), "1");
    assert!(account.publish(&topic, "nobody").is_empty());
    account.subscribe(&topic, QUEUE, json!({}));
    account.call("DeleteTopic", json!({ "TopicArn": topic }));
    account.call("DeleteTopic", json!({ "TopicArn": topic }));
    let all = account.call("ListSubscriptions", json!({}));
    assert_eq!(all["Subscriptions"], json!([]));
    let error = account.try_call("Publish", json!({ "TopicArn": topic, "Message": "x" }));
    assert_eq!(error, Err("NotFound: Topic does not exist".into()));
}

#[test]
fn policies_are_kept_as_they_are_written() {
    let mut account = Account::new();
    let topic = account.topic("alerts", json!({}));
    assert_eq!(
        account.topics.find("alerts").and_then(|one| one.policy()),
        None
    );
    let policy = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": { "Service": "events.amazonaws.com" },
        "Action": "sns:Publish", "Resource": topic,
    }] })
    .to_string();
    let set = |value: &str| json!({ "TopicArn": topic, "AttributeName": "Policy", "AttributeValue": value });
    account.call("SetTopicAttributes", set(&policy));
    let kept = account.topics.find(&topic).and_then(|one| one.policy());
    assert_eq!(kept, Some(policy.as_str()));
    assert!(account.try_call("SetTopicAttributes", set("{}")).is_err());
}

#[test]
fn long_lists_come_in_pages() {
    let mut account = Account::new();
    for at in 0..205 {
        account.topic(&format!("t{at:03}"), json!({}));
    }
    let (mut sizes, mut token) = (Vec::new(), Value::Null);
    loop {
        let answer = account.call("ListTopics", json!({ "NextToken": token }));
        sizes.push(answer["Topics"].as_array().map_or(0, Vec::len));
        token = answer["NextToken"].clone();
        if token.is_null() {
            break;
        }
    }
    assert_eq!(sizes, [100, 100, 5]);
}
