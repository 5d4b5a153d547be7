//! A DynamoDB table.

mod ops;
mod options;

use super::ResourceKind;

/// A DynamoDB table.
pub(super) static SPEC: ResourceKind = ResourceKind {
    name: "table",
    handle: "Table",
    options: options::OPTIONS,
    ops: ops::OPS,
};
