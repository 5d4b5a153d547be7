//! What a call needs: actions, resources and the condition keys that the services set.
//!
//! Source: Service Authorization Reference, "Actions, resources, and condition keys" of each service.
//! It is written from there and not from what the compiler infers, so that the two can be compared.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::arn;
use crate::call::Call;
use crate::iam::Context;

/// One thing that has to be allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    /// `dynamodb:PutItem`.
    pub action: String,
    /// ARN, or `*` for actions without a resource.
    pub resource: String,
    /// Condition keys.
    pub context: Context,
}

/// What the services know and requests do not say.
pub(in crate::engine) trait Known {
    /// Name of a table's partition key, or of an index's.
    fn partition_key(&self, table: &str, index: Option<&str>) -> Option<String>;
    /// ARN of a secret by its name or a part of its ARN.
    fn secret_arn(&self, id: &str) -> Option<String>;
    /// ARN of a function by what calls may name it by.
    fn function_arn(&self, name: &str) -> Option<String>;
}

/// What a call needs, in order; nothing for what needs no permission.
pub(in crate::engine) fn needs(call: &Call, known: &dyn Known) -> Vec<Need> {
    let input = &call.input;
    let operation = call.operation.as_str();
    match call.service.as_str() {
        "sqs" => vec![queue(operation, input)],
        "dynamodb" => tables(operation, input, known),
        "sns" => vec![topic(operation, input)],
        "events" => bus(operation, input),
        "s3" => bucket(operation, input),
        "secretsmanager" => vec![secret(operation, input, known)],
        "ssm" => parameter(operation, input),
        "lambda" => vec![function(operation, input, known)],
        "scheduler" => vec![schedule(operation, input)],
        "sts" => Vec::new(),
        other => vec![need(format!("{other}:{operation}"), "*".into())],
    }
}

fn need(action: String, resource: String) -> Need {
    Need {
        action,
        resource,
        context: Context::default(),
    }
}

impl Need {
    fn with(mut self, key: &str, value: &Value) -> Need {
        let text = match value {
            Value::Null => return self,
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        self.context.set(key, text);
        self
    }
}

fn text<'v>(input: &'v Value, member: &str) -> &'v str {
    input[member].as_str().unwrap_or_default()
}

fn queue(operation: &str, input: &Value) -> Need {
    let action = match operation {
        "SendMessageBatch" => "SendMessage",
        "DeleteMessageBatch" => "DeleteMessage",
        "ChangeMessageVisibilityBatch" => "ChangeMessageVisibility",
        other => other,
    };
    let name = match operation {
        "ListQueues" => return need("sqs:ListQueues".into(), arn("sqs", "*")),
        "CreateQueue" | "GetQueueUrl" => text(input, "QueueName"),
        "StartMessageMoveTask" | "ListMessageMoveTasks" => text(input, "SourceArn"),
        _ => text(input, "QueueUrl"),
    };
    let name = name.rsplit(['/', ':']).next().unwrap_or_default();
    need(format!("sqs:{action}"), arn("sqs", name))
}

fn table_arn(name: &str) -> String {
    match name.starts_with("arn:") {
        true => name.to_owned(),
        false => arn("dynamodb", &format!("table/{name}")),
    }
}

fn tables(operation: &str, input: &Value, known: &dyn Known) -> Vec<Need> {
    let action = |operation: &str| format!("dynamodb:{operation}");
    let of_keys = |operation: &str, table: &str, items: &[&Value]| {
        let mut of = need(action(operation), table_arn(table));
        if let Some(key) = known.partition_key(table, None) {
            let values: BTreeSet<String> = items
                .iter()
                .filter_map(|item| leading(&item[key.as_str()]))
                .collect();
            if !values.is_empty() {
                of.context.set_all("dynamodb:LeadingKeys", values);
            }
        }
        of
    };
    let list = |member: &str| input[member].as_array().cloned().unwrap_or_default();
    match operation {
        "ListTables" | "ListStreams" => vec![need(action(operation), "*".into())],
        "PutItem" => vec![of_keys(
            operation,
            text(input, "TableName"),
            &[&input["Item"]],
        )],
        "GetItem" | "DeleteItem" | "UpdateItem" => {
            vec![of_keys(
                operation,
                text(input, "TableName"),
                &[&input["Key"]],
            )]
        }
        "Query" | "Scan" => {
            let table = text(input, "TableName");
            let index = input["IndexName"].as_str();
            let resource = match index {
                Some(index) => format!("{}/index/{index}", table_arn(table)),
                None => table_arn(table),
            };
            let mut of =
                need(action(operation), resource).with("dynamodb:Select", &input["Select"]);
            if let Some(key) = known.partition_key(table, index)
                && let Some(value) = queried(input, &key)
            {
                of.context.set_all("dynamodb:LeadingKeys", [value]);
            }
            vec![of]
        }
        "BatchGetItem" => {
            let tables = input["RequestItems"].as_object();
            let each = tables.into_iter().flatten().map(|(table, request)| {
                let keys: Vec<&Value> = request["Keys"].as_array().into_iter().flatten().collect();
                of_keys(operation, table, &keys)
            });
            each.collect()
        }
        "BatchWriteItem" => {
            let tables = input["RequestItems"].as_object();
            let each = tables.into_iter().flatten().map(|(table, requests)| {
                let items: Vec<&Value> = requests
                    .as_array()
                    .into_iter()
                    .flatten()
                    .map(|request| match &request["PutRequest"]["Item"] {
                        Value::Null => &request["DeleteRequest"]["Key"],
                        item => item,
                    })
                    .collect();
                of_keys(operation, table, &items)
            });
            each.collect()
        }
        "TransactGetItems" | "TransactWriteItems" => {
            // Each item needs what it would need alone.
            let mut all: Vec<Need> = Vec::new();
            for item in list("TransactItems") {
                for (kind, alone, keys) in [
                    ("Get", "GetItem", "Key"),
                    ("Put", "PutItem", "Item"),
                    ("Update", "UpdateItem", "Key"),
                    ("Delete", "DeleteItem", "Key"),
                    ("ConditionCheck", "ConditionCheckItem", "Key"),
                ] {
                    let request = &item[kind];
                    if request.is_object() {
                        let of = of_keys(alone, text(request, "TableName"), &[&request[keys]]);
                        if !all.contains(&of) {
                            all.push(of);
                        }
                    }
                }
            }
            all
        }
        "DescribeStream" => vec![need(action(operation), text(input, "StreamArn").to_owned())],
        "GetShardIterator" => vec![need(action(operation), text(input, "StreamArn").to_owned())],
        "GetRecords" => {
            let iterator = text(input, "ShardIterator");
            let stream = iterator.split('|').find(|part| part.starts_with("arn:"));
            vec![need(action(operation), stream.unwrap_or("*").to_owned())]
        }
        _ => vec![need(action(operation), table_arn(text(input, "TableName")))],
    }
}

/// The value of a key in the form that `dynamodb:LeadingKeys` has.
fn leading(value: &Value) -> Option<String> {
    let (_, value) = value.as_object()?.iter().next()?;
    Some(value.as_str()?.to_owned())
}

/// The value of the partition key that a query asks for.
fn queried(input: &Value, key: &str) -> Option<String> {
    let expression = input["KeyConditionExpression"].as_str()?;
    let names = &input["ExpressionAttributeNames"];
    expression
        .split(" AND ")
        .flat_map(|part| part.split(" and "))
        .find_map(|part| {
            let (name, value) = part.split_once('=')?;
            let name = name.trim_matches([' ', '(', ')']);
            let name = names[name].as_str().unwrap_or(name);
            let value = value.trim_matches([' ', '(', ')']);
            (name == key).then(|| leading(&input["ExpressionAttributeValues"][value]))?
        })
}

fn topic(operation: &str, input: &Value) -> Need {
    let action = match operation {
        "PublishBatch" => "Publish",
        other => other,
    };
    let resource = match operation {
        "CreateTopic" => arn("sns", text(input, "Name")),
        "ListTopics" | "ListSubscriptions" => "*".to_owned(),
        _ => match input["TopicArn"].as_str().or(input["TargetArn"].as_str()) {
            Some(topic) => topic.to_owned(),
            None => text(input, "SubscriptionArn")
                .rsplit_once(':')
                .map_or("*", |(topic, _)| topic)
                .to_owned(),
        },
    };
    need(format!("sns:{action}"), resource)
}

fn bus_arn(name: &str) -> String {
    match (name.starts_with("arn:"), name) {
        (true, _) => name.to_owned(),
        (false, "") => arn("events", "event-bus/default"),
        (false, name) => arn("events", &format!("event-bus/{name}")),
    }
}

fn bus(operation: &str, input: &Value) -> Vec<Need> {
    let action = format!("events:{operation}");
    match operation {
        "PutEvents" => {
            let mut all: Vec<Need> = Vec::new();
            for entry in input["Entries"].as_array().into_iter().flatten() {
                let of = need(action.clone(), bus_arn(text(entry, "EventBusName")))
                    .with("events:source", &entry["Source"])
                    .with("events:detail-type", &entry["DetailType"]);
                if !all.contains(&of) {
                    all.push(of);
                }
            }
            all
        }
        "PutRule" | "DeleteRule" | "DescribeRule" | "EnableRule" | "DisableRule" | "PutTargets"
        | "RemoveTargets" | "ListTargetsByRule" => {
            let rule = input["Name"].as_str().or(input["Rule"].as_str());
            let rule = rule.unwrap_or_default();
            let bus = text(input, "EventBusName")
                .rsplit('/')
                .next()
                .unwrap_or_default();
            let resource = match bus {
                "" | "default" => arn("events", &format!("rule/{rule}")),
                bus => arn("events", &format!("rule/{bus}/{rule}")),
            };
            vec![need(action, resource)]
        }
        "TestEventPattern" | "ListEventBuses" | "ListRules" | "ListArchives" | "ListReplays" => {
            vec![need(action, "*".into())]
        }
        "CreateArchive" | "DeleteArchive" | "DescribeArchive" | "UpdateArchive" => {
            let name = text(input, "ArchiveName");
            vec![need(action, arn("events", &format!("archive/{name}")))]
        }
        "StartReplay" | "CancelReplay" | "DescribeReplay" => {
            let name = text(input, "ReplayName");
            vec![need(action, arn("events", &format!("replay/{name}")))]
        }
        _ => {
            let name = input["EventBusName"].as_str().or(input["Name"].as_str());
            vec![need(action, bus_arn(name.unwrap_or_default()))]
        }
    }
}

fn bucket(operation: &str, input: &Value) -> Vec<Need> {
    let bucket = format!("arn:aws:s3:::{}", text(input, "Bucket"));
    let object = |key: &str| format!("{bucket}/{key}");
    let action = |name: &str| format!("s3:{name}");
    let has_version = input["VersionId"].is_string();
    let versioned =
        |plain: &str, of_version: &str| action(if has_version { of_version } else { plain });
    let key = text(input, "Key");
    match operation {
        "ListBuckets" => vec![need(action("ListAllMyBuckets"), "*".into())],
        "GetObject" | "HeadObject" => {
            vec![need(
                versioned("GetObject", "GetObjectVersion"),
                object(key),
            )]
        }
        "PutObject" | "CreateMultipartUpload" | "UploadPart" | "CompleteMultipartUpload" => {
            vec![need(action("PutObject"), object(key))]
        }
        "DeleteObject" => {
            vec![need(
                versioned("DeleteObject", "DeleteObjectVersion"),
                object(key),
            )]
        }
        "DeleteObjects" => {
            let objects = input["Delete"]["Objects"].as_array();
            let each = objects.into_iter().flatten().map(|item| {
                let name = match item["VersionId"].is_string() {
                    true => "DeleteObjectVersion",
                    false => "DeleteObject",
                };
                need(action(name), object(text(item, "Key")))
            });
            each.collect()
        }
        "CopyObject" | "UploadPartCopy" => {
            let source = text(input, "CopySource").trim_start_matches('/');
            let (source, version) = match source.split_once("?versionId=") {
                Some((source, _)) => (source, true),
                None => (source, false),
            };
            let read = match version {
                true => "GetObjectVersion",
                false => "GetObject",
            };
            let source = crate::percent::decode(source);
            vec![
                need(action(read), format!("arn:aws:s3:::{source}")),
                need(action("PutObject"), object(key)),
            ]
        }
        "AbortMultipartUpload" => vec![need(action("AbortMultipartUpload"), object(key))],
        "ListParts" => vec![need(action("ListMultipartUploadParts"), object(key))],
        "ListMultipartUploads" => vec![need(action("ListBucketMultipartUploads"), bucket)],
        "ListObjects" | "ListObjectsV2" | "HeadBucket" | "ListObjectVersions" => {
            let name = match operation {
                "ListObjectVersions" => "ListBucketVersions",
                _ => "ListBucket",
            };
            vec![
                need(action(name), bucket)
                    .with("s3:prefix", &input["Prefix"])
                    .with("s3:delimiter", &input["Delimiter"])
                    .with("s3:max-keys", &input["MaxKeys"]),
            ]
        }
        other => {
            let name = match other {
                "GetBucketNotificationConfiguration" => "GetBucketNotification",
                "PutBucketNotificationConfiguration" => "PutBucketNotification",
                "GetBucketLifecycleConfiguration" => "GetLifecycleConfiguration",
                "PutBucketLifecycleConfiguration" => "PutLifecycleConfiguration",
                "GetBucketCors" => "GetBucketCORS",
                "PutBucketCors" => "PutBucketCORS",
                other => other,
            };
            vec![need(action(name), bucket)]
        }
    }
}

fn secret(operation: &str, input: &Value, known: &dyn Known) -> Need {
    let action = format!("secretsmanager:{operation}");
    let id = match operation {
        "ListSecrets" | "GetRandomPassword" | "BatchGetSecretValue" => {
            return need(action, "*".into());
        }
        "CreateSecret" => text(input, "Name"),
        _ => text(input, "SecretId"),
    };
    let resource = known
        .secret_arn(id)
        .unwrap_or_else(|| match id.starts_with("arn:") {
            true => id.to_owned(),
            // AWS decides by a name with an unknown end where there is no such secret.
            false => arn("secretsmanager", &format!("secret:{id}-??????")),
        });
    need(action, resource)
}

fn parameter(operation: &str, input: &Value) -> Vec<Need> {
    let action = format!("ssm:{operation}");
    let resource = |name: &str| match name.starts_with("arn:") {
        true => name.to_owned(),
        false => {
            // A name may be followed by a version or label.
            let name = name.split(':').next().unwrap_or_default();
            arn(
                "ssm",
                &format!("parameter/{}", name.trim_start_matches('/')),
            )
        }
    };
    match operation {
        "DescribeParameters" => vec![need(action, "*".into())],
        "GetParametersByPath" => vec![need(action, resource(text(input, "Path")))],
        "GetParameters" | "DeleteParameters" => {
            let names = input["Names"].as_array().into_iter().flatten();
            let names = names.filter_map(Value::as_str);
            names
                .map(|name| need(action.clone(), resource(name)))
                .collect()
        }
        _ => vec![need(action, resource(text(input, "Name")))],
    }
}

fn function(operation: &str, input: &Value, known: &dyn Known) -> Need {
    let action = match operation {
        "Invoke" | "InvokeAsync" | "InvokeWithResponseStream" => "InvokeFunction",
        other => other,
    };
    let name = text(input, "FunctionName");
    let mut resource = known
        .function_arn(name)
        .unwrap_or_else(|| match name.starts_with("arn:") {
            true => name.to_owned(),
            false => arn("lambda", &format!("function:{name}")),
        });
    if let Some(qualifier) = input["Qualifier"].as_str() {
        resource = format!("{resource}:{qualifier}");
    }
    need(format!("lambda:{action}"), resource)
}

fn schedule(operation: &str, input: &Value) -> Need {
    let action = format!("scheduler:{operation}");
    let name = text(input, "Name");
    let resource = match operation {
        "ListSchedules" | "ListScheduleGroups" => "*".to_owned(),
        "CreateScheduleGroup" | "DeleteScheduleGroup" | "GetScheduleGroup" => {
            arn("scheduler", &format!("schedule-group/{name}"))
        }
        _ => {
            let group = input["GroupName"].as_str().unwrap_or("default");
            arn("scheduler", &format!("schedule/{group}/{name}"))
        }
    };
    need(action, resource)
}
