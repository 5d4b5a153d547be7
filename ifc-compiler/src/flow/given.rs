//! Places that functions of the program give: what is written there is written to what they were
//! lent. Such a function is evaluated once more for each value that is written, and assigns it to
//! what it returns.

use super::engine::{Code, Cx};
use super::eval::Site;
use super::index::Head;
use super::known::TypeRole;
use super::ty::{Ty, TyKind, Wrap};
use super::value::{UnitId, Val};
use super::{CallKind, Flow};
use crate::hir::{Def, ExprId, ExprKind, FnId, ModuleId, Owner, TypeId, TypeKind, TypeRef};
use crate::resolve::Resolution;
use crate::symbol::{FastMap, Symbol};

/// Types looked into.
const DEPTH: u32 = 6;

/// Values that are written to what one unit gives; of those beyond it is not known where they go.
const WRITTEN: u32 = 64;

/// Units that are evaluated for what is written to their results.
#[derive(Default)]
pub(super) struct Giving {
    /// By the unit that they are like.
    units: FastMap<(UnitId, Val), UnitId>,
    values: FastMap<UnitId, u32>,
    /// Whether results of a function may be places, once somebody has asked.
    lends: FastMap<FnId, bool>,
}

impl Giving {
    pub(super) fn forget_runs(&mut self) {
        self.units.clear();
        self.values.clear();
    }
}

/// What is written to what a unit gives.
#[derive(Clone, Copy)]
pub(super) struct Given {
    val: Val,
    /// Whether it went where it is not followed.
    is_lost: bool,
}

impl<'p> Flow<'p> {
    /// What a call gave has become this. Says whether it was one of own code.
    pub(super) fn assign_given(&mut self, cx: Cx, call: ExprId, val: Val) -> bool {
        let body = self.unit(cx.unit).body;
        let expr = body.expr(call);
        let sources = match &expr.kind {
            ExprKind::MethodCall {
                receiver,
                method,
                args,
                ..
            } if self.is_conversion(method.as_str())
                || !self.index.methods_named(*method, args.len()).is_empty() =>
            {
                [&[*receiver], &args[..]].concat()
            }
            ExprKind::Call { callee, args } if self.may_be_own(cx, *callee) => args.clone(),
            _ => return false,
        };
        let before = self.unit(cx.unit).effects.calls.len();
        self.eval(cx, call, Ty::UNKNOWN);
        let calls = &self.unit(cx.unit).effects.calls[before..];
        let calls = calls.iter().filter(|(unit, span, kind)| {
            *span == expr.span
                && *kind != CallKind::Implicit
                && self.unit(*unit).args.len() == sources.len()
        });
        let units: Vec<UnitId> = calls.map(|call| call.0).collect();
        if units.is_empty() {
            return false;
        }
        self.assign_to_units(cx, call, &units, &sources, val);
        true
    }

    fn may_be_own(&self, cx: Cx, callee: ExprId) -> bool {
        let unit = self.unit(cx.unit);
        let ExprKind::Path(path) = &unit.body.expr(callee).kind else {
            return true;
        };
        let is_foreign = || {
            let resolution = self.names.value(self.program, cx.module, path);
            matches!(resolution, Resolution::Foreign(_))
        };
        unit.locals.of_expr(callee).is_some() || !is_foreign()
    }

    /// What a method gave that the language calls has become this.
    pub(super) fn assign_implicit(
        &mut self,
        cx: Cx,
        place: ExprId,
        (on, method): (Val, Symbol),
        sources: &[ExprId],
        val: Val,
    ) {
        let units = self.implicit_units(cx, place, on, method, sources.len()).0;
        self.assign_to_units(cx, place, &units, sources, val);
    }

    /// Calls a method of an own type; gives what ran and what came out.
    fn implicit_units(
        &mut self,
        cx: Cx,
        place: ExprId,
        on: Val,
        method: Symbol,
        args: usize,
    ) -> (Vec<UnitId>, Val) {
        let span = self.unit(cx.unit).body.expr(place).span;
        let site = Site::plain(span, CallKind::Implicit);
        let mut values = vec![Val::PLAIN; args];
        values[0] = on;
        let before = self.unit(cx.unit).effects.calls.len();
        let ty = self.type_of(on);
        let out = self.call_local_method(cx, site, ty, method, &values);
        let calls = &self.unit(cx.unit).effects.calls[before..];
        (calls.iter().map(|call| call.0).collect(), out)
    }

    fn assign_to_units(
        &mut self,
        cx: Cx,
        place: ExprId,
        units: &[UnitId],
        sources: &[ExprId],
        val: Val,
    ) {
        let mut is_lost = false;
        for &unit in units {
            match self.written_by(cx, unit, val) {
                Some(written) => {
                    for (at, end) in written {
                        if let Some(&source) = sources.get(at) {
                            self.assign(cx, source, end);
                        }
                    }
                }
                None => is_lost = true,
            }
        }
        if is_lost {
            self.lost(cx, place, val);
        }
    }

    /// What the parameters of a unit hold, by position, when what it gave has become this; nothing
    /// where that is not followed.
    pub(super) fn written_by(
        &mut self,
        cx: Cx,
        unit: UnitId,
        val: Val,
    ) -> Option<Vec<(usize, Val)>> {
        if !self.lends_place(unit) {
            return Some(Vec::new());
        }
        let given = self.giving(unit, val)?;
        self.ret(given, cx.unit);
        let is_lost = self.unit(given).given.is_some_and(|given| given.is_lost);
        (!is_lost).then(|| self.written(given))
    }

    /// A unit like another, to whose result something is written.
    fn giving(&mut self, unit: UnitId, val: Val) -> Option<UnitId> {
        if let Some(&known) = self.giving.units.get(&(unit, val)) {
            return Some(known);
        }
        let count = self.giving.values.entry(unit).or_insert(0);
        *count += 1;
        if *count > WRITTEN {
            return None;
        }
        let like = self.unit(unit);
        let (code, module, subst, body) = (like.code, like.module, like.subst, like.body);
        let (args, ret_ty) = (like.args.clone(), like.ret_ty);
        let is_async = match code {
            Code::Fn(id) => self.program.functions[id.index()].is_async,
            Code::Closure(_, expr) => {
                matches!(body.expr(expr).kind, ExprKind::Closure { is_async, .. } if is_async)
            }
            Code::Global(_) => false,
        };
        let written = match self.vals.slots(&self.tys, val) {
            Some((Wrap::Future, slots)) if is_async => slots[0],
            _ => val,
        };
        let new = self.add_unit(code, module, subst, body, args, ret_ty);
        self.unit_mut(new).given = Some(Given {
            val: written,
            is_lost: false,
        });
        self.giving.units.insert((unit, val), new);
        self.start(new);
        Some(new)
    }

    /// A unit returns an expression: what is written to its result is written there.
    pub(super) fn give(&mut self, cx: Cx, returned: ExprId) {
        let Some(Given { val, .. }) = self.unit(cx.unit).given else {
            return;
        };
        let before = self.unit(cx.unit).effects.problems.len();
        self.assign(cx, returned, val);
        let unit = self.unit_mut(cx.unit);
        if unit.effects.problems.len() > before
            && let Some(given) = &mut unit.given
        {
            given.is_lost = true;
        }
    }

    /// Whether what a call in the unit at hand gave may be a place that it was lent.
    pub(super) fn gives_place(&mut self, cx: Cx, call: ExprId) -> bool {
        let unit = self.unit(cx.unit);
        let span = unit.body.expr(call).span;
        let calls = unit.effects.calls.iter().rev();
        let units: Vec<UnitId> = calls
            .filter(|(_, at, kind)| *at == span && *kind != CallKind::Implicit)
            .map(|call| call.0)
            .collect();
        units.into_iter().any(|unit| self.lends_place(unit))
    }

    fn lends_place(&mut self, unit: UnitId) -> bool {
        match self.unit(unit).code {
            Code::Fn(id) => self.may_lend(id),
            Code::Closure(..) => true,
            Code::Global(_) => false,
        }
    }

    fn may_lend(&mut self, id: FnId) -> bool {
        if let Some(&known) = self.giving.lends.get(&id) {
            return known;
        }
        let function = &self.program.functions[id.index()];
        let is_self = matches!(&function.ret, TypeRef::Path(path)
            if matches!(&*path.segments, [only] if only.name == self.known.self_));
        let written = match function.owner {
            Some(Owner::Impl(of)) if is_self => &self.program.impls[of.index()].self_ty,
            _ => &function.ret,
        };
        let lends = self.refers(function.module, written, 0);
        self.giving.lends.insert(id, lends);
        lends
    }

    /// Whether a value of a written type may be, or hold, a reference or a shared cell.
    fn refers(&mut self, module: ModuleId, written: &'p TypeRef, depth: u32) -> bool {
        match written {
            _ if depth > DEPTH => true,
            // Nothing is written into a handle.
            TypeRef::Ref(inner) => {
                let TypeRef::Path(path) = &**inner else {
                    return true;
                };
                match self.names.ty(self.program, module, path) {
                    Resolution::Foreign(name) => {
                        !matches!(self.known.type_role(name), TypeRole::Handle(_))
                    }
                    _ => true,
                }
            }
            TypeRef::Impl(_) | TypeRef::Dyn(_) | TypeRef::Infer | TypeRef::Unknown => true,
            TypeRef::Fn(..) | TypeRef::Never => false,
            TypeRef::Slice(inner) => self.refers(module, inner, depth + 1),
            TypeRef::Array(array) => self.refers(module, &array.0, depth + 1),
            TypeRef::Tuple(parts) => parts
                .iter()
                .any(|part| self.refers(module, part, depth + 1)),
            TypeRef::Path(path) => {
                let args = path.segments.iter().flat_map(|segment| segment.args());
                for arg in args {
                    if self.refers(module, arg, depth + 1) {
                        return true;
                    }
                }
                match self.names.ty(self.program, module, path) {
                    Resolution::Primitive(_) => false,
                    Resolution::Def {
                        def: Def::Type(id), ..
                    } => self.fields_refer(id, depth),
                    Resolution::Foreign(name) => match self.known.type_role(name) {
                        TypeRole::Text | TypeRole::Handle(_) => false,
                        TypeRole::Wrap(wrap) => {
                            !matches!(wrap, Wrap::Option | Wrap::Result | Wrap::Seq | Wrap::Map)
                        }
                        _ => super::known::last(name.as_str()) != "Box",
                    },
                    // `Self` and parameters among them.
                    _ => true,
                }
            }
        }
    }

    fn fields_refer(&mut self, id: TypeId, depth: u32) -> bool {
        let def = &self.program.types[id.index()];
        let fields: Vec<&'p TypeRef> = match &def.kind {
            TypeKind::Struct(fields) => fields.iter().map(|field| &field.ty).collect(),
            TypeKind::Enum(variants) => {
                let fields = variants.iter().flat_map(|variant| &variant.fields);
                fields.map(|field| &field.ty).collect()
            }
            TypeKind::Alias(target) => vec![target],
        };
        let mut fields = fields.into_iter();
        fields.any(|field| self.refers(def.module, field, depth + 1))
    }

    /// A value that is not of the type of a place is written to what the place gives by its own
    /// `Deref`. Says whether it was.
    pub(super) fn assign_behind(&mut self, cx: Cx, place: ExprId, val: Val) -> bool {
        let ty = self.type_of(val);
        let head = self.head(ty);
        if head == Head::Any {
            return false;
        }
        let on = self.eval(cx, place, Ty::UNKNOWN);
        let atoms = self.vals.atoms(on);
        let mut behind = Vec::new();
        for &atom in atoms.as_slice() {
            let ty = self.type_of(atom);
            if self.head(ty) == head {
                return false;
            }
            if matches!(self.tys.kind(ty), TyKind::Local(..)) {
                let methods = [self.known.deref_mut, self.known.deref];
                let mut methods = methods.into_iter();
                let method = methods.find(|&name| !self.candidates(ty, name).is_empty());
                behind.extend(method.map(|method| (atom, method)));
            }
        }
        for &(atom, method) in &behind {
            self.assign_implicit(cx, place, (atom, method), &[place], val);
        }
        !behind.is_empty()
    }

    /// An item of an own iterable in a place has become this. Says whether there is such a one.
    pub(super) fn assign_item(&mut self, cx: Cx, place: ExprId, item: Val) -> bool {
        let on = self.eval(cx, place, Ty::UNKNOWN);
        let ty = self.type_of(on);
        if !matches!(self.tys.kind(ty), TyKind::Local(..)) {
            return false;
        }
        let names = self.known.iterating;
        let mut names = names.into_iter();
        let Some(name) = names.find(|&name| !self.candidates(ty, name).is_empty()) else {
            return false;
        };
        let args = 1 + usize::from(name.as_str() == "poll_next");
        let (units, out) = self.implicit_units(cx, place, on, name, args);
        let written = match self.vals.slots(&self.tys, out) {
            Some((wrap, _)) if name.as_str() != "poll_next" => {
                self.vals.wrap(&mut self.tys, wrap, &[item])
            }
            Some((wrap, _)) => {
                let item = self.vals.wrap(&mut self.tys, Wrap::Option, &[item]);
                self.vals.wrap(&mut self.tys, wrap, &[item])
            }
            None => self.with_item(cx, place, out, item),
        };
        self.assign_to_units(cx, place, &units, &[place], written);
        true
    }

    /// An own iterator after this was written to what it gave.
    fn with_item(&mut self, cx: Cx, place: ExprId, iter: Val, item: Val) -> Val {
        let next = self.known.next;
        let ty = self.type_of(iter);
        if !matches!(self.tys.kind(ty), TyKind::Local(..)) || self.candidates(ty, next).is_empty() {
            return item;
        }
        let given = self.vals.wrap(&mut self.tys, Wrap::Option, &[item]);
        let (units, _) = self.implicit_units(cx, place, iter, next, 1);
        let mut all = iter;
        for unit in units {
            let Some(written) = self.written_by(cx, unit, given) else {
                self.lost(cx, place, item);
                continue;
            };
            for (_, end) in written {
                all = self.vals.join(&mut self.tys, all, end);
            }
        }
        all
    }
}
