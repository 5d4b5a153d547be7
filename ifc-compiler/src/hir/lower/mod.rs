//! From syntax trees to [`Program`]: files are parsed and lowered in waves, the children of one
//! wave's files in the next, and joined in that order, so that ids never depend on threads. This is
//! the last stage that sees `syn`.

mod arguments;
mod attr;
mod block;
mod builtin;
mod decided;
mod expr;
mod file;
mod format;
mod impls;
mod imports;
mod item;
mod known;
mod mac;
mod merge;
mod pat;
mod registered;
mod serde;
mod targets;
mod ty;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use file::{Child, Context, Fragment, Lower};
use known::Known;
use targets::Targets;

use super::expand::MacroDef;
use super::{CrateId, ImportKind, ModuleId, Program};
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::source::cfg::Cfg;
use crate::source::modules::Place;
use crate::source::{self, Request, Source, codes};
use crate::span::{Files, Span};
use crate::symbol::{FastMap, Symbol};
use crate::world::World;

/// How often one file may be part of a crate.
const MAX_REPEATS: u32 = 16;

/// Macros can define macros that other files use; beyond this many rounds nobody does.
const MAX_ROUNDS: usize = 8;

/// Parses and lowers all crates of the program.
pub fn lower(world: &World<'_>, diagnostics: &mut Diagnostics) -> (Files, Program) {
    let targets = targets::collect(world);
    let mut state = State {
        world,
        known: Known::new(targets.known()),
        files: Files::default(),
        nodes: Vec::new(),
        repeats: FastMap::default(),
        targets,
    };
    let mut pending = state.roots(diagnostics);
    while !pending.is_empty() {
        pending = state.wave(pending, diagnostics);
    }
    for round in 0.. {
        let mut stale = state.stale();
        if let (Some(&first), MAX_ROUNDS) = (stale.first(), round) {
            diagnostics.push(state.endless(first));
        }
        if stale.is_empty() || round == MAX_ROUNDS {
            break;
        }
        while !stale.is_empty() {
            stale = state.wave(stale, diagnostics);
        }
    }
    let (program, found) = merge::join(&state.targets, state.nodes);
    for diagnostic in found {
        diagnostics.push(diagnostic);
    }
    (state.files, program)
}

struct State<'a> {
    world: &'a World<'a>,
    targets: Targets<'a>,
    known: Known,
    files: Files,
    nodes: Vec<Node>,
    repeats: FastMap<(CrateId, Symbol), u32>,
}

/// A file as part of the module tree.
struct Node {
    krate: CrateId,
    /// Node and module that the file fills; none for a crate root.
    parent: Option<(usize, ModuleId)>,
    place: Place,
    inline: Vec<String>,
    /// `macro_rules!` in scope at the declaration.
    macros: Vec<Arc<MacroDef>>,
    /// Whether its macros are in scope behind the declaration.
    spills: bool,
    source: Source,
    shown: Symbol,
    children: Vec<(Child, Option<usize>)>,
    fragment: Option<Fragment>,
    failure: Option<Diagnostic>,
    /// How many macros and renames were known when the file was lowered.
    seen: usize,
}

impl State<'_> {
    fn roots(&mut self, diagnostics: &mut Diagnostics) -> Vec<usize> {
        let requests: Vec<Request> = self
            .targets
            .list
            .iter()
            .map(|t| t.request.clone())
            .collect();
        let list: Vec<&Request> = requests.iter().collect();
        let sources = source::read(self.world, &list, &mut self.files, diagnostics);
        let mut roots = Vec::new();
        for (at, source) in sources.into_iter().enumerate() {
            if let Some(source) = source {
                let (path, shown) = &requests[at].candidates[source.candidate];
                roots.push(self.nodes.len());
                self.nodes.push(Node {
                    krate: CrateId(at as u32),
                    parent: None,
                    place: Place::owner(path, shown),
                    inline: Vec::new(),
                    macros: Vec::new(),
                    spills: false,
                    source,
                    shown: Symbol::new(shown),
                    children: Vec::new(),
                    fragment: None,
                    failure: None,
                    seen: 0,
                });
            }
        }
        roots
    }

    /// Parses and lowers files; returns the files that they declare.
    fn wave(&mut self, pending: Vec<usize>, diagnostics: &mut Diagnostics) -> Vec<usize> {
        let seen = self.known.size();
        let architecture = self.targets.architecture;
        let sources: Vec<&Source> = pending.iter().map(|&at| &self.nodes[at].source).collect();
        let fragments = source::parse(&sources, |at, tree, positions| {
            let node = &self.nodes[pending[at]];
            let target = &self.targets.list[node.krate.index()];
            let context = Context {
                krate: node.krate,
                package: &target.package.name,
                cfg: Cfg {
                    features: &target.package.features,
                    architecture,
                },
                known: &self.known,
            };
            let mut lower = Lower::new(context, &positions);
            lower.inline.clone_from(&node.inline);
            lower.macros.clone_from(&node.macros);
            if lower.is_active(&tree.attrs) {
                lower.scan_imports(&tree.items);
                lower.items(&tree.items);
            }
            lower.finish()
        });
        let mut requests = Vec::new();
        for (&at, result) in pending.iter().zip(fragments) {
            let node = &mut self.nodes[at];
            node.seen = seen;
            match result {
                Ok(mut fragment) => {
                    self.known.learn(node.krate, node.spills, &mut fragment);
                    let children = std::mem::take(&mut fragment.children);
                    node.fragment = Some(fragment);
                    self.adopt(at, children, &mut requests, diagnostics);
                }
                Err(failure) => node.failure = Some(*failure),
            }
        }
        self.read(requests, diagnostics)
    }

    /// Matches the declarations of a file with those it had before, if it was lowered again.
    fn adopt(
        &mut self,
        at: usize,
        children: Vec<Child>,
        requests: &mut Vec<(usize, usize, Request, Vec<bool>)>,
        diagnostics: &mut Diagnostics,
    ) {
        let mut old = std::mem::take(&mut self.nodes[at].children);
        for (index, child) in children.into_iter().enumerate() {
            let same = old
                .iter()
                .position(|(other, _)| other.names_same_file(&child));
            let node = same.map(|same| old.swap_remove(same).1);
            if let Some(Some(node)) = node {
                self.nodes[node].parent = Some((at, child.target));
                self.nodes[node].macros.clone_from(&child.macros);
            } else if node.is_none()
                && let Some((request, owners)) = self.request(at, &child, diagnostics)
            {
                requests.push((at, index, request, owners));
            }
            self.nodes[at].children.push((child, node.flatten()));
        }
    }

    /// The files that a declaration can mean, unless they are a cycle. The flags say which of them
    /// have their children beside them.
    fn request(
        &mut self,
        at: usize,
        child: &Child,
        diagnostics: &mut Diagnostics,
    ) -> Option<(Request, Vec<bool>)> {
        let place = &self.nodes[at].place;
        let found = match &child.path {
            Some(path) if child.is_include => vec![(place.explicit(&[], path), true)],
            Some(path) => vec![(place.explicit(&child.inline, path), true)],
            None => place.candidates(&child.inline, &child.name),
        };
        let (candidates, owners): (Vec<_>, Vec<bool>) = found.into_iter().unzip();
        let mut ancestor = Some(at);
        while let Some(node) = ancestor {
            let shown = self.nodes[node].shown.as_str();
            if candidates.iter().any(|(_, candidate)| candidate == shown) {
                let message = format!("module `{}` contains itself", child.name);
                let diagnostic = Diagnostic::new(&codes::CYCLIC_MODULES, child.span, message)
                    .label(format!("`{shown}` is already around this declaration"))
                    .help("refer to the module with `use` instead of declaring it again");
                diagnostics.push(diagnostic);
                return None;
            }
            ancestor = self.nodes[node].parent.map(|(parent, _)| parent);
        }
        let request = Request {
            candidates,
            declared: Some(child.span),
            name: child.name.clone(),
        };
        Some((request, owners))
    }

    fn read(
        &mut self,
        requests: Vec<(usize, usize, Request, Vec<bool>)>,
        diagnostics: &mut Diagnostics,
    ) -> Vec<usize> {
        let list: Vec<&Request> = requests.iter().map(|(_, _, request, _)| request).collect();
        let sources = source::read(self.world, &list, &mut self.files, diagnostics);
        let mut added = Vec::new();
        for ((parent, index, request, owners), source) in requests.into_iter().zip(sources) {
            let Some(source) = source else { continue };
            let (path, shown) = &request.candidates[source.candidate];
            let krate = self.nodes[parent].krate;
            let child = &self.nodes[parent].children[index].0;
            let repeats = self.repeats.entry((krate, Symbol::new(shown))).or_default();
            *repeats += 1;
            if *repeats > MAX_REPEATS {
                if *repeats == MAX_REPEATS + 1 {
                    let message = format!("`{shown}` is declared as a module too often");
                    let diagnostic = Diagnostic::new(&codes::FILE_REPEATED, child.span, message)
                        .label(format!("after {MAX_REPEATS} others"))
                        .help("declare it once and refer to it with `use`");
                    diagnostics.push(diagnostic);
                }
                continue;
            }
            let (place, inline) = match (child.is_include, owners[source.candidate]) {
                // What the file declares is looked up beside it.
                (true, _) => (Place::owner(path, shown), Vec::new()),
                (false, true) => (Place::owner(path, shown), Vec::new()),
                (false, false) => (Place::leaf(path, shown, &child.name), Vec::new()),
            };
            let node = Node {
                krate,
                parent: Some((parent, child.target)),
                place,
                inline,
                macros: child.macros.clone(),
                spills: child.spills,
                source,
                shown: Symbol::new(shown),
                children: Vec::new(),
                fragment: None,
                failure: None,
                seen: 0,
            };
            let at = self.nodes.len();
            self.nodes[parent].children[index].1 = Some(at);
            self.nodes.push(node);
            added.push(at);
        }
        added
    }

    /// A file that would have to be read again and again.
    fn endless(&self, node: usize) -> Diagnostic {
        let span = Span {
            file: self.nodes[node].source.file,
            start: 0,
            end: 0,
        };
        let message = "macros of one file define those of the next without end";
        Diagnostic::new(&codes::MACRO_RECURSION, span, message)
            .label("invokes one that was not known when it was read")
            .note(format!("files are read up to {MAX_ROUNDS} times"))
            .help("define the macro itself instead of a macro that defines it")
    }

    /// Files that took a macro or attribute for a foreign one before its definition was found.
    fn stale(&self) -> Vec<usize> {
        let size = self.known.size();
        let is_stale = |node: &Node| {
            node.seen < size
                && node.fragment.as_ref().is_some_and(|fragment| {
                    fragment
                        .open
                        .iter()
                        .any(|&name| self.known.defined_after(name, node.seen))
                })
        };
        (0..self.nodes.len())
            .filter(|&at| is_stale(&self.nodes[at]))
            .collect()
    }
}

impl Child {
    fn names_same_file(&self, other: &Child) -> bool {
        (&self.name, &self.path, &self.inline, self.is_include)
            == (&other.name, &other.path, &other.inline, other.is_include)
    }
}

impl Known {
    /// Takes over what a file defines for others.
    fn learn(&mut self, krate: CrateId, spills: bool, fragment: &mut Fragment) {
        for def in std::mem::take(&mut fragment.macros) {
            self.define(krate, def, spills);
        }
        for module in &fragment.program.modules {
            for import in &module.imports {
                if let (ImportKind::Named(name), Some(last)) = (import.kind, import.path.last())
                    && name != *last
                    && let Some(marker) = known::marker(last.as_str())
                    && self.marker_of(krate, &import.path).is_some()
                {
                    self.rename(name, marker);
                }
            }
        }
    }
}
