//! `#[on(SHIPMENTS)]`: messages of a queue, by an event source mapping.

use super::{EventSource, Form, Given, conflict};
use crate::duration::SECOND;
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
