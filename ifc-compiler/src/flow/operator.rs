//! Operators: what those of the program's types do and give. Those of all other types count and
//! compare, or join texts.

use super::engine::Cx;
use super::eval::Site;
use super::index::Candidate;
use super::ty::{SubstId, Ty, TyKind};
use super::value::{Val, ValKind};
use super::{CallKind, Flow};
use crate::span::Span;
use crate::symbol::Symbol;

/// Operators that give a truth value, whatever they stand between.
const DECIDING: &[&str] = &["&&", "||", "eq", "ne", "lt", "le", "gt", "ge"];

impl<'p> Flow<'p> {
    /// An operator between two values.
    pub(super) fn operator(
        &mut self,
        cx: Cx,
        span: Span,
        op: Symbol,
        left: Val,
        right: Val,
    ) -> Val {
        let ty = self.type_of(left);
        if ty == Ty::UNKNOWN && matches!(self.vals.kind(left), ValKind::Union(_)) {
            return self.each(left, |flow, atom| flow.operator(cx, span, op, atom, right));
        }
        let own = self.operators(ty, op, Some(right));
        if !own.is_empty() {
            return self.call_candidates(cx, implicit(span), &own, &[left, right]);
        }
        match op.as_str() {
            "add" if ty == Ty::TEXT => self.concatenated(left, right),
            name if left == Val::UNKNOWN && !DECIDING.contains(&name) => Val::UNKNOWN,
            _ => Val::PLAIN,
        }
    }

    /// An operator before a value.
    pub(super) fn unary(&mut self, cx: Cx, span: Span, op: Symbol, val: Val) -> Val {
        if op == self.known.yield_ {
            if let Some(last) = self.yields.last().copied() {
                let joined = self.vals.join(&mut self.tys, last, val);
                self.yields.pop();
                self.yields.push(joined);
            }
            return Val::UNIT;
        }
        self.each(val, |flow, atom| {
            let ty = flow.type_of(atom);
            let own = flow.operators(ty, op, None);
            match own.is_empty() {
                false => flow.call_candidates(cx, implicit(span), &own, &[atom]),
                true if flow.is_plain(atom) => Val::PLAIN,
                true => Val::UNKNOWN,
            }
        })
    }

    /// Implementations of the program that an operator may mean: those for the type on its left, of
    /// several those for what is on its right.
    fn operators(&mut self, ty: Ty, op: Symbol, right: Option<Val>) -> Vec<(Candidate, SubstId)> {
        let mut found = self.candidates(ty, op);
        found.retain(|(candidate, _)| {
            !candidate.inherent && self.index.trait_of(candidate.imp).is_none()
        });
        let is_own = matches!(self.tys.kind(ty), TyKind::Local(..));
        let Some(right) = right.filter(|_| !found.is_empty() && (!is_own || found.len() > 1))
        else {
            return found;
        };
        let is = self.type_of(right);
        let mut fitting = found.clone();
        fitting.retain(|(candidate, _)| {
            let program = self.program;
            let data = &program.impls[candidate.imp.index()];
            let takes = program.functions[candidate.function.index()].params.get(1);
            let generics = [&data.generics];
            takes.is_some_and(|ty| self.unify(data.module, &generics, ty, is, &mut Vec::new()))
        });
        match is_own && fitting.is_empty() {
            true => found,
            false => fitting,
        }
    }
}

fn implicit(span: Span) -> Site<'static> {
    Site::plain(span, CallKind::Implicit)
}
