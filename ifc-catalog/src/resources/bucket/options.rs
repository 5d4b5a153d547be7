//! What `#[resource(..)]` accepts on a `Bucket`.

use crate::duration::DAY;
use crate::options::{OptionSpec, ValueKind};

pub(super) static OPTIONS: &[OptionSpec] = &[
    OptionSpec::new(
        "expire",
        ValueKind::Duration(DAY, 36_500 * DAY, DAY),
        "Age at which objects are deleted.",
    ),
    OptionSpec::new(
        "versioned",
        ValueKind::Flag,
        "Keeps old versions of objects.",
    ),
];
