//! Sizes of what functions take and give. Source: AWS Lambda Developer Guide, "Lambda quotas", and the
//! messages of Lambda's errors.

/// Bytes of the event of an invocation whose caller waits.
pub const LARGEST_EVENT: usize = 6_291_456;
/// Bytes of the event of an invocation whose caller does not wait.
pub const LARGEST_SENT_EVENT: usize = 1_048_576;
/// Bytes of what a function returns.
pub const LARGEST_ANSWER: usize = 6_291_556;
