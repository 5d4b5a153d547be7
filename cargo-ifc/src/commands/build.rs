//! `cargo ifc build`: the file that it ships is the one that was verified, stripped.

use std::collections::BTreeSet;
use std::fmt::Display;
use std::io::{Cursor, Write};

use ifc_compiler::catalog::infra::{Computed, Value};
use ifc_compiler::catalog::manifest::Manifest;
use ifc_compiler::output;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::application::{compile_selected, output_folder};
use crate::args::{Arch, Build, MessageFormat, VerifyMessages};
use crate::commands::verify::Comparison;
use crate::failure::{Failure, usage};
use crate::link::{Link, link};
use crate::toolchain;

pub(crate) fn run(options: &Build) -> Result<(), Failure> {
    let application = compile_selected(&options.select, options.arch, MessageFormat::Human)?;
    application.report(MessageFormat::Human)?;
    let (loaded, compilation) = (&application.loaded, &application.compilation);
    let main = options.arch.unwrap_or_else(|| application.architecture());

    // Asked before anything is compiled, which takes minutes.
    let mut toolchains = Vec::new();
    for arch in architectures(&compilation.manifest, main) {
        toolchains.push((arch, toolchain::find(arch)?));
    }
    let mut bundles = Vec::new();
    for (arch, toolchain) in &toolchains {
        let program = link(&Link {
            select: &options.select,
            manifest: &application.manifest(),
            binary: &loaded.binary,
            profile: &options.profile,
            toolchain,
            arch: *arch,
            target_directory: &loaded.target_directory,
        })?;
        if toolchain.is_readable() {
            Comparison::of_application(&application, &program)?
                .report(&application.place(), VerifyMessages::Human)?;
        } else {
            warn(format_args!(
                "the binary for {} is not verified: zig links without what `cargo ifc verify` reads",
                arch.name()
            ));
        }
        let stripped = ifc_witness::stripped(&program.file);
        let program = stripped.map_err(|error| program.unreadable(error))?;
        warn_of_glibc(&program);
        let bundle = bundle_of(&program);
        bundles.push((
            *arch,
            bundle.map_err(|error| usage("cannot bundle the binary", error))?,
        ));
    }

    // Behind cargo's run, because the build script writes the same files for the architecture that
    // the manifest names, which `--arch` may contradict.
    let folder = output_folder(loaded);
    let unwritable = |error: output::WriteError| Failure::Usage(error.to_string());
    output::publish(&folder, &compilation.artifacts).map_err(unwritable)?;
    anstream::eprintln!("{}: {}", loaded.packages[0].name, compilation.contents());
    anstream::eprintln!("  template  {}", folder.join("template.json").display());
    for (arch, bytes) in &bundles {
        let name = match *arch == main {
            true => "bootstrap.zip".to_owned(),
            false => format!("bootstrap-{}.zip", arch.name()),
        };
        let path = folder.join(name);
        output::write_if_changed(&path, bytes).map_err(unwritable)?;
        let megabytes = bytes.len() as f64 / 1e6;
        anstream::eprintln!(
            "  bundle    {} ({}, {megabytes:.1} MB)",
            path.display(),
            arch.name()
        );
    }
    Ok(())
}

fn warn(text: impl Display) {
    anstream::eprintln!("\x1b[1;33mwarning\x1b[0m: {text}");
}

fn warn_of_glibc(program: &[u8]) {
    if let Some(version) = toolchain::too_new_glibc(program) {
        warn(format_args!(
            "the binary needs glibc {version}, and Lambda has {}; build it where glibc is older, such as in Amazon Linux 2023",
            toolchain::LAMBDA_GLIBC
        ));
    }
}

/// Every architecture that a function has, in some stage, the application's first: each needs a
/// bundle of its own.
fn architectures(manifest: &Manifest, main: Arch) -> Vec<Arch> {
    let settings = manifest
        .functions
        .values()
        .filter_map(|function| function.settings.get("architecture"));
    let named: BTreeSet<String> = settings.flat_map(|one| texts(&one.value)).collect();
    let mut all = vec![main];
    let others = [Arch::Arm64, Arch::X86_64].into_iter();
    all.extend(others.filter(|arch| *arch != main && named.contains(arch.name())));
    all
}

/// Every text in a value, which may depend on the stage.
fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Text(text) => vec![text.to_string()],
        Value::List(values) => values.iter().flat_map(texts).collect(),
        Value::Computed(Computed::Staged { stages, otherwise }) => {
            let values = stages.values().chain(otherwise.as_deref());
            values.flat_map(texts).collect()
        }
        Value::Bool(_) | Value::Number(_) | Value::Computed(_) => Vec::new(),
    }
}

/// A zip with the program as `bootstrap`, the same bytes for the same program: no time of change,
/// no owner.
/// The zip that Lambda takes.
pub(crate) fn bundle_of(program: &[u8]) -> zip::result::ZipResult<Vec<u8>> {
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
