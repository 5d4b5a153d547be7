//! Values that go where they are not followed: callables are taken to be called, handles are lost
//! and reported.

use ifc_catalog::resources::KINDS;

use std::collections::BTreeSet;

use super::effects::Problem;
use super::engine::Cx;
use super::eval::Site;
use super::ty::{Ty, TyKind, Wrap};
use super::value::{Val, ValKind};
use super::{CallKind, Flow};
use crate::hir::ResourceId;
use crate::span::Span;

/// Nesting of values looked through for handles.
const DEPTH: u32 = 16;

impl<'p> Flow<'p> {
    /// A value goes where it is not followed.
    pub(super) fn give_away(&mut self, cx: Cx, span: Span, val: Val, into: &str) {
        self.hand_over(cx, span, val, into);
    }

    /// A value goes to code outside the program; gives what may come back in its result.
    pub(super) fn hand_over(&mut self, cx: Cx, span: Span, val: Val, into: &str) -> Val {
        self.hand_over_with(cx, span, val, into, Val::UNKNOWN, 0)
    }

    pub(super) fn hand_over_with(
        &mut self,
        cx: Cx,
        span: Span,
        val: Val,
        into: &str,
        given: Val,
        depth: u32,
    ) -> Val {
        if depth > DEPTH || self.is_plain(val) && self.future_of(val).is_none() {
            return Val::BOTTOM;
        }
        self.each(val, |flow, atom| match flow.vals.kind(atom).clone() {
            ValKind::Handle(resource) => {
                let problem = Problem::Escape {
                    resources: vec![resource],
                    into: into.to_owned(),
                };
                flow.unit_mut(cx.unit)
                    .effects
                    .problems
                    .push((span, problem));
                Val::BOTTOM
            }
            ValKind::Closure(parent, expr) => {
                let crate::hir::ExprKind::Closure { params, .. } =
                    &flow.unit(parent).body.expr(expr).kind
                else {
                    return Val::BOTTOM;
                };
                let args = vec![given; params.len()];
                flow.hand_over_result(cx, span, atom, &args, into, depth)
            }
            ValKind::Fn(id, _) => {
                let args = vec![given; flow.program.functions[id.index()].params.len()];
                flow.hand_over_result(cx, span, atom, &args, into, depth)
            }
            ValKind::TraitFn(id, name) => {
                let count = flow.declaring(id, name, 0);
                let count =
                    count.map_or(0, |(_, f)| flow.program.functions[f.index()].params.len());
                flow.hand_over_result(cx, span, atom, &vec![given; count], into, depth)
            }
            ValKind::Adt { fields, .. } => {
                for &field in &fields {
                    flow.hide(cx, field);
                }
                atom
            }
            ValKind::Request(id, _) => {
                flow.lose_request(cx, id);
                atom
            }
            ValKind::Typed(ty) if flow.client_of(ty).is_some() => atom,
            ValKind::Wrap(Wrap::Future, slots) => slots[0],
            ValKind::Wrap(_, slots) => {
                let parts: Vec<Val> = slots
                    .iter()
                    .map(|&slot| flow.hand_over_with(cx, span, slot, into, given, depth + 1))
                    .collect();
                flow.vals.join_all(&mut flow.tys, parts)
            }
            ValKind::Tuple(slots) => {
                let parts: Vec<Val> = slots
                    .iter()
                    .map(|&slot| flow.hand_over_with(cx, span, slot, into, given, depth + 1))
                    .collect();
                flow.vals.join_all(&mut flow.tys, parts)
            }
            ValKind::Typed(ty) => {
                flow.opaque_handles(cx, span, ty, into, 0);
                match flow.tys.kind(ty) {
                    TyKind::Local(..) => atom,
                    _ => flow.future_of(atom).unwrap_or(Val::BOTTOM),
                }
            }
            _ => flow.future_of(atom).unwrap_or(Val::BOTTOM),
        })
    }

    /// Handles of which only the type is known are lost, too.
    fn opaque_handles(&mut self, cx: Cx, span: Span, ty: Ty, into: &str, depth: u32) {
        match self.tys.kind(ty).clone() {
            TyKind::Handle(kind, _) => {
                let kind = KINDS[usize::from(kind)].handle;
                let into = into.to_owned();
                let problem = Problem::WhichEscapes { kind, into };
                let problems = &mut self.unit_mut(cx.unit).effects.problems;
                problems.push((span, problem));
            }
            TyKind::Wrap(_, parts) | TyKind::Tuple(parts) if depth < DEPTH => {
                for &part in &parts {
                    self.opaque_handles(cx, span, part, into, depth + 1);
                }
            }
            _ => {}
        }
    }

    fn future_of(&mut self, val: Val) -> Option<Val> {
        match self.vals.slots(&self.tys, val) {
            Some((Wrap::Future, slots)) => Some(slots[0]),
            _ => None,
        }
    }

    fn hand_over_result(
        &mut self,
        cx: Cx,
        span: Span,
        callee: Val,
        args: &[Val],
        into: &str,
        depth: u32,
    ) -> Val {
        let site = Site::plain(span, CallKind::Value);
        let mark = self.called.len();
        let out = self.call_value(cx, site, callee, args);
        self.flow_nowhere(mark);
        let out = self.awaited(cx, span, out);
        self.hand_over_with(cx, span, out, into, Val::UNKNOWN, depth + 1);
        out
    }

    /// Nothing more is known of a value: callables in it are taken to be called, and a handle in it
    /// may be what a method is called on elsewhere.
    pub(super) fn forget(&mut self, cx: Cx, span: Span, val: Val) {
        self.hide(cx, val);
        let mut callables = Vec::new();
        self.callables_in(val, 0, &mut callables);
        for callable in callables {
            self.give_away(cx, span, callable, "something nested too deeply");
        }
    }

    fn callables_in(&self, val: Val, depth: u32, found: &mut Vec<Val>) {
        match self.vals.kind(val) {
            ValKind::Closure(..) | ValKind::Fn(..) | ValKind::TraitFn(..) => found.push(val),
            ValKind::Adt { fields: parts, .. }
            | ValKind::Tuple(parts)
            | ValKind::Wrap(_, parts)
            | ValKind::Union(parts)
                if depth <= DEPTH =>
            {
                for &part in parts {
                    self.callables_in(part, depth + 1, found);
                }
            }
            _ => {}
        }
    }

    /// Resources whose handles went, inside something, where they are not followed.
    pub(super) fn hidden(&self) -> Vec<ResourceId> {
        let all = self
            .units
            .iter()
            .flat_map(|unit| unit.effects.hidden.iter().copied());
        let all: BTreeSet<ResourceId> = all.collect();
        all.into_iter().collect()
    }

    /// The handles in a value go, inside something, where they are not followed.
    pub(super) fn hide(&mut self, cx: Cx, val: Val) {
        let mut found = Vec::new();
        self.handles_in(val, 0, &mut found);
        self.unit_mut(cx.unit).effects.hidden.extend(found);
    }

    fn handles_in(&self, val: Val, depth: u32, found: &mut Vec<ResourceId>) {
        if depth > DEPTH {
            return;
        }
        match self.vals.kind(val) {
            ValKind::Handle(resource) => found.push(*resource),
            ValKind::Adt { fields: parts, .. }
            | ValKind::Tuple(parts)
            | ValKind::Wrap(_, parts)
            | ValKind::Union(parts) => {
                for &part in parts {
                    self.handles_in(part, depth + 1, found);
                }
            }
            _ => {}
        }
    }
}
