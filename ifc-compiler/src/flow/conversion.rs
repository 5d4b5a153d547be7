//! Values that a trait makes, of a type that the surroundings choose: `into`, `collect`, `sum`,
//! `unwrap_or_default`.

use super::engine::Cx;
use super::eval::Site;
use super::known::{self, TypeRole};
use super::ty::{SubstId, Ty, TyKind, Wrap};
use super::value::{Val, ValKind};
use super::{CallKind, Flow};
use crate::hir::{Bound, ExprKind, TypeKind, TypeRef};
use crate::span::Span;
use crate::symbol::Symbol;

/// Fields in fields that a default is made of.
const DEPTH: u32 = 8;

impl<'p> Flow<'p> {
    /// What a method gives whose result is of the type that its caller asks for: what an own
    /// implementation makes of it, if the type has one.
    pub(super) fn chosen(&mut self, cx: Cx, site: Site<'_>, method: Symbol, out: Val) -> Val {
        let made = match method.as_str() {
            "collect" => Some(self.known.from_iter),
            "sum" | "product" => Some(method),
            _ => None,
        };
        match made.and_then(|name| self.made_by(cx, site, name, site.expect, out)) {
            Some(made) => made,
            None => self.refine(out, site.expect),
        }
    }

    /// What an associated function of a type of the program makes of the items of a sequence; of
    /// `Result<T>` and `Option<T>` the function of `T`.
    fn made_by(&mut self, cx: Cx, site: Site<'_>, name: Symbol, ty: Ty, items: Val) -> Option<Val> {
        match self.tys.kind(ty).clone() {
            TyKind::Local(..) if !self.candidates(ty, name).is_empty() => {
                let site = implicit(site, ty);
                Some(self.call_local_method(cx, site, ty, name, &[items]))
            }
            TyKind::Wrap(wrap @ (Wrap::Option | Wrap::Result), slots) => {
                let items = self.tried(items);
                let made = self.made_by(cx, site, name, slots[0], items)?;
                let mut parts = vec![Val::UNKNOWN; wrap.slots()];
                parts[0] = made;
                let whole = self.vals.wrap(&mut self.tys, wrap, &parts);
                Some(self.refine(whole, ty))
            }
            _ => None,
        }
    }

    /// `Default::default()`, of the type that is asked for.
    pub(super) fn default_of(&mut self, cx: Cx, site: Site<'_>, tys: &[Ty]) -> Val {
        let asked = tys.last().copied().filter(|&ty| ty != Ty::UNKNOWN);
        self.default_value(cx, site, asked.unwrap_or(site.expect), 0)
    }

    /// The default of a type. A derived one holds those of the fields, so that nothing is in it.
    fn default_value(&mut self, cx: Cx, site: Site<'_>, ty: Ty, depth: u32) -> Val {
        let name = self.known.default;
        match self.tys.kind(ty).clone() {
            _ if depth > DEPTH => self.vals.typed(ty),
            TyKind::Local(id, _) => {
                if !self.candidates(ty, name).is_empty() {
                    return self.call_local_method(cx, site, ty, name, &[]);
                }
                let def = &self.program.types[id.index()];
                if !self.derives(ty, "Default") || !matches!(def.kind, TypeKind::Struct(_)) {
                    return self.vals.typed(ty);
                }
                let fields = self.field_tys(ty, id, 0).into_iter();
                let fields = fields
                    .map(|field| self.default_value(cx, site, field, depth + 1))
                    .collect();
                self.construct(ty, id, 0, fields)
            }
            TyKind::Tuple(parts) if !parts.is_empty() => {
                let parts: Vec<Val> = parts
                    .iter()
                    .map(|&part| self.default_value(cx, site, part, depth + 1))
                    .collect();
                self.vals.tuple(&mut self.tys, &parts)
            }
            TyKind::Wrap(wrap @ (Wrap::Option | Wrap::Once | Wrap::Seq | Wrap::Map), _)
                if self.carries(ty) =>
            {
                let nothing = vec![Val::EMPTY; wrap.slots()];
                self.vals.wrap(&mut self.tys, wrap, &nothing)
            }
            TyKind::Wrap(wrap @ (Wrap::Cell | Wrap::Lock), slots) => {
                let inner = self.default_value(cx, site, slots[0], depth + 1);
                self.vals.wrap(&mut self.tys, wrap, &[inner])
            }
            _ => self.vals.typed(ty),
        }
    }

    /// Whether a call can be `bool::then` or `bool::then_some`.
    pub(super) fn is_condition(&self, method: Symbol, args: &[Val]) -> bool {
        let [recv, given] = args else { return false };
        if method != self.known.then && method != self.known.then_some {
            return false;
        }
        let is_bool = match self.vals.kind(*recv) {
            ValKind::Typed(ty) => {
                matches!(self.tys.kind(*ty), TyKind::Plain | TyKind::Foreign(..))
            }
            _ => true,
        };
        is_bool
            && match *self.vals.kind(*given) {
                _ if method == self.known.then_some => true,
                ValKind::Closure(parent, expr) => {
                    let kind = &self.unit(parent).body.expr(expr).kind;
                    matches!(kind, ExprKind::Closure { params, .. } if params.is_empty())
                }
                ValKind::Fn(id, _) => self.program.functions[id.index()].params.is_empty(),
                _ => false,
            }
    }

    /// `condition.then(|| value)`, `condition.then_some(value)`.
    pub(super) fn if_true(&mut self, cx: Cx, site: Site<'_>, method: Symbol, given: Val) -> Val {
        let content = match method == self.known.then {
            true => {
                let site = Site {
                    kind: CallKind::Value,
                    expect: Ty::UNKNOWN,
                    sources: &[],
                    ..site
                };
                self.call_value(cx, site, given, &[])
            }
            false => given,
        };
        self.vals.wrap(&mut self.tys, Wrap::Option, &[content])
    }

    /// What there is, or what an own `Default` gives.
    pub(super) fn or_default(&mut self, cx: Cx, site: Site<'_>, slot: Val, out: Val) -> Val {
        let ty = match self.type_of(slot) {
            Ty::UNKNOWN => site.expect,
            ty => ty,
        };
        if ty == Ty::TEXT || self.texts(out).is_some_and(|texts| !texts.is_empty()) {
            let empty = self.exact("");
            return self.vals.join(&mut self.tys, out, empty);
        }
        let name = self.known.default;
        if !matches!(self.tys.kind(ty), TyKind::Local(..)) || self.candidates(ty, name).is_empty() {
            return out;
        }
        let made = self.call_local_method(cx, implicit(site, ty), ty, name, &[]);
        self.vals.join(&mut self.tys, out, made)
    }

    /// `Deref::deref(&own)`, `Clone::clone(&own)` of a type of the program with such an implementation.
    pub(super) fn is_own_implementation(&mut self, path: Symbol, args: &[Val]) -> bool {
        let (Some((parent, name)), Some(&first)) = (path.as_str().rsplit_once("::"), args.first())
        else {
            return false;
        };
        let ty = self.type_of(first);
        matches!(self.tys.kind(ty), TyKind::Local(..))
            && known::last(parent).starts_with(char::is_uppercase)
            && matches!(self.known.type_role(Symbol::new(parent)), TypeRole::Other)
            && self.responds(first, Symbol::new(name), args.len())
    }

    pub(super) fn is_conversion(&self, name: &str) -> bool {
        matches!(name, "from" | "try_from" | "into" | "try_into")
    }

    /// `From::from(..)`, `Into::into(..)`, `Option::from(..)`, with the type that is made.
    pub(super) fn conversion<'s>(
        &mut self,
        site: Site<'s>,
        tys: &[Ty],
        parent: &str,
        name: &str,
    ) -> Option<Site<'s>> {
        if !self.is_conversion(name) {
            return None;
        }
        if parent.ends_with("Into") {
            let expect = match *tys {
                [made] => made,
                _ => site.expect,
            };
            return Some(Site { expect, ..site });
        }
        if parent.ends_with("From") && site.expect != Ty::UNKNOWN {
            return Some(site);
        }
        let wrap = match self.known.type_role(Symbol::new(parent)) {
            TypeRole::Wrap(wrap) => wrap,
            _ if parent == "Seq" => Wrap::Seq,
            _ => return None,
        };
        let made = self.tys.wrap(wrap, &vec![Ty::UNKNOWN; wrap.slots()]);
        let expect = match name == "try_from" {
            true => self.tys.wrap(Wrap::Result, &[made, Ty::UNKNOWN]),
            false => made,
        };
        Some(Site { expect, ..site })
    }

    /// `.into()` and `.try_into()` of collections, tuples and the like: by an own `From`, or into
    /// others of their sort, which hold the same.
    pub(super) fn converted(
        &mut self,
        cx: Cx,
        site: Site<'_>,
        args: &[Val],
        method: Symbol,
    ) -> Option<Val> {
        let [recv] = *args else { return None };
        let may_fail = match method.as_str() {
            "into" => false,
            "try_into" => true,
            _ => return None,
        };
        let ty = self.type_of(recv);
        if self.is_plain(recv) {
            return match self.tys.kind(ty) {
                TyKind::Local(..) => self.convert(cx, site, recv, method),
                _ => None,
            };
        }
        let site = match site.expect {
            Ty::UNKNOWN => Site {
                expect: self.wanted(cx, site, may_fail),
                ..site
            },
            _ => site,
        };
        if let Some(own) = self.convert(cx, site, recv, method) {
            return Some(own);
        }
        let to = match may_fail {
            true => self.slot_ty(site.expect, Wrap::Result, 0),
            false => site.expect,
        };
        let is = self.type_of(recv);
        let derived = match self.derived_from(to, recv) {
            Some(made) => Some(made),
            None => self.derived_into(cx, recv, to),
        };
        let whole = match self.tys.kind(to).clone() {
            _ if derived.is_some() => derived?,
            // Into the same, a pointer to it, or `Some` of it.
            TyKind::Unknown => {
                let some = self.vals.wrap(&mut self.tys, Wrap::Option, &[recv]);
                self.vals.join(&mut self.tys, recv, some)
            }
            TyKind::Wrap(wrap @ (Wrap::Option | Wrap::Cell | Wrap::Once | Wrap::Lock), slots)
                if self.head(is) != self.head(to) || self.head(is) == self.head(slots[0]) =>
            {
                let content = self.refine(recv, slots[0]);
                self.vals.wrap(&mut self.tys, wrap, &[content])
            }
            TyKind::Wrap(..) | TyKind::Tuple(_) => self.refine(recv, to),
            TyKind::Handle(..) | TyKind::Dyn(_) | TyKind::Fn(_) if !may_fail => {
                self.refine(recv, to)
            }
            _ => return None,
        };
        Some(match may_fail {
            true => {
                let slots = [whole, Val::UNKNOWN];
                self.vals.wrap(&mut self.tys, Wrap::Result, &slots)
            }
            false => whole,
        })
    }

    /// What a parameter becomes by `into`, of which a bound says that it can: `impl Into<Option<T>>`.
    fn wanted(&mut self, cx: Cx, site: Site<'_>, may_fail: bool) -> Ty {
        let receiver = site.sources.first();
        let Some((function, at)) = receiver.and_then(|&expr| self.parameter(cx, expr)) else {
            return Ty::UNKNOWN;
        };
        let program = self.program;
        let data = &program.functions[function.index()];
        let bounds: Vec<&'p Bound> = match data.params.get(at) {
            Some(TypeRef::Impl(bounds)) => bounds.iter().collect(),
            Some(TypeRef::Path(path)) if path.segments.len() == 1 => {
                let generics = self.generics_of(function);
                let params = generics.iter().flat_map(|generics| &generics.params);
                let named = params.filter(|param| param.name == path.segments[0].name);
                named.flat_map(|param| &param.bounds).collect()
            }
            _ => return Ty::UNKNOWN,
        };
        let name = if may_fail { "TryInto" } else { "Into" };
        let written = bounds.into_iter().find_map(|bound| {
            let last = bound.path.segments.last()?;
            (last.name.as_str() == name).then(|| last.args().first())?
        });
        let Some(written) = written else {
            return Ty::UNKNOWN;
        };
        let made = self.ty(data.module, cx.subst, written);
        match may_fail {
            true => self.tys.wrap(Wrap::Result, &[made, Ty::UNKNOWN]),
            false => made,
        }
    }

    /// What `?` returns: the error that the function says, made of another by an own `From`.
    pub(super) fn returned_error(&mut self, cx: Cx, span: Span, residual: Val) -> Val {
        let Some((Wrap::Result, slots)) = self.vals.slots(&self.tys, residual) else {
            return residual;
        };
        let expect = self.slot_ty(self.unit(cx.unit).ret_ty, Wrap::Result, 1);
        let is = self.type_of(slots[1]);
        if !matches!(self.tys.kind(expect), TyKind::Local(..)) || self.head(is) == self.head(expect)
        {
            return residual;
        }
        let site = Site {
            expect,
            ..Site::plain(span, CallKind::Implicit)
        };
        match self.convert(cx, site, slots[1], Symbol::new("into")) {
            Some(error) => {
                let slots = [Val::EMPTY, error];
                self.vals.wrap(&mut self.tys, Wrap::Result, &slots)
            }
            None => residual,
        }
    }

    /// `.into()` and `.try_into()`: the `From` of the type that the surroundings ask for, or else
    /// of every own type that can be made from this one.
    pub(super) fn convert(
        &mut self,
        cx: Cx,
        site: Site<'_>,
        val: Val,
        method: Symbol,
    ) -> Option<Val> {
        let (name, from) = match method.as_str() {
            "into" => (self.known.from, Symbol::new("From")),
            "try_into" => (self.known.try_from, Symbol::new("TryFrom")),
            _ => return None,
        };
        let program = self.program;
        let is = self.type_of(val);
        let expect = match (name == self.known.try_from, self.tys.kind(site.expect)) {
            (true, TyKind::Wrap(Wrap::Result, slots)) => slots[0],
            _ => site.expect,
        };
        let mut all = Val::BOTTOM;
        for imp in self.index.foreign_impls(from).to_vec() {
            let data = &program.impls[imp.index()];
            let to = self.ty(data.module, SubstId::EMPTY, &data.self_ty);
            if expect != Ty::UNKNOWN && self.head(expect) != self.head(to) {
                continue;
            }
            let function = data
                .methods
                .iter()
                .find(|m| program.functions[m.index()].name == name);
            let Some(&function) = function else {
                continue;
            };
            let params = &program.functions[function.index()].params;
            let mut bound = Vec::new();
            let takes = params.first().is_some_and(|written| {
                self.unify(data.module, &[&data.generics], written, is, &mut bound)
            });
            if !takes || is == Ty::UNKNOWN {
                continue;
            }
            bound.push((self.known.self_, to));
            let subst = self.tys.subst(bound);
            let out = self.call_fn(cx, site, function, subst, &[val]);
            all = self.vals.join(&mut self.tys, all, out);
        }
        (all != Val::BOTTOM).then_some(all)
    }
}

fn implicit(site: Site<'_>, expect: Ty) -> Site<'_> {
    Site {
        kind: CallKind::Implicit,
        expect,
        sources: &[],
        ..site
    }
}
