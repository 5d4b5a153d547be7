//! Which tool links for Lambda on this machine.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::args::Arch;
use crate::failure::{Failure, usage};

/// glibc of `provided.al2023`: <https://docs.aws.amazon.com/linux/al2023/ug/glibc-gcc-and-binutils.html>.
pub(crate) const LAMBDA_GLIBC: Version = Version(2, 34);

/// A version of glibc.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Version(u32, u32);

impl std::fmt::Display for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.0, self.1)
    }
}

/// How to compile for an architecture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Toolchain {
    /// This machine is of that kind: no `--target`, so that other builds share the work.
    Host,
    /// Cargo with this linker, or with the one that the environment already names.
    Linker(Option<&'static str>),
    /// `cargo zigbuild`, whose linker refuses to keep relocations.
    Zigbuild,
}

impl Toolchain {
    /// Whether the second witness can read the result: zig's linker refuses to keep relocations.
    pub(crate) fn is_readable(&self) -> bool {
        !matches!(self, Toolchain::Zigbuild)
    }

    /// The command that compiles one target with options of its own for rustc.
    pub(crate) fn rustc(&self, arch: Arch) -> Command {
        let target = arch.target();
        let mut command = match self {
            // As a subcommand of cargo it only builds.
            Toolchain::Zigbuild => Command::new("cargo-zigbuild"),
            Toolchain::Host | Toolchain::Linker(_) => Command::new(cargo()),
        };
        command.arg("rustc");
        match self {
            Toolchain::Host => {}
            Toolchain::Linker(linker) => {
                command.args(["--target", target]);
                if let Some(linker) = linker {
                    command.env(linker_variable(arch), linker);
                }
            }
            Toolchain::Zigbuild => {
                command.args(["--target", &format!("{target}.{LAMBDA_GLIBC}")]);
            }
        }
        command
    }
}

/// The cargo that runs this command, or the one on the path.
pub(crate) fn cargo() -> OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// The best way that this machine offers.
pub(crate) fn find(arch: Arch) -> Result<Toolchain, Failure> {
    let target = arch.target();
    if host()?.is_some_and(|host| runs_on_lambda(&host, arch)) {
        return Ok(Toolchain::Host);
    }
    let installed = has_standard_library(target)?;
    let found = if std::env::var_os(linker_variable(arch)).is_some() {
        Some(Toolchain::Linker(None))
    } else if on_path(gcc(arch)).is_some() {
        Some(Toolchain::Linker(Some(gcc(arch))))
    } else if on_path("cargo-zigbuild").is_some() {
        Some(Toolchain::Zigbuild)
    } else {
        None
    };
    match found {
        Some(toolchain) if installed => Ok(toolchain),
        found => Err(Failure::Usage(missing(arch, installed, found.is_some()))),
    }
}

/// The best way whose result the second witness can read.
pub(crate) fn find_readable(arch: Arch) -> Result<Toolchain, Failure> {
    match find(arch)? {
        Toolchain::Zigbuild => Err(Failure::Usage(format!(
            "zig links for {} without the relocations that are read here: {}",
            arch.target(),
            linker(arch)
        ))),
        toolchain => Ok(toolchain),
    }
}

/// What to install, each thing on a line of its own.
fn missing(arch: Arch, installed: bool, has_linker: bool) -> String {
    let target = arch.target();
    let mut text = format!("this machine cannot build for {} ({target})", arch.name());
    if !installed {
        text.push_str(&format!(
            "\nits standard library is missing: `rustup target add {target}`"
        ));
    }
    if !has_linker {
        text.push_str(&format!(
            "\na linker is missing: {}, or `pip install cargo-zigbuild`, whose result cannot be verified",
            linker(arch)
        ));
    }
    let other = match arch {
        Arch::Arm64 => Arch::X86_64,
        Arch::X86_64 => Arch::Arm64,
    };
    text.push_str(&format!(
        "\nor build for the other architecture: `--arch {}`",
        other.name()
    ));
    text
}

/// How to get a linker that keeps relocations.
fn linker(arch: Arch) -> String {
    let machine = gcc(arch).trim_end_matches("-gcc").replace('_', "-");
    format!(
        "`apt install gcc-{machine}`, or name one in `{}`",
        linker_variable(arch)
    )
}

/// The highest glibc version that a binary asks for, if Lambda's is older.
pub(crate) fn too_new_glibc(program: &[u8]) -> Option<Version> {
    const MARK: &[u8] = b"GLIBC_2.";
    let digits = |at: usize| -> Option<u32> {
        let rest = &program[at + MARK.len()..];
        let end = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        // Names of versions end with a zero byte; anything else is text of the program.
        match rest.get(end) {
            Some(0) => std::str::from_utf8(&rest[..end]).ok()?.parse().ok(),
            _ => None,
        }
    };
    let starts = program.windows(MARK.len()).enumerate();
    starts
        .filter(|(_, window)| *window == MARK)
        .filter_map(|(at, _)| Some(Version(2, digits(at)?)))
        .max()
        .filter(|version| *version > LAMBDA_GLIBC)
}

fn runs_on_lambda(host: &str, arch: Arch) -> bool {
    let (machine, rest) = host.split_once('-').unwrap_or((host, ""));
    arch.target().starts_with(machine) && rest.contains("linux")
}

/// This machine's architecture, if its programs run on Lambda.
pub(crate) fn host_arch() -> Result<Option<Arch>, Failure> {
    let host = host()?.unwrap_or_default();
    let mut all = [Arch::Arm64, Arch::X86_64].into_iter();
    Ok(all.find(|arch| runs_on_lambda(&host, *arch)))
}

fn host() -> Result<Option<String>, Failure> {
    let text = rustc(&["-vV"])?;
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.map(str::to_owned))
}

fn has_standard_library(target: &str) -> Result<bool, Failure> {
    let folder = rustc(&["--print", "target-libdir", "--target", target])?;
    Ok(Path::new(folder.trim()).is_dir())
}

fn rustc(arguments: &[&str]) -> Result<String, Failure> {
    let program = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(program)
        .args(arguments)
        .output()
        .map_err(|error| usage("cannot run rustc", error))?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn linker_variable(arch: Arch) -> String {
    let target = arch.target().to_uppercase().replace('-', "_");
    format!("CARGO_TARGET_{target}_LINKER")
}

/// Debian's and Fedora's name of the cross compiler.
fn gcc(arch: Arch) -> &'static str {
    match arch {
        Arch::Arm64 => "aarch64-linux-gnu-gcc",
        Arch::X86_64 => "x86_64-linux-gnu-gcc",
    }
}

fn on_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn glibc_versions_are_read_as_numbers() {
        let program = b"\0GLIBC_2.9\0GLIBC_2.34\0GLIBC_2.4\0 text GLIBC_2.99 \0";
        assert_eq!(too_new_glibc(program), None);
        assert_eq!(too_new_glibc(b"\0GLIBC_2.35\0"), Some(Version(2, 35)));
        assert_eq!(too_new_glibc(b"GLIBC_2."), None);
    }

    #[test]
    fn hosts_that_need_no_target() {
        assert!(runs_on_lambda("x86_64-unknown-linux-gnu", Arch::X86_64));
        assert!(!runs_on_lambda("x86_64-unknown-linux-gnu", Arch::Arm64));
        assert!(!runs_on_lambda("aarch64-apple-darwin", Arch::Arm64));
    }
}
