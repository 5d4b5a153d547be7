//! What calling a function takes: which of its arguments matter for telling contexts apart, and
//! what its generic parameters stand for.

use std::rc::Rc;

use ifc_catalog::resources::KINDS;

use super::Flow;
use super::follow;
use super::ty::{SubstId, Ty, TyKind};
use super::value::{Val, ValKind};
use crate::hir::{Body, ExprKind, FnId, Generics, Owner, TypeRef};
use crate::symbol::Symbol;

/// Contexts of a function that differ in known texts only; beyond, texts are given up. Functions
/// that hand a text to an operation get more.
const TEXT_CONTEXTS: u32 = 4;
const SCOPED_TEXT_CONTEXTS: u32 = 256;

/// What is known of a function before it is called.
#[derive(Debug)]
pub(super) struct Sig {
    /// Whether types of its parameters depend on the call.
    pub(super) generic: bool,
    /// Substitution when they do not.
    pub(super) subst: SubstId,
    /// Types of parameters when they carry nothing.
    plain: Vec<Option<Ty>>,
    /// References to something that can carry: what is written through them flows back.
    pub(super) flows_back: Vec<usize>,
    /// Contexts that known texts may make.
    text_contexts: u32,
    /// Parameters that only foreign traits bound, so that no code of the program can tell what
    /// they are.
    blind: Vec<Symbol>,
}

impl<'p> Flow<'p> {
    pub(super) fn sig(&mut self, id: FnId) -> Rc<Sig> {
        if let Some(known) = self.sigs.get(&id) {
            return Rc::clone(known);
        }
        let program = self.program;
        let function = &program.functions[id.index()];
        let scopes = self.generics_of(id);
        let generic = matches!(function.owner, Some(Owner::Trait(_)))
            || scopes.iter().any(|generics| !generics.params.is_empty());
        let subst = match (generic, self.owner_impl(id)) {
            (false, Some(imp)) => {
                let data = &program.impls[imp.index()];
                let ty = self.ty(data.module, SubstId::EMPTY, &data.self_ty);
                self.tys.subst(vec![(self.known.self_, ty)])
            }
            _ => SubstId::EMPTY,
        };
        let mut plain = Vec::new();
        let mut flows_back = Vec::new();
        let mut has_text = false;
        for (at, written) in function.params.iter().enumerate() {
            let ty = match generic {
                true => Ty::UNKNOWN,
                false => self.ty(function.module, subst, written),
            };
            let carries = self.carries(ty);
            has_text |= ty == Ty::TEXT || carries;
            // Of what only a trait from outside is known may be a text, too.
            let may_be_text = self.holds_text(ty) || self.is_foreign_trait(ty);
            let texts = !carries && ty != Ty::TEXT && may_be_text;
            plain.push((!carries && !texts).then_some(ty));
            let writes = || function.body.as_deref().is_some_and(follow::writes_texts);
            let is_ref = may_refer(written, &scopes) || at == 0 && self.is_for_reference(id);
            if (is_ref || self.keeps_references(ty))
                && (carries || (texts || ty == Ty::TEXT) && writes())
            {
                flows_back.push(at);
            }
        }
        let text_contexts = match &function.body {
            Some(body) if has_text && scopes_an_operation(body) => SCOPED_TEXT_CONTEXTS,
            _ => TEXT_CONTEXTS,
        };
        let blind = self.blind(id, &scopes);
        let sig = Rc::new(Sig {
            generic,
            subst,
            plain,
            flows_back,
            text_contexts,
            blind,
        });
        self.sigs.insert(id, Rc::clone(&sig));
        sig
    }

    /// Whether a method takes its `self` by value and belongs to an implementation for references.
    fn is_for_reference(&self, id: FnId) -> bool {
        let imp = self
            .owner_impl(id)
            .filter(|_| self.program.functions[id.index()].has_self);
        imp.is_some_and(|imp| matches!(self.program.impls[imp.index()].self_ty, TypeRef::Ref(_)))
    }

    /// Generics of a function and of the implementation or trait around it.
    pub(super) fn generics_of(&self, id: FnId) -> Vec<&'p Generics> {
        let program = self.program;
        let function = &program.functions[id.index()];
        let mut scopes = vec![&function.generics];
        match function.owner {
            Some(Owner::Impl(imp)) => scopes.push(&program.impls[imp.index()].generics),
            Some(Owner::Trait(id)) => scopes.push(&program.traits[id.index()].generics),
            None => {}
        }
        scopes
    }

    fn blind(&mut self, id: FnId, scopes: &[&'p Generics]) -> Vec<Symbol> {
        let module = self.program.functions[id.index()].module;
        let mut blind = Vec::new();
        for generics in scopes {
            for param in &generics.params {
                let mentioned = scopes.iter().any(|g| !g.predicates.is_empty());
                let bounds = self.bounds_ty(module, SubstId::EMPTY, &param.bounds);
                if !mentioned && !matches!(self.tys.kind(bounds), TyKind::Dyn(_)) {
                    blind.push(param.name);
                }
            }
        }
        blind
    }

    /// What the generic parameters of a function stand for in a call.
    pub(super) fn bind_generics(
        &mut self,
        id: FnId,
        given: SubstId,
        args: &[Val],
        expect: Ty,
    ) -> SubstId {
        let program = self.program;
        let function = &program.functions[id.index()];
        let scopes = self.generics_of(id);
        let mut bound: Vec<(Symbol, Ty)> = self.tys.entries(given).to_vec();
        for (written, &arg) in function.params.iter().zip(args) {
            let ty = self.type_of(arg);
            self.unify(function.module, &scopes, written, ty, &mut bound);
        }
        if expect != Ty::UNKNOWN {
            self.unify(function.module, &scopes, &function.ret, expect, &mut bound);
        }
        let self_ = self.known.self_;
        if let (Some(imp), true, Some(&arg)) =
            (self.owner_impl(id), function.has_self, args.first())
        {
            let data = &program.impls[imp.index()];
            let ty = self.type_of(arg);
            self.unify(
                data.module,
                &[&data.generics],
                &data.self_ty,
                ty,
                &mut bound,
            );
        }
        for generics in &scopes {
            for param in &generics.params {
                if !bound.iter().any(|entry| entry.0 == param.name) {
                    let subst = self.tys.subst(bound.clone());
                    let ty = self.bounds_ty(function.module, subst, &param.bounds);
                    let ty = match (self.tys.kind(ty), &param.default) {
                        (TyKind::Unknown, Some(default)) => {
                            self.ty(function.module, subst, default)
                        }
                        _ => ty,
                    };
                    bound.push((param.name, ty));
                }
            }
        }
        if !bound.iter().any(|entry| entry.0 == self_) {
            let ty = match function.owner {
                Some(Owner::Impl(imp)) => {
                    let data = &program.impls[imp.index()];
                    let subst = self.tys.subst(bound.clone());
                    self.ty(data.module, subst, &data.self_ty)
                }
                Some(Owner::Trait(_)) => args.first().map_or(Ty::UNKNOWN, |&arg| self.type_of(arg)),
                None => Ty::UNKNOWN,
            };
            bound.push((self_, ty));
        }
        self.tys.subst(bound)
    }

    /// The substitution and arguments that name a function's context.
    pub(super) fn context(
        &mut self,
        id: FnId,
        sig: &Sig,
        full: SubstId,
        args: &[Val],
    ) -> (SubstId, Vec<Val>) {
        let program = self.program;
        let function = &program.functions[id.index()];
        let mut subst = full;
        if sig.generic && !sig.blind.is_empty() && args.iter().all(|&arg| self.is_plain(arg)) {
            let opaque = self
                .tys
                .add(TyKind::Foreign(self.known.opaque, Box::new([])));
            let entries = self.tys.entries(full).to_vec();
            let blind = |name| sig.blind.contains(&name);
            let entries = entries
                .into_iter()
                .map(|(name, ty)| (name, if blind(name) { opaque } else { ty }));
            subst = self.tys.subst(entries.collect());
        }
        let mut normal = Vec::with_capacity(args.len());
        for (at, &arg) in args.iter().enumerate() {
            let plain = sig.plain.get(at).copied().flatten();
            normal.push(match plain {
                Some(Ty::TEXT) => self.as_text(arg),
                Some(ty) => self.vals.typed(ty),
                None => match function.params.get(at) {
                    Some(written) => {
                        let ty = self.ty(function.module, subst, written);
                        self.normal(arg, ty)
                    }
                    None => arg,
                },
            });
        }
        if normal.iter().any(|&arg| self.vals.informs(arg)) {
            let blurred: Vec<Val> = normal.iter().map(|&arg| self.blurred(arg)).collect();
            let limit = sig.text_contexts;
            let key = self.vals.add(ValKind::Tuple(normal.clone().into()));
            if blurred != normal && !self.fn_units.contains_key(&(id, subst, key)) {
                let count = self.text_contexts.entry(id).or_insert(0);
                if *count >= limit {
                    normal = blurred;
                } else {
                    *count += 1;
                }
            }
        }
        (subst, normal)
    }

    fn normal(&mut self, arg: Val, ty: Ty) -> Val {
        let refined = self.refine(arg, ty);
        match ty != Ty::UNKNOWN && !self.carries(ty) {
            true if ty == Ty::TEXT => self.as_text(refined),
            true if self.vals.informs(refined) => refined,
            true => self.vals.typed(ty),
            false => refined,
        }
    }

    fn as_text(&self, arg: Val) -> Val {
        match self.vals.kind(arg) {
            ValKind::Text(_) => arg,
            ValKind::Union(parts) => {
                let texts = parts
                    .iter()
                    .all(|&part| matches!(self.vals.kind(part), ValKind::Text(_)));
                if texts { arg } else { Val::TEXT }
            }
            _ => Val::TEXT,
        }
    }
}

/// Whether a value of a written type may hold a reference: where it names one, or a parameter.
fn may_refer(written: &TypeRef, scopes: &[&Generics]) -> bool {
    match written {
        TypeRef::Ref(_) | TypeRef::Impl(_) => true,
        TypeRef::Tuple(parts) => parts.iter().any(|part| may_refer(part, scopes)),
        TypeRef::Slice(inner) => may_refer(inner, scopes),
        TypeRef::Array(array) => may_refer(&array.0, scopes),
        TypeRef::Path(path) => {
            let mut args = path.segments.iter().flat_map(|segment| segment.args());
            let is_param = |name| {
                let mut params = scopes.iter().flat_map(|generics| &generics.params);
                params.any(|param| param.name == name)
            };
            matches!(&*path.segments, [only] if is_param(only.name))
                || args.any(|arg| may_refer(arg, scopes))
        }
        _ => false,
    }
}

/// Whether a body calls something named like an operation that takes a key or an index.
fn scopes_an_operation(body: &Body) -> bool {
    let scoped = |name: Symbol| {
        let name = name.as_str();
        let mut ops = KINDS.iter().flat_map(|kind| kind.ops);
        ops.any(|op| op.method == name && !op.scope_args().is_empty())
    };
    body.exprs.iter().any(|expr| match &expr.kind {
        ExprKind::MethodCall { method, .. } => scoped(*method),
        ExprKind::Path(path) => path
            .segments
            .last()
            .is_some_and(|segment| scoped(segment.name)),
        _ => false,
    })
}
