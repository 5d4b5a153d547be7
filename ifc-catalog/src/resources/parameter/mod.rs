//! An SSM parameter.

mod ops;
mod options;

use super::ResourceKind;

/// An SSM parameter.
pub(super) static SPEC: ResourceKind = ResourceKind {
    name: "parameter",
    handle: "Parameter",
    options: options::OPTIONS,
    ops: ops::OPS,
};
