//! Functions of another architecture than the application's, for which alone the sources are read.

use ifc_catalog::infra::{Kind, Value};
use ifc_catalog::manifest::Manifest;

use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::hir::Program;
use crate::source::codes::CFG_OF_ARCHITECTURE;

/// Says which code is for functions that run on another architecture.
pub fn report_architectures(
    program: &Program,
    metadata: &serde_json::Value,
    manifest: &Manifest,
    diagnostics: &mut Diagnostics,
) {
    let (main, other) = match metadata["architecture"].as_str() {
        Some("x86_64") => ("x86_64", "arm64"),
        _ => ("arm64", "x86_64"),
    };
    let mut functions = manifest
        .infrastructure
        .values()
        .filter_map(|node| match &node.kind {
            Kind::Function(function) => Some(function),
            _ => None,
        });
    let is_other = |value: &Value| *value == Value::text(other);
    let Some(function) = functions.find(|function| function.architecture.choices().any(is_other))
    else {
        return;
    };
    for &span in &program.of_other_architecture {
        let message = format!(
            "code for {other} is not read, and `{}` runs on it",
            function.name
        );
        diagnostics.push(
            Diagnostic::new(&CFG_OF_ARCHITECTURE, span, message)
                .label(format!(
                    "does not hold on {main}, for which the code is read"
                ))
                .note("permissions that the code under it needs would be missing")
                .help("take what uses resources out of it, or give all functions one architecture"),
        );
    }
}
