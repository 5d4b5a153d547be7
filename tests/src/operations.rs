//! Operations on every kind of resource: a matrix wide enough that a permission too many in it
//! shows.

use serde_json::{Map, Value, json};

use crate::template::{Resource, list, plain};

/// An operation on a resource, as IAM and as the API see it.
#[derive(Clone, Debug)]
pub struct Operation {
    /// `dynamodb:PutItem`.
    pub action: &'static str,
    /// What the manifest calls its object: `table:ORDERS/index/by_customer`.
    pub object: String,
    /// What the object's ARN adds to that of the resource: `/index/by_customer`.
    pub suffix: String,
    /// What IAM knows of the request besides.
    pub context: Map<String, Value>,
    /// The call that needs the action; none for those that the emulator does not tell apart.
    pub call: Option<Call>,
}

/// A call of an API. `$NAME` in a parameter stands for what `Ref` yields, `$ARN` for the ARN.
#[derive(Clone, Debug)]
pub struct Call {
    /// `dynamodb`.
    pub service: &'static str,
    /// `PutItem`.
    pub operation: &'static str,
    /// Parameters.
    pub parameters: Value,
}

/// What operations are tried with, beside what the template says of the resource.
#[derive(Clone, Debug, Default)]
pub struct Samples {
    /// Object keys: such as grants mention and one that none does.
    pub keys: Vec<String>,
    /// Prefixes of listings, likewise.
    pub prefixes: Vec<String>,
    /// Source and type of events, likewise.
    pub events: Vec<(String, String)>,
}

/// Operations on a resource of the manifest.
pub fn operations(
    kind: &str,
    name: &str,
    resource: &Resource<'_>,
    samples: &Samples,
) -> Vec<Operation> {
    let mut matrix = Matrix {
        object: format!("{kind}:{name}"),
        operations: Vec::new(),
    };
    match kind {
        "table" => matrix.table(resource.properties),
        "queue" => matrix.queue(resource.properties),
        "topic" => matrix.topic(),
        "bus" => matrix.bus(&samples.events),
        "bucket" => matrix.bucket(samples),
        "secret" => matrix.secret(),
        "parameter" => matrix.parameter(),
        "function" => matrix.function(),
        _ => {}
    }
    matrix.operations
}

/// Replaces the placeholders of a call.
pub fn fill(parameters: &Value, name: &str, arn: &str) -> Value {
    match parameters {
        Value::String(text) => text.replace("$NAME", name).replace("$ARN", arn).into(),
        Value::Array(items) => items.iter().map(|item| fill(item, name, arn)).collect(),
        Value::Object(members) => {
            let filled = members
                .iter()
                .map(|(key, value)| (key.replace("$NAME", name), fill(value, name, arn)));
            Value::Object(filled.collect())
        }
        other => other.clone(),
    }
}

struct Matrix {
    object: String,
    operations: Vec<Operation>,
}

impl Matrix {
    fn add(&mut self, action: &'static str, suffix: &str, call: Option<Value>) {
        let call = call.and_then(|parameters| {
            let (service, operation) = action.split_once(':')?;
            let operation = match action {
                "s3:ListBucket" => "ListObjectsV2",
                "lambda:InvokeFunction" => "Invoke",
                _ => operation,
            };
            Some(Call {
                service,
                operation,
                parameters,
            })
        });
        self.operations.push(Operation {
            action,
            object: format!("{}{suffix}", self.object),
            suffix: suffix.to_owned(),
            context: Map::new(),
            call,
        });
    }

    /// Says what IAM knows besides of the request that was added last.
    fn knowing(&mut self, key: &str, values: Value) {
        if let Some(last) = self.operations.last_mut() {
            last.context.insert(key.to_owned(), values);
        }
    }

    fn table(&mut self, properties: &Value) {
        let key = key(properties, &properties["KeySchema"]);
        let table = |more: Value| merge(json!({ "TableName": "$NAME" }), more);
        self.add("dynamodb:PutItem", "", Some(table(json!({ "Item": key }))));
        self.add("dynamodb:GetItem", "", Some(table(json!({ "Key": key }))));
        self.add(
            "dynamodb:UpdateItem",
            "",
            Some(table(json!({ "Key": key }))),
        );
        self.add(
            "dynamodb:DeleteItem",
            "",
            Some(table(json!({ "Key": key }))),
        );
        self.add("dynamodb:Scan", "", Some(table(json!({}))));
        self.add(
            "dynamodb:Query",
            "",
            Some(table(query(properties, &properties["KeySchema"]))),
        );
        let batch = json!({ "RequestItems": { "$NAME": { "Keys": [key] } } });
        self.add("dynamodb:BatchGetItem", "", Some(batch));
        let batch = json!({ "RequestItems": { "$NAME": [{ "DeleteRequest": { "Key": key } }] } });
        self.add("dynamodb:BatchWriteItem", "", Some(batch));
        self.add("dynamodb:DescribeTable", "", Some(table(json!({}))));
        self.add("dynamodb:ConditionCheckItem", "", None);
        self.add("dynamodb:DeleteTable", "", None);
        for index in list(&properties["GlobalSecondaryIndexes"]) {
            let name = plain(&index["IndexName"]);
            let suffix = format!("/index/{name}");
            let own = json!({ "IndexName": name });
            let found = merge(query(properties, &index["KeySchema"]), own.clone());
            self.add("dynamodb:Query", &suffix, Some(table(found)));
            self.add("dynamodb:Scan", &suffix, Some(table(own)));
        }
    }

    fn queue(&mut self, properties: &Value) {
        let queue = |more: Value| merge(json!({ "QueueUrl": "$NAME" }), more);
        let mut message = json!({ "MessageBody": "{}" });
        if properties["FifoQueue"] == true {
            message["MessageGroupId"] = "probe".into();
            message["MessageDeduplicationId"] = "probe".into();
        }
        self.add("sqs:SendMessage", "", Some(queue(message)));
        let soon = json!({ "VisibilityTimeout": 0 });
        self.add("sqs:ReceiveMessage", "", Some(queue(soon)));
        self.add(
            "sqs:DeleteMessage",
            "",
            Some(queue(json!({ "ReceiptHandle": "none" }))),
        );
        let attributes = json!({ "AttributeNames": ["QueueArn"] });
        self.add("sqs:GetQueueAttributes", "", Some(queue(attributes)));
        self.add("sqs:PurgeQueue", "", None);
        self.add("sqs:DeleteQueue", "", None);
    }

    fn topic(&mut self) {
        let message = json!({ "TopicArn": "$ARN", "Message": "{}", "MessageGroupId": "probe" });
        self.add("sns:Publish", "", Some(message));
        self.add(
            "sns:GetTopicAttributes",
            "",
            Some(json!({ "TopicArn": "$ARN" })),
        );
        self.add("sns:Subscribe", "", None);
    }

    fn bus(&mut self, events: &[(String, String)]) {
        for (source, detail_type) in events {
            let entry = json!({
                "EventBusName": "$NAME", "Source": source, "DetailType": detail_type, "Detail": "{}",
            });
            self.add("events:PutEvents", "", Some(json!({ "Entries": [entry] })));
            self.knowing("events:source", json!([source]));
            self.knowing("events:detail-type", json!([detail_type]));
        }
        // One request may have several events in it.
        let types = |source: &String| -> Vec<&String> {
            let of = events.iter().filter(|event| event.0 == *source);
            of.map(|event| &event.1).collect()
        };
        if let Some((source, _)) = events.first() {
            self.add("events:PutEvents", "", None);
            self.knowing("events:source", json!([source]));
            self.knowing("events:detail-type", json!(types(source)));
        }
        self.add(
            "events:DescribeEventBus",
            "",
            Some(json!({ "Name": "$NAME" })),
        );
    }

    fn bucket(&mut self, samples: &Samples) {
        self.add("s3:ListBucket", "", Some(json!({ "Bucket": "$NAME" })));
        for prefix in &samples.prefixes {
            let listing = json!({ "Bucket": "$NAME", "Prefix": prefix });
            self.add("s3:ListBucket", "", Some(listing));
            self.knowing("s3:prefix", json!(prefix));
        }
        self.add("s3:DeleteBucket", "", None);
        for key in &samples.keys {
            let object = |more: Value| Some(merge(json!({ "Bucket": "$NAME", "Key": key }), more));
            let suffix = format!("/{key}");
            self.add("s3:PutObject", &suffix, object(json!({ "Body": "probe" })));
            self.add("s3:GetObject", &suffix, object(json!({})));
            self.add("s3:DeleteObject", &suffix, object(json!({})));
        }
    }

    fn secret(&mut self) {
        let secret = |more: Value| Some(merge(json!({ "SecretId": "$ARN" }), more));
        self.add("secretsmanager:GetSecretValue", "", secret(json!({})));
        let value = json!({ "SecretString": "probe" });
        self.add("secretsmanager:PutSecretValue", "", secret(value));
        self.add("secretsmanager:DescribeSecret", "", secret(json!({})));
    }

    fn parameter(&mut self) {
        self.add("ssm:GetParameter", "", Some(json!({ "Name": "$NAME" })));
        let value = json!({ "Name": "$NAME", "Value": "probe", "Overwrite": true });
        self.add("ssm:PutParameter", "", Some(value));
        self.add(
            "ssm:GetParameterHistory",
            "",
            Some(json!({ "Name": "$NAME" })),
        );
    }

    fn function(&mut self) {
        let dry = json!({ "FunctionName": "$NAME", "InvocationType": "DryRun" });
        self.add("lambda:InvokeFunction", "", Some(dry));
        self.add(
            "lambda:GetFunctionConfiguration",
            "",
            Some(json!({ "FunctionName": "$NAME" })),
        );
    }
}

fn merge(mut base: Value, more: Value) -> Value {
    if let (Value::Object(base), Value::Object(more)) = (&mut base, more) {
        base.extend(more);
    }
    base
}

/// A key that fits a schema.
fn key(table: &Value, schema: &Value) -> Value {
    let members = list(schema).into_iter().map(|part| {
        let name = plain(&part["AttributeName"]);
        (name.clone(), attribute(table, &name))
    });
    Value::Object(members.collect::<Map<_, _>>())
}

fn query(table: &Value, schema: &Value) -> Value {
    let partition = list(schema)
        .into_iter()
        .find(|part| part["KeyType"] == "HASH");
    let name = partition
        .map(|part| plain(&part["AttributeName"]))
        .unwrap_or_default();
    json!({
        "KeyConditionExpression": "#key = :key",
        "ExpressionAttributeNames": { "#key": name },
        "ExpressionAttributeValues": { ":key": attribute(table, &name) },
    })
}

fn attribute(table: &Value, name: &str) -> Value {
    let attributes = list(&table["AttributeDefinitions"]);
    let kind = attributes.into_iter().find(|a| a["AttributeName"] == name);
    match kind.and_then(|a| a["AttributeType"].as_str()) {
        Some("N") => json!({ "N": "1" }),
        Some("B") => json!({ "B": "probe" }),
        _ => json!({ "S": "probe" }),
    }
}
