//! A linked program as a graph, and what can be reached in it.

use std::collections::{BTreeMap, BTreeSet};

use crate::edges::Edges;
use crate::error::Error;
use crate::image::Image;
use crate::map;
use crate::nodes::{Node, Nodes};
use crate::operation::{
    self, Operation, contains, demangled, is_of_sdk_itself, marked, sdk_calls_itself,
};
use crate::walk::Walk;

/// A program that was linked with symbols and relocations kept.
pub struct Program<'data> {
    image: Image<'data>,
    nodes: Nodes,
    edges: Edges,
    /// Operations by the node of their mark.
    marks: BTreeMap<Node, Operation>,
    /// Whether a node belongs to the SDK's search for credentials.
    of_sdk: Vec<bool>,
}

/// The operations that can be reached from somewhere, each with the symbols on the shortest way
/// there, both ends included.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// What the program's own code reaches.
    pub operations: BTreeMap<Operation, Vec<String>>,
    /// What it reaches only if a place at a list in constants, or beside one, means that list, which
    /// optimised code does not say.
    pub doubtful: BTreeMap<Operation, Vec<String>>,
    /// What only the SDK's own search for credentials reaches.
    pub of_sdk: BTreeMap<Operation, Vec<String>>,
}

impl<'data> Program<'data> {
    /// Reads an ELF file that was linked with `-C strip=none -C link-arg=-Wl,--emit-relocs`, and the
    /// map that the linker wrote for `-Wl,-Map=FILE`.
    pub fn read(file: &'data [u8], map: &str) -> Result<Program<'data>, Error> {
        let image = Image::read(file)?;
        let pieces = map::pieces(map, &image)?;
        let nodes = Nodes::find(&image, &pieces)?;
        let edges = Edges::find(&image, &nodes)?;
        let mut program = Program {
            marks: BTreeMap::new(),
            of_sdk: vec![false; nodes.len()],
            image,
            nodes,
            edges,
        };
        program.classify()?;
        Ok(program)
    }

    /// Finds the nodes that mean something.
    fn classify(&mut self) -> Result<(), Error> {
        let mut old = None;
        for symbol in self.image.symbols.iter().filter(|one| !one.is_section) {
            let Some(node) = symbol.address.and_then(|at| self.nodes.at(at)) else {
                continue;
            };
            if let Some(operation) = marked(symbol.name) {
                self.marks.insert(node, operation);
            }
            if is_of_sdk_itself(symbol.name) {
                self.of_sdk[node.0 as usize] = true;
            }
            old = old.or_else(|| operation::old_sdk(symbol.name));
        }
        match old {
            Some(name) => Err(Error::OldSdk(name.to_owned())),
            None => Ok(()),
        }
    }

    /// Every operation that is linked, reachable or not.
    pub fn linked(&self) -> BTreeSet<&Operation> {
        self.marks.values().collect()
    }

    /// How many nodes and edges the graph has.
    pub fn size(&self) -> (usize, usize) {
        (self.nodes.len(), self.edges.len())
    }

    /// The nodes of a symbol: by its path in Rust, such as `orders::routes::place`, or by its name
    /// in C. Generic functions have several.
    pub fn symbol(&self, path: &str) -> Result<Vec<Node>, Error> {
        let last = path.rsplit("::").next().unwrap_or(path).as_bytes();
        let symbols = self.image.symbols.iter();
        let nodes: BTreeSet<Node> = symbols
            .filter(|symbol| contains(symbol.name, last) && demangled(symbol.name) == path)
            .filter_map(|symbol| self.nodes.at(symbol.address?))
            .collect();
        match nodes.is_empty() {
            true => Err(Error::MissingSymbol(path.to_owned())),
            false => Ok(nodes.into_iter().collect()),
        }
    }

    /// Where the program begins: `main`, and what runs before it or behind it without being called.
    pub fn start(&self) -> Result<Vec<Node>, Error> {
        let mut nodes = self.symbol("main")?;
        let sections = self.image.sections.iter();
        for section in sections.filter(|section| section.is_of_starters) {
            nodes.extend(self.nodes.between(section.address, section.end));
        }
        Ok(nodes)
    }

    /// The nodes of symbols whose path ends so.
    pub(crate) fn ending_with(&self, name: &str) -> BTreeSet<Node> {
        let symbols = self.image.symbols.iter();
        symbols
            .filter(|symbol| contains(symbol.name, name.as_bytes()))
            .filter(|symbol| demangled(symbol.name).ends_with(&format!("::{name}")))
            .filter_map(|symbol| self.nodes.at(symbol.address?))
            .collect()
    }

    /// The first byte of a node and its size.
    pub(crate) fn extent(&self, node: Node) -> (u64, u64) {
        let (start, end) = self.nodes.range(node);
        (start, end - start)
    }

    /// What the relocation of a pointer in data refers to: an address.
    pub(crate) fn pointers(&self, node: Node) -> BTreeMap<u64, u64> {
        let (start, end) = self.nodes.range(node);
        let relocations = self.image.relocations.iter();
        relocations
            .filter(|one| !one.in_code && (start..end).contains(&one.at))
            .filter_map(|one| {
                let symbol = self.image.symbols.get(one.symbol as usize)?;
                Some((one.at, symbol.address?.wrapping_add_signed(one.addend)))
            })
            .collect()
    }

    pub(crate) fn node_at(&self, address: u64) -> Option<Node> {
        self.nodes.at(address)
    }

    pub(crate) fn number(&self, address: u64) -> Option<u64> {
        self.image.number(address)
    }

    pub(crate) fn bytes(&self, address: u64, length: u64) -> Option<&'data [u8]> {
        self.image.bytes(address, length)
    }

    /// What can be reached from `roots`.
    pub fn reach(&self, roots: &[Node]) -> Reach {
        self.found(self.walk(roots, &[]))
    }

    /// A walk from `roots` through everything but `closed` and the SDK's search for credentials,
    /// which it waits at.
    pub(crate) fn walk(&self, roots: &[Node], closed: &[Node]) -> Walk {
        let mut walk = Walk::new(self.nodes.len(), closed);
        self.go_on(&mut walk, roots);
        walk
    }

    /// Continues a walk with more roots.
    pub(crate) fn go_on(&self, walk: &mut Walk, roots: &[Node]) {
        walk.start(roots);
        walk.run(
            |node| !self.of_sdk[node.0 as usize],
            |node| self.edges.of(node),
        );
    }

    /// What a walk has come to, and what it comes to behind the SDK's search for credentials.
    pub(crate) fn found(&self, mut walk: Walk) -> Reach {
        let mut reach = Reach {
            operations: self.marks_in(&walk),
            ..Reach::default()
        };
        while walk.follow(self.edges.doubtful()) {
            walk.run(
                |node| !self.of_sdk[node.0 as usize],
                |node| self.edges.of(node),
            );
        }
        let others = self.marks_in(&walk).into_iter();
        let is_new = |(operation, _): &(Operation, _)| !reach.operations.contains_key(operation);
        reach.doubtful = others.filter(is_new).collect();
        walk.reopen();
        walk.run(|_| true, |node| self.edges.of(node));
        for (operation, chain) in self.marks_in(&walk) {
            if reach.operations.contains_key(&operation) || reach.doubtful.contains_key(&operation)
            {
                continue;
            }
            // Somebody's own provider of credentials may be reached through the SDK's.
            match sdk_calls_itself(&operation) {
                true => reach.of_sdk.insert(operation, chain),
                false => reach.operations.insert(operation, chain),
            };
        }
        reach
    }

    fn marks_in(&self, walk: &Walk) -> BTreeMap<Operation, Vec<String>> {
        let mut found: BTreeMap<Operation, Vec<Node>> = BTreeMap::new();
        for (node, operation) in &self.marks {
            if let Some(chain) = walk.chain(*node) {
                let known = found
                    .entry(operation.clone())
                    .or_insert_with(|| chain.clone());
                if chain.len() < known.len() {
                    *known = chain;
                }
            }
        }
        let named = |chain: Vec<Node>| chain.into_iter().filter_map(|node| self.name(node));
        found
            .into_iter()
            .map(|(operation, chain)| (operation, named(chain).collect()))
            .collect()
    }

    /// The name of a node; none for data without one.
    fn name(&self, node: Node) -> Option<String> {
        let symbol = *self.nodes.symbols(node).first()?;
        Some(demangled(self.image.symbols[symbol as usize].name))
    }
}
