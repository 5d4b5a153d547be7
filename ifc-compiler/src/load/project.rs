//! Existing projects: every binary of the packages that a manifest means, with what they reach by
//! path. Nothing in them needs to know of this compiler.

use std::path::PathBuf;

use cargo_metadata::Metadata;

use super::errors::{self, LoadError};
use super::{Request, features, folder, libraries, lock, metadata, package, reach, target};
use crate::world::{Package, TargetKind};

/// A project on disk.
#[derive(Clone, Debug)]
pub struct Project {
    /// The packages whose binaries count come first.
    pub packages: Vec<Package>,
    /// How many those are.
    pub roots: usize,
    /// Folder to which the places of files are relative: of the package, or of the workspace where
    /// several packages are meant.
    pub base: PathBuf,
    /// Binaries that these features do not build, with those that they ask for.
    pub left_out: Vec<(String, Vec<String>)>,
    /// Where cargo puts what users look for.
    pub target_directory: PathBuf,
}

/// Loads a project. A virtual manifest means all members that have a binary and use AWS.
pub fn project(request: &Request) -> Result<Project, LoadError> {
    let mut workspaces = metadata::Workspaces::default();
    let workspace = workspaces.read(&request.manifest_path)?;
    let named = metadata::named(&workspace, request)?;
    let base = match &named {
        Some(package) => folder(package).to_path_buf(),
        None => workspace.workspace_root.clone().into(),
    };
    let lock = lock::Lock::read(workspace.workspace_root.as_std_path());
    let selected = match named {
        Some(package) if package.targets.iter().any(|target| target.is_bin()) => vec![package],
        Some(package) => return Err(errors::nothing_to_run(&package.name)),
        None => members(&workspace, &lock)?,
    };
    let roots = selected.len();
    let reached = reach(&mut workspaces, selected)?;
    let features = features::resolve(&reached, roots, &request.features)?;

    let mut left_out = Vec::new();
    let mut packages = Vec::with_capacity(reached.len());
    for (at, data) in reached.iter().enumerate() {
        let mut targets = Vec::new();
        for binary in data.targets.iter().filter(|t| at < roots && t.is_bin()) {
            let wanted = &binary.required_features;
            if wanted.iter().all(|feature| features[at].contains(feature)) {
                targets.push(target(binary, TargetKind::Binary));
            } else {
                left_out.push((binary.name.clone(), wanted.clone()));
            }
        }
        targets.extend(libraries(data));
        packages.push(package(&base, &reached, at, targets, &features[at], &lock));
    }
    Ok(Project {
        packages,
        roots,
        base,
        left_out,
        target_directory: workspace.target_directory.clone().into(),
    })
}

/// Members that have a binary and use AWS; all that have a binary where none does.
fn members(
    workspace: &Metadata,
    lock: &lock::Lock,
) -> Result<Vec<cargo_metadata::Package>, LoadError> {
    let members: Vec<_> = workspace
        .packages
        .iter()
        .filter(|package| package.targets.iter().any(|target| target.is_bin()))
        .cloned()
        .collect();
    let users: Vec<_> = members
        .iter()
        .filter(|package| uses_aws(workspace, lock, package))
        .cloned()
        .collect();
    match (users.is_empty(), members.is_empty()) {
        (false, _) => Ok(users),
        (true, false) => Ok(members),
        (true, true) => Err(errors::no_binaries()),
    }
}

/// Whether a package, or a member that it reaches by path, depends on a crate that can call AWS. Of a
/// package outside of the workspace nobody has asked yet what it depends on.
fn uses_aws(workspace: &Metadata, lock: &lock::Lock, package: &cargo_metadata::Package) -> bool {
    let mut seen = vec![&package.id];
    let mut open = vec![package];
    while let Some(package) = open.pop() {
        for dependency in &package.dependencies {
            let Some(path) = &dependency.path else {
                if calls_aws(lock, &dependency.name) {
                    return true;
                }
                continue;
            };
            let mut members = workspace.packages.iter();
            match members.find(|member| folder(member) == path.as_std_path()) {
                Some(member) if seen.contains(&&member.id) => {}
                Some(member) => {
                    seen.push(&member.id);
                    open.push(member);
                }
                None => return true,
            }
        }
    }
    false
}

/// Whether a crate from a registry is of the SDK, or calls AWS by what `Cargo.lock` says.
fn calls_aws(lock: &lock::Lock, name: &str) -> bool {
    let services = lock.services(name);
    name.starts_with("aws-") || services.is_some_and(|services| !services.is_empty())
}
