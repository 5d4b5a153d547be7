//! Places that are lent by `&mut` to something that keeps the reference, such as a field: what is
//! written there through it reaches the place.

use super::Flow;
use super::engine::{Code, Cx, PoolKey};
use super::index::Head;
use super::ty::{Ty, TyKind, Wrap};
use super::value::{Val, ValKind};
use crate::hir::{ExprId, ExprKind, Field, FnId, TypeId, TypeRef};

/// Values and expressions looked through.
const DEPTH: u32 = 4;

impl<'p> Flow<'p> {
    /// Whether an expression makes something that keeps a reference to a place.
    pub(super) fn keeps_lent(&self, cx: Cx, expr: ExprId, depth: u32) -> bool {
        depth < DEPTH
            && self.kept_by(cx, expr).into_iter().any(|part| {
                self.lent_place(cx, part).is_some() || self.keeps_lent(cx, part, depth + 1)
            })
    }

    /// What was made by such an expression has become this: the places that it keeps have too.
    pub(super) fn assign_lent(&mut self, cx: Cx, expr: ExprId, whole: Val, depth: u32) {
        for part in self.kept_by(cx, expr) {
            match self.lent_place(cx, part) {
                Some(place) => {
                    let was = self.eval(cx, place, Ty::UNKNOWN);
                    let ty = self.type_of(was);
                    let head = self.head(ty);
                    if head == Head::Any {
                        // It cannot be told which part of the whole this is.
                        self.hide(cx, whole);
                    } else if self.is_mutable(cx, part) || self.shares(ty, 0) {
                        let now = self.parts_like(whole, head, 0);
                        self.assign(cx, place, now);
                    }
                }
                None if depth < DEPTH => self.assign_lent(cx, part, whole, depth + 1),
                None => {}
            }
        }
    }

    /// A reference to a place is put into a field. Where the place is not this body's own, what is
    /// written later is not seen from here: it is what reachable code puts into that field.
    pub(super) fn lend_to_field(&mut self, cx: Cx, value: ExprId, field: (TypeId, u32, usize)) {
        let Some(place) = self.lent_place(cx, value).filter(|&place| place != value) else {
            return;
        };
        let (id, variant, at) = field;
        let is_written = match self.is_mutable(cx, value) {
            true => self.root_is_parameter(cx, place) || self.has_drop(id),
            // What a cell shares is written where it is dropped, which is seen nowhere.
            false => {
                self.has_drop(id) && {
                    let was = self.eval(cx, place, Ty::UNKNOWN);
                    let ty = self.type_of(was);
                    self.shares(ty, 0)
                }
            }
        };
        if is_written {
            let stored = self.pooled(cx, PoolKey::Field(id, variant, at as u32));
            self.assign(cx, place, stored);
        }
    }

    /// Whether a type of the program has a `Drop` of its own.
    fn has_drop(&self, id: TypeId) -> bool {
        let mut imps = self.index.foreign_impls(self.known.drop).iter();
        imps.any(|&imp| self.index.head_of(imp) == Head::Local(id))
    }

    /// Whether an own type has references to something that can be written into for fields.
    pub(super) fn keeps_references(&mut self, ty: Ty) -> bool {
        if self.shares(ty, 0) {
            return true;
        }
        let TyKind::Local(id, _) = *self.tys.kind(ty) else {
            return false;
        };
        let written = self.fields_of(id, 0);
        let is_reference = |field: &Field| matches!(field.ty, TypeRef::Ref(_));
        let referenced: Vec<bool> = written.iter().map(is_reference).collect();
        if !referenced.contains(&true) {
            return false;
        }
        let fields = self.field_tys(ty, id, 0);
        fields
            .into_iter()
            .zip(referenced)
            .any(|(field, referenced)| {
                let kind = self.tys.kind(field);
                let holds = matches!(kind, TyKind::Wrap(..) | TyKind::Local(..));
                referenced && holds && self.carries(field)
            })
    }

    /// Whether copies of a value share a cell in it, so that what is written into one is in all.
    fn shares(&mut self, ty: Ty, depth: u32) -> bool {
        if depth > DEPTH || !self.carries(ty) {
            return false;
        }
        match self.tys.kind(ty).clone() {
            TyKind::Wrap(Wrap::Cell | Wrap::Once | Wrap::Lock, _) => true,
            TyKind::Wrap(Wrap::Option | Wrap::Seq | Wrap::Map, parts) | TyKind::Tuple(parts) => {
                parts.iter().any(|&part| self.shares(part, depth + 1))
            }
            TyKind::Local(id, _) => {
                let fields = self.field_tys(ty, id, 0);
                fields
                    .into_iter()
                    .any(|field| self.shares(field, depth + 1))
            }
            _ => false,
        }
    }

    /// Whether an expression lends a place for writing, instead of sharing what is in it.
    fn is_mutable(&self, cx: Cx, expr: ExprId) -> bool {
        let kind = &self.unit(cx.unit).body.expr(expr).kind;
        matches!(kind, ExprKind::RefMut(_) | ExprKind::Path(_))
    }

    /// The parts of what an expression makes.
    fn kept_by(&self, cx: Cx, expr: ExprId) -> Vec<ExprId> {
        match &self.unit(cx.unit).body.expr(expr).kind {
            ExprKind::Struct { fields, .. } => fields.iter().map(|field| field.1).collect(),
            ExprKind::Tuple(parts) | ExprKind::Array(parts) => parts.clone(),
            ExprKind::Call { args, .. } => args.clone(),
            _ => Vec::new(),
        }
    }

    /// The place behind `&mut place`, `&place` and `place.clone()`, or behind a parameter that is a
    /// reference itself.
    fn lent_place(&self, cx: Cx, expr: ExprId) -> Option<ExprId> {
        let unit = self.unit(cx.unit);
        match &unit.body.expr(expr).kind {
            ExprKind::RefMut(place) | ExprKind::Ref(place) => Some(*place),
            ExprKind::MethodCall {
                receiver, method, ..
            } if method.as_str() == "clone" => Some(*receiver),
            ExprKind::Call { callee, args } if self.is_clone(cx, *callee) => args.first().copied(),
            ExprKind::Path(_) => {
                let (function, at) = self.parameter(cx, expr)?;
                let params = &self.program.functions[function.index()].params;
                matches!(params.get(at), Some(TypeRef::Ref(_))).then_some(expr)
            }
            _ => None,
        }
    }

    /// The parameter of a function that an expression names, by position.
    pub(super) fn parameter(&self, cx: Cx, expr: ExprId) -> Option<(FnId, usize)> {
        let Code::Fn(function) = self.unit(cx.unit).code else {
            return None;
        };
        Some((function, self.parameter_of_body(cx, expr)?))
    }

    /// The same in closures, too, which are within the body of their function.
    fn parameter_of_body(&self, cx: Cx, expr: ExprId) -> Option<usize> {
        let unit = self.unit(cx.unit);
        let var = unit.locals.of_expr(expr)?;
        let mut params = unit.body.params.iter();
        params.position(|&pat| unit.locals.of_pat(pat) == Some(var))
    }

    /// `Arc::clone`.
    pub(super) fn is_clone(&self, cx: Cx, callee: ExprId) -> bool {
        let kind = &self.unit(cx.unit).body.expr(callee).kind;
        matches!(kind, ExprKind::Path(path)
            if path.segments.last().is_some_and(|last| last.name.as_str() == "clone"))
    }

    fn root_is_parameter(&self, cx: Cx, place: ExprId) -> bool {
        let unit = self.unit(cx.unit);
        match &unit.body.expr(place).kind {
            ExprKind::Path(_) => self.parameter_of_body(cx, place).is_some(),
            ExprKind::Field { base: inner, .. }
            | ExprKind::Index { base: inner, .. }
            | ExprKind::Deref(inner) => self.root_is_parameter(cx, *inner),
            _ => false,
        }
    }

    /// Values of a sort within another.
    fn parts_like(&mut self, whole: Val, head: Head, depth: u32) -> Val {
        self.each(whole, |flow, atom| {
            let ty = flow.type_of(atom);
            if flow.head(ty) == head {
                return atom;
            }
            let parts: Vec<Val> = match flow.vals.kind(atom) {
                _ if depth > DEPTH => return Val::BOTTOM,
                ValKind::Adt { fields: parts, .. }
                | ValKind::Tuple(parts)
                | ValKind::Wrap(_, parts) => parts.to_vec(),
                _ => return Val::BOTTOM,
            };
            let found: Vec<Val> = parts
                .into_iter()
                .map(|part| flow.parts_like(part, head, depth + 1))
                .collect();
            flow.vals.join_all(&mut flow.tys, found)
        })
    }
}
