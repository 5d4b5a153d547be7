//! The tables of what is known of code outside, read backwards: what a call was made on must hold
//! for it to give a value.

use super::engine::Cx;
use super::eval::Site;
use super::known::Shape;
use super::ty::{Ty, Wrap};
use super::value::{UnitId, Val};
use super::wrapper::Terms;
use super::{CallKind, Flow};
use crate::hir::ExprId;

/// What a call was made on: contents of the receiver by slot, and arguments.
pub(super) struct Inverse {
    pub(super) slots: Vec<Val>,
    pub(super) args: Vec<Val>,
}

impl Inverse {
    pub(super) fn new(slots: usize, args: usize) -> Self {
        Inverse {
            slots: vec![Val::EMPTY; slots],
            args: vec![Val::BOTTOM; args],
        }
    }
}

impl<'p> Flow<'p> {
    /// What receiver and arguments must hold for a shape of them to be this value.
    pub(super) fn invert(
        &mut self,
        cx: Cx,
        site: Site<'_>,
        shape: &'static Shape,
        terms: Terms<'_>,
        val: Val,
        found: &mut Inverse,
    ) {
        match shape {
            Shape::Recv => {
                if let Some((_, contents)) = self.vals.slots(&self.tys, val)
                    && contents.len() == found.slots.len()
                {
                    for (slot, content) in found.slots.iter_mut().zip(contents) {
                        *slot = self.vals.join(&mut self.tys, *slot, content);
                    }
                }
            }
            Shape::In(at) => {
                if let Some(slot) = found.slots.get_mut(*at) {
                    *slot = self.vals.join(&mut self.tys, *slot, val);
                }
            }
            Shape::Arg(at) => {
                if let Some(arg) = found.args.get_mut(*at) {
                    *arg = self.vals.join(&mut self.tys, *arg, val);
                }
            }
            Shape::Opt(of)
            | Shape::Seq(of)
            | Shape::Fut(of)
            | Shape::Cell(of)
            | Shape::Once(of)
            | Shape::Lock(of)
            | Shape::Res(of, _) => {
                let content = self.content(val);
                self.invert(cx, site, of, terms, content, found);
            }
            Shape::Single(of) => {
                let part = self.part(val, 0);
                self.invert(cx, site, of, terms, part, found);
            }
            Shape::Pair(a, b) => {
                let parts = [self.part(val, 0), self.part(val, 1)];
                self.invert(cx, site, a, terms, parts[0], found);
                self.invert(cx, site, b, terms, parts[1], found);
            }
            Shape::Any(list) => {
                let wrapped = matches!(
                    self.vals.slots(&self.tys, val),
                    Some((Wrap::Option | Wrap::Result, _))
                ) && list.iter().any(|one| matches!(one, Shape::Opt(_)));
                for shape in *list {
                    // In a wrapper or as it is: it was the one that it looks like.
                    if wrapped && matches!(shape, Shape::In(_)) {
                        continue;
                    }
                    self.invert(cx, site, shape, terms, val, found);
                }
            }
            Shape::Then(list) => {
                if let Some(last) = list.last() {
                    self.invert(cx, site, last, terms, val, found);
                }
            }
            Shape::Await(of) => self.invert(cx, site, of, terms, val, found),
            Shape::Content(of) | Shape::Try(of) => {
                let whole = self.shape(cx, site, of, terms);
                let whole = self.holding(whole, val);
                self.invert(cx, site, of, terms, whole, found);
            }
            Shape::Part(at, of) => {
                let mut parts = [Val::EMPTY; 2];
                parts[*at] = val;
                let whole = self.vals.tuple(&mut self.tys, &parts);
                self.invert(cx, site, of, terms, whole, found);
            }
            Shape::Call(at, params) => {
                let Some(&callee) = terms.args.get(*at) else {
                    return;
                };
                let mut given = Vec::with_capacity(params.len());
                for param in *params {
                    given.push(self.shape(cx, site, param, terms));
                }
                for (at, end) in self.given_to(cx, site, callee, &given, val) {
                    if let Some(param) = params.get(at) {
                        self.invert(cx, site, param, terms, end, found);
                    }
                }
            }
            _ => {}
        }
    }

    /// Assigns to the arguments of a call of code outside what they must hold for it to give this
    /// value; gives the contents of the receiver.
    #[allow(clippy::too_many_arguments, reason = "one call with its surroundings")]
    pub(super) fn inverted(
        &mut self,
        cx: Cx,
        call: ExprId,
        shape: &'static Shape,
        recv: Val,
        slots: &[Val],
        args: &'p [ExprId],
        val: Val,
    ) -> Vec<Val> {
        let mut values = Vec::with_capacity(args.len());
        for &arg in args {
            values.push(self.eval(cx, arg, Ty::UNKNOWN));
        }
        let span = self.unit(cx.unit).body.expr(call).span;
        let site = Site::plain(span, CallKind::Value);
        let terms = Terms {
            recv,
            slots,
            args: &values,
        };
        let mut found = Inverse::new(slots.len(), args.len());
        self.invert(cx, site, shape, terms, val, &mut found);
        for (&arg, &now) in args.iter().zip(&found.args) {
            self.assign(cx, arg, now);
        }
        found.slots
    }

    /// A wrapper like another that holds this.
    fn holding(&mut self, like: Val, val: Val) -> Val {
        match (
            self.vals.slots(&self.tys, like),
            self.vals.parts(&self.tys, val),
        ) {
            (Some((Wrap::Map, _)), Some(parts)) if parts.len() == 2 => {
                self.vals.wrap(&mut self.tys, Wrap::Map, &parts)
            }
            (Some((Wrap::Around, _)) | None, _) => val,
            (Some((wrap, slots)), _) => {
                let mut whole = vec![Val::EMPTY; slots.len()];
                whole[0] = val;
                self.vals.wrap(&mut self.tys, wrap, &whole)
            }
        }
    }

    /// What a callable was passed when what it gave has become this, by parameter.
    fn given_to(
        &mut self,
        cx: Cx,
        site: Site<'_>,
        callee: Val,
        args: &[Val],
        val: Val,
    ) -> Vec<(usize, Val)> {
        let before = self.unit(cx.unit).effects.calls.len();
        let mark = self.called.len();
        self.call_value(cx, super::wrapper::called(site, Ty::UNKNOWN), callee, args);
        self.called.truncate(mark);
        let calls = &self.unit(cx.unit).effects.calls[before..];
        let units: Vec<UnitId> = calls.iter().map(|call| call.0).collect();
        let mut all = Vec::new();
        for unit in units {
            match self.written_by(cx, unit, val) {
                Some(written) => all.extend(written),
                None => self.give_away(cx, site.span, val, "a place behind a reference"),
            }
        }
        all
    }
}
