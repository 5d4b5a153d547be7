//! `graph.json` and `graph.dot`: what triggers and uses what. Other forms of the same picture are
//! made on demand.

mod dot;
mod layout;
mod mermaid;
mod picture;
mod svg;

use ifc_catalog::json::to_long_json;
use ifc_catalog::manifest::Manifest;
use serde::Serialize;

use super::{Artifact, Target};
use picture::{Node, Picture};

/// This format.
pub(super) static TARGET: Target = Target {
    name: "graph",
    emit,
};

/// The files.
pub fn emit(manifest: &Manifest) -> Vec<Artifact> {
    let picture = Picture::of(manifest);
    vec![
        Artifact {
            path: "graph.dot".into(),
            text: dot::text(&picture),
        },
        Artifact {
            path: "graph.json".into(),
            text: json_text(&picture),
        },
    ]
}

/// The picture as JSON: nodes with an id, edges between ids.
pub fn json(manifest: &Manifest) -> String {
    json_text(&Picture::of(manifest))
}

/// The picture for Graphviz.
pub fn dot(manifest: &Manifest) -> String {
    dot::text(&Picture::of(manifest))
}

/// The picture for Mermaid, which many viewers of Markdown draw.
pub fn mermaid(manifest: &Manifest) -> String {
    mermaid::text(&Picture::of(manifest))
}

/// The picture itself.
pub fn svg(manifest: &Manifest) -> String {
    svg::text(&Picture::of(manifest))
}

#[derive(Serialize)]
struct Json<'a> {
    package: &'a str,
    nodes: &'a [Node<'a>],
    edges: Vec<JsonEdge<'a>>,
}

#[derive(Serialize)]
struct JsonEdge<'a> {
    from: &'a str,
    to: &'a str,
    kinds: &'a [ifc_catalog::manifest::EdgeKind],
}

fn json_text(picture: &Picture<'_>) -> String {
    // About how many bytes a node or edge takes.
    const EACH: usize = 128;
    let count = picture.nodes.len() + picture.edges.len();
    let edges = picture.edges.iter().map(|one| {
        let (from, to) = (one.from, one.to);
        JsonEdge {
            from: &picture.nodes[from].id,
            to: &picture.nodes[to].id,
            kinds: &one.kinds,
        }
    });
    let json = Json {
        package: picture.package,
        nodes: &picture.nodes,
        edges: edges.collect(),
    };
    to_long_json(&json, count * EACH)
}

#[cfg(test)]
mod tests;
