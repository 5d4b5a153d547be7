//! A bucket: private, encrypted, reachable over TLS only.

use crate::infra::{Attribute, Bucket, Kind, ResourcePolicy, StackValue, Statement, Value};
use crate::lower::{Identity, Lowering};

pub(super) fn identity(lowering: &Lowering<'_>, index: usize) -> Option<Identity> {
    Some(match physical_name(lowering, index) {
        Some(name) => Identity {
            arn: Value::join([
                Value::text("arn:"),
                Value::stack(StackValue::Partition),
                Value::text(":s3:::"),
                name.clone(),
            ]),
            name,
        },
        None => Identity::of_node(&lowering.resource_id(index), Attribute::Name),
    })
}

pub(super) fn existing(arn: Value) -> Identity {
    Identity {
        name: Value::part(arn.clone(), ":::", 1),
        arn,
    }
}

/// A bucket that invokes functions needs a name that is known beforehand: it is made after the
/// permission to invoke, which names it, and after the function, which may use it.
fn physical_name(lowering: &Lowering<'_>, index: usize) -> Option<Value> {
    let triggers = |on: &crate::model::Trigger| on.source == "bucket" && on.resource == Some(index);
    let mut functions = lowering.app.functions.iter();
    let is_called = functions.any(|function| function.triggers.iter().any(triggers));
    is_called.then(|| {
        let by_hand = lowering.name_by_hand(&lowering.resource_id(index), "BucketName");
        by_hand
            .unwrap_or_else(|| lowering.physical_name(&lowering.app.resources[index].name, 63, ""))
    })
}

pub(super) fn lower(lowering: &mut Lowering<'_>, index: usize) {
    let resource = &lowering.app.resources[index];
    let id = lowering.resource_id(index);
    let notifications = std::mem::take(&mut lowering.resource_state(index).notifications);
    let after = std::mem::take(&mut lowering.resource_state(index).after);
    let versioned = lowering.flag(index, "versioned");
    let expire = lowering
        .optional_setting(index, "expire", None)
        .map(|seconds| seconds.map_number(&|seconds| seconds / 86_400));
    for (key, value, reason) in [
        (
            "encryption",
            "s3",
            "encrypted at rest with keys of S3, at no cost",
        ),
        ("public_access", "blocked", "nothing is public by accident"),
        ("transport", "tls", "the bucket's policy refuses plain HTTP"),
        (
            "incomplete_uploads",
            "deleted after 7 days",
            "parts of uploads that nobody finished cost and cannot be seen",
        ),
    ] {
        lowering.inferred(index, key, Value::text(value), reason);
    }
    let bucket = Kind::Bucket(Box::new(Bucket {
        physical_name: physical_name(lowering, index),
        versioned,
        expire,
        notifications,
    }));
    let removal = lowering.removal(index);
    let after = after.into_iter().collect();
    lowering.add(id.clone(), &resource.name, bucket, Some(removal), after);
    let arn = Value::arn(&id);
    let objects = Value::join([arn.clone(), Value::text("/*")]);
    let policy = Kind::BucketPolicy(ResourcePolicy {
        of: Value::attribute(&id, Attribute::Name),
        statements: vec![Statement::deny_plaintext("s3:*", vec![arn, objects])],
    });
    lowering.node(format!("{id}Policy"), &resource.name, policy);
    lowering.output(
        format!("{id}Name"),
        format!("Name of `{}`", resource.name),
        Value::attribute(&id, Attribute::Name),
    );
}
