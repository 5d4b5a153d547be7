//! Writes the journal in a thread of its own: whatever came while the last commit ran goes into the next.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::watch;

use super::journal::{Journal, JournalError};

/// How far the journal is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Committed {
    /// Everything up to this number is kept.
    UpTo(u64),
    /// Writing fails, and is tried again.
    Failing {
        /// Everything up to this number is kept.
        last: u64,
        /// Why.
        reason: String,
    },
}

/// Bytes of entries after which a snapshot is taken, at least.
const SNAPSHOT: usize = 8 * 1024 * 1024;
/// Time until a failed write is tried again.
const AGAIN: Duration = Duration::from_secs(1);

/// A thread with a journal.
#[derive(Debug)]
pub(super) struct Writer {
    shared: Arc<Shared>,
    committed: watch::Receiver<Committed>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

#[derive(Debug)]
struct Shared {
    queue: Mutex<Queue>,
    wake: Condvar,
}

#[derive(Debug, Default)]
struct Queue {
    /// Number of the first of `entries`.
    first: u64,
    entries: Vec<Vec<u8>>,
    snapshot: Option<(u64, Vec<u8>)>,
    ahead: u64,
    /// Bytes of entries since the last snapshot, and of that snapshot.
    since: usize,
    size: usize,
    stop: bool,
}

impl Writer {
    pub(super) fn start(journal: Journal, last: u64) -> Writer {
        let shared = Arc::new(Shared {
            queue: Mutex::new(Queue {
                first: last + 1,
                ..Queue::default()
            }),
            wake: Condvar::new(),
        });
        let (sender, committed) = watch::channel(Committed::UpTo(last));
        let theirs = Arc::clone(&shared);
        let thread = std::thread::spawn(move || write(journal, &theirs, &sender, last));
        Writer {
            shared,
            committed,
            thread: Mutex::new(Some(thread)),
        }
    }

    /// How far the journal is, now and later.
    pub(super) fn committed(&self) -> watch::Receiver<Committed> {
        self.committed.clone()
    }

    /// Puts an entry in line. A snapshot is asked for when the entries since the last one are more than
    /// it was itself, so that all snapshots together cost no more than the entries.
    pub(super) fn append(
        &self,
        number: u64,
        entry: Vec<u8>,
        ahead: u64,
        snapshot: impl FnOnce() -> Option<Vec<u8>>,
    ) {
        let mut queue = self.shared.lock();
        queue.since += entry.len();
        queue.entries.push(entry);
        queue.ahead = ahead;
        if queue.since > SNAPSHOT.max(2 * queue.size)
            && let Some(engine) = snapshot()
        {
            queue.since = 0;
            queue.size = engine.len();
            queue.snapshot = Some((number, engine));
        }
        drop(queue);
        self.shared.wake.notify_one();
    }
}

impl Writer {
    /// Puts a snapshot in line.
    pub(super) fn snapshot(&self, number: u64, engine: Option<Vec<u8>>) {
        if let Some(engine) = engine {
            self.shared.lock().snapshot = Some((number, engine));
            self.shared.wake.notify_one();
        }
    }

    /// Writes what is in line, lets go of the file, and ends.
    pub(super) fn finish(&self) {
        self.shared.lock().stop = true;
        self.shared.wake.notify_one();
        let thread = self
            .thread
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(thread) = thread {
            // A panic of the writer has nowhere to go from here.
            let _ = thread.join();
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.finish();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn write(
    mut journal: Journal,
    shared: &Shared,
    committed: &watch::Sender<Committed>,
    mut last: u64,
) {
    let mut ahead = 0;
    loop {
        let mut queue = shared.lock();
        while queue.entries.is_empty() && queue.snapshot.is_none() {
            if queue.stop {
                return;
            }
            queue = shared
                .wake
                .wait(queue)
                .unwrap_or_else(PoisonError::into_inner);
        }
        let (first, entries) = (queue.first, std::mem::take(&mut queue.entries));
        let snapshot = queue.snapshot.take();
        let wanted = queue.ahead;
        queue.first += entries.len() as u64;
        drop(queue);
        let mut again = || -> Result<(), JournalError> {
            if !entries.is_empty() {
                journal.append(first, &entries)?;
            }
            if wanted != ahead {
                journal.set_ahead(wanted)?;
                ahead = wanted;
            }
            Ok(())
        };
        while let Err(error) = again() {
            let reason = error.to_string();
            committed.send_replace(Committed::Failing { last, reason });
            let queue = shared.lock();
            if queue.stop {
                return;
            }
            let waited = shared.wake.wait_timeout(queue, AGAIN);
            drop(waited.unwrap_or_else(PoisonError::into_inner));
        }
        last = last.max((first + entries.len() as u64).saturating_sub(1));
        committed.send_replace(Committed::UpTo(last));
        if let Some((number, engine)) = snapshot {
            // The entries are kept, so nothing is lost without it; the next one may succeed.
            let _ = journal.replace(number, &engine);
        }
    }
}
