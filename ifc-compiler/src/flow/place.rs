//! Writing: what was put into a place is from then on among the values that reading it gives.

use super::Flow;
use super::engine::{Cx, PoolKey};
use super::known::Shape;
use super::pattern::Alias;
use super::ty::{Ty, TyKind, Wrap};
use super::value::{Val, ValKind};
use crate::hir::{Def, ExprId, ExprKind, PatId, PatKind, Var};
use crate::resolve::Resolution;
use crate::symbol::Symbol;

/// Places written through one another beyond this are given up.
const DEPTH: u32 = 24;

impl<'p> Flow<'p> {
    /// The place behind an expression may now hold this value too.
    pub(super) fn assign(&mut self, cx: Cx, place: ExprId, val: Val) {
        if val == Val::BOTTOM {
            return;
        }
        if self.assigning > DEPTH {
            let span = self.unit(cx.unit).body.expr(place).span;
            self.forget(cx, span, val);
            return;
        }
        self.assigning += 1;
        if !self.index.has_derefs || !self.matters(val) || !self.assign_behind(cx, place, val) {
            self.assign_to(cx, place, val);
        }
        self.assigning -= 1;
    }

    fn assign_to(&mut self, cx: Cx, place: ExprId, val: Val) {
        let body = self.unit(cx.unit).body;
        let expr = body.expr(place);
        match &expr.kind {
            ExprKind::Path(path) => {
                if let Some(var) = self.unit(cx.unit).locals.of_expr(place) {
                    self.write_var(cx, var, val);
                    self.assign_aliased(cx, var, val);
                    return;
                }
                let resolution = self.names.value(self.program, cx.module, path);
                if let Resolution::Def {
                    def: Def::Global(id),
                    ..
                } = resolution
                    && self.program.globals[id.index()].resource.is_none()
                {
                    self.put_in_pool(PoolKey::Global(id), val);
                }
            }
            ExprKind::Field { base, name } => self.assign_field(cx, *base, *name, val),
            ExprKind::Index { base, index } => {
                let on = self.eval(cx, *base, Ty::UNKNOWN);
                let ty = self.type_of(on);
                let own = [self.known.index_mut, self.known.index];
                let mut own = own.into_iter();
                if matches!(self.tys.kind(ty), TyKind::Local(..))
                    && let Some(method) = own.find(|&name| !self.candidates(ty, name).is_empty())
                {
                    self.assign_implicit(cx, place, (on, method), &[*base, *index], val);
                    return;
                }
                let at = self.eval(cx, *index, Ty::UNKNOWN);
                let whole = match self.vals.slots(&self.tys, on) {
                    // A range gives a part of the same kind.
                    Some((Wrap::Seq, _)) if self.is_range(at) => val,
                    Some((Wrap::Map, _)) => {
                        self.vals.wrap(&mut self.tys, Wrap::Map, &[Val::EMPTY, val])
                    }
                    _ => self.vals.wrap(&mut self.tys, Wrap::Seq, &[val]),
                };
                self.assign(cx, *base, whole);
            }
            ExprKind::Ref(inner) | ExprKind::RefMut(inner) | ExprKind::Deref(inner) => {
                self.assign(cx, *inner, val);
            }
            ExprKind::Struct { .. } if self.keeps_lent(cx, place, 0) => {
                self.assign_lent(cx, place, val, 0);
            }
            ExprKind::Tuple(parts) => self.assign_parts(cx, parts, val),
            ExprKind::Array(parts) => {
                let content = self.content(val);
                for &part in parts {
                    self.assign(cx, part, content);
                }
            }
            ExprKind::Struct { fields, .. } => {
                for &(name, place) in fields {
                    let field = self.field(cx, val, name);
                    self.assign(cx, place, field);
                }
            }
            // `_` and `..` among them.
            ExprKind::Literal | ExprKind::Range(_) => {}
            ExprKind::Str(_) | ExprKind::Format { .. } => {}
            ExprKind::Return(_) | ExprKind::Break(_) | ExprKind::Continue => {}
            ExprKind::Cast { value, .. } => self.assign(cx, *value, val),
            ExprKind::Block { tail, module, .. } => {
                let cx = Cx {
                    module: module.unwrap_or(cx.module),
                    ..cx
                };
                if let Some(tail) = tail {
                    self.assign(cx, *tail, val);
                }
            }
            ExprKind::If {
                then, otherwise, ..
            } => {
                self.assign(cx, *then, val);
                if let Some(otherwise) = otherwise {
                    self.assign(cx, *otherwise, val);
                }
            }
            ExprKind::Match { arms, .. } => {
                for arm in arms {
                    self.assign(cx, arm.body, val);
                }
            }
            ExprKind::Async(inner) => {
                let output = match self.vals.slots(&self.tys, val) {
                    Some((Wrap::Future, slots)) => slots[0],
                    _ => val,
                };
                self.assign(cx, *inner, output);
            }
            ExprKind::MacroCall { path, .. }
                if path.segments.last().is_some_and(|last| {
                    super::macros::DIVERGING_MACROS.contains(&last.name.as_str())
                }) => {}
            ExprKind::Call { .. } | ExprKind::MethodCall { .. }
                if self.assign_given(cx, place, val) => {}
            ExprKind::Await(inner) | ExprKind::Try(inner) => {
                let on = self.eval(cx, *inner, Ty::UNKNOWN);
                let is_await = matches!(expr.kind, ExprKind::Await(_));
                let whole = match self.vals.slots(&self.tys, on) {
                    // What is no future was seen through one, such as that of taking a lock.
                    Some((wrap, slots)) if is_output(wrap, is_await) => {
                        let mut whole = vec![Val::EMPTY; slots.len()];
                        whole[0] = val;
                        self.vals.wrap(&mut self.tys, wrap, &whole)
                    }
                    _ => val,
                };
                self.assign(cx, *inner, whole);
            }
            ExprKind::MethodCall {
                receiver,
                method,
                args,
                ..
            } => {
                let on = self.eval(cx, *receiver, Ty::UNKNOWN);
                match self.vals.slots(&self.tys, on) {
                    Some((wrap, slots)) => match self.known.method(wrap, *method) {
                        Some(known) => {
                            let out = match self.gives_part(cx, wrap, *method, args) {
                                true => &Shape::Opt(&Shape::Recv),
                                false => &known.out,
                            };
                            let found = self.inverted(cx, place, out, on, &slots, args, val);
                            let whole = self.vals.wrap(&mut self.tys, wrap, &found);
                            self.assign(cx, *receiver, whole);
                        }
                        None if self.known.is_identity(*method) => self.assign(cx, *receiver, val),
                        None => self.lost(cx, place, val),
                    },
                    None if self.known.is_identity(*method) || self.is_of_type_of(val, on) => {
                        self.assign(cx, *receiver, val);
                    }
                    None => match self.derived_place(on, *method, args.len()) {
                        Some(field) => self.assign_field(cx, *receiver, field, val),
                        None => self.lost(cx, place, val),
                    },
                }
            }
            ExprKind::Call { callee: path, args } => {
                // `Arc::get_mut(&mut x)`, `Pin::as_mut(..)`.
                let lends = matches!(&body.expr(*path).kind, ExprKind::Path(path)
                    if path.segments.last().is_some_and(|segment| self.known.is_identity(segment.name)));
                let callee = self.eval(cx, *path, Ty::UNKNOWN);
                let known = match *self.vals.kind(callee) {
                    ValKind::Foreign(path, _) => self.known.function(path),
                    _ => None,
                };
                let known = known.filter(|known| known.stores.is_empty() && !args.is_empty());
                if let Some(known) = known {
                    self.inverted(cx, place, &known.out, Val::UNKNOWN, &[], args, val);
                    return;
                }
                match args.first() {
                    Some(&first) if lends => self.assign(cx, first, val),
                    _ if self.keeps_lent(cx, place, 0) => self.assign_lent(cx, place, val, 0),
                    _ if self.is_fresh(cx, *path) => {}
                    _ => self.lost(cx, place, val),
                }
            }
            _ => self.lost(cx, place, val),
        }
    }

    /// Whether a method gives a part of a sequence, which is one too: `list.get(1..)`.
    fn gives_part(&mut self, cx: Cx, wrap: Wrap, method: Symbol, args: &'p [ExprId]) -> bool {
        let &[at] = args else { return false };
        wrap == Wrap::Seq && matches!(method.as_str(), "get" | "get_mut") && {
            let at = self.eval(cx, at, Ty::UNKNOWN);
            self.is_range(at)
        }
    }

    fn is_range(&mut self, val: Val) -> bool {
        matches!(self.vals.slots(&self.tys, val), Some((Wrap::Seq, _)))
    }

    /// `Vec::new()`, `HashMap::with_capacity(8)`: made on the spot, so that nothing else reads it.
    fn is_fresh(&self, cx: Cx, callee: ExprId) -> bool {
        let ExprKind::Path(path) = &self.unit(cx.unit).body.expr(callee).kind else {
            return false;
        };
        let last = path.segments.last().map(|last| last.name.as_str());
        matches!(last, Some("new" | "default" | "with_capacity"))
            && matches!(
                self.names.value(self.program, cx.module, path),
                Resolution::Foreign(_)
            )
    }

    /// What is written through a variable is written to the place that it gives access to.
    pub(super) fn assign_aliased(&mut self, cx: Cx, var: Var, val: Val) {
        let unit = self.keeper(cx.unit, var);
        let key = (unit, var.slot as u32);
        let Some(&alias) = self.aliases.get(&key) else {
            return;
        };
        if !self.matters(val) {
            return;
        }
        let written = self.vals.join(&mut self.tys, alias.written, val);
        self.aliases.insert(key, Alias { written, ..alias });
        let cx = Cx { unit, ..cx };
        if let Some(whole) = self.rebuild(cx, alias.pat, var.slot, val) {
            if alias.is_item && self.assign_item(cx, alias.source, whole) {
                return;
            }
            let whole = match alias.is_item {
                true => self.of_items(cx, alias.source, whole),
                false => whole,
            };
            let kind = &self.unit(cx.unit).body.expr(alias.source).kind;
            let is_tuple = matches!(kind, ExprKind::Tuple(_));
            match !is_tuple && self.keeps_lent(cx, alias.source, 0) {
                true => self.assign_lent(cx, alias.source, whole, 0),
                false => self.assign(cx, alias.source, whole),
            }
        }
    }

    /// A collection like that in a place, with one more item.
    fn of_items(&mut self, cx: Cx, place: ExprId, item: Val) -> Val {
        let on = self.eval(cx, place, Ty::UNKNOWN);
        match (
            self.vals.slots(&self.tys, on),
            self.vals.parts(&self.tys, item),
        ) {
            (Some((Wrap::Map, _)), Some(parts)) if parts.len() == 2 => {
                self.vals.wrap(&mut self.tys, Wrap::Map, &parts)
            }
            (Some((wrap @ (Wrap::Option | Wrap::Seq), _)), _) => {
                self.vals.wrap(&mut self.tys, wrap, &[item])
            }
            _ => self.vals.wrap(&mut self.tys, Wrap::Seq, &[item]),
        }
    }

    /// What is assigned to several places at once.
    fn assign_parts(&mut self, cx: Cx, parts: &'p [ExprId], val: Val) {
        let body = self.unit(cx.unit).body;
        let is_rest = |part: &ExprId| matches!(&body.expr(*part).kind, ExprKind::Range(ends) if ends.is_empty());
        let rest = parts.iter().position(is_rest);
        let known = self
            .vals
            .parts(&self.tys, val)
            .map_or(parts.len(), |known| known.len());
        let places: Vec<ExprId> = parts
            .iter()
            .copied()
            .filter(|part| !is_rest(part))
            .collect();
        for (at, &place) in places.iter().enumerate() {
            let at = super::pattern::position(at, places.len(), rest.map(|at| at as u32), known);
            let part = self.part(val, at);
            self.assign(cx, place, part);
        }
    }

    /// Whether a value is of the same own type as the receiver of a call that gave it: `&mut self ->
    /// &mut Self`.
    fn is_of_type_of(&mut self, val: Val, on: Val) -> bool {
        let [val, on] = [val, on].map(|val| self.type_of(val));
        match (self.tys.kind(val), self.tys.kind(on)) {
            (TyKind::Local(a, _), TyKind::Local(b, _)) => a == b,
            _ => false,
        }
    }

    /// Something was written into a place that nothing else reads, or that is not followed. Values
    /// made on the spot (`Vec::new().push(..)`) hold nothing that comes back.
    pub(super) fn lost(&mut self, cx: Cx, place: ExprId, val: Val) {
        let span = self.unit(cx.unit).body.expr(place).span;
        self.give_away(cx, span, val, "a place behind a reference");
        if !self.is_plain(val) {
            self.lose();
        }
    }

    fn assign_field(&mut self, cx: Cx, base: ExprId, name: Symbol, val: Val) {
        let on = self.eval(cx, base, Ty::UNKNOWN);
        let atoms = self.vals.atoms(on);
        for &atom in atoms.as_slice() {
            self.assign_field_of(cx, base, atom, name, val, 0);
        }
    }

    fn assign_field_of(
        &mut self,
        cx: Cx,
        base: ExprId,
        atom: Val,
        name: Symbol,
        val: Val,
        depth: u32,
    ) {
        if let Some(parts) = self.vals.parts(&self.tys, atom) {
            let mut whole = vec![Val::EMPTY; parts.len()];
            if let Some(part) = name
                .as_str()
                .parse::<usize>()
                .ok()
                .and_then(|at| whole.get_mut(at))
            {
                *part = val;
                let whole = self.vals.tuple(&mut self.tys, &whole);
                self.assign(cx, base, whole);
            }
            return;
        }
        match self.vals.kind(atom).clone() {
            ValKind::Adt {
                ty,
                id,
                variant,
                fields,
            } => {
                let at = self
                    .fields_of(id, variant)
                    .iter()
                    .position(|field| field.name == name);
                if let Some(at) = at {
                    self.put_in_pool(PoolKey::Field(id, variant, at as u32), val);
                    let mut whole = fields.to_vec();
                    whole[at] = self.vals.join(&mut self.tys, whole[at], val);
                    let whole = self.vals.add(ValKind::Adt {
                        ty,
                        id,
                        variant,
                        fields: whole.into(),
                    });
                    self.assign(cx, base, whole);
                    return;
                }
            }
            ValKind::Typed(ty) => {
                if let TyKind::Local(id, _) = *self.tys.kind(ty) {
                    let at = self
                        .fields_of(id, 0)
                        .iter()
                        .position(|field| field.name == name);
                    if let Some(at) = at {
                        self.put_in_pool(PoolKey::Field(id, 0, at as u32), val);
                        return;
                    }
                }
            }
            _ => {}
        }
        if depth > 8 || self.is_plain(val) {
            return;
        }
        let inner = match self.vals.slots(&self.tys, atom) {
            Some((_, slots)) => Some(slots[0]),
            None => {
                let span = self.unit(cx.unit).body.expr(base).span;
                self.deref_once(cx, span, atom)
            }
        };
        match inner {
            Some(inner) => self.assign_field_of(cx, base, inner, name, val, depth + 1),
            None => self.lost(cx, base, val),
        }
    }

    /// The value of a whole of which a pattern takes a part, when that part is this value.
    pub(super) fn rebuild(&mut self, cx: Cx, pat: PatId, slot: usize, val: Val) -> Option<Val> {
        let body = self.unit(cx.unit).body;
        match &body.pat(pat).kind {
            PatKind::Bind { .. } => {
                let var = self.unit(cx.unit).locals.of_pat(pat)?;
                (var.slot == slot).then_some(val)
            }
            PatKind::Ref(inner) | PatKind::Typed(inner, _) => self.rebuild(cx, *inner, slot, val),
            PatKind::Or(pats) => pats
                .iter()
                .find_map(|&pat| self.rebuild(cx, pat, slot, val)),
            PatKind::Slice(pats) => {
                let part = pats
                    .iter()
                    .find_map(|&pat| self.rebuild(cx, pat, slot, val))?;
                Some(self.vals.wrap(&mut self.tys, Wrap::Seq, &[part]))
            }
            PatKind::Tuple { pats, rest: None } => {
                let parts: Vec<Val> = pats
                    .iter()
                    .map(|&pat| self.rebuild(cx, pat, slot, val).unwrap_or(Val::EMPTY))
                    .collect();
                let found = parts.iter().any(|&part| part != Val::EMPTY);
                found.then(|| self.vals.tuple(&mut self.tys, &parts))
            }
            PatKind::TupleStruct { path, pats, rest } => {
                let (at, part) = pats
                    .iter()
                    .enumerate()
                    .find_map(|(at, &pat)| Some((at, self.rebuild(cx, pat, slot, val)?)))?;
                match self.struct_path(cx, path) {
                    Some((ty, id, variant)) => {
                        let len = self.fields_of(id, variant).len();
                        let at = super::pattern::position(at, pats.len(), *rest, len);
                        self.rebuilt(ty, id, variant, at, part)
                    }
                    None => match path.segments.last()?.name.as_str() {
                        "Occupied" | "Vacant" => Some(part),
                        "Some" => Some(self.vals.wrap(&mut self.tys, Wrap::Option, &[part])),
                        "Ok" => Some(self.vals.wrap(
                            &mut self.tys,
                            Wrap::Result,
                            &[part, Val::EMPTY],
                        )),
                        _ => Some(self.vals.wrap(&mut self.tys, Wrap::Around, &[part])),
                    },
                }
            }
            PatKind::Struct { path, fields } => {
                let (name, part) = fields
                    .iter()
                    .find_map(|&(name, pat)| Some((name, self.rebuild(cx, pat, slot, val)?)))?;
                let (ty, id, variant) = self.struct_path(cx, path)?;
                let at = self
                    .fields_of(id, variant)
                    .iter()
                    .position(|field| field.name == name)?;
                self.rebuilt(ty, id, variant, at, part)
            }
            PatKind::Wild | PatKind::Path(_) | PatKind::Tuple { .. } => None,
        }
    }

    fn rebuilt(
        &mut self,
        ty: Ty,
        id: crate::hir::TypeId,
        variant: u32,
        at: usize,
        part: Val,
    ) -> Option<Val> {
        let mut fields = vec![Val::EMPTY; self.fields_of(id, variant).len()];
        *fields.get_mut(at)? = part;
        self.put_in_pool(PoolKey::Field(id, variant, at as u32), part);
        Some(self.vals.add(ValKind::Adt {
            ty,
            id,
            variant,
            fields: fields.into(),
        }))
    }
}

/// Whether `.await`, or else `?`, takes the content out of a wrapper.
fn is_output(wrap: Wrap, is_await: bool) -> bool {
    match wrap {
        Wrap::Future => is_await,
        Wrap::Option | Wrap::Result => !is_await,
        _ => false,
    }
}
