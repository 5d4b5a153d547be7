//! Work on all cores, with results in the order of the input, whatever the threads do.

use std::cmp::Reverse;
use std::hint::black_box;
use std::iter;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread::{Scope, ScopedJoinHandle};

/// The allocator of glibc gives memory that a thread frees back to the system and asks for it again
/// page by page, which takes a tenth of the time of parsing. It keeps more once a block as large as
/// this was freed (`M_MMAP_THRESHOLD` in mallopt(3)).
const ONCE: usize = 16 << 20;

/// Room for a thread's work is asked for in one step, if it is not there yet. By itself the
/// allocator asks for a page at a time on any thread but the first, and the others wait meanwhile.
const EACH: usize = 8 << 20;

/// The same for a piece of work of which a thread does many. The allocator has memory in parts; where
/// less than this is left of one, each piece takes a new part and gives it back.
const PIECE: usize = 1 << 20;

/// A smaller stack than this is not asked for; the one of the thread that calls is larger.
const LEAST: usize = 8 << 20;

/// Memory is made ready in pieces of this size.
const STEP: usize = 256 << 10;

/// Of each page one byte is enough.
const PAGE: usize = 4 << 10;

/// Has the allocator get memory, of which nothing is touched.
fn make_room(bytes: usize) {
    drop(black_box(Vec::<u8>::with_capacity(bytes)));
}

/// Makes room for a piece of work whose result stays.
pub(crate) fn make_room_for_a_piece() {
    make_room(PIECE);
}

/// Memory that was made ready, as long as this is there.
pub(crate) struct Room {
    /// Behind what was freed, so that the allocator does not give it back to the system.
    _end: Vec<u8>,
}

/// Makes memory ready that this thread will ask for, until `is_over`. The system makes a page when
/// it is first used, which is a seventh of the time of all stages; a thread that waits for another
/// can do that.
pub(crate) fn warm(bytes: usize, is_over: &AtomicBool) -> Room {
    let bytes = if cores() > 1 { bytes } else { 0 };
    // In one piece: what is larger the allocator would get apart from the rest, and give back.
    make_room(EACH.min(bytes));
    let blocks: Vec<Vec<u8>> = (0..bytes / STEP)
        .take_while(|_| !is_over.load(Ordering::Relaxed))
        .map(|_| {
            let mut block = vec![0; STEP];
            block.iter_mut().step_by(PAGE).for_each(|byte| *byte = 1);
            black_box(block)
        })
        .collect();
    let room = Room {
        _end: Vec::with_capacity(EACH),
    };
    drop(blocks);
    room
}

/// Runs `work`, which waits for another process, while threads make memory ready for those of the
/// next stage, which take it over: as many bytes as `wanted` says, for as long as `work` takes.
/// `wanted` learns when that is over.
pub(crate) fn while_warming<T>(
    wanted: impl Fn(&AtomicBool) -> usize + Sync,
    work: impl FnOnce() -> T,
) -> T {
    let cores = cores();
    let is_over = AtomicBool::new(false);
    let bytes = OnceLock::new();
    make_room(ONCE);
    let warm = || {
        warm(bytes.get_or_init(|| wanted(&is_over)) / cores, &is_over);
    };
    std::thread::scope(|scope| {
        let threads = if cores > 1 { cores } else { 0 };
        for _ in 0..threads {
            // A thread that cannot be had would only have saved some time.
            drop(std::thread::Builder::new().spawn_scoped(scope, warm));
        }
        let result = work();
        is_over.store(true, Ordering::Relaxed);
        result
    })
}

/// Runs `work` for every index.
pub(crate) fn map<T: Send>(count: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    map_on_stack(None, count, work)
}

/// How many threads work at a time. The system is asked once, since it answers from several files.
pub(crate) fn cores() -> usize {
    static CORES: OnceLock<usize> = OnceLock::new();
    *CORES.get_or_init(|| std::thread::available_parallelism().map_or(1, usize::from))
}

/// Runs `work` for every index, the largest first, so that no thread is left alone with one at the
/// end; each thread with a stack of this many bytes.
pub(crate) fn map_largest_first<T: Send>(
    stack: Option<usize>,
    count: usize,
    size: impl Fn(usize) -> usize,
    work: impl Fn(usize) -> T + Sync,
) -> Vec<T> {
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by_key(|&at| Reverse(size(at)));
    let mut done = map_on_stack(stack, count, |turn| (order[turn], work(order[turn])));
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, done)| done).collect()
}

/// Runs `beside` on a thread of its own while `here` runs on this one.
pub(crate) fn both<A: Send, B>(
    beside: impl FnOnce() -> A + Send,
    here: impl FnOnce() -> B,
) -> (A, B) {
    both_on_stack(None, beside, here)
}

/// [`both`], the other thread with a stack of this many bytes.
pub(crate) fn both_on_stack<A: Send, B>(
    stack: Option<usize>,
    beside: impl FnOnce() -> A + Send,
    here: impl FnOnce() -> B,
) -> (A, B) {
    std::thread::scope(|scope| {
        let beside = start(scope, stack, beside);
        let here = here();
        (beside.finish(), here)
    })
}

/// Work that another thread does.
struct Started<'scope, T, W> {
    /// None where no thread was to be had.
    thread: Option<ScopedJoinHandle<'scope, Option<T>>>,
    work: Arc<Mutex<Option<W>>>,
}

impl<T, W: FnOnce() -> T> Started<'_, T, W> {
    /// The result. Where no thread was to be had, the work is done here.
    fn finish(self) -> T {
        let done = match self.thread {
            Some(thread) => join(thread),
            None => take(&self.work).map(|work| work()),
        };
        done.expect("either thread has taken the work")
    }
}

fn start<'scope, T: Send + 'scope, W: FnOnce() -> T + Send + 'scope>(
    scope: &'scope Scope<'scope, '_>,
    stack: Option<usize>,
    work: W,
) -> Started<'scope, T, W> {
    let work = Arc::new(Mutex::new(Some(work)));
    let thread = spawn(scope, stack, || {
        let work = Arc::clone(&work);
        move || {
            make_room(EACH);
            take(&work).map(|work| work())
        }
    });
    Started { thread, work }
}

/// A thread, with a stack of this many bytes if the system gives as much. Where address space is
/// short (`ulimit -v`, overcommitment forbidden) a fraction of it does for all but the deepest
/// source, and what does not fit ends the process with a message of Rust's.
fn spawn<'scope, T: Send + 'scope, F: FnOnce() -> T + Send + 'scope>(
    scope: &'scope Scope<'scope, '_>,
    stack: Option<usize>,
    work: impl Fn() -> F,
) -> Option<ScopedJoinHandle<'scope, T>> {
    let Some(stack) = stack else {
        return std::thread::Builder::new().spawn_scoped(scope, work()).ok();
    };
    let sizes = iter::successors(Some(stack), |size| Some(size / 4)).take_while(|&s| s >= LEAST);
    sizes.into_iter().find_map(|size| {
        let builder = std::thread::Builder::new().stack_size(size);
        builder.spawn_scoped(scope, work()).ok()
    })
}

fn join<T>(thread: ScopedJoinHandle<'_, T>) -> T {
    match thread.join() {
        Ok(done) => done,
        Err(panic) => std::panic::resume_unwind(panic),
    }
}

fn take<T>(from: &Mutex<Option<T>>) -> Option<T> {
    from.lock().unwrap_or_else(PoisonError::into_inner).take()
}

/// Runs `work` on pieces that it takes over.
pub(crate) fn map_owned<T: Send, R: Send>(pieces: Vec<T>, work: impl Fn(T) -> R + Sync) -> Vec<R> {
    let pieces: Vec<Mutex<Option<T>>> = pieces
        .into_iter()
        .map(|one| Mutex::new(Some(one)))
        .collect();
    let done = map(pieces.len(), |at| take(&pieces[at]).map(&work));
    done.into_iter().flatten().collect()
}

/// [`map`], each thread with a stack of this many bytes.
fn map_on_stack<T: Send>(
    stack: Option<usize>,
    count: usize,
    work: impl Fn(usize) -> T + Sync,
) -> Vec<T> {
    let cores = cores();
    let next = AtomicUsize::new(0);
    make_room(ONCE);
    let run = || {
        make_room(EACH);
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
        // A thread that cannot be had leaves its share to the others.
        let threads: Vec<_> = (0..helpers)
            .filter_map(|_| spawn(scope, stack, || run))
            .collect();
        let mut results = match stack {
            None => run(),
            Some(_) => Vec::new(),
        };
        for thread in threads {
            results.extend(join(thread));
        }
        results
    });
    if results.len() < count {
        results.extend(run());
    }
    results.sort_by_key(|(at, _)| *at);
    results.into_iter().map(|(_, result)| result).collect()
}
