//! `#[on(EVENTS, event = OrderEvent::Placed)]`: events of a bus, by a rule.

use super::{EventSource, Form, no_rules};
use crate::duration::{DAY, MINUTE, SECOND};
use crate::options::{OptionSpec, ValueKind};
use crate::pattern::Surface;

const LIMIT: &str = "Amazon EventBridge, retry policy of a rule's target";

pub(super) static SOURCE: EventSource = EventSource {
    name: "bus",
    form: Form::Resource {
        kind: "bus",
        methods: &[],
    },
    handler_args: (1, 1),
    options: &[
        OptionSpec::new(
            "event",
            ValueKind::Paths,
            "Variants that make the function run; all of the event type unless given.",
        ),
        OptionSpec::new(
            "max_age",
            ValueKind::Duration(MINUTE, DAY, SECOND),
            "Age at which an event goes to the dead-letter queue.",
        )
        .limit(LIMIT),
        OptionSpec::new(
            "pattern",
            ValueKind::Pattern(Surface::Rule),
            "Event pattern, merged with the one that follows from `event`.",
        )
        .limit("Amazon EventBridge, event patterns"),
        OptionSpec::new(
            "retries",
            ValueKind::Int(0, 185),
            "Deliveries that are tried again before an event goes to the dead-letter queue.",
        )
        .limit(LIMIT),
    ],
    rules: no_rules,
    doc: "Events of a bus.",
};
