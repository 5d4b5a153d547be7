//! Keeps what the engine was given, so that it can be made again: a journal of inputs behind a snapshot,
//! in one SQLite file.
//!
//! What is committed survives the end of the process at any moment. SQLite does not wait for the disk at
//! each commit (`synchronous = NORMAL`), so a loss of power can take the last commits with it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OptionalExtension, params};
use serde::{Deserialize, Serialize};

use crate::engine::{Engine, Input};

/// What the files of this version of the crate look like.
const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), "/1");

/// Why state cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// Another process has it.
    #[error("{} is in use by another process", .0.display())]
    InUse(PathBuf),
    /// It was written by another version, which may come to something else from the same inputs.
    #[error("{} was written by another version of ifc ({found})", path.display())]
    Version {
        /// The file.
        path: PathBuf,
        /// The version that it names.
        found: String,
    },
    /// Another build of this version wrote it, and this one makes nothing of it.
    #[error("{} was written by another build of ifc, and this one cannot go on from it: {reason}", path.display())]
    Build {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// It is not what was written.
    #[error("{} is damaged: {reason}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// The disk is full, or the like.
    #[error("{} cannot be written: {reason}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
}

/// An input with its time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Entry {
    pub(super) now: u64,
    pub(super) input: Input,
}

/// What a journal holds.
#[derive(Debug, Default)]
pub(super) struct Kept {
    pub(super) engine: Option<Engine>,
    pub(super) entries: Vec<Entry>,
    /// Milliseconds that the clock is ahead.
    pub(super) ahead: u64,
    /// Number of the last entry.
    pub(super) last: u64,
    /// What ids come from.
    pub(super) seed: u64,
    /// Whether another build wrote it.
    pub(super) foreign: bool,
}

/// A journal.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    connection: Connection,
}

impl Journal {
    /// Opens or makes the file.
    ///
    /// # Errors
    /// If another process has it, or it is not a journal of this version.
    pub fn open(path: &Path) -> Result<Journal, JournalError> {
        let failed = |error: rusqlite::Error| of(path, &error);
        let connection = Connection::open(path).map_err(failed)?;
        connection.busy_timeout(Duration::ZERO).map_err(failed)?;
        // Nobody else is to have the file as long as this process runs.
        connection
            .execute_batch(
                "PRAGMA locking_mode = EXCLUSIVE;
                 PRAGMA journal_mode = WAL;
                 PRAGMA synchronous = NORMAL;
                 BEGIN EXCLUSIVE;
                 CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
                 CREATE TABLE IF NOT EXISTS journal (number INTEGER PRIMARY KEY, entry BLOB NOT NULL);
                 CREATE TABLE IF NOT EXISTS snapshot (number INTEGER PRIMARY KEY, engine BLOB NOT NULL);
                 COMMIT;",
            )
            .map_err(failed)?;
        let journal = Journal {
            path: path.to_owned(),
            connection,
        };
        match journal.meta("version")? {
            None => journal.set_meta("version", VERSION)?,
            Some(found) if found != VERSION => {
                return Err(JournalError::Version {
                    path: path.to_owned(),
                    found,
                });
            }
            Some(_) => {}
        }
        Ok(journal)
    }

    /// Everything that is kept. A new journal takes the seed.
    pub(super) fn read(&self, seed: u64) -> Result<Kept, JournalError> {
        let failed = |error: rusqlite::Error| of(&self.path, &error);
        let foreign = self.meta("build")?.is_some_and(|found| found != build());
        let unreadable = |what: &str, error: rmp_serde::decode::Error| {
            self.unusable(foreign, format!("{what}: {error}"))
        };
        let snapshot: Option<(u64, Vec<u8>)> = self
            .connection
            .query_row("SELECT number, engine FROM snapshot", [], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .optional()
            .map_err(failed)?;
        let mut kept = Kept {
            seed: self.seed(seed)?,
            foreign,
            ..Kept::default()
        };
        if let Some((number, bytes)) = snapshot {
            let engine =
                rmp_serde::from_slice(&bytes).map_err(|error| unreadable("snapshot", error))?;
            kept.engine = Some(engine);
            kept.last = number;
        }
        let mut rows = self
            .connection
            .prepare("SELECT number, entry FROM journal WHERE number > ?1 ORDER BY number")
            .map_err(failed)?;
        let rows = rows
            .query_map([kept.last], |row| {
                Ok((row.get::<_, u64>(0)?, row.get::<_, Vec<u8>>(1)?))
            })
            .map_err(failed)?;
        for row in rows {
            let (number, bytes) = row.map_err(failed)?;
            if number != kept.last + 1 {
                return Err(JournalError::Damaged {
                    path: self.path.clone(),
                    reason: format!("entry {} is missing", kept.last + 1),
                });
            }
            let entry = rmp_serde::from_slice(&bytes)
                .map_err(|error| unreadable(&format!("entry {number}"), error))?;
            kept.entries.push(entry);
            kept.last = number;
        }
        let ahead = self.meta("ahead")?;
        kept.ahead = ahead.and_then(|text| text.parse().ok()).unwrap_or_default();
        Ok(kept)
    }

    /// The error for what cannot be used, by whether another build wrote it.
    pub(super) fn unusable(&self, foreign: bool, reason: String) -> JournalError {
        let path = self.path.clone();
        match foreign {
            true => JournalError::Build { path, reason },
            false => JournalError::Damaged { path, reason },
        }
    }

    /// Writes a copy beside the file, in place of the one of before; gives its path.
    pub(super) fn copy(&self) -> Result<PathBuf, JournalError> {
        let copy = self.path.with_extension("before.db");
        let failed = |reason: String| JournalError::Write {
            path: copy.clone(),
            reason,
        };
        match std::fs::remove_file(&copy) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(failed(error.to_string()));
            }
            _ => {}
        }
        let name = copy.to_string_lossy();
        self.connection
            .execute("VACUUM INTO ?1", [&*name])
            .map_err(|error| failed(error.to_string()))?;
        Ok(copy)
    }

    /// What ids come from, the same in every life of the application.
    fn seed(&self, new: u64) -> Result<u64, JournalError> {
        match self.meta("seed")?.and_then(|text| text.parse().ok()) {
            Some(seed) => Ok(seed),
            None => {
                self.set_meta("seed", &new.to_string())?;
                Ok(new)
            }
        }
    }

    /// Says that the entries from now on are those of this build.
    pub(super) fn sign(&self) -> Result<(), JournalError> {
        self.set_meta("build", &build())
    }

    /// Adds entries, the first of which has this number. All are kept, or none.
    pub(super) fn append(&mut self, first: u64, entries: &[Vec<u8>]) -> Result<(), JournalError> {
        let path = self.path.clone();
        let mut write = || {
            let transaction = self.connection.transaction()?;
            {
                let mut insert = transaction
                    .prepare_cached("INSERT INTO journal (number, entry) VALUES (?1, ?2)")?;
                for (number, entry) in (first..).zip(entries) {
                    insert.execute(params![number, entry])?;
                }
            }
            transaction.commit()
        };
        write().map_err(|error| of(&path, &error))
    }

    /// Puts a snapshot in place of the entries up to a number.
    pub(super) fn replace(&mut self, number: u64, engine: &[u8]) -> Result<(), JournalError> {
        let path = self.path.clone();
        let mut write = || {
            let transaction = self.connection.transaction()?;
            transaction.execute("DELETE FROM snapshot", [])?;
            transaction.execute(
                "INSERT INTO snapshot (number, engine) VALUES (?1, ?2)",
                params![number, engine],
            )?;
            transaction.execute("DELETE FROM journal WHERE number <= ?1", [number])?;
            transaction.commit()
        };
        write().map_err(|error| of(&path, &error))
    }

    /// Keeps how far the clock is ahead.
    pub(super) fn set_ahead(&self, ahead: u64) -> Result<(), JournalError> {
        self.set_meta("ahead", &ahead.to_string())
    }

    fn meta(&self, name: &str) -> Result<Option<String>, JournalError> {
        self.connection
            .query_row("SELECT value FROM meta WHERE name = ?1", [name], |row| {
                row.get(0)
            })
            .optional()
            .map_err(|error| of(&self.path, &error))
    }

    fn set_meta(&self, name: &str, value: &str) -> Result<(), JournalError> {
        let sql = "INSERT OR REPLACE INTO meta (name, value) VALUES (?1, ?2)";
        self.connection
            .execute(sql, [name, value])
            .map(drop)
            .map_err(|error| of(&self.path, &error))
    }
}

/// Which build of the program this is: its file's size and time.
fn build() -> String {
    let file = std::env::current_exe().and_then(std::fs::metadata);
    let of = file.and_then(|file| Ok((file.len(), file.modified()?)));
    of.map_or_else(
        |_| String::new(),
        |(length, time)| {
            let since = time
                .duration_since(std::time::UNIX_EPOCH)
                .unwrap_or_default();
            format!("{length}-{}", since.as_nanos())
        },
    )
}

/// An input as it is kept.
pub(super) fn encode(now: u64, input: &Input) -> Result<Vec<u8>, String> {
    #[derive(Serialize)]
    struct Borrowed<'i> {
        now: u64,
        input: &'i Input,
    }
    rmp_serde::to_vec(&Borrowed { now, input }).map_err(|error| error.to_string())
}

/// The whole engine as it is kept; without, the journal goes on to grow.
pub(super) fn snapshot(engine: &Engine) -> Option<Vec<u8>> {
    rmp_serde::to_vec(engine).ok()
}

fn of(path: &Path, error: &rusqlite::Error) -> JournalError {
    let path = path.to_owned();
    let reason = error.to_string();
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => JournalError::InUse(path),
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => {
            JournalError::Damaged { path, reason }
        }
        _ => JournalError::Write { path, reason },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_loses_nothing_that_was_kept() {
        let folder = tempfile::tempdir().expect("there is room for it");
        let path = folder.path().join("state.db");
        let entry = encode(1, &Input::Tick).expect("it can be written");
        let mut journal = Journal::open(&path).expect("it is new");
        journal
            .append(1, std::slice::from_ref(&entry))
            .expect("it fits");
        journal
            .connection
            .execute_batch("PRAGMA max_page_count = 8")
            .expect("SQLite knows it");
        let large = vec![vec![0; 100_000]];
        let error = journal.append(2, &large).expect_err("it does not fit");
        assert!(matches!(error, JournalError::Write { .. }), "{error}");
        assert!(error.to_string().contains("full"), "{error}");
        // Others still fit, and the number is free.
        journal.append(2, &[entry]).expect("it fits");
        let kept = journal.read(1).expect("nothing is damaged");
        assert_eq!((kept.entries.len(), kept.last), (2, 2));
    }

    #[test]
    fn a_hole_in_the_journal_is_said() {
        let folder = tempfile::tempdir().expect("there is room for it");
        let path = folder.path().join("state.db");
        let entry = encode(1, &Input::Tick).expect("it can be written");
        let mut journal = Journal::open(&path).expect("it is new");
        let one = std::slice::from_ref(&entry);
        journal.append(1, one).expect("it fits");
        journal.append(3, one).expect("it fits");
        let error = journal.read(1).expect_err("one is missing");
        assert!(error.to_string().contains("entry 2 is missing"), "{error}");
    }
}
