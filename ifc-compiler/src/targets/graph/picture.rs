//! The picture that all forms show: nodes in order, one edge between two nodes.

use std::collections::BTreeMap;

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
        let ids: BTreeMap<&str, usize> = nodes
            .iter()
            .enumerate()
            .map(|(at, node)| (node.id.as_str(), at))
            .collect();
        let find = |kind: &str, name: &str| ids.get(format!("{kind}:{name}").as_str()).copied();
        let mut edges: BTreeMap<(usize, usize), Vec<EdgeKind>> = BTreeMap::new();
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
                edges.entry((from, to)).or_default().push(edge.kind);
            }
        }
        let edges = edges.into_iter().map(|((from, to), mut kinds)| {
            kinds.sort();
            kinds.dedup();
            Edge { from, to, kinds }
        });
        Picture {
            package: manifest.package.clone(),
            edges: edges.collect(),
            nodes,
        }
    }
}
