//! The edges of the call graph: what refers to what.

use crate::error::Error;
use crate::image::Image;
use crate::nodes::{Node, Nodes};

/// All edges, each once.
pub(crate) struct Edges {
    /// Where the edges of each node begin in `to`, and one past the last.
    first: Vec<u32>,
    to: Vec<Node>,
    doubtful: Vec<(Node, Node)>,
}

impl Edges {
    pub(crate) fn find(image: &Image<'_>, nodes: &Nodes) -> Result<Edges, Error> {
        let mut pairs: Vec<(Node, Node)> = Vec::with_capacity(image.relocations.len());
        // References from code to the place where a constant ends and another begins.
        let mut between: Vec<(Node, Node, Node)> = Vec::new();
        let mut from: Option<Node> = None;
        for relocation in &image.relocations {
            let at = relocation.at;
            let is_here = |node: &Node| {
                let (start, end) = nodes.range(*node);
                (start..end).contains(&at)
            };
            from = from.filter(is_here).or_else(|| nodes.at(at));
            let Some(from) = from else { continue };
            nodes.targets(image, relocation, |to, place| {
                let is_start = nodes.range(to).0 == place;
                let before = match relocation.in_code && is_start {
                    true => nodes.before(to),
                    false => None,
                };
                match before {
                    Some(before) => between.push((from, before, to)),
                    None if to != from => pairs.push((from, to)),
                    None => {}
                }
            })?;
        }
        // Loops over a list refer to its end, and some read backwards from there. Whoever refers to
        // the list elsewhere may mean its end; whoever does not means what begins there.
        let tables = Tables::of(image);
        let mut known: Vec<(Node, Node)> =
            between.iter().map(|(from, _, to)| (*from, *to)).collect();
        known.extend(&pairs);
        known.sort_unstable();
        let (ends, starts): (Vec<_>, Vec<_>) =
            between.into_iter().partition(|(from, before, _)| {
                known.binary_search(&(*from, *before)).is_ok()
                    && !tables.is_of_methods(image, nodes.range(*before))
            });
        let mut doubtful: Vec<(Node, Node)> =
            ends.into_iter().map(|(from, _, to)| (from, to)).collect();
        doubtful.sort_unstable();
        doubtful.dedup();
        pairs.extend(starts.into_iter().map(|(from, _, to)| (from, to)));
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

    /// References that may also be to the end of what lies before.
    pub(crate) fn doubtful(&self) -> &[(Node, Node)] {
        &self.doubtful
    }

    pub(crate) fn len(&self) -> usize {
        self.to.len()
    }
}

/// Tells tables of methods from other constants: nobody loops over them.
struct Tables {
    /// Places in data that hold pointers.
    pointers: Vec<u64>,
}

impl Tables {
    fn of(image: &Image<'_>) -> Tables {
        let relocations = image.relocations.iter();
        let in_data = relocations.filter(|relocation| !relocation.in_code);
        let mut pointers: Vec<u64> = in_data.map(|relocation| relocation.at).collect();
        pointers.sort_unstable();
        Tables { pointers }
    }

    /// Such a table begins with the function that drops the value, or nothing, the value's size and
    /// its alignment.
    fn is_of_methods(&self, image: &Image<'_>, (start, end): (u64, u64)) -> bool {
        let number = |at: u64| match self.pointers.binary_search(&at) {
            Ok(_) => None,
            Err(_) => image.number(at),
        };
        let drops = number(start).is_none_or(|number| number == 0);
        let alignment = number(start + 16).is_some_and(u64::is_power_of_two);
        let size = number(start + 8).is_some_and(|size| size < 1 << 32);
        end - start >= 24 && drops && alignment && size
    }
}
