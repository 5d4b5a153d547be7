//! Patterns.

use syn::{Member, Pat};

use super::file::Lower;
use crate::hir::{ExprId, PatId, PatKind};
use crate::symbol::Symbol;

impl Lower<'_> {
    pub(super) fn pat(&mut self, pat: &Pat) -> PatId {
        match pat {
            Pat::Ident(ident) => {
                let start = self.positions.start(
                    ident
                        .by_ref
                        .map(|token| token.span)
                        .or(ident.mutability.map(|token| token.span))
                        .unwrap_or_else(|| ident.ident.span()),
                );
                let span = self.until(start, ident.ident.span());
                let name = self.variable(&ident.ident);
                let sub = ident.subpat.as_ref().map(|(_, pat)| self.pat(pat));
                self.push_pat(PatKind::Bind { name, sub }, span)
            }
            Pat::Wild(wild) => {
                let span = self.span(wild.underscore_token.span);
                self.push_pat(PatKind::Wild, span)
            }
            Pat::Rest(rest) => {
                let span = self
                    .positions
                    .between(rest.dot2_token.spans[0], rest.dot2_token.spans[1]);
                self.push_pat(PatKind::Wild, span)
            }
            Pat::Lit(literal) => {
                let span = self.span(literal.lit.span());
                self.push_pat(PatKind::Wild, span)
            }
            Pat::Tuple(tuple) => {
                let (pats, rest) = self.pats(&tuple.elems);
                let span = self.span(tuple.paren_token.span.join());
                self.push_pat(PatKind::Tuple { pats, rest }, span)
            }
            Pat::TupleStruct(tuple) => {
                let path = Box::new(self.path(tuple.qself.as_ref(), &tuple.path));
                let (pats, rest) = self.pats(&tuple.elems);
                let span = self.until(path.span.start, tuple.paren_token.span.close());
                self.push_pat(PatKind::TupleStruct { path, pats, rest }, span)
            }
            Pat::Struct(written) => {
                let path = Box::new(self.path(written.qself.as_ref(), &written.path));
                let mut fields = Vec::with_capacity(written.fields.len());
                for field in &written.fields {
                    if self.is_active(&field.attrs) {
                        fields.push((self.member(&field.member), self.pat(&field.pat)));
                    }
                }
                let span = self.until(path.span.start, written.brace_token.span.close());
                self.push_pat(PatKind::Struct { path, fields }, span)
            }
            Pat::Path(path) => {
                let path = self.path(path.qself.as_ref(), &path.path);
                let span = path.span;
                self.push_pat(PatKind::Path(Box::new(path)), span)
            }
            Pat::Reference(reference) => {
                let inner = self.pat(&reference.pat);
                let start = self.positions.start(reference.and_token.span);
                let span = self.range(start, self.span_of_pat(inner).end);
                self.push_pat(PatKind::Ref(inner), span)
            }
            Pat::Slice(slice) => {
                let pats = slice.elems.iter().map(|pat| self.pat(pat)).collect();
                let span = self.span(slice.bracket_token.span.join());
                self.push_pat(PatKind::Slice(pats), span)
            }
            Pat::Or(or) => {
                let pats: Vec<PatId> = or.cases.iter().map(|pat| self.pat(pat)).collect();
                let start = pats.first().map_or(0, |&pat| self.span_of_pat(pat).start);
                let end = pats.last().map_or(0, |&pat| self.span_of_pat(pat).end);
                let span = self.range(start, end);
                self.push_pat(PatKind::Or(pats), span)
            }
            Pat::Type(typed) => {
                let inner = self.pat(&typed.pat);
                let ty = self.ty(&typed.ty);
                let span = self.span_of_pat(inner);
                self.push_pat(PatKind::Typed(inner, Box::new(ty)), span)
            }
            Pat::Paren(paren) => self.pat(&paren.pat),
            // A guard inside a pattern is only legal at an arm, where it is taken off first.
            Pat::Guard(guard) => self.pat(&guard.pat),
            Pat::Macro(invocation) => self.pat_macro(&invocation.mac),
            Pat::Range(range) => {
                use syn::spanned::Spanned as _;
                let span = self.span(range.span());
                self.push_pat(PatKind::Wild, span)
            }
            other => {
                use syn::spanned::Spanned as _;
                let span = self.span(other.span());
                self.push_pat(PatKind::Wild, span)
            }
        }
    }

    /// The pattern of an arm and its guard.
    pub(super) fn guarded(&mut self, pat: &Pat) -> (PatId, Option<ExprId>) {
        match pat {
            Pat::Guard(guarded) => {
                let pat = self.pat(&guarded.pat);
                (pat, Some(self.expr(&guarded.guard)))
            }
            pat => (self.pat(pat), None),
        }
    }

    pub(super) fn member(&mut self, member: &Member) -> Symbol {
        match member {
            Member::Named(ident) => self.symbol(ident),
            Member::Unnamed(index) => small_number(index.index),
        }
    }

    /// Patterns with the position of `..`, which is not one of them.
    fn pats<'p>(&mut self, elems: impl IntoIterator<Item = &'p Pat>) -> (Vec<PatId>, Option<u32>) {
        let mut pats = Vec::new();
        let mut rest = None;
        for pat in elems {
            match pat {
                Pat::Rest(_) => rest = Some(pats.len() as u32),
                pat => pats.push(self.pat(pat)),
            }
        }
        (pats, rest)
    }
}

pub(super) fn small_number(index: u32) -> Symbol {
    const NAMES: [&str; 10] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];
    match NAMES.get(index as usize) {
        Some(name) => Symbol::new(name),
        None => Symbol::new(&index.to_string()),
    }
}
