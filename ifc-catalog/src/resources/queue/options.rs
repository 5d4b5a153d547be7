//! What `#[resource(..)]` accepts on a `Queue`.

use crate::duration::{DAY, HOUR, MINUTE, SECOND};
use crate::events::Given;
use crate::options::{Mistake, OptionSpec, Place, Problem, ValueKind};

const LIMIT: &str = "Amazon SQS quotas";

pub(super) static OPTIONS: &[OptionSpec] = &[
    OptionSpec::new(
        "deduplicate",
        ValueKind::Flag,
        "Drops messages with the same content for five minutes; FIFO queues only.",
    ),
    OptionSpec::new(
        "delay",
        ValueKind::Duration(0, 15 * MINUTE, SECOND),
        "Time until a new message can be received.",
    )
    .limit(LIMIT),
    OptionSpec::new(
        "high_throughput",
        ValueKind::Flag,
        "Limits and deduplication per message group; FIFO queues only.",
    ),
    OptionSpec::new(
        "max_receives",
        ValueKind::Int(1, 1_000),
        "Receives after which a message goes to the dead-letter queue.",
    )
    .limit(LIMIT),
    OptionSpec::new(
        "retention",
        ValueKind::Duration(MINUTE, 14 * DAY, SECOND),
        "Time that messages are kept.",
    )
    .limit(LIMIT),
    OptionSpec::new(
        "visibility",
        ValueKind::Duration(0, 12 * HOUR, SECOND),
        "Time that a received message is hidden from other receivers.",
    )
    .limit(LIMIT),
];

pub(super) fn rules(given: &Given<'_>) -> Vec<Mistake> {
    if given.fifo {
        return Vec::new();
    }
    ["deduplicate", "high_throughput"]
        .into_iter()
        .filter_map(|name| given.get(name).map(|(at, _)| (name, at)))
        .map(|(name, at)| Mistake {
            at,
            place: Place::Name,
            problem: Problem::Conflict {
                message: format!("`{name}` has no meaning for a standard queue"),
                help: "use `Queue<T, Fifo>`, or remove it".into(),
                limit: LIMIT,
            },
        })
        .collect()
}
