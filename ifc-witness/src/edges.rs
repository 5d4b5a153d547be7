//! The edges of the call graph: what refers to what.

use std::collections::BTreeMap;

use crate::error::Error;
use crate::image::Image;
use crate::lists::Lists;
use crate::nodes::{Node, Nodes, Place};
use crate::relocation::Reference;

/// All edges, each once.
pub(crate) struct Edges {
    /// Where the edges of each node begin in `to`, and one past the last.
    first: Vec<u32>,
    to: Vec<Node>,
    doubtful: Vec<Edge>,
}

impl Edges {
    pub(crate) fn find(image: &Image<'_>, nodes: &Nodes) -> Result<Edges, Error> {
        let bounds = bounds(image);
        let mut found = Found {
            pairs: Vec::with_capacity(image.relocations.len()),
            ..Found::default()
        };
        let mut from: Option<Node> = None;
        for relocation in &image.relocations {
            let at = relocation.at;
            let is_here = |node: &Node| {
                let (start, end) = nodes.range(*node);
                (start..end).contains(&at)
            };
            from = from.filter(is_here).or_else(|| nodes.at(at));
            let Some(from) = from else { continue };
            if let Some((start, end)) = bounds.get(&relocation.symbol) {
                let all = nodes.between(*start, *end);
                found.pairs.extend(all.map(|to| (from, to)));
            }
            match relocation.in_code {
                true => nodes.places(image, relocation, |place| {
                    found.of_code(image, nodes, from, place);
                })?,
                false => {
                    let is_relative =
                        image.machine.reference(relocation.kind, false)? == Reference::Relative;
                    nodes.places(image, relocation, |place| {
                        found.of_data(nodes, from, place, is_relative);
                    })?;
                }
            }
        }
        let (mut pairs, doubtful) = found.told_apart(image, nodes);
        pairs.sort_unstable();
        pairs.dedup();

        let mut first = vec![0u32; nodes.len() + 1];
        for (from, _) in &pairs {
            first[from.0 as usize + 1] += 1;
        }
        for index in 0..nodes.len() {
            first[index + 1] += first[index];
        }
        Ok(Edges {
            first,
            to: pairs.into_iter().map(|(_, to)| to).collect(),
            doubtful,
        })
    }

    /// Where the references of a node lead.
    pub(crate) fn of(&self, node: Node) -> &[Node] {
        let index = node.0 as usize;
        let (first, last) = (self.first[index], self.first[index + 1]);
        &self.to[first as usize..last as usize]
    }

    /// References that may as well mean something else.
    pub(crate) fn doubtful(&self) -> &[Edge] {
        &self.doubtful
    }

    pub(crate) fn len(&self) -> usize {
        self.to.len()
    }
}

/// What refers, and what it refers to.
type Edge = (Node, Node);

/// What is found on the way.
#[derive(Default)]
struct Found {
    /// References that mean what they lead to.
    pairs: Vec<Edge>,
    /// References from code to where one thing ends and another begins: these two.
    between: Vec<(Node, Node, Node)>,
    /// References from code that may mean something beside what they lead to, with their places.
    near: Vec<(Node, u64, Node)>,
    jumps: Jumps,
}

impl Found {
    fn of_data(&mut self, nodes: &Nodes, from: Node, place: Place, is_relative: bool) {
        let Some(to) = nodes.at(place.address) else {
            return;
        };
        let is_inside = nodes.range(to).0 != place.address;
        self.jumps.add(from, is_relative && is_inside, to);
        self.add(from, to);
    }

    /// Code goes over lists: from the first byte to one past the last, or backwards, or counted from
    /// a place next to the list.
    fn of_code(&mut self, image: &Image<'_>, nodes: &Nodes, from: Node, place: Place) {
        let Some(to) = nodes.at(place.address) else {
            // The end of the last thing.
            if let Some(last) = place.address.checked_sub(1).and_then(|at| nodes.at(at)) {
                self.add(from, last);
            }
            return;
        };
        let is_code = image
            .section(place.address)
            .is_some_and(|section| section.is_code);
        if place.is_named || is_code {
            return self.add(from, to);
        }
        self.near.push((from, place.address, to));
        if nodes.range(to).0 != place.address {
            return self.add(from, to);
        }
        match nodes.before(to) {
            Some(before) if nodes.is_filling(image, to) => self.add(from, before),
            Some(before) => self.between.push((from, before, to)),
            None => self.add(from, to),
        }
    }

    fn add(&mut self, from: Node, to: Node) {
        if from != to {
            self.pairs.push((from, to));
        }
    }

    /// References that are sure, and those that are not.
    fn told_apart(self, image: &Image<'_>, nodes: &Nodes) -> (Vec<Edge>, Vec<Edge>) {
        let Found {
            mut pairs,
            between,
            near,
            jumps,
        } = self;
        let lists = Lists::find(image, nodes);
        // Linkers leave out what nothing refers to: a reference that is the only one means it.
        let mut referrers: BTreeMap<Node, usize> = BTreeMap::new();
        let all = pairs.iter().map(|(_, to)| to);
        for to in all.chain(between.iter().map(|(_, _, to)| to)) {
            *referrers.entry(*to).or_default() += 1;
        }
        let is_only = |node: Node| referrers.get(&node) == Some(&1);
        let mut known: Vec<Edge> = between.iter().map(|(from, _, to)| (*from, *to)).collect();
        known.extend(&pairs);
        known.sort_unstable();
        let refers = |from: Node, to: Node| known.binary_search(&(from, to)).is_ok();

        let mut doubtful = Vec::new();
        for (from, before, to) in between {
            // Whoever refers to a list elsewhere may mean its end.
            match lists.has(before) && !is_only(to) && refers(from, before) {
                true => doubtful.push((from, to)),
                false => pairs.push((from, to)),
            }
        }
        for (from, place, to) in near {
            if nodes.range(to).0 != place || !is_only(to) {
                doubtful.extend(lists.near(place).map(|list| (from, list)));
            }
        }
        doubtful.retain(|(from, to)| from != to && jumps.may_be_of(*to, *from));
        doubtful.sort_unstable();
        doubtful.dedup();
        (pairs, doubtful)
    }
}

/// Tells the tables of jumps that compilers make for `match`: nobody refers to them but the function
/// into the middle of which they lead.
#[derive(Default)]
struct Jumps {
    /// By table; none if it holds anything else.
    functions: BTreeMap<Node, Option<Node>>,
}

impl Jumps {
    /// An entry of a table.
    fn add(&mut self, table: Node, is_jump: bool, to: Node) {
        let to = is_jump.then_some(to);
        let known = self.functions.entry(table).or_insert(to);
        if *known != to {
            *known = None;
        }
    }

    /// Whether a function may refer to a piece of data, as far as that is a table of jumps.
    fn may_be_of(&self, table: Node, function: Node) -> bool {
        let of = self.functions.get(&table).copied().flatten();
        of.is_none_or(|of| of == function)
    }
}

/// Symbols that stand for whole sections, with first and one past the last address of these.
fn bounds(image: &Image<'_>) -> BTreeMap<u32, (u64, u64)> {
    let symbols = image.symbols.iter().enumerate();
    symbols
        .filter_map(|(index, symbol)| {
            let section = image.bounded_by(symbol)?;
            Some((index as u32, (section.address, section.end)))
        })
        .collect()
}
