//! An SQS queue, standard or FIFO.

mod lower;
mod ops;
mod options;

use super::{REMOVAL, ResourceKind};
use crate::lower::Identity;

/// An SQS queue, standard or FIFO.
pub(super) static SPEC: ResourceKind = ResourceKind {
    name: "queue",
    handle: "Queue",
    arn: "arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:",
    options: options::OPTIONS,
    settings: &[REMOVAL],
    rules: options::rules,
    ops: ops::OPS,
    identity: lower::identity,
    existing: Identity::of_queue_arn,
    lower: lower::lower,
};
