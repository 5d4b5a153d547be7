//! `#[on(ALERTS)]`: notifications of a topic, by a subscription.

use super::{EventSource, Form, Given, conflict};
use crate::infra::{InvokePermission, Kind, Subscription, Value};
use crate::lower::Lowering;
use crate::options::{Mistake, OptionSpec, Place, Problem, ValueKind};
use crate::pattern::{self, Surface};

const LIMIT: &str = "Amazon SNS, filter policies";

pub(super) static SOURCE: EventSource = EventSource {
    name: "topic",
    form: Form::Resource {
        kind: "topic",
        methods: &[],
    },
    handler_args: (1, 1),
    options: &[
        OptionSpec::new(
            "filter",
            ValueKind::Pattern(Surface::TopicBody),
            "Filter policy; notifications that do not match are not delivered.",
        )
        .limit(LIMIT),
        OptionSpec::new(
            "filter_scope",
            ValueKind::Word(&["attributes", "body"]),
            "What the filter looks at; the message attributes unless given.",
        ),
    ],
    rules,
    doc: "Notifications of a topic.",
    lower,
};

fn rules(given: &Given<'_>) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    let scope = given.text("filter_scope");
    match (given.text("filter"), scope) {
        (None, Some((at, _))) => mistakes.push(conflict(
            at,
            "`filter_scope` has no meaning without `filter`".into(),
            "add `filter = \"..\"` or remove `filter_scope`",
            "",
        )),
        // The specification of the option holds for bodies, which may be nested.
        (Some((at, filter)), scope) if scope.is_none_or(|(_, scope)| scope != "body") => {
            if pattern::validate(filter, Surface::TopicBody).is_ok()
                && let Err(invalid) = pattern::validate(filter, Surface::TopicAttributes)
            {
                mistakes.push(Mistake {
                    at,
                    place: Place::Value,
                    problem: Problem::Pattern(invalid),
                });
            }
        }
        _ => {}
    }
    mistakes
}

fn lower(lowering: &mut Lowering<'_>, function: usize, trigger: usize) {
    let on = lowering.trigger(function, trigger);
    let owner = &lowering.app.functions[function].name;
    let Some(index) = on.resource else { return };
    let resource = &lowering.app.resources[index];
    let Some(topic) = lowering
        .identity(index)
        .map(|identity| identity.arn.clone())
    else {
        return;
    };
    // SNS delivers FIFO topics to queues only, which a check reports.
    if resource.fifo {
        return;
    }
    let filter = lowering.given(function, trigger, "filter");
    let scope = lowering.given(function, trigger, "filter_scope");
    let filter = match filter {
        Some(Value::Text(text)) => serde_json::from_str(&text).ok(),
        _ => None,
    };
    let id = format!(
        "{}On{}",
        lowering.stem(function),
        lowering.resource_id(index)
    );
    let dead_letters = lowering.dead_letters_from(function, "sns.amazonaws.com", topic.clone());
    lowering.invoked_asynchronously(function, None, None);
    let permission = Kind::InvokePermission(Box::new(InvokePermission {
        function: lowering.function_arn(function),
        service: "sns.amazonaws.com".into(),
        source: topic.clone(),
        source_account: None,
    }));
    lowering.node(format!("{id}Permission"), owner, permission);
    let subscription = Kind::Subscription(Box::new(Subscription {
        topic,
        function: lowering.function_arn(function),
        filter,
        filter_body: scope == Some(Value::text("body")),
        dead_letters,
    }));
    lowering.node(format!("{id}Subscription"), owner, subscription);
}
