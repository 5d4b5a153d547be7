//! Builds the application as `cargo build` does, and keeps the program where the next build leaves it
//! alone.

use std::path::{Path, PathBuf};
use std::process::Command;

use ifc_compiler::catalog::manifest::Manifest;
use ifc_compiler::load::Loaded;

use crate::args::Dev;
use crate::failure::{Failure, usage};
use crate::toolchain;

/// What a build gives.
#[derive(Debug)]
pub(super) struct Built {
    pub(super) manifest: Manifest,
    pub(super) program: PathBuf,
}

/// Builds; what is wrong is shown by cargo.
pub(super) fn build(options: &Dev, loaded: &Loaded, folder: &Path) -> Result<Built, Failure> {
    let package = &loaded.packages[0];
    let mut command = Command::new(toolchain::cargo());
    command.args([
        "build",
        "--profile",
        &options.profile,
        "--bin",
        &loaded.binary,
    ]);
    command.args(options.select.feature_arguments());
    command
        .arg("--manifest-path")
        .arg(package.root.join("Cargo.toml"));
    command.arg("--message-format=json-render-diagnostics");
    let executable = crate::link::executable(command, &loaded.binary)?.path;
    let file = folder.with_file_name("manifest.json");
    let unreadable =
        |error: &dyn std::fmt::Display| usage(format!("cannot read `{}`", file.display()), error);
    let text = std::fs::read_to_string(&file).map_err(|error| unreadable(&error))?;
    let manifest: Manifest = serde_json::from_str(&text).map_err(|error| unreadable(&error))?;
    Ok(Built {
        manifest,
        program: keep(&executable, folder)?,
    })
}

/// A second name for the program: cargo removes its own when it builds again, while functions still
/// start from it.
fn keep(executable: &Path, folder: &Path) -> Result<PathBuf, Failure> {
    let programs = folder.join("programs");
    let failed =
        |error: std::io::Error| usage(format!("cannot write to `{}`", programs.display()), error);
    std::fs::create_dir_all(&programs).map_err(failed)?;
    let modified = std::fs::metadata(executable).and_then(|of| of.modified());
    let modified = modified.map_err(failed)?;
    let since = modified
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap_or_default();
    let kept = programs.join(format!("{:x}", since.as_nanos()));
    for old in std::fs::read_dir(&programs).map_err(failed)?.flatten() {
        if old.path() != kept {
            // A process that runs keeps its file.
            let _ = std::fs::remove_file(old.path());
        }
    }
    if kept.exists() {
        return Ok(kept);
    }
    if std::fs::hard_link(executable, &kept).is_err() {
        std::fs::copy(executable, &kept).map_err(failed)?;
    }
    Ok(kept)
}
