//! Tables, buckets, secrets and parameters.

use std::collections::BTreeMap;

use ifc_catalog::infra::{Bucket, Key, Notification, Parameter, Secret, Table};
use serde_json::{Value as Json, json};

use super::Properties;
use super::values::Values;

pub(super) fn table(values: &mut Values<'_>, table: &Table) -> Properties {
    let own = [Some(&table.partition_key), table.sort_key.as_ref()];
    let indexed = table
        .indexes
        .iter()
        .flat_map(|index| [Some(&index.partition_key), index.sort_key.as_ref()]);
    let attributes: BTreeMap<&str, &str> = own
        .into_iter()
        .chain(indexed)
        .flatten()
        .map(|key| (key.name.as_str(), key.kind.as_str()))
        .collect();
    let attributes: Vec<Json> = attributes
        .into_iter()
        .map(|(name, kind)| json!({ "AttributeName": name, "AttributeType": kind }))
        .collect();
    let indexes: Vec<Json> = table
        .indexes
        .iter()
        .map(|index| {
            json!({
                "IndexName": index.name,
                "KeySchema": key_schema(&index.partition_key, index.sort_key.as_ref()),
                "Projection": { "ProjectionType": "ALL" },
            })
        })
        .collect();
    let recovery = values.render(&table.point_in_time_recovery);
    let ttl = table
        .ttl
        .as_ref()
        .map(|name| json!({ "AttributeName": name, "Enabled": true }));
    let stream = table
        .stream
        .as_ref()
        .map(|view| json!({ "StreamViewType": view }));
    Properties::default()
        .with("BillingMode", "PAY_PER_REQUEST")
        .with("AttributeDefinitions", attributes)
        .with(
            "KeySchema",
            key_schema(&table.partition_key, table.sort_key.as_ref()),
        )
        .with_if(!indexes.is_empty(), "GlobalSecondaryIndexes", indexes)
        .with_some("TimeToLiveSpecification", ttl)
        .with_some("StreamSpecification", stream)
        .with("SSESpecification", json!({ "SSEEnabled": true }))
        .with(
            "PointInTimeRecoverySpecification",
            json!({ "PointInTimeRecoveryEnabled": recovery }),
        )
        .with(
            "DeletionProtectionEnabled",
            values.render(&table.deletion_protection),
        )
}

fn key_schema(partition: &Key, sort: Option<&Key>) -> Json {
    let partition = json!({ "AttributeName": partition.name, "KeyType": "HASH" });
    match sort {
        Some(sort) => json!([partition, { "AttributeName": sort.name, "KeyType": "RANGE" }]),
        None => json!([partition]),
    }
}

pub(super) fn bucket(values: &mut Values<'_>, bucket: &Bucket) -> Properties {
    let mut rules = vec![json!({
        "Id": "incomplete-uploads",
        "Status": "Enabled",
        "AbortIncompleteMultipartUpload": { "DaysAfterInitiation": 7 },
    })];
    if let Some(days) = values.render_some(bucket.expire.as_ref()) {
        let mut rule = json!({ "Id": "expire", "Status": "Enabled", "ExpirationInDays": days });
        // Without it old versions would stay for ever.
        if bucket.versioned {
            rule["NoncurrentVersionExpiration"] = json!({ "NoncurrentDays": days });
        }
        rules.push(rule);
    }
    let notifications: Vec<Json> = bucket
        .notifications
        .iter()
        .map(|notification| self::notification(values, notification))
        .collect();
    Properties::default()
        .with_some(
            "BucketName",
            values.render_some(bucket.physical_name.as_ref()),
        )
        .with(
            "PublicAccessBlockConfiguration",
            json!({
                "BlockPublicAcls": true,
                "BlockPublicPolicy": true,
                "IgnorePublicAcls": true,
                "RestrictPublicBuckets": true,
            }),
        )
        .with(
            "OwnershipControls",
            json!({ "Rules": [{ "ObjectOwnership": "BucketOwnerEnforced" }] }),
        )
        .with(
            "BucketEncryption",
            json!({
                "ServerSideEncryptionConfiguration": [
                    { "ServerSideEncryptionByDefault": { "SSEAlgorithm": "AES256" } },
                ],
            }),
        )
        .with_if(
            bucket.versioned,
            "VersioningConfiguration",
            json!({ "Status": "Enabled" }),
        )
        .with("LifecycleConfiguration", json!({ "Rules": rules }))
        .with_if(
            !notifications.is_empty(),
            "NotificationConfiguration",
            json!({ "LambdaConfigurations": notifications }),
        )
}

fn notification(values: &mut Values<'_>, notification: &Notification) -> Json {
    let ends = [
        ("prefix", &notification.prefix),
        ("suffix", &notification.suffix),
    ];
    let rules: Vec<Json> = ends
        .into_iter()
        .filter_map(|(name, value)| {
            value
                .as_ref()
                .map(|value| json!({ "Name": name, "Value": value }))
        })
        .collect();
    let mut rendered = json!({
        "Event": notification.event,
        "Function": values.render(&notification.function),
    });
    if !rules.is_empty() {
        rendered["Filter"] = json!({ "S3Key": { "Rules": rules } });
    }
    rendered
}

pub(super) fn secret(values: &mut Values<'_>, secret: &Secret) -> Properties {
    let generate = values
        .render_some(secret.generate.as_ref())
        .map(|length| json!({ "PasswordLength": length, "ExcludePunctuation": true }));
    Properties::default()
        .with("Description", secret.description.as_str())
        .with_some("GenerateSecretString", generate)
}

pub(super) fn parameter(values: &mut Values<'_>, parameter: &Parameter) -> Properties {
    Properties::default()
        .with("Name", values.render(&parameter.physical_name))
        .with("Type", "String")
        .with("Description", parameter.description.as_str())
        .with("Value", values.render(&parameter.value))
}
