//! `manifest.json`: the manifest itself.

use ifc_catalog::manifest::Manifest;

use super::{Artifact, Target};

/// This format.
pub(super) static TARGET: Target = Target { name: "json", emit };

/// The file.
pub fn emit(manifest: &Manifest) -> Vec<Artifact> {
    vec![Artifact {
        path: "manifest.json".into(),
        text: manifest.to_json(),
    }]
}
