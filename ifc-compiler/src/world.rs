//! The compiler's only contact with the outside: packages and a way to read files. The command
//! line and the build-script entry make one from disk, tests from memory.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The application's package and every package that it reaches by path.
pub struct World<'a> {
    /// `packages[0]` is the application.
    pub packages: Vec<Package>,
    /// Reads a file; absolute paths.
    pub read: &'a (dyn Fn(&Path) -> std::io::Result<Vec<u8>> + Sync),
}

/// One Cargo package, as far as the compiler needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    /// `package.name`.
    pub name: String,
    /// Folder of its `Cargo.toml`, absolute.
    pub root: PathBuf,
    /// Folder of its `Cargo.toml` relative to the application's, with `/`; empty for the
    /// application itself.
    pub relative_root: String,
    /// Library and binary targets whose sources belong to the program.
    pub targets: Vec<Target>,
    /// Dependencies by the name they have in source (`-` replaced, renames applied).
    pub dependencies: Vec<Dependency>,
    /// Enabled features, resolved.
    pub features: BTreeSet<String>,
    /// `[package.metadata.ifc]` as JSON, `Null` if absent.
    pub metadata: serde_json::Value,
}

/// A crate root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Name in source, `-` replaced by `_`.
    pub name: String,
    /// Name as Cargo knows it.
    pub label: String,
    /// Library or binary.
    pub kind: TargetKind,
    /// The root file, absolute.
    pub path: PathBuf,
    /// Edition of the target, `2015` to `2024`.
    pub edition: u16,
}

/// What a target is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TargetKind {
    /// `lib`.
    Library,
    /// `bin`.
    Binary,
}

/// A dependency as seen from source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dependency {
    /// Name by which `use` finds it.
    pub name: String,
    /// Name of the package.
    pub package: String,
    /// Index in [`World::packages`] when it is reached by path.
    pub path_package: Option<usize>,
    /// AWS SDK crates that its code can call itself, by service (`dynamodb`), `aws-config` and the
    /// SDK's own crates apart; none where no `Cargo.lock` tells.
    pub services: Option<Vec<String>>,
}
