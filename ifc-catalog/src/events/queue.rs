//! `#[on(SHIPMENTS)]`: messages of a queue, by an event source mapping.

use super::{EventSource, Form, Given, conflict};
use crate::duration::SECOND;
use crate::infra::{EventSourceMapping, Kind, Value};
use crate::lower::{Lowering, On, Permission, filters};
use crate::options::{Mistake, OptionSpec, ValueKind};
use crate::pattern::Surface;

const LIMIT: &str = "AWS Lambda, event source mappings for Amazon SQS";

pub(super) static SOURCE: EventSource = EventSource {
    name: "queue",
    form: Form::Resource {
        kind: "queue",
        methods: &[],
    },
    handler_args: (1, 1),
    options: &[
        OptionSpec::new(
            "batch",
            ValueKind::Int(1, 10_000),
            "Most messages in one invocation.",
        )
        .limit(LIMIT),
        OptionSpec::new(
            "filter",
            ValueKind::Pattern(Surface::Mapping),
            "Messages that match none of the filters are deleted without an invocation.",
        )
        .at_most(5)
        .limit(LIMIT),
        OptionSpec::new(
            "max_concurrency",
            ValueKind::Int(2, 1_000),
            "Most invocations at the same time.",
        )
        .limit(LIMIT),
        OptionSpec::new(
            "window",
            ValueKind::Duration(0, 300 * SECOND, SECOND),
            "Longest time that messages are gathered before an invocation.",
        )
        .limit(LIMIT),
    ],
    rules,
    doc: "Messages of a queue.",
    lower,
};

fn rules(given: &Given<'_>) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    let window = given.duration("window");
    if let Some((at, batch)) = given.int("batch")
        && batch > 10
    {
        if given.fifo {
            mistakes.push(conflict(
                at,
                format!("a batch of {batch} is too large for a FIFO queue"),
                "FIFO queues accept 1 to 10",
                LIMIT,
            ));
        } else if window.is_none_or(|(_, window)| window < SECOND) {
            mistakes.push(conflict(
                at,
                format!("a batch of {batch} needs a batch window"),
                "add `window = \"1s\"` or more, or use a batch of at most 10",
                LIMIT,
            ));
        }
    }
    if let Some((at, window)) = window
        && given.fifo
        && window > 0
    {
        mistakes.push(conflict(
            at,
            "a FIFO queue has no batch window".into(),
            "remove `window`",
            LIMIT,
        ));
    }
    mistakes
}

fn lower(lowering: &mut Lowering<'_>, function: usize, trigger: usize) {
    let on = lowering.trigger(function, trigger);
    let owner = &lowering.app.functions[function].name;
    let Some(queue) = on.resource else { return };
    let Some(source) = lowering
        .identity(queue)
        .map(|identity| identity.arn.clone())
    else {
        return;
    };
    let batch_size = lowering.option(
        function,
        trigger,
        "batch",
        Value::Number(10),
        "the default of Lambda, and the largest batch without a window",
    );
    let window = lowering.given(function, trigger, "window");
    let max_concurrency = lowering.given(function, trigger, "max_concurrency");
    let waits = window.as_ref().and_then(Value::max_number).unwrap_or(0);
    let visibility = lowering
        .timeout(function)
        .map_number(&|timeout| 6 * timeout + waits);
    lowering.resource_state(queue).visibility.push(visibility);
    let name = &lowering.app.resources[queue].name;
    lowering.permit(
        function,
        Permission::wiring(
            &[
                "sqs:DeleteMessage",
                "sqs:GetQueueAttributes",
                "sqs:ReceiveMessage",
            ],
            On::Resource(queue),
            format!("Lambda polls `{name}` with the function's role"),
        ),
    );
    let id = format!(
        "{}On{}Mapping",
        lowering.stem(function),
        lowering.resource_id(queue)
    );
    let mapping = EventSourceMapping {
        source,
        function: lowering.function_arn(function),
        batch_size,
        window,
        max_concurrency,
        filters: filters(on),
        report_failures: on.partial_failures,
        stream: None,
    };
    let mapping = Kind::EventSourceMapping(Box::new(mapping));
    lowering.node(&id, owner, mapping);
}
