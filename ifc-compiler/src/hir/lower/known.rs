//! What files must know of each other before names are resolved: macros, and attributes imported
//! under another name.

use std::sync::Arc;

use crate::hir::CrateId;
use crate::hir::expand::MacroDef;
use crate::resolve::crate_token;
use crate::symbol::{FastMap, Symbol};

/// An attribute of the language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MarkerAttribute {
    On,
    Resource,
    Function,
    Grant,
    AllowInfra,
}

/// Grows from wave to wave.
#[derive(Default)]
pub(super) struct Known {
    pub(super) crates: Vec<KnownCrate>,
    /// Names under which some module re-exports an attribute.
    pub(super) renamed: FastMap<Symbol, MarkerAttribute>,
    crate_tokens: FastMap<Symbol, CrateId>,
    /// Every name that was defined, in order.
    log: Vec<Symbol>,
}

#[derive(Default)]
pub(super) struct KnownCrate {
    /// With whether `#[macro_use]` puts it into scope behind its module.
    pub(super) macros: FastMap<Symbol, Vec<(Arc<MacroDef>, bool)>>,
    /// Crates of the program by name in source.
    pub(super) externs: FastMap<Symbol, CrateId>,
    /// Crates outside the program by name in source.
    pub(super) foreign: FastMap<Symbol, Symbol>,
}

impl Known {
    pub(super) fn new(crates: Vec<KnownCrate>) -> Self {
        let crate_tokens = (0..crates.len() as u32)
            .map(|at| (crate_token(CrateId(at)), CrateId(at)))
            .collect();
        Known {
            crates,
            renamed: FastMap::default(),
            crate_tokens,
            log: Vec::new(),
        }
    }

    pub(super) fn define(&mut self, krate: CrateId, def: Arc<MacroDef>, spills: bool) {
        let list = self.crates[krate.index()]
            .macros
            .entry(def.name)
            .or_default();
        if !list.iter().any(|known| known.0 == def && known.1 == spills) {
            self.log.push(def.name);
            list.push((def, spills));
        }
    }

    pub(super) fn rename(&mut self, name: Symbol, marker: MarkerAttribute) {
        if self.renamed.insert(name, marker) != Some(marker) {
            self.log.push(name);
        }
    }

    /// How much is known, for comparison with later.
    pub(super) fn size(&self) -> usize {
        self.log.len()
    }

    pub(super) fn defined_after(&self, name: Symbol, size: usize) -> bool {
        self.log[size.min(self.log.len())..].contains(&name)
    }

    /// A macro by its name alone that no file above defines: what a module spills comes before
    /// what the crate exports, and that before what is only visible elsewhere. The flag says whether
    /// a module spills it.
    pub(super) fn in_crate(&self, krate: CrateId, name: Symbol) -> Option<&(Arc<MacroDef>, bool)> {
        self.best(krate, name, |def, spills| match (spills, def.exported) {
            (true, _) => 0,
            (false, true) => 1,
            (false, false) => 2,
        })
    }

    /// A macro by a path into a crate: those that are exported have one.
    fn at_path(&self, krate: CrateId, name: Symbol) -> Option<&Arc<MacroDef>> {
        let best = self.best(krate, name, |def, _| u8::from(!def.exported));
        best.map(|(def, _)| def)
    }

    /// The first macro of the least rank.
    fn best(
        &self,
        krate: CrateId,
        name: Symbol,
        rank: impl Fn(&MacroDef, bool) -> u8,
    ) -> Option<&(Arc<MacroDef>, bool)> {
        let list = self.crates[krate.0 as usize].macros.get(&name)?.iter();
        list.min_by_key(|(def, spills)| rank(def, *spills))
    }

    /// A macro by a path of several segments, or by the path of an import.
    pub(super) fn by_path(&self, krate: CrateId, path: &[Symbol]) -> Option<&Arc<MacroDef>> {
        let (&first, &last) = (path.first()?, path.last()?);
        let within = |name: &str| matches!(name, "crate" | "self" | "super");
        let (mut at, mut named) = match self.crate_tokens.get(&first) {
            Some(&id) => (id, &path[1..]),
            None if within(first.as_str()) => (krate, &path[1..]),
            None if path.len() == 1 => return None,
            None => (krate, path),
        };
        let mut foreign = matches!(first.as_str(), "std" | "core" | "alloc");
        // Crates may be passed on: `$crate::other::name!`.
        while let [name, rest @ ..] = named
            && !rest.is_empty()
        {
            let known = &self.crates[at.index()];
            foreign |= known.foreign.contains_key(name);
            at = known.externs.get(name).copied().unwrap_or(at);
            named = rest;
        }
        match at {
            _ if foreign => None,
            at if at == krate || path.len() == 2 && self.crate_tokens.contains_key(&first) => {
                self.at_path(at, last)
            }
            at => self.exported(at, last),
        }
    }

    /// A macro that another crate of the program exports, perhaps from a third.
    pub(super) fn exported(&self, krate: CrateId, name: Symbol) -> Option<&Arc<MacroDef>> {
        let exported = |known: &KnownCrate| known.macros.contains_key(&name);
        if exported(&self.crates[krate.0 as usize]) {
            return self.at_path(krate, name);
        }
        let at = self.crates.iter().position(exported)?;
        self.at_path(CrateId(at as u32), name)
            .filter(|def| def.exported)
    }

    pub(super) fn marker_by_name(&self, name: Symbol) -> Option<MarkerAttribute> {
        marker(name.as_str()).or_else(|| self.renamed.get(&name).copied())
    }

    /// The attribute behind a path: through the runtime, or through a module of the program, which
    /// can only have it from there.
    pub(super) fn marker_of(&self, krate: CrateId, path: &[Symbol]) -> Option<MarkerAttribute> {
        let (&first, &last) = (path.first()?, path.last()?);
        if self.may_be_runtime(krate, first) {
            self.marker_by_name(last)
        } else {
            None
        }
    }

    /// Whether a path that begins so can lead to the runtime: directly, or through a re-export of
    /// the program.
    pub(super) fn may_be_runtime(&self, krate: CrateId, first: Symbol) -> bool {
        match self.crates[krate.0 as usize].foreign.get(&first) {
            Some(package) => package.as_str() == "ifc_runtime",
            None => !matches!(first.as_str(), "std" | "core" | "alloc"),
        }
    }

    /// Whether a crate depends on the runtime: in any other, attributes of the same names are
    /// someone else's.
    pub(super) fn uses_runtime(&self, krate: CrateId) -> bool {
        let mut foreign = self.crates[krate.0 as usize].foreign.values();
        foreign.any(|package| package.as_str() == "ifc_runtime")
    }

    /// Whether a path leads to the runtime crate itself.
    pub(super) fn is_runtime(&self, krate: CrateId, first: Symbol) -> bool {
        match self.crates[krate.0 as usize].foreign.get(&first) {
            Some(package) => package.as_str() == "ifc_runtime",
            None => first.as_str() == "ifc_runtime",
        }
    }
}

pub(super) fn marker(name: &str) -> Option<MarkerAttribute> {
    Some(match name {
        "on" => MarkerAttribute::On,
        "resource" => MarkerAttribute::Resource,
        "function" => MarkerAttribute::Function,
        "grant" => MarkerAttribute::Grant,
        "allow_infra" => MarkerAttribute::AllowInfra,
        _ => return None,
    })
}
