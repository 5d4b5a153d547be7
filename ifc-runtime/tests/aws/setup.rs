//! The resources of the tests, and the environment that names them.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use ifc_runtime::Item;
use ifc_runtime::item::{KeyAttribute, KeyKind};
use ifc_tests::ministack::REGION;
use serde_json::{Value, json};

use crate::tables::{Order, Reading};

/// An account of AWS, or what stands for one.
pub(crate) trait Account {
    /// Calls an operation as the root user.
    fn call(&self, service: &str, operation: &str, input: Value) -> Result<Value>;
    /// Where its services are.
    fn endpoint(&self) -> &str;
    /// The environment in which an SDK finds it.
    fn environment(&self) -> Vec<(String, String)>;
    /// Makes the function: it doubles a number, and fails for negative numbers. Requests sent to it that
    /// fail go to a queue with this ARN. Gives its ARN.
    fn function(&self, name: &str, failures: &str) -> Result<String>;
    /// What to show when something fails.
    fn log(&self) -> String;
}

/// Makes everything, and gives the environment of a function that uses it all.
pub(crate) fn resources(aws: &dyn Account) -> Result<BTreeMap<String, String>> {
    let mut environment: BTreeMap<String, String> = aws.environment().into_iter().collect();
    let mut set = |variable: &str, value: &str| {
        environment.insert(variable.to_owned(), value.to_owned());
    };
    set("AWS_REGION", REGION);
    set("AWS_ACCESS_KEY_ID", "test");
    set("AWS_SECRET_ACCESS_KEY", "test");
    set("IFC_MISSING_TABLE", "no-such-table");
    let missing = format!("{}/000000000000/no-such-queue", aws.endpoint());
    set("IFC_MISSING_QUEUE", &missing);

    table::<Order>(aws, "orders")?;
    set("IFC_ORDERS", "orders");
    table::<Reading>(aws, "readings")?;
    set("IFC_READINGS", "readings");

    set("IFC_JOBS", &queue(aws, "jobs")?.url);
    set("IFC_LEDGER", &queue(aws, "ledger.fifo")?.url);

    // Subscribed queues show what arrives.
    let inbox = queue(aws, "inbox")?;
    set("IFC_TEST_INBOX", &inbox.url);
    set("IFC_ALERTS", &topic(aws, "alerts", &inbox)?);
    let inbox = queue(aws, "inbox.fifo")?;
    set("IFC_TEST_FIFO_INBOX", &inbox.url);
    set("IFC_STEPS", &topic(aws, "steps.fifo", &inbox)?);
    let inbox = queue(aws, "bus-inbox")?;
    set("IFC_TEST_BUS_INBOX", &inbox.url);
    bus(aws, "events", &inbox)?;
    set("IFC_EVENTS", "events");

    aws.call("s3", "CreateBucket", json!({ "Bucket": "files" }))?;
    set("IFC_FILES", "files");
    let secrets = [
        ("LOGIN", r#"{"user":"u","password":"p"}"#),
        ("API_KEY", "key \"1\""),
    ];
    for (name, value) in secrets {
        let secret = json!({ "Name": name, "SecretString": value });
        let made = aws.call("secretsmanager", "CreateSecret", secret)?;
        set(&format!("IFC_{name}"), text(&made["ARN"])?);
    }
    let fee = json!({ "Name": "fee", "Value": "125", "Type": "String" });
    aws.call("ssm", "PutParameter", fee)?;
    set("IFC_FEE", "fee");
    let fee = aws.call("ssm", "GetParameter", json!({ "Name": "fee" }))?;
    set("IFC_FEE_BY_ARN", text(&fee["Parameter"]["ARN"])?);

    let unpriced = queue(aws, "unpriced")?;
    set("IFC_TEST_UNPRICED", &unpriced.url);
    set("IFC_PRICE", &aws.function("price", &unpriced.arn)?);
    Ok(environment)
}

/// A table with the keys and indexes of an item type.
fn table<T: Item>(aws: &dyn Account, name: &str) -> Result<()> {
    let schema = T::SCHEMA;
    let mut kinds = BTreeMap::new();
    let mut keys = |partition: KeyAttribute, sort: Option<KeyAttribute>| -> Value {
        let keys = [Some((partition, "HASH")), sort.map(|key| (key, "RANGE"))];
        let element = |(key, kind): (KeyAttribute, &str)| {
            kinds.insert(key.name, key.kind);
            json!({ "AttributeName": key.name, "KeyType": kind })
        };
        keys.into_iter().flatten().map(element).collect()
    };
    let mut table = json!({
        "TableName": name,
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": keys(schema.partition, schema.sort),
    });
    if !schema.indexes.is_empty() {
        let indexes = schema.indexes.iter().map(|index| {
            json!({
                "IndexName": index.name,
                "KeySchema": keys(index.partition, index.sort),
                "Projection": { "ProjectionType": "ALL" },
            })
        });
        table["GlobalSecondaryIndexes"] = indexes.collect();
    }
    let attributes = kinds.into_iter().map(|(name, kind)| {
        let kind = match kind {
            KeyKind::S => "S",
            KeyKind::N => "N",
            KeyKind::B => "B",
        };
        json!({ "AttributeName": name, "AttributeType": kind })
    });
    table["AttributeDefinitions"] = attributes.collect();
    aws.call("dynamodb", "CreateTable", table)?;
    Ok(())
}

struct Queue {
    url: String,
    arn: String,
}

fn queue(aws: &dyn Account, name: &str) -> Result<Queue> {
    let mut queue = json!({ "QueueName": name });
    if name.ends_with(".fifo") {
        queue["Attributes"] = json!({ "FifoQueue": "true" });
    }
    let made = aws.call("sqs", "CreateQueue", queue)?;
    let url = text(&made["QueueUrl"])?.to_owned();
    let asked = json!({ "QueueUrl": url, "AttributeNames": ["QueueArn"] });
    let attributes = aws.call("sqs", "GetQueueAttributes", asked)?;
    let arn = text(&attributes["Attributes"]["QueueArn"])?.to_owned();
    let policy = json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Principal": { "Service": ["sns.amazonaws.com", "events.amazonaws.com"] },
            "Action": "sqs:SendMessage",
            "Resource": arn,
        }],
    });
    let attributes = json!({ "Policy": policy.to_string() });
    let allow = json!({ "QueueUrl": url, "Attributes": attributes });
    aws.call("sqs", "SetQueueAttributes", allow)?;
    Ok(Queue { url, arn })
}

/// ARN of a topic whose messages go to a queue.
fn topic(aws: &dyn Account, name: &str, queue: &Queue) -> Result<String> {
    let mut topic = json!({ "Name": name });
    if name.ends_with(".fifo") {
        topic["Attributes"] = json!({ "FifoTopic": "true" });
    }
    let made = aws.call("sns", "CreateTopic", topic)?;
    let arn = text(&made["TopicArn"])?;
    let subscription = json!({
        "TopicArn": arn,
        "Protocol": "sqs",
        "Endpoint": queue.arn,
        "Attributes": { "RawMessageDelivery": "true" },
    });
    aws.call("sns", "Subscribe", subscription)?;
    Ok(arn.to_owned())
}

/// A bus whose events go to a queue.
fn bus(aws: &dyn Account, name: &str, queue: &Queue) -> Result<()> {
    aws.call("events", "CreateEventBus", json!({ "Name": name }))?;
    let pattern = json!({ "source": ["shop"] }).to_string();
    let rule = json!({ "Name": name, "EventBusName": name, "EventPattern": pattern });
    aws.call("events", "PutRule", rule)?;
    let targets = json!([{ "Id": "inbox", "Arn": queue.arn }]);
    let targets = json!({ "Rule": name, "EventBusName": name, "Targets": targets });
    aws.call("events", "PutTargets", targets)?;
    Ok(())
}

pub(crate) fn text(value: &Value) -> Result<&str> {
    value
        .as_str()
        .with_context(|| format!("{value} is no text"))
}
