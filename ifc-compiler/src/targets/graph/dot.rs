//! The picture for Graphviz.

use std::fmt::Write;

use super::picture::Picture;

pub(super) fn text(picture: &Picture) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "digraph {} {{", quoted(&picture.package));
    out.push_str("  rankdir=LR;\n  node [fontname=\"Helvetica\"];\n  edge [fontname=\"Helvetica\", fontsize=10];\n");
    for node in &picture.nodes {
        let shape = match node.kind.as_str() {
            "function" if !node.is_resource() => {
                "box, style=\"rounded,filled\", fillcolor=\"#fde8c8\""
            }
            "entry" => "plaintext",
            "table" => "cylinder",
            "queue" | "topic" => "cds",
            "bus" => "octagon",
            "bucket" => "folder",
            _ => "note",
        };
        let label = if node.is_resource() {
            format!("{}\n{}", node.name, node.kind)
        } else {
            node.name.clone()
        };
        let _ = writeln!(
            out,
            "  {} [label={}, shape={shape}];",
            quoted(&node.id),
            quoted(&label)
        );
    }
    for edge in &picture.edges {
        let style = if edge.is_strong() { "solid" } else { "dashed" };
        let _ = writeln!(
            out,
            "  {} -> {} [label={}, style={style}];",
            quoted(&picture.nodes[edge.from].id),
            quoted(&picture.nodes[edge.to].id),
            quoted(&edge.label())
        );
    }
    out.push_str("}\n");
    out
}

fn quoted(text: &str) -> String {
    let text = text
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n");
    format!("\"{text}\"")
}
