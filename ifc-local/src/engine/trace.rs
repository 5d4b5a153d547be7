//! X-Ray headers: what ties the consequences of one event together.

use crate::ids::Ids;

/// A header for something that comes from outside: `Root=1-67891233-abcdef012345678912345678;...`.
pub(super) fn new(ids: &mut Ids, now: u64) -> String {
    let high = ids.number();
    let low = ids.number();
    let parent = ids.number();
    format!(
        "Root=1-{:08x}-{high:016x}{:08x};Parent={parent:016x};Sampled=0",
        now / 1000,
        low >> 32
    )
}

/// The part that all headers of one trace share.
pub(super) fn root(header: &str) -> &str {
    let mut parts = header.split(';');
    let root = parts.find_map(|part| part.trim().strip_prefix("Root="));
    root.unwrap_or(header)
}
