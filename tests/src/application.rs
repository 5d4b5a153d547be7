//! The output of the compiler for one application: its manifest and its template.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::grants::Grants;
use crate::template::Template;

/// What the compiler wrote for an application.
#[derive(Clone, Debug)]
pub struct Application {
    /// The folder.
    pub folder: PathBuf,
    /// `manifest.json`.
    pub manifest: Value,
    /// `template.json`.
    pub template: Template,
    /// What the functions' roles have to allow, written by hand.
    pub grants: Grants,
}

impl Application {
    /// Reads the output in a folder.
    pub fn read(folder: &Path) -> Result<Application> {
        let manifest = crate::read_json(&folder.join("manifest.json"))?;
        let package = manifest["package"].as_str().context("a package")?;
        Ok(Application {
            folder: folder.to_path_buf(),
            grants: Grants::read(package)?,
            template: Template::read(&folder.join("template.json"))?,
            manifest,
        })
    }

    /// The functions by name.
    pub fn functions(&self) -> Vec<&str> {
        let functions = self.manifest["functions"].as_object();
        functions
            .into_iter()
            .flatten()
            .map(|(name, _)| name.as_str())
            .collect()
    }

    /// Name and kind of the resources that the stack owns; functions as things to invoke have the
    /// logical id of their handler's function.
    pub fn resources(&self) -> Vec<(&str, &str)> {
        let resources = self.manifest["resources"].as_object().into_iter().flatten();
        resources
            .filter(|(_, resource)| resource.get("existing").is_none_or(Value::is_null))
            .filter_map(|(name, resource)| Some((name.as_str(), resource["kind"].as_str()?)))
            .collect()
    }

    /// The logical id of a function.
    pub fn function_id(&self, function: &str) -> Result<&str> {
        self.node(function, "function")
            .with_context(|| format!("no node of function {function}"))
    }

    /// The logical id of the role of a function.
    pub fn role_id(&self, function: &str) -> Result<String> {
        crate::wiring::role_of(&self.template, self.function_id(function)?)
            .with_context(|| format!("no role of function {function}"))
    }

    /// The logical id of a resource.
    pub fn resource_id(&self, resource: &str) -> Result<&str> {
        let kind = self.manifest["resources"][resource]["kind"]
            .as_str()
            .unwrap_or_default();
        if kind == "function" {
            let edges = self.manifest["edges"].as_array().into_iter().flatten();
            let mut triggers = edges.filter(|e| e["from"] == resource && e["kind"] == "trigger");
            let handler = triggers.next().and_then(|edge| edge["to"].as_str());
            return self.function_id(handler.with_context(|| format!("no handler of {resource}"))?);
        }
        self.node(resource, kind)
            .with_context(|| format!("no node of resource {resource}"))
    }

    /// A node by its owner and kind.
    pub(crate) fn node(&self, owner: &str, kind: &str) -> Option<&str> {
        let nodes = self.manifest["infrastructure"]
            .as_object()
            .into_iter()
            .flatten();
        let own = nodes.filter(|(_, node)| node["owner"] == owner && node["kind"] == kind);
        // A resource's own node has the shortest id; a dead-letter queue's adds to it.
        own.map(|(id, _)| id.as_str()).min_by_key(|id| id.len())
    }
}
