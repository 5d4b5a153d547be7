//! The application as a graph: functions, resources and triggers, and where what happens lies in it.

use std::collections::{BTreeMap, BTreeSet};

use ifc_catalog::infra::Kind;
use ifc_catalog::manifest::{EdgeKind, Manifest};
use serde::Serialize;

use crate::Engine;

/// A node of the graph.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Node {
    /// Name of the function or resource, or the trigger: `http POST /orders`.
    pub id: String,
    /// `function`, `queue`, `table`, `http`, `schedule` and so on.
    pub kind: String,
    /// What the node shows.
    pub label: String,
}

/// An edge of the graph.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Edge {
    /// Id of a node.
    pub from: String,
    /// Id of a node.
    pub to: String,
    /// As in the manifest.
    pub kind: EdgeKind,
}

/// A queue for what was given up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DeadLetters {
    /// Name of the queue.
    pub queue: String,
    /// The queue or function whose letters it has.
    pub of: String,
}

/// The graph of a manifest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Graph {
    /// Nodes in order of id.
    pub nodes: Vec<Node>,
    /// Edges in order.
    pub edges: Vec<Edge>,
    /// Queues for what was given up.
    pub dead_letters: Vec<DeadLetters>,
    /// Functions by the resource that stands for them in the source.
    stand_ins: BTreeMap<String, String>,
}

impl Graph {
    /// The graph of a manifest. A resource that stands for a function is that function.
    pub fn new(manifest: &Manifest) -> Graph {
        let is_stand_in = |name: &str| {
            let resource = manifest.resources.get(name);
            resource.is_some_and(|resource| resource.kind == "function")
        };
        let stand_ins: BTreeMap<String, String> = manifest
            .edges
            .iter()
            .filter(|edge| edge.kind == EdgeKind::Trigger && is_stand_in(&edge.from))
            .map(|edge| (edge.from.clone(), edge.to.clone()))
            .collect();
        let mut nodes = BTreeMap::new();
        let mut add = |id: &str, kind: &str, label: &str| {
            nodes.entry(id.to_owned()).or_insert_with(|| Node {
                id: id.to_owned(),
                kind: kind.to_owned(),
                label: label.to_owned(),
            });
        };
        for name in manifest.functions.keys() {
            add(name, "function", name);
        }
        for (name, resource) in &manifest.resources {
            if !stand_ins.contains_key(name) {
                add(name, &resource.kind, name);
            }
        }
        let named = |name: &String| stand_ins.get(name).unwrap_or(name).clone();
        let mut edges = BTreeSet::new();
        for edge in &manifest.edges {
            let (from, to) = (named(&edge.from), named(&edge.to));
            if from == to {
                continue;
            }
            let (kind, label) = from.split_once(' ').unwrap_or(("trigger", &from));
            add(&from, kind, label);
            let kind = edge.kind;
            edges.insert(Edge { from, to, kind });
        }
        let dead_letters = manifest.infrastructure.values().filter_map(|node| {
            let is_queue = matches!(node.kind, Kind::Queue(_));
            (is_queue && node.id.ends_with("DeadLetters")).then(|| DeadLetters {
                queue: node.id.clone(),
                of: node.owner.clone(),
            })
        });
        Graph {
            dead_letters: dead_letters.collect(),
            edges: edges.into_iter().collect(),
            nodes: nodes.into_values().collect(),
            stand_ins,
        }
    }

    /// The node with that id.
    pub fn node(&self, id: &str) -> Option<&Node> {
        let found = self.nodes.binary_search_by(|node| node.id.as_str().cmp(id));
        self.nodes.get(found.ok()?)
    }

    /// Whose letters a queue has.
    pub fn letters_of(&self, queue: &str) -> Option<&str> {
        let of = self.dead_letters.iter().find(|dead| dead.queue == queue);
        of.map(|dead| dead.of.as_str())
    }

    /// The queue for the letters of a queue or function.
    pub fn letters_for(&self, of: &str) -> Option<&str> {
        let dead = self.dead_letters.iter().find(|dead| dead.of == of);
        dead.map(|dead| dead.queue.as_str())
    }

    /// The function that a resource stands for.
    pub fn stand_in(&self, resource: &str) -> Option<&str> {
        self.stand_ins.get(resource).map(String::as_str)
    }

    /// The node that makes a function run, from the source of an invocation: `queue SHIPMENTS`.
    pub fn source(&self, source: &str, function: &str) -> Option<&str> {
        let (kind, name) = source.split_once(' ').unwrap_or((source, ""));
        let mut triggers = self
            .edges
            .iter()
            .filter(|edge| edge.kind == EdgeKind::Trigger && edge.to == function)
            .map(|edge| edge.from.as_str());
        let exact = triggers
            .clone()
            .find(|from| *from == source || *from == name);
        // A schedule is called by its ARN.
        exact
            .or_else(|| triggers.find(|from| self.node(from).is_some_and(|node| node.kind == kind)))
    }

    /// The node that an ARN lies in: that of the table for one of its indexes, that of the bus for one
    /// of its rules, that of the queue or function for its dead letters.
    pub fn place(&self, engine: &Engine, arn: &str) -> Option<String> {
        let name = known(engine, arn)?;
        let name = self.letters_of(name).unwrap_or(name);
        let name = self.stand_ins.get(name).map_or(name, String::as_str);
        self.node(name).map(|node| node.id.clone())
    }
}

/// The name in the source of what an ARN lies in.
pub fn known<'e>(engine: &'e Engine, arn: &str) -> Option<&'e str> {
    let names = engine.names();
    if let Some((before, rule)) = arn.split_once(":rule/") {
        let bus = rule.split_once('/').map_or("default", |(bus, _)| bus);
        return names
            .get(&format!("{before}:event-bus/{bus}"))
            .map(String::as_str);
    }
    let mut arn = arn;
    loop {
        if let Some(name) = names.get(arn) {
            return Some(name);
        }
        arn = &arn[..arn.rfind(['/', ':'])?];
    }
}

/// What to call an ARN: the name in the source, or else its last part.
pub fn called(engine: &Engine, arn: &str) -> String {
    match known(engine, arn) {
        Some(name) => name.to_owned(),
        None => arn.rsplit(['/', ':']).next().unwrap_or(arn).to_owned(),
    }
}
