//! Work on all cores, with results in the order of the input, whatever the threads do.

use std::sync::atomic::{AtomicUsize, Ordering};

/// Runs `work` for every index.
pub(crate) fn map<T: Send>(count: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    map_on_stack(None, count, work)
}

/// [`map`], each thread with a stack of this many bytes.
pub(crate) fn map_on_stack<T: Send>(
    stack: Option<usize>,
    count: usize,
    work: impl Fn(usize) -> T + Sync,
) -> Vec<T> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let next = AtomicUsize::new(0);
    let run = || {
        let mut done = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            if at >= count {
                return done;
            }
            done.push((at, work(at)));
        }
    };
    // The thread that calls does its share, unless its stack is not the one that is asked for.
    let helpers = match stack {
        None => cores.min(count).saturating_sub(1),
        Some(_) => cores.min(count),
    };
    let mut results = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..helpers)
            .map(|_| {
                let builder = std::thread::Builder::new();
                match stack {
                    Some(bytes) => builder.stack_size(bytes),
                    None => builder,
                }
                .spawn_scoped(scope, run)
            })
            .collect();
        let mut results = match stack {
            None => run(),
            Some(_) => Vec::new(),
        };
        for thread in threads {
            // A thread that cannot be had leaves its share to the others.
            let Ok(thread) = thread else { continue };
            match thread.join() {
                Ok(done) => results.extend(done),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        results
    });
    if results.len() < count {
        results.extend(run());
    }
    results.sort_by_key(|(at, _)| *at);
    results.into_iter().map(|(_, result)| result).collect()
}
