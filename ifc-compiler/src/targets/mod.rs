//! Output formats: one folder each, listed in [`TARGETS`]. Input: the manifest, nothing else.

pub mod cloudformation;
pub mod graph;
pub mod json;
pub mod policies;

use ifc_catalog::manifest::Manifest;

use crate::parallel;

/// Every format. What takes longest comes first, so that no thread is left alone with it at the end.
pub static TARGETS: &[&Target] = &[
    &json::TARGET,
    &cloudformation::TARGET,
    &graph::TARGET,
    &policies::TARGET,
];

/// A format.
#[derive(Debug)]
pub struct Target {
    /// Name of its folder.
    pub name: &'static str,
    /// Its files.
    pub emit: fn(&Manifest) -> Vec<Artifact>,
}

/// A file of the output.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Artifact {
    /// Path below the output folder, with `/`: `policies/place.json`.
    pub path: String,
    /// Its contents.
    pub text: String,
}

/// The files of all formats, in order of path. Formats know nothing of each other, so they run side
/// by side.
pub fn emit(manifest: &Manifest) -> Vec<Artifact> {
    let files = parallel::map(TARGETS.len(), |at| (TARGETS[at].emit)(manifest));
    let mut artifacts: Vec<Artifact> = files.into_iter().flatten().collect();
    artifacts.sort();
    artifacts
}
