//! A function of the application, as something to invoke.

mod lower;
mod ops;

use super::{ResourceKind, no_rules};
use crate::lower::Identity;

/// A function of the application, as something to invoke.
pub(super) static SPEC: ResourceKind = ResourceKind {
    name: "function",
    handle: "Function",
    arn: "arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:",
    options: &[],
    settings: &[],
    rules: no_rules,
    ops: ops::OPS,
    identity: lower::identity,
    existing: Identity::of_arn,
    lower: lower::lower,
};
