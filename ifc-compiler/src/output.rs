//! Writes output files so that readers never see half of one, and unchanged files keep their time
//! of change.

#![expect(
    clippy::disallowed_methods,
    reason = "the build-script entry and the command line write through this module"
)]

use std::collections::{BTreeMap, HashSet};
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use crate::parallel::map_largest_first;
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
    fs::create_dir_all(folder).map_err(at(folder))?;
    // A subfolder that is not there yet is made beside its place and renamed as a whole, which is
    // half the work of renaming each file.
    let mut new: BTreeMap<&str, PathBuf> = BTreeMap::new();
    for subfolder in artifacts.iter().map(parent_of) {
        if !new.contains_key(subfolder) && !folder.join(subfolder).exists() {
            let temporary = folder.join(temporary_name(&subfolder.replace('/', ".")));
            fs::create_dir_all(&temporary).map_err(at(&temporary))?;
            new.insert(subfolder, temporary);
        }
    }
    let length = |index: usize| artifacts[index].text.len();
    let written = map_largest_first(None, artifacts.len(), length, |index| {
        let artifact = &artifacts[index];
        let contents = artifact.text.as_bytes();
        match new.get(parent_of(artifact)) {
            Some(temporary) => {
                let name = artifact.path.rsplit('/').next().unwrap_or_default();
                let path = temporary.join(name);
                fs::write(&path, contents).map_err(at(&path))
            }
            None => write_if_changed(&folder.join(&artifact.path), contents),
        }
    });
    written.into_iter().collect::<Result<(), WriteError>>()?;
    for (&subfolder, temporary) in &new {
        let place = folder.join(subfolder);
        let parent = place.parent().unwrap_or(folder);
        fs::create_dir_all(parent).map_err(at(parent))?;
        if fs::rename(temporary, &place).is_err() {
            // Another build made the subfolder in the meantime.
            let own = artifacts.iter().filter(|one| parent_of(one) == subfolder);
            for artifact in own {
                write_if_changed(&folder.join(&artifact.path), artifact.text.as_bytes())?;
            }
            fs::remove_dir_all(temporary).map_err(at(temporary))?;
        }
    }
    let kept: HashSet<&str> = artifacts.iter().map(|one| one.path.as_str()).collect();
    for (name, is_folder) in entries(folder)? {
        let is_temporary = name.starts_with('.');
        if is_folder && !is_temporary && !new.contains_key(name.as_str()) {
            remove_others(folder, &name, &kept)?;
        }
    }
    Ok(())
}

/// The subfolder that a file is in; empty if it is directly in the output folder.
fn parent_of(artifact: &Artifact) -> &str {
    let path = artifact.path.rsplit_once('/');
    path.map_or("", |(subfolder, _)| subfolder)
}

/// Writes a file unless it already has these contents.
pub fn write_if_changed(path: &Path, contents: &[u8]) -> Result<(), WriteError> {
    if has_contents(path, contents).unwrap_or(false) {
        return Ok(());
    }
    let folder = path.parent().unwrap_or(Path::new(""));
    // A rename within a folder is atomic.
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let temporary = folder.join(temporary_name(&name));
    match fs::write(&temporary, contents) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            fs::create_dir_all(folder).map_err(at(folder))?;
            fs::write(&temporary, contents).map_err(at(&temporary))?;
        }
        result => result.map_err(at(&temporary))?,
    }
    fs::rename(&temporary, path).map_err(at(path))
}

fn has_contents(path: &Path, contents: &[u8]) -> io::Result<bool> {
    let mut file = File::open(path)?;
    if file.metadata()?.len() != contents.len() as u64 {
        return Ok(false);
    }
    let mut present = Vec::with_capacity(contents.len());
    file.read_to_end(&mut present)?;
    Ok(present == contents)
}

/// The process id keeps two builds of one package, which may run at once in two build folders, from
/// writing into the same temporary file.
fn temporary_name(name: &str) -> String {
    format!(".{name}.{}", std::process::id())
}

/// Removes what is not kept from a subfolder, and the subfolder if nothing is left.
fn remove_others(root: &Path, subfolder: &str, kept: &HashSet<&str>) -> Result<(), WriteError> {
    let folder = root.join(subfolder);
    let mut is_empty = true;
    for (name, is_folder) in entries(&folder)? {
        let inside = format!("{subfolder}/{name}");
        let path = root.join(&inside);
        if is_folder {
            remove_others(root, &inside, kept)?;
            is_empty &= !path.exists();
        } else if kept.contains(inside.as_str()) {
            is_empty = false;
        } else {
            fs::remove_file(folder.join(&name)).map_err(at(&path))?;
        }
    }
    if !is_empty {
        return Ok(());
    }
    match fs::remove_dir(&folder) {
        // Something that the compiler did not write.
        Err(error) if error.kind() == io::ErrorKind::DirectoryNotEmpty => Ok(()),
        result => result.map_err(at(&folder)),
    }
}

/// Names in a folder, and whether they are folders themselves. Names that are no text are not the
/// compiler's.
fn entries(folder: &Path) -> Result<Vec<(String, bool)>, WriteError> {
    let list = || -> io::Result<Vec<(String, bool)>> {
        let mut list = Vec::new();
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            if let Ok(name) = entry.file_name().into_string() {
                list.push((name, entry.file_type()?.is_dir()));
            }
        }
        Ok(list)
    };
    list().map_err(at(folder))
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> WriteError {
    let path = path.to_path_buf();
    move |source| WriteError { path, source }
}
