//! What makes Cargo run the build script again: exactly the files that were read.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::load::read_file;

/// Reads files and remembers them, and whether they were there.
#[derive(Default)]
pub(super) struct Watch {
    tried: Mutex<BTreeMap<PathBuf, bool>>,
}

impl Watch {
    pub(super) fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let result = read_file(path);
        let mut tried = self.tried.lock().unwrap_or_else(PoisonError::into_inner);
        tried.insert(path.to_path_buf(), result.is_ok());
        result
    }

    /// Files that exist. One that does not would make Cargo run the script on every build; a new
    /// module is noticed all the same, because the file that declares it changes.
    pub(super) fn found(self, manifests: &[PathBuf]) -> Vec<String> {
        let tried = self
            .tried
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        let found = tried.into_iter().filter(|(_, exists)| *exists);
        lines(manifests, found.map(|(path, _)| path))
    }

    /// Files that do not exist, too: the error goes away when one of them appears.
    pub(super) fn everything(self, manifests: &[PathBuf]) -> Vec<String> {
        let tried = self
            .tried
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        lines(manifests, tried.into_keys())
    }
}

fn lines(manifests: &[PathBuf], files: impl Iterator<Item = PathBuf>) -> Vec<String> {
    manifests
        .iter()
        .cloned()
        .chain(files)
        .map(|path| format!("cargo::rerun-if-changed={}", path.display()))
        .collect()
}
