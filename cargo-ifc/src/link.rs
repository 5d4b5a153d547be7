//! Builds an application's binary with what the second witness reads: symbols and relocations.
//! They are asked for when the binary itself is compiled, and nowhere else: no profile changes, so that
//! no dependency is compiled again.

use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use cargo_metadata::Message;

use crate::args::{Arch, Select};
use crate::failure::{Failure, usage};
use crate::toolchain::Toolchain;

/// What to build.
pub(crate) struct Link<'a> {
    pub(crate) select: &'a Select,
    pub(crate) manifest: &'a Path,
    pub(crate) binary: &'a str,
    pub(crate) profile: &'a str,
    pub(crate) toolchain: &'a Toolchain,
    pub(crate) arch: Arch,
}

/// What rustc is told beyond the profile. A profile may strip, which linkers refuse together with
/// keeping relocations.
const KEEP: [&str; 4] = ["-C", "strip=none", "-C", "link-arg=-Wl,--emit-relocs"];

/// A linked program.
pub(crate) struct Program {
    pub(crate) path: PathBuf,
    pub(crate) file: Vec<u8>,
}

impl Program {
    /// The program's own call graph.
    pub(crate) fn graph(&self) -> Result<ifc_witness::Program<'_>, Failure> {
        let read = ifc_witness::Program::read(&self.file, None);
        read.map_err(|error| self.unreadable(error))
    }

    /// Says that the file is not what it should be.
    pub(crate) fn unreadable(&self, error: ifc_witness::Error) -> Failure {
        usage(format!("cannot read `{}`", self.path.display()), error)
    }
}

/// Builds a program and reads it.
pub(crate) fn link(link: &Link<'_>) -> Result<Program, Failure> {
    let path = build(link)?;
    let file = std::fs::read(&path)
        .map_err(|error| usage(format!("cannot read `{}`", path.display()), error))?;
    Ok(Program { path, file })
}

fn build(link: &Link<'_>) -> Result<PathBuf, Failure> {
    let mut command = link.toolchain.rustc(link.arch);
    command.args(["--profile", link.profile, "--bin", link.binary]);
    command.args(link.select.feature_arguments());
    command.arg("--manifest-path").arg(link.manifest);
    command.arg("--message-format=json-render-diagnostics");
    if link.toolchain.is_readable() {
        command.arg("--").args(KEEP);
    }
    executable(command, link.binary)
}

/// Runs a build of cargo and says where the binary lies.
pub(crate) fn executable(command: Command, binary: &str) -> Result<PathBuf, Failure> {
    let mut executable = None;
    let success = messages(command, |message| {
        if let Message::CompilerArtifact(artifact) = message
            && artifact.target.is_bin()
            && artifact.target.name == binary
        {
            executable = artifact.executable;
        }
    })?;
    match (success, executable) {
        (true, Some(path)) => Ok(path.into()),
        (true, None) => Err(Failure::Usage(
            "cargo did not say where the binary lies".to_owned(),
        )),
        (false, _) => Err(Failure::Diagnostics),
    }
}

/// Runs cargo, whose diagnostics go to the user as usual, and gives its messages; whether it succeeds.
pub(crate) fn messages(
    mut command: Command,
    mut each: impl FnMut(Message),
) -> Result<bool, Failure> {
    command.stdout(Stdio::piped());
    let failed = |error: std::io::Error| usage("cannot run cargo", error);
    let mut child = command.spawn().map_err(failed)?;
    if let Some(stdout) = child.stdout.take() {
        for message in Message::parse_stream(BufReader::new(stdout)) {
            each(message.map_err(failed)?);
        }
    }
    Ok(child.wait().map_err(failed)?.success())
}
