//! The picture for Graphviz.

use super::picture::Picture;

/// About how many bytes a node or edge takes.
const EACH: usize = 96;

pub(super) fn text(picture: &Picture<'_>) -> String {
    let mut out = String::with_capacity((picture.nodes.len() + picture.edges.len()) * EACH);
    out.push_str("digraph ");
    quoted(&[picture.package], &mut out);
    out.push_str(
        " {\n  rankdir=LR;\n  node [fontname=\"Helvetica\"];\n  edge [fontname=\"Helvetica\", fontsize=10];\n",
    );
    for node in &picture.nodes {
        let shape = match node.kind {
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
        out.push_str("  ");
        quoted(&[&node.id], &mut out);
        out.push_str(" [label=");
        match node.is_resource() {
            true => quoted(&[node.name, "\n", node.kind], &mut out),
            false => quoted(&[node.name], &mut out),
        }
        out.extend([", shape=", shape, "];\n"]);
    }
    for edge in &picture.edges {
        let style = if edge.is_strong() { "solid" } else { "dashed" };
        out.push_str("  ");
        quoted(&[&picture.nodes[edge.from].id], &mut out);
        out.push_str(" -> ");
        quoted(&[&picture.nodes[edge.to].id], &mut out);
        out.push_str(" [label=");
        quoted(&[&edge.label()], &mut out);
        out.extend([", style=", style, "];\n"]);
    }
    out.push_str("}\n");
    out
}

/// Writes texts, one behind the other, in quotes.
fn quoted(texts: &[&str], out: &mut String) {
    out.push('"');
    for text in texts {
        let mut rest = *text;
        let special = |byte| matches!(byte, b'\\' | b'"' | b'\n');
        while let Some(at) = rest.bytes().position(special) {
            out.push_str(&rest[..at]);
            out.push_str(match rest.as_bytes()[at] {
                b'\n' => "\\n",
                b'"' => "\\\"",
                _ => "\\\\",
            });
            rest = &rest[at + 1..];
        }
        out.push_str(rest);
    }
    out.push('"');
}
