//! What `#[resource(..)]` accepts on a `Table`.

use super::super::REMOVAL;
use crate::options::{OptionSpec, ValueKind};

pub(super) static OPTIONS: &[OptionSpec] = &[OptionSpec::new(
    "stream",
    ValueKind::Word(&["keys", "new", "new_and_old", "old"]),
    "What the stream holds of a changed item.",
)];

/// Settings of `[package.metadata.ifc]` beside them.
pub(super) static SETTINGS: &[OptionSpec] = &[
    OptionSpec::new(
        "deletion_protection",
        ValueKind::Bool,
        "Whether a table refuses to be deleted.",
    ),
    OptionSpec::new(
        "point_in_time_recovery",
        ValueKind::Bool,
        "Whether a table can be restored to any second of the last 35 days.",
    ),
    REMOVAL,
];
