//! The picture for Graphviz.

use std::fmt::{self, Write};

use super::picture::Picture;

pub(super) fn text(picture: &Picture) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "digraph {} {{", Quoted(&picture.package));
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
        let (id, label) = (Quoted(&node.id), Quoted(&label));
        let _ = writeln!(out, "  {id} [label={label}, shape={shape}];");
    }
    for edge in &picture.edges {
        let style = if edge.is_strong() { "solid" } else { "dashed" };
        let ends = [edge.from, edge.to].map(|end| Quoted(&picture.nodes[end].id));
        let ([from, to], label) = (ends, edge.label());
        let label = Quoted(&label);
        let _ = writeln!(out, "  {from} -> {to} [label={label}, style={style}];");
    }
    out.push_str("}\n");
    out
}

struct Quoted<'a>(&'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        for part in self.0.split_inclusive(['\\', '"', '\n']) {
            let (plain, special) = match part.as_bytes().last() {
                Some(b'\\') => (&part[..part.len() - 1], "\\\\"),
                Some(b'"') => (&part[..part.len() - 1], "\\\""),
                Some(b'\n') => (&part[..part.len() - 1], "\\n"),
                _ => (part, ""),
            };
            f.write_str(plain)?;
            f.write_str(special)?;
        }
        f.write_char('"')
    }
}
