//! Which trace something belongs to that was sent from here.

use std::sync::atomic::{AtomicU64, Ordering};

use sha2::{Digest, Sha256};

use crate::call::{Call, Caller};
use crate::dev::Application;
use crate::engine::What;

/// The trace of a call that was made after the record `from` was the next.
pub(super) fn of_call(application: &Application, from: u64, call: &Call) -> Option<String> {
    let (records, _) = application.records(from);
    let found = records.iter().rfind(|(_, record)| match &record.what {
        What::Called {
            caller: Caller::Root,
            service,
            operation,
            input,
            ..
        } => *service == call.service && *operation == call.operation && *input == call.input,
        _ => false,
    });
    found.map(|(_, record)| record.trace.clone())
}

/// An X-Ray header for a request, and its root. Requests bring theirs, so that their trace is known
/// before they are answered.
pub(super) fn header(now: u64) -> (String, String) {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let mut digest = Sha256::new();
    digest.update(now.to_be_bytes());
    digest.update(count.to_be_bytes());
    digest.update(std::process::id().to_be_bytes());
    let digits: String = digest
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let root = format!("1-{:08x}-{}", now / 1000, &digits[..24]);
    let parent = &digits[24..40];
    (format!("Root={root};Parent={parent};Sampled=0"), root)
}
