//! Waits for changes of the sources.

use std::path::{Path, PathBuf};
use std::time::Duration;

use ifc_compiler::load::Loaded;
use notify::{Event, EventKind, RecursiveMode, Watcher as _};
use tokio::sync::mpsc;

use crate::failure::{Failure, usage};

/// How long it has to be quiet, so that editors and tools that write several files are through.
const QUIET: Duration = Duration::from_millis(20);

/// Watches the packages of an application.
#[derive(Debug)]
pub(super) struct Watcher {
    changes: mpsc::UnboundedReceiver<()>,
    /// It watches as long as it lives.
    _watcher: notify::RecommendedWatcher,
}

impl Watcher {
    /// Watches the folder of every package that the application is made of.
    pub(super) fn start(loaded: &Loaded) -> Result<Watcher, Failure> {
        let failed = |error: notify::Error| usage("cannot watch the sources", error);
        let (sender, changes) = mpsc::unbounded_channel();
        let ignored = [
            loaded.target_directory.clone(),
            loaded.build_directory.clone(),
        ];
        let mut watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
            if event.is_ok_and(|event| matters(&event, &ignored)) {
                // The receiver is gone when everything ends.
                let _ = sender.send(());
            }
        })
        .map_err(failed)?;
        for package in &loaded.packages {
            watch(&mut watcher, &package.root).map_err(failed)?;
        }
        Ok(Watcher {
            changes,
            _watcher: watcher,
        })
    }

    /// Waits until something has changed, and then is quiet for a moment.
    pub(super) async fn changed(&mut self) {
        if self.changes.recv().await.is_none() {
            std::future::pending::<()>().await;
        }
        while let Ok(Some(())) = tokio::time::timeout(QUIET, self.changes.recv()).await {}
    }
}

/// A package's own files, and its folders but for those that hold no sources; a target folder inside
/// would be much to watch.
fn watch(watcher: &mut notify::RecommendedWatcher, root: &Path) -> notify::Result<()> {
    watcher.watch(root, RecursiveMode::NonRecursive)?;
    for entry in std::fs::read_dir(root)?.flatten() {
        let name = entry.file_name();
        let is_source = !name.to_string_lossy().starts_with('.') && name != "target";
        let is_package = entry.path().join("Cargo.toml").is_file();
        if is_source && !is_package && entry.path().is_dir() {
            watcher.watch(&entry.path(), RecursiveMode::Recursive)?;
        }
    }
    Ok(())
}

/// Whether an event changes what is built: any file but hidden ones, and those that cargo writes.
fn matters(event: &Event, ignored: &[PathBuf]) -> bool {
    let changes = matches!(
        event.kind,
        EventKind::Create(_) | EventKind::Modify(_) | EventKind::Remove(_)
    );
    changes
        && event.paths.iter().any(|path| {
            let name = path.file_name().map(|name| name.to_string_lossy());
            let is_hidden = name.is_none_or(|name| name.starts_with('.') || name.ends_with('~'));
            !is_hidden && !ignored.iter().any(|folder| path.starts_with(folder))
        })
}
