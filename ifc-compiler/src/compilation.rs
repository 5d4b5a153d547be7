//! What comes out of a compilation: the output of every stage.

use ifc_catalog::lower::Policies;
use ifc_catalog::manifest::Manifest;
use ifc_catalog::samples::Samples;

use crate::diagnostics::{Diagnostic, Severity};
use crate::flow::{CallGraph, Uses};
use crate::graph::ResourceGraph;
use crate::hir::Program;
use crate::resolve::Names;
use crate::span::Files;
use crate::targets::Artifact;

/// What the compiler knows of an application, stage by stage. Complete even when there are errors,
/// as far as they allow.
pub struct Compilation {
    /// The files that were read.
    pub files: Files,
    /// Items and bodies.
    pub program: Program,
    /// What names stand for.
    pub names: Names,
    /// Who calls whom.
    pub calls: CallGraph,
    /// Who does what to which resource.
    pub uses: Uses,
    /// Functions, triggers, resources and what connects them.
    pub graph: ResourceGraph,
    /// Permissions.
    pub policies: Policies,
    /// The whole result.
    pub manifest: Manifest,
    /// A value of each payload and request.
    pub samples: Samples,
    /// Output files.
    pub artifacts: Vec<Artifact>,
    /// `ifc_dispatch.rs`.
    pub dispatch: String,
    /// By place, without duplicates.
    pub diagnostics: Vec<Diagnostic>,
}

impl Compilation {
    /// The errors; none means that the output can be used.
    pub fn errors(&self) -> impl Iterator<Item = &Diagnostic> {
        let diagnostics = self.diagnostics.iter();
        diagnostics.filter(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// What is in the stack, in words: `6 functions, 9 resources, 31 permissions`.
    pub fn contents(&self) -> String {
        let functions = self.manifest.functions.values();
        let permissions = functions.map(|function| function.permissions.len()).sum();
        let counted = |count: usize, what: &str| match count {
            1 => format!("1 {what}"),
            _ => format!("{count} {what}s"),
        };
        [
            counted(self.manifest.functions.len(), "function"),
            counted(self.manifest.resources.len(), "resource"),
            counted(permissions, "permission"),
        ]
        .join(", ")
    }
}
