//! An SSM parameter.

mod lower;
mod ops;
mod options;

use super::{ResourceKind, no_rules};
use crate::lower::Identity;

/// An SSM parameter.
pub(super) static SPEC: ResourceKind = ResourceKind {
    name: "parameter",
    handle: "Parameter",
    arn: "arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter",
    options: options::OPTIONS,
    settings: &[],
    rules: no_rules,
    ops: ops::OPS,
    identity: lower::identity,
    existing: Identity::of_parameter_arn,
    lower: lower::lower,
};
