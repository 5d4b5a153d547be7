//! An EventBridge event bus.

mod ops;

use super::ResourceKind;

/// An EventBridge event bus.
pub(super) static SPEC: ResourceKind = ResourceKind {
    name: "bus",
    handle: "Bus",
    options: &[],
    ops: ops::OPS,
};
