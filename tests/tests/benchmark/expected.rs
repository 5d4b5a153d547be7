//! What the projects need, written by hand: `tests/benchmark/expected/<project>.json`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use anyhow::{Context, Result};
use serde::Deserialize;

/// One project of the benchmark.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Project {
    /// Name of the project that this one is written after.
    pub project: String,
    /// What it does, in words.
    pub what: String,
    /// What each binary with raw SDK calls needs.
    pub raw: BTreeMap<String, Vec<Need>>,
    /// What each function with typed handles needs.
    pub typed: BTreeMap<String, Vec<Need>>,
    /// Actions that the original was found to need when run on AWS.
    pub minimal_policy: BTreeSet<String>,
    /// Needed, though the run did not show it.
    #[serde(default)]
    pub beyond_minimal_policy: Vec<Remark>,
    /// Shown by the run, though nothing in the code says so.
    #[serde(default)]
    pub not_in_the_code: Vec<Remark>,
}

/// An action on everything that it is needed on.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Need {
    pub action: String,
    pub on: Vec<String>,
    /// What is not plain about it; for readers.
    #[serde(default, rename = "note")]
    pub _note: Option<String>,
}

/// An action and why it stands apart.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Remark {
    pub action: String,
    pub note: String,
}

impl Project {
    /// Actions of the binaries with raw SDK calls.
    pub(crate) fn raw_actions(&self) -> BTreeSet<&str> {
        let needs = self.raw.values().flatten();
        needs.map(|need| need.action.as_str()).collect()
    }
}

/// All projects by name, in the order of those that they are written after.
pub(crate) fn projects() -> Result<Vec<(String, Project)>> {
    let folder = ifc_tests::workspace().join("tests/benchmark/expected");
    let mut projects = Vec::new();
    for entry in fs::read_dir(&folder)? {
        let path = entry?.path();
        let name = path
            .file_stem()
            .context("a name")?
            .to_string_lossy()
            .into_owned();
        let project = serde_json::from_str(&fs::read_to_string(&path)?)
            .with_context(|| path.display().to_string())?;
        projects.push((name, project));
    }
    projects.sort_by(|(_, a): &(_, Project), (_, b)| a.project.cmp(&b.project));
    Ok(projects)
}
