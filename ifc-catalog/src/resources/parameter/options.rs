//! What `#[resource(..)]` accepts on a `Parameter`.

use crate::options::{OptionSpec, ValueKind};

pub(super) static OPTIONS: &[OptionSpec] = &[OptionSpec::new(
    "default",
    ValueKind::Text(1, 4_096),
    "Value at the first deployment.",
)
.limit("AWS Systems Manager, standard parameters")];
