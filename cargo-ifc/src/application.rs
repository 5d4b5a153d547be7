//! Loads and compiles the application that the command line means.

use std::path::{Path, PathBuf};

use ifc_compiler::diagnostics::{Diagnostic, Look};
use ifc_compiler::load::{self, LoadError, Loaded, Request};
use ifc_compiler::span::Files;
use ifc_compiler::world::World;
use ifc_compiler::{Compilation, compile};

use crate::args::{Arch, MessageFormat, Select};
use crate::commands::verify::Place;
use crate::failure::{Failure, usage};
use crate::render;

/// A compiled application.
pub(crate) struct Application {
    pub(crate) loaded: Loaded,
    pub(crate) compilation: Compilation,
    /// Folder of the application as seen from the current folder.
    pub(crate) base: String,
}

impl Application {
    /// Its `Cargo.toml`.
    pub(crate) fn manifest(&self) -> PathBuf {
        self.loaded.packages[0].root.join("Cargo.toml")
    }

    /// The architecture in `[package.metadata.ifc]`.
    pub(crate) fn architecture(&self) -> Arch {
        match self.loaded.packages[0].metadata["architecture"].as_str() {
            Some("x86_64") => Arch::X86_64,
            _ => Arch::Arm64,
        }
    }

    /// How to show places in its source.
    pub(crate) fn place(&self) -> Place<'_> {
        Place {
            name: &self.loaded.packages[0].name,
            files: &self.compilation.files,
            look: self.look(),
            folder: load::relative(&self.loaded.workspace_root, &self.loaded.packages[0].root),
        }
    }

    /// How to show its places on a terminal.
    pub(crate) fn look(&self) -> Look {
        Look::styled(&*self.base)
    }

    /// Shows the diagnostics as `format` asks. Errors end the command.
    pub(crate) fn report(&self, format: MessageFormat) -> Result<(), Failure> {
        let folder = load::relative(&self.loaded.workspace_root, &self.loaded.packages[0].root);
        let files = &self.compilation.files;
        render::diagnostics(
            format,
            &self.look(),
            &folder,
            files,
            &self.compilation.diagnostics,
        );
        match self.compilation.errors().next().is_some() {
            true => Err(Failure::Diagnostics),
            false => Ok(()),
        }
    }
}

/// Loads and compiles. What is wrong with manifests is shown as `format` asks.
pub(crate) fn compile_selected(
    select: &Select,
    arch: Option<Arch>,
    format: MessageFormat,
) -> Result<Application, Failure> {
    let (current, request) = selected(select)?;
    let mut loaded = load::load(&request).map_err(|error| refused(format, error))?;
    if let (Some(arch), Some(application)) = (arch, loaded.packages.first_mut()) {
        set_architecture(&mut application.metadata, arch);
    }
    let compilation = compile(&World {
        packages: loaded.packages.clone(),
        read: &load::read_file,
    });
    let base = load::relative(&current, &loaded.packages[0].root);
    Ok(Application {
        loaded,
        compilation,
        base,
    })
}

/// The current folder, and what the command line selects from there.
pub(crate) fn selected(select: &Select) -> Result<(PathBuf, Request), Failure> {
    let current = std::env::current_dir().map_err(|e| usage("there is no current folder", e))?;
    let request = Request {
        manifest_path: manifest_path(select, &current),
        package: select.package.clone(),
        features: select.feature_request(),
    };
    Ok((current, request))
}

/// Where the output files of an application lie.
pub(crate) fn output_folder(loaded: &Loaded) -> PathBuf {
    let folder = loaded.target_directory.join("ifc");
    folder.join(&loaded.packages[0].name)
}

/// The file that was named, else the nearest one upwards, else the one that should be here.
fn manifest_path(select: &Select, current: &Path) -> PathBuf {
    match &select.manifest_path {
        Some(path) => current.join(path),
        None => current
            .ancestors()
            .map(|folder| folder.join("Cargo.toml"))
            .find(|path| path.is_file())
            .unwrap_or_else(|| current.join("Cargo.toml")),
    }
}

pub(crate) fn refused(format: MessageFormat, error: LoadError) -> Failure {
    match error {
        LoadError::Usage(message) => Failure::Usage(message),
        LoadError::Input(unreadable) => {
            let files: &Files = &unreadable.files;
            let list: &[Diagnostic] = std::slice::from_ref(&unreadable.diagnostic);
            render::diagnostics(format, &Look::styled(""), "", files, list);
            Failure::Diagnostics
        }
    }
}

/// The command line wins over `[package.metadata.ifc]`.
fn set_architecture(metadata: &mut serde_json::Value, arch: Arch) {
    if metadata.is_null() {
        *metadata = serde_json::Value::Object(serde_json::Map::new());
    }
    // What is no table is an error of its own.
    if let Some(settings) = metadata.as_object_mut() {
        settings.insert("architecture".to_owned(), arch.name().into());
    }
}
