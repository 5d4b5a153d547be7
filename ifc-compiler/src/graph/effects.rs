//! Which function makes which other function run, through what: the graph in which recursion is a
//! cycle.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use ifc_catalog::model::{Text, Trigger, Use, Value};
use ifc_catalog::resources::{Access, Target};
use petgraph::algo::tarjan_scc;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;

use super::ResourceGraph;
use crate::span::Span;

/// A function makes another run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// Position of the function that acts.
    pub from: usize,
    /// Position of the function that runs.
    pub to: usize,
    /// Position of the resource between them.
    pub resource: usize,
    /// What `from` does to the resource: `put`.
    pub method: &'static str,
    /// Where it does so.
    pub spans: Vec<Span>,
    /// The attribute of `to`.
    pub trigger: Span,
    /// Whether each execution of the operation makes `to` run; otherwise that depends on a value
    /// that is not known at compile time, or on a filter.
    pub certain: bool,
}

/// Functions that make each other run, the last one the first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cycle {
    /// In order; each begins where the one before it ends.
    pub causes: Vec<Cause>,
    /// Whether all of them are.
    pub certain: bool,
}

impl ResourceGraph {
    /// Everything that makes a function run another one.
    pub fn causes(&self) -> Vec<Cause> {
        let application = &self.application;
        let mut triggers: BTreeMap<usize, Vec<(usize, &Trigger)>> = BTreeMap::new();
        for (at, function) in application.functions.iter().enumerate() {
            for trigger in &function.triggers {
                if let Some(resource) = trigger.resource {
                    triggers.entry(resource).or_default().push((at, trigger));
                }
            }
        }
        let mut causes = Vec::new();
        for (from, function) in application.functions.iter().enumerate() {
            for (position, one) in function.uses.iter().enumerate() {
                for &(to, trigger) in triggers.get(&one.resource).into_iter().flatten() {
                    let published = self.published.get(&(from, position));
                    if let Some(certain) = runs(one, trigger, published) {
                        let last = one.why.iter().filter_map(|path| path.steps.last());
                        causes.push(Cause {
                            from,
                            to,
                            resource: one.resource,
                            method: one.op.method,
                            spans: last.map(|step| step.span).collect(),
                            trigger: trigger.span,
                            certain,
                        });
                    }
                }
            }
        }
        causes
    }

    /// Functions that make themselves run, by way of others or directly. Certain cycles come first;
    /// uncertain ones only where no function of a certain one takes part.
    pub fn cycles(&self) -> Vec<Cycle> {
        let causes = self.causes();
        let mut cycles = Vec::new();
        let mut reported = BTreeSet::new();
        for certain in [true, false] {
            let mut graph: DiGraph<usize, usize> = DiGraph::new();
            for at in 0..self.application.functions.len() {
                graph.add_node(at);
            }
            for (at, cause) in causes.iter().enumerate() {
                if cause.certain || !certain {
                    graph.add_edge(NodeIndex::new(cause.from), NodeIndex::new(cause.to), at);
                }
            }
            let mut components = tarjan_scc(&graph);
            for component in &mut components {
                component.sort();
            }
            components.sort();
            for component in components {
                if component.iter().any(|at| reported.contains(at)) {
                    continue;
                }
                let found = in_component(&graph, &component);
                if !found.is_empty() {
                    reported.extend(component);
                }
                cycles.extend(found.into_iter().map(|edges| Cycle {
                    causes: edges.into_iter().map(|at| causes[at].clone()).collect(),
                    certain,
                }));
            }
        }
        cycles
    }
}

/// The loops of single functions, and one shortest cycle through several.
fn in_component(graph: &DiGraph<usize, usize>, component: &[NodeIndex]) -> Vec<Vec<usize>> {
    let mut cycles = Vec::new();
    for &node in component {
        let loops = graph.edges_connecting(node, node);
        if let Some(first) = loops.map(|edge| *edge.weight()).min() {
            cycles.push(vec![first]);
        }
    }
    if component.len() > 1 {
        let shortest = component
            .iter()
            .filter_map(|&node| cycle_through(graph, node))
            .min_by_key(|cycle| cycle.len());
        cycles.extend(shortest);
    }
    cycles
}

/// The shortest cycle of at least two functions through a node.
fn cycle_through(graph: &DiGraph<usize, usize>, start: NodeIndex) -> Option<Vec<usize>> {
    let mut by: BTreeMap<NodeIndex, (NodeIndex, usize)> = BTreeMap::new();
    let mut queue = VecDeque::from([start]);
    while let Some(node) = queue.pop_front() {
        let mut edges: Vec<_> = graph
            .edges(node)
            .map(|edge| (*edge.weight(), edge.target()))
            .collect();
        edges.sort();
        for (edge, target) in edges {
            if target == start && node != start {
                let mut cycle = vec![edge];
                let mut at = node;
                while let Some(&(before, edge)) = by.get(&at) {
                    cycle.push(edge);
                    at = before;
                }
                cycle.reverse();
                return Some(cycle);
            }
            if target != start && !by.contains_key(&target) {
                by.insert(target, (node, edge));
                queue.push_back(target);
            }
        }
    }
    None
}

/// Whether an operation makes a trigger fire: None if never, otherwise whether always.
fn runs(one: &Use, trigger: &Trigger, published: Option<&BTreeSet<String>>) -> Option<bool> {
    let filtered = trigger
        .options
        .iter()
        .any(|option| matches!(option.name.as_str(), "filter" | "pattern"));
    match trigger.source {
        "bucket" => object(one, trigger),
        "table" => (one.op.access == Access::Write).then_some(!filtered),
        "function" => (one.op.access == Access::Invoke).then_some(true),
        "bus" if one.op.access == Access::Send => {
            let wanted = &trigger.detail_types;
            match published {
                _ if wanted.is_empty() => Some(!filtered),
                Some(published) => wanted
                    .iter()
                    .any(|detail_type| published.contains(detail_type))
                    .then_some(!filtered),
                None => Some(false),
            }
        }
        _ => (one.op.access == Access::Send).then_some(!filtered),
    }
}

fn object(one: &Use, trigger: &Trigger) -> Option<bool> {
    let wanted = match trigger.method.as_deref() {
        Some("removed") => "s3:DeleteObject",
        _ => "s3:PutObject",
    };
    let action = one.op.actions.iter().find(|action| action.name == wanted)?;
    let position = match action.on {
        Target::ObjectsOf(at) => Some(at),
        Target::Objects => one.op.scope_arg,
        Target::Resource | Target::Index => None,
    };
    let any = Text::Any;
    let key = one
        .scope
        .iter()
        .find(|(at, _)| Some(*at) == position)
        .map_or(&any, |(_, text)| text);
    let text = |name: &str| {
        trigger
            .options
            .iter()
            .find_map(|option| match &option.value {
                Value::Str(text) if option.name == name => Some(text.as_str()),
                _ => None,
            })
    };
    fits(
        key,
        text("prefix").unwrap_or(""),
        text("suffix").unwrap_or(""),
    )
}

/// Whether a key has a prefix and a suffix: None if never, otherwise whether always.
fn fits(key: &Text, prefix: &str, suffix: &str) -> Option<bool> {
    match key {
        Text::Exact(key) => (key.starts_with(prefix) && key.ends_with(suffix)).then_some(true),
        Text::Prefix(known) if known.starts_with(prefix) => Some(suffix.is_empty()),
        Text::Prefix(known) => prefix.starts_with(known.as_str()).then_some(false),
        Text::Any => Some(prefix.is_empty() && suffix.is_empty()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_filters() {
        let exact = |key: &str| Text::Exact(key.into());
        let prefix = |key: &str| Text::Prefix(key.into());
        assert_eq!(fits(&exact("in/a.png"), "in/", ".png"), Some(true));
        assert_eq!(fits(&exact("out/a.png"), "in/", ""), None);
        assert_eq!(fits(&exact("in/a.jpg"), "in/", ".png"), None);
        assert_eq!(fits(&prefix("in/2026/"), "in/", ""), Some(true));
        assert_eq!(fits(&prefix("in/2026/"), "in/", ".png"), Some(false));
        assert_eq!(fits(&prefix("i"), "in/", ""), Some(false));
        assert_eq!(fits(&prefix("thumbs/"), "in/", ""), None);
        assert_eq!(fits(&Text::Any, "", ""), Some(true));
        assert_eq!(fits(&Text::Any, "in/", ""), Some(false));
    }
}
