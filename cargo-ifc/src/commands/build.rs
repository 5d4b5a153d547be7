//! `cargo ifc build`.

use std::io::{BufReader, Cursor, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use cargo_metadata::Message;
use ifc_compiler::load::Loaded;
use ifc_compiler::output;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::application::compile_selected;
use crate::args::{Arch, Build, MessageFormat};
use crate::failure::{Failure, usage};
use crate::toolchain::{self, Toolchain};

pub(crate) fn run(options: &Build) -> Result<(), Failure> {
    let application = compile_selected(&options.select, options.arch, MessageFormat::Human)?;
    application.report(MessageFormat::Human)?;
    let loaded = &application.loaded;
    let arch = options.arch.unwrap_or_else(|| declared(loaded));

    let toolchain = toolchain::find(arch)?;
    let executable = compile_binary(options, loaded, &toolchain, arch)?;
    let program = std::fs::read(&executable)
        .map_err(|error| usage(format!("cannot read `{}`", executable.display()), error))?;
    if let Some(version) = toolchain::too_new_glibc(&program) {
        anstream::eprintln!(
            "\x1b[1;33mwarning\x1b[0m: the binary needs glibc {version}, and Lambda has {}; \
             `cargo install cargo-zigbuild` and `pip install ziglang` let this command link for older ones",
            toolchain::LAMBDA_GLIBC
        );
    }

    // Behind cargo's run, because the build script writes the same files for the architecture that
    // the manifest names, which `--arch` may contradict.
    let folder = loaded
        .target_directory
        .join("ifc")
        .join(&loaded.packages[0].name);
    output::publish(&folder, &application.compilation.artifacts)
        .map_err(|error| Failure::Usage(error.to_string()))?;
    let bundle = folder.join("bootstrap.zip");
    let bytes = bundle_of(&program).map_err(|error| usage("cannot bundle the binary", error))?;
    output::write_if_changed(&bundle, &bytes).map_err(|error| Failure::Usage(error.to_string()))?;

    anstream::eprintln!(
        "{}: {}\n  template  {}\n  bundle    {} ({}, {:.1} MB)",
        loaded.packages[0].name,
        application.compilation.contents(),
        folder.join("template.json").display(),
        bundle.display(),
        arch.name(),
        bytes.len() as f64 / 1e6
    );
    Ok(())
}

/// The architecture in `[package.metadata.ifc]`.
fn declared(loaded: &Loaded) -> Arch {
    let metadata = &loaded.packages[0].metadata;
    match metadata["architecture"].as_str() {
        Some("x86_64") => Arch::X86_64,
        _ => Arch::Arm64,
    }
}

/// Runs cargo; its messages go to the user as usual.
fn compile_binary(
    options: &Build,
    loaded: &Loaded,
    toolchain: &Toolchain,
    arch: Arch,
) -> Result<PathBuf, Failure> {
    let mut command = Command::new(toolchain::cargo());
    command.args(toolchain.subcommand(arch));
    command.args(["--profile", &options.profile, "--bin", &loaded.binary]);
    command.args(options.select.feature_arguments());
    command
        .arg("--manifest-path")
        .arg(loaded.packages[0].root.join("Cargo.toml"));
    command.arg("--message-format=json-render-diagnostics");
    command.envs(toolchain.environment(arch));
    command.stdout(Stdio::piped());

    let failed = |error: std::io::Error| usage("cannot run cargo", error);
    let mut child = command.spawn().map_err(failed)?;
    let mut executable = None;
    if let Some(stdout) = child.stdout.take() {
        for message in Message::parse_stream(BufReader::new(stdout)) {
            if let Message::CompilerArtifact(artifact) = message.map_err(failed)?
                && artifact.target.is_bin()
                && artifact.target.name == loaded.binary
            {
                executable = artifact.executable;
            }
        }
    }
    match (child.wait().map_err(failed)?.success(), executable) {
        (true, Some(path)) => Ok(path.into()),
        (true, None) => Err(Failure::Usage(
            "cargo did not say where the binary lies".to_owned(),
        )),
        (false, _) => Err(Failure::Diagnostics),
    }
}

/// A zip with the program as `bootstrap`, the same bytes for the same program: no time of change,
/// no owner.
fn bundle_of(program: &[u8]) -> zip::result::ZipResult<Vec<u8>> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o755);
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer.start_file("bootstrap", options)?;
    writer.write_all(program)?;
    Ok(writer.finish()?.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bundles_are_the_same_for_the_same_program() {
        let first = bundle_of(b"\x7fELF program").expect("memory takes it");
        assert_eq!(
            first,
            bundle_of(b"\x7fELF program").expect("memory takes it")
        );
        let mut archive = zip::ZipArchive::new(Cursor::new(first)).expect("it is a zip");
        let file = archive.by_name("bootstrap").expect("it is there");
        assert_eq!(file.unix_mode(), Some(0o100_755));
        assert_eq!(file.last_modified(), Some(DateTime::default()));
    }
}
