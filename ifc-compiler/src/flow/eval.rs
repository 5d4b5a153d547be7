//! Expressions to values.

use super::engine::{Code, Cx};
use super::ty::{Ty, TyKind, Wrap};
use super::value::{UnitId, Val, ValKind};
use super::{CallKind, Flow};
use crate::hir::{Arm, ExprId, ExprKind, Stmt};
use crate::span::Span;

/// A call as written.
#[derive(Clone, Copy)]
pub(super) struct Site<'a> {
    pub(super) span: Span,
    /// The name of a method; of any other call the whole.
    pub(super) name: Span,
    pub(super) kind: CallKind,
    /// The type that the surroundings ask for.
    pub(super) expect: Ty,
    /// The expressions behind the arguments, the receiver first; empty if there are none.
    pub(super) sources: &'a [ExprId],
}

impl<'p> Flow<'p> {
    /// Evaluates a unit's code once.
    pub(super) fn evaluate(&mut self, id: UnitId) -> Val {
        let unit = self.unit(id);
        let (body, ret_ty) = (unit.body, unit.ret_ty);
        let cx = Cx {
            unit: id,
            module: unit.module,
            subst: unit.subst,
        };
        let (code, args) = (unit.code, unit.args.clone());
        let mark = self.vals.forgotten.len();
        let root = match code {
            Code::Fn(function) => {
                self.mention_signature(cx, function);
                for (at, &pat) in body.params.iter().enumerate() {
                    let arg = args.get(at).copied().unwrap_or(Val::UNKNOWN);
                    self.bind(cx, pat, arg);
                }
                body.root
            }
            Code::Closure(_, expr) => {
                let ExprKind::Closure {
                    params,
                    body: inner,
                    ..
                } = &body.expr(expr).kind
                else {
                    return Val::UNKNOWN;
                };
                for (at, (pat, written)) in params.iter().enumerate() {
                    let mut arg = args.get(at).copied().unwrap_or(Val::UNKNOWN);
                    if let Some(written) = written {
                        let ty = self.ty(cx.module, cx.subst, written);
                        arg = self.refine(arg, ty);
                    }
                    self.bind(cx, *pat, arg);
                }
                *inner
            }
            Code::Global(_) => body.root,
        };
        self.returns.push(Val::BOTTOM);
        let value = self.eval(cx, root, ret_ty);
        self.give(cx, root);
        let returned = self.returns.pop().unwrap_or(Val::BOTTOM);
        let value = self.vals.join(&mut self.tys, value, returned);
        let value = self.refine(value, ret_ty);
        if self.vals.forgotten.len() > mark {
            for val in self.vals.forgotten.split_off(mark) {
                self.forget(cx, body.expr(root).span, val);
            }
            self.vals.forgotten.truncate(mark);
        }
        value
    }

    /// The value of an expression.
    pub(super) fn eval(&mut self, cx: Cx, id: ExprId, expect: Ty) -> Val {
        let body = self.unit(cx.unit).body;
        let expr = body.expr(id);
        match &expr.kind {
            ExprKind::Path(path) => match self.unit(cx.unit).locals.of_expr(id) {
                Some(var) => self.read_var(cx, var),
                None => self.path_value(cx, path, expr.span, expect),
            },
            ExprKind::Str(text) => self.exact(text),
            ExprKind::Literal => Val::PLAIN,
            ExprKind::Call { callee, args } => self.eval_call(cx, expr.span, *callee, args, expect),
            ExprKind::MethodCall {
                receiver,
                method,
                method_span,
                turbofish,
                args,
            } => {
                let wanted = self.receiver_of(*method, expect);
                let on = self.eval(cx, *receiver, wanted);
                let mut values = Vec::with_capacity(1 + args.len());
                values.push(on);
                for &arg in args {
                    values.push(self.eval(cx, arg, Ty::UNKNOWN));
                }
                let mut expect = expect;
                let asked: Vec<Ty> = turbofish
                    .iter()
                    .map(|ty| self.ty(cx.module, cx.subst, ty))
                    .collect();
                for &ty in &asked {
                    self.mention(cx, ty, expr.span);
                }
                if let [only] = asked[..]
                    && only != Ty::UNKNOWN
                    && self.known.is_open(*method)
                {
                    let whole = match method.as_str() {
                        "parse" => self.result_of(only),
                        _ => only,
                    };
                    expect = self.tys.meet(whole, expect);
                }
                if let Some(filled) = self.settings_method(cx, *receiver, *method, &asked, expect) {
                    return filled;
                }
                let sources = [&[*receiver], &args[..]].concat();
                let site = Site {
                    span: expr.span,
                    name: *method_span,
                    kind: CallKind::Direct,
                    expect,
                    sources: &sources,
                };
                let mark = self.called.len();
                let value = self.call_method(cx, site, &values, *method, &asked);
                self.flow_back(cx, mark, &values, &sources);
                value
            }
            ExprKind::Field { base, name } => {
                let base = self.eval(cx, *base, Ty::UNKNOWN);
                self.field(cx, base, *name)
            }
            ExprKind::Index { base, index } => {
                let on = self.eval(cx, *base, Ty::UNKNOWN);
                let at = self.eval(cx, *index, Ty::UNKNOWN);
                let mark = self.called.len();
                let value = self.index_value(cx, expr.span, on, at);
                self.flow_back(cx, mark, &[on, at], &[*base, *index]);
                value
            }
            ExprKind::Struct { path, fields, rest } => {
                self.eval_struct(cx, expr.span, path, fields, *rest)
            }
            ExprKind::Tuple(parts) => {
                let expected = match self.tys.kind(expect) {
                    TyKind::Tuple(tys) if tys.len() == parts.len() => tys.to_vec(),
                    _ => vec![Ty::UNKNOWN; parts.len()],
                };
                let parts: Vec<Val> = parts
                    .iter()
                    .zip(expected)
                    .map(|(&part, ty)| self.eval(cx, part, ty))
                    .collect();
                self.vals.tuple(&mut self.tys, &parts)
            }
            ExprKind::Array(parts) => {
                let slot = self.slot_ty(expect, Wrap::Seq, 0);
                let mut content = Val::EMPTY;
                for &part in parts {
                    let part = self.eval(cx, part, slot);
                    content = self.vals.join(&mut self.tys, content, part);
                }
                self.vals.wrap(&mut self.tys, Wrap::Seq, &[content])
            }
            ExprKind::Ref(inner) | ExprKind::RefMut(inner) | ExprKind::Deref(inner) => {
                let value = self.eval(cx, *inner, expect);
                match &expr.kind {
                    ExprKind::Deref(_) => self.dereferenced(cx, expr.span, value),
                    _ => value,
                }
            }
            ExprKind::Unary { op, value } => {
                let value = self.eval(cx, *value, Ty::UNKNOWN);
                self.unary(cx, expr.span, *op, value)
            }
            ExprKind::Binary { op, left, right } => {
                let places = [*left, *right];
                let values = places.map(|place| self.eval(cx, place, Ty::UNKNOWN));
                if op.as_str() == "add_assign" && self.type_of(values[0]) == Ty::TEXT {
                    let written = self.concatenated(values[0], Val::TEXT);
                    self.assign(cx, places[0], written);
                }
                let mark = self.called.len();
                let value = self.operator(cx, expr.span, *op, values[0], values[1]);
                self.flow_back(cx, mark, &values, &places);
                value
            }
            ExprKind::Assign { place, value } => {
                self.eval_assign(cx, *place, *value);
                Val::UNIT
            }
            ExprKind::Cast { value, ty } => {
                let ty = self.ty(cx.module, cx.subst, ty);
                self.mention(cx, ty, expr.span);
                let value = self.eval(cx, *value, ty);
                self.refine(value, ty)
            }
            ExprKind::Block {
                stmts,
                tail,
                module,
            } => {
                let cx = Cx {
                    module: module.unwrap_or(cx.module),
                    ..cx
                };
                self.breaks.push(Val::BOTTOM);
                for stmt in stmts {
                    self.statement(cx, stmt, expr.span);
                }
                let value = match tail {
                    Some(tail) => self.eval(cx, *tail, expect),
                    None => Val::UNIT,
                };
                let broken = self.breaks.pop().unwrap_or(Val::BOTTOM);
                self.vals.join(&mut self.tys, value, broken)
            }
            ExprKind::Async(inner) => {
                self.returns.push(Val::BOTTOM);
                self.yields.push(Val::BOTTOM);
                let value = self.eval(cx, *inner, Ty::UNKNOWN);
                let returned = self.returns.pop().unwrap_or(Val::BOTTOM);
                match self.yields.pop() {
                    // A block that yields is that of a macro which makes a stream of it.
                    Some(item) if item != Val::BOTTOM => {
                        self.vals.wrap(&mut self.tys, Wrap::Seq, &[item])
                    }
                    _ => {
                        let value = self.vals.join(&mut self.tys, value, returned);
                        self.vals.wrap(&mut self.tys, Wrap::Future, &[value])
                    }
                }
            }
            ExprKind::Closure { .. } => {
                self.closure_modules.insert((cx.unit, id), cx.module);
                self.vals.add(ValKind::Closure(cx.unit, id))
            }
            ExprKind::If {
                condition,
                then,
                otherwise,
            } => {
                self.eval(cx, *condition, Ty::UNKNOWN);
                let then = self.eval(cx, *then, expect);
                match otherwise {
                    Some(otherwise) => {
                        let otherwise = self.eval(cx, *otherwise, expect);
                        self.vals.join(&mut self.tys, then, otherwise)
                    }
                    None => Val::UNIT,
                }
            }
            ExprKind::Let { pat, value } => {
                let matched = self.eval(cx, *value, Ty::UNKNOWN);
                self.bind_from(cx, *pat, matched, *value);
                Val::PLAIN
            }
            ExprKind::Match { scrutinee, arms } => self.eval_match(cx, *scrutinee, arms, expect),
            ExprKind::Loop {
                condition,
                body: inner,
            } => {
                self.breaks.push(Val::BOTTOM);
                if let Some(condition) = condition {
                    self.eval(cx, *condition, Ty::UNKNOWN);
                }
                self.eval(cx, *inner, Ty::UNKNOWN);
                let broken = self.breaks.pop().unwrap_or(Val::BOTTOM);
                match condition {
                    Some(_) => Val::UNIT,
                    None => broken,
                }
            }
            ExprKind::For {
                pat,
                iter,
                body: inner,
            } => {
                let over = self.eval(cx, *iter, Ty::UNKNOWN);
                let item = self.iterate(cx, expr.span, over);
                self.bind_item(cx, *pat, item, *iter);
                self.breaks.push(Val::BOTTOM);
                self.eval(cx, *inner, Ty::UNKNOWN);
                self.breaks.pop();
                Val::UNIT
            }
            ExprKind::Return(value) => {
                let expect = self.unit(cx.unit).ret_ty;
                let returned = value.map_or(Val::UNIT, |value| self.eval(cx, value, expect));
                self.give_back(returned);
                // That of a block of async code is not the unit's.
                if let (Some(value), [_]) = (value, &self.returns[..]) {
                    self.give(cx, *value);
                }
                Val::BOTTOM
            }
            ExprKind::Break(value) => {
                if let Some(value) = value {
                    let value = self.eval(cx, *value, Ty::UNKNOWN);
                    // Labels are not told apart: the value goes to every loop and block around.
                    for at in 0..self.breaks.len() {
                        self.breaks[at] = self.vals.join(&mut self.tys, self.breaks[at], value);
                    }
                }
                Val::BOTTOM
            }
            ExprKind::Continue => Val::BOTTOM,
            ExprKind::Await(inner) => {
                let value = self.eval(cx, *inner, Ty::UNKNOWN);
                let output = self.awaited(cx, expr.span, value);
                self.refine_open(output, expect)
            }
            ExprKind::Try(inner) => {
                let wanted = self.result_of(expect);
                let value = self.eval(cx, *inner, wanted);
                let residual = self.residual(value);
                let returned = self.returned_error(cx, expr.span, residual);
                self.give_back(returned);
                let output = self.tried(value);
                self.refine_open(output, expect)
            }
            ExprKind::Range(ends) => {
                for &end in ends {
                    self.eval(cx, end, Ty::UNKNOWN);
                }
                self.vals.wrap(&mut self.tys, Wrap::Seq, &[Val::PLAIN])
            }
            ExprKind::Format { pieces } => self.eval_format(cx, pieces),
            ExprKind::Join { futures, fallible } => {
                let mut outputs = Vec::new();
                for &future in futures {
                    let value = self.eval(cx, future, Ty::UNKNOWN);
                    let output = self.awaited(cx, expr.span, value);
                    outputs.push(if *fallible {
                        self.tried(output)
                    } else {
                        output
                    });
                }
                let all = self.vals.tuple(&mut self.tys, &outputs);
                match fallible {
                    true => self
                        .vals
                        .wrap(&mut self.tys, Wrap::Result, &[all, Val::UNKNOWN]),
                    false => all,
                }
            }
            ExprKind::MacroCall { path, args } => {
                let values: Vec<Val> = args
                    .iter()
                    .map(|&arg| self.eval(cx, arg, Ty::UNKNOWN))
                    .collect();
                if let (Some(&place), Some(&into)) = (args.first(), values.first())
                    && path
                        .segments
                        .last()
                        .is_some_and(|last| matches!(last.name.as_str(), "write" | "writeln"))
                {
                    self.overwritten(cx, place, into);
                }
                self.foreign_macro(cx, expr.span, path, &values)
            }
            ExprKind::OpaqueMacro { path, mentions } => {
                self.opaque_macro(cx, expr.span, id, path, mentions);
                Val::UNKNOWN
            }
        }
    }

    fn give_back(&mut self, value: Val) {
        if let Some(last) = self.returns.last().copied() {
            let joined = self.vals.join(&mut self.tys, last, value);
            if let Some(last) = self.returns.last_mut() {
                *last = joined;
            }
        }
    }

    fn statement(&mut self, cx: Cx, stmt: &'p Stmt, span: Span) {
        match stmt {
            Stmt::Expr(expr) => {
                self.eval(cx, *expr, Ty::UNKNOWN);
            }
            Stmt::Let {
                pat,
                ty,
                init,
                otherwise,
            } => {
                let ty = match ty {
                    Some(written) => self.ty(cx.module, cx.subst, written),
                    None => Ty::UNKNOWN,
                };
                self.mention(cx, ty, span);
                if let Some(init) = init {
                    let value = self.eval(cx, *init, ty);
                    let value = self.refine(value, ty);
                    self.bind_from(cx, *pat, value, *init);
                } else if ty != Ty::UNKNOWN && !self.carries(ty) {
                    let value = self.vals.typed(ty);
                    self.bind(cx, *pat, value);
                }
                if let Some(otherwise) = otherwise {
                    self.eval(cx, *otherwise, Ty::UNKNOWN);
                }
            }
        }
    }

    fn eval_call(
        &mut self,
        cx: Cx,
        span: Span,
        callee: ExprId,
        args: &'p [ExprId],
        expect: Ty,
    ) -> Val {
        let function = self.eval(cx, callee, Ty::UNKNOWN);
        let expected = self.expected_args(function, expect);
        let mut values = Vec::with_capacity(args.len());
        for (at, &arg) in args.iter().enumerate() {
            let ty = expected.get(at).copied().unwrap_or(Ty::UNKNOWN);
            values.push(self.eval(cx, arg, ty));
        }
        let site = Site {
            span,
            name: span,
            kind: CallKind::Direct,
            expect,
            sources: args,
        };
        let mark = self.called.len();
        let value = self.call_value(cx, site, function, &values);
        self.flow_back(cx, mark, &values, args);
        if let ValKind::Ctor(_, id, variant) = *self.vals.kind(function) {
            for (at, &arg) in args.iter().enumerate() {
                self.lend_to_field(cx, arg, (id, variant, at));
            }
        }
        value
    }

    /// What the parameters of a callee ask for, where that is known without the arguments.
    fn expected_args(&mut self, callee: Val, expect: Ty) -> Vec<Ty> {
        let program = self.program;
        match *self.vals.kind(callee) {
            ValKind::Fn(id, subst) => {
                let function = &program.functions[id.index()];
                let sig = self.sig(id);
                let subst = if sig.generic { subst } else { sig.subst };
                function
                    .params
                    .iter()
                    .map(|ty| self.ty(function.module, subst, ty))
                    .collect()
            }
            ValKind::Ctor(ty, id, variant) => self.field_tys(ty, id, variant),
            ValKind::Foreign(path, _) => match super::known::last(path.as_str()) {
                "Ok" => vec![self.slot_ty(expect, Wrap::Result, 0)],
                "Err" => vec![self.slot_ty(expect, Wrap::Result, 1)],
                "Some" => vec![self.slot_ty(expect, Wrap::Option, 0)],
                _ => Vec::new(),
            },
            _ => Vec::new(),
        }
    }

    /// The type of a content of a type that is a wrapper of this sort.
    pub(super) fn slot_ty(&self, ty: Ty, wrap: Wrap, slot: usize) -> Ty {
        match self.tys.kind(ty) {
            TyKind::Wrap(is, slots) if *is == wrap => slots[slot],
            _ => Ty::UNKNOWN,
        }
    }

    fn eval_match(&mut self, cx: Cx, scrutinee: ExprId, arms: &'p [Arm], expect: Ty) -> Val {
        let matched = self.eval(cx, scrutinee, Ty::UNKNOWN);
        let mut value = Val::BOTTOM;
        for arm in arms {
            self.bind_from(cx, arm.pat, matched, scrutinee);
            if let Some(guard) = arm.guard {
                self.eval(cx, guard, Ty::UNKNOWN);
            }
            let arm = self.eval(cx, arm.body, expect);
            value = self.vals.join(&mut self.tys, value, arm);
        }
        value
    }
}
