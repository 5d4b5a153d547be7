//! Lists in constants, which optimised code goes over: from the first byte to one past the last,
//! backwards, or counted from a place beside the list.

use crate::image::Image;
use crate::nodes::{Node, Nodes};

/// How many elements beside a list code may count from.
const BESIDE: u64 = 2;

const WORD: u64 = 8;

/// Every list whose elements have pointers, by address.
pub(crate) struct Lists {
    lists: Vec<List>,
    /// The most that a list and what lies beside it take on one side of its first byte.
    before: u64,
    behind: u64,
}

struct List {
    node: Node,
    start: u64,
    end: u64,
    /// Bytes beside it that code may count from.
    beside: u64,
}

impl Lists {
    pub(crate) fn find(image: &Image<'_>, nodes: &Nodes) -> Lists {
        let relocations = image.relocations.iter();
        let in_data = relocations.filter(|relocation| !relocation.in_code);
        let mut pointers: Vec<u64> = in_data.map(|relocation| relocation.at).collect();
        pointers.sort_unstable();

        let writable = image.sections.iter().filter(|section| section.is_writable);
        let all = writable.flat_map(|section| nodes.between(section.address, section.end));
        let lists: Vec<List> = all
            .filter_map(|node| {
                let (start, end) = nodes.range(node);
                let first = pointers.partition_point(|at| *at < start);
                let last = pointers.partition_point(|at| *at < end);
                let stride = stride(image, (start, end), &pointers[first..last])?;
                Some(List {
                    node,
                    start,
                    end,
                    beside: BESIDE * stride,
                })
            })
            .collect();
        let most = |of: fn(&List) -> u64| lists.iter().map(of).max().unwrap_or_default();
        Lists {
            before: most(|list| list.beside),
            behind: most(|list| list.end - list.start + list.beside),
            lists,
        }
    }

    pub(crate) fn has(&self, node: Node) -> bool {
        self.lists
            .binary_search_by_key(&node, |list| list.node)
            .is_ok()
    }

    /// Those that a reference of code to a place may mean.
    pub(crate) fn near(&self, place: u64) -> impl Iterator<Item = Node> {
        let first = place.saturating_sub(self.behind);
        let first = self.lists.partition_point(|list| list.start < first);
        let lists = self.lists[first..].iter();
        lists
            .take_while(move |list| list.start <= place + self.before)
            .filter(move |list| {
                let near = list.start.saturating_sub(list.beside)..=list.end + list.beside;
                near.contains(&place)
            })
            .map(|list| list.node)
    }
}

/// Bytes from one element to the next, if a piece of data is a list of at least two elements that have
/// their pointers at the same places.
fn stride(image: &Image<'_>, (start, end): (u64, u64), pointers: &[u64]) -> Option<u64> {
    let words = (end - start) / WORD;
    if pointers.is_empty()
        || words * WORD != end - start
        || is_of_methods(image, (start, end), pointers)
    {
        return None;
    }
    let mut is_pointer = vec![false; words as usize];
    for at in pointers {
        is_pointer[((at - start) / WORD) as usize] = true;
    }
    let is_stride = |stride: &u64| {
        let mut elements = is_pointer.chunks(*stride as usize);
        words.is_multiple_of(*stride) && elements.all(|one| is_pointer.starts_with(one))
    };
    Some((1..=words / 2).find(is_stride)? * WORD)
}

/// A table of methods, which nobody loops over, begins with the function that drops the value, or
/// nothing, the value's size and its alignment.
fn is_of_methods(image: &Image<'_>, (start, end): (u64, u64), pointers: &[u64]) -> bool {
    let number = |at: u64| match pointers.binary_search(&at) {
        Ok(_) => None,
        Err(_) => image.number(at),
    };
    let drops = number(start).is_none_or(|number| number == 0);
    let alignment = number(start + 16).is_some_and(u64::is_power_of_two);
    let size = number(start + 8).is_some_and(|size| size < 1 << 32);
    end - start >= 24 && drops && alignment && size
}
