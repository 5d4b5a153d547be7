//! The nodes of the call graph: what a symbol names, and the pieces of memory in between, which
//! compilers leave without a name: tables of methods, constants, tables of jumps. The linker's map
//! says where such a piece begins and ends: optimised code also refers to the middle of it.

use crate::error::Error;
use crate::image::{Image, Relocation, Section};
use crate::instruction::{LOOK_BACK, ends};
use crate::map::Piece;
use crate::relocation::Reference;

/// A function or a piece of data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Node(pub(crate) u32);

/// All nodes by address.
pub(crate) struct Nodes {
    starts: Vec<u64>,
    /// One past the last byte.
    ends: Vec<u64>,
    /// Symbols of a node: those at its start, in `named`.
    names: Vec<(u32, u32)>,
    named: Vec<u32>,
    /// Places in data that something refers to.
    targets: Vec<u64>,
    /// Where the pieces of the linker's map begin.
    pieces: Vec<u64>,
}

/// A symbol's place.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Named {
    start: u64,
    /// Larger ones first.
    size: std::cmp::Reverse<u64>,
    symbol: u32,
}

impl Nodes {
    pub(crate) fn find(image: &Image<'_>, map: &[Piece]) -> Result<Nodes, Error> {
        let named = named(image);
        let targets = targets(image)?;
        let cuts = cuts(map, &targets, image)?;
        let mut nodes = Nodes {
            starts: Vec::with_capacity(named.len() + cuts.len() / 2),
            ends: Vec::with_capacity(named.len() + cuts.len() / 2),
            names: Vec::new(),
            named: named.iter().map(|one| one.symbol).collect(),
            targets,
            pieces: map.iter().map(|(start, _)| *start).collect(),
        };
        let (mut next, mut cut) = (0, 0);
        for section in &image.sections {
            let mut at = section.address;
            while at < section.end {
                while named.get(next).is_some_and(|one| one.start < at) {
                    next += 1;
                }
                let until = named.get(next).map_or(section.end, |one| one.start);
                let until = until.min(section.end);
                if at < until {
                    nodes.add_pieces(at, until, &cuts, &mut cut);
                    at = until;
                    continue;
                }
                let first = next;
                while named.get(next).is_some_and(|one| one.start == at) {
                    next += 1;
                }
                let end = named[first].start.saturating_add(named[first].size.0);
                match end > at {
                    true => {
                        let end = end.min(section.end);
                        nodes.add(at, end, first as u32, next as u32);
                        at = end;
                    }
                    // Without a size: what follows, up to the next thing that is known.
                    false => {
                        let until = named.get(next).map_or(section.end, |one| one.start);
                        let until = until.min(section.end).max(at + 1);
                        let pieces = nodes.starts.len();
                        nodes.add_pieces(at, until, &cuts, &mut cut);
                        if let Some(names) = nodes.names.get_mut(pieces) {
                            *names = (first as u32, next as u32);
                        }
                        at = until;
                    }
                }
            }
        }
        Ok(nodes)
    }

    fn add(&mut self, start: u64, end: u64, first: u32, last: u32) {
        self.starts.push(start);
        self.ends.push(end);
        self.names.push((first, last));
    }

    /// Memory without a name, in pieces.
    fn add_pieces(&mut self, start: u64, end: u64, cuts: &[u64], next: &mut usize) {
        while cuts.get(*next).is_some_and(|cut| *cut <= start) {
            *next += 1;
        }
        let mut at = start;
        while let Some(cut) = cuts.get(*next).copied().filter(|cut| *cut < end) {
            self.add(at, cut, 0, 0);
            at = cut;
            *next += 1;
        }
        self.add(at, end, 0, 0);
    }

    pub(crate) fn len(&self) -> usize {
        self.starts.len()
    }

    /// The node that an address lies in.
    pub(crate) fn at(&self, address: u64) -> Option<Node> {
        let next = self.starts.partition_point(|start| *start <= address);
        let index = next.checked_sub(1)?;
        (address < self.ends[index]).then_some(Node(index as u32))
    }

    /// The nodes that begin in a part of memory.
    pub(crate) fn between(&self, start: u64, end: u64) -> impl Iterator<Item = Node> + use<> {
        let first = self.starts.partition_point(|at| *at < start) as u32;
        let last = self.starts.partition_point(|at| *at < end) as u32;
        (first..last).map(Node)
    }

    /// First and one past the last byte.
    pub(crate) fn range(&self, node: Node) -> (u64, u64) {
        let index = node.0 as usize;
        (self.starts[index], self.ends[index])
    }

    /// The symbols at a node's start, as indices of the symbol table.
    pub(crate) fn symbols(&self, node: Node) -> &[u32] {
        let (first, last) = self.names[node.0 as usize];
        self.named
            .get(first as usize..last as usize)
            .unwrap_or_default()
    }

    /// What a relocation refers to: usually one place; several where it cannot be told which.
    pub(crate) fn places(
        &self,
        image: &Image<'_>,
        relocation: &Relocation,
        found: impl FnMut(Place),
    ) -> Result<(), Error> {
        each_place(
            image,
            relocation,
            table(&self.targets, relocation.at),
            found,
        )
    }

    /// What lies right before a node.
    pub(crate) fn before(&self, node: Node) -> Option<Node> {
        let before = Node(node.0.checked_sub(1)?);
        (self.range(before).1 == self.range(node).0).then_some(before)
    }

    /// Whether nothing begins at a node: it fills the memory up to the next thing.
    pub(crate) fn is_filling(&self, image: &Image<'_>, node: Node) -> bool {
        let start = self.range(node).0;
        let is_writable = image.section(start).is_some_and(|one| one.is_writable);
        is_writable && self.symbols(node).is_empty() && self.pieces.binary_search(&start).is_err()
    }
}

/// A place that a relocation refers to.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    pub(crate) address: u64,
    /// Whether it has a name of its own, so that nothing else is meant.
    pub(crate) is_named: bool,
}

/// Where the data begins that lies at an address: the last place before it that something refers to.
fn table(targets: &[u64], at: u64) -> u64 {
    let next = targets.partition_point(|one| *one <= at);
    next.checked_sub(1).map_or(0, |index| targets[index])
}

/// Calls `found` with every place that a relocation may refer to. `table` is where the data begins
/// that the relocation lies in.
fn each_place(
    image: &Image<'_>,
    relocation: &Relocation,
    table: u64,
    mut found: impl FnMut(Place),
) -> Result<(), Error> {
    let reference = image
        .machine
        .reference(relocation.kind, relocation.in_code)?;
    let Some(symbol) = image.symbols.get(relocation.symbol as usize) else {
        return Ok(());
    };
    let Some(base) = symbol.address else {
        return Ok(());
    };
    let place = base.wrapping_add_signed(relocation.addend);
    let mut found = |address: u64, is_named: bool| found(Place { address, is_named });
    match reference {
        Reference::Nothing => {}
        Reference::Symbol => found(base, true),
        _ if !symbol.is_section => found(base, true),
        Reference::Place => found(place, false),
        Reference::Relative => {
            found(place.wrapping_sub(relocation.at.wrapping_sub(table)), false);
        }
        Reference::Instruction => {
            let look_back = relocation.at.saturating_sub(LOOK_BACK);
            let before = image.bytes(look_back, LOOK_BACK).unwrap_or_default();
            for end in ends(before) {
                found(place.wrapping_add(end), false);
            }
        }
    }
    Ok(())
}

/// Where pieces begin and end. What is only read has no pointers but the entries of tables, and
/// linkers put texts in it into an order that maps do not tell: there it is where something refers
/// to, entries of tables included.
fn cuts(pieces: &[Piece], targets: &[u64], image: &Image<'_>) -> Result<Vec<u64>, Error> {
    let is_writable = |at: u64| image.section(at).is_some_and(|section| section.is_writable);
    let of_map = pieces.iter().filter(|(start, _)| is_writable(*start));
    let mut cuts: Vec<u64> = of_map.flat_map(|(start, end)| [*start, *end]).collect();
    let mut referred = targets.to_vec();
    for relocation in image.relocations.iter().filter(|one| !one.in_code) {
        let reference = image.machine.reference(relocation.kind, false)?;
        if reference == Reference::Relative {
            let table = table(targets, relocation.at);
            each_place(image, relocation, table, |place| {
                referred.push(place.address)
            })?;
        }
    }
    let is_data = |at: &u64| image.section(*at).is_some_and(|section| !section.is_code);
    cuts.extend(
        referred
            .iter()
            .filter(|at| is_data(at) && !is_writable(**at)),
    );
    cuts.sort_unstable();
    cuts.dedup();
    Ok(cuts)
}

/// Symbols that name a place, in order of place.
fn named(image: &Image<'_>) -> Vec<Named> {
    let mut named: Vec<Named> = Vec::new();
    for (index, symbol) in image.symbols.iter().enumerate() {
        // `$x` and `$d` tell code from data on arm64.
        let is_name = !symbol.is_section && !symbol.name.is_empty() && symbol.name[0] != b'$';
        if let Some(start) = symbol.address.filter(|_| is_name) {
            named.push(Named {
                start,
                size: std::cmp::Reverse(symbol.size),
                symbol: index as u32,
            });
        }
    }
    named.sort_unstable();
    named
}

/// Every place in data that something refers to, in order.
fn targets(image: &Image<'_>) -> Result<Vec<u64>, Error> {
    let mut targets = Vec::with_capacity(image.relocations.len() / 4);
    for relocation in &image.relocations {
        let reference = image
            .machine
            .reference(relocation.kind, relocation.in_code)?;
        // Entries of tables can be read only once it is known where the tables begin.
        if reference != Reference::Relative {
            each_place(image, relocation, 0, |place| targets.push(place.address))?;
        }
    }
    targets.sort_unstable();
    targets.dedup();
    let is_data = |section: &Section<'_>| !section.is_code;
    targets.retain(|address| image.section(*address).is_some_and(is_data));
    Ok(targets)
}
