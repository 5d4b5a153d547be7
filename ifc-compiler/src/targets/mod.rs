//! Output formats: one folder each, listed in [`TARGETS`]. Input: the manifest, nothing else.

pub mod cloudformation;
pub mod graph;
pub mod json;
pub mod policies;

use ifc_catalog::manifest::Manifest;

/// Every format.
pub static TARGETS: &[&Target] = &[
    &cloudformation::TARGET,
    &graph::TARGET,
    &json::TARGET,
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

/// The files of all formats, in order of path. Formats know nothing of each other, so each has a
/// thread.
pub fn emit(manifest: &Manifest) -> Vec<Artifact> {
    let mut artifacts: Vec<Artifact> = std::thread::scope(|scope| {
        let running: Vec<_> = TARGETS
            .iter()
            .map(|target| scope.spawn(|| (target.emit)(manifest)))
            .collect();
        let results = running.into_iter().map(|thread| match thread.join() {
            Ok(artifacts) => artifacts,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        results.flatten().collect()
    });
    artifacts.sort();
    artifacts
}
