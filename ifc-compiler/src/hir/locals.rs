//! Which local variable a name in a body means. It is worked out where a body is made, since that
//! needs nothing else, but for one thing: whether a capitalised name in a pattern is a constant's.

use super::{
    Body, ExprId, ExprKind, FormatPiece, ModuleId, PatId, PatKind, Path, Stmt, before_definition,
    outer_variable,
};
use crate::symbol::Symbol;

/// "No variable": the name means an item.
const NONE: u32 = u32::MAX;

/// What names in a body mean.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Locals {
    /// Variable by expression.
    uses: Vec<u32>,
    /// By pattern.
    bindings: Vec<Binding>,
    /// How many variables each closure has, the body itself under "none".
    counts: Vec<(u32, u32)>,
    /// Variables that unreadable macros mention, sorted: expression, position among its mentions,
    /// variable.
    mentions: Vec<(u32, u32, u32)>,
    has_capitals: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Binding {
    /// The variable that the pattern stands for (the first of the alternatives that bind one name),
    /// or none if the name is a constant's.
    var: u32,
    /// As a variable: the closure it belongs to.
    owner: u32,
    /// As a variable: its position among those of its owner.
    slot: u32,
}

/// A variable: who owns it and where it is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Var {
    /// The closure, or none for the body itself.
    pub owner: Option<ExprId>,
    /// Position among the owner's variables.
    pub slot: usize,
}

impl Locals {
    /// Works out the names of a body, whose module is the place of the patterns outside of blocks
    /// with items. `is_constant` decides on capitalised names; by convention constants and variants
    /// have those, and anything else is taken for a new variable.
    pub fn of(
        body: &Body,
        module: ModuleId,
        is_constant: impl Fn(ModuleId, Symbol) -> bool,
    ) -> Self {
        let unbound = Binding {
            var: NONE,
            owner: NONE,
            slot: 0,
        };
        let mut walk = Walk {
            body,
            module,
            is_constant,
            scope: Vec::with_capacity(body.pats.len()),
            owner: NONE,
            locals: Locals {
                uses: vec![NONE; body.exprs.len()],
                bindings: vec![unbound; body.pats.len()],
                ..Locals::default()
            },
        };
        for &pat in &body.params {
            walk.bind(pat);
        }
        walk.expr(body.root);
        walk.locals.mentions.sort_unstable();
        walk.locals
    }

    /// Whether a pattern has a name that may be a constant's.
    pub fn has_capitals(&self) -> bool {
        self.has_capitals
    }

    /// The variable that an expression names.
    pub fn of_expr(&self, expr: ExprId) -> Option<Var> {
        self.var(*self.uses.get(expr.0 as usize)?)
    }

    /// The variable that a pattern binds.
    pub fn of_pat(&self, pat: PatId) -> Option<Var> {
        self.var(self.bindings.get(pat.0 as usize)?.var)
    }

    /// The variable that an unreadable macro mentions.
    pub fn of_mention(&self, expr: ExprId, at: usize) -> Option<Var> {
        let key = (expr.0, at as u32);
        let found = self
            .mentions
            .binary_search_by_key(&key, |one| (one.0, one.1));
        self.var(self.mentions[found.ok()?].2)
    }

    /// How many variables a closure, or the body itself, has.
    pub fn count(&self, owner: Option<ExprId>) -> usize {
        let owner = owner.map_or(NONE, |expr| expr.0);
        let found = self.counts.iter().find(|count| count.0 == owner);
        found.map_or(0, |count| count.1 as usize)
    }

    fn var(&self, pat: u32) -> Option<Var> {
        let binding = self.bindings.get(pat as usize)?;
        Some(Var {
            owner: (binding.owner != NONE).then_some(ExprId(binding.owner)),
            slot: binding.slot as usize,
        })
    }

    /// A new variable, which the pattern that binds it first stands for.
    fn add(&mut self, pat: PatId, owner: u32) {
        let at = self.counts.iter().rposition(|count| count.0 == owner);
        let at = at.unwrap_or_else(|| {
            self.counts.push((owner, 0));
            self.counts.len() - 1
        });
        let count = &mut self.counts[at].1;
        self.bindings[pat.0 as usize] = Binding {
            var: pat.0,
            owner,
            slot: *count,
        };
        *count += 1;
    }
}

struct Walk<'a, F> {
    body: &'a Body,
    module: ModuleId,
    is_constant: F,
    scope: Vec<(Symbol, u32)>,
    owner: u32,
    locals: Locals,
}

fn find(scope: &[(Symbol, u32)], name: Symbol) -> Option<u32> {
    let entry = scope.iter().rev().find(|entry| entry.0 == name)?;
    Some(entry.1)
}

impl<F: Fn(ModuleId, Symbol) -> bool> Walk<'_, F> {
    fn lookup(&self, path: &Path) -> u32 {
        let mut name = path.variable;
        while let Some(wanted) = name {
            if let Some(var) = find(&self.scope, wanted) {
                return var;
            }
            let found = before_definition(wanted).and_then(|(plain, definition)| {
                let end = self.scope.iter().rposition(|entry| entry.0 == definition)?;
                find(&self.scope[..end], plain)
            });
            if let Some(var) = found {
                return var;
            }
            name = outer_variable(wanted);
        }
        NONE
    }

    fn bind(&mut self, pat: PatId) {
        let start = self.scope.len();
        self.bind_in(pat, start);
    }

    fn bind_in(&mut self, pat: PatId, start: usize) {
        let body = self.body;
        match &body.pat(pat).kind {
            PatKind::Bind { name, sub } => {
                if sub.is_none() && self.is_constant(*name) {
                    return;
                }
                let known = self.scope[start..].iter().find(|entry| entry.0 == *name);
                let var = match known {
                    Some(entry) => entry.1,
                    None => {
                        self.scope.push((*name, pat.0));
                        self.locals.add(pat, self.owner);
                        pat.0
                    }
                };
                self.locals.bindings[pat.0 as usize].var = var;
                if let Some(sub) = sub {
                    self.bind_in(*sub, start);
                }
            }
            PatKind::Tuple { pats, .. }
            | PatKind::TupleStruct { pats, .. }
            | PatKind::Slice(pats)
            | PatKind::Or(pats) => {
                for &pat in pats {
                    self.bind_in(pat, start);
                }
            }
            PatKind::Struct { fields, .. } => {
                for &(_, pat) in fields {
                    self.bind_in(pat, start);
                }
            }
            PatKind::Ref(inner) | PatKind::Typed(inner, _) => self.bind_in(*inner, start),
            PatKind::Wild | PatKind::Path(_) => {}
        }
    }

    fn is_constant(&mut self, name: Symbol) -> bool {
        let is_capital = name.as_str().starts_with(char::is_uppercase);
        self.locals.has_capitals |= is_capital;
        is_capital && (self.is_constant)(self.module, name)
    }

    fn scoped(&mut self, walk: impl FnOnce(&mut Self)) {
        let depth = self.scope.len();
        walk(self);
        self.scope.truncate(depth);
    }

    fn all(&mut self, exprs: &[ExprId]) {
        for &expr in exprs {
            self.expr(expr);
        }
    }

    fn expr(&mut self, id: ExprId) {
        let body = self.body;
        match &body.expr(id).kind {
            ExprKind::Path(path) => self.locals.uses[id.0 as usize] = self.lookup(path),
            ExprKind::Str(_) | ExprKind::Literal | ExprKind::Continue => {}
            ExprKind::Call { callee, args } => {
                self.expr(*callee);
                self.all(args);
            }
            ExprKind::MethodCall { receiver, args, .. } => {
                self.expr(*receiver);
                self.all(args);
            }
            ExprKind::Field { base, .. } => self.expr(*base),
            ExprKind::Index { base: a, index: b }
            | ExprKind::Binary {
                left: a, right: b, ..
            }
            | ExprKind::Assign { place: a, value: b } => self.all(&[*a, *b]),
            ExprKind::Struct { fields, rest, .. } => {
                for &(_, value) in fields {
                    self.expr(value);
                }
                self.all(rest.as_slice());
            }
            ExprKind::Tuple(parts) | ExprKind::Array(parts) | ExprKind::Range(parts) => {
                self.all(parts)
            }
            ExprKind::Ref(inner)
            | ExprKind::RefMut(inner)
            | ExprKind::Deref(inner)
            | ExprKind::Unary { value: inner, .. }
            | ExprKind::Cast { value: inner, .. }
            | ExprKind::Async(inner)
            | ExprKind::Await(inner)
            | ExprKind::Try(inner) => self.scoped(|walk| walk.expr(*inner)),
            ExprKind::Block {
                stmts,
                tail,
                module,
            } => self.block(stmts, *tail, *module),
            ExprKind::Closure {
                params,
                body: inner,
                ..
            } => {
                let outer = std::mem::replace(&mut self.owner, id.0);
                self.scoped(|walk| {
                    for &(pat, _) in params {
                        walk.bind(pat);
                    }
                    walk.expr(*inner);
                });
                self.owner = outer;
            }
            ExprKind::If {
                condition,
                then,
                otherwise,
            } => {
                self.scoped(|walk| walk.all(&[*condition, *then]));
                self.all(otherwise.as_slice());
            }
            ExprKind::Let { pat, value } => {
                self.expr(*value);
                self.bind(*pat);
            }
            ExprKind::Match { scrutinee, arms } => {
                self.expr(*scrutinee);
                for arm in arms {
                    self.scoped(|walk| {
                        walk.bind(arm.pat);
                        walk.all(arm.guard.as_slice());
                        walk.expr(arm.body);
                    });
                }
            }
            ExprKind::Loop {
                condition,
                body: inner,
            } => self.scoped(|walk| {
                walk.all(condition.as_slice());
                walk.expr(*inner);
            }),
            ExprKind::For {
                pat,
                iter,
                body: inner,
            } => {
                self.expr(*iter);
                self.scoped(|walk| {
                    walk.bind(*pat);
                    walk.expr(*inner);
                });
            }
            ExprKind::Return(value) | ExprKind::Break(value) => self.all(value.as_slice()),
            ExprKind::Format { pieces } => {
                for value in pieces.iter().filter_map(FormatPiece::value) {
                    self.expr(value);
                }
            }
            ExprKind::Join { futures, .. } => self.all(futures),
            ExprKind::MacroCall { args, .. } => self.all(args),
            ExprKind::OpaqueMacro { mentions, .. } => {
                for (at, path) in mentions.iter().enumerate() {
                    let var = self.lookup(path);
                    if var != NONE {
                        self.locals.mentions.push((id.0, at as u32, var));
                    }
                }
            }
        }
    }

    fn block(&mut self, stmts: &[Stmt], tail: Option<ExprId>, module: Option<ModuleId>) {
        let outer = self.module;
        self.module = module.unwrap_or(outer);
        self.scoped(|walk| {
            for stmt in stmts {
                match stmt {
                    Stmt::Let {
                        pat,
                        init,
                        otherwise,
                        ..
                    } => {
                        walk.all(init.as_slice());
                        walk.all(otherwise.as_slice());
                        walk.bind(*pat);
                    }
                    Stmt::Expr(expr) => walk.scoped(|walk| walk.expr(*expr)),
                }
            }
            walk.all(tail.as_slice());
        });
        self.module = outer;
    }
}
