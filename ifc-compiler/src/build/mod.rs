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
mod watch;

pub use folder::publish_folder;

use std::path::Path;

use crate::diagnostics::{Look, render, render_line};
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

    let dispatch = environment.out_dir.join("ifc_dispatch.rs");
    if is_unparsable(&compilation) {
        // rustc's own message is better than any that a build script can print, and it comes only
        // if the build goes on. Should rustc be able to read what `syn` is not, this file stops it.
        let refusal = dispatch::refuse(&errors(&look, &compilation));
        output::write_if_changed(&dispatch, refusal.as_bytes())?;
        return Ok(watch.everything(&loaded.manifests));
    }
    if compilation.errors().next().is_some() {
        return Err(Failure(all(&look, &compilation)));
    }

    output::write_if_changed(&dispatch, compilation.dispatch.as_bytes())?;
    let folder = publish_folder(&loaded, &environment.out_dir);
    output::publish(&folder, &compilation.artifacts)?;

    let mut lines = watch.found(&loaded.manifests);
    for diagnostic in &compilation.diagnostics {
        let line = render_line(&look, &compilation.files, diagnostic);
        lines.push(format!("cargo::warning={line}"));
    }
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

fn errors(look: &Look, compilation: &Compilation) -> Vec<String> {
    compilation
        .errors()
        .map(|error| render_line(look, &compilation.files, error))
        .collect()
}

/// Every diagnostic, and how many there are.
fn all(look: &Look, compilation: &Compilation) -> String {
    let rendered = compilation
        .diagnostics
        .iter()
        .map(|diagnostic| render(look, &compilation.files, diagnostic));
    let count = compilation.errors().count();
    let end = match count {
        1 => "error: no infrastructure was written because of the error above".to_owned(),
        _ => format!("error: no infrastructure was written because of {count} errors above"),
    };
    rendered.chain([end]).collect::<Vec<_>>().join("\n\n")
}

/// Where the stack lies and what is in it, on the one line that Cargo shows of a build script.
fn summary(compilation: &Compilation, loaded: &Loaded, folder: &Path) -> String {
    let path = match folder.strip_prefix(&loaded.workspace_root) {
        Ok(inside) => inside.display().to_string(),
        Err(_) => folder.display().to_string(),
    };
    format!("{} in {path}/template.json", compilation.contents())
}
