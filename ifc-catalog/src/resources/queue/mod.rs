//! An SQS queue, standard or FIFO.

mod ops;
mod options;

use super::ResourceKind;

/// An SQS queue, standard or FIFO.
pub(super) static SPEC: ResourceKind = ResourceKind {
    name: "queue",
    handle: "Queue",
    options: options::OPTIONS,
    rules: options::rules,
    ops: ops::OPS,
};
