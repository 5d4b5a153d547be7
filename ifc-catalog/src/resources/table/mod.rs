//! A DynamoDB table.

mod ops;

use super::ResourceKind;

/// A DynamoDB table.
pub(super) static SPEC: ResourceKind = ResourceKind {
    name: "table",
    handle: "Table",
    ops: ops::OPS,
};
