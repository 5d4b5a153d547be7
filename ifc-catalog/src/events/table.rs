//! `#[on(ORDERS.changes())]`: the stream of a table, by an event source mapping.

use super::{EventSource, Form, no_rules};
use crate::duration::{DAY, MINUTE, SECOND};
use crate::infra::{Attribute, EventSourceMapping, Kind, StreamPolling, Value};
use crate::lower::{Lowering, On, Permission, ProblemKind, filters};
use crate::options::{OptionSpec, ValueKind};
use crate::pattern::Surface;

const LIMIT: &str = "AWS Lambda, event source mappings for Amazon DynamoDB";

pub(super) static SOURCE: EventSource = EventSource {
    name: "table",
    form: Form::Resource {
        kind: "table",
        methods: &["changes"],
    },
    handler_args: (1, 1),
    options: &[
        OptionSpec::new(
            "batch",
            ValueKind::Int(1, 10_000),
            "Most changes in one invocation.",
        )
        .limit(LIMIT),
        OptionSpec::new(
            "bisect",
            ValueKind::Bool,
            "Whether a failing batch is split in two before it is tried again.",
        ),
        OptionSpec::new(
            "filter",
            ValueKind::Pattern(Surface::StreamMapping),
            "Changes that match none of the filters are skipped.",
        )
        .at_most(5)
        .limit(LIMIT),
        OptionSpec::new(
            "max_age",
            ValueKind::Duration(MINUTE, 7 * DAY, SECOND),
            "Age at which a change goes to the dead-letter queue.",
        )
        .limit(LIMIT),
        OptionSpec::new(
            "parallel",
            ValueKind::Int(1, 10),
            "Batches of one shard that are worked on at the same time.",
        )
        .limit(LIMIT),
        OptionSpec::new(
            "retries",
            ValueKind::Int(0, 10_000),
            "Times that a batch is tried again before it goes to the dead-letter queue.",
        )
        .limit(LIMIT),
        OptionSpec::new(
            "start",
            ValueKind::Word(&["latest", "trim_horizon"]),
            "Where a new mapping begins to read.",
        ),
        OptionSpec::new(
            "window",
            ValueKind::Duration(0, 300 * SECOND, SECOND),
            "Longest time that changes are gathered before an invocation.",
        )
        .limit(LIMIT),
    ],
    rules: no_rules,
    doc: "Changes of a table's items.",
    lower,
};

fn lower(lowering: &mut Lowering<'_>, function: usize, trigger: usize) {
    let on = lowering.trigger(function, trigger);
    let owner = &lowering.app.functions[function].name;
    let Some(table) = on.resource else { return };
    let resource = &lowering.app.resources[table];
    if resource.existing.is_some() {
        lowering.problem(
            ProblemKind::Unsupported,
            Some(on.span),
            format!("the stream of `{}` is not known", resource.name),
            "the ARN of a table does not tell that of its stream: let the stack own the table",
        );
        return;
    }
    lowering.resource_state(table).streamed = true;
    let mut option = |key: &'static str, default: Value, reason: &'static str| {
        lowering.option(function, trigger, key, default, reason)
    };
    let batch_size = option("batch", Value::Number(100), "the default of Lambda");
    let start = option(
        "start",
        Value::text("trim_horizon"),
        "no change between the deployment and the first poll is lost",
    );
    let parallel = option(
        "parallel",
        Value::Number(1),
        "keeps the order within a shard",
    );
    let retries = option(
        "retries",
        Value::Number(5),
        "a change that always fails must not stop its shard for ever",
    );
    let max_age = option(
        "max_age",
        Value::Number(86_400),
        "a day, as long as the stream keeps changes",
    );
    let bisect = option(
        "bisect",
        Value::Bool(true),
        "separates the change that fails from those that do not",
    );
    let window = lowering.given(function, trigger, "window");
    lowering.permit(
        function,
        Permission::wiring(
            &[
                "dynamodb:DescribeStream",
                "dynamodb:GetRecords",
                "dynamodb:GetShardIterator",
            ],
            On::Stream(table),
            format!(
                "Lambda reads the stream of `{}` with the function's role",
                resource.name
            ),
        ),
    );
    lowering.permit(
        function,
        Permission::wiring(
            &["dynamodb:ListStreams"],
            On::Everything,
            "Lambda looks for the stream; the action takes no resource",
        ),
    );
    let id = format!(
        "{}On{}Mapping",
        lowering.stem(function),
        lowering.resource_id(table)
    );
    let mapping = EventSourceMapping {
        source: Value::attribute(lowering.resource_id(table), Attribute::StreamArn),
        function: lowering.function_arn(function),
        batch_size,
        window,
        max_concurrency: None,
        filters: filters(on),
        report_failures: on.partial_failures,
        stream: Some(StreamPolling {
            start: match start == Value::text("latest") {
                true => "LATEST".into(),
                false => "TRIM_HORIZON".into(),
            },
            parallel,
            retries,
            max_age,
            bisect,
            dead_letters: lowering.dead_letters(function),
        }),
    };
    let mapping = Kind::EventSourceMapping(Box::new(mapping));
    lowering.node(&id, owner, mapping);
}
