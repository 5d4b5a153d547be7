//! The picture that all forms show: nodes in order, one edge between two nodes.

use ifc_catalog::manifest::{EdgeKind, Manifest};
use serde::Serialize;

use crate::symbol::FastMap;

/// Nodes and edges.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Picture<'m> {
    pub(super) package: &'m str,
    /// In order of id.
    pub(super) nodes: Vec<Node<'m>>,
    pub(super) edges: Vec<Edge>,
}

/// A function, a resource or a trigger without one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Node<'m> {
    /// `function:place`.
    pub(super) id: String,
    /// `place`.
    pub(super) name: &'m str,
    /// `function`, `entry` or the kind of the resource.
    pub(super) kind: &'m str,
    /// Where it is declared; empty for entries.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub(super) span: &'m str,
}

impl<'m> Node<'m> {
    fn new(group: &str, name: &'m str, kind: &'m str, span: &'m str) -> Self {
        Node {
            id: [group, ":", name].concat(),
            name,
            kind,
            span,
        }
    }

    /// Whether it is a function or an entry; a resource of the kind `function` is neither.
    pub(super) fn is_resource(&self) -> bool {
        self.id.starts_with("resource:")
    }
}

/// Everything that goes from one node to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Edge {
    pub(super) from: usize,
    pub(super) to: usize,
    /// In order, each once.
    pub(super) kinds: Vec<EdgeKind>,
}

impl Edge {
    /// Whether it is more than knowing a name or reading.
    pub(super) fn is_strong(&self) -> bool {
        let weak = |kind: &EdgeKind| matches!(kind, EdgeKind::Name | EdgeKind::Read);
        !self.kinds.iter().all(weak)
    }

    /// `read, write`; empty for triggers, which the arrow from the left shows.
    pub(super) fn label(&self) -> String {
        let mut label = String::new();
        for kind in &self.kinds {
            let word = match kind {
                EdgeKind::Trigger => continue,
                EdgeKind::Name => "name",
                EdgeKind::Read => "read",
                EdgeKind::Write => "write",
                EdgeKind::Send => "send",
                EdgeKind::Invoke => "invoke",
            };
            if !label.is_empty() {
                label.push_str(", ");
            }
            label.push_str(word);
        }
        label
    }
}

impl<'m> Picture<'m> {
    pub(super) fn of(manifest: &'m Manifest) -> Picture<'m> {
        let Manifest {
            functions,
            resources,
            ..
        } = manifest;
        let from_outside = manifest
            .edges
            .iter()
            .filter(|edge| edge.kind == EdgeKind::Trigger && !resources.contains_key(&edge.from));
        let mut entries: Vec<&str> = from_outside.map(|edge| edge.from.as_str()).collect();
        entries.sort_unstable();
        entries.dedup();
        let entries = entries.into_iter();
        let entries = entries.map(|name| Node::new("entry", name, "entry", ""));
        let functions = functions
            .iter()
            .map(|(name, function)| Node::new("function", name, "function", &function.span));
        let resources = resources
            .iter()
            .map(|(name, resource)| Node::new("resource", name, &resource.kind, &resource.span));
        let nodes: Vec<Node<'_>> = entries.chain(functions).chain(resources).collect();
        let numbered = nodes.iter().enumerate();
        let ids: FastMap<(&str, &str), usize> = numbered
            .filter_map(|(at, node)| Some((node.id.split_once(':')?, at)))
            .collect();
        let find = |kind: &str, name: &str| ids.get(&(kind, name)).copied();
        let mut edges: Vec<(usize, usize, EdgeKind)> = Vec::new();
        for edge in &manifest.edges {
            // Triggers lead to functions, all else leads from functions to resources.
            let ends = match edge.kind {
                EdgeKind::Trigger => (
                    find("resource", &edge.from).or_else(|| find("entry", &edge.from)),
                    find("function", &edge.to),
                ),
                _ => (find("function", &edge.from), find("resource", &edge.to)),
            };
            if let (Some(from), Some(to)) = ends {
                edges.push((from, to, edge.kind));
            }
        }
        edges.sort();
        edges.dedup();
        let between = edges.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1));
        let edges = between.map(|edges| Edge {
            from: edges[0].0,
            to: edges[0].1,
            kinds: edges.iter().map(|edge| edge.2).collect(),
        });
        Picture {
            package: &manifest.package,
            edges: edges.collect(),
            nodes,
        }
    }
}
