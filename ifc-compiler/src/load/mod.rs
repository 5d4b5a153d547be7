//! Finds the packages of an application on disk with `cargo metadata`: the application itself and
//! everything that it reaches by path. Output: the packages of a [`World`].
//!
//! [`World`]: crate::world::World

#![expect(
    clippy::disallowed_methods,
    reason = "this stage is the compiler's way to the disk"
)]

mod amount;
mod errors;
mod features;
mod lock;
mod metadata;
mod paths;
mod project;

pub use errors::{
    LoadError, MANIFEST_MISSING, MANIFEST_UNREADABLE, NO_BINARY, SEVERAL_BINARIES, Unreadable,
};
pub use features::FeatureRequest;
pub use paths::{join, relative};
pub use project::{Project, project};

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use cargo_metadata::{DependencyKind, TargetKind as Kind};

use crate::parallel;
use crate::world::{Dependency, Package, Target, TargetKind};

/// What to load.
#[derive(Clone, Debug)]
pub struct Request {
    /// The `Cargo.toml` of the application, or of the workspace that has it.
    pub manifest_path: PathBuf,
    /// Which package of the workspace; needed only where several could be meant.
    pub package: Option<String>,
    /// Features of the application.
    pub features: FeatureRequest,
}

/// An application on disk.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// `packages[0]` is the application; its first target is the binary.
    pub packages: Vec<Package>,
    /// Name of the application's binary as Cargo knows it.
    pub binary: String,
    /// Every `Cargo.toml` that was read, and `Cargo.lock` if there is one; absolute, in order.
    pub manifests: Vec<PathBuf>,
    /// Root folder of the application's workspace.
    pub workspace_root: PathBuf,
    /// Where cargo puts what users look for.
    pub target_directory: PathBuf,
    /// Where cargo puts intermediate files; often the same.
    pub build_directory: PathBuf,
}

/// Reads a file of a loaded application.
pub fn read_file(path: &Path) -> std::io::Result<Vec<u8>> {
    std::fs::read(path)
}

/// Loads an application.
pub fn load(request: &Request) -> Result<Loaded, LoadError> {
    let mut workspaces = metadata::Workspaces::default();
    let workspace = parallel::while_warming(
        |is_over| room_for(&request.manifest_path, is_over),
        || workspaces.read(&request.manifest_path),
    )?;
    let application = metadata::select(&workspace, request)?;
    let reached = reach(&mut workspaces, vec![application])?;
    misplaced_settings(&workspace, &reached)?;
    let features = features::resolve(&reached, 1, &request.features)?;
    let lock = lock::Lock::read(workspace.workspace_root.as_std_path());

    let root = folder(&reached[0]).to_path_buf();
    let mut packages = Vec::with_capacity(reached.len());
    for (at, package) in reached.iter().enumerate() {
        let mut targets = Vec::new();
        if at == 0 {
            targets.push(target(binary(package)?, TargetKind::Binary));
        }
        targets.extend(libraries(package));
        let loaded = self::package(&root, &reached, at, targets, &features[at], &lock);
        packages.push(loaded);
    }

    let mut manifests: BTreeSet<PathBuf> = reached
        .iter()
        .map(|package| package.manifest_path.clone().into())
        .collect();
    manifests.extend(workspaces.root_manifests());
    manifests.extend(lock.path.clone());
    Ok(Loaded {
        packages,
        binary: binary(&reached[0])?.name.clone(),
        manifests: manifests.into_iter().collect(),
        workspace_root: workspace.workspace_root.clone().into(),
        target_directory: workspace.target_directory.clone().into(),
        build_directory: workspace
            .build_directory
            .as_ref()
            .unwrap_or(&workspace.target_directory)
            .clone()
            .into(),
    })
}

/// Settings of the product where nobody reads them: Cargo hands down no metadata from a workspace to
/// its packages, and a library's functions belong to the application that deploys them.
fn misplaced_settings(
    workspace: &cargo_metadata::Metadata,
    reached: &[cargo_metadata::Package],
) -> Result<(), LoadError> {
    let has_settings = |metadata: &serde_json::Value| metadata.get("ifc").is_some();
    let name = &reached[0].name;
    if has_settings(&workspace.workspace_metadata) {
        return Err(errors::settings_of_workspace(name));
    }
    let is_library =
        |package: &cargo_metadata::Package| !package.targets.iter().any(|t| t.is_bin());
    match reached[1..]
        .iter()
        .find(|package| is_library(package) && has_settings(&package.metadata))
    {
        Some(library) => Err(errors::settings_of_library(&library.name, name)),
        None => Ok(()),
    }
}

/// What sources take in memory for each of their bytes, as far as their threads ask for it.
const EACH_BYTE: usize = 24;

/// The memory that the sources beside a manifest will take.
fn room_for(manifest: &Path, is_over: &AtomicBool) -> usize {
    let folder = manifest.parent();
    let bytes = folder.map_or(0, |folder| amount::source_bytes(folder, is_over));
    usize::try_from(bytes)
        .unwrap_or(0)
        .saturating_mul(EACH_BYTE)
}

/// One package as the compiler sees it.
fn package(
    root: &Path,
    reached: &[cargo_metadata::Package],
    at: usize,
    targets: Vec<Target>,
    features: &BTreeSet<String>,
    lock: &lock::Lock,
) -> Package {
    let package = &reached[at];
    Package {
        name: package.name.to_string(),
        root: folder(package).to_path_buf(),
        relative_root: relative(root, folder(package)),
        targets,
        dependencies: dependencies(package, reached, lock),
        features: features.clone(),
        metadata: package.metadata.get("ifc").cloned().unwrap_or_default(),
    }
}

/// Some packages and what they reach by path: they come first, the others in order of their folder
/// seen from the first one, so that the order is the same on every machine.
fn reach(
    workspaces: &mut metadata::Workspaces,
    roots: Vec<cargo_metadata::Package>,
) -> Result<Vec<cargo_metadata::Package>, LoadError> {
    let Some(first) = roots.first() else {
        return Ok(roots);
    };
    let base = folder(first).to_path_buf();
    let known: BTreeSet<String> = roots.iter().map(|p| relative(&base, folder(p))).collect();
    let mut found = BTreeMap::new();
    let mut queue = roots.clone();
    while let Some(package) = queue.pop() {
        let paths = package.dependencies.iter().filter(|d| is_source(d));
        for path in paths.filter_map(|dependency| dependency.path.as_ref()) {
            let key = relative(&base, path.as_std_path());
            if known.contains(&key) || found.contains_key(&key) {
                continue;
            }
            let next = workspaces.package_at(path.as_std_path())?;
            if next.targets.iter().any(is_library) {
                queue.push(next.clone());
                found.insert(key, next);
            }
        }
    }
    Ok(roots.into_iter().chain(found.into_values()).collect())
}

/// Whether a dependency's sources are part of the program. The product's own crates are not: what
/// they do is described by the catalog.
fn is_source(dependency: &cargo_metadata::Dependency) -> bool {
    dependency.kind == DependencyKind::Normal
        && !matches!(
            dependency.name.as_str(),
            "ifc-runtime" | "ifc-macros" | "ifc-catalog"
        )
}

fn is_library(target: &cargo_metadata::Target) -> bool {
    target
        .kind
        .iter()
        .any(|kind| matches!(kind, Kind::Lib | Kind::RLib | Kind::DyLib | Kind::CDyLib))
}

fn folder(package: &cargo_metadata::Package) -> &Path {
    package
        .manifest_path
        .parent()
        .map_or(Path::new(""), |parent| parent.as_std_path())
}

/// Of packages that others depend on only the library counts: nobody else can call into their
/// binaries.
fn libraries(package: &cargo_metadata::Package) -> impl Iterator<Item = Target> + '_ {
    let libraries = package.targets.iter().filter(|target| is_library(target));
    libraries.map(|library| target(library, TargetKind::Library))
}

/// The binary that is deployed: the only one, or `default-run`, or the one named like the package.
fn binary(package: &cargo_metadata::Package) -> Result<&cargo_metadata::Target, LoadError> {
    let binaries: Vec<_> = package.targets.iter().filter(|t| t.is_bin()).collect();
    let wanted = package.default_run.as_deref().unwrap_or(&package.name);
    match binaries.as_slice() {
        [] => Err(errors::no_binary(&package.name)),
        [only] => Ok(only),
        several => several
            .iter()
            .find(|target| target.name == wanted)
            .copied()
            .ok_or_else(|| errors::several_binaries(&package.name, several)),
    }
}

fn target(target: &cargo_metadata::Target, kind: TargetKind) -> Target {
    Target {
        name: target.name.replace('-', "_"),
        label: target.name.clone(),
        kind,
        path: target.src_path.clone().into(),
        edition: target.edition.as_str().parse().unwrap_or(2024),
    }
}

fn dependencies(
    package: &cargo_metadata::Package,
    reached: &[cargo_metadata::Package],
    lock: &lock::Lock,
) -> Vec<Dependency> {
    let mut dependencies: Vec<Dependency> = package
        .dependencies
        .iter()
        .filter(|dependency| dependency.kind == DependencyKind::Normal)
        .map(|dependency| {
            let path_package = dependency
                .path
                .as_ref()
                .and_then(|path| reached.iter().position(|p| folder(p) == path.as_std_path()));
            Dependency {
                name: extern_name(dependency, path_package.map(|at| &reached[at])),
                services: match path_package {
                    Some(_) => Some(Vec::new()),
                    None => lock.services(&dependency.name),
                },
                package: dependency.name.clone(),
                path_package,
            }
        })
        .collect();
    dependencies.sort_by(|a, b| (&a.name, &a.package).cmp(&(&b.name, &b.package)));
    dependencies.dedup();
    dependencies
}

/// A rename wins over the name of the library target, which wins over the package's.
fn extern_name(
    dependency: &cargo_metadata::Dependency,
    package: Option<&cargo_metadata::Package>,
) -> String {
    let library = || {
        let target = package?.targets.iter().find(|target| is_library(target))?;
        Some(target.name.clone())
    };
    dependency
        .rename
        .clone()
        .or_else(library)
        .unwrap_or_else(|| dependency.name.clone())
        .replace('-', "_")
}
