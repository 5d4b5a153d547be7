//! Associated consts: which values one may have on a type.

use super::Flow;
use super::engine::Cx;
use super::index::Head;
use super::ty::{SubstId, Ty, TyKind};
use crate::hir::{GlobalId, Impl, Program, TraitId};
use crate::symbol::Symbol;

/// The consts of an implementation: its own, and those that its trait has a value for.
pub(super) fn of(program: &Program, imp: &Impl, of: Option<TraitId>) -> Vec<GlobalId> {
    let mut consts = imp.consts.clone();
    for &global in of.iter().flat_map(|id| &program.traits[id.index()].consts) {
        let name = program.globals[global.index()].name;
        let own = |own: &GlobalId| program.globals[own.index()].name == name;
        if !imp.consts.iter().any(own) {
            consts.push(global);
        }
    }
    consts
}

impl<'p> Flow<'p> {
    /// Values that an associated const may have on a type, as those of methods; `of` says which
    /// trait it is of, where that is known.
    pub(super) fn consts(
        &mut self,
        cx: Cx,
        ty: Ty,
        name: Symbol,
        of: Option<TraitId>,
    ) -> Vec<(GlobalId, SubstId)> {
        let mut found = Vec::new();
        if let TyKind::Dyn(traits) = self.tys.kind(ty).clone() {
            // Of the type only bounds are known: it is one of those that fulfil them.
            let mut ids: Vec<TraitId> = Vec::new();
            for &id in &traits {
                self.add_supertraits(id, &mut ids);
            }
            for id in ids {
                for imp in self.implementations(cx, id) {
                    let data = &self.program.impls[imp.index()];
                    let own = self.ty(data.module, SubstId::EMPTY, &data.self_ty);
                    let subst = self.tys.subst(vec![(self.known.self_, own)]);
                    let consts = self::of(self.program, data, Some(id)).into_iter();
                    let named = consts.filter(|id| self.program.globals[id.index()].name == name);
                    found.extend(named.map(|global| (global, subst)));
                }
            }
            return found;
        }
        let head = self.head(ty);
        let mut list = self.index.consts(head, name).to_vec();
        if head != Head::Any {
            list.extend(self.index.consts(Head::Any, name));
        }
        for (imp, global) in list {
            let meant = of.is_none() || self.index.trait_of(imp) == of;
            if meant && let Some(subst) = self.impl_subst(imp, ty) {
                found.push((global, subst));
            }
        }
        found
    }
}
