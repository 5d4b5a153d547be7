//! Tables, buckets, secrets and parameters.

use std::collections::BTreeMap;

use ifc_catalog::infra::{Bucket, Key, Notification, Parameter, Secret, Table, Value};

use super::out::Out;
use super::properties::Properties;

pub(super) fn table(to: &mut Properties<'_, '_>, table: &Table) {
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
    to.set("AttributeDefinitions", |out| {
        out.array(|out| {
            for (name, kind) in attributes {
                out.object(|out| {
                    out.name("AttributeName").text(name);
                    out.name("AttributeType").text(kind);
                });
            }
        });
    });
    to.text("BillingMode", "PAY_PER_REQUEST");
    to.value("DeletionProtectionEnabled", &table.deletion_protection);
    if !table.indexes.is_empty() {
        to.set("GlobalSecondaryIndexes", |out| {
            out.array(|out| {
                for index in &table.indexes {
                    out.object(|out| {
                        out.name("IndexName").text(&index.name);
                        out.name("KeySchema");
                        key_schema(out, &index.partition_key, index.sort_key.as_ref());
                        out.name("Projection")
                            .only("ProjectionType", |out| out.text("ALL"));
                    });
                }
            });
        });
    }
    to.set("KeySchema", |out| {
        key_schema(out, &table.partition_key, table.sort_key.as_ref());
    });
    to.only(
        "PointInTimeRecoverySpecification",
        "PointInTimeRecoveryEnabled",
        |out| out.value(&table.point_in_time_recovery),
    );
    to.only("SSESpecification", "SSEEnabled", |out| out.bool(true));
    if let Some(view) = &table.stream {
        to.only("StreamSpecification", "StreamViewType", |out| {
            out.text(view);
        });
    }
    if let Some(name) = &table.ttl {
        to.set("TimeToLiveSpecification", |out| {
            out.object(|out| {
                out.name("AttributeName").text(name);
                out.name("Enabled").bool(true);
            });
        });
    }
}

fn key_schema(out: &mut Out<'_>, partition: &Key, sort: Option<&Key>) {
    let key = |out: &mut Out<'_>, key: &Key, kind: &str| {
        out.object(|out| {
            out.name("AttributeName").text(&key.name);
            out.name("KeyType").text(kind);
        });
    };
    out.array(|out| {
        key(out, partition, "HASH");
        if let Some(sort) = sort {
            key(out, sort, "RANGE");
        }
    });
}

pub(super) fn bucket(to: &mut Properties<'_, '_>, bucket: &Bucket) {
    to.only(
        "BucketEncryption",
        "ServerSideEncryptionConfiguration",
        |out| {
            out.array(|out| {
                out.only("ServerSideEncryptionByDefault", |out| {
                    out.only("SSEAlgorithm", |out| out.text("AES256"));
                });
            });
        },
    );
    to.some("BucketName", bucket.physical_name.as_ref());
    to.only("LifecycleConfiguration", "Rules", |out| {
        out.array(|out| {
            out.object(|out| {
                out.name("AbortIncompleteMultipartUpload")
                    .only("DaysAfterInitiation", |out| out.number(7));
                out.name("Id").text("incomplete-uploads");
                out.name("Status").text("Enabled");
            });
            if let Some(days) = &bucket.expire {
                out.value_with(days, &|out, days| expiry(out, days, bucket.versioned));
            }
        });
    });
    if !bucket.notifications.is_empty() {
        to.only("NotificationConfiguration", "LambdaConfigurations", |out| {
            out.array(|out| {
                for notification in &bucket.notifications {
                    self::notification(out, notification);
                }
            });
        });
    }
    to.only("OwnershipControls", "Rules", |out| {
        out.array(|out| {
            out.only("ObjectOwnership", |out| out.text("BucketOwnerEnforced"));
        });
    });
    to.set("PublicAccessBlockConfiguration", |out| {
        out.object(|out| {
            out.name("BlockPublicAcls").bool(true);
            out.name("BlockPublicPolicy").bool(true);
            out.name("IgnorePublicAcls").bool(true);
            out.name("RestrictPublicBuckets").bool(true);
        });
    });
    if bucket.versioned {
        to.only("VersioningConfiguration", "Status", |out| {
            out.text("Enabled");
        });
    }
}

fn expiry(out: &mut Out<'_>, days: &Value, versioned: bool) {
    out.object(|out| {
        out.name("ExpirationInDays").value(days);
        out.name("Id").text("expire");
        // Without it old versions would stay for ever.
        if versioned {
            out.name("NoncurrentVersionExpiration")
                .only("NoncurrentDays", |out| out.value(days));
        }
        out.name("Status").text("Enabled");
    });
}

fn notification(out: &mut Out<'_>, notification: &Notification) {
    let ends = [
        ("prefix", &notification.prefix),
        ("suffix", &notification.suffix),
    ];
    out.object(|out| {
        out.name("Event").text(&notification.event);
        if ends.iter().any(|(_, end)| end.is_some()) {
            out.name("Filter").only("S3Key", |out| {
                out.only("Rules", |out| {
                    out.array(|out| {
                        for (name, end) in ends {
                            let Some(end) = end else { continue };
                            out.object(|out| {
                                out.name("Name").text(name);
                                out.name("Value").text(&encoded(end));
                            });
                        }
                    });
                });
            });
        }
        out.name("Function").value(&notification.function);
    });
}

/// A prefix or suffix as S3 takes it: spaces as `+`, other special characters by their numbers.
fn encoded(end: &str) -> String {
    let mut text = String::with_capacity(end.len());
    for byte in end.bytes() {
        match byte {
            b' ' => text.push('+'),
            b'/' | b'!' | b'-' | b'_' | b'.' | b'\'' | b'(' | b')' => text.push(byte.into()),
            byte if byte.is_ascii_alphanumeric() => text.push(byte.into()),
            byte => text.push_str(&format!("%{byte:02X}")),
        }
    }
    text
}

pub(super) fn secret(to: &mut Properties<'_, '_>, secret: &Secret) {
    to.text("Description", &secret.description);
    if let Some(length) = &secret.generate {
        to.each("GenerateSecretString", length, &|out, length| {
            out.object(|out| {
                out.name("ExcludePunctuation").bool(true);
                out.name("PasswordLength").value(length);
            });
        });
    }
}

pub(super) fn parameter(to: &mut Properties<'_, '_>, parameter: &Parameter) {
    to.text("Description", &parameter.description);
    to.value("Name", &parameter.physical_name);
    to.text("Type", "String");
    to.value("Value", &parameter.value);
}
