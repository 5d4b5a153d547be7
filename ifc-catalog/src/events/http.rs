//! `#[on(http(POST, "/orders"))]`: a route of the application's HTTP API.

use super::{ArgKind, EventSource, Form, no_rules};
use crate::options::{OptionSpec, ValueKind};

pub(super) static SOURCE: EventSource = EventSource {
    name: "http",
    form: Form::Constructor(&[ArgKind::HttpMethod, ArgKind::Route]),
    // axum's own limit for extractors.
    handler_args: (0, 16),
    options: &[OptionSpec::new(
        "layer",
        ValueKind::Path,
        "A `fn(axum::Router) -> axum::Router` that adds tower layers or state.",
    )],
    rules: no_rules,
    doc: "A route of the HTTP API; the handler is an axum handler.",
};
