//! What can go wrong before a single source file is read.

use std::path::Path;
use std::sync::Arc;

use cargo_metadata::{Metadata, Package};

use crate::diagnostics::{Code, Diagnostic, Severity};
use crate::manifest::codes::UNKNOWN_SETTING;
use crate::span::{Files, Span};

/// Why an application was not loaded.
#[derive(Clone, Debug)]
pub enum LoadError {
    /// The input is wrong.
    Input(Box<Unreadable>),
    /// The request is wrong or the machine lacks something.
    Usage(String),
}

/// A diagnostic with the manifests that it shows.
#[derive(Clone, Debug)]
pub struct Unreadable {
    /// Manifests, if any is shown.
    pub files: Files,
    /// What is wrong.
    pub diagnostic: Diagnostic,
}

/// A manifest does not exist.
pub static MANIFEST_MISSING: Code = Code {
    number: "IFC0080",
    name: "manifest_missing",
    severity: Severity::Error,
    page: "\
## What
There is no `Cargo.toml` where one is expected.

## Why
The compiler reads the package, its targets, features and path dependencies from there.

## Example
```toml
[dependencies]
orders-core = { path = \"../order-core\" }   # the folder is named `orders-core`
```

## Instead
Run the command in the folder of the package or below it, name the file with `--manifest-path`,
or correct the `path` of the dependency.
",
};

/// Cargo refuses a manifest.
pub static MANIFEST_UNREADABLE: Code = Code {
    number: "IFC0081",
    name: "manifest_unreadable",
    severity: Severity::Error,
    page: "\
## What
Cargo does not accept the manifest. The message is Cargo's own.

## Why
Without it nobody knows which files belong to the application.

## Example
```toml
[package]
name = \"orders\"
version =
```

## Instead
Correct the manifest until `cargo metadata --no-deps` accepts it.
",
};

/// The package has nothing to deploy.
pub static NO_BINARY: Code = Code {
    number: "IFC0082",
    name: "no_binary",
    severity: Severity::Error,
    page: "\
## What
The package has no binary target.

## Why
One binary serves every function of an application; without it there is nothing to deploy.

## Example
A package with `src/lib.rs` alone.

## Instead
Add `src/main.rs` with `ifc_runtime::main!();`. A library whose handlers another package deploys
needs no build script: `ifc_runtime::handlers!();` in its root is enough.
",
};

/// The package has several binaries, none of which stands out.
pub static SEVERAL_BINARIES: Code = Code {
    number: "IFC0083",
    name: "several_binaries",
    severity: Severity::Error,
    page: "\
## What
The package has several binaries, and nothing says which of them is the application.

## Why
One binary serves every function of an application.

## Example
`src/bin/api.rs` and `src/bin/admin.rs` in the package `orders`.

## Instead
Set `default-run = \"api\"` under `[package]`, or name one binary like the package.
",
};

/// A package's `Cargo.toml` is not there.
pub(super) fn manifest_missing(manifest: &Path) -> LoadError {
    let message = match manifest.is_dir() {
        true => format!("`{}` is a folder, not a manifest", manifest.display()),
        false => format!("there is no `{}`", manifest.display()),
    };
    input(Diagnostic::global(&MANIFEST_MISSING, message).help(
        "run the command in the folder of a package, or name its manifest with `--manifest-path`",
    ))
}

/// Takes Cargo's own words, and its place where it gives one.
pub(super) fn unreadable(manifest: &Path, error: cargo_metadata::Error) -> LoadError {
    let stderr = match error {
        cargo_metadata::Error::CargoMetadata { stderr } => stderr,
        other => return LoadError::Usage(other.to_string()),
    };
    let text = stderr.trim();
    let text = text.strip_prefix("error: ").unwrap_or(text);
    let mut lines = text.lines();
    let headline = lines.next().unwrap_or("cargo gives no reason");
    let mut files = Files::default();
    let mut diagnostic = match placed(manifest, &stderr, &mut files) {
        Some(span) => Diagnostic::new(&MANIFEST_UNREADABLE, span, "the manifest cannot be read")
            .label(headline),
        None => {
            let mut diagnostic = Diagnostic::global(&MANIFEST_UNREADABLE, headline);
            let causes = lines
                .map(str::trim)
                .filter(|l| !l.is_empty() && *l != "Caused by:");
            diagnostic.notes = causes.map(str::to_owned).collect();
            diagnostic
        }
    };
    diagnostic
        .helps
        .push("`cargo metadata --no-deps` shows the same error".to_owned());
    LoadError::Input(Box::new(Unreadable { files, diagnostic }))
}

/// The place in ` --> Cargo.toml:3:11`, which is relative to a folder that Cargo does not tell.
fn placed(manifest: &Path, stderr: &str, files: &mut Files) -> Option<Span> {
    let place = stderr
        .lines()
        .find_map(|line| line.trim().strip_prefix("--> "))?;
    let mut parts = place.rsplitn(3, ':');
    let column: usize = parts.next()?.parse().ok()?;
    let line: usize = parts.next()?.parse().ok()?;
    let named = Path::new(parts.next()?);
    let candidates = manifest
        .ancestors()
        .skip(1)
        .map(|folder| folder.join(named));
    let path = candidates.into_iter().find(|path| path.is_file())?;
    let text = String::from_utf8(super::read_file(&path).ok()?).ok()?;
    let line_start: usize = text
        .split_inclusive('\n')
        .take(line - 1)
        .map(str::len)
        .sum();
    let rest = text.get(line_start..)?;
    let before: usize = rest.chars().take(column - 1).map(char::len_utf8).sum();
    let start = (line_start + before) as u32;
    let end = start
        + rest[before..]
            .chars()
            .next()
            .map_or(0, |c| c.len_utf8() as u32);
    let shown = path.file_name()?.to_string_lossy().into_owned();
    let file = files.add(shown, Arc::from(text));
    Some(Span { file, start, end })
}

pub(super) fn no_binary(package: &str) -> LoadError {
    let message = format!("the package `{package}` has no binary to deploy");
    input(
        Diagnostic::global(&NO_BINARY, message)
            .help("add `src/main.rs` with `ifc_runtime::main!();`"),
    )
}

pub(super) fn nothing_to_run(package: &str) -> LoadError {
    LoadError::Usage(format!(
        "the package `{package}` has no binary, so there is no `main` to begin at"
    ))
}

pub(super) fn no_binaries() -> LoadError {
    LoadError::Usage("no package of this workspace has a binary".to_owned())
}

pub(super) fn several_binaries(package: &str, binaries: &[&cargo_metadata::Target]) -> LoadError {
    let names: Vec<String> = binaries.iter().map(|t| format!("`{}`", t.name)).collect();
    let message = format!(
        "the package `{package}` has several binaries: {}",
        names.join(", ")
    );
    input(
        Diagnostic::global(&SEVERAL_BINARIES, message)
            .help("name the application's with `default-run` under `[package]`"),
    )
}

pub(super) fn settings_of_workspace(application: &str) -> LoadError {
    let message = "`[workspace.metadata.ifc]` is not read";
    input(
        Diagnostic::global(&UNKNOWN_SETTING, message)
            .note("Cargo hands down no metadata from a workspace to its packages")
            .help(format!(
                "write the settings below `[package.metadata.ifc]` in the `Cargo.toml` of `{application}`"
            )),
    )
}

pub(super) fn settings_of_library(library: &str, application: &str) -> LoadError {
    let message = format!("`[package.metadata.ifc]` of the library `{library}` is not read");
    input(
        Diagnostic::global(&UNKNOWN_SETTING, message)
            .note(format!("its functions are deployed by `{application}`"))
            .help(format!(
                "write the settings into the `Cargo.toml` of `{application}`"
            )),
    )
}

pub(super) fn unknown_package(name: &str, metadata: &Metadata) -> LoadError {
    let names: Vec<&str> = metadata.packages.iter().map(|p| p.name.as_str()).collect();
    LoadError::Usage(format!(
        "there is no package `{name}` in this workspace; it has {}",
        quoted(names)
    ))
}

pub(super) fn no_application() -> LoadError {
    LoadError::Usage(
        "no package of this workspace has a binary and depends on `ifc-runtime`; name one with `--package`"
            .to_owned(),
    )
}

pub(super) fn which_application(applications: &[&Package]) -> LoadError {
    let names = applications.iter().map(|p| p.name.as_str()).collect();
    LoadError::Usage(format!(
        "several packages could be meant: {}; name one with `--package`",
        quoted(names)
    ))
}

pub(super) fn unknown_feature(feature: &str, package: &Package) -> LoadError {
    let names = package
        .features
        .keys()
        .map(String::as_str)
        .collect::<Vec<_>>();
    let known = match names.is_empty() {
        true => "it has none".to_owned(),
        false => format!("it has {}", quoted(names)),
    };
    LoadError::Usage(format!(
        "the package `{}` has no feature `{feature}`; {known}",
        package.name
    ))
}

fn quoted(mut names: Vec<&str>) -> String {
    names.sort_unstable();
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}

fn input(diagnostic: Diagnostic) -> LoadError {
    LoadError::Input(Box::new(Unreadable {
        files: Files::default(),
        diagnostic,
    }))
}
