//! A table: keys and indexes from the item's schema, a stream when something reads it.

use crate::infra::{Attribute, Index, Key, Kind, Table, Value};
use crate::lower::{Identity, Lowering};
use crate::schema::KeyAttribute;

pub(super) fn identity(lowering: &Lowering<'_>, index: usize) -> Option<Identity> {
    Some(Identity::of_node(
        &lowering.resource_id(index),
        Attribute::Name,
    ))
}

pub(super) fn existing(arn: Value) -> Identity {
    Identity {
        name: Value::part(arn.clone(), "/", 1),
        arn,
    }
}

pub(super) fn lower(lowering: &mut Lowering<'_>, index: usize) {
    let resource = &lowering.app.resources[index];
    // A table without a schema is reported where the schema is read.
    let Some(item) = &resource.item else { return };
    let id = lowering.resource_id(index);
    let default = (
        Value::text("new_and_old"),
        "`changes()` gives handlers the item before and after",
    );
    let streamed = lowering.resource_state(index).streamed;
    let default = streamed.then_some(default);
    let stream = lowering.setting_of_all_stages(index, "stream", default);
    let table = Table {
        partition_key: key(&item.partition_key),
        sort_key: item.sort_key.as_ref().map(key),
        indexes: item
            .indexes
            .iter()
            .map(|index| Index {
                name: index.name.clone(),
                partition_key: key(&index.partition_key),
                sort_key: index.sort_key.as_ref().map(key),
            })
            .collect(),
        ttl: item.ttl.clone(),
        stream: stream.map(view),
        point_in_time_recovery: lowering.setting(
            index,
            "point_in_time_recovery",
            Value::Bool(true),
            "undoes a wrong write of the last 35 days",
        ),
        deletion_protection: lowering.setting(
            index,
            "deletion_protection",
            Value::Bool(false),
            "the removal policy keeps the data already",
        ),
    };
    lowering.inferred(
        index,
        "billing",
        Value::text("pay_per_request"),
        "costs nothing while nobody uses it and needs no capacity planning",
    );
    lowering.inferred(
        index,
        "encryption",
        Value::text("aws/dynamodb"),
        "encrypted at rest with the account's key for DynamoDB",
    );
    let removal = lowering.removal(index);
    let table = Kind::Table(Box::new(table));
    lowering.stateful_node(&id, &resource.name, table, removal);
    lowering.output(
        format!("{id}Name"),
        format!("Name of `{}`", resource.name),
        Value::attribute(&id, Attribute::Name),
    );
}

fn key(attribute: &KeyAttribute) -> Key {
    Key {
        name: attribute.name.clone(),
        kind: attribute.kind.letter().into(),
    }
}

fn view(value: Value) -> String {
    let view = match &value {
        Value::Text(text) => text,
        _ => "",
    };
    match view {
        "keys" => "KEYS_ONLY",
        "new" => "NEW_IMAGE",
        "old" => "OLD_IMAGE",
        _ => "NEW_AND_OLD_IMAGES",
    }
    .into()
}
