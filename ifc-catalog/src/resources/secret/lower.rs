//! A secret. Its text never stands in a template.

use crate::infra::{Kind, Secret, Value};
use crate::lower::{Identity, Lowering};

pub(super) fn identity(lowering: &Lowering<'_>, index: usize) -> Option<Identity> {
    Some(Identity::of_arn(Value::arn(lowering.resource_id(index))))
}

pub(super) fn lower(lowering: &mut Lowering<'_>, index: usize) {
    let resource = &lowering.app.resources[index];
    let id = lowering.resource_id(index);
    let generate = lowering.optional_setting(index, "generate", None);
    lowering.inferred(
        index,
        "encryption",
        Value::text("aws/secretsmanager"),
        "encrypted at rest with the account's key for Secrets Manager",
    );
    let secret = Kind::Secret(Secret {
        description: format!("{} of {}", resource.name, lowering.app.package),
        generate,
    });
    let removal = lowering.removal(index);
    lowering.stateful_node(&id, &resource.name, secret, removal);
    lowering.output(
        format!("{id}Arn"),
        format!("ARN of `{}`", resource.name),
        Value::arn(&id),
    );
}
