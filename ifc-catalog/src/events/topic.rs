//! `#[on(ALERTS)]`: notifications of a topic, by a subscription.

use super::{EventSource, Form, Given, conflict};
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
