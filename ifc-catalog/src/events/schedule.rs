//! `#[on(schedule("rate(1 day)"))]`: a schedule.

use super::{ArgKind, EventSource, Form, no_rules};
use crate::duration::{DAY, MINUTE, SECOND};
use crate::options::{OptionSpec, ValueKind};

const LIMIT: &str = "Amazon EventBridge Scheduler";

pub(super) static SOURCE: EventSource = EventSource {
    name: "schedule",
    form: Form::Constructor(&[ArgKind::Schedule]),
    handler_args: (0, 1),
    options: &[
        OptionSpec::new(
            "flexible",
            ValueKind::Duration(MINUTE, 1_440 * MINUTE, MINUTE),
            "Window behind the scheduled time in which the function may start.",
        )
        .limit(LIMIT),
        OptionSpec::new(
            "input",
            ValueKind::Json,
            "JSON that the handler finds in `Scheduled`.",
        ),
        OptionSpec::new(
            "max_age",
            ValueKind::Duration(MINUTE, DAY, SECOND),
            "Age at which an invocation goes to the dead-letter queue.",
        )
        .limit(LIMIT),
        OptionSpec::new(
            "retries",
            ValueKind::Int(0, 185),
            "Invocations that are tried again before they go to the dead-letter queue.",
        )
        .limit(LIMIT),
        OptionSpec::new(
            "timezone",
            ValueKind::TimeZone,
            "Time zone of `cron` and `at`; UTC unless given.",
        ),
    ],
    rules: no_rules,
    doc: "A schedule: `rate(..)`, `cron(..)` or `at(..)`.",
};
