//! `#[on(PRICE)]`: direct invocation by another function.

use super::{EventSource, Form, no_rules};
use crate::lower::Lowering;

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
    lower,
};

/// Who may invoke is in the roles of the callers; nothing stands on the function's side.
fn lower(_: &mut Lowering<'_>, _: usize, _: usize) {}
