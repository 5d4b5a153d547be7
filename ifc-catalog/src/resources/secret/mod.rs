//! A Secrets Manager secret.

mod ops;
mod options;

use super::{ResourceKind, no_rules};

/// A Secrets Manager secret.
pub(super) static SPEC: ResourceKind = ResourceKind {
    name: "secret",
    handle: "Secret",
    options: options::OPTIONS,
    rules: no_rules,
    ops: ops::OPS,
};
