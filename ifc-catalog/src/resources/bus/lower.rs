//! An event bus.

use crate::infra::{Attribute, Bus, Kind, Value};
use crate::lower::{Identity, Lowering};

pub(super) fn identity(lowering: &Lowering<'_>, index: usize) -> Option<Identity> {
    Some(Identity::of_node(
        &lowering.resource_id(index),
        Attribute::Name,
    ))
}

pub(super) fn lower(lowering: &mut Lowering<'_>, index: usize) {
    let resource = &lowering.app.resources[index];
    let id = lowering.resource_id(index);
    let bus = Kind::Bus(Bus {
        physical_name: lowering.physical_name(&resource.name, 256, ""),
    });
    lowering.node(&id, &resource.name, bus);
    lowering.output(
        format!("{id}Name"),
        format!("Name of `{}`", resource.name),
        Value::attribute(&id, Attribute::Name),
    );
}
