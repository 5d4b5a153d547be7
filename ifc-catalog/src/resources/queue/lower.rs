//! A queue: visibility timeout from its consumers, a dead-letter queue when it has any.

use crate::infra::{Attribute, Kind, Queue, Value};
use crate::lower::{Identity, Lowering};

pub(super) fn identity(lowering: &Lowering<'_>, index: usize) -> Option<Identity> {
    Some(Identity::of_node(
        &lowering.resource_id(index),
        Attribute::Url,
    ))
}

pub(super) fn lower(lowering: &mut Lowering<'_>, index: usize) {
    let resource = &lowering.app.resources[index];
    let id = lowering.resource_id(index);
    let consumers = std::mem::take(&mut lowering.resource_state(index).visibility);
    let needed = consumers.into_iter().reduce(|a, b| a.largest(&b));
    let visibility_timeout = match needed.clone() {
        Some(needed) => Some(lowering.setting(
            index,
            "visibility",
            needed,
            "six times the consumer's timeout plus its window, so that no message is received again while it is worked on",
        )),
        None => lowering.optional_setting(index, "visibility", None),
    };
    let retention = lowering.setting(
        index,
        "retention",
        Value::Number(345_600),
        "four days, the default of SQS: a weekend and a day to repair",
    );
    let delay = lowering.optional_setting(index, "delay", None);
    let removal = lowering.removal(index);
    let max_receives = match needed {
        Some(_) => Some(lowering.setting(
            index,
            "max_receives",
            Value::Number(5),
            "AWS advises five or more with Lambda: throttled polls count as receives",
        )),
        None => lowering.optional_setting(index, "max_receives", None),
    };
    let redrive = max_receives
        .map(|receives| lowering.redrive(&id, &resource.name, resource.fifo, removal, receives));
    let deduplicate = lowering.flag(index, "deduplicate");
    let high_throughput = lowering.flag(index, "high_throughput");
    lowering.inferred(
        index,
        "encryption",
        Value::text("sqs"),
        "encrypted at rest with keys of SQS, at no cost",
    );
    let queue = Kind::Queue(Box::new(Queue {
        fifo: resource.fifo,
        deduplicate,
        high_throughput,
        visibility_timeout,
        retention: Some(retention),
        delay,
        redrive,
    }));
    lowering.stateful_node(&id, &resource.name, queue, removal);
    lowering.output(
        format!("{id}Url"),
        format!("URL of `{}`", resource.name),
        Value::attribute(&id, Attribute::Url),
    );
}
