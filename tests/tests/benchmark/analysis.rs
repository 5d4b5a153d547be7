//! What the compiler grants the projects.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Result, anyhow};
use ifc_compiler::catalog::manifest::Permission;
use ifc_compiler::load::{self, FeatureRequest, Request};
use ifc_compiler::policy::{self, Selection};
use ifc_compiler::world::World;

use crate::score::Pair;

/// What each function may do, and what was not understood.
#[derive(Default)]
pub(crate) struct Analysed {
    pub granted: BTreeMap<String, BTreeSet<Pair>>,
    pub unresolved: BTreeMap<String, Vec<String>>,
}

/// An application with typed handles.
pub(crate) fn typed(name: &str) -> Result<Analysed> {
    let folder = ifc_tests::workspace()
        .join("tests/benchmark/typed")
        .join(name);
    let loaded = load::load(&request(&folder)).map_err(|error| anyhow!("{name}: {error:?}"))?;

    let compilation = ifc_compiler::compile(&World {
        packages: loaded.packages,
        read: &load::read_file,
    });
    let mut analysed = Analysed::default();
    for (function, manifest) in &compilation.manifest.functions {
        analysed
            .granted
            .insert(function.clone(), pairs(&manifest.permissions));
        let errors = compilation
            .errors()
            .map(|e| format!("{} {}", e.code.number, e.message));
        analysed
            .unresolved
            .insert(function.clone(), errors.collect());
    }
    Ok(analysed)
}

fn request(folder: &Path) -> Request {
    Request {
        manifest_path: folder.join("Cargo.toml"),
        package: None,
        features: FeatureRequest::Chosen {
            features: Vec::new(),
            default: true,
        },
    }
}

/// Without what the platform does with the role for every function: its logs, and what it puts
/// aside.
fn pairs(permissions: &[Permission]) -> BTreeSet<Pair> {
    let mut pairs = BTreeSet::new();
    for permission in permissions {
        for resource in permission
            .resources
            .iter()
            .filter(|resource| !is_plumbing(resource))
        {
            for action in &permission.actions {
                pairs.insert((action.to_string(), neutral(resource)));
            }
        }
    }
    pairs
}

fn is_plumbing(resource: &str) -> bool {
    resource.starts_with("log_group:") || resource.starts_with("dead_letters:")
}

/// Without the place of the deployment: `arn:*:sqs:*:*:jobs`.
fn neutral(resource: &str) -> String {
    let place = ["${AWS::Partition}", "${AWS::Region}", "${AWS::AccountId}"];
    place
        .iter()
        .fold(resource.to_owned(), |text, part| text.replace(part, "*"))
}

/// All binaries with raw SDK calls.
pub(crate) fn raw() -> Result<Analysed> {
    let folder = ifc_tests::workspace().join("tests/benchmark");
    let project = load::project(&request(&folder)).map_err(|error| anyhow!("{error:?}"))?;
    let world = World {
        packages: project.packages,
        read: &load::read_file,
    };
    let policy = policy::infer(&world, &Selection::default()).map_err(|e| anyhow!("{e:?}"))?;
    let mut analysed = Analysed::default();
    for function in &policy.functions {
        analysed
            .granted
            .insert(function.name.clone(), pairs(&function.permissions));
        let unresolved = function.unresolved.iter();
        let unresolved = unresolved.map(|what| format!("{} {}", what.code.number, what.message));
        analysed
            .unresolved
            .insert(function.name.clone(), unresolved.collect());
    }
    Ok(analysed)
}
