//! An S3 bucket.

mod lower;
mod ops;
mod options;

use super::{REMOVAL, ResourceKind, no_rules};

/// An S3 bucket.
pub(super) static SPEC: ResourceKind = ResourceKind {
    name: "bucket",
    handle: "Bucket",
    arn: "arn:${AWS::Partition}:s3:::",
    options: options::OPTIONS,
    settings: &[REMOVAL],
    rules: no_rules,
    ops: ops::OPS,
    identity: lower::identity,
    existing: lower::existing,
    lower: lower::lower,
};
