//! What queues, tables and buckets hold, a page at a time.

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::{Text, View};
use crate::error::ApiError;
use crate::queue::State;

/// What an answer has at most.
const PAGE: usize = 50;

/// Messages of a queue.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Messages {
    /// In order of sending.
    pub messages: Vec<Message>,
    /// How many there are in all.
    pub total: u64,
    /// What `after` is to be for the next page; null at the end.
    pub next: Option<u64>,
}

/// A message.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Message {
    /// Id.
    pub id: String,
    /// Where it is.
    pub state: State,
    /// Text.
    pub body: Text,
    /// Attributes as the sender gave them.
    pub attributes: Map<String, Value>,
    /// Message group of a FIFO queue.
    pub group: Option<String>,
    /// When it was sent, in milliseconds since 1970.
    pub sent: u64,
    /// When it can be received.
    pub visible_at: u64,
    /// How often it was received.
    pub receives: u64,
    /// The `Root` of its X-Ray header.
    pub trace: Option<String>,
    /// Name of the queue in which it was given up.
    pub dead_from: Option<String>,
}

/// Messages of a queue that were sent after those of the page before.
pub fn messages(view: View<'_>, queue: &str, after: Option<u64>) -> Option<Messages> {
    let queue = view.engine.queues().find(view.engine.arn_of(queue)?)?;
    let counts = queue.counts(view.now);
    let all = || {
        queue
            .messages()
            .filter(|message| after.is_none_or(|after| message.sequence > after))
    };
    let messages = all().take(PAGE).map(|message| Message {
        id: message.id.clone(),
        state: message.state(view.now),
        body: Text::cut(&message.body),
        attributes: message.attributes.clone(),
        group: message.group.clone(),
        sent: message.sent,
        visible_at: message.visible_at(),
        receives: message.receives,
        trace: message
            .trace
            .as_deref()
            .map(|header| crate::engine::trace::root(header).to_owned()),
        dead_from: message
            .dead_from
            .as_deref()
            .map(|arn| super::graph::called(view.engine, arn)),
    });
    let last = all().take(PAGE).last().map(|message| message.sequence);
    Some(Messages {
        messages: messages.collect(),
        total: counts.visible + counts.in_flight + counts.delayed,
        next: last.filter(|_| all().nth(PAGE).is_some()),
    })
}

/// Items of a table.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Items {
    /// Names of the attributes of the key, those of the index first.
    pub keys: Vec<String>,
    /// In DynamoDB's JSON.
    pub items: Vec<Value>,
    /// What `start` is to be for the next page; null at the end.
    pub next: Option<Value>,
}

/// Items of a table or of one of its indexes: all, or those of one partition.
///
/// # Errors
/// As DynamoDB gives them.
pub fn items(
    view: View<'_>,
    arn: &str,
    index: Option<&str>,
    partition: Option<&str>,
    start: Option<Value>,
) -> Result<Items, ApiError> {
    let tables = view.engine.tables();
    let described = tables.read("DescribeTable", &json!({ "TableName": arn }))?;
    let table = &described["Table"];
    let lists = ["GlobalSecondaryIndexes", "LocalSecondaryIndexes"];
    let mut indexes = lists
        .iter()
        .filter_map(|list| table[*list].as_array())
        .flatten();
    let names = |of: &Value| -> Vec<String> {
        let keys = of["KeySchema"].as_array().into_iter().flatten();
        keys.filter_map(|key| Some(key["AttributeName"].as_str()?.to_owned()))
            .collect()
    };
    let mut keys = match index {
        None => Vec::new(),
        Some(name) => match indexes.find(|index| index["IndexName"] == name) {
            Some(index) => names(index),
            None => {
                return Err(ApiError::validation(format!(
                    "The table does not have the specified index: {name}"
                )));
            }
        },
    };
    keys.extend(names(table));
    let mut request = json!({ "TableName": arn, "Limit": PAGE });
    if let Some(index) = index {
        request["IndexName"] = index.into();
    }
    if let Some(start) = start {
        request["ExclusiveStartKey"] = start;
    }
    let operation = match (partition, keys.first()) {
        (Some(value), Some(key)) => {
            let kinds = table["AttributeDefinitions"].as_array();
            let mut kinds = kinds.into_iter().flatten();
            let kind = kinds.find(|kind| kind["AttributeName"] == key.as_str());
            let kind = kind.and_then(|kind| kind["AttributeType"].as_str());
            request["KeyConditionExpression"] = "#key = :value".into();
            request["ExpressionAttributeNames"] = json!({ "#key": key });
            request["ExpressionAttributeValues"] =
                json!({ ":value": { kind.unwrap_or("S"): value } });
            "Query"
        }
        _ => "Scan",
    };
    let mut answer = tables.read(operation, &request)?;
    let items = match answer["Items"].take() {
        Value::Array(items) => items,
        _ => Vec::new(),
    };
    let mut seen = std::collections::BTreeSet::new();
    keys.retain(|key| seen.insert(key.clone()));
    Ok(Items {
        keys,
        items,
        next: Some(answer["LastEvaluatedKey"].take()).filter(|next| !next.is_null()),
    })
}

/// Objects of a bucket.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Objects {
    /// In order of key.
    pub objects: Vec<Object>,
    /// What `after` is to be for the next page; null at the end.
    pub next: Option<String>,
}

/// An object.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Object {
    /// Key.
    pub key: String,
    /// Bytes.
    pub size: u64,
    /// When it was put, in ISO 8601.
    pub modified: String,
    /// Entity tag.
    pub etag: String,
}

/// Objects of a bucket whose keys begin with a prefix.
///
/// # Errors
/// As S3 gives them.
pub fn objects(
    view: View<'_>,
    bucket: &str,
    prefix: &str,
    after: &str,
) -> Result<Objects, ApiError> {
    let request =
        json!({ "Bucket": bucket, "Prefix": prefix, "StartAfter": after, "MaxKeys": PAGE });
    let answer = view
        .engine
        .buckets()
        .read("ListObjectsV2", &request)?
        .output;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let contents = answer["Contents"].as_array().into_iter().flatten();
    let objects: Vec<Object> = contents
        .map(|object| Object {
            key: text(&object["Key"]),
            size: object["Size"].as_u64().unwrap_or_default(),
            modified: text(&object["LastModified"]),
            etag: text(&object["ETag"]),
        })
        .collect();
    let next = objects.last().map(|object| object.key.clone());
    Ok(Objects {
        next: next.filter(|_| answer["IsTruncated"] == true),
        objects,
    })
}
