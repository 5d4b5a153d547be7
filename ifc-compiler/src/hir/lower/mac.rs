//! Macro invocations: the program's own are expanded, well-known ones are read, of all others the
//! arguments are.

use std::sync::Arc;

use proc_macro2::TokenStream;
use syn::parse::Parser;
use syn::{Item, Macro, Stmt as SynStmt};

use super::builtin;
use super::file::{Child, Lower};
use crate::diagnostics::Diagnostic;
use crate::hir::expand::{ExpandError, MacroDef, Site, paste};
use crate::hir::{ExprId, ExprKind, PatId, PatKind, Path, Stmt, TypeRef};
use crate::source::{codes, is_too_deep};
use crate::symbol::Symbol;

/// As rustc's `recursion_limit`.
const MAX_EXPANSION_DEPTH: u32 = 128;

/// Longer expansions are checked for depth, since nothing has bounded theirs yet.
const UNCHECKED_EXPANSION: usize = 4_096;

/// Why an expansion is not used.
const UNREADABLE: &str = "it does not expand to what the compiler can read";

impl Lower<'_> {
    pub(super) fn expr_macro(&mut self, invocation: &Macro) -> ExprId {
        let span = self.macro_span(invocation);
        match self.expand(invocation) {
            Some(Some(tokens)) => {
                let parsed = syn::Block::parse_within.parse2(tokens.clone());
                match parsed {
                    // Without a semicolon inside, the macro stands for an expression, not a block.
                    Ok(stmts) => match stmts.as_slice() {
                        [SynStmt::Expr(expr, None)] => self.deeper(|lower| lower.expr(expr)),
                        stmts => self.deeper(|lower| lower.statements(stmts, span)),
                    },
                    Err(_) => self.read_macro(invocation, tokens),
                }
            }
            Some(None) => self.opaque(invocation, &invocation.tokens),
            None => builtin::expression(self, invocation)
                .unwrap_or_else(|| self.read_foreign(invocation)),
        }
    }

    /// A macro from outside: what looks like code in it may be none, such as what `quote!` quotes.
    pub(super) fn read_foreign(&mut self, invocation: &Macro) -> ExprId {
        let outer = std::mem::replace(&mut self.guesses, true);
        let read = self.read_macro(invocation, invocation.tokens.clone());
        self.guesses = outer;
        read
    }

    /// A macro of unknown meaning: its arguments as expressions, or as statements, or only the
    /// names in it.
    fn read_macro(&mut self, invocation: &Macro, tokens: TokenStream) -> ExprId {
        let span = self.macro_span(invocation);
        if let Some(exprs) = builtin::comma_separated(&tokens) {
            let args = self.exprs(&exprs);
            let path = self.macro_path(invocation);
            return self.push(ExprKind::MacroCall { path, args }, span);
        }
        if let Ok(stmts) = syn::Block::parse_within.parse2(tokens.clone()) {
            let block = self.statements(&stmts, span);
            let path = self.macro_path(invocation);
            let args = vec![block];
            return self.push(ExprKind::MacroCall { path, args }, span);
        }
        self.opaque(invocation, &tokens)
    }

    pub(super) fn opaque(&mut self, invocation: &Macro, tokens: &TokenStream) -> ExprId {
        let span = self.macro_span(invocation);
        let path = self.macro_path(invocation);
        let mentions = builtin::mentions(self, tokens);
        self.push(ExprKind::OpaqueMacro { path, mentions }, span)
    }

    pub(super) fn verbatim(&mut self, tokens: &TokenStream) -> ExprId {
        let first = tokens.clone().into_iter().next();
        let span = self.span(first.map_or_else(proc_macro2::Span::call_site, |t| t.span()));
        let path = Box::new(self.name_path(self.words.underscore, span));
        let mentions = builtin::mentions(self, tokens);
        self.push(ExprKind::OpaqueMacro { path, mentions }, span)
    }

    /// The statements that one of the program's own macros stands for.
    pub(super) fn expand_statements(&mut self, invocation: &Macro) -> Option<Vec<SynStmt>> {
        let tokens = self.expand(invocation)??;
        syn::Block::parse_within.parse2(tokens).ok()
    }

    /// The items of an impl or trait that a macro stands for. One from outside may leave the items
    /// in it as they are, or may call them.
    pub(super) fn expand_associated<T: syn::parse::Parse>(
        &mut self,
        invocation: &Macro,
    ) -> Option<Vec<T>> {
        let expanded = self.expand(invocation);
        let is_own = expanded.is_some();
        let tokens = expanded.unwrap_or_else(|| Some(invocation.tokens.clone()))?;
        let parser = |input: syn::parse::ParseStream<'_>| {
            let mut items = Vec::new();
            while !input.is_empty() {
                items.push(input.parse()?);
            }
            Ok(items)
        };
        let items = parser.parse2(tokens).ok();
        match items {
            None if is_own => self.not_expanded(invocation, UNREADABLE),
            None => self.register_macro(invocation),
            Some(_) => {}
        }
        items
    }

    pub(super) fn type_macro(&mut self, invocation: &Macro) -> TypeRef {
        match self.expand(invocation) {
            Some(Some(tokens)) => match syn::parse2(tokens) {
                Ok(ty) => self.deeper(|lower| lower.ty(&ty)),
                Err(_) => TypeRef::Unknown,
            },
            _ => TypeRef::Unknown,
        }
    }

    pub(super) fn pat_macro(&mut self, invocation: &Macro) -> PatId {
        if let Some(Some(tokens)) = self.expand(invocation)
            && let Ok(pat) = syn::Pat::parse_multi.parse2(tokens)
        {
            return self.deeper(|lower| lower.pat(&pat));
        }
        let span = self.macro_span(invocation);
        self.push_pat(PatKind::Wild, span)
    }

    pub(super) fn item_macro(&mut self, item: &syn::ItemMacro) {
        let invocation = &item.mac;
        if invocation.path.is_ident("macro_rules") {
            self.define_macro(item);
            return;
        }
        match self.expand(invocation) {
            Some(Some(tokens)) => match syn::parse2::<syn::File>(tokens) {
                Ok(file) => self.expanded_items(&file.items),
                Err(_) => self.not_expanded(invocation, UNREADABLE),
            },
            Some(None) => {}
            None => builtin::item(self, invocation),
        }
    }

    pub(super) fn expanded_items(&mut self, items: &[Item]) {
        self.scan_imports(items);
        self.deeper(|lower| lower.items(items));
    }

    pub(super) fn include(&mut self, path: String, span: crate::span::Span) {
        let child = Child {
            target: self.module,
            name: path.clone(),
            path: Some(path),
            is_include: true,
            inline: self.inline.clone(),
            macros: self.macros.clone(),
            spills: true,
            span,
        };
        self.out.children.push(child);
    }

    pub(super) fn include_not_read(&mut self, span: crate::span::Span, why: &str) {
        let message = "what `include!` brings in here is not read";
        let diagnostic = Diagnostic::new(&codes::INCLUDE_NOT_READ, span, message)
            .label(why)
            .note("code in that file gets no permissions, and handlers in it are not deployed")
            .help("put code that uses resources into a module");
        self.report(diagnostic);
    }

    /// `pin!(x);` leaves `x` a place of the same meaning; `pin! { let x = y; }` declares it.
    pub(super) fn pin_statement(&mut self, invocation: &Macro, stmts: &mut Vec<Stmt>) -> bool {
        let is_pin = |name: &str| matches!(name, "pin" | "pin_mut");
        let last = invocation.path.segments.last();
        if !last.is_some_and(|segment| is_pin(&segment.ident.to_string())) {
            return false;
        }
        let Ok(written) = syn::Block::parse_within.parse2(invocation.tokens.clone()) else {
            return false;
        };
        if !matches!(written.first(), Some(SynStmt::Local(_))) {
            return false;
        }
        let mut tail = None;
        self.statement_list(&written, &[], stmts, &mut tail);
        true
    }

    fn define_macro(&mut self, item: &syn::ItemMacro) {
        let Some(ident) = &item.ident else { return };
        let name = self.symbol(ident);
        let exported = item
            .attrs
            .iter()
            .any(|attribute| attribute.path().is_ident("macro_export"));
        let rules = item.mac.tokens.clone();
        let place = self.positions.start(ident.span());
        let inner = (self.bodies > 0).then_some(place);
        match MacroDef::parse(name, self.context.krate, exported, inner, rules) {
            Some(def) => {
                let def = Arc::new(def);
                self.macros.push(Arc::clone(&def));
                self.out.macros.push(def);
            }
            None => self.unreadable_rules(name, ident),
        }
    }

    /// None if the macro is not the program's own, nor `paste!`; Some(None) if it could not be expanded.
    fn expand(&mut self, invocation: &Macro) -> Option<Option<TokenStream>> {
        let Some((def, is_sure)) = self.find_macro(&invocation.path) else {
            let last = invocation.path.segments.last();
            let is_paste = last.is_some_and(|last| last.ident == "paste");
            return is_paste
                .then(|| paste(invocation.tokens.clone()))?
                .map(Some);
        };
        let span = self.macro_span(invocation);
        if self.expansion_depth >= MAX_EXPANSION_DEPTH {
            self.recursion_error(&def, span);
            return Some(None);
        }
        let call_site = invocation
            .path
            .segments
            .first()
            .map_or_else(proc_macro2::Span::call_site, |first| first.ident.span());
        let before = self.expansion_budget;
        let tokens = invocation.tokens.clone();
        self.expansions += 1;
        let site = Site {
            span: call_site,
            number: self.expansions,
        };
        let expanded = match def.expand(tokens, site, &mut self.expansion_budget) {
            Ok(expanded) => expanded,
            // Another macro of that name is meant, which is not the program's.
            Err(ExpandError::NoRule) if !is_sure => return None,
            Err(ExpandError::NoRule) => {
                self.not_expanded(invocation, "none of its rules is seen to match");
                return Some(None);
            }
            Err(ExpandError::TooLong) => {
                self.recursion_error(&def, span);
                return Some(None);
            }
        };
        let length = before - self.expansion_budget;
        if length > UNCHECKED_EXPANSION && is_too_deep(&expanded.to_string()).is_some() {
            self.recursion_error(&def, span);
            return Some(None);
        }
        Some(Some(expanded))
    }

    fn recursion_error(&mut self, def: &MacroDef, span: crate::span::Span) {
        let message = format!("expansion of macro `{}` does not end", def.name);
        let diagnostic = Diagnostic::new(&codes::MACRO_RECURSION, span, message)
            .label("invoked here")
            .note(format!(
                "expansions nest up to {MAX_EXPANSION_DEPTH} deep and stay below a million tokens"
            ));
        self.report_once(diagnostic);
    }

    /// What a macro of the program stands for is lost.
    fn not_expanded(&mut self, invocation: &Macro, why: &str) {
        if self.guesses {
            return;
        }
        let path = self.macro_path(invocation);
        let name = path.segments.last().map_or("", |last| last.name.as_str());
        let message = format!("what `{name}!` stands for here cannot be read");
        let span = self.macro_span(invocation);
        let diagnostic = Diagnostic::new(&codes::MACRO_NOT_EXPANDED, span, message)
            .label(why)
            .note("permissions that its code needs would be missing")
            .help("write out what it stands for, or give the macro a simpler rule for this");
        self.report_once(diagnostic);
    }

    fn unreadable_rules(&mut self, name: Symbol, ident: &syn::Ident) {
        let message = format!("the rules of `{name}!` cannot be read");
        let diagnostic =
            Diagnostic::new(&codes::MACRO_NOT_EXPANDED, self.ident_span(ident), message)
                .label("what it stands for is not known where it is invoked")
                .note("permissions that its code needs would be missing")
                .help("write the rules in the forms that stable Rust has");
        self.report(diagnostic);
    }

    /// One message is enough for all that a macro does wrong in a file.
    fn report_once(&mut self, diagnostic: Diagnostic) {
        let same = |d: &Diagnostic| (d.code, &d.message) == (diagnostic.code, &diagnostic.message);
        if !self.out.diagnostics.iter().any(same) {
            self.report(diagnostic);
        }
    }

    /// A macro of the program that a path means. The flag says whether it must be this one: one that
    /// is only defined elsewhere may not be in scope here.
    fn find_macro(&mut self, path: &syn::Path) -> Option<(Arc<MacroDef>, bool)> {
        let segments: Vec<Symbol> = path
            .segments
            .iter()
            .map(|segment| self.symbol(&segment.ident))
            .collect();
        let &name = segments.last()?;
        let (krate, known) = (self.context.krate, self.context.known);
        let externs = &known.crates[krate.0 as usize].externs;
        let sure = |def: &Arc<MacroDef>| (Arc::clone(def), true);
        let found = if path.leading_colon.is_some() && !externs.contains_key(&segments[0]) {
            None
        } else if segments.len() > 1 {
            known.by_path(krate, &segments).map(sure)
        } else if let Some(local) = self.macros.iter().rev().find(|def| def.name == name) {
            Some(sure(local))
        } else if let Some(import) = self.imports.get(&name) {
            known.by_path(krate, import).map(sure)
        } else {
            let elsewhere = |def: &Arc<MacroDef>| (Arc::clone(def), false);
            known.in_crate(krate, name).cloned().or_else(|| {
                let globbed = self.glob_roots.iter().filter_map(|root| externs.get(root));
                globbed
                    .filter_map(|&id| known.exported(id, name))
                    .next()
                    .map(elsewhere)
            })
        };
        if found.is_none() {
            self.out.open.push(name);
        }
        found
    }

    pub(super) fn macro_path(&mut self, invocation: &Macro) -> Box<Path> {
        Box::new(self.path(None, &invocation.path))
    }

    pub(super) fn macro_span(&self, invocation: &Macro) -> crate::span::Span {
        let first = invocation
            .path
            .segments
            .first()
            .map_or_else(proc_macro2::Span::call_site, |first| first.ident.span());
        self.positions
            .between(first, invocation.delimiter.span().close())
    }

    pub(super) fn deeper<T>(&mut self, lower: impl FnOnce(&mut Self) -> T) -> T {
        self.expansion_depth += 1;
        let result = lower(self);
        self.expansion_depth -= 1;
        result
    }
}
