//! The build-script entry. Its whole contract with Cargo is in this folder: what it reads from the
//! environment, what makes Cargo run it again, what it writes and where.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::exit,
    reason = "a build script talks to Cargo through its streams and its exit code"
)]

mod environment;
mod folder;
mod handover;
mod watch;

pub use folder::publish_folder;

use std::path::{Path, PathBuf};

use crate::diagnostics::{Look, Severity, render, render_line};
use crate::load::{self, FeatureRequest, LoadError, Loaded, Request};
use crate::output::{self, WriteError};
use crate::source::codes::SYNTAX;
use crate::world::World;
use crate::{Compilation, compile, dispatch};
use environment::Environment;
use watch::Watch;

/// Compiles the package whose build script calls this to infrastructure: the whole of `build.rs`
/// is `fn main() { ifc_compiler::build(); }`.
///
/// The output lies in `target/ifc/<package>/`. On errors it stays as it was, and the build fails.
pub fn build() {
    let outcome = environment::read()
        .map_err(Failure::from)
        .and_then(|environment| run(&environment));
    match outcome {
        Ok(lines) => lines.iter().for_each(|line| println!("{line}")),
        Err(failure) => {
            eprintln!("{}", failure.0);
            std::process::exit(1);
        }
    }
}

/// What the user reads when the build fails.
struct Failure(String);

impl From<environment::Missing> for Failure {
    fn from(missing: environment::Missing) -> Self {
        Failure(format!("error: {missing}"))
    }
}

impl From<WriteError> for Failure {
    fn from(error: WriteError) -> Self {
        Failure(format!("error: {error}"))
    }
}

impl From<LoadError> for Failure {
    fn from(error: LoadError) -> Self {
        Failure(match error {
            LoadError::Usage(message) => format!("error: {message}"),
            LoadError::Input(unreadable) => {
                render(&Look::plain(""), &unreadable.files, &unreadable.diagnostic)
            }
        })
    }
}

/// Lines for Cargo.
fn run(environment: &Environment) -> Result<Vec<String>, Failure> {
    let loaded = load::load(&Request {
        manifest_path: environment.manifest_dir.join("Cargo.toml"),
        package: None,
        features: FeatureRequest::Environment(environment.features.clone()),
    })?;
    let watch = Watch::default();
    let read = |path: &Path| watch.read(path);
    let compilation = compile(&World {
        packages: loaded.packages.clone(),
        read: &read,
    });
    let base = load::relative(&loaded.workspace_root, &environment.manifest_dir);
    let look = Look::plain(base);

    let generated = Generated {
        dispatch: environment.out_dir.join("ifc_dispatch.rs"),
        manifest: environment.out_dir.join("ifc_manifest.json"),
        errors: environment.out_dir.join(ifc_syntax::handover::FILE),
    };
    if compilation.errors().next().is_some() {
        refuse(&compilation, &generated, &look, environment)?;
        let mut lines = watch.everything(&loaded.manifests);
        if is_unparsable(&compilation) {
            // rustc may get no further than to that file, so that nobody else says the rest.
            lines.extend(compilation.errors().map(|error| {
                let (line, code) = (render_line(&look, &compilation.files, error), error.code);
                format!("cargo::warning=error[{}]: {line}", code.number)
            }));
        }
        return Ok(with_warnings(lines, &look, &compilation));
    }

    output::write_if_changed(&generated.errors, b"")?;
    output::write_if_changed(&generated.dispatch, compilation.dispatch.as_bytes())?;
    let artifacts = compilation.artifacts.iter();
    for manifest in artifacts.filter(|artifact| artifact.path == "manifest.json") {
        output::write_if_changed(&generated.manifest, manifest.text.as_bytes())?;
    }
    let folder = publish_folder(&loaded, &environment.out_dir);
    output::publish(&folder, &compilation.artifacts)?;

    let lines = watch.found(&loaded.manifests);
    let mut lines = with_warnings(lines, &look, &compilation);
    lines.push(format!(
        "cargo::warning={}",
        summary(&compilation, &loaded, &folder)
    ));
    // The process ends: giving the memory back piece by piece would only take time.
    std::mem::forget(compilation);
    Ok(lines)
}

/// Whether rustc will refuse a file for its own reasons.
fn is_unparsable(compilation: &Compilation) -> bool {
    compilation.errors().any(|error| error.code == &SYNTAX)
}

/// What the script writes for rustc.
struct Generated {
    dispatch: PathBuf,
    /// For the tests of the crate.
    manifest: PathBuf,
    errors: PathBuf,
}

/// Lets rustc refuse the crate, or else fails here.
fn refuse(
    compilation: &Compilation,
    generated: &Generated,
    look: &Look,
    environment: &Environment,
) -> Result<(), Failure> {
    let Some(mut handover) = handover::divide(compilation, look, &environment.manifest_dir) else {
        return Err(Failure(all(look, compilation)));
    };
    // The crate does not compile even if nothing of the rest were shown.
    handover.repeated.push(end(compilation));
    let left = ifc_syntax::handover::write(&handover.left);
    output::write_if_changed(&generated.errors, left.as_bytes())?;
    let refusal = dispatch::refuse(&compilation.program, &handover.repeated);
    output::write_if_changed(&generated.dispatch, refusal.as_bytes())?;
    Ok(())
}

fn with_warnings(mut lines: Vec<String>, look: &Look, compilation: &Compilation) -> Vec<String> {
    let diagnostics = compilation.diagnostics.iter();
    let warnings = diagnostics.filter(|one| one.severity != Severity::Error);
    lines.extend(warnings.map(|warning| {
        let line = render_line(look, &compilation.files, warning);
        format!("cargo::warning={line}")
    }));
    lines
}

/// Every diagnostic, and how many there are.
fn all(look: &Look, compilation: &Compilation) -> String {
    let rendered = compilation
        .diagnostics
        .iter()
        .map(|diagnostic| render(look, &compilation.files, diagnostic));
    let end = format!("error: {}", end(compilation));
    rendered.chain([end]).collect::<Vec<_>>().join("\n\n")
}

fn end(compilation: &Compilation) -> String {
    match compilation.errors().count() {
        1 => "no infrastructure was written because of one error".to_owned(),
        count => format!("no infrastructure was written because of {count} errors"),
    }
}

/// The one path by which the compiler and rustc's macros both know a file.
fn canonical(path: &Path) -> String {
    let canonical = path.canonicalize();
    canonical.as_deref().unwrap_or(path).display().to_string()
}

/// Where the stack lies and what is in it, on the one line that Cargo shows of a build script.
fn summary(compilation: &Compilation, loaded: &Loaded, folder: &Path) -> String {
    let path = match folder.strip_prefix(&loaded.workspace_root) {
        Ok(inside) => inside.display().to_string(),
        Err(_) => folder.display().to_string(),
    };
    format!("{} in {path}/template.json", compilation.contents())
}
