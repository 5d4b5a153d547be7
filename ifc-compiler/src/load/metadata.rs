//! Runs `cargo metadata --no-deps --offline`, once for each workspace that the application
//! reaches, and picks packages from the answers.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use cargo_metadata::{Metadata, MetadataCommand, Package};

use super::errors::{self, LoadError};
use super::{Request, folder};

/// Answers of `cargo metadata` by the root folder of the workspace.
#[derive(Default)]
pub(super) struct Workspaces {
    read: BTreeMap<PathBuf, Metadata>,
}

impl Workspaces {
    /// The workspace that a manifest belongs to.
    pub(super) fn read(&mut self, manifest: &Path) -> Result<Metadata, LoadError> {
        if !manifest.is_file() {
            return Err(errors::manifest_missing(manifest));
        }
        let mut command = MetadataCommand::new();
        command
            .manifest_path(manifest)
            .no_deps()
            .other_options(["--offline".to_owned()]);
        // Cargo reads all certificates of the machine when it starts, which takes longer than all
        // that is asked for. It connects to nothing here; but where Cargo is not named, `cargo` may
        // be a program that loads a toolchain first.
        if cfg!(unix) && std::env::var_os("CARGO").is_some() {
            command.env("SSL_CERT_FILE", "/dev/null");
        }
        let metadata = command
            .exec()
            .map_err(|error| errors::unreadable(manifest, error))?;
        self.read
            .insert(metadata.workspace_root.clone().into(), metadata.clone());
        Ok(metadata)
    }

    /// The package in a folder.
    pub(super) fn package_at(&mut self, root: &Path) -> Result<Package, LoadError> {
        if let Some(package) = self.known(root) {
            return Ok(package.clone());
        }
        let manifest = root.join("Cargo.toml");
        self.read(&manifest)?;
        self.known(root)
            .cloned()
            .ok_or_else(|| errors::manifest_missing(&manifest))
    }

    /// Manifests of the workspaces: packages inherit versions and metadata from them.
    pub(super) fn root_manifests(&self) -> impl Iterator<Item = PathBuf> + '_ {
        self.read.keys().map(|root| root.join("Cargo.toml"))
    }

    fn known(&self, root: &Path) -> Option<&Package> {
        self.read
            .values()
            .flat_map(|metadata| &metadata.packages)
            .find(|package| folder(package) == root)
    }
}

/// The package that the request means: the named one, else the one whose manifest it is, else the
/// only one of the workspace that depends on `ifc-runtime` and has a binary.
pub(super) fn select(metadata: &Metadata, request: &Request) -> Result<Package, LoadError> {
    if let Some(package) = named(metadata, request)? {
        return Ok(package);
    }
    let applications: Vec<&Package> = metadata
        .packages
        .iter()
        .filter(|package| is_application(package))
        .collect();
    match applications.as_slice() {
        [only] => Ok((*only).clone()),
        [] => Err(errors::no_application()),
        several => Err(errors::which_application(several)),
    }
}

/// The package that the request names, or whose manifest it gives; none for a virtual manifest.
pub(super) fn named(metadata: &Metadata, request: &Request) -> Result<Option<Package>, LoadError> {
    if let Some(name) = &request.package {
        let mut packages = metadata.packages.iter();
        return match packages.find(|package| package.name.as_str() == name) {
            Some(package) => Ok(Some(package.clone())),
            None => Err(errors::unknown_package(name, metadata)),
        };
    }
    let asked = request.manifest_path.canonicalize();
    let own = metadata.packages.iter().find(|package| {
        asked.as_ref().is_ok_and(|asked| {
            package
                .manifest_path
                .canonicalize()
                .is_ok_and(|p| p == *asked)
        })
    });
    Ok(own.cloned())
}

fn is_application(package: &Package) -> bool {
    package.targets.iter().any(|target| target.is_bin())
        && package
            .dependencies
            .iter()
            .any(|dependency| dependency.name == "ifc-runtime")
}
