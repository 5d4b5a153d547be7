//! Assignments as they are written.

use super::Flow;
use super::engine::Cx;
use super::ty::{Ty, TyKind};
use super::value::{Val, ValKind};
use crate::hir::{ExprId, ExprKind};
use crate::symbol::Symbol;

impl<'p> Flow<'p> {
    /// `place = value`.
    pub(super) fn eval_assign(&mut self, cx: Cx, place: ExprId, value: ExprId) {
        self.enter_place(cx, place);
        let value = self.assigned(cx, place, value);
        self.assign(cx, place, value);
    }

    /// What is assigned to a place, whose type decides where the value alone does not tell its own.
    fn assigned(&mut self, cx: Cx, place: ExprId, value: ExprId) -> Val {
        let val = self.eval(cx, value, Ty::UNKNOWN);
        let is_open = match *self.vals.kind(val) {
            ValKind::Unknown => true,
            ValKind::Typed(ty) => match self.tys.kind(ty) {
                TyKind::Wrap(_, slots) => slots.contains(&Ty::UNKNOWN),
                _ => false,
            },
            _ => false,
        };
        let ty = match &self.unit(cx.unit).body.expr(place).kind {
            ExprKind::Field { base, name } if is_open => self.declared(cx, *base, *name),
            _ => Ty::UNKNOWN,
        };
        if ty == Ty::UNKNOWN {
            return val;
        }
        let val = self.eval(cx, value, ty);
        self.refine(val, ty)
    }

    /// The type that a field is declared to have.
    fn declared(&mut self, cx: Cx, base: ExprId, name: Symbol) -> Ty {
        let on = self.eval(cx, base, Ty::UNKNOWN);
        let of = self.type_of(on);
        let TyKind::Local(id, _) = *self.tys.kind(of) else {
            return Ty::UNKNOWN;
        };
        let mut fields = self.fields_of(id, 0).iter();
        let at = fields.position(|field| field.name == name);
        at.map_or(Ty::UNKNOWN, |at| self.field_ty(of, id, 0, at))
    }

    /// Evaluates the code within a place, which binds what the place is of.
    fn enter_place(&mut self, cx: Cx, place: ExprId) {
        match &self.unit(cx.unit).body.expr(place).kind {
            ExprKind::Deref(inner)
            | ExprKind::Field { base: inner, .. }
            | ExprKind::Index { base: inner, .. } => self.enter_place(cx, *inner),
            ExprKind::Block { .. } | ExprKind::If { .. } | ExprKind::Match { .. } => {
                self.eval(cx, place, Ty::UNKNOWN);
            }
            _ => {}
        }
    }
}
