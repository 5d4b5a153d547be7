//! An S3 bucket.

mod ops;

use super::ResourceKind;

/// An S3 bucket.
pub(super) static SPEC: ResourceKind = ResourceKind {
    name: "bucket",
    handle: "Bucket",
    ops: ops::OPS,
};
