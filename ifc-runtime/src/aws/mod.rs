//! AWS, behind the same traits as any other backend.

/// The AWS SDK. Its methods are called by static dispatch, see [`crate::backend`].
#[derive(Clone, Copy, Debug)]
pub struct Aws;
