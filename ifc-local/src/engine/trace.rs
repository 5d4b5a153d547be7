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
pub(crate) fn root(header: &str) -> &str {
    part(header, "Root=").unwrap_or(header)
}

/// The segment that something with this header comes from.
pub(super) fn parent(header: &str) -> Option<&str> {
    part(header, "Parent=")
}

/// The header inside of an invocation: what comes out of it says that it comes from there.
pub(super) fn inside(header: &str, invocation: &str) -> String {
    let sampled = part(header, "Sampled=").unwrap_or("0");
    format!(
        "Root={};Parent={};Sampled={sampled}",
        root(header),
        segment(invocation)
    )
}

/// The segment of an invocation: the first 16 digits of its request id.
pub(crate) fn segment(invocation: &str) -> String {
    invocation.chars().filter(|c| *c != '-').take(16).collect()
}

fn part<'h>(header: &'h str, name: &str) -> Option<&'h str> {
    let mut parts = header.split(';');
    parts.find_map(|part| part.trim().strip_prefix(name))
}
