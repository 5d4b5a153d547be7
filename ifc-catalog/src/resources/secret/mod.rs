//! A Secrets Manager secret.

mod ops;
mod options;

use super::ResourceKind;

/// A Secrets Manager secret.
pub(super) static SPEC: ResourceKind = ResourceKind {
    name: "secret",
    handle: "Secret",
    options: options::OPTIONS,
    ops: ops::OPS,
};
