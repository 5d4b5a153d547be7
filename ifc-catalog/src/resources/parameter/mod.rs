//! An SSM parameter.

mod ops;

use super::ResourceKind;

/// An SSM parameter.
pub(super) static SPEC: ResourceKind = ResourceKind {
    name: "parameter",
    handle: "Parameter",
    ops: ops::OPS,
};
