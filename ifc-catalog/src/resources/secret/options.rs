//! What `#[resource(..)]` accepts on a `Secret`.

use crate::options::{OptionSpec, ValueKind};

pub(super) static OPTIONS: &[OptionSpec] = &[OptionSpec::new(
    "generate",
    ValueKind::Int(1, 4_096),
    "Makes a random first value of so many characters.",
)
.limit("AWS Secrets Manager, GetRandomPassword")];
