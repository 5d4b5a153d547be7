//! Which events of a bus a call publishes, as far as its argument shows it: a variant that is built
//! in the call itself or in a local variable of the same function that nothing else changes.
//! Conditions of permissions rely on it: what is not certain is not known.

use std::collections::BTreeSet;

use ifc_catalog::schema::EventSchema;

use super::{Lookup, paths::Place};
use crate::hir::{
    Body, Def, ExprId, ExprKind, FormatPiece, PatKind, Path, Stmt, TypeId, TypeKind, outer_variable,
};
use crate::resolve::Resolution;
use crate::symbol::Symbol;

/// The detail types that the calls at `places` publish to a resource; None if it is not a bus or if
/// they may publish any.
pub(super) fn published(
    lookup: &Lookup<'_>,
    resource: usize,
    places: &[Place],
) -> Option<BTreeSet<String>> {
    let event = lookup.resources[resource].event.as_ref()?;
    let mut types = BTreeSet::new();
    for place in places {
        types.extend(at(lookup, event, lookup.payloads[resource], place)?);
    }
    (!types.is_empty()).then_some(types)
}

fn at(
    lookup: &Lookup<'_>,
    event: &EventSchema,
    ty: Option<TypeId>,
    place: &Place,
) -> Option<Vec<String>> {
    let function = &lookup.program.functions[place.function.index()];
    let body = function.body.as_ref()?;
    // Items of a block may hide those of the module, in which names are looked up here; and a block
    // may be left with another value than that at its end.
    let is_open = |kind: &ExprKind| {
        matches!(
            kind,
            ExprKind::Block {
                module: Some(_),
                ..
            } | ExprKind::Break(Some(_))
        )
    };
    if body.exprs.iter().any(|expr| is_open(&expr.kind)) {
        return None;
    }
    let value = Value {
        lookup,
        event,
        ty,
        place,
        body,
    };
    // What a macro repeats stands several times at the same place.
    let mut found = None;
    for expr in &body.exprs {
        match &expr.kind {
            ExprKind::MethodCall {
                args, method_span, ..
            } if expr.span == place.span || *method_span == place.span => {
                let types = value.of(*args.first()?, 0)?;
                found.get_or_insert_with(Vec::new).extend(types);
            }
            _ => {}
        }
    }
    found
}

struct Value<'a> {
    lookup: &'a Lookup<'a>,
    event: &'a EventSchema,
    ty: Option<TypeId>,
    place: &'a Place,
    body: &'a Body,
}

/// Longest chain of local variables that is followed.
const LOCALS: usize = 8;

impl Value<'_> {
    fn of(&self, expr: ExprId, depth: usize) -> Option<Vec<String>> {
        match &self.body.expr(expr).kind {
            ExprKind::Ref(inner) | ExprKind::RefMut(inner) => self.of(*inner, depth),
            ExprKind::Array(items) => self.any(items.iter().copied(), depth),
            ExprKind::If {
                then,
                otherwise: Some(otherwise),
                ..
            } => self.any([*then, *otherwise], depth),
            ExprKind::Match { arms, .. } => self.any(arms.iter().map(|arm| arm.body), depth),
            ExprKind::Block {
                tail: Some(tail), ..
            } => self.of(*tail, depth),
            ExprKind::Return(_) | ExprKind::Break(_) | ExprKind::Continue => Some(Vec::new()),
            ExprKind::Struct { path, .. } => self.constructed(path),
            ExprKind::Call { callee, .. } => match &self.body.expr(*callee).kind {
                ExprKind::Path(path) => self.constructed(path),
                _ => None,
            },
            ExprKind::Path(path) => {
                let mut variable = path.variable.filter(|_| depth < LOCALS);
                while let Some(name) = variable {
                    if let Some(found) = self.local(name, depth) {
                        return found;
                    }
                    variable = outer_variable(name);
                }
                self.constructed(path)
            }
            _ => None,
        }
    }

    fn any(&self, exprs: impl IntoIterator<Item = ExprId>, depth: usize) -> Option<Vec<String>> {
        let mut types = Vec::new();
        for expr in exprs {
            types.extend(self.of(expr, depth)?);
        }
        Some(types)
    }

    /// The event that a path constructs.
    fn constructed(&self, path: &Path) -> Option<Vec<String>> {
        let program = self.lookup.program;
        let module = program.functions[self.place.function.index()].module;
        let (id, name) = match self.lookup.names.value(program, module, path) {
            Resolution::Def {
                def: Def::Variant(id, at),
                ..
            } => match &program.types[id.index()].kind {
                TypeKind::Enum(variants) => (id, variants.get(at as usize)?.name),
                _ => return None,
            },
            Resolution::Def {
                def: Def::Type(id),
                used,
            } if used == path.segments.len() => (id, program.types[id.index()].name),
            // In type position for `Placed { .. }`.
            _ => match self.lookup.names.ty(program, module, path) {
                Resolution::Def {
                    def: Def::Type(id),
                    used,
                } if used == path.segments.len() => (id, program.types[id.index()].name),
                _ => return None,
            },
        };
        if Some(id) != self.ty {
            return None;
        }
        let variants = self.event.variants.iter();
        let types: Vec<String> = variants
            .filter(|variant| variant.name == name.as_str())
            .map(|variant| variant.detail_type.clone())
            .collect();
        (!types.is_empty()).then_some(types)
    }

    /// What all `let`s of this name bind; None if there is no local of the name, `Some(None)` if
    /// one of them is not understood.
    fn local(&self, name: Symbol, depth: usize) -> Option<Option<Vec<String>>> {
        let mut bound = false;
        let mut types = Vec::new();
        for expr in &self.body.exprs {
            let ExprKind::Block { stmts, .. } = &expr.kind else {
                continue;
            };
            for stmt in stmts {
                let Stmt::Let { pat, init, .. } = stmt else {
                    continue;
                };
                match self.body.pat(*pat).kind {
                    PatKind::Bind { name: other, .. } if other == name => {}
                    _ => continue,
                }
                bound = true;
                match init.and_then(|init| self.of(init, depth + 1)) {
                    Some(more) => types.extend(more),
                    None => return Some(None),
                }
            }
        }
        let patterns = self.body.pats.iter();
        let binders = patterns
            .filter(|pat| matches!(pat.kind, PatKind::Bind { name: other, .. } if other == name))
            .count();
        if bound {
            // Every binder must be one of the `let`s: a parameter or a pattern may shadow them.
            let certain = binders == self.lets(name) && !self.may_change(name);
            Some(certain.then_some(types))
        } else if binders > 0 {
            Some(None)
        } else {
            None
        }
    }

    /// Whether a local variable is mentioned where it could be changed: anywhere but as what is
    /// published and in texts.
    fn may_change(&self, name: Symbol) -> bool {
        let mut harmless: BTreeSet<ExprId> = BTreeSet::new();
        for expr in &self.body.exprs {
            match &expr.kind {
                ExprKind::MethodCall { method, args, .. }
                    if matches!(method.as_str(), "publish" | "publish_many") =>
                {
                    harmless.extend(args.iter().flat_map(|arg| self.parts(*arg)));
                }
                ExprKind::Format { pieces } => {
                    harmless.extend(pieces.iter().filter_map(FormatPiece::value));
                }
                ExprKind::OpaqueMacro { mentions, .. }
                    if mentions.iter().any(|path| is(path, name)) =>
                {
                    return true;
                }
                _ => {}
            }
        }
        let mut exprs = (0..).map(ExprId).zip(&self.body.exprs);
        exprs.any(|(id, expr)| {
            let mentions = matches!(&expr.kind, ExprKind::Path(path) if is(path, name));
            mentions && !harmless.contains(&id)
        })
    }

    /// An argument without the references and arrays around it.
    fn parts(&self, arg: ExprId) -> Vec<ExprId> {
        match &self.body.expr(arg).kind {
            ExprKind::Ref(inner) => self.parts(*inner),
            ExprKind::Array(items) => items.iter().flat_map(|item| self.parts(*item)).collect(),
            _ => vec![arg],
        }
    }

    fn lets(&self, name: Symbol) -> usize {
        let blocks = self.body.exprs.iter().filter_map(|expr| match &expr.kind {
            ExprKind::Block { stmts, .. } => Some(stmts),
            _ => None,
        });
        blocks
            .flatten()
            .filter(|stmt| match stmt {
                Stmt::Let { pat, .. } => matches!(
                    self.body.pat(*pat).kind,
                    PatKind::Bind { name: other, .. } if other == name
                ),
                Stmt::Expr(_) => false,
            })
            .count()
    }
}

fn is(path: &Path, name: Symbol) -> bool {
    matches!(&*path.segments, [only] if only.name == name)
}
