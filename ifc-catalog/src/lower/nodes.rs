//! Nodes in the order in which they come, and in order of their ids at the end.

use std::collections::BTreeMap;

use crate::infra::Node;
use crate::span::Span;

/// The nodes so far. Putting them into order at once costs less than keeping them so.
#[derive(Debug, Default)]
pub(super) struct Nodes {
    list: Vec<Option<(Node, Option<Span>)>>,
    /// Id and position of the first nodes, in pieces each of which is in order.
    order: Vec<(String, usize)>,
}

/// Two nodes of one id.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Collision {
    pub(super) id: String,
    /// Owner of the first, and what it is made for, if that is a trigger.
    pub(super) first: (String, Option<Span>),
    /// The same of the other.
    pub(super) other: (String, Option<Span>),
}

impl Nodes {
    pub(super) fn with_room(count: usize) -> Nodes {
        Nodes {
            list: Vec::with_capacity(count),
            order: Vec::new(),
        }
    }

    /// Adds a node, with the trigger that it is made for.
    pub(super) fn push(&mut self, node: Node, trigger: Option<Span>) {
        self.list.push(Some((node, trigger)));
    }

    /// Puts what came since the last time into order: a piece, in order by itself.
    pub(super) fn sort(&mut self) {
        let known = self.order.len();
        let new = self.list.iter().enumerate().skip(known);
        let ids = new.filter_map(|(at, node)| Some((node.as_ref()?.0.id.clone(), at)));
        self.order.extend(ids);
        self.order[known..].sort_unstable();
    }

    /// Adds the nodes of a part.
    pub(super) fn append(&mut self, mut part: Nodes) {
        self.sort();
        part.sort();
        let before = self.list.len();
        self.list.append(&mut part.list);
        let order = part.order.into_iter();
        self.order.extend(order.map(|(id, at)| (id, before + at)));
    }

    /// The nodes by id, of those with the same id the first.
    pub(super) fn into_map(mut self) -> (BTreeMap<String, Node>, Vec<Collision>) {
        self.sort();
        // Made for pieces that are in order by themselves.
        self.order.sort();
        let Nodes { mut list, order } = self;
        let mut nodes: Vec<(String, Node)> = Vec::with_capacity(order.len());
        let mut collisions = Vec::new();
        let mut trigger_of_last = None;
        for (id, at) in order {
            let Some((node, trigger)) = list[at].take() else {
                continue;
            };
            match nodes.last() {
                Some((of, first)) if *of == id => collisions.push(Collision {
                    id,
                    first: (first.owner.clone(), trigger_of_last),
                    other: (node.owner, trigger),
                }),
                _ => {
                    trigger_of_last = trigger;
                    nodes.push((id, node));
                }
            }
        }
        (nodes.into_iter().collect(), collisions)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::infra::{Kind, LogGroup, Value};

    fn nodes(ids: &[(&str, &str)]) -> Nodes {
        let mut nodes = Nodes::default();
        for (id, owner) in ids {
            let node = Node {
                id: (*id).into(),
                owner: (*owner).into(),
                kind: Kind::LogGroup(LogGroup {
                    retention: Value::Number(1),
                }),
                after: Vec::new(),
                removal: None,
                tags: BTreeMap::new(),
                properties: BTreeMap::new(),
            };
            nodes.push(node, None);
        }
        nodes
    }

    #[test]
    fn the_first_of_an_id_stays() {
        let mut all = nodes(&[("C", "one"), ("A", "one")]);
        all.append(nodes(&[("B", "two"), ("A", "two")]));
        all.append(nodes(&[("D", "three"), ("A", "three")]));
        let (map, collisions) = all.into_map();
        let owners = map.iter().map(|(id, node)| (id.as_str(), &*node.owner));
        let expected = [("A", "one"), ("B", "two"), ("C", "one"), ("D", "three")];
        assert_eq!(owners.collect::<Vec<_>>(), expected);
        let expected = ["two", "three"].map(|other| Collision {
            id: "A".to_owned(),
            first: ("one".to_owned(), None),
            other: (other.to_owned(), None),
        });
        assert_eq!(collisions, expected);
    }
}
