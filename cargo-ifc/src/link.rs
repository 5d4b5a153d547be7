//! Builds an application's binary with what the second witness reads: symbols and relocations.
//! They are asked for when the binary itself is compiled, and nowhere else: no profile changes, so that
//! no dependency is compiled again.

use std::ffi::OsString;
use std::fs;
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
    pub(crate) target_directory: &'a Path,
}

/// What rustc is told beyond the profile. A profile may strip, which linkers refuse together with
/// keeping relocations.
const KEEP: [&str; 4] = ["-C", "strip=none", "-C", "link-arg=-Wl,--emit-relocs"];

/// A linked program.
pub(crate) struct Program {
    pub(crate) path: PathBuf,
    pub(crate) file: Vec<u8>,
    /// The linker's map of it; empty where it cannot be a witness.
    map: String,
}

impl Program {
    /// The program's own call graph.
    pub(crate) fn graph(&self) -> Result<ifc_witness::Program<'_>, Failure> {
        let read = ifc_witness::Program::read(&self.file, &self.map);
        read.map_err(|error| self.unreadable(error))
    }

    /// Says that the file is not what it should be.
    pub(crate) fn unreadable(&self, error: ifc_witness::Error) -> Failure {
        usage(format!("cannot read `{}`", self.path.display()), error)
    }
}

/// Builds a program and reads it.
pub(crate) fn link(link: &Link<'_>) -> Result<Program, Failure> {
    if !link.toolchain.is_readable() {
        let built = executable(command(link), link.binary)?;
        return read(built.path, String::new());
    }
    let folder = link.target_directory.join("ifc/maps");
    fs::create_dir_all(&folder)
        .map_err(|error| usage(format!("cannot write to `{}`", folder.display()), error))?;
    // Cargo keeps binaries of other features and flags, and gives them out again without linking
    // them: a map that is not of this one is made by asking for it under another name.
    let names = ["", "-again"].map(|more| {
        let (binary, profile) = (link.binary, link.profile);
        format!("{binary}-{profile}-{}{more}.map", link.arch.name())
    });
    for name in names {
        let map = folder.join(name);
        let mut command = command(link);
        command.arg("--").args(KEEP);
        for argument in [OsString::from("-Map"), map.clone().into()] {
            let mut whole = OsString::from("link-arg=");
            whole.push(argument);
            command.args(["-C", "link-arg=-Xlinker", "-C"]).arg(whole);
        }
        let built = executable(command, link.binary)?;
        let unreadable = |error| usage(format!("cannot read `{}`", built.path.display()), error);
        let mark = map.with_extension("of");
        let identity = identity(&built.path).map_err(unreadable)?;
        if !built.is_fresh {
            fs::write(&mark, &identity).map_err(unreadable)?;
        }
        if fs::read_to_string(&mark).is_ok_and(|of| of == identity)
            && let Ok(map) = fs::read(&map)
        {
            // The names of files in it are all that may be no text.
            return read(built.path, String::from_utf8_lossy(&map).into_owned());
        }
    }
    Err(Failure::Usage(
        "the linker wrote no map of the binary".to_owned(),
    ))
}

fn read(path: PathBuf, map: String) -> Result<Program, Failure> {
    let file = fs::read(&path)
        .map_err(|error| usage(format!("cannot read `{}`", path.display()), error))?;
    Ok(Program { path, file, map })
}

/// Tells the binaries apart that lie at one place, one after the other.
fn identity(path: &Path) -> std::io::Result<String> {
    let data = fs::metadata(path)?;
    let time = data.modified()?.duration_since(std::time::UNIX_EPOCH);
    Ok(format!("{} {:?}", data.len(), time.unwrap_or_default()))
}

fn command(link: &Link<'_>) -> Command {
    let mut command = link.toolchain.rustc(link.arch);
    command.args(["--profile", link.profile, "--bin", link.binary]);
    command.args(link.select.feature_arguments());
    command.arg("--manifest-path").arg(link.manifest);
    command.arg("--message-format=json-render-diagnostics");
    command
}

/// What a build of cargo gave.
pub(crate) struct Built {
    pub(crate) path: PathBuf,
    /// Whether cargo had it already.
    pub(crate) is_fresh: bool,
}

/// Runs a build of cargo and says where the binary lies.
pub(crate) fn executable(command: Command, binary: &str) -> Result<Built, Failure> {
    let mut executable = None;
    let success = messages(command, |message| {
        if let Message::CompilerArtifact(artifact) = message
            && artifact.target.is_bin()
            && artifact.target.name == binary
        {
            executable = artifact.executable.map(|path| Built {
                path: path.into(),
                is_fresh: artifact.fresh,
            });
        }
    })?;
    match (success, executable) {
        (true, Some(built)) => Ok(built),
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
