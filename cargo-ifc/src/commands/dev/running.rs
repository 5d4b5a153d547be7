//! The file that says where an application runs, for the commands that talk to it.

use std::path::{Path, PathBuf};

use ifc_local::dev::Host;
use serde_json::{Value, json};

use crate::failure::{Failure, usage};

/// Where an application runs.
#[derive(Debug)]
pub(crate) struct Running {
    /// `http://127.0.0.1:3000`.
    pub(crate) url: String,
    file: PathBuf,
}

impl Running {
    /// Leaves the file.
    pub(super) fn write(folder: &Path, host: &Host) -> Result<Running, Failure> {
        let running = Running {
            url: format!("http://{}", host.address()),
            file: folder.join("server.json"),
        };
        let text = json!({
            "url": running.url,
            "endpoint": format!("http://{}", host.endpoint()),
            "pid": std::process::id(),
        });
        std::fs::write(&running.file, format!("{text:#}\n"))
            .map_err(|error| usage(format!("cannot write `{}`", running.file.display()), error))?;
        Ok(running)
    }

    /// Reads the file, if there is one.
    pub(crate) fn read(folder: &Path) -> Option<Running> {
        let file = folder.join("server.json");
        let text = std::fs::read_to_string(&file).ok()?;
        let value: Value = serde_json::from_str(&text).ok()?;
        let url = value["url"].as_str()?.to_owned();
        Some(Running { url, file })
    }

    /// Takes the file away.
    pub(super) fn remove(&self) {
        // Nobody misses a file that is gone already.
        let _ = std::fs::remove_file(&self.file);
    }
}
