//! What `#[resource(..)]` accepts on a `Table`.

use crate::options::{OptionSpec, ValueKind};

pub(super) static OPTIONS: &[OptionSpec] = &[OptionSpec::new(
    "stream",
    ValueKind::Word(&["keys", "new", "new_and_old", "old"]),
    "What the stream holds of a changed item.",
)];
