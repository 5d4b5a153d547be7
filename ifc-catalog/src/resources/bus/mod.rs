//! An EventBridge event bus.

mod ops;

use super::{ResourceKind, no_rules};

/// An EventBridge event bus.
pub(super) static SPEC: ResourceKind = ResourceKind {
    name: "bus",
    handle: "Bus",
    options: &[],
    rules: no_rules,
    ops: ops::OPS,
};
