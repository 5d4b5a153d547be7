//! An S3 bucket.

mod ops;
mod options;

use super::ResourceKind;

/// An S3 bucket.
pub(super) static SPEC: ResourceKind = ResourceKind {
    name: "bucket",
    handle: "Bucket",
    options: options::OPTIONS,
    ops: ops::OPS,
};
