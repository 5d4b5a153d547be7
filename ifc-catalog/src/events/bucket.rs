//! `#[on(UPLOADS.created())]`: notifications of a bucket.

use super::{EventSource, Form, no_rules};
use crate::infra::{InvokePermission, Kind, Notification, StackValue, Value};
use crate::lower::{Lowering, ProblemKind};
use crate::options::{OptionSpec, ValueKind};

const LIMIT: &str = "Amazon S3, object keys";

pub(super) static SOURCE: EventSource = EventSource {
    name: "bucket",
    form: Form::Resource {
        kind: "bucket",
        methods: &["created", "removed"],
    },
    handler_args: (1, 1),
    options: &[
        OptionSpec::new(
            "prefix",
            ValueKind::Text(1, 1_024),
            "Only objects whose key begins so.",
        )
        .limit(LIMIT),
        OptionSpec::new(
            "suffix",
            ValueKind::Text(1, 1_024),
            "Only objects whose key ends so.",
        )
        .limit(LIMIT),
    ],
    rules: no_rules,
    doc: "Objects that are created in or removed from a bucket.",
    lower,
};

fn lower(lowering: &mut Lowering<'_>, function: usize, trigger: usize) {
    let on = lowering.trigger(function, trigger);
    let owner = &lowering.app.functions[function].name;
    let Some(index) = on.resource else { return };
    let resource = &lowering.app.resources[index];
    if resource.existing.is_some() {
        lowering.problem(
            ProblemKind::Unsupported,
            Some(on.span),
            format!("`{}` exists already, its notifications cannot be set", resource.name),
            "notifications are a property of the bucket: let the stack own it, or let it send its events to a bus",
        );
        return;
    }
    let Some(source) = lowering
        .identity(index)
        .map(|identity| identity.arn.clone())
    else {
        return;
    };
    let text = |value: Option<Value>| match value {
        Some(Value::Text(text)) => Some(text),
        _ => None,
    };
    let prefix = text(lowering.given(function, trigger, "prefix"));
    let suffix = text(lowering.given(function, trigger, "suffix"));
    let event = match on.method.as_deref() {
        Some("removed") => "s3:ObjectRemoved:*",
        _ => "s3:ObjectCreated:*",
    };
    lowering.dead_letters(function);
    lowering.invoked_asynchronously(function, None, None);
    let permission = format!(
        "{}On{}Permission",
        lowering.stem(function),
        lowering.resource_id(index)
    );
    if !lowering.has_node(&permission) {
        let node = Kind::InvokePermission(InvokePermission {
            function: lowering.function_arn(function),
            service: "s3.amazonaws.com".into(),
            source,
            // The ARN of a bucket has no account: whoever got the name later could invoke.
            source_account: Some(Value::stack(StackValue::Account)),
        });
        lowering.node(&permission, owner, node);
    }
    let notification = Notification {
        event: event.into(),
        function: lowering.function_arn(function),
        prefix,
        suffix,
    };
    let state = lowering.resource_state(index);
    state.notifications.push(notification);
    state.after.insert(permission);
}
