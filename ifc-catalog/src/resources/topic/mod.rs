//! An SNS topic, standard or FIFO.

mod lower;
mod ops;

use super::{ResourceKind, no_rules};
use crate::lower::Identity;

/// An SNS topic, standard or FIFO.
pub(super) static SPEC: ResourceKind = ResourceKind {
    name: "topic",
    handle: "Topic",
    arn: "",
    options: &[],
    settings: &[],
    rules: no_rules,
    ops: ops::OPS,
    identity: lower::identity,
    existing: Identity::of_arn,
    lower: lower::lower,
};
