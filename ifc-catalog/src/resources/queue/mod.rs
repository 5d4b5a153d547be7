//! An SQS queue, standard or FIFO.

mod ops;

use super::ResourceKind;

/// An SQS queue, standard or FIFO.
pub(super) static SPEC: ResourceKind = ResourceKind {
    name: "queue",
    handle: "Queue",
    ops: ops::OPS,
};
