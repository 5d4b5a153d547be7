//! An SSM parameter.

use crate::infra::{Attribute, Kind, Parameter, Value};
use crate::lower::{Identity, Lowering};

pub(super) fn identity(lowering: &Lowering<'_>, index: usize) -> Option<Identity> {
    let id = lowering.resource_id(index);
    let name = Value::attribute(&id, Attribute::Name);
    Some(Identity {
        // Names that CloudFormation makes have no slash.
        arn: Value::local_arn("ssm", [Value::text("parameter/"), name.clone()]),
        name,
    })
}

pub(super) fn lower(lowering: &mut Lowering<'_>, index: usize) {
    let resource = &lowering.app.resources[index];
    let id = lowering.resource_id(index);
    let value = match lowering.optional_setting(index, "default", None) {
        Some(value) => value,
        None => {
            let name = format!("{id}Value");
            let description = format!("First value of `{}`", resource.name);
            lowering.stack_parameter(&name, &description, None);
            Value::parameter(name)
        }
    };
    let parameter = Kind::Parameter(Parameter {
        description: format!("{} of {}", resource.name, lowering.app.package),
        value,
    });
    lowering.node(&id, &resource.name, parameter);
    lowering.output(
        &format!("{id}Name"),
        &format!("Name of `{}`", resource.name),
        Value::attribute(&id, Attribute::Name),
    );
}
