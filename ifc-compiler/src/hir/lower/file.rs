//! The state while one file is lowered, and what comes out of it: a piece of the program whose ids
//! count from zero.

use std::cell::RefCell;
use std::fmt::Write as _;
use std::sync::Arc;

use proc_macro2::Ident;
use syn::Meta;

use super::known::{Known, MarkerAttribute};
use crate::diagnostics::Diagnostic;
use crate::hir::expand::{MacroDef, plain};
use crate::hir::{
    Body, CrateId, Declared, Def, Expr, ExprId, ExprKind, FnId, GlobalId, Import, Locals, Module,
    ModuleId, Pat, PatId, PatKind, Program, Visibility,
};
use crate::source::Positions;
use crate::source::cfg::Cfg;
use crate::span::Span;
use crate::symbol::{FastMap, Symbol};

/// What a file turns into. Module 0 is the file's own module.
#[derive(Default)]
pub(super) struct Fragment {
    pub(super) program: Program,
    pub(super) diagnostics: Vec<Diagnostic>,
    pub(super) children: Vec<Child>,
    pub(super) macros: Vec<Arc<MacroDef>>,
    /// Names of macros and attributes that were taken for foreign ones.
    pub(super) open: Vec<Symbol>,
    /// Blocks with a module, whose ids must be renumbered with the program.
    pub(super) blocks: Vec<(BodyOwner, ExprId)>,
    pub(super) dispatches: bool,
    /// Names of `cfg` that keep code out and that a build script may set.
    pub(super) undecided: Vec<(Symbol, Span)>,
    /// Places of `cfg` that keep code of the other architecture out.
    pub(super) of_other_architecture: Vec<Span>,
}

/// Whose body it is.
#[derive(Clone, Copy, Debug)]
pub(super) enum BodyOwner {
    Function(FnId),
    Global(GlobalId),
}

/// Another file that belongs to a module of this one.
#[derive(Clone, Debug)]
pub(super) struct Child {
    /// The module that the file fills.
    pub(super) target: ModuleId,
    pub(super) name: String,
    /// `#[path = ".."]`, or the argument of `include!`.
    pub(super) path: Option<String>,
    /// `include!`.
    pub(super) is_include: bool,
    /// Inline modules around the declaration.
    pub(super) inline: Vec<String>,
    /// `macro_rules!` in scope at the declaration.
    pub(super) macros: Vec<Arc<MacroDef>>,
    /// `#[macro_use]`: macros of the file are in scope behind the declaration.
    pub(super) spills: bool,
    pub(super) span: Span,
}

/// What is the same for all files of a crate.
#[derive(Clone, Copy)]
pub(super) struct Context<'a> {
    pub(super) krate: CrateId,
    pub(super) package: &'a str,
    pub(super) cfg: Cfg<'a>,
    pub(super) known: &'a Known,
}

pub(super) struct Lower<'a> {
    pub(super) context: Context<'a>,
    pub(super) positions: &'a Positions<'a>,
    pub(super) out: Fragment,
    pub(super) module: ModuleId,
    /// The module of the innermost block that declares items.
    pub(super) block: Option<ModuleId>,
    pub(super) body: Builder,
    /// The arenas of the last body, empty.
    spare: Builder,
    pub(super) inline: Vec<String>,
    /// Named imports of the whole file: macros and attributes are looked up here.
    pub(super) imports: FastMap<Symbol, Vec<Symbol>>,
    pub(super) glob_roots: Vec<Symbol>,
    /// `macro_rules!` in scope, innermost last.
    pub(super) macros: Vec<Arc<MacroDef>>,
    pub(super) expansion_depth: u32,
    /// Expansions so far.
    pub(super) expansions: u32,
    /// Bodies around the place.
    pub(super) bodies: u32,
    /// Whether the code at hand stands in a macro from outside, which may take it for something else.
    pub(super) guesses: bool,
    undecided: RefCell<Vec<(Symbol, Span)>>,
    of_other_architecture: RefCell<Vec<Span>>,
    /// Tokens that expansions may still produce.
    pub(super) expansion_budget: usize,
    pub(super) words: Words,
    /// Where names are spelled before they become symbols.
    name: String,
}

/// The arenas of the body that is being lowered.
#[derive(Default)]
pub(super) struct Builder {
    exprs: Vec<Expr>,
    pats: Vec<Pat>,
    blocks: Vec<ExprId>,
}

/// Names that lowering itself brings in.
pub(super) struct Words {
    pub(super) block: Symbol,
    pub(super) self_: Symbol,
    pub(super) self_type: Symbol,
    pub(super) output: Symbol,
    pub(super) underscore: Symbol,
}

impl<'a> Lower<'a> {
    pub(super) fn new(context: Context<'a>, positions: &'a Positions<'a>) -> Self {
        let mut lower = Lower {
            context,
            positions,
            out: Fragment::default(),
            module: ModuleId(0),
            block: None,
            body: Builder::default(),
            spare: Builder::default(),
            inline: Vec::new(),
            imports: FastMap::default(),
            glob_roots: Vec::new(),
            macros: Vec::new(),
            expansion_depth: 0,
            expansions: 0,
            bodies: 0,
            guesses: false,
            undecided: RefCell::default(),
            of_other_architecture: RefCell::default(),
            expansion_budget: 1 << 20,
            words: Words {
                block: Symbol::new("{block}"),
                self_: Symbol::new("self"),
                self_type: Symbol::new("Self"),
                output: Symbol::new("Output"),
                underscore: Symbol::new("_"),
            },
            name: String::new(),
        };
        lower.add_module(None, lower.words.underscore, false);
        lower
    }

    pub(super) fn add_module(
        &mut self,
        parent: Option<ModuleId>,
        name: Symbol,
        is_block: bool,
    ) -> ModuleId {
        let modules = &mut self.out.program.modules;
        modules.push(Module {
            krate: self.context.krate,
            parent,
            name,
            is_block,
            items: Vec::new(),
            imports: Vec::new(),
        });
        ModuleId(modules.len() as u32 - 1)
    }

    pub(super) fn declare(&mut self, name: Symbol, def: Def, visibility: Visibility) {
        let items = &mut self.out.program.modules[self.module.index()].items;
        items.push(Declared {
            name,
            def,
            visibility,
        });
    }

    pub(super) fn add_import(&mut self, import: Import) {
        let module = self.module.index();
        self.out.program.modules[module].imports.push(import);
    }

    pub(super) fn report(&mut self, diagnostic: Diagnostic) {
        self.out.diagnostics.push(diagnostic);
    }

    pub(super) fn symbol(&mut self, ident: &Ident) -> Symbol {
        self.name.clear();
        // Writing to memory does not fail.
        let _ = write!(self.name, "{ident}");
        Symbol::new(plain(self.name.strip_prefix("r#").unwrap_or(&self.name)))
    }

    /// A name and where it stands. It is as long as it is spelled, unless a macro has marked it:
    /// asking the parser for one place takes half the time of asking for two.
    pub(super) fn spelled(&mut self, ident: &Ident) -> (Symbol, Span) {
        let symbol = self.symbol(ident);
        if self.expansion_depth > 0 {
            return (symbol, self.span(ident.span()));
        }
        let start = self.positions.start(ident.span());
        (symbol, self.range(start, start + self.name.len() as u32))
    }

    /// The name under which a variable is declared and looked up: with the marks that tell
    /// variables of macros from those of their invokers.
    pub(super) fn variable(&mut self, ident: &Ident) -> Symbol {
        if self.expansion_depth == 0 {
            return self.symbol(ident);
        }
        let text = ident.to_string();
        Symbol::new(text.strip_prefix("r#").unwrap_or(&text))
    }

    pub(super) fn span(&self, span: proc_macro2::Span) -> Span {
        self.positions.span(span)
    }

    /// From a byte to the end of a token.
    pub(super) fn until(&self, start: u32, last: proc_macro2::Span) -> Span {
        self.range(start, self.positions.end(last))
    }

    pub(super) fn range(&self, start: u32, end: u32) -> Span {
        Span {
            file: self.positions.file(),
            start,
            end: end.max(start),
        }
    }

    pub(super) fn push(&mut self, kind: ExprKind, span: Span) -> ExprId {
        self.body.exprs.push(Expr { kind, span });
        ExprId(self.body.exprs.len() as u32 - 1)
    }

    pub(super) fn push_pat(&mut self, kind: PatKind, span: Span) -> PatId {
        self.body.pats.push(Pat { kind, span });
        PatId(self.body.pats.len() as u32 - 1)
    }

    pub(super) fn span_of(&self, id: ExprId) -> Span {
        self.body.exprs[id.0 as usize].span
    }

    pub(super) fn span_of_pat(&self, id: PatId) -> Span {
        self.body.pats[id.0 as usize].span
    }

    pub(super) fn note_block(&mut self, id: ExprId) {
        self.body.blocks.push(id);
    }

    /// Lowers a body of its own. The blocks returned belong to the item that gets the body.
    pub(super) fn in_body(
        &mut self,
        lower: impl FnOnce(&mut Self) -> (Vec<PatId>, ExprId),
    ) -> (Body, Vec<ExprId>) {
        let outer = std::mem::replace(&mut self.body, std::mem::take(&mut self.spare));
        let outer_block = self.block.take();
        self.bodies += 1;
        let (params, root) = lower(self);
        self.bodies -= 1;
        self.block = outer_block;
        let mut built = std::mem::replace(&mut self.body, outer);
        // Bodies get vectors of just their length; the long ones are used again.
        let mut body = Body {
            params,
            root,
            exprs: built.exprs.drain(..).collect(),
            pats: built.pats.drain(..).collect(),
            locals: Locals::default(),
        };
        body.locals = Locals::of(&body, self.module, |_, _| false);
        let blocks = std::mem::take(&mut built.blocks);
        self.spare = built;
        (body, blocks)
    }

    pub(super) fn own_blocks(&mut self, owner: BodyOwner, blocks: Vec<ExprId>) {
        let blocks = blocks.into_iter().map(|id| (owner, id));
        self.out.blocks.extend(blocks);
    }

    pub(super) fn is_active(&self, attributes: &[syn::Attribute]) -> bool {
        let active = attributes.is_empty() || self.context.cfg.is_active(attributes);
        let cfg = self.context.cfg;
        let undecided = match active {
            true => cfg.undecided_attribute(attributes),
            false => cfg.undecided(attributes),
        };
        if let Some(name) = undecided {
            self.leave_out(&name);
        }
        if !active && let Some(place) = cfg.of_other_architecture(attributes) {
            self.leave_to_other_architecture(&place);
        }
        active
    }

    pub(super) fn holds(&self, predicate: &proc_macro2::TokenStream) -> bool {
        let holds = self.context.cfg.holds(predicate);
        if !holds && let Some(name) = self.context.cfg.undecided_by(predicate) {
            self.leave_out(&name);
        }
        if let Some(place) = self.context.cfg.other_architecture_in(predicate) {
            self.leave_to_other_architecture(&place);
        }
        holds
    }

    fn leave_out(&self, name: &Ident) {
        let undecided = (Symbol::new(&name.to_string()), self.span(name.span()));
        self.undecided.borrow_mut().push(undecided);
    }

    fn leave_to_other_architecture(&self, place: &Ident) {
        let span = self.span(place.span());
        self.of_other_architecture.borrow_mut().push(span);
    }

    /// What came of the file.
    pub(super) fn finish(self) -> Fragment {
        Fragment {
            undecided: self.undecided.into_inner(),
            of_other_architecture: self.of_other_architecture.into_inner(),
            ..self.out
        }
    }

    pub(super) fn visibility(&self, visibility: &syn::Visibility) -> Visibility {
        match visibility {
            syn::Visibility::Public(_) => Visibility::Public,
            syn::Visibility::Restricted(restricted) => {
                if restricted.path.is_ident("super") {
                    Visibility::Parent
                } else if restricted.path.is_ident("self") {
                    Visibility::Private
                } else {
                    Visibility::Crate
                }
            }
            syn::Visibility::Inherited => Visibility::Private,
        }
    }

    /// Which of the language's attributes a path names.
    pub(super) fn marker(&mut self, path: &syn::Path) -> Option<MarkerAttribute> {
        let last = &path.segments.last()?.ident;
        if path.segments.len() == 1 {
            let name = self.symbol(last);
            if let Some(import) = self.imports.get(&name) {
                return self.context.known.marker_of(self.context.krate, import);
            }
            let found = self.context.known.marker_by_name(name);
            if found.is_none() && !is_builtin_attribute(name.as_str()) {
                self.out.open.push(name);
            }
            return found;
        }
        let segments: Vec<Symbol> = path
            .segments
            .iter()
            .map(|segment| self.symbol(&segment.ident))
            .collect();
        self.context.known.marker_of(self.context.krate, &segments)
    }

    /// Last names of the paths in `#[derive(..)]`, with renames undone, and whether the path can
    /// lead to the runtime: other crates have an `Event` too.
    pub(super) fn derives(&mut self, attributes: &[syn::Attribute]) -> Vec<(Symbol, bool)> {
        let mut written: Vec<Vec<Symbol>> = Vec::new();
        let cfg = self.context.cfg;
        cfg.attributes(attributes, &mut |meta| {
            let Meta::List(list) = meta else { return };
            if !list.path.is_ident("derive") {
                return;
            }
            written.push(Vec::new());
            for token in list.tokens.clone() {
                match token {
                    proc_macro2::TokenTree::Ident(ident) => {
                        let name = Symbol::new(&ident.to_string());
                        written
                            .last_mut()
                            .into_iter()
                            .for_each(|path| path.push(name));
                    }
                    proc_macro2::TokenTree::Punct(punct) if punct.as_char() == ',' => {
                        written.push(Vec::new());
                    }
                    _ => {}
                }
            }
        });
        let (krate, known) = (self.context.krate, self.context.known);
        let resolved = written.iter().filter_map(|path| {
            let path = match path.as_slice() {
                [only] => self.imports.get(only).unwrap_or(path),
                _ => path,
            };
            let (first, last) = (*path.first()?, *path.last()?);
            let ours = path.len() == 1 || known.may_be_runtime(krate, first);
            Some((last, ours))
        });
        resolved.collect()
    }
}

fn is_builtin_attribute(name: &str) -> bool {
    matches!(
        name,
        "doc"
            | "allow"
            | "cfg"
            | "cfg_attr"
            | "derive"
            | "inline"
            | "must_use"
            | "serde"
            | "expect"
            | "warn"
            | "deny"
            | "default"
            | "non_exhaustive"
            | "repr"
            | "test"
            | "deprecated"
    )
}
