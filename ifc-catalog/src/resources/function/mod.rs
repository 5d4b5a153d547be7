//! A function of the application, as something to invoke.

mod ops;

use super::{ResourceKind, no_rules};

/// A function of the application, as something to invoke.
pub(super) static SPEC: ResourceKind = ResourceKind {
    name: "function",
    handle: "Function",
    options: &[],
    rules: no_rules,
    ops: ops::OPS,
};
