//! The traits whose methods a module can call.

use std::cell::RefCell;
use std::sync::Arc;

use super::lookup::{self, Found};
use super::{Names, Namespace};
use crate::hir::{Def, ImportKind, ModuleId, Program, TraitId};
use crate::symbol::{FastMap, Symbol};

/// Traits that are visible in a module.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TraitsInScope {
    /// Of the program.
    pub local: Vec<TraitId>,
    /// Imported from outside. Names of other foreign items are among them, since an import does
    /// not say what it imports.
    pub foreign: Vec<Symbol>,
}

pub(super) type Memo = RefCell<FastMap<u32, Arc<TraitsInScope>>>;

pub(super) fn in_scope(names: &Names, program: &Program, module: ModuleId) -> Arc<TraitsInScope> {
    if let Some(known) = names.traits.borrow().get(&module.0) {
        return Arc::clone(known);
    }
    let mut traits = TraitsInScope::default();
    let mut scope = Some(module);
    while let Some(at) = scope {
        let mut seen = FastMap::default();
        let mut open = vec![at];
        while let Some(next) = open.pop() {
            if seen.insert(next.0, ()).is_none() {
                collect(names, program, next, &mut open, &mut traits);
            }
        }
        let data = &program.modules[at.index()];
        scope = data.parent.filter(|_| data.is_block);
    }
    traits.local.sort();
    traits.local.dedup();
    traits.foreign.sort();
    traits.foreign.dedup();
    let traits = Arc::new(traits);
    names
        .traits
        .borrow_mut()
        .insert(module.0, Arc::clone(&traits));
    traits
}

/// Visibility is not asked for: a trait too many only adds a candidate that rustc would refuse.
fn collect(
    names: &Names,
    program: &Program,
    module: ModuleId,
    globs: &mut Vec<ModuleId>,
    traits: &mut TraitsInScope,
) {
    let data = &program.modules[module.index()];
    for item in &data.items {
        if let Def::Trait(id) = item.def {
            traits.local.push(id);
        }
    }
    for (index, import) in data.imports.iter().enumerate() {
        let found = lookup::import(names, program, module, index as u32, Namespace::Types);
        match (found, import.kind) {
            (Some(Found::Def(Def::Trait(id))), ImportKind::Named(_)) => traits.local.push(id),
            (Some(Found::Foreign(path)), ImportKind::Named(_)) => traits.foreign.push(path),
            (Some(Found::Def(Def::Module(target))), ImportKind::Glob) => globs.push(target),
            _ => {}
        }
    }
}
