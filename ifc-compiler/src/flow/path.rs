//! Paths in expressions: items, associated items, constructors, statics.

use super::engine::{Code, Cx, PoolKey};
use super::ty::{SubstId, Ty, TyKind, Wrap};
use super::value::{Val, ValKind};
use super::{CallKind, Flow};
use crate::hir::{Def, FnId, GlobalId, Path, TraitId, TypeId, TypeKind};
use crate::resolve::Resolution;
use crate::span::Span;
use crate::symbol::Symbol;

impl<'p> Flow<'p> {
    /// The value of a path that is no local variable.
    pub(super) fn path_value(&mut self, cx: Cx, path: &'p Path, span: Span, expect: Ty) -> Val {
        let Some(last) = path.segments.last() else {
            return Val::UNKNOWN;
        };
        let asked: Vec<Ty> = last
            .args()
            .iter()
            .map(|ty| self.ty(cx.module, cx.subst, ty))
            .collect();
        for &ty in &asked {
            self.mention(cx, ty, span);
        }
        if let Some(qself) = &path.qself {
            let ty = self.ty(cx.module, cx.subst, &qself.ty);
            let of = qself.trait_path.as_ref().and_then(|path| {
                match self.names.ty(self.program, cx.module, path) {
                    Resolution::Def {
                        def: Def::Trait(id),
                        ..
                    } => Some(id),
                    _ => None,
                }
            });
            return self.assoc_value(cx, span, (ty, of.is_some()), last.name, of, &asked);
        }
        let first = path.segments[0].name;
        if let Some(mut ty) = self.tys.lookup(cx.subst, first) {
            if path.segments.len() == 1 {
                return self.constructor(cx, ty, span);
            }
            for segment in &path.segments[1..path.segments.len() - 1] {
                ty = self.assoc_ty(ty, segment.name);
            }
            let bounded = self.is_parameter(cx, first);
            return self.assoc_value(cx, span, (ty, bounded), last.name, None, &asked);
        }
        let resolution = self.names.value(self.program, cx.module, path);
        match resolution {
            Resolution::Def {
                def: Def::Function(id),
                ..
            } => self.function_value(id, SubstId::EMPTY, &asked),
            Resolution::Def {
                def: Def::Global(id),
                ..
            } => self.global_value(cx, id, SubstId::EMPTY, span),
            Resolution::Def {
                def: Def::Variant(id, variant),
                ..
            } => {
                let ty = self.inferred_ty(cx.module, cx.subst, path, resolution);
                let ty = if self.tys.kind(expect) == self.tys.kind(ty) {
                    expect
                } else {
                    ty
                };
                self.variant_value(cx, span, ty, id, variant)
            }
            Resolution::Def {
                def: Def::Type(id),
                used,
            } => {
                let args = match used.checked_sub(1).and_then(|at| path.segments.get(at)) {
                    Some(segment) => segment
                        .args()
                        .iter()
                        .map(|ty| self.ty(cx.module, cx.subst, ty))
                        .collect(),
                    None => Vec::new(),
                };
                let mut ty = self.open_ty(id, args);
                if used >= path.segments.len() {
                    return self.constructor(cx, ty, span);
                }
                for segment in &path.segments[used..path.segments.len() - 1] {
                    ty = self.assoc_ty(ty, segment.name);
                }
                self.assoc_value(cx, span, (ty, false), last.name, None, &asked)
            }
            Resolution::Def {
                def: Def::Trait(id),
                ..
            } => self.vals.add(ValKind::TraitFn(id, last.name)),
            Resolution::Foreign(name) => {
                let mut tys = asked;
                if let [.., parent, _] = &*path.segments {
                    for ty in parent.args() {
                        let ty = self.ty(cx.module, cx.subst, ty);
                        self.mention(cx, ty, span);
                        tys.push(ty);
                    }
                }
                self.foreign_value(cx, name, tys)
            }
            Resolution::Primitive(name) => {
                let name = format!("{}::{}", name.as_str(), last.name.as_str());
                self.vals
                    .add(ValKind::Foreign(Symbol::new(&name), Box::new([])))
            }
            Resolution::Def {
                def: Def::Module(_),
                ..
            } => Val::UNKNOWN,
            Resolution::Unresolved => self.derived_name(cx, path, span),
        }
    }

    fn foreign_value(&mut self, cx: Cx, name: Symbol, tys: Vec<Ty>) -> Val {
        let empty = ["Option::None", "Poll::Pending"];
        if empty.iter().any(|end| name.as_str().ends_with(end)) {
            return self
                .vals
                .add(ValKind::Wrap(Wrap::Option, [Val::EMPTY].into()));
        }
        let _ = cx;
        self.vals.add(ValKind::Foreign(name, tys.into()))
    }

    fn function_value(&mut self, id: FnId, subst: SubstId, asked: &[Ty]) -> Val {
        let mut entries = self.tys.entries(subst).to_vec();
        let generics = &self.program.functions[id.index()].generics;
        for (param, &ty) in generics.params.iter().zip(asked) {
            if ty != Ty::UNKNOWN {
                entries.push((param.name, ty));
            }
        }
        let subst = self.tys.subst(entries);
        self.vals.add(ValKind::Fn(id, subst))
    }

    fn constructor(&mut self, cx: Cx, ty: Ty, span: Span) -> Val {
        match *self.tys.kind(ty) {
            TyKind::Local(id, _) => self.variant_value(cx, span, ty, id, 0),
            _ => Val::UNKNOWN,
        }
    }

    fn variant_value(&mut self, cx: Cx, span: Span, ty: Ty, id: TypeId, variant: u32) -> Val {
        self.mention(cx, ty, span);
        let fields = self.fields_of(id, variant);
        let is_alias = matches!(self.program.types[id.index()].kind, TypeKind::Alias(_));
        match fields.is_empty() && !is_alias {
            true => self.construct(ty, id, variant, Vec::new()),
            false => self.vals.add(ValKind::Ctor(ty, id, variant)),
        }
    }

    /// `<T>::name` as a value. `bounded` says that `T` is known by its bounds, so that what it has of
    /// its own is not meant.
    pub(super) fn assoc_value(
        &mut self,
        cx: Cx,
        span: Span,
        (mut ty, bounded): (Ty, bool),
        name: Symbol,
        of: Option<TraitId>,
        asked: &[Ty],
    ) -> Val {
        // What a value of an unknown wrapper stands for may be what is in it.
        while let TyKind::Wrap(Wrap::Around, parts) = self.tys.kind(ty) {
            ty = parts[0];
        }
        self.mention(cx, ty, span);
        if let Some((ty, id, variant)) = self.variant_named(ty, name) {
            return self.variant_value(cx, span, ty, id, variant);
        }
        let consts = self.consts(cx, ty, name, of);
        if !consts.is_empty() {
            let vals: Vec<Val> = consts
                .into_iter()
                .map(|(id, subst)| self.global_value(cx, id, subst, span))
                .collect();
            return self.vals.join_all(&mut self.tys, vals);
        }
        if let TyKind::Dyn(traits) = self.tys.kind(ty) {
            let traits = traits.clone();
            let found = traits.iter().find_map(|&id| self.declaring(id, name, 0));
            if let Some((id, _)) = found {
                return self.vals.add(ValKind::TraitFn(id, name));
            }
        }
        let mut candidates = match bounded {
            true => self.trait_candidates(ty, name),
            false => self.candidates(ty, name),
        };
        if let Some(of) = of {
            candidates.retain(|(candidate, _)| {
                self.index
                    .trait_of(candidate.imp)
                    .is_some_and(|id| self.is_subtrait(id, of, 0))
            });
        }
        if !candidates.is_empty() {
            let vals: Vec<Val> = candidates
                .into_iter()
                .map(|(candidate, subst)| self.function_value(candidate.function, subst, asked))
                .collect();
            return self.vals.join_all(&mut self.tys, vals);
        }
        if let Some(of) = of {
            return self.vals.add(ValKind::TraitFn(of, name));
        }
        let of = match self.tys.kind(ty) {
            TyKind::Unknown => {
                for args in 0..8 {
                    self.unit_mut(cx.unit)
                        .effects
                        .unknown
                        .push((name, args, span));
                }
                return Val::UNKNOWN;
            }
            TyKind::Handle(kind, _) => {
                format!(
                    "ifc_runtime::{}",
                    ifc_catalog::resources::KINDS[usize::from(*kind)].handle
                )
            }
            TyKind::Foreign(path, _) => path.as_str().to_owned(),
            TyKind::Wrap(wrap, _) => format!("{wrap:?}"),
            TyKind::Text => "String".to_owned(),
            TyKind::Local(..) => "Self".to_owned(),
            _ => "_".to_owned(),
        };
        let path = Symbol::new(&format!("{of}::{}", name.as_str()));
        let mut tys = asked.to_vec();
        if matches!(self.tys.kind(ty), TyKind::Local(..)) {
            tys.push(ty);
        }
        self.vals.add(ValKind::Foreign(path, tys.into()))
    }

    /// The value of a static or const; `subst` says what `Self` and the parameters around it are in
    /// an associated one. Only its initialiser's code belongs to who mentions it.
    fn global_value(&mut self, cx: Cx, id: GlobalId, subst: SubstId, span: Span) -> Val {
        let program = self.program;
        let global = &program.globals[id.index()];
        if let Some(resource) = global.resource {
            return self.vals.add(ValKind::Handle(resource));
        }
        let declared = self.ty(global.module, subst, &global.ty);
        let Some(init) = &global.init else {
            return self.vals.typed(declared);
        };
        let unit = match self.global_units.get(&(id, subst)) {
            Some(&unit) => unit,
            None => {
                let code = Code::Global(id);
                let unit = self.add_unit(code, global.module, subst, init, Vec::new(), declared);
                self.global_units.insert((id, subst), unit);
                self.start(unit);
                unit
            }
        };
        self.unit_mut(cx.unit)
            .effects
            .calls
            .push((unit, span, CallKind::Value));
        let ret = self.ret(unit, cx.unit);
        if !self.carries(declared) && !self.holds_text(declared) {
            return self.vals.typed(declared);
        }
        let stored = self.pooled(cx, PoolKey::Global(id));
        let val = self.vals.join(&mut self.tys, ret, stored);
        self.refine(val, declared)
    }
}
