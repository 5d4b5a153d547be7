//! The policy as data for other tools: what `cargo ifc policy --message-format json` prints.

use std::collections::BTreeMap;

use ifc_catalog::manifest::Permission;
use serde::Serialize;

use super::Policy;
use crate::diagnostics::Diagnostic;
use crate::span::Files;

/// The policies of a project.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// By binary.
    pub functions: BTreeMap<String, FunctionReport>,
}

/// What one binary may do.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FunctionReport {
    /// As in the manifest of an annotated application.
    pub permissions: Vec<Permission>,
    /// What is done with other credentials than those of the function's role.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub other_credentials: Vec<Permission>,
    /// Places where permissions could not be inferred.
    pub unresolved: Vec<Unresolved>,
}

/// A place where permissions could not be inferred.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Unresolved {
    /// The place; empty when there is none.
    pub span: String,
    /// Code of the diagnostic: `IFC0408`.
    pub code: String,
    /// What could not be inferred.
    pub message: String,
    /// What follows from it.
    pub cost: String,
    /// What to do about it.
    pub fix: Vec<String>,
}

impl Policy {
    /// The policy for other tools.
    pub fn report(&self) -> Report {
        let functions = self.functions.iter().map(|function| {
            let mut unresolved: Vec<Unresolved> = function
                .unresolved
                .iter()
                .map(|diagnostic| unresolved(diagnostic, &self.files))
                .collect();
            unresolved.dedup();
            let report = FunctionReport {
                permissions: function.permissions.clone(),
                other_credentials: function.other_credentials.clone(),
                unresolved,
            };
            (function.name.clone(), report)
        });
        Report {
            functions: functions.collect(),
        }
    }
}

fn unresolved(diagnostic: &Diagnostic, files: &Files) -> Unresolved {
    let label = diagnostic.primary.as_ref();
    Unresolved {
        span: label.map_or_else(String::new, |label| files.location(label.span).to_string()),
        code: diagnostic.code.number.to_owned(),
        message: diagnostic.message.clone(),
        cost: label.map_or_else(String::new, |label| label.text.clone()),
        fix: diagnostic.helps.clone(),
    }
}
