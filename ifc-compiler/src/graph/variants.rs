//! Which events of a bus a call publishes, as far as its argument shows it: a variant that is built
//! in the call itself or in a local variable of the same function. Only checks rely on it, never
//! permissions.

use std::collections::BTreeSet;

use ifc_catalog::schema::EventSchema;

use super::{Lookup, paths::Place};
use crate::hir::{Body, Def, ExprId, ExprKind, PatKind, Path, Stmt, TypeId, TypeKind};
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
    Some(types)
}

fn at(
    lookup: &Lookup<'_>,
    event: &EventSchema,
    ty: Option<TypeId>,
    place: &Place,
) -> Option<Vec<String>> {
    let function = &lookup.program.functions[place.function.index()];
    let body = function.body.as_ref()?;
    let args = body.exprs.iter().find_map(|expr| match &expr.kind {
        ExprKind::MethodCall {
            args, method_span, ..
        } if expr.span == place.span || *method_span == place.span => Some(args),
        _ => None,
    })?;
    let value = Value {
        lookup,
        event,
        ty,
        place,
        body,
    };
    value.of(*args.first()?, 0)
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
            ExprKind::Ref(inner) | ExprKind::RefMut(inner) | ExprKind::Deref(inner) => {
                self.of(*inner, depth)
            }
            ExprKind::Array(items) => {
                let mut types = Vec::new();
                for item in items {
                    types.extend(self.of(*item, depth)?);
                }
                Some(types)
            }
            ExprKind::Struct { path, .. } => self.constructed(path),
            ExprKind::Call { callee, .. } => match &self.body.expr(*callee).kind {
                ExprKind::Path(path) => self.constructed(path),
                _ => None,
            },
            ExprKind::Path(path) => match path.segments.as_slice() {
                [only] if depth < LOCALS => self
                    .local(only.name, depth)
                    .unwrap_or_else(|| self.constructed(path)),
                _ => self.constructed(path),
            },
            _ => None,
        }
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
            let lets = self.lets(name);
            Some((binders == lets).then_some(types))
        } else if binders > 0 {
            Some(None)
        } else {
            None
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
