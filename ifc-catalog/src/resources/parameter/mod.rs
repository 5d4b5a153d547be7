//! An SSM parameter.

mod ops;
mod options;

use super::{ResourceKind, no_rules};

/// An SSM parameter.
pub(super) static SPEC: ResourceKind = ResourceKind {
    name: "parameter",
    handle: "Parameter",
    options: options::OPTIONS,
    rules: no_rules,
    ops: ops::OPS,
};
