//! Calls of functions, closures and other values.

use super::engine::{Code, Cx};
use super::eval::Site;
use super::index::{Candidate, Head};
use super::ty::{SubstId, Ty, TyKind, Wrap};
use super::value::{UnitId, Val, ValKind};
use super::{CallKind, Flow};
use crate::hir::{ExprId, ExprKind, FnId, TraitId};
use crate::span::Span;
use crate::symbol::Symbol;

/// Contexts of one function; calls beyond share one, in which arguments are joined.
const CONTEXTS: u32 = 96;

/// Contexts beyond those for all functions together. A recursion makes new ones without end and gets
/// none of them.
const MORE_CONTEXTS: u32 = 1024;

impl Site<'_> {
    /// A call of which the source shows no more than where it happens.
    pub(super) fn plain(span: Span, kind: CallKind) -> Self {
        Site {
            span,
            name: span,
            kind,
            expect: Ty::UNKNOWN,
            sources: &[],
        }
    }
}

impl<'p> Flow<'p> {
    /// Calls a value.
    pub(super) fn call_value(&mut self, cx: Cx, site: Site<'_>, callee: Val, args: &[Val]) -> Val {
        self.each(callee, |flow, atom| flow.call_atom(cx, site, atom, args))
    }

    fn call_atom(&mut self, cx: Cx, site: Site<'_>, callee: Val, args: &[Val]) -> Val {
        match self.vals.kind(callee).clone() {
            ValKind::Bottom => Val::BOTTOM,
            ValKind::Fn(id, subst) => self.call_fn(cx, site, id, subst, args),
            ValKind::Ctor(ty, id, variant) => {
                let tys = self.field_tys(ty, id, variant);
                let fields = tys
                    .iter()
                    .enumerate()
                    .map(|(at, &ty)| self.refine(args.get(at).copied().unwrap_or(Val::UNKNOWN), ty))
                    .collect();
                self.construct(ty, id, variant, fields)
            }
            ValKind::TraitFn(id, name) => self.call_trait_fn(cx, site, id, name, args),
            ValKind::Foreign(path, tys) => self.foreign_call(cx, site, path, &tys, args),
            ValKind::Closure(parent, expr) => self.call_closure(cx, site, parent, expr, args),
            ValKind::Typed(ty) if matches!(self.tys.kind(ty), TyKind::Fn(_)) => {
                let TyKind::Fn(ret) = *self.tys.kind(ty) else {
                    return Val::UNKNOWN;
                };
                for &arg in args {
                    self.give_away(cx, site.span, arg, "a function that is not known");
                }
                self.vals.typed(ret)
            }
            _ => match self.vals.slots(&self.tys, callee) {
                Some((_, slots)) => self.call_value(cx, site, slots[0], args),
                None => {
                    let mut contents = Val::BOTTOM;
                    for &arg in args {
                        let into = "a function that is not known";
                        let back = self.hand_over(cx, site.span, arg, into);
                        contents = self.vals.join(&mut self.tys, contents, back);
                    }
                    match contents {
                        Val::BOTTOM | Val::EMPTY | Val::UNKNOWN => Val::UNKNOWN,
                        contents => self.vals.wrap(&mut self.tys, Wrap::Around, &[contents]),
                    }
                }
            },
        }
    }

    /// Calls a function of the program.
    pub(super) fn call_fn(
        &mut self,
        cx: Cx,
        site: Site<'_>,
        id: FnId,
        given: SubstId,
        args: &[Val],
    ) -> Val {
        let program = self.program;
        let function = &program.functions[id.index()];
        let Some(body) = &function.body else {
            return match function.owner {
                Some(crate::hir::Owner::Trait(of)) => {
                    self.call_trait_fn(cx, site, of, function.name, args)
                }
                // Declared here, defined elsewhere.
                _ => {
                    let into = function.name.as_str();
                    for &arg in args {
                        self.give_away(cx, site.span, arg, into);
                    }
                    let ret = self.ty(function.module, SubstId::EMPTY, &function.ret);
                    self.vals.typed(ret)
                }
            };
        };
        let sig = self.sig(id);
        let full = match sig.generic {
            true => self.bind_generics(id, given, args, site.expect),
            false => sig.subst,
        };
        let (subst, args) = self.context(id, &sig, full, args);
        let key = self.vals.add(ValKind::Tuple(args.clone().into()));
        let unit = match self.fn_units.get(&(id, subst, key)) {
            Some(&unit) => unit,
            None => {
                // Arguments that are nested too deeply do not tell one context from another.
                if key == Val::UNKNOWN || self.has_contexts_enough(id) {
                    self.wide_unit(id, full, &args)
                } else {
                    let ret_ty = self.ty(function.module, subst, &function.ret);
                    let unit =
                        self.add_unit(Code::Fn(id), function.module, subst, body, args, ret_ty);
                    self.fn_units.insert((id, subst, key), unit);
                    self.start(unit);
                    unit
                }
            }
        };
        self.unit_mut(cx.unit)
            .effects
            .calls
            .push((unit, site.span, site.kind));
        if !sig.flows_back.is_empty() {
            self.called.push(unit);
        }
        let mut ret = self.ret(unit, cx.unit);
        if sig.generic {
            let ty = self.ty(function.module, full, &function.ret);
            ret = self.refine(ret, ty);
        }
        match function.is_async {
            true => self.vals.wrap(&mut self.tys, Wrap::Future, &[ret]),
            false => ret,
        }
    }

    /// Whether the contexts of a function are all made; counts one more if not.
    fn has_contexts_enough(&mut self, id: FnId) -> bool {
        let count = self.contexts.entry(id).or_insert(0);
        *count += 1;
        if *count <= CONTEXTS {
            return false;
        }
        if self.more_contexts == MORE_CONTEXTS || self.is_running(id) {
            return true;
        }
        self.more_contexts += 1;
        false
    }

    /// The unit of a function that is called in more contexts than are told apart.
    fn wide_unit(&mut self, id: FnId, full: SubstId, args: &[Val]) -> UnitId {
        let program = self.program;
        let function = &program.functions[id.index()];
        if let Some(&unit) = self.wide_units.get(&id) {
            return self.widen(unit, args);
        }
        let mut args = args.to_vec();
        args.resize(function.params.len(), Val::UNKNOWN);
        let sig = self.sig(id);
        // Type parameters are known by their bounds only: calls on them go to all implementations.
        let subst = match sig.generic {
            true => self.bind_generics(id, SubstId::EMPTY, &[], Ty::UNKNOWN),
            false => full,
        };
        let ret_ty = self.ty(function.module, subst, &function.ret);
        let Some(body) = &function.body else {
            return UnitId(0);
        };
        let unit = self.add_unit(Code::Fn(id), function.module, subst, body, args, ret_ty);
        self.wide_units.insert(id, unit);
        self.start(unit);
        unit
    }

    fn call_closure(
        &mut self,
        cx: Cx,
        site: Site<'_>,
        parent: UnitId,
        expr: ExprId,
        args: &[Val],
    ) -> Val {
        let body = self.unit(parent).body;
        let ExprKind::Closure { is_async, .. } = &body.expr(expr).kind else {
            return Val::UNKNOWN;
        };
        // Whoever calls it, it returns one type.
        let ret_ty = match is_async {
            true => Ty::UNKNOWN,
            false => site.expect,
        };
        let key = self.vals.add(ValKind::Tuple(args.into()));
        let unit = match self.closure_units.get(&(parent, expr, key)) {
            Some(&unit) => unit,
            None => {
                let count = self.closure_contexts.entry((parent, expr)).or_insert(0);
                *count += 1;
                let is_wide = *count > CONTEXTS || key == Val::UNKNOWN;
                let wide = is_wide.then(|| self.wide_closures.get(&(parent, expr)));
                match wide {
                    Some(Some(&unit)) => self.widen(unit, args),
                    Some(None) => {
                        let unit = self.closure_unit(parent, expr, args, ret_ty);
                        self.wide_closures.insert((parent, expr), unit);
                        self.start(unit);
                        unit
                    }
                    None => {
                        let unit = self.closure_unit(parent, expr, args, ret_ty);
                        self.closure_units.insert((parent, expr, key), unit);
                        self.start(unit);
                        unit
                    }
                }
            }
        };
        self.unit_mut(cx.unit)
            .effects
            .calls
            .push((unit, site.span, CallKind::Value));
        self.called.push(unit);
        let ret = self.ret(unit, cx.unit);
        match is_async {
            true => self.vals.wrap(&mut self.tys, Wrap::Future, &[ret]),
            false => ret,
        }
    }

    fn closure_unit(&mut self, parent: UnitId, expr: ExprId, args: &[Val], ret_ty: Ty) -> UnitId {
        let around = self.unit(parent);
        let (body, subst, module) = (around.body, around.subst, around.module);
        let module = self
            .closure_modules
            .get(&(parent, expr))
            .copied()
            .unwrap_or(module);
        let code = Code::Closure(parent, expr);
        self.add_unit(code, module, subst, body, args.to_vec(), ret_ty)
    }

    /// A unit that stands for many contexts, with the arguments of one more.
    fn widen(&mut self, unit: UnitId, args: &[Val]) -> UnitId {
        let mut grown = false;
        for (at, &arg) in args.iter().enumerate() {
            let Some(&was) = self.unit(unit).args.get(at) else {
                continue;
            };
            let joined = self.vals.join(&mut self.tys, was, arg);
            grown |= joined != was;
            self.unit_mut(unit).args[at] = joined;
        }
        if grown {
            self.touch(unit);
        }
        unit
    }

    /// Calls a method that a type is known to have; the receiver is the first argument.
    pub(super) fn call_local_method(
        &mut self,
        cx: Cx,
        site: Site<'_>,
        ty: Ty,
        name: Symbol,
        args: &[Val],
    ) -> Val {
        let candidates = self.candidates(ty, name);
        self.call_candidates(cx, site, &candidates, args)
    }

    pub(super) fn call_candidates(
        &mut self,
        cx: Cx,
        site: Site<'_>,
        candidates: &[(Candidate, SubstId)],
        args: &[Val],
    ) -> Val {
        let several = candidates.len() > 1;
        let kind = if several && site.kind == CallKind::Direct {
            CallKind::Trait
        } else {
            site.kind
        };
        let mut all = Val::BOTTOM;
        for &(candidate, subst) in candidates {
            let out = self.call_fn(cx, Site { kind, ..site }, candidate.function, subst, args);
            all = self.vals.join(&mut self.tys, all, out);
        }
        all
    }

    /// Calls `Trait::name` with the implementing type known from the first argument, if at all.
    fn call_trait_fn(
        &mut self,
        cx: Cx,
        site: Site<'_>,
        id: TraitId,
        name: Symbol,
        args: &[Val],
    ) -> Val {
        let has_self = self
            .declaring(id, name, 0)
            .is_some_and(|(_, function)| self.program.functions[function.index()].has_self);
        let Some(&first) = args.first().filter(|_| has_self) else {
            return self.call_implementations(cx, site, id, name, Val::UNKNOWN, args);
        };
        self.each(first, |flow, atom| {
            let ty = flow.type_of(atom);
            let mut values = args.to_vec();
            values[0] = atom;
            if atom == Val::BOTTOM {
                return Val::BOTTOM;
            }
            if !matches!(flow.tys.kind(ty), TyKind::Dyn(_) | TyKind::Unknown) {
                let mut candidates = flow.all_candidates(ty, name);
                candidates.retain(|(candidate, _)| {
                    let of = flow.index.trait_of(candidate.imp);
                    of.is_some_and(|of| flow.is_subtrait(id, of, 0))
                });
                if !candidates.is_empty() {
                    return flow.call_candidates(cx, site, &candidates, &values);
                }
                if let Some(inner) = flow
                    .deref_once(cx, site.span, atom)
                    .or_else(|| flow.around(atom))
                {
                    values[0] = inner;
                    return flow.call_trait_fn(cx, site, id, name, &values);
                }
            }
            flow.call_implementations(cx, site, id, name, atom, &values)
        })
    }

    /// Calls a trait's method on a value whose type is not known: all implementations that can be
    /// meant, which are those for types that reachable code mentions.
    pub(super) fn call_implementations(
        &mut self,
        cx: Cx,
        site: Site<'_>,
        id: TraitId,
        name: Symbol,
        recv: Val,
        args: &[Val],
    ) -> Val {
        let program = self.program;
        let Some((declaring, declared)) = self.declaring(id, name, 0) else {
            return Val::UNKNOWN;
        };
        let has_self = program.functions[declared.index()].has_self;
        let mut all = Val::BOTTOM;
        for imp in self.implementations(cx, declaring) {
            let head = self.index.head_of(imp);
            let data = &program.impls[imp.index()];
            let own = data
                .methods
                .iter()
                .find(|m| program.functions[m.index()].name == name);
            let function = own.copied().unwrap_or(declared);
            if program.functions[function.index()].body.is_none() {
                continue;
            }
            let ty = match head {
                Head::Any => self.type_of(recv),
                _ => self.ty(data.module, SubstId::EMPTY, &data.self_ty),
            };
            let mut values = args.to_vec();
            if has_self && !values.is_empty() {
                values[0] = if head == Head::Any {
                    recv
                } else {
                    self.vals.typed(ty)
                };
            }
            let subst = self.tys.subst(vec![(self.known.self_, ty)]);
            let site = Site {
                kind: CallKind::Trait,
                ..site
            };
            let out = self.call_fn(cx, site, function, subst, &values);
            all = self.vals.join(&mut self.tys, all, out);
        }
        if all == Val::BOTTOM {
            let function = &program.functions[declared.index()];
            let ret = self.ty(function.module, SubstId::EMPTY, &function.ret);
            let ret = self.vals.typed(ret);
            return match function.is_async {
                true => self.vals.wrap(&mut self.tys, Wrap::Future, &[ret]),
                false => ret,
            };
        }
        all
    }
}
