//! Which function makes which other function run, through what: the graph in which recursion is a
//! cycle. Its size grows with uses and triggers, not with their product.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use ifc_catalog::model::{Text, Trigger, Use, Value};
use ifc_catalog::resources::{Access, Receiver, Target};
use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};

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

/// Triggers that the same operations make fire.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct TriggerKey<'a> {
    resource: usize,
    method: Option<&'a str>,
    detail_types: &'a [String],
    filtered: bool,
    prefix: &'a str,
    suffix: &'a str,
}

/// Uses that make the same triggers fire.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct UseKey<'a> {
    resource: usize,
    method: &'static str,
    builder: bool,
    scope: &'a [(usize, Text)],
    published: Option<&'a BTreeSet<String>>,
}

/// Functions, groups of uses and groups of triggers. Going from function to function by way of
/// groups keeps the graph small where many functions share a bus.
struct Groups {
    /// Group and position of the uses of each function whose resource makes any function run.
    of_use: Vec<Vec<(usize, usize)>>,
    /// Groups of triggers that a group of uses makes fire, and whether always.
    fires: Vec<Vec<(usize, bool)>>,
    /// Function and position of the trigger for each group of triggers.
    members: Vec<Vec<(usize, usize)>>,
    /// Group and position of the triggers of each function.
    of_trigger: Vec<Vec<(usize, usize)>>,
}

impl Groups {
    fn of(graph: &ResourceGraph) -> Groups {
        let functions = &graph.application.functions;
        let mut triggers: BTreeMap<TriggerKey<'_>, Vec<(usize, usize)>> = BTreeMap::new();
        for (at, function) in functions.iter().enumerate() {
            for (position, trigger) in function.triggers.iter().enumerate() {
                if let Some(key) = trigger_key(trigger) {
                    triggers.entry(key).or_default().push((at, position));
                }
            }
        }
        let mut by_resource: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (group, key) in triggers.keys().enumerate() {
            by_resource.entry(key.resource).or_default().push(group);
        }
        let mut uses: BTreeMap<UseKey<'_>, Vec<(usize, usize)>> = BTreeMap::new();
        for (at, function) in functions.iter().enumerate() {
            for (position, one) in function.uses.iter().enumerate() {
                if !by_resource.contains_key(&one.resource) {
                    continue;
                }
                let key = UseKey {
                    resource: one.resource,
                    method: one.op.method,
                    builder: one.op.receiver != Receiver::Handle,
                    scope: &one.scope,
                    published: one.detail_types.as_ref(),
                };
                uses.entry(key).or_default().push((at, position));
            }
        }
        let members: Vec<Vec<(usize, usize)>> = triggers.into_values().collect();
        let mut of_trigger = vec![Vec::new(); functions.len()];
        for (group, members) in members.iter().enumerate() {
            for &(function, position) in members {
                of_trigger[function].push((group, position));
            }
        }
        let mut groups = Groups {
            of_trigger,
            of_use: vec![Vec::new(); functions.len()],
            fires: Vec::new(),
            members,
        };
        for (group, (key, places)) in uses.iter().enumerate() {
            let (function, position) = places[0];
            let one = &functions[function].uses[position];
            let mut fires = Vec::new();
            for &target in by_resource.get(&key.resource).into_iter().flatten() {
                let (function, position) = groups.members[target][0];
                let trigger = &functions[function].triggers[position];
                if let Some(certain) = runs(one, trigger) {
                    fires.push((target, certain));
                }
            }
            groups.fires.push(fires);
            for &(function, position) in places {
                groups.of_use[function].push((group, position));
            }
        }
        for uses in &mut groups.of_use {
            uses.sort_unstable_by_key(|(_, position)| *position);
        }
        groups
    }

    /// Functions that run each other, uncertain steps included if they are wanted.
    fn components(&self, uncertain: bool) -> Vec<Vec<usize>> {
        let (functions, uses) = (self.of_use.len(), self.fires.len());
        let node = NodeIndex::new;
        let mut graph: DiGraph<(), ()> = DiGraph::new();
        for _ in 0..functions + uses + self.members.len() {
            graph.add_node(());
        }
        for (function, groups) in self.of_use.iter().enumerate() {
            for (group, _) in groups {
                graph.add_edge(node(function), node(functions + group), ());
            }
        }
        for (group, fires) in self.fires.iter().enumerate() {
            for (target, certain) in fires {
                if *certain || uncertain {
                    let target = node(functions + uses + target);
                    graph.add_edge(node(functions + group), target, ());
                }
            }
        }
        for (group, members) in self.members.iter().enumerate() {
            for (function, _) in members {
                graph.add_edge(node(functions + uses + group), node(*function), ());
            }
        }
        // The other algorithm of petgraph recurses, as deep as the longest chain of functions.
        let mut components: Vec<Vec<usize>> = kosaraju_scc(&graph)
            .into_iter()
            .filter(|component| component.len() > 1)
            .map(|component| {
                let mut component: Vec<usize> = component
                    .into_iter()
                    .map(NodeIndex::index)
                    .filter(|at| *at < functions)
                    .collect();
                component.sort_unstable();
                component
            })
            .collect();
        components.sort();
        components
    }
}

/// A step from function to function: from which one by which use, to which one by which trigger.
#[derive(Clone, Copy)]
struct Edge {
    from: (usize, usize),
    to: (usize, usize),
    certain: bool,
}

impl ResourceGraph {
    /// Functions that make themselves run, by way of others or directly. Certain cycles come first;
    /// uncertain ones only where no function of a certain one takes part.
    pub fn cycles(&self) -> Vec<Cycle> {
        let groups = Groups::of(self);
        let mut cycles = Vec::new();
        let mut reported = BTreeSet::new();
        for certain in [true, false] {
            for component in groups.components(!certain) {
                if component.iter().any(|at| reported.contains(at)) {
                    continue;
                }
                reported.extend(component.iter().copied());
                let loops = component
                    .iter()
                    .filter_map(|&at| step(&groups, at, at, !certain));
                let found = loops
                    .map(|edge| vec![edge])
                    .chain(circle(&groups, &component, !certain));
                cycles.extend(found.map(|edges| Cycle {
                    certain: edges.iter().all(|edge| edge.certain),
                    causes: edges.into_iter().map(|edge| self.cause(edge)).collect(),
                }));
            }
        }
        cycles
    }

    fn cause(&self, edge: Edge) -> Cause {
        let functions = &self.application.functions;
        let one = &functions[edge.from.0].uses[edge.from.1];
        let last = one.why.iter().filter_map(|path| path.steps.last());
        Cause {
            from: edge.from.0,
            to: edge.to.0,
            resource: one.resource,
            method: one.op.method,
            spans: last.map(|step| step.span).collect(),
            trigger: functions[edge.to.0].triggers[edge.to.1].span,
            certain: edge.certain,
        }
    }
}

/// A step from one function to another, if there is one.
fn step(groups: &Groups, from: usize, to: usize, uncertain: bool) -> Option<Edge> {
    let mut uses = groups.of_use[from].iter();
    uses.find_map(|&(group, position)| {
        let mut fires = groups.fires[group].iter();
        fires.find_map(|&(target, certain)| {
            let triggers = &groups.of_trigger[to];
            let (_, trigger) = triggers.iter().find(|(group, _)| *group == target)?;
            (certain || uncertain).then_some(Edge {
                from: (from, position),
                to: (to, *trigger),
                certain,
            })
        })
    })
}

/// The shortest cycle from the first function of a component through others.
fn circle(groups: &Groups, component: &[usize], uncertain: bool) -> Option<Vec<Edge>> {
    let [start, _, ..] = component else {
        return None;
    };
    let mut by: BTreeMap<usize, Edge> = BTreeMap::new();
    // What a group fires is the same for all of its members, so that each is looked at once; only
    // the way back to the start counts for each of them.
    let mut fired = BTreeSet::new();
    let mut queue = VecDeque::from([*start]);
    while let Some(function) = queue.pop_front() {
        if function != *start
            && let Some(last) = step(groups, function, *start, uncertain)
        {
            let mut cycle = vec![last];
            let mut at = function;
            while let Some(edge) = by.get(&at) {
                cycle.push(*edge);
                at = edge.from.0;
            }
            cycle.reverse();
            return Some(cycle);
        }
        for &(group, position) in &groups.of_use[function] {
            if !fired.insert(group) {
                continue;
            }
            let fires = groups.fires[group].iter();
            for (target, certain) in fires.filter(|(_, certain)| *certain || uncertain) {
                for &to in &groups.members[*target] {
                    let inside = component.binary_search(&to.0).is_ok();
                    if inside && to.0 != *start && !by.contains_key(&to.0) {
                        let from = (function, position);
                        let certain = *certain;
                        by.insert(to.0, Edge { from, to, certain });
                        queue.push_back(to.0);
                    }
                }
            }
        }
    }
    None
}

fn trigger_key(trigger: &Trigger) -> Option<TriggerKey<'_>> {
    Some(TriggerKey {
        resource: trigger.resource?,
        method: trigger.method.as_deref(),
        detail_types: &trigger.detail_types,
        filtered: is_filtered(trigger),
        prefix: text(trigger, "prefix"),
        suffix: text(trigger, "suffix"),
    })
}

fn is_filtered(trigger: &Trigger) -> bool {
    trigger
        .options
        .iter()
        .any(|option| matches!(option.name.as_str(), "filter" | "pattern"))
}

/// A text option; empty if it is not given.
fn text<'a>(trigger: &'a Trigger, name: &str) -> &'a str {
    let found = trigger
        .options
        .iter()
        .find_map(|option| match &option.value {
            Value::Str(text) if option.name == name => Some(text.as_str()),
            _ => None,
        });
    found.unwrap_or_default()
}

/// Whether an operation makes a trigger fire: None if never, otherwise whether always.
fn runs(one: &Use, trigger: &Trigger) -> Option<bool> {
    let filtered = is_filtered(trigger);
    match trigger.source {
        "bucket" => object(one, trigger),
        "table" => (one.op.access == Access::Write).then_some(!filtered),
        "function" => (one.op.access == Access::Invoke).then_some(true),
        "bus" if one.op.access == Access::Send => {
            let wanted = &trigger.detail_types;
            match &one.detail_types {
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
    fits(key, text(trigger, "prefix"), text(trigger, "suffix"))
}

/// Whether a key has a prefix and a suffix: None if never, otherwise whether always.
fn fits(key: &Text, prefix: &str, suffix: &str) -> Option<bool> {
    match key {
        Text::Exact(key) => (key.starts_with(prefix) && key.ends_with(suffix)).then_some(true),
        Text::Prefix(known) => Some(begins(known, prefix)? && suffix.is_empty()),
        Text::Pieces(pieces) => {
            let (first, last) = (pieces.first()?, pieces.last()?);
            Some(begins(first, prefix)? & ends(last, suffix)?)
        }
        Text::Any => Some(prefix.is_empty() && suffix.is_empty()),
    }
}

/// Whether texts of which only the beginning is known begin so: None if never, otherwise whether
/// always.
fn begins(known: &str, wanted: &str) -> Option<bool> {
    match known.starts_with(wanted) {
        true => Some(true),
        false => wanted.starts_with(known).then_some(false),
    }
}

/// The same for ends.
fn ends(known: &str, wanted: &str) -> Option<bool> {
    match known.ends_with(wanted) {
        true => Some(true),
        false => wanted.ends_with(known).then_some(false),
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
