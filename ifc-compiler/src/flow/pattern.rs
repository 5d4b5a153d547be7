//! Patterns: which variable gets which part of a value.

use super::Flow;
use super::engine::Cx;
use super::ty::{TyKind, Wrap};
use super::value::{Val, ValKind};
use crate::hir::{Def, ExprId, ExprKind, PatId, PatKind, Path, TypeId, TypeKind};
use crate::resolve::Resolution;

/// What a variable gives access to.
#[derive(Clone, Copy)]
pub(super) struct Alias {
    /// The place that it was read from.
    pub(super) source: ExprId,
    /// The pattern between the two.
    pub(super) pat: PatId,
    /// Whether it was an item of what is there: the variable of a `for`.
    pub(super) is_item: bool,
    /// What was written through the variable so far.
    pub(super) written: Val,
}

impl<'p> Flow<'p> {
    /// Binds a pattern to a value that was read from a place, so that writes through what is bound
    /// reach the place.
    pub(super) fn bind_from(&mut self, cx: Cx, pat: PatId, val: Val, source: ExprId) {
        self.bind_lent(cx, pat, val, source, false);
    }

    /// The same for an item of what is in the place.
    pub(super) fn bind_item(&mut self, cx: Cx, pat: PatId, val: Val, source: ExprId) {
        self.bind_lent(cx, pat, val, source, true);
    }

    fn bind_lent(&mut self, cx: Cx, pat: PatId, val: Val, source: ExprId, is_item: bool) {
        self.bind(cx, pat, val);
        // What is empty now may be filled through the variable.
        if (val == Val::EMPTY || self.matters(val))
            && (self.is_place(cx, source, 0) || self.keeps_lent(cx, source, 0))
        {
            let alias = Alias {
                source,
                pat,
                is_item,
                written: Val::BOTTOM,
            };
            self.record_aliases(cx, pat, alias);
        }
    }

    pub(super) fn is_place(&mut self, cx: Cx, expr: ExprId, depth: u32) -> bool {
        if depth > 32 {
            return false;
        }
        match &self.unit(cx.unit).body.expr(expr).kind {
            ExprKind::Path(_) => true,
            ExprKind::Field { base, .. } | ExprKind::Index { base, .. } => {
                self.is_place(cx, *base, depth + 1)
            }
            ExprKind::Ref(inner)
            | ExprKind::RefMut(inner)
            | ExprKind::Deref(inner)
            | ExprKind::Await(inner)
            | ExprKind::Cast { value: inner, .. }
            | ExprKind::Try(inner) => self.is_place(cx, *inner, depth + 1),
            ExprKind::MethodCall {
                receiver, method, ..
            } => {
                let lends = self.known.is_identity(*method)
                    || self.known.lends(*method)
                    || method.as_str() == "collect" && self.is_mutable_chain(cx, *receiver);
                lends && self.is_place(cx, *receiver, depth + 1) || self.gives_place(cx, expr)
            }
            ExprKind::Call { callee, args } => {
                let passes = self.is_clone(cx, *callee) || self.passes_on(cx, *callee);
                passes && args.iter().any(|&arg| self.is_place(cx, arg, depth + 1))
                    || self.gives_place(cx, expr)
            }
            ExprKind::Block {
                tail: Some(tail), ..
            } => self.is_place(cx, *tail, depth + 1),
            ExprKind::If {
                then, otherwise, ..
            } => {
                self.is_place(cx, *then, depth + 1)
                    || otherwise.is_some_and(|other| self.is_place(cx, other, depth + 1))
            }
            ExprKind::Match { arms, .. } => arms
                .iter()
                .any(|arm| self.is_place(cx, arm.body, depth + 1)),
            _ => false,
        }
    }

    /// Whether references that an iterator gives are for writing.
    fn is_mutable_chain(&self, cx: Cx, expr: ExprId) -> bool {
        match &self.unit(cx.unit).body.expr(expr).kind {
            ExprKind::RefMut(_) => true,
            ExprKind::MethodCall {
                receiver, method, ..
            } => method.as_str().ends_with("_mut") || self.is_mutable_chain(cx, *receiver),
            _ => false,
        }
    }

    /// Whether a function from outside is known to give what it is given.
    fn passes_on(&mut self, cx: Cx, callee: ExprId) -> bool {
        let ExprKind::Path(path) = &self.unit(cx.unit).body.expr(callee).kind else {
            return false;
        };
        match self.names.value(self.program, cx.module, path) {
            Resolution::Foreign(path) => {
                let known = self.known.function(path);
                known.is_some_and(|known| known.stores.is_empty())
            }
            _ => false,
        }
    }

    fn record_aliases(&mut self, cx: Cx, pat: PatId, alias: Alias) {
        let body = self.unit(cx.unit).body;
        match &body.pat(pat).kind {
            PatKind::Bind { sub, .. } => {
                if let Some(var) = self.unit(cx.unit).locals.of_pat(pat) {
                    let key = (self.keeper(cx.unit, var), var.slot as u32);
                    let was = self.aliases.get(&key);
                    let written = was.map_or(Val::BOTTOM, |was| was.written);
                    self.aliases.insert(key, Alias { written, ..alias });
                    // A callee shows what it writes only as long as the variable does not hold it
                    // yet, but what is lost on the way is said by each evaluation.
                    self.assign_aliased(cx, var, written);
                }
                if let Some(sub) = sub {
                    self.record_aliases(cx, *sub, alias);
                }
            }
            PatKind::Tuple { pats, .. }
            | PatKind::TupleStruct { pats, .. }
            | PatKind::Slice(pats)
            | PatKind::Or(pats) => {
                for &pat in pats {
                    self.record_aliases(cx, pat, alias);
                }
            }
            PatKind::Struct { fields, .. } => {
                for &(_, pat) in fields {
                    self.record_aliases(cx, pat, alias);
                }
            }
            PatKind::Ref(inner) | PatKind::Typed(inner, _) => {
                self.record_aliases(cx, *inner, alias)
            }
            PatKind::Wild | PatKind::Path(_) => {}
        }
    }

    /// Binds a pattern to a value.
    pub(super) fn bind(&mut self, cx: Cx, pat: PatId, val: Val) {
        let body = self.unit(cx.unit).body;
        match &body.pat(pat).kind {
            PatKind::Wild | PatKind::Path(_) => {}
            PatKind::Bind { sub, .. } => {
                if let Some(var) = self.unit(cx.unit).locals.of_pat(pat) {
                    self.write_var(cx, var, val);
                }
                if let Some(sub) = sub {
                    self.bind(cx, *sub, val);
                }
            }
            PatKind::Ref(inner) => self.bind(cx, *inner, val),
            PatKind::Typed(inner, written) => {
                let ty = self.ty(cx.module, cx.subst, written);
                let val = self.refine(val, ty);
                self.bind(cx, *inner, val);
            }
            PatKind::Or(pats) => {
                for &pat in pats {
                    self.bind(cx, pat, val);
                }
            }
            PatKind::Tuple { pats, rest } => {
                let len = self.tuple_len(val).unwrap_or(pats.len());
                for (at, &pat) in pats.iter().enumerate() {
                    let at = position(at, pats.len(), *rest, len);
                    let part = self.part(val, at);
                    self.bind(cx, pat, part);
                }
            }
            PatKind::Slice(pats) => {
                let content = self.content(val);
                for &pat in pats {
                    // `rest @ ..` binds a slice.
                    let is_rest = matches!(&body.pat(pat).kind, PatKind::Bind { sub: Some(sub), .. }
                        if matches!(body.pat(*sub).kind, PatKind::Wild));
                    self.bind(cx, pat, if is_rest { val } else { content });
                }
            }
            PatKind::Struct { path, fields } => match self.struct_path(cx, path) {
                Some((_, id, variant)) => {
                    let names = self.fields_of(id, variant);
                    for (name, pat) in fields {
                        let at = names.iter().position(|field| field.name == *name);
                        let part = match at {
                            Some(at) => self.variant_field(cx, val, id, variant, at),
                            None => Val::UNKNOWN,
                        };
                        self.bind(cx, *pat, part);
                    }
                }
                None => {
                    for &(_, pat) in fields {
                        let part = self.foreign_part(val);
                        self.bind(cx, pat, part);
                    }
                }
            },
            PatKind::TupleStruct { path, pats, rest } => match self.struct_path(cx, path) {
                Some((_, id, variant)) => {
                    let len = self.fields_of(id, variant).len();
                    for (at, &pat) in pats.iter().enumerate() {
                        let at = position(at, pats.len(), *rest, len);
                        let part = self.variant_field(cx, val, id, variant, at);
                        self.bind(cx, pat, part);
                    }
                }
                None => {
                    let name = path.segments.last().map(|segment| segment.name.as_str());
                    for &pat in pats {
                        let part = match name {
                            Some("Some" | "Ok" | "Ready" | "Continue") => self.slot(cx, val, 0),
                            Some("Err") => self.slot(cx, val, 1),
                            Some("Break") => self.broken(val),
                            _ => self.foreign_part(val),
                        };
                        self.bind(cx, pat, part);
                    }
                }
            },
        }
    }

    fn tuple_len(&mut self, val: Val) -> Option<usize> {
        let atoms = self.vals.atoms(val);
        atoms
            .as_slice()
            .iter()
            .find_map(|&atom| self.vals.parts(&self.tys, atom))
            .map(|parts| parts.len())
    }

    /// A component of a tuple.
    pub(super) fn part(&mut self, val: Val, at: usize) -> Val {
        let found = self.each(val, |flow, atom| match flow.vals.parts(&flow.tys, atom) {
            Some(parts) => parts.get(at).copied().unwrap_or(Val::UNKNOWN),
            None if matches!(atom, Val::UNKNOWN | Val::EMPTY | Val::BOTTOM) => atom,
            // Seen through a wrapper that was not told apart. What is no tuple may be any part.
            None => match flow.around(atom).or_else(|| flow.first_slot(atom)) {
                Some(inner) => match flow.tuple_len(inner) {
                    Some(_) => flow.part(inner, at),
                    None => atom,
                },
                None if flow.is_plain(atom) => Val::BOTTOM,
                None => atom,
            },
        });
        match found {
            Val::BOTTOM if val != Val::BOTTOM => Val::UNKNOWN,
            found => found,
        }
    }

    fn first_slot(&mut self, val: Val) -> Option<Val> {
        let (_, slots) = self.vals.slots(&self.tys, val)?;
        slots.first().copied()
    }

    /// What `Some(..)`, `Ok(..)` and `Err(..)` bind. A value that is no such wrapper was seen
    /// through one that is not told apart, such as the result of taking a lock.
    fn slot(&mut self, cx: Cx, val: Val, at: usize) -> Val {
        let found = self.each(val, |flow, atom| match flow.vals.slots(&flow.tys, atom) {
            Some((Wrap::Result, slots)) => slots[at],
            Some((Wrap::Option | Wrap::Future, slots)) if at == 0 => slots[0],
            _ if at == 0 => atom,
            _ => {
                flow.hide(cx, atom);
                Val::UNKNOWN
            }
        });
        if found == Val::BOTTOM && val != Val::BOTTOM {
            Val::EMPTY
        } else {
            found
        }
    }

    /// What `Break(..)` binds.
    fn broken(&mut self, val: Val) -> Val {
        self.each(val, |flow, atom| match flow.vals.slots(&flow.tys, atom) {
            Some((Wrap::Result, slots)) => slots[1],
            _ => flow.foreign_part(atom),
        })
    }

    /// What a tuple struct or struct from outside holds.
    fn foreign_part(&mut self, val: Val) -> Val {
        self.each(val, |flow, atom| match flow.vals.kind(atom).clone() {
            ValKind::Tuple(parts) if parts.len() == 1 => parts[0],
            ValKind::Typed(ty) => match flow.tys.kind(ty).clone() {
                TyKind::Foreign(_, args) if !args.is_empty() => {
                    let args: Vec<Val> = args.iter().map(|&arg| flow.vals.typed(arg)).collect();
                    flow.vals.join_all(&mut flow.tys, args)
                }
                TyKind::Foreign(..) => Val::UNKNOWN,
                TyKind::Tuple(parts) if parts.len() == 1 => flow.vals.typed(parts[0]),
                _ => atom,
            },
            _ => flow.around(atom).unwrap_or(atom),
        })
    }

    /// The struct or variant of the program that a path names in a pattern or struct expression.
    pub(super) fn struct_path(
        &mut self,
        cx: Cx,
        path: &'p Path,
    ) -> Option<(super::ty::Ty, TypeId, u32)> {
        // `Self` before anything that a glob import might bring in.
        let known = path
            .segments
            .first()
            .and_then(|first| self.tys.lookup(cx.subst, first.name));
        let resolution = match known {
            Some(_) => Resolution::Unresolved,
            None => self.names.ty(self.program, cx.module, path),
        };
        let ty = match resolution {
            Resolution::Def {
                def: Def::Variant(id, variant),
                used,
            } => {
                let resolution = Resolution::Def {
                    def: Def::Variant(id, variant),
                    used,
                };
                let ty = self.inferred_ty(cx.module, cx.subst, path, resolution);
                return Some((ty, id, variant));
            }
            Resolution::Def {
                def: Def::Type(id),
                used,
            } if used < path.segments.len() => {
                // A variant through an alias.
                let whole = Resolution::Def {
                    def: Def::Type(id),
                    used,
                };
                let prefix = self.resolved_prefix(cx, path, whole);
                return self.variant_named(prefix, path.segments.last()?.name);
            }
            Resolution::Foreign(_) => return None,
            _ => {
                let first = path.segments.first()?.name;
                match self.tys.lookup(cx.subst, first) {
                    Some(ty) if path.segments.len() == 1 => ty,
                    Some(ty) => return self.variant_named(ty, path.segments.last()?.name),
                    None => {
                        let resolution = self.names.ty(self.program, cx.module, path);
                        self.inferred_ty(cx.module, cx.subst, path, resolution)
                    }
                }
            }
        };
        match *self.tys.kind(ty) {
            TyKind::Local(id, _) => Some((ty, id, 0)),
            _ => None,
        }
    }

    fn resolved_prefix(&mut self, cx: Cx, path: &'p Path, resolution: Resolution) -> super::ty::Ty {
        match resolution {
            Resolution::Def {
                def: Def::Type(id),
                used,
            } => {
                let args = match used.checked_sub(1).and_then(|at| path.segments.get(at)) {
                    Some(segment) => segment
                        .args()
                        .iter()
                        .map(|ty| self.ty(cx.module, cx.subst, ty))
                        .collect(),
                    None => Vec::new(),
                };
                self.open_ty(id, args)
            }
            _ => super::ty::Ty::UNKNOWN,
        }
    }

    /// The variant of an enum type by name.
    pub(super) fn variant_named(
        &self,
        ty: super::ty::Ty,
        name: crate::symbol::Symbol,
    ) -> Option<(super::ty::Ty, TypeId, u32)> {
        let TyKind::Local(id, _) = *self.tys.kind(ty) else {
            return None;
        };
        let TypeKind::Enum(variants) = &self.program.types[id.index()].kind else {
            return None;
        };
        let at = variants.iter().position(|variant| variant.name == name)?;
        Some((ty, id, at as u32))
    }
}

/// The position that the `at`th subpattern stands for when `..` stands at `rest`.
pub(super) fn position(at: usize, patterns: usize, rest: Option<u32>, len: usize) -> usize {
    match rest {
        Some(rest) if at >= rest as usize => (at + len).saturating_sub(patterns),
        _ => at,
    }
}
