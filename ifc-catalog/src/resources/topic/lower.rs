//! A topic.

use crate::infra::{Kind, Topic, Value};
use crate::lower::{Identity, Lowering};

pub(super) fn identity(lowering: &Lowering<'_>, index: usize) -> Option<Identity> {
    Some(Identity::of_arn(Value::arn(lowering.resource_id(index))))
}

pub(super) fn lower(lowering: &mut Lowering<'_>, index: usize) {
    let resource = &lowering.app.resources[index];
    let id = lowering.resource_id(index);
    // CloudFormation makes no names that end in `.fifo` for topics, and SNS demands one.
    let physical_name = resource
        .fifo
        .then(|| lowering.physical_name(&resource.name, 256, ".fifo"));
    let deduplicate = lowering.flag(index, "deduplicate");
    lowering.inferred(
        index,
        "encryption",
        Value::text("aws/sns"),
        "encrypted at rest with the account's key for SNS",
    );
    let topic = Kind::Topic(Topic {
        physical_name,
        fifo: resource.fifo,
        deduplicate,
    });
    lowering.node(&id, &resource.name, topic);
    lowering.output(
        format!("{id}Arn"),
        format!("ARN of `{}`", resource.name),
        Value::arn(&id),
    );
}
