//! An SNS topic, standard or FIFO.

mod ops;

use super::ResourceKind;

/// An SNS topic, standard or FIFO.
pub(super) static SPEC: ResourceKind = ResourceKind {
    name: "topic",
    handle: "Topic",
    options: &[],
    ops: ops::OPS,
};
