//! A DynamoDB table.

mod lower;
mod ops;
mod options;

use super::{ResourceKind, no_rules};

/// A DynamoDB table.
pub(super) static SPEC: ResourceKind = ResourceKind {
    name: "table",
    handle: "Table",
    arn: "arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/",
    options: options::OPTIONS,
    settings: options::SETTINGS,
    rules: no_rules,
    ops: ops::OPS,
    identity: lower::identity,
    existing: lower::existing,
    lower: lower::lower,
};
