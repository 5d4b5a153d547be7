//! Writes output files so that readers never see half of one, and unchanged files keep their time
//! of change.

#![expect(
    clippy::disallowed_methods,
    reason = "the build-script entry and the command line write through this module"
)]

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::targets::Artifact;

/// A file or folder could not be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write `{path}`: {source}")]
pub struct WriteError {
    /// Which.
    pub path: PathBuf,
    /// Why.
    pub source: io::Error,
}

/// Makes `folder` hold these files. Its subfolders hold nothing else afterwards; other files
/// directly in it, such as bundles, stay.
pub fn publish(folder: &Path, artifacts: &[Artifact]) -> Result<(), WriteError> {
    let mut kept = BTreeSet::new();
    for artifact in artifacts {
        let path = folder.join(&artifact.path);
        write_if_changed(&path, artifact.text.as_bytes())?;
        kept.insert(path);
    }
    let subfolders = entries(folder)?.into_iter().filter(|path| path.is_dir());
    for subfolder in subfolders {
        remove_others(&subfolder, &kept)?;
    }
    Ok(())
}

/// Writes a file unless it already has these contents.
pub fn write_if_changed(path: &Path, contents: &[u8]) -> Result<(), WriteError> {
    if fs::read(path).is_ok_and(|present| present == contents) {
        return Ok(());
    }
    let folder = path.parent().unwrap_or(Path::new(""));
    fs::create_dir_all(folder).map_err(at(folder))?;
    // A rename within a folder is atomic. The process id keeps two builds of one package, which
    // may run at once in two build folders, from writing into the same temporary file.
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let temporary = folder.join(format!(".{name}.{}", std::process::id()));
    fs::write(&temporary, contents).map_err(at(&temporary))?;
    fs::rename(&temporary, path).map_err(at(path))
}

fn remove_others(folder: &Path, kept: &BTreeSet<PathBuf>) -> Result<(), WriteError> {
    for path in entries(folder)? {
        if path.is_dir() {
            remove_others(&path, kept)?;
        } else if !kept.contains(&path) {
            fs::remove_file(&path).map_err(at(&path))?;
        }
    }
    if entries(folder)?.is_empty() {
        fs::remove_dir(folder).map_err(at(folder))?;
    }
    Ok(())
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, WriteError> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        other => other.map_err(at(folder))?,
    };
    entries
        .map(|entry| entry.map(|entry| entry.path()).map_err(at(folder)))
        .collect()
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> WriteError {
    let path = path.to_path_buf();
    move |source| WriteError { path, source }
}
