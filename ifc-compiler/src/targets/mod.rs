//! Output formats: one folder each.

pub mod cloudformation;
pub mod graph;
pub mod json;
pub mod layout;
pub mod policies;

/// A file of the output.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Artifact {
    /// Path below the output folder, with `/`: `policies/place.json`.
    pub path: String,
    /// Its contents.
    pub text: String,
}
