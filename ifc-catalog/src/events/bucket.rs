//! `#[on(UPLOADS.created())]`: notifications of a bucket.

use super::{EventSource, Form, Given, conflict};
use crate::infra::{InvokePermission, Kind, Notification, StackValue, Value};
use crate::lower::{Lowering, ProblemKind};
use crate::model;
use crate::options::{Mistake, OptionSpec, ValueKind};

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
    rules,
    doc: "Objects that are created in or removed from a bucket.",
    lower,
};

fn rules(given: &Given<'_>) -> Vec<Mistake> {
    let ends = ["prefix", "suffix"].into_iter();
    let starred = ends.filter_map(|name| match given.get(name)? {
        (at, model::Value::Str(text)) if text.contains('*') => Some((name, at)),
        _ => None,
    });
    let mistake = |(name, at)| {
        let message = format!("`*` stands for nothing in `{name}`");
        let help = "write what keys begin or end with, without `*`";
        conflict(at, message, help, "Amazon S3, event notification filters")
    };
    starred.map(mistake).collect()
}

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
        Some(Value::Text(text)) => Some(text.into_owned()),
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
    let after = &mut lowering.resource_state(index).after;
    if after.insert(permission.clone()) {
        let node = Kind::InvokePermission(Box::new(InvokePermission {
            function: lowering.function_arn(function),
            service: "s3.amazonaws.com".into(),
            source,
            // The ARN of a bucket has no account: whoever got the name later could invoke.
            source_account: Some(Value::stack(StackValue::Account)),
        }));
        lowering.node(permission, owner, node);
    }
    let notification = Notification {
        event: event.into(),
        function: lowering.function_arn(function),
        prefix,
        suffix,
    };
    let others = &lowering.resource_state(index).notifications;
    if others.iter().any(|other| overlap(other, &notification)) {
        lowering.problem(
            ProblemKind::Unsupported,
            Some(on.span),
            format!(
                "another trigger of `{}` is about the same objects",
                resource.name
            ),
            "S3 takes one trigger for each object: give them prefixes or suffixes that exclude each other, or do both things in one function",
        );
        return;
    }
    let state = lowering.resource_state(index);
    state.notifications.push(notification);
}

/// Whether some key fits both, which S3 refuses at deployment.
fn overlap(one: &Notification, other: &Notification) -> bool {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let (prefix, other_prefix) = (text(&one.prefix), text(&other.prefix));
    let (suffix, other_suffix) = (text(&one.suffix), text(&other.suffix));
    one.event == other.event
        && (prefix.starts_with(&other_prefix) || other_prefix.starts_with(&prefix))
        && (suffix.ends_with(&other_suffix) || other_suffix.ends_with(&suffix))
}
