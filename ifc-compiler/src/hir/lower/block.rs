//! Blocks and statements.

use std::sync::Arc;

use syn::{Block, Stmt as SynStmt};

use super::expr::attributes;
use super::file::Lower;
use crate::hir::expand::{MacroDef, definition};
use crate::hir::{ExprId, ExprKind, PatKind, Stmt};
use crate::span::Span;

/// Macros by the position of the statement that defines them, in order.
type MacrosAt = Vec<(usize, Arc<MacroDef>)>;

impl Lower<'_> {
    pub(super) fn block(&mut self, block: &Block) -> ExprId {
        let span = self.span(block.brace_token.span.join());
        self.statements(&block.stmts, span)
    }

    /// A block from its statements. Items become a module of their own, first, since statements
    /// before an item can name it.
    pub(super) fn statements(&mut self, written: &[SynStmt], span: Span) -> ExprId {
        let outer_module = self.module;
        let outer_block = self.block.take();
        let macros = self.macros.len();
        let mut stmts = Vec::with_capacity(written.len());
        let mut tail = None;
        let macros_at = self.block_items(written);
        self.statement_list(written, &macros_at, &mut stmts, &mut tail);
        let module = self.block;
        self.macros.truncate(macros);
        self.block = outer_block;
        self.module = outer_module;
        let kind = ExprKind::Block {
            stmts,
            tail,
            module,
        };
        let id = self.push(kind, span);
        if module.is_some() {
            self.note_block(id);
        }
        id
    }

    /// Lowers the items. Gives the macros that they define, by statement: those are in scope from
    /// there on only, where others of the same name may have been before.
    fn block_items(&mut self, written: &[SynStmt]) -> MacrosAt {
        let outer = self.macros.len();
        let mut macros_at = Vec::new();
        for (at, stmt) in written.iter().enumerate() {
            if let SynStmt::Item(item) = stmt {
                let before = self.macros.len();
                self.enter_block_module(item);
                self.item(item);
                let defined = self.macros[before..].iter();
                macros_at.extend(defined.map(|def| (at, Arc::clone(def))));
            }
        }
        self.macros.truncate(outer);
        macros_at
    }

    /// The module of the block in which an item stands, made by the first that needs one.
    fn enter_block_module(&mut self, item: &syn::Item) {
        let is_definition =
            matches!(item, syn::Item::Macro(item) if item.mac.path.is_ident("macro_rules"));
        if self.block.is_none() && !is_definition {
            let module = self.add_module(Some(self.module), self.words.block, true);
            self.module = module;
            self.block = Some(module);
        }
    }

    pub(super) fn statement_list(
        &mut self,
        written: &[SynStmt],
        macros_at: &[(usize, Arc<MacroDef>)],
        stmts: &mut Vec<Stmt>,
        tail: &mut Option<ExprId>,
    ) {
        let mut macros_at = macros_at.iter().peekable();
        for (at, stmt) in written.iter().enumerate() {
            let is_last = at + 1 == written.len();
            while let Some((_, def)) = macros_at.next_if(|(defined, _)| *defined == at) {
                self.macros.push(Arc::clone(def));
            }
            match stmt {
                SynStmt::Local(local) => {
                    if self.is_active(&local.attrs) {
                        let stmt = self.local(local);
                        stmts.push(stmt);
                    }
                }
                SynStmt::Item(syn::Item::Macro(item)) if self.is_active(&item.attrs) => {
                    stmts.extend(self.definition(item));
                }
                SynStmt::Item(_) => {}
                SynStmt::Expr(expr, semi) => {
                    if self.is_active(attributes(expr)) {
                        let id = self.expr(expr);
                        match semi {
                            None if is_last => *tail = Some(id),
                            _ => stmts.push(Stmt::Expr(id)),
                        }
                    }
                }
                SynStmt::Macro(stmt) => {
                    if self.is_active(&stmt.attrs) {
                        let is_tail = is_last && stmt.semi_token.is_none();
                        self.statement_macro(stmt, is_tail, stmts, tail);
                    }
                }
            }
        }
    }

    /// A macro as a statement: what it expands to is part of the block around it.
    fn statement_macro(
        &mut self,
        stmt: &syn::StmtMacro,
        is_tail: bool,
        stmts: &mut Vec<Stmt>,
        tail: &mut Option<ExprId>,
    ) {
        match self.expand_statements(&stmt.mac) {
            Some(expanded) => {
                self.expansion_depth += 1;
                let mut inner = None;
                let macros_at = self.block_items(&expanded);
                self.statement_list(&expanded, &macros_at, stmts, &mut inner);
                self.expansion_depth -= 1;
                match inner {
                    Some(id) if is_tail => *tail = Some(id),
                    Some(id) => stmts.push(Stmt::Expr(id)),
                    None => {}
                }
            }
            None => {
                if self.pin_statement(&stmt.mac, stmts) {
                    return;
                }
                let id = self.expr_macro(&stmt.mac);
                if is_tail {
                    *tail = Some(id);
                } else {
                    stmts.push(Stmt::Expr(id));
                }
            }
        }
    }

    /// Marks where a macro is defined: it means the variables of that place.
    fn definition(&mut self, item: &syn::ItemMacro) -> Option<Stmt> {
        let ident = item.ident.as_ref()?;
        let span = self.ident_span(ident);
        let name = definition(span.start);
        Some(Stmt::Let {
            pat: self.push_pat(PatKind::Bind { name, sub: None }, span),
            ty: None,
            init: None,
            otherwise: None,
        })
    }

    fn local(&mut self, local: &syn::Local) -> Stmt {
        let (init, otherwise) = match &local.init {
            Some(init) => {
                let value = self.expr(&init.expr);
                let otherwise = init.diverge.as_ref().map(|(_, expr)| self.expr(expr));
                (Some(value), otherwise)
            }
            None => (None, None),
        };
        let (pat, ty) = match &local.pat {
            syn::Pat::Type(typed) => (self.pat(&typed.pat), Some(Box::new(self.ty(&typed.ty)))),
            pat => (self.pat(pat), None),
        };
        Stmt::Let {
            pat,
            ty,
            init,
            otherwise,
        }
    }
}
