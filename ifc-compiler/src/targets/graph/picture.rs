//! The picture that all forms show: nodes in order, one edge between two nodes.

use std::collections::HashMap;

use ifc_catalog::manifest::{EdgeKind, Manifest};
use serde::Serialize;

/// Nodes and edges.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Picture {
    pub(super) package: String,
    pub(super) nodes: Vec<Node>,
    pub(super) edges: Vec<Edge>,
}

/// A function, a resource or a trigger without one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(super) struct Node {
    /// `function:place`.
    pub(super) id: String,
    /// `place`.
    pub(super) name: String,
    /// `function`, `entry` or the kind of the resource.
    pub(super) kind: String,
    /// Where it is declared; empty for entries.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) span: String,
}

impl Node {
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
        let words = self.kinds.iter().filter_map(|kind| match kind {
            EdgeKind::Trigger => None,
            EdgeKind::Name => Some("name"),
            EdgeKind::Read => Some("read"),
            EdgeKind::Write => Some("write"),
            EdgeKind::Send => Some("send"),
            EdgeKind::Invoke => Some("invoke"),
        });
        words.collect::<Vec<_>>().join(", ")
    }
}

impl Picture {
    pub(super) fn of(manifest: &Manifest) -> Picture {
        let mut nodes = Vec::new();
        for (name, function) in &manifest.functions {
            nodes.push(Node {
                id: format!("function:{name}"),
                name: name.clone(),
                kind: "function".into(),
                span: function.span.clone(),
            });
        }
        for (name, resource) in &manifest.resources {
            nodes.push(Node {
                id: format!("resource:{name}"),
                name: name.clone(),
                kind: resource.kind.clone(),
                span: resource.span.clone(),
            });
        }
        for edge in &manifest.edges {
            if edge.kind == EdgeKind::Trigger && !manifest.resources.contains_key(&edge.from) {
                nodes.push(Node {
                    id: format!("entry:{}", edge.from),
                    name: edge.from.clone(),
                    kind: "entry".into(),
                    span: String::new(),
                });
            }
        }
        nodes.sort();
        nodes.dedup();
        let numbered = nodes.iter().enumerate();
        let ids: HashMap<(&str, &str), usize> = numbered
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
            package: manifest.package.clone(),
            edges: edges.collect(),
            nodes,
        }
    }
}
