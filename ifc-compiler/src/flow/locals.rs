//! Which local variable a name in a body means, worked out once per body.

use super::Flow;
use crate::hir::{
    Body, Def, ExprId, ExprKind, FormatPiece, ModuleId, PatId, PatKind, Path, Stmt,
    before_definition, outer_variable,
};
use crate::resolve::Resolution;
use crate::symbol::{FastMap, Symbol};

/// "No variable": the name means an item.
const NONE: u32 = u32::MAX;

/// What names in a body mean.
#[derive(Debug, Default)]
pub(super) struct Locals {
    /// Variable by expression.
    uses: Vec<u32>,
    /// For each pattern: the variable it stands for (the first of the alternatives that bind one
    /// name), or none if the name is a constant's.
    vars: Vec<u32>,
    /// For each variable: the closure it belongs to.
    owners: Vec<u32>,
    /// For each variable: its position among those of its owner.
    slots: Vec<u32>,
    /// How many variables each closure has, the body itself under "none".
    counts: FastMap<u32, u32>,
    /// Variables that unreadable macros mention.
    mentions: FastMap<(u32, u32), u32>,
}

/// A variable: who owns it and where it is kept.
#[derive(Clone, Copy, Debug)]
pub(super) struct Var {
    /// The closure, or none for the body itself.
    pub(super) owner: Option<ExprId>,
    /// Position among the owner's variables.
    pub(super) slot: usize,
}

impl Locals {
    pub(super) fn of_expr(&self, expr: ExprId) -> Option<Var> {
        self.var(*self.uses.get(expr.0 as usize)?)
    }

    pub(super) fn of_pat(&self, pat: PatId) -> Option<Var> {
        self.var(*self.vars.get(pat.0 as usize)?)
    }

    pub(super) fn of_mention(&self, expr: ExprId, at: usize) -> Option<Var> {
        self.var(*self.mentions.get(&(expr.0, at as u32))?)
    }

    /// How many variables a closure, or the body itself, has.
    pub(super) fn count(&self, owner: Option<ExprId>) -> usize {
        let owner = owner.map_or(NONE, |expr| expr.0);
        self.counts.get(&owner).map_or(0, |&count| count as usize)
    }

    fn var(&self, pat: u32) -> Option<Var> {
        if pat == NONE {
            return None;
        }
        let owner = self.owners[pat as usize];
        Some(Var {
            owner: (owner != NONE).then_some(ExprId(owner)),
            slot: self.slots[pat as usize] as usize,
        })
    }
}

/// Works out the names of a body.
pub(super) fn of(flow: &Flow<'_>, module: ModuleId, body: &Body) -> Locals {
    let mut walk = Walk {
        flow,
        body,
        module,
        scope: Vec::new(),
        owner: NONE,
        locals: Locals {
            uses: vec![NONE; body.exprs.len()],
            vars: vec![NONE; body.pats.len()],
            owners: vec![NONE; body.pats.len()],
            slots: vec![0; body.pats.len()],
            ..Locals::default()
        },
    };
    for &pat in &body.params {
        walk.bind(pat);
    }
    walk.expr(body.root);
    walk.locals
}

struct Walk<'a, 'p> {
    flow: &'a Flow<'p>,
    body: &'a Body,
    module: ModuleId,
    scope: Vec<(Symbol, u32)>,
    owner: u32,
    locals: Locals,
}

fn find(scope: &[(Symbol, u32)], name: Symbol) -> Option<u32> {
    let entry = scope.iter().rev().find(|entry| entry.0 == name)?;
    Some(entry.1)
}

impl Walk<'_, '_> {
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
                        let count = self.locals.counts.entry(self.owner).or_insert(0);
                        self.locals.slots[pat.0 as usize] = *count;
                        self.locals.owners[pat.0 as usize] = self.owner;
                        *count += 1;
                        pat.0
                    }
                };
                self.locals.vars[pat.0 as usize] = var;
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

    /// Whether a name in a pattern is a constant's or a variant's. By convention those are written
    /// with a capital; anything else is taken for a new variable.
    fn is_constant(&self, name: Symbol) -> bool {
        if !name.as_str().starts_with(char::is_uppercase) {
            return false;
        }
        let space = crate::resolve::Namespace::Values;
        let program = self.flow.program;
        let found = self
            .flow
            .names
            .segments(program, self.module, &[name], false, space);
        match found {
            Resolution::Def { def, .. } => {
                matches!(def, Def::Global(_) | Def::Variant(..) | Def::Type(_))
            }
            Resolution::Foreign(_) => true,
            Resolution::Primitive(_) | Resolution::Unresolved => false,
        }
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
            | ExprKind::Unary(inner)
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
                for piece in pieces {
                    if let FormatPiece::Hole(value) = piece {
                        self.expr(*value);
                    }
                }
            }
            ExprKind::Join { futures, .. } => self.all(futures),
            ExprKind::MacroCall { args, .. } => self.all(args),
            ExprKind::OpaqueMacro { mentions, .. } => {
                for (at, path) in mentions.iter().enumerate() {
                    let var = self.lookup(path);
                    if var != NONE {
                        self.locals.mentions.insert((id.0, at as u32), var);
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
