//! An SNS topic, standard or FIFO.

mod ops;

use super::{ResourceKind, no_rules};

/// An SNS topic, standard or FIFO.
pub(super) static SPEC: ResourceKind = ResourceKind {
    name: "topic",
    handle: "Topic",
    options: &[],
    rules: no_rules,
    ops: ops::OPS,
};
