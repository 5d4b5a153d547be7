//! `#[on(UPLOADS.created())]`: notifications of a bucket.

use super::{EventSource, Form, no_rules};
use crate::options::{OptionSpec, ValueKind};

const LIMIT: &str = "Amazon S3, object keys";

pub(super) static SOURCE: EventSource = EventSource {
    name: "bucket",
    form: Form::Resource {
        kind: "bucket",
        methods: &["created", "removed"],
    },
    handler_args: (1, 1),
    options: &[
        OptionSpec::new(
            "prefix",
            ValueKind::Text(1, 1_024),
            "Only objects whose key begins so.",
        )
        .limit(LIMIT),
        OptionSpec::new(
            "suffix",
            ValueKind::Text(1, 1_024),
            "Only objects whose key ends so.",
        )
        .limit(LIMIT),
    ],
    rules: no_rules,
    doc: "Objects that are created in or removed from a bucket.",
};
