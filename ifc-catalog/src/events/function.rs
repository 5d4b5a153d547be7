//! `#[on(PRICE)]`: direct invocation by another function.

use super::{EventSource, Form, no_rules};

pub(super) static SOURCE: EventSource = EventSource {
    name: "function",
    form: Form::Resource {
        kind: "function",
        methods: &[],
    },
    handler_args: (1, 1),
    options: &[],
    rules: no_rules,
    doc: "Direct invocation by another function.",
};
