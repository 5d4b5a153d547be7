//! Interprets the tables of what is known of code outside: what a call gives and stores.

use super::CallKind;
use super::Flow;
use super::engine::Cx;
use super::eval::Site;
use super::known::{Method, Shape};
use super::ty::{Ty, Wrap};
use super::value::Val;

/// What a shape speaks of.
#[derive(Clone, Copy)]
pub(super) struct Terms<'a> {
    pub(super) recv: Val,
    pub(super) slots: &'a [Val],
    /// Without the receiver.
    pub(super) args: &'a [Val],
}

/// A call that code outside makes.
pub(super) fn called(site: Site<'_>, expect: Ty) -> Site<'static> {
    Site {
        span: site.span,
        name: site.span,
        kind: CallKind::Value,
        expect,
        sources: &[],
    }
}

impl<'p> Flow<'p> {
    /// Calls a known method of a wrapper.
    pub(super) fn wrapper_method(
        &mut self,
        cx: Cx,
        site: Site<'_>,
        method: &'static Method,
        wrap: Wrap,
        terms: Terms<'_>,
    ) -> Val {
        if !method.stores.is_empty() {
            let mut slots = vec![Val::EMPTY; wrap.slots()];
            for (slot, shape) in method.stores {
                slots[*slot] = self.shape(cx, site, shape, terms);
            }
            if slots
                .iter()
                .any(|&slot| slot != Val::EMPTY && !self.is_plain(slot))
                || !self.is_plain(terms.recv)
            {
                let stored = self.vals.wrap(&mut self.tys, wrap, &slots);
                match site.sources.first() {
                    Some(&place) => self.assign(cx, place, stored),
                    None => self.give_away(cx, site.span, stored, "a place behind a reference"),
                }
            }
        }
        self.shape(cx, site, &method.out, terms)
    }

    /// The value of a shape.
    pub(super) fn shape(
        &mut self,
        cx: Cx,
        site: Site<'_>,
        shape: &'static Shape,
        terms: Terms<'_>,
    ) -> Val {
        let inner = |flow: &mut Self, shape: &'static Shape| flow.shape(cx, site, shape, terms);
        match shape {
            Shape::Recv => terms.recv,
            Shape::In(slot) => terms.slots.get(*slot).copied().unwrap_or(Val::UNKNOWN),
            Shape::Arg(at) => terms.args.get(*at).copied().unwrap_or(Val::EMPTY),
            Shape::Call(at, params) => {
                let Some(&callee) = terms.args.get(*at) else {
                    return Val::EMPTY;
                };
                let given: Vec<Val> = params.iter().map(|param| inner(self, param)).collect();
                let mark = self.called.len();
                let out = self.call_value(cx, called(site, Ty::UNKNOWN), callee, &given);
                self.flow_back_into(cx, site, mark, params, terms);
                out
            }
            Shape::Made => {
                let Some(&callee) = terms.args.first() else {
                    return Val::EMPTY;
                };
                let out = self.call_value(cx, called(site, site.expect), callee, &[]);
                self.awaited(cx, site.span, out)
            }
            Shape::Content(of) => {
                let val = inner(self, of);
                self.iterate(cx, site.span, val)
            }
            Shape::Await(of) => {
                let val = inner(self, of);
                self.awaited(cx, site.span, val)
            }
            Shape::Try(of) => {
                let val = inner(self, of);
                self.tried(val)
            }
            Shape::Opt(of) => {
                let slot = inner(self, of);
                self.wrapped(Wrap::Option, &[slot])
            }
            Shape::Seq(of) => {
                let slot = inner(self, of);
                self.wrapped(Wrap::Seq, &[slot])
            }
            Shape::Fut(of) => {
                let slot = inner(self, of);
                self.wrapped(Wrap::Future, &[slot])
            }
            Shape::Cell(of) => {
                let slot = inner(self, of);
                self.wrapped(Wrap::Cell, &[slot])
            }
            Shape::Once(of) => {
                let slot = inner(self, of);
                self.wrapped(Wrap::Once, &[slot])
            }
            Shape::Lock(of) => {
                let slot = inner(self, of);
                self.wrapped(Wrap::Lock, &[slot])
            }
            Shape::Res(ok, err) => {
                let slots = [inner(self, ok), inner(self, err)];
                self.wrapped(Wrap::Result, &slots)
            }
            Shape::Map(key, value) => {
                let slots = [inner(self, key), inner(self, value)];
                self.wrapped(Wrap::Map, &slots)
            }
            Shape::Joined => {
                let parts = terms.slots.first().copied().unwrap_or(Val::UNKNOWN);
                self.each(parts, |flow, part| match flow.is_plain(part) {
                    true => Val::TEXT,
                    false => part,
                })
            }
            Shape::Single(of) => {
                let part = inner(self, of);
                self.vals.tuple(&mut self.tys, &[part])
            }
            Shape::Pair(a, b) => {
                let parts = [inner(self, a), inner(self, b)];
                self.vals.tuple(&mut self.tys, &parts)
            }
            Shape::Part(at, of) => {
                let val = inner(self, of);
                self.part(val, *at)
            }
            Shape::Any(list) => {
                let vals: Vec<Val> = list.iter().map(|shape| inner(self, shape)).collect();
                self.vals.join_all(&mut self.tys, vals)
            }
            Shape::Then(list) => {
                let vals: Vec<Val> = list.iter().map(|shape| inner(self, shape)).collect();
                vals.last().copied().unwrap_or(Val::UNIT)
            }
            Shape::Plain => Val::PLAIN,
            Shape::Text => Val::TEXT,
            Shape::Unit => Val::UNIT,
            Shape::Empty => Val::EMPTY,
            Shape::Emptied => {
                let taken = terms.args.first().copied().unwrap_or(Val::EMPTY);
                match self.texts(taken) {
                    Some(texts) if !texts.is_empty() => self.exact(""),
                    _ => Val::EMPTY,
                }
            }
        }
    }

    /// A wrapper; a content that is never there leaves it empty.
    fn wrapped(&mut self, wrap: Wrap, slots: &[Val]) -> Val {
        let slots: Vec<Val> = slots
            .iter()
            .map(|&slot| {
                if slot == Val::BOTTOM {
                    Val::EMPTY
                } else {
                    slot
                }
            })
            .collect();
        self.vals.wrap(&mut self.tys, wrap, &slots)
    }
}
