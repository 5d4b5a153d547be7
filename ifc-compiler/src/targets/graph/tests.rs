//! One application in every form.

use ifc_catalog::manifest::{Edge, EdgeKind, Function, Manifest, Resource};

use super::layout::layout;
use super::{dot, json, mermaid, svg};

fn manifest() -> Manifest {
    let mut manifest = Manifest::new("shop");
    for name in ["place", "ship"] {
        manifest.functions.insert(name.into(), Function::default());
    }
    for (name, kind) in [
        ("ORDERS", "table"),
        ("PARCELS", "queue"),
        ("PRICE", "function"),
    ] {
        manifest.resources.insert(
            name.into(),
            Resource {
                kind: kind.into(),
                span: "src/main.rs:1:1".into(),
                ..Resource::default()
            },
        );
    }
    let edges = [
        ("PARCELS", "ship", EdgeKind::Trigger),
        ("http GET /\"<o>", "place", EdgeKind::Trigger),
        ("place", "ORDERS", EdgeKind::Read),
        ("place", "ORDERS", EdgeKind::Write),
        ("place", "PARCELS", EdgeKind::Send),
        ("ship", "ORDERS", EdgeKind::Read),
    ];
    manifest.edges = edges
        .map(|(from, to, kind)| Edge {
            from: from.into(),
            to: to.into(),
            kind,
        })
        .into();
    manifest
}

#[test]
fn dot_quotes_and_joins_kinds() {
    let text = dot(&manifest());
    assert!(text.starts_with("digraph \"shop\" {\n"));
    assert!(text.contains(
        "  \"function:place\" -> \"resource:ORDERS\" [label=\"read, write\", style=solid];\n"
    ));
    assert!(
        text.contains(
            "  \"function:ship\" -> \"resource:ORDERS\" [label=\"read\", style=dashed];\n"
        )
    );
    assert!(text.contains("\"entry:http GET /\\\"<o>\" -> \"function:place\""));
    assert!(text.contains("\"resource:ORDERS\" [label=\"ORDERS\\ntable\", shape=cylinder];"));
    assert!(text.contains("\"resource:PRICE\" [label=\"PRICE\\nfunction\", shape=note];"));
}

#[test]
fn json_edges_join_nodes() {
    let value: serde_json::Value = serde_json::from_str(&json(&manifest())).unwrap();
    let ids: Vec<&str> = value["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|node| node["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids.len(), 6);
    let edges = value["edges"].as_array().unwrap();
    assert_eq!(edges.len(), 5);
    for edge in edges {
        assert!(ids.contains(&edge["from"].as_str().unwrap()));
        assert!(ids.contains(&edge["to"].as_str().unwrap()));
    }
}

#[test]
fn mermaid_escapes() {
    let text = mermaid(&manifest());
    assert!(text.starts_with("flowchart LR\n"));
    assert!(text.contains("([\"http GET /#quot;#lt;o#gt;\"])"));
    assert!(text.contains("-->|read, write|"));
}

#[test]
fn svg_draws_every_node_and_edge() {
    let text = svg(&manifest());
    assert_eq!(text.matches("<rect").count(), 6);
    assert_eq!(text.matches("marker-end").count(), 5);
    assert!(text.contains("http GET /&quot;&lt;o&gt;"));
}

#[test]
fn edges_lead_to_the_right_unless_they_close_a_cycle() {
    let edges = [(0, 1), (1, 2), (2, 0), (0, 3), (3, 3), (2, 4)];
    let layout = layout(5, &edges);
    let back = edges
        .iter()
        .filter(|(from, to)| layout.nodes[*from].0 >= layout.nodes[*to].0 && from != to)
        .count();
    assert_eq!(back, 1);
    let mut places = layout.nodes.clone();
    places.extend(layout.bends.iter().flatten());
    places.sort();
    let count = places.len();
    places.dedup();
    assert_eq!(places.len(), count, "two things in one place");
}

#[test]
fn nothing_at_all() {
    let empty = Manifest::new("empty");
    assert!(svg(&empty).contains("</svg>"));
    assert_eq!(mermaid(&empty), "flowchart LR\n");
}
