//! The picture as SVG, readable on light and dark backgrounds.

use std::fmt::Write;

use super::layout::{Layout, layout};
use super::picture::Picture;

const COLUMN: usize = 260;
const ROW: usize = 64;
const WIDTH: usize = 170;
const HEIGHT: usize = 40;
const MARGIN: usize = 20;

pub(super) fn text(picture: &Picture<'_>) -> String {
    let edges: Vec<(usize, usize)> = picture.edges.iter().map(|e| (e.from, e.to)).collect();
    let layout = layout(picture.nodes.len(), &edges);
    let most = layout.rows.iter().copied().max().unwrap_or(0).max(1);
    let width = MARGIN * 2 + layout.rows.len().saturating_sub(1) * COLUMN + WIDTH;
    let height = MARGIN * 2 + most * ROW;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
         font-family=\"Helvetica, Arial, sans-serif\" font-size=\"12\">\n\
         <title>{}</title>\n\
         <defs><marker id=\"arrow\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"8\" \
         markerHeight=\"8\" orient=\"auto\"><path d=\"M0 0 8 4 0 8z\" fill=\"#777\"/></marker></defs>\n",
        escaped(picture.package)
    );
    for (at, edge) in picture.edges.iter().enumerate() {
        let line = Line::of(&layout, most, at, edge.from, edge.to);
        let dashes = if edge.is_strong() {
            ""
        } else {
            " stroke-dasharray=\"4 3\""
        };
        let _ = writeln!(
            out,
            "<path d=\"{}\" fill=\"none\" stroke=\"#777\"{dashes} marker-end=\"url(#arrow)\"/>",
            line.path
        );
        let label = edge.label();
        if !label.is_empty() {
            let (x, y) = line.middle;
            let _ = writeln!(
                out,
                "<text x=\"{x}\" y=\"{y}\" text-anchor=\"middle\" font-size=\"10\" fill=\"#777\">{label}</text>"
            );
        }
    }
    for (at, node) in picture.nodes.iter().enumerate() {
        let (x, y) = corner(&layout, most, layout.nodes[at]);
        let (fill, radius) = match node.kind {
            "function" if !node.is_resource() => ("#fde8c8", 10),
            "entry" => ("#ffffff", 20),
            _ => ("#dbe9f6", 0),
        };
        let _ = writeln!(
            out,
            "<rect x=\"{x}\" y=\"{y}\" width=\"{WIDTH}\" height=\"{HEIGHT}\" rx=\"{radius}\" \
             fill=\"{fill}\" stroke=\"#555\"/>"
        );
        let middle = x + WIDTH / 2;
        let name = escaped(&shortened(node.name));
        if !node.is_resource() {
            let _ = writeln!(
                out,
                "<text x=\"{middle}\" y=\"{}\" text-anchor=\"middle\" fill=\"#222\">{name}</text>",
                y + 24
            );
        } else {
            let _ = writeln!(
                out,
                "<text x=\"{middle}\" y=\"{}\" text-anchor=\"middle\" fill=\"#222\">{name}</text>\n\
                 <text x=\"{middle}\" y=\"{}\" text-anchor=\"middle\" font-size=\"10\" fill=\"#555\">{}</text>",
                y + 17,
                y + 32,
                escaped(node.kind)
            );
        }
    }
    out.push_str("</svg>\n");
    out
}

struct Line {
    path: String,
    middle: (usize, usize),
}

impl Line {
    fn of(layout: &Layout, most: usize, at: usize, from: usize, to: usize) -> Line {
        let (first, last) = (layout.nodes[from], layout.nodes[to]);
        let (x, y) = corner(layout, most, first);
        let start = (x + WIDTH, y + HEIGHT / 2);
        let (x, y) = corner(layout, most, last);
        let end = (x, y + HEIGHT / 2);
        let mut points = vec![start];
        for &bend in &layout.bends[at] {
            let (x, y) = corner(layout, most, bend);
            points.push((x + WIDTH / 2, y + HEIGHT / 2));
        }
        points.push(end);
        let mut path = format!("M{} {}", start.0, start.1);
        for pair in points.windows(2) {
            let ((x0, y0), (x1, y1)) = (pair[0], pair[1]);
            // Backwards and within a column the curve leaves to the right and comes in from the
            // left all the same, so that arrows always point into a node.
            let bow = if x1 > x0 { (x1 - x0) / 2 } else { COLUMN / 3 };
            let _ = write!(
                path,
                " C{} {y0} {} {y1} {x1} {y1}",
                x0 + bow,
                x1.saturating_sub(bow)
            );
        }
        let (a, b) = (points[points.len() / 2 - 1], points[points.len() / 2]);
        Line {
            path,
            middle: ((a.0 + b.0) / 2, ((a.1 + b.1) / 2).saturating_sub(4)),
        }
    }
}

/// Upper left corner of a node; shorter columns stand in the middle.
fn corner(layout: &Layout, most: usize, (column, row): (usize, usize)) -> (usize, usize) {
    let free = (most - layout.rows[column]) * ROW / 2;
    (
        MARGIN + column * COLUMN,
        MARGIN + free + row * ROW + (ROW - HEIGHT) / 2,
    )
}

fn shortened(name: &str) -> String {
    const MOST: usize = 26;
    if name.chars().count() <= MOST {
        return name.into();
    }
    let mut short: String = name.chars().take(MOST - 1).collect();
    short.push('…');
    short
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
