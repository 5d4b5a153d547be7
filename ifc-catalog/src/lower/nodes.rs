//! Nodes in the order in which they come, and in order of their ids at the end.

use std::collections::BTreeMap;

use crate::infra::Node;
use crate::span::Span;

/// The nodes so far. Putting them into order at once costs less than keeping them so.
#[derive(Debug, Default)]
pub(super) struct Nodes {
    list: List,
    /// How many of the list are in `order`.
    sorted: usize,
    /// Lists that came before it, those of parts: nodes are large, and stay where they are.
    before: Vec<List>,
    /// Id and position (which list, where in it), in pieces each of which is in order.
    order: Vec<(String, (usize, usize))>,
}

/// Nodes with the triggers that they are made for; none where one was taken.
type List = Vec<Option<(Node, Option<Span>)>>;

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
            ..Nodes::default()
        }
    }

    /// Adds a node, with the trigger that it is made for.
    pub(super) fn push(&mut self, node: Node, trigger: Option<Span>) {
        self.list.push(Some((node, trigger)));
    }

    /// Puts what came since the last time into order: a piece, in order by itself.
    pub(super) fn sort(&mut self) {
        let known = self.order.len();
        let list = self.before.len();
        let new = self.list.iter().enumerate().skip(self.sorted);
        let ids = new.filter_map(|(at, node)| Some((node.as_ref()?.0.id.clone(), (list, at))));
        self.order.extend(ids);
        self.order[known..].sort_unstable();
        self.sorted = self.list.len();
    }

    /// Adds the nodes of a part.
    pub(super) fn append(&mut self, mut part: Nodes) {
        self.end_list();
        part.end_list();
        let before = self.before.len();
        self.before.append(&mut part.before);
        let order = part.order.into_iter();
        self.order
            .extend(order.map(|(id, (list, at))| (id, (before + list, at))));
    }

    fn end_list(&mut self) {
        self.sort();
        self.before.push(std::mem::take(&mut self.list));
        self.sorted = 0;
    }

    /// The nodes by id, of those with the same id the first.
    pub(super) fn into_map(mut self) -> (BTreeMap<String, Node>, Vec<Collision>) {
        self.end_list();
        // Made for pieces that are in order by themselves.
        self.order.sort();
        let mut lists = self.before;
        let mut nodes: Vec<(String, Node)> = Vec::with_capacity(self.order.len());
        let mut collisions = Vec::new();
        let mut trigger_of_last = None;
        for (id, (list, at)) in self.order {
            let Some((node, trigger)) = lists[list][at].take() else {
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
