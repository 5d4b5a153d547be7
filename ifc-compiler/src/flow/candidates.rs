//! What a name may mean on a type: functions of its implementations, and those of traits that it
//! implements.

use super::Flow;
use super::engine::Cx;
use super::index::{Candidate, Head};
use super::ty::{SubstId, Ty, TyKind, Wrap};
use crate::hir::{Def, FnId, ImplId, Owner, TraitId};
use crate::resolve::Resolution;
use crate::symbol::Symbol;

impl<'p> Flow<'p> {
    pub(super) fn head(&self, ty: Ty) -> Head {
        match self.tys.kind(ty) {
            TyKind::Unknown | TyKind::Never => Head::Any,
            TyKind::Text => Head::Text,
            TyKind::Plain => Head::Plain,
            TyKind::Local(id, _) => Head::Local(*id),
            TyKind::Handle(kind, _) => Head::Handle(*kind),
            TyKind::Wrap(wrap, _) => Head::Wrap(*wrap),
            TyKind::Foreign(name, _) => Head::Foreign(*name),
            TyKind::Tuple(_) => Head::Tuple,
            TyKind::Fn(_) => Head::Fn,
            TyKind::Dyn(traits) => Head::Dyn(traits[0]),
        }
    }

    /// Functions that `name` may mean on a type, with what the parameters of their implementation
    /// stand for. An inherent one hides those of traits.
    pub(super) fn candidates(&mut self, ty: Ty, name: Symbol) -> Vec<(Candidate, SubstId)> {
        let mut found = self.all_candidates(ty, name);
        if found.iter().any(|(candidate, _)| candidate.inherent) {
            found.retain(|(candidate, _)| candidate.inherent);
        }
        found
    }

    /// The same with those of traits beside an inherent one.
    pub(super) fn all_candidates(&mut self, ty: Ty, name: Symbol) -> Vec<(Candidate, SubstId)> {
        let head = self.head(ty);
        let mut found = self.matching(head, ty, name);
        if head != Head::Any && !self.index.candidates(Head::Any, name).is_empty() {
            found.extend(self.matching(Head::Any, ty, name));
        }
        if let Head::Local(id) = head
            && found.is_empty()
            && self.index.has_dyn_methods
        {
            let subst = self.tys.subst(vec![(self.known.self_, ty)]);
            for of in self.index.traits_of(id) {
                let own = self.index.candidates(Head::Dyn(*of), name).iter();
                found.extend(own.map(|&candidate| (candidate, subst)));
            }
        }
        found
    }

    fn matching(&mut self, head: Head, ty: Ty, name: Symbol) -> Vec<(Candidate, SubstId)> {
        let list = self.index.candidates(head, name);
        if list.is_empty() {
            return Vec::new();
        }
        let list = list.to_vec();
        let mut found = Vec::new();
        for candidate in list {
            if let Some(subst) = self.impl_subst(candidate.imp, ty) {
                found.push((candidate, subst));
            }
        }
        found
    }

    /// Implementations of a trait for types that reachable code mentions; the unit is evaluated
    /// again when there are more.
    pub(super) fn implementations(&mut self, cx: Cx, id: TraitId) -> Vec<ImplId> {
        let readers = self.dyn_readers.entry(id).or_default();
        if readers.last() != Some(&cx.unit) {
            readers.push(cx.unit);
        }
        let mut found = self.index.impls_of(id).to_vec();
        found.retain(|&imp| match self.index.head_of(imp) {
            Head::Local(ty) => self.mentioned.contains_key(&ty),
            _ => true,
        });
        found
    }

    /// What the parameters of an implementation stand for when it applies to a type.
    pub(super) fn impl_subst(&mut self, imp: ImplId, ty: Ty) -> Option<SubstId> {
        let program = self.program;
        let data = &program.impls[imp.index()];
        let mut bound = Vec::new();
        if (!data.generics.params.is_empty() || self.index.head_of(imp) != Head::Any)
            && !self.unify(
                data.module,
                &[&data.generics],
                &data.self_ty,
                ty,
                &mut bound,
            )
        {
            return None;
        }
        for param in &data.generics.params {
            let is = bound
                .iter()
                .find(|entry| entry.0 == param.name)
                .map(|entry| entry.1);
            if let Some(is) = is
                && self.index.head_of(imp) == Head::Any
                && !self.satisfies(data.module, is, &param.bounds)
            {
                return None;
            }
        }
        bound.push((self.known.self_, ty));
        Some(self.tys.subst(bound))
    }

    /// Whether a type implements the traits of the program among some bounds.
    fn satisfies(
        &mut self,
        module: crate::hir::ModuleId,
        ty: Ty,
        bounds: &'p [crate::hir::Bound],
    ) -> bool {
        let program = self.program;
        bounds
            .iter()
            .all(|bound| match self.names.ty(program, module, &bound.path) {
                Resolution::Def {
                    def: Def::Trait(id),
                    ..
                } => self.implements(ty, id),
                Resolution::Foreign(path) => self.may_be(ty, super::known::last(path.as_str())),
                _ => true,
            })
    }

    /// Whether a type may implement a trait from outside, of those that tell types apart.
    fn may_be(&mut self, ty: Ty, name: &str) -> bool {
        let head = self.head(ty);
        let own = match name {
            "Iterator" => self.known.next,
            "Future" => self.known.awaiting[1],
            "Fn" | "FnMut" | "FnOnce" | "AsyncFn" | "AsyncFnMut" | "AsyncFnOnce" => {
                return matches!(head, Head::Fn | Head::Any | Head::Dyn(_) | Head::Foreign(_));
            }
            _ => return true,
        };
        match head {
            Head::Local(id) => {
                self.program.types[id.index()].is_extended
                    || !self.index.candidates(head, own).is_empty()
            }
            Head::Wrap(wrap) => match name {
                "Iterator" => matches!(wrap, Wrap::Seq | Wrap::Around),
                _ => matches!(wrap, Wrap::Future | Wrap::Around),
            },
            Head::Handle(_) | Head::Text | Head::Plain | Head::Tuple | Head::Fn => false,
            Head::Foreign(_) | Head::Dyn(_) | Head::Any => true,
        }
    }

    /// Whether a type may implement a trait of the program.
    pub(super) fn implements(&mut self, ty: Ty, id: TraitId) -> bool {
        let head = self.head(ty);
        if let TyKind::Dyn(traits) = self.tys.kind(ty) {
            let traits = traits.clone();
            return traits.iter().any(|&known| self.is_subtrait(known, id, 0));
        }
        head == Head::Any
            || self.index.impls_of(id).iter().any(|&imp| {
                let of = self.index.head_of(imp);
                of == head || of == Head::Any
            })
    }

    /// Whether everything that implements `sub` implements `id`.
    pub(super) fn is_subtrait(&self, sub: TraitId, id: TraitId, depth: u32) -> bool {
        if sub == id {
            return true;
        }
        let data = &self.program.traits[sub.index()];
        depth < 16
            && data.supertraits.iter().any(|bound| {
                match self.names.ty(self.program, data.module, &bound.path) {
                    Resolution::Def {
                        def: Def::Trait(up),
                        ..
                    } => self.is_subtrait(up, id, depth + 1),
                    _ => false,
                }
            })
    }

    /// A trait and all above it.
    pub(super) fn with_supertraits(&self, id: TraitId) -> Vec<TraitId> {
        let mut found = Vec::new();
        self.add_supertraits(id, &mut found);
        found
    }

    pub(super) fn add_supertraits(&self, id: TraitId, found: &mut Vec<TraitId>) {
        if found.contains(&id) {
            return;
        }
        found.push(id);
        let data = &self.program.traits[id.index()];
        for bound in &data.supertraits {
            if let Resolution::Def {
                def: Def::Trait(up),
                ..
            } = self.names.ty(self.program, data.module, &bound.path)
            {
                self.add_supertraits(up, found);
            }
        }
    }

    /// The trait of the program that declares `name`, among a trait and those above it.
    pub(super) fn declaring(
        &self,
        id: TraitId,
        name: Symbol,
        depth: u32,
    ) -> Option<(TraitId, FnId)> {
        let data = &self.program.traits[id.index()];
        let own = data
            .methods
            .iter()
            .find(|m| self.program.functions[m.index()].name == name);
        if let Some(&function) = own {
            return Some((id, function));
        }
        if depth > 16 {
            return None;
        }
        data.supertraits.iter().find_map(|bound| {
            match self.names.ty(self.program, data.module, &bound.path) {
                Resolution::Def {
                    def: Def::Trait(up),
                    ..
                } => self.declaring(up, name, depth + 1),
                _ => None,
            }
        })
    }

    /// The implementation or trait around a function.
    pub(super) fn owner_impl(&self, function: FnId) -> Option<ImplId> {
        match self.program.functions[function.index()].owner {
            Some(Owner::Impl(id)) => Some(id),
            _ => None,
        }
    }
}
