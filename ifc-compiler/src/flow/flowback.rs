//! What callees write through their parameters reaches the places that were lent to them.

use super::Flow;
use super::engine::{Code, Cx};
use super::eval::Site;
use super::invert::Inverse;
use super::known::Shape;
use super::value::{UnitId, Val};
use super::wrapper::Terms;
use crate::hir::{Body, ExprId, ExprKind, Locals, PatId, PatKind, Var};

impl<'p> Flow<'p> {
    /// Writes back what the units called since `mark` wrote through their parameters.
    pub(super) fn flow_back(&mut self, cx: Cx, mark: usize, values: &[Val], sources: &[ExprId]) {
        for unit in self.called.split_off(mark.min(self.called.len())) {
            for (at, end) in self.written(unit) {
                // Also where nothing grows: what is lost on the way is said by each evaluation.
                if at < values.len()
                    && let Some(&source) = sources.get(at)
                {
                    self.assign(cx, source, end);
                }
            }
        }
    }

    /// The same for a callable that a wrapper's method called with parts of the wrapper.
    pub(super) fn flow_back_into(
        &mut self,
        cx: Cx,
        site: Site<'_>,
        mark: usize,
        params: &'static [Shape],
        terms: Terms<'_>,
    ) {
        let place = site.sources.first().copied();
        for unit in self.called.split_off(mark.min(self.called.len())) {
            for (at, end) in self.written(unit) {
                let wrap = self.vals.slots(&self.tys, terms.recv).map(|(wrap, _)| wrap);
                let (Some(shape), Some(wrap), Some(place)) = (params.get(at), wrap, place) else {
                    self.lose();
                    continue;
                };
                let mut found = Inverse::new(wrap.slots(), 0);
                self.invert(cx, site, shape, terms, end, &mut found);
                let whole = self.vals.wrap(&mut self.tys, wrap, &found.slots);
                self.assign(cx, place, whole);
            }
        }
    }

    /// What was written through parameters of callables that outside code calls goes nowhere that
    /// is followed.
    pub(super) fn flow_nowhere(&mut self, mark: usize) {
        for unit in self.called.split_off(mark.min(self.called.len())) {
            if !self.written(unit).is_empty() {
                self.lose();
            }
        }
    }

    /// Parameters of a unit that hold more at its end than was passed, with what they hold.
    pub(super) fn written(&mut self, id: UnitId) -> Vec<(usize, Val)> {
        let unit = self.unit(id);
        let body = unit.body;
        let params: Vec<(usize, PatId)> = match unit.code {
            Code::Fn(function) => {
                let sig = self.sig(function);
                let lent = sig.flows_back.iter();
                lent.filter_map(|&at| Some((at, *body.params.get(at)?)))
                    .collect()
            }
            Code::Closure(_, expr) => match &body.expr(expr).kind {
                ExprKind::Closure { params, .. } => params
                    .iter()
                    .enumerate()
                    .map(|(at, (pat, _))| (at, *pat))
                    .collect(),
                _ => Vec::new(),
            },
            Code::Global(_) => Vec::new(),
        };
        let mut written = Vec::new();
        for (at, pat) in params {
            let begin = self.unit(id).args.get(at).copied().unwrap_or(Val::BOTTOM);
            let end = match self.param_var(id, pat) {
                Some(var) => self.final_var(id, var),
                None => self.end_of_parts(id, pat, begin),
            };
            if end != begin && end != Val::BOTTOM && end != Val::UNKNOWN && self.matters(end) {
                written.push((at, end));
            }
        }
        written
    }

    /// What a parameter that is taken apart holds at the end.
    fn end_of_parts(&mut self, id: UnitId, pat: PatId, begin: Val) -> Val {
        let unit = self.unit(id);
        let cx = Cx {
            unit: id,
            module: unit.module,
            subst: unit.subst,
        };
        let mut vars = Vec::new();
        variables(unit.body, &unit.locals, pat, &mut vars);
        let mut end = begin;
        for var in vars {
            let now = self.final_var(id, var);
            if now != Val::UNKNOWN
                && self.matters(now)
                && let Some(whole) = self.rebuild(cx, pat, var.slot, now)
            {
                end = self.vals.join(&mut self.tys, end, whole);
            }
        }
        end
    }

    fn param_var(&self, unit: UnitId, pat: PatId) -> Option<Var> {
        let unit = self.unit(unit);
        match &unit.body.pat(pat).kind {
            PatKind::Bind { .. } => unit.locals.of_pat(pat),
            PatKind::Typed(inner, _) | PatKind::Ref(inner) => match &unit.body.pat(*inner).kind {
                PatKind::Bind { .. } => unit.locals.of_pat(*inner),
                _ => None,
            },
            _ => None,
        }
    }
}

/// Variables that a pattern binds.
fn variables(body: &Body, locals: &Locals, pat: PatId, found: &mut Vec<Var>) {
    match &body.pat(pat).kind {
        PatKind::Bind { sub, .. } => {
            found.extend(locals.of_pat(pat));
            if let Some(sub) = sub {
                variables(body, locals, *sub, found);
            }
        }
        PatKind::Tuple { pats, .. }
        | PatKind::TupleStruct { pats, .. }
        | PatKind::Slice(pats)
        | PatKind::Or(pats) => {
            for &pat in pats {
                variables(body, locals, pat, found);
            }
        }
        PatKind::Struct { fields, .. } => {
            for &(_, pat) in fields {
                variables(body, locals, pat, found);
            }
        }
        PatKind::Ref(inner) | PatKind::Typed(inner, _) => variables(body, locals, *inner, found),
        PatKind::Wild | PatKind::Path(_) => {}
    }
}
