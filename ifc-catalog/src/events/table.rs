//! `#[on(ORDERS.changes())]`: the stream of a table, by an event source mapping.

use super::{EventSource, Form, no_rules};
use crate::duration::{DAY, MINUTE, SECOND};
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
};
