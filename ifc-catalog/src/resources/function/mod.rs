//! A function of the application, as something to invoke.

mod ops;

use super::ResourceKind;

/// A function of the application, as something to invoke.
pub(super) static SPEC: ResourceKind = ResourceKind {
    name: "function",
    handle: "Function",
    options: &[],
    ops: ops::OPS,
};
