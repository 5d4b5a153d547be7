//! A Secrets Manager secret.

mod lower;
mod ops;
mod options;

use super::{REMOVAL, ResourceKind, no_rules};
use crate::lower::Identity;

/// A Secrets Manager secret.
pub(super) static SPEC: ResourceKind = ResourceKind {
    name: "secret",
    handle: "Secret",
    arn: "",
    options: options::OPTIONS,
    settings: &[REMOVAL],
    rules: no_rules,
    ops: ops::OPS,
    identity: lower::identity,
    existing: Identity::of_arn,
    lower: lower::lower,
};
