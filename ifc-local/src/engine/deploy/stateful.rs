//! What keeps data: made once, then changed in place.

use std::collections::BTreeMap;

use ifc_catalog::infra::{self, Attribute, Kind, Node};
use serde_json::{Map, Value, json};

use super::Deployment;
use crate::engine::Engine;
use crate::error::ApiError;

impl Deployment<'_> {
    /// What keeps data.
    pub(super) fn keep(
        &mut self,
        engine: &mut Engine,
        node: &Node,
        now: u64,
    ) -> Result<(), ApiError> {
        let name = self.stack.names().get(&node.id, Attribute::Name).to_owned();
        match &node.kind {
            Kind::Table(table) => self.table(engine, node, table, now),
            Kind::Queue(queue) => {
                let attributes = self.queue_attributes(queue, node);
                make_queue(engine, &name, attributes, now)
            }
            Kind::Topic(topic) => {
                let mut attributes = Map::new();
                if topic.fifo {
                    attributes.insert("FifoTopic".into(), "true".into());
                    let deduplicate = topic.deduplicate.to_string();
                    attributes.insert("ContentBasedDeduplication".into(), deduplicate.into());
                }
                let request = json!({ "Name": name, "Attributes": attributes });
                engine
                    .topics
                    .call("CreateTopic", &request, None, now)
                    .map(drop)
            }
            Kind::Bucket(bucket) => self.bucket(engine, &name, bucket, now),
            Kind::Bus(_) if engine.buses.find(&name).is_none() => {
                let request = json!({ "Name": name });
                engine
                    .buses
                    .call("CreateEventBus", &request, None, now)
                    .map(drop)
            }
            Kind::ScheduleGroup(_) => {
                let request = json!({ "Name": name });
                match engine.schedules.call("GetScheduleGroup", &request, now) {
                    Ok(_) => Ok(()),
                    Err(_) => engine
                        .schedules
                        .call("CreateScheduleGroup", &request, now)
                        .map(drop),
                }
            }
            Kind::Secret(secret) => self.secret(engine, node, secret, now),
            Kind::Parameter(parameter) => {
                let request = json!({
                    "Name": name,
                    "Type": "String",
                    "Description": parameter.description,
                    "Value": self.stack.text(&parameter.value),
                });
                make_parameter(engine, &request, now)
            }
            _ => Ok(()),
        }
    }

    fn bucket(
        &self,
        engine: &mut Engine,
        name: &str,
        bucket: &infra::Bucket,
        now: u64,
    ) -> Result<(), ApiError> {
        let mut call = |operation: &str, mut input: Value| {
            input["Bucket"] = name.into();
            engine.buckets.call(operation, &input, Vec::new(), now)
        };
        if call("HeadBucket", json!({})).is_err() {
            call("CreateBucket", json!({}))?;
        }
        // Versions cannot be switched off, only no more be made.
        let status = if bucket.versioned {
            "Enabled"
        } else {
            "Suspended"
        };
        if bucket.versioned || call("GetBucketVersioning", json!({}))?.output["Status"] == "Enabled"
        {
            let versioning = json!({ "VersioningConfiguration": { "Status": status } });
            call("PutBucketVersioning", versioning)?;
        }
        if let Some(days) = bucket
            .expire
            .as_ref()
            .and_then(|value| self.stack.number(value))
        {
            let rule = json!({
                "ID": "expire",
                "Status": "Enabled",
                "Filter": { "Prefix": "" },
                "Expiration": { "Days": days },
            });
            let rules = json!({ "LifecycleConfiguration": { "Rules": [rule] } });
            call("PutBucketLifecycleConfiguration", rules)?;
        }
        let functions = bucket
            .notifications
            .iter()
            .enumerate()
            .map(|(at, notification)| {
                let rules = [
                    ("prefix", &notification.prefix),
                    ("suffix", &notification.suffix),
                ];
                let rules = rules.into_iter().filter_map(|(name, value)| {
                    Some(json!({ "Name": name, "Value": value.as_ref()? }))
                });
                json!({
                    "Id": format!("notification-{at}"),
                    "LambdaFunctionArn": self.stack.text(&notification.function),
                    "Events": [notification.event],
                    "Filter": { "Key": { "FilterRules": rules.collect::<Vec<_>>() } },
                })
            });
        let functions: Vec<Value> = functions.collect();
        let notifications = json!({
            "NotificationConfiguration": { "LambdaFunctionConfigurations": functions },
        });
        call("PutBucketNotificationConfiguration", notifications)?;
        Ok(())
    }

    fn secret(
        &mut self,
        engine: &mut Engine,
        node: &Node,
        secret: &infra::Secret,
        now: u64,
    ) -> Result<(), ApiError> {
        let name = self.stack.names().get(&node.id, Attribute::Name).to_owned();
        if engine.secrets.arn(&name).is_none() {
            let mut request = json!({ "Name": name, "Description": secret.description });
            let length = secret
                .generate
                .as_ref()
                .and_then(|value| self.stack.number(value));
            if let Some(length) = length {
                let ask = json!({ "PasswordLength": length, "ExcludePunctuation": true });
                let made = engine.secrets.call("GetRandomPassword", &ask, now)?;
                request["SecretString"] = made["RandomPassword"].clone();
            }
            engine.secrets.call("CreateSecret", &request, now)?;
        }
        let arn = engine.secrets.arn(&name).unwrap_or_default().to_owned();
        self.stack.learn(&node.id, Attribute::Arn, arn);
        Ok(())
    }

    fn queue_attributes(&self, queue: &infra::Queue, node: &Node) -> Map<String, Value> {
        let mut attributes = Map::new();
        let mut set = |name: &str, value: Option<String>| {
            if let Some(value) = value {
                attributes.insert(name.to_owned(), value.into());
            }
        };
        let text = |value: &Option<infra::Value>| {
            let value = value.as_ref().map(|value| self.stack.text(value));
            value.filter(|text| !text.is_empty())
        };
        if queue.fifo {
            set("FifoQueue", Some("true".into()));
            set(
                "ContentBasedDeduplication",
                Some(queue.deduplicate.to_string()),
            );
        }
        if queue.high_throughput {
            set("DeduplicationScope", Some("messageGroup".into()));
            set("FifoThroughputLimit", Some("perMessageGroupId".into()));
        }
        set("VisibilityTimeout", text(&queue.visibility_timeout));
        set("MessageRetentionPeriod", text(&queue.retention));
        set("DelaySeconds", text(&queue.delay));
        if let Some(redrive) = &queue.redrive {
            let policy = json!({
                "deadLetterTargetArn": self.stack.text(&redrive.target),
                "maxReceiveCount": self.stack.number(&redrive.max_receives),
            });
            set("RedrivePolicy", Some(policy.to_string()));
        }
        // What the user wrote by hand has CloudFormation's names, which are those of the API.
        for (name, value) in &node.properties {
            let value = match value {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            set(name, Some(value));
        }
        attributes
    }

    fn table(
        &mut self,
        engine: &mut Engine,
        node: &Node,
        table: &infra::Table,
        now: u64,
    ) -> Result<(), ApiError> {
        let name = self.stack.names().get(&node.id, Attribute::Name).to_owned();
        let request = table_request(&name, table);
        make_table(engine, &node.owner, &request, now)?;
        set_time_to_live(engine, &name, table.ttl.as_deref(), now)?;
        if let Some(stream) = engine.tables.stream_arn(&name) {
            self.stack.learn(&node.id, Attribute::StreamArn, stream);
        }
        Ok(())
    }
}

/// `CreateTable` of a table.
pub(super) fn table_request(name: &str, table: &infra::Table) -> Value {
    let mut kinds = BTreeMap::new();
    let mut keys = |partition: &infra::Key, sort: Option<&infra::Key>| -> Value {
        let keys = [Some((partition, "HASH")), sort.map(|key| (key, "RANGE"))];
        let element = |(key, kind): (&infra::Key, &str)| {
            kinds.insert(key.name.clone(), key.kind.clone());
            json!({ "AttributeName": key.name, "KeyType": kind })
        };
        keys.into_iter().flatten().map(element).collect()
    };
    let mut request = json!({
        "TableName": name,
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": keys(&table.partition_key, table.sort_key.as_ref()),
    });
    if !table.indexes.is_empty() {
        let indexes = table.indexes.iter().map(|index| {
            json!({
                "IndexName": index.name,
                "KeySchema": keys(&index.partition_key, index.sort_key.as_ref()),
                "Projection": { "ProjectionType": "ALL" },
            })
        });
        request["GlobalSecondaryIndexes"] = indexes.collect();
    }
    let definitions = kinds
        .into_iter()
        .map(|(name, kind)| json!({ "AttributeName": name, "AttributeType": kind }));
    request["AttributeDefinitions"] = definitions.collect();
    if let Some(stream) = &table.stream {
        request["StreamSpecification"] = json!({ "StreamEnabled": true, "StreamViewType": stream });
    }
    request
}

/// Makes a queue, or gives one that is there these attributes.
pub(super) fn make_queue(
    engine: &mut Engine,
    name: &str,
    attributes: Map<String, Value>,
    now: u64,
) -> Result<(), ApiError> {
    let request = match engine.queues.find(name) {
        Some(_) => json!({ "QueueUrl": name, "Attributes": attributes }),
        None => json!({ "QueueName": name, "Attributes": attributes }),
    };
    let operation = match engine.queues.find(name) {
        Some(_) => "SetQueueAttributes",
        None => "CreateQueue",
    };
    engine.queues.call(operation, &request, now).map(drop)
}

/// Makes a parameter; one that is there keeps its value.
fn make_parameter(engine: &mut Engine, request: &Value, now: u64) -> Result<(), ApiError> {
    let there = json!({ "Name": request["Name"] });
    if engine.parameters.call("GetParameter", &there, now).is_ok() {
        return Ok(());
    }
    engine
        .parameters
        .call("PutParameter", request, now)
        .map(drop)
}

/// Makes a table, or changes the indexes and the stream of one that is there.
pub(super) fn make_table(
    engine: &mut Engine,
    owner: &str,
    request: &Value,
    now: u64,
) -> Result<(), ApiError> {
    let there = json!({ "TableName": request["TableName"] });
    let Ok(description) = engine.tables.call("DescribeTable", &there, now) else {
        return engine.tables.call("CreateTable", request, now).map(drop);
    };
    let before = &description["Table"];
    if key_of(before) != key_of(request) {
        return Err(ApiError::validation(format!(
            "its key was {} and is {} now, so that this is another table, and the one that is there stays \
             as it is; to give up its {} items and nothing else, start with `cargo ifc dev --reset={owner}`",
            shown(&key_of(before)),
            shown(&key_of(request)),
            before["ItemCount"]
        )));
    }
    let indexes = |of: &Value| -> BTreeMap<String, Value> {
        let list = of["GlobalSecondaryIndexes"].as_array();
        let named = list
            .into_iter()
            .flatten()
            .filter_map(|index| Some((index["IndexName"].as_str()?.to_owned(), index.clone())));
        named.collect()
    };
    let (before_indexes, wanted) = (indexes(before), indexes(request));
    let mut updates = Vec::new();
    for (name, index) in &before_indexes {
        if wanted
            .get(name)
            .is_none_or(|to| to["KeySchema"] != index["KeySchema"])
        {
            updates.push(json!({ "Delete": { "IndexName": name } }));
        }
    }
    for (name, index) in wanted {
        if before_indexes
            .get(&name)
            .is_none_or(|from| from["KeySchema"] != index["KeySchema"])
        {
            updates.push(json!({ "Create": index }));
        }
    }
    let mut update = json!({
        "TableName": request["TableName"],
        "AttributeDefinitions": request["AttributeDefinitions"],
        "GlobalSecondaryIndexUpdates": updates,
    });
    let (had, wants) = (
        &before["StreamSpecification"],
        &request["StreamSpecification"],
    );
    if had["StreamViewType"] != wants["StreamViewType"] {
        if had["StreamEnabled"] == true {
            let off = json!({
                "TableName": request["TableName"],
                "StreamSpecification": { "StreamEnabled": false },
            });
            engine.tables.call("UpdateTable", &off, now)?;
        }
        if !wants.is_null() {
            update["StreamSpecification"] = wants.clone();
        }
    }
    engine.tables.call("UpdateTable", &update, now).map(drop)
}

/// Names of the attributes of a table's key, with their types.
fn key_of(table: &Value) -> Vec<(&str, &str)> {
    let list = |member: &str| table[member].as_array().into_iter().flatten();
    list("KeySchema")
        .map(|element| {
            let name = element["AttributeName"].as_str().unwrap_or_default();
            let mut definitions = list("AttributeDefinitions");
            let kind = definitions.find(|one| one["AttributeName"] == name);
            let kind = kind.and_then(|one| one["AttributeType"].as_str());
            (name, kind.unwrap_or_default())
        })
        .collect()
}

/// A key for people: attributes with their types.
fn shown(key: &[(&str, &str)]) -> String {
    let parts: Vec<String> = key
        .iter()
        .map(|(name, kind)| format!("`{name}` ({kind})"))
        .collect();
    parts.join(" and ")
}

/// Says which attribute holds the end of an item's time.
pub(super) fn set_time_to_live(
    engine: &mut Engine,
    table: &str,
    attribute: Option<&str>,
    now: u64,
) -> Result<(), ApiError> {
    let described =
        engine
            .tables
            .call("DescribeTimeToLive", &json!({ "TableName": table }), now)?;
    let described = &described["TimeToLiveDescription"];
    let before = described["AttributeName"]
        .as_str()
        .filter(|_| described["TimeToLiveStatus"] == "ENABLED");
    let mut set = |attribute: &str, enabled: bool| {
        let request = json!({
            "TableName": table,
            "TimeToLiveSpecification": { "AttributeName": attribute, "Enabled": enabled },
        });
        engine.tables.call("UpdateTimeToLive", &request, now)
    };
    if before == attribute {
        return Ok(());
    }
    if let Some(before) = before {
        set(before, false)?;
    }
    if let Some(attribute) = attribute {
        set(attribute, true)?;
    }
    Ok(())
}
