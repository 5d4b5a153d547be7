//! The examples of the repository, built as a user builds them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use anyhow::{Context, Result, ensure};
use ifc_compiler::testing::Fixture;

use crate::application::Application;

/// An example with its output and its binary.
#[derive(Clone, Debug)]
pub struct Example {
    /// Name of the package.
    pub package: String,
    /// What the compiler wrote.
    pub application: Application,
    /// The binary that serves all of its functions.
    pub binary: PathBuf,
}

impl Example {
    /// Packs the binary for Lambda, without its debug information.
    pub fn pack(&self, archive: &Path) -> Result<()> {
        let stripped = archive.with_extension("bootstrap");
        let mut strip = Command::new("strip");
        crate::tools::run(strip.arg("-o").arg(&stripped).arg(&self.binary))?;
        crate::archive(archive, "bootstrap", &fs::read(&stripped)?)
    }
}

/// The application that the checks of the harness themselves are tried with, written by hand.
pub fn reference() -> Result<Application> {
    Application::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/reference"))
}

/// Every example with handlers, in order of name.
pub fn examples() -> Result<Vec<Example>> {
    let packages = packages()?;
    if !packages.is_empty() {
        build(&packages)?;
    }
    let mut examples = Vec::new();
    for package in packages {
        let folder = crate::target().join("ifc").join(&package);
        let binary = crate::target().join("debug").join(&package);
        ensure!(binary.exists(), "no binary {}", binary.display());
        let application = Application::read(&folder)?;
        examples.push(Example {
            package,
            application,
            binary,
        });
    }
    Ok(examples)
}

/// One example by the name of its package.
pub fn example(package: &str) -> Result<Example> {
    let mut examples = examples()?.into_iter();
    examples
        .find(|example| example.package == package)
        .with_context(|| format!("no example {package}"))
}

/// What the compiler makes of every example and of the sources in `fixtures/applications`.
pub fn compiled() -> Result<Vec<Application>> {
    let examples = examples()?.into_iter().map(|example| example.application);
    Ok(examples.chain(fixtures()?).collect())
}

/// The reference and everything that is compiled.
pub fn applications() -> Result<Vec<Application>> {
    Ok(std::iter::once(reference()?).chain(compiled()?).collect())
}

/// Applications of one source file that nobody runs.
fn fixtures() -> Result<Vec<Application>> {
    static COMPILED: OnceLock<Result<Vec<PathBuf>, String>> = OnceLock::new();
    let folders = COMPILED.get_or_init(|| compile_fixtures().map_err(|e| format!("{e:#}")));
    let folders = folders.clone().map_err(anyhow::Error::msg)?;
    folders.iter().map(|one| Application::read(one)).collect()
}

fn compile_fixtures() -> Result<Vec<PathBuf>> {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/applications");
    let mut folders = Vec::new();
    for entry in fs::read_dir(sources)? {
        let source = entry?.path();
        let name = source.file_stem().context("a name")?.to_string_lossy();
        let mut fixture = Fixture::parse(&fs::read_to_string(&source)?);
        fixture.packages[0].name = name.to_string();
        let compiled = ifc_compiler::compile(&fixture.world());
        let said = compiled.diagnostics.iter().map(|one| &one.message);
        let said: Vec<_> = said.collect();
        ensure!(said.is_empty(), "{name}: {said:#?}");
        let folder = crate::target().join("ifc-tests").join(&*name);
        ifc_compiler::output::publish(&folder, &compiled.artifacts)?;
        folders.push(folder);
    }
    folders.sort();
    Ok(folders)
}

/// Packages below `examples` whose build script runs the compiler.
fn packages() -> Result<Vec<String>> {
    let mut packages = Vec::new();
    for entry in fs::read_dir(crate::workspace().join("examples"))? {
        let entry = entry?;
        let script = fs::read_to_string(entry.path().join("build.rs")).unwrap_or_default();
        if script.contains("ifc_compiler::build") {
            packages.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    packages.sort();
    Ok(packages)
}

/// Selects the whole workspace with its tests' dependencies, so that crates have the features that
/// `cargo test --workspace` gave them and none is compiled a second time, and builds of it only the
/// binaries and one small test.
fn build(packages: &[String]) -> Result<()> {
    static BUILT: OnceLock<Result<(), String>> = OnceLock::new();
    let built = BUILT.get_or_init(|| {
        let mut command = Command::new(env!("CARGO"));
        command.args(["build", "--quiet", "--workspace", "--test", "lint"]);
        for package in packages {
            command.args(["--bin", package]);
        }
        command.current_dir(crate::workspace());
        crate::tools::run(&mut command).map_err(|error| format!("{error:#}"))
    });
    built.clone().map_err(anyhow::Error::msg)
}
