//! Queues at the level of SQS's API.

use ifc_local::queue::Queues;
use serde_json::{Value, json};

const MINUTE: u64 = 60_000;

struct Account {
    queues: Queues,
    now: u64,
}

impl Account {
    fn new() -> Account {
        Account {
            queues: Queues::new("http://localhost", 1),
            now: 1_000_000,
        }
    }

    fn call(&mut self, operation: &str, request: Value) -> Value {
        self.try_call(operation, request)
            .unwrap_or_else(|code| panic!("{operation}: {code}"))
    }

    /// The code of the error.
    fn try_call(&mut self, operation: &str, request: Value) -> Result<Value, String> {
        let answer = self.queues.call(operation, &request, self.now);
        answer.map_err(|error| error.code)
    }

    fn queue(&mut self, name: &str, attributes: Value) -> String {
        let answer = self.call(
            "CreateQueue",
            json!({ "QueueName": name, "Attributes": attributes }),
        );
        answer["QueueUrl"].as_str().expect("it has one").to_owned()
    }

    fn send(&mut self, url: &str, body: &str) {
        self.call(
            "SendMessage",
            json!({ "QueueUrl": url, "MessageBody": body }),
        );
    }

    fn send_in(&mut self, url: &str, group: &str, body: &str) -> Value {
        self.call(
            "SendMessage",
            json!({
                "QueueUrl": url, "MessageBody": body, "MessageGroupId": group,
                "MessageDeduplicationId": body,
            }),
        )
    }

    /// Bodies and receipts.
    fn receive(&mut self, url: &str, most: u64) -> Vec<(String, String)> {
        let request = json!({ "QueueUrl": url, "MaxNumberOfMessages": most });
        let answer = self.call("ReceiveMessage", request);
        let text = |message: &Value, member: &str| {
            message[member].as_str().expect("it has one").to_owned()
        };
        let messages = answer["Messages"].as_array().cloned().unwrap_or_default();
        messages
            .iter()
            .map(|message| (text(message, "Body"), text(message, "ReceiptHandle")))
            .collect()
    }

    fn bodies(&mut self, url: &str, most: u64) -> Vec<String> {
        self.receive(url, most)
            .into_iter()
            .map(|(body, _)| body)
            .collect()
    }

    fn delete(&mut self, url: &str, receipt: &str) {
        self.call(
            "DeleteMessage",
            json!({ "QueueUrl": url, "ReceiptHandle": receipt }),
        );
    }

    fn depth(&mut self, url: &str) -> [String; 3] {
        let request = json!({ "QueueUrl": url, "AttributeNames": ["All"] });
        let attributes = self.call("GetQueueAttributes", request);
        ["", "NotVisible", "Delayed"].map(|what| {
            let name = format!("ApproximateNumberOfMessages{what}");
            attributes["Attributes"][name]
                .as_str()
                .expect("it has one")
                .to_owned()
        })
    }
}

#[test]
fn what_is_not_deleted_comes_again() {
    let mut account = Account::new();
    let url = account.queue("jobs", json!({ "VisibilityTimeout": "60" }));
    account.send(&url, "a");
    account.send(&url, "b");
    let first = account.receive(&url, 1);
    assert_eq!(first[0].0, "a");
    assert_eq!(account.bodies(&url, 10), ["b"]);
    assert_eq!(account.depth(&url), ["0", "2", "0"]);
    account.now += MINUTE;
    assert_eq!(account.depth(&url), ["2", "0", "0"]);
    let again = account.receive(&url, 10);
    assert_eq!(again.len(), 2);
    for (_, receipt) in &again {
        account.delete(&url, receipt);
    }
    account.now += MINUTE;
    assert!(account.bodies(&url, 10).is_empty());
    // Deleting what is gone is no error, an old receipt neither.
    account.delete(&url, &first[0].1);
}

#[test]
fn delayed_messages_wait() {
    let mut account = Account::new();
    let url = account.queue("jobs", json!({}));
    account.call(
        "SendMessage",
        json!({ "QueueUrl": url, "MessageBody": "later", "DelaySeconds": 60 }),
    );
    account.send(&url, "now");
    assert_eq!(account.depth(&url), ["1", "0", "1"]);
    assert_eq!(account.bodies(&url, 10), ["now"]);
    account.now += MINUTE;
    assert!(account.bodies(&url, 10).contains(&"later".to_owned()));
    let far = json!({ "QueueUrl": url, "MessageBody": "x", "DelaySeconds": 901 });
    assert_eq!(
        account.try_call("SendMessage", far),
        Err("InvalidParameterValue".into())
    );
}

#[test]
fn messages_are_given_up_and_put_back() {
    let mut account = Account::new();
    let dead = account.queue("dead", json!({}));
    let policy = json!({
        "deadLetterTargetArn": "arn:aws:sqs:us-east-1:000000000000:dead",
        "maxReceiveCount": 2,
    });
    let attributes = json!({ "VisibilityTimeout": "0", "RedrivePolicy": policy.to_string() });
    let url = account.queue("jobs", attributes);
    account.send(&url, "poison");
    assert_eq!(account.bodies(&url, 1), ["poison"]);
    assert_eq!(account.bodies(&url, 1), ["poison"]);
    assert!(account.bodies(&url, 1).is_empty());
    assert_eq!(account.depth(&dead), ["1", "0", "0"]);
    let sources = account.call("ListDeadLetterSourceQueues", json!({ "QueueUrl": dead }));
    assert_eq!(sources["queueUrls"], json!([url]));
    account.call(
        "StartMessageMoveTask",
        json!({ "SourceArn": "arn:aws:sqs:us-east-1:000000000000:dead" }),
    );
    assert_eq!(account.depth(&dead), ["0", "0", "0"]);
    assert_eq!(account.bodies(&url, 1), ["poison"]);
}

#[test]
fn groups_keep_their_order() {
    let mut account = Account::new();
    let url = account.queue("ledger.fifo", json!({ "FifoQueue": "true" }));
    for (group, body) in [
        ("a", "a1"),
        ("a", "a2"),
        ("b", "b1"),
        ("a", "a3"),
        ("b", "b2"),
    ] {
        account.send_in(&url, group, body);
    }
    let first = account.receive(&url, 1);
    assert_eq!(first[0].0, "a1");
    // Group a waits for a1; b goes on.
    assert_eq!(account.bodies(&url, 10), ["b1", "b2"]);
    assert!(account.bodies(&url, 10).is_empty());
    account.delete(&url, &first[0].1);
    assert_eq!(account.bodies(&url, 1), ["a2"]);
    // What is not deleted comes again before what follows it.
    account.now += MINUTE;
    assert_eq!(
        account.bodies(&url, 10),
        ["a2", "a3", "b1", "b2"].map(str::to_owned)
    );
}

#[test]
fn repeated_sends_are_one_message() {
    let mut account = Account::new();
    let attributes = json!({ "FifoQueue": "true", "ContentBasedDeduplication": "true" });
    let url = account.queue("ledger.fifo", attributes);
    let send = json!({ "QueueUrl": url, "MessageBody": "x", "MessageGroupId": "g" });
    let first = account.call("SendMessage", send.clone());
    assert_eq!(account.call("SendMessage", send.clone()), first);
    assert_eq!(account.depth(&url), ["1", "0", "0"]);
    account.now += 5 * MINUTE;
    assert_ne!(
        account.call("SendMessage", send)["MessageId"],
        first["MessageId"]
    );
    let nobody = json!({ "QueueUrl": url, "MessageBody": "x" });
    assert_eq!(
        account.try_call("SendMessage", nobody),
        Err("MissingParameter".into())
    );
}

#[test]
fn batches_say_what_became_of_each_entry() {
    let mut account = Account::new();
    let url = account.queue("jobs", json!({}));
    let entry = |id: &str, body: &str| json!({ "Id": id, "MessageBody": body });
    let batch = json!({ "QueueUrl": url, "Entries": [entry("1", "a"), entry("2", "")] });
    let answer = account.call("SendMessageBatch", batch);
    assert_eq!(answer["Successful"][0]["Id"], "1");
    assert_eq!(answer["Failed"][0]["Code"], "MissingParameter");
    for (entries, code) in [
        (json!([]), "EmptyBatchRequest"),
        (
            json!([entry("1", "a"), entry("1", "b")]),
            "BatchEntryIdsNotDistinct",
        ),
        (
            json!(vec![entry("1", "a"); 11]),
            "TooManyEntriesInBatchRequest",
        ),
    ] {
        let code = Err(format!("AWS.SimpleQueueService.{code}"));
        let batch = json!({ "QueueUrl": url, "Entries": entries });
        assert_eq!(account.try_call("SendMessageBatch", batch), code);
    }
}

#[test]
fn attributes_come_back_with_their_checksum() {
    let mut account = Account::new();
    let url = account.queue("jobs", json!({}));
    // Values and checksum from the SQS Developer Guide's method, computed by hand with md5sum.
    let attributes = json!({ "a": { "DataType": "String", "StringValue": "b" } });
    let sent = account.call(
        "SendMessage",
        json!({ "QueueUrl": url, "MessageBody": "m", "MessageAttributes": attributes }),
    );
    assert_eq!(sent["MD5OfMessageBody"], "6f8f57715090da2632453988d9a1501b");
    assert_eq!(
        sent["MD5OfMessageAttributes"],
        "bef8bf215374a0a228d67533b1a488be"
    );
    let request = json!({
        "QueueUrl": url, "MessageAttributeNames": ["All"],
        "MessageSystemAttributeNames": ["ApproximateReceiveCount"],
    });
    let message = &account.call("ReceiveMessage", request)["Messages"][0];
    assert_eq!(message["MessageAttributes"], attributes);
    assert_eq!(
        message["Attributes"],
        json!({ "ApproximateReceiveCount": "1" })
    );
}

#[test]
fn messages_end_with_the_retention_period() {
    let mut account = Account::new();
    let url = account.queue("jobs", json!({ "MessageRetentionPeriod": "60" }));
    account.send(&url, "old");
    account.now += MINUTE;
    assert!(account.bodies(&url, 1).is_empty());
    assert_eq!(account.depth(&url), ["0", "0", "0"]);
}

#[test]
fn what_does_not_exist() {
    let mut account = Account::new();
    let missing = Err("AWS.SimpleQueueService.NonExistentQueue".to_owned());
    let request = json!({ "QueueUrl": "http://localhost/000000000000/none" });
    assert_eq!(account.try_call("ReceiveMessage", request), missing);
    let url = account.queue("jobs", json!({}));
    let receipt = json!({ "QueueUrl": url, "ReceiptHandle": "x", "VisibilityTimeout": 1 });
    assert_eq!(
        account.try_call("ChangeMessageVisibility", receipt),
        Err("ReceiptHandleIsInvalid".into())
    );
    let wrong = json!({ "QueueName": "a b" });
    assert_eq!(
        account.try_call("CreateQueue", wrong),
        Err("InvalidParameterValue".into())
    );
}
