//! The picture for Mermaid.

use std::fmt::Write;

use super::picture::Picture;

pub(super) fn text(picture: &Picture<'_>) -> String {
    let mut out = String::from("flowchart LR\n");
    for (at, node) in picture.nodes.iter().enumerate() {
        let (open, close) = match node.kind {
            "function" if !node.is_resource() => ("(", ")"),
            "entry" => ("([", "])"),
            "table" => ("[(", ")]"),
            "queue" => ("[[", "]]"),
            "topic" => (">", "]"),
            "bus" => ("{{", "}}"),
            _ => ("[", "]"),
        };
        let label = if node.is_resource() {
            format!("{}<br/>{}", escaped(node.name), escaped(node.kind))
        } else {
            escaped(node.name)
        };
        let _ = writeln!(out, "  n{at}{open}\"{label}\"{close}");
    }
    for edge in &picture.edges {
        let arrow = if edge.is_strong() { "-->" } else { "-.->" };
        let label = edge.label();
        let label = if label.is_empty() {
            label
        } else {
            format!("|{label}|")
        };
        let _ = writeln!(out, "  n{} {arrow}{label} n{}", edge.from, edge.to);
    }
    out
}

/// Mermaid takes entities, in a notation of its own.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '"' => out.push_str("#quot;"),
            '<' => out.push_str("#lt;"),
            '>' => out.push_str("#gt;"),
            '#' => out.push_str("#35;"),
            '\n' => out.push(' '),
            c => out.push(c),
        }
    }
    out
}
