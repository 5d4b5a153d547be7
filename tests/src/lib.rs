//! Support for the tests that prove the compiler's output with software of others: MiniStack runs
//! the templates, iam-simulate decides permissions, cfn-lint and checkov read them.

pub mod application;
pub mod aws;
pub mod deploy;
pub mod emulator;
pub mod events;
pub mod examples;
pub mod grants;
pub mod lint;
pub mod ministack;
pub mod mutate;
pub mod operations;
pub mod privilege;
pub mod random;
pub mod simulate;
pub mod template;
pub mod tools;
pub mod wiring;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::Value;

/// The root of the workspace.
pub fn workspace() -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().unwrap_or(tests).to_path_buf()
}

/// Cargo's target directory.
pub fn target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(dir) => workspace().join(dir),
        None => workspace().join("target"),
    }
}

/// A script of this package.
pub fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("scripts")
        .join(name)
}

/// Reads a JSON file.
pub fn read_json(path: &Path) -> Result<Value> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    serde_json::from_str(&text).with_context(|| path.display().to_string())
}

/// Lets a file be run.
pub fn make_executable(path: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let permissions = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(path, permissions).with_context(|| path.display().to_string())
}

/// A port of the loopback interface that nobody listens on.
pub(crate) fn free_port() -> Result<u16> {
    Ok(std::net::TcpListener::bind("127.0.0.1:0")?
        .local_addr()?
        .port())
}

/// Writes a zip archive with one executable file.
pub fn archive(path: &Path, name: &str, content: &[u8]) -> Result<()> {
    let file = std::fs::File::create(path).with_context(|| path.display().to_string())?;
    let mut archive = zip::ZipWriter::new(file);
    let options = zip::write::SimpleFileOptions::default().unix_permissions(0o755);
    let options = options.compression_method(zip::CompressionMethod::Stored);
    archive.start_file(name, options)?;
    archive.write_all(content)?;
    archive.finish()?;
    Ok(())
}

/// Repeats `attempt` until it yields something, and fails when it has not within `patience`.
pub fn wait<T>(
    what: &str,
    patience: Duration,
    mut attempt: impl FnMut() -> Result<Option<T>>,
) -> Result<T> {
    let start = Instant::now();
    loop {
        if let Some(found) = attempt()? {
            return Ok(found);
        }
        if start.elapsed() > patience {
            bail!("{what}: not within {} s", patience.as_secs());
        }
        std::thread::sleep(Duration::from_millis(150));
    }
}
