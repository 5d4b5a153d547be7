//! What a process writes, line by line.

use std::io::{ErrorKind, PipeReader, Read};
use std::os::fd::OwnedFd;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::net::unix::pipe;
use tokio::sync::{mpsc, oneshot};

/// Bytes of a line that is kept. Source: CloudWatch Logs quotas, "event size".
const LONGEST_LINE: usize = 256 * 1024;
/// Bytes that are kept of an invocation.
const LARGEST_LOG: usize = 4 * 1024 * 1024;

/// What is called with each line.
pub(super) type Sink = Arc<dyn Fn(&str) + Send + Sync>;

/// The log of a process.
#[derive(Debug)]
pub(super) struct Log {
    lines: Arc<Mutex<Lines>>,
    flush: mpsc::UnboundedSender<oneshot::Sender<()>>,
}

#[derive(Debug, Default)]
struct Lines {
    lines: Vec<String>,
    bytes: usize,
    cut: bool,
}

impl Log {
    /// Reads what is written to a pipe.
    pub(super) fn of(reader: PipeReader, sink: Sink) -> std::io::Result<Log> {
        let direct = reader.try_clone()?;
        // From here on, reads of either answer at once.
        let reader = pipe::Receiver::from_owned_fd(OwnedFd::from(reader))?;
        let lines = Arc::new(Mutex::new(Lines::default()));
        let (flush, flushes) = mpsc::unbounded_channel();
        let collector = Collector {
            lines: Arc::clone(&lines),
            line: Vec::new(),
            sink,
        };
        tokio::spawn(collector.run(reader, direct, flushes));
        Ok(Log { lines, flush })
    }

    /// The lines since this was last asked, with all that the process has written by now.
    pub(super) async fn take(&self) -> Vec<String> {
        let (done, flushed) = oneshot::channel();
        if self.flush.send(done).is_ok() {
            // An error says that everything has been read.
            let _ = flushed.await;
        }
        let taken = std::mem::take(&mut *lock(&self.lines));
        taken.lines
    }
}

fn lock(lines: &Mutex<Lines>) -> MutexGuard<'_, Lines> {
    lines.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Collector {
    lines: Arc<Mutex<Lines>>,
    /// The line that has no end yet.
    line: Vec<u8>,
    sink: Sink,
}

impl Collector {
    async fn run(
        mut self,
        reader: pipe::Receiver,
        mut direct: PipeReader,
        mut flushes: mpsc::UnboundedReceiver<oneshot::Sender<()>>,
    ) {
        loop {
            tokio::select! {
                ready = reader.readable() => {
                    let ended = ready.is_err() || self.read(|buffer| reader.try_read(buffer)).is_none();
                    if ended {
                        break;
                    }
                }
                Some(flushed) = flushes.recv() => {
                    // What was written before is in the pipe, whether or not it is known to be.
                    while self.read(|buffer| direct.read(buffer)) == Some(false) {}
                    let _ = flushed.send(());
                }
            }
        }
        self.end_line();
    }

    /// Reads once; whether nothing is left. None at the end.
    fn read(&mut self, read: impl FnOnce(&mut [u8]) -> std::io::Result<usize>) -> Option<bool> {
        let mut buffer = [0; 8192];
        match read(&mut buffer) {
            Ok(0) => None,
            Ok(count) => {
                for byte in buffer.get(..count)? {
                    match byte {
                        b'\n' => self.end_line(),
                        _ if self.line.len() < LONGEST_LINE => self.line.push(*byte),
                        _ => {}
                    }
                }
                Some(false)
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => Some(true),
            Err(error) if error.kind() == ErrorKind::Interrupted => Some(false),
            Err(_) => None,
        }
    }

    fn end_line(&mut self) {
        if self.line.is_empty() {
            return;
        }
        let line = String::from_utf8_lossy(&self.line).into_owned();
        self.line.clear();
        (self.sink)(&line);
        let mut lines = lock(&self.lines);
        if lines.bytes + line.len() <= LARGEST_LOG {
            lines.bytes += line.len();
            lines.lines.push(line);
        } else if !lines.cut {
            lines.cut = true;
            lines
                .lines
                .push("(what follows is too long to be kept)".to_owned());
        }
    }
}
