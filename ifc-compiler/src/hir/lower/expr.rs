//! Expressions and blocks.

use syn::{Expr, ReturnType, UnOp};

use super::file::Lower;
use crate::hir::{Arm, ExprId, ExprKind, PatId, TypeRef};
use crate::span::Span;
use crate::symbol::Symbol;

impl Lower<'_> {
    pub(super) fn expr(&mut self, expr: &Expr) -> ExprId {
        match expr {
            Expr::Path(path) => {
                let path = self.path(path.qself.as_ref(), &path.path);
                let span = path.span;
                self.push(ExprKind::Path(path), span)
            }
            Expr::Lit(literal) => self.literal(&literal.lit),
            Expr::Call(call) => {
                let callee = self.expr(&call.func);
                let args = self.exprs(&call.args);
                let start = self.span_of(callee).start;
                let span = self.until(start, call.paren_token.span.close());
                self.push(ExprKind::Call { callee, args }, span)
            }
            Expr::MethodCall(call) => self.method_call(call),
            Expr::Field(field) => {
                let base = self.expr(&field.base);
                let name = self.member(&field.member);
                let last = match &field.member {
                    syn::Member::Named(ident) => ident.span(),
                    syn::Member::Unnamed(index) => index.span,
                };
                let span = self.until(self.span_of(base).start, last);
                self.push(ExprKind::Field { base, name }, span)
            }
            Expr::Index(index) => {
                let base = self.expr(&index.expr);
                let at = self.expr(&index.index);
                let span = self.until(self.span_of(base).start, index.bracket_token.span.close());
                self.push(ExprKind::Index { base, index: at }, span)
            }
            Expr::Struct(written) => self.struct_literal(written),
            Expr::Tuple(tuple) => {
                let elems = self.exprs(&tuple.elems);
                let span = self.span(tuple.paren_token.span.join());
                self.push(ExprKind::Tuple(elems), span)
            }
            Expr::Array(array) => {
                let elems = self.exprs(&array.elems);
                let span = self.span(array.bracket_token.span.join());
                self.push(ExprKind::Array(elems), span)
            }
            Expr::Repeat(array) => {
                let elems = vec![self.expr(&array.expr), self.expr(&array.len)];
                let span = self.span(array.bracket_token.span.join());
                self.push(ExprKind::Array(elems), span)
            }
            Expr::Reference(reference) => {
                let kind = match reference.mutability {
                    Some(_) => ExprKind::RefMut,
                    None => ExprKind::Ref,
                };
                self.prefix(&reference.expr, reference.and_token.span, kind)
            }
            Expr::RawAddr(address) => {
                self.prefix(&address.expr, address.and_token.span, ExprKind::RefMut)
            }
            Expr::Unary(unary) => match &unary.op {
                UnOp::Deref(token) => self.prefix(&unary.expr, token.span, ExprKind::Deref),
                UnOp::Not(token) => self.prefix(&unary.expr, token.span, unary_of("not")),
                UnOp::Neg(token) => self.prefix(&unary.expr, token.span, unary_of("neg")),
                _ => self.expr(&unary.expr),
            },
            Expr::Binary(binary) => {
                let left = self.expr(&binary.left);
                let right = self.expr(&binary.right);
                let op = Symbol::new(operator(&binary.op));
                let span = self.range(self.span_of(left).start, self.span_of(right).end);
                self.push(ExprKind::Binary { op, left, right }, span)
            }
            Expr::Assign(assign) => {
                let place = self.expr(&assign.left);
                let value = self.expr(&assign.right);
                let span = self.range(self.span_of(place).start, self.span_of(value).end);
                self.push(ExprKind::Assign { place, value }, span)
            }
            Expr::Cast(cast) => {
                let value = self.expr(&cast.expr);
                let ty = self.ty(&cast.ty);
                let span = self.span_of(value);
                self.push(
                    ExprKind::Cast {
                        value,
                        ty: Box::new(ty),
                    },
                    span,
                )
            }
            Expr::Paren(paren) => self.expr(&paren.expr),
            Expr::Group(group) => self.expr(&group.expr),
            Expr::Await(wait) => {
                let base = self.expr(&wait.base);
                let span = self.until(self.span_of(base).start, wait.await_token.span);
                self.push(ExprKind::Await(base), span)
            }
            Expr::Try(attempt) => {
                let base = self.expr(&attempt.expr);
                let span = self.until(self.span_of(base).start, attempt.question_token.span);
                self.push(ExprKind::Try(base), span)
            }
            Expr::Macro(invocation) => self.expr_macro(&invocation.mac),
            _ => self.control_flow(expr),
        }
    }

    fn control_flow(&mut self, expr: &Expr) -> ExprId {
        match expr {
            Expr::Block(block) => self.block(&block.block),
            Expr::Unsafe(block) => self.block(&block.block),
            Expr::Const(block) => self.block(&block.block),
            Expr::TryBlock(block) => self.block(&block.block),
            Expr::Async(block) => {
                let inner = self.block(&block.block);
                let span = self.span_from(block.async_token.span, inner);
                self.push(ExprKind::Async(inner), span)
            }
            Expr::Closure(closure) => self.closure(closure),
            Expr::If(branch) => {
                if let Some(only) = self.decided_branch(branch) {
                    return only;
                }
                let condition = self.expr(&branch.cond);
                let then = self.block(&branch.then_branch);
                let otherwise = branch.else_branch.as_ref().map(|(_, expr)| self.expr(expr));
                let span = self.span_from(branch.if_token.span, otherwise.unwrap_or(then));
                let kind = ExprKind::If {
                    condition,
                    then,
                    otherwise,
                };
                self.push(kind, span)
            }
            Expr::Let(binding) => {
                let value = self.expr(&binding.expr);
                let pat = self.pat(&binding.pat);
                let span = self.span_from(binding.let_token.span, value);
                self.push(ExprKind::Let { pat, value }, span)
            }
            Expr::Match(branch) => {
                let scrutinee = self.expr(&branch.expr);
                let mut arms = Vec::with_capacity(branch.arms.len());
                for arm in &branch.arms {
                    if self.is_active(&arm.attrs) {
                        let (pat, guard) = self.guarded(&arm.pat);
                        let body = self.expr(&arm.body);
                        arms.push(Arm { pat, guard, body });
                    }
                }
                let start = self.positions.start(branch.match_token.span);
                let span = self.until(start, branch.brace_token.span.close());
                self.push(ExprKind::Match { scrutinee, arms }, span)
            }
            Expr::Loop(repeat) => {
                let body = self.block(&repeat.body);
                let span = self.span_from(repeat.loop_token.span, body);
                let condition = None;
                self.push(ExprKind::Loop { condition, body }, span)
            }
            Expr::While(repeat) => {
                let condition = Some(self.expr(&repeat.cond));
                let body = self.block(&repeat.body);
                let span = self.span_from(repeat.while_token.span, body);
                self.push(ExprKind::Loop { condition, body }, span)
            }
            Expr::ForLoop(repeat) => {
                let iter = self.expr(&repeat.expr);
                let pat = self.pat(&repeat.pat);
                let body = self.block(&repeat.body);
                let span = self.span_from(repeat.for_token.span, body);
                self.push(ExprKind::For { pat, iter, body }, span)
            }
            Expr::Return(exit) => {
                let value = exit.expr.as_ref().map(|expr| self.expr(expr));
                let span = self.keyword_span(exit.return_token.span, value);
                self.push(ExprKind::Return(value), span)
            }
            Expr::Break(exit) => {
                let value = exit.expr.as_ref().map(|expr| self.expr(expr));
                let span = self.keyword_span(exit.break_token.span, value);
                self.push(ExprKind::Break(value), span)
            }
            Expr::Continue(exit) => {
                let span = self.span(exit.continue_token.span);
                self.push(ExprKind::Continue, span)
            }
            Expr::Yield(exit) => match &exit.expr {
                Some(value) => self.prefix(value, exit.yield_token.span, unary_of("yield")),
                None => self.unit(self.span(exit.yield_token.span)),
            },
            Expr::Range(range) => {
                let start = range.start.as_ref().map(|expr| self.expr(expr));
                let end = range.end.as_ref().map(|expr| self.expr(expr));
                let dots = match &range.limits {
                    syn::RangeLimits::HalfOpen(token) => token.spans[0],
                    syn::RangeLimits::Closed(token) => token.spans[0],
                };
                let dots = self.span(dots);
                let span = self.range(
                    start.map_or(dots.start, |id| self.span_of(id).start),
                    end.map_or(dots.end, |id| self.span_of(id).end),
                );
                let ends = start.into_iter().chain(end).collect();
                self.push(ExprKind::Range(ends), span)
            }
            Expr::Infer(infer) => {
                let span = self.span(infer.underscore_token.span);
                self.push(ExprKind::Literal, span)
            }
            Expr::Verbatim(tokens) => self.verbatim(tokens),
            other => {
                use quote::ToTokens as _;
                self.verbatim(&other.to_token_stream())
            }
        }
    }

    pub(super) fn exprs<'e>(&mut self, exprs: impl IntoIterator<Item = &'e Expr>) -> Vec<ExprId> {
        let mut ids = Vec::new();
        for expr in exprs {
            if self.is_active(attributes(expr)) {
                ids.push(self.expr(expr));
            }
        }
        ids
    }

    pub(super) fn unit(&mut self, span: Span) -> ExprId {
        self.push(ExprKind::Tuple(Vec::new()), span)
    }

    fn literal(&mut self, literal: &syn::Lit) -> ExprId {
        let span = self.span(literal.span());
        let kind = match literal {
            syn::Lit::Str(text) => ExprKind::Str(text.value()),
            _ => ExprKind::Literal,
        };
        self.push(kind, span)
    }

    fn method_call(&mut self, call: &syn::ExprMethodCall) -> ExprId {
        let receiver = self.expr(&call.receiver);
        let (method, method_span) = self.spelled(&call.method);
        let turbofish = self.turbofish(call.turbofish.as_ref());
        let args = self.exprs(&call.args);
        let start = self.span_of(receiver).start;
        let span = self.until(start, call.paren_token.span.close());
        let kind = ExprKind::MethodCall {
            receiver,
            method,
            method_span,
            turbofish,
            args,
        };
        self.push(kind, span)
    }

    fn struct_literal(&mut self, written: &syn::ExprStruct) -> ExprId {
        let path = self.path(written.qself.as_ref(), &written.path);
        let mut fields = Vec::with_capacity(written.fields.len());
        for field in &written.fields {
            if self.is_active(&field.attrs) {
                fields.push((self.member(&field.member), self.expr(&field.expr)));
            }
        }
        let rest = written.rest.as_ref().map(|rest| self.expr(rest));
        let span = self.until(path.span.start, written.brace_token.span.close());
        let path = Box::new(path);
        let kind = ExprKind::Struct { path, fields, rest };
        self.push(kind, span)
    }

    fn closure(&mut self, closure: &syn::ExprClosure) -> ExprId {
        let mut params: Vec<(PatId, Option<TypeRef>)> = Vec::with_capacity(closure.inputs.len());
        for input in &closure.inputs {
            params.push(match input {
                syn::Pat::Type(typed) => (self.pat(&typed.pat), Some(self.ty(&typed.ty))),
                pat => (self.pat(pat), None),
            });
        }
        let mut body = self.expr(&closure.body);
        if let ReturnType::Type(_, ty) = &closure.output {
            let ty = self.ty(ty);
            let span = self.span_of(body);
            body = self.push(
                ExprKind::Cast {
                    value: body,
                    ty: Box::new(ty),
                },
                span,
            );
        }
        let first = closure
            .asyncness
            .map(|token| token.span)
            .or(closure.capture.map(|token| token.span))
            .unwrap_or(closure.inputs_begin.spans[0]);
        let span = self.span_from(first, body);
        let kind = ExprKind::Closure {
            params,
            body,
            is_async: closure.asyncness.is_some(),
        };
        self.push(kind, span)
    }

    fn prefix(
        &mut self,
        inner: &Expr,
        token: proc_macro2::Span,
        kind: impl FnOnce(ExprId) -> ExprKind,
    ) -> ExprId {
        let inner = self.expr(inner);
        let span = self.span_from(token, inner);
        self.push(kind(inner), span)
    }

    pub(super) fn span_from(&self, first: proc_macro2::Span, last: ExprId) -> Span {
        self.range(self.positions.start(first), self.span_of(last).end)
    }

    fn keyword_span(&self, keyword: proc_macro2::Span, value: Option<ExprId>) -> Span {
        match value {
            Some(value) => self.span_from(keyword, value),
            None => self.span(keyword),
        }
    }
}

fn unary_of(op: &str) -> impl FnOnce(ExprId) -> ExprKind {
    let op = Symbol::new(op);
    move |value| ExprKind::Unary { op, value }
}

fn operator(op: &syn::BinOp) -> &'static str {
    use syn::BinOp::*;
    match op {
        Add(_) => "add",
        Sub(_) => "sub",
        Mul(_) => "mul",
        Div(_) => "div",
        Rem(_) => "rem",
        And(_) => "&&",
        Or(_) => "||",
        BitXor(_) => "bitxor",
        BitAnd(_) => "bitand",
        BitOr(_) => "bitor",
        Shl(_) => "shl",
        Shr(_) => "shr",
        Eq(_) => "eq",
        Lt(_) => "lt",
        Le(_) => "le",
        Ne(_) => "ne",
        Ge(_) => "ge",
        Gt(_) => "gt",
        AddAssign(_) => "add_assign",
        SubAssign(_) => "sub_assign",
        MulAssign(_) => "mul_assign",
        DivAssign(_) => "div_assign",
        RemAssign(_) => "rem_assign",
        BitXorAssign(_) => "bitxor_assign",
        BitAndAssign(_) => "bitand_assign",
        BitOrAssign(_) => "bitor_assign",
        ShlAssign(_) => "shl_assign",
        ShrAssign(_) => "shr_assign",
        _ => "",
    }
}

/// Attributes of the expressions that people put `cfg` on.
pub(super) fn attributes(expr: &Expr) -> &[syn::Attribute] {
    match expr {
        Expr::Block(e) => &e.attrs,
        Expr::Unsafe(e) => &e.attrs,
        Expr::Call(e) => &e.attrs,
        Expr::MethodCall(e) => &e.attrs,
        Expr::Macro(e) => &e.attrs,
        Expr::Path(e) => &e.attrs,
        Expr::Lit(e) => &e.attrs,
        Expr::If(e) => &e.attrs,
        Expr::Match(e) => &e.attrs,
        Expr::ForLoop(e) => &e.attrs,
        Expr::While(e) => &e.attrs,
        Expr::Loop(e) => &e.attrs,
        Expr::Await(e) => &e.attrs,
        Expr::Try(e) => &e.attrs,
        Expr::Assign(e) => &e.attrs,
        Expr::Binary(e) => &e.attrs,
        Expr::Return(e) => &e.attrs,
        Expr::Struct(e) => &e.attrs,
        Expr::Tuple(e) => &e.attrs,
        Expr::Array(e) => &e.attrs,
        Expr::Reference(e) => &e.attrs,
        Expr::Closure(e) => &e.attrs,
        Expr::Async(e) => &e.attrs,
        Expr::Field(e) => &e.attrs,
        _ => &[],
    }
}
