//! An SSM parameter.

use crate::infra::{Attribute, Computed, Kind, Parameter, StackValue, Value};
use crate::lower::{Identity, Lowering};

pub(super) fn identity(lowering: &Lowering<'_>, index: usize) -> Option<Identity> {
    let id = lowering.resource_id(index);
    let name = Value::attribute(&id, Attribute::Name);
    Some(Identity {
        arn: Value::local_arn("ssm", [Value::text("parameter"), name.clone()]),
        name,
    })
}

pub(super) fn lower(lowering: &mut Lowering<'_>, index: usize) {
    let resource = &lowering.app.resources[index];
    let id = lowering.resource_id(index);
    let first = |lowering: &mut Lowering<'_>| {
        let name = format!("{id}Value");
        let description = format!("First value of `{}`", resource.name);
        lowering.stack_parameter(&name, &description, None);
        Value::parameter(name)
    };
    let value = match lowering.optional_setting(index, "default", None) {
        // Where some stages alone have a value, whoever deploys gives it in the others.
        Some(Value::Computed(Computed::Staged {
            stages,
            otherwise: None,
        })) => Value::Computed(Computed::Staged {
            stages,
            otherwise: Some(Box::new(first(lowering))),
        }),
        Some(value) => value,
        None => first(lowering),
    };
    // The ARN of a name with a slash in front differs from that of one without, so the name that
    // CloudFormation would make does not tell its ARN.
    let physical_name = Value::join([
        Value::text("/"),
        Value::stack(StackValue::Name),
        Value::text(format!("/{}", resource.name)),
    ]);
    let parameter = Kind::Parameter(Box::new(Parameter {
        physical_name,
        description: format!("{} of {}", resource.name, lowering.app.package),
        value,
    }));
    lowering.node(&id, &resource.name, parameter);
    lowering.output(
        format!("{id}Name"),
        format!("Name of `{}`", resource.name),
        Value::attribute(&id, Attribute::Name),
    );
}
