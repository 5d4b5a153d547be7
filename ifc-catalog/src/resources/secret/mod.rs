//! A Secrets Manager secret.

mod ops;

use super::ResourceKind;

/// A Secrets Manager secret.
pub(super) static SPEC: ResourceKind = ResourceKind {
    name: "secret",
    handle: "Secret",
    ops: ops::OPS,
};
