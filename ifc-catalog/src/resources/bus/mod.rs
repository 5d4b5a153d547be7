//! An EventBridge event bus.

mod lower;
mod ops;

use super::{ResourceKind, no_rules};
use crate::lower::Identity;

/// An EventBridge event bus.
pub(super) static SPEC: ResourceKind = ResourceKind {
    name: "bus",
    handle: "Bus",
    arn: "arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:event-bus/",
    options: &[],
    settings: &[],
    rules: no_rules,
    ops: ops::OPS,
    identity: lower::identity,
    existing: Identity::of_arn,
    lower: lower::lower,
};
