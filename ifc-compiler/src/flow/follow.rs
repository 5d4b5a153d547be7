//! Which values are followed, and how far. Handles, clients and callables are followed everywhere
//! because permissions depend on them; texts decide on what a permission is for, so that losing one
//! costs precision only, but keeping one that was written over would cost a permission.

use super::Flow;
use super::engine::Cx;
use super::ty::{Ty, TyKind};
use super::value::{Val, ValKind};
use crate::hir::{Body, ExprId, ExprKind, TypeId, TypeKind, TypeRef};
use crate::symbol::Symbol;

/// Derives that make no values of a type out of something else.
const CLOSED_DERIVES: &[&str] = &[
    "Clone",
    "Copy",
    "Debug",
    "Default",
    "Display",
    "Eq",
    "Error",
    "Hash",
    "Ord",
    "PartialEq",
    "PartialOrd",
    "Serialize",
];

/// Methods that write into a text.
const WRITING: &[&str] = &[
    "push_str",
    "push",
    "insert_str",
    "insert",
    "truncate",
    "clear",
    "extend",
    "replace_range",
    "pop",
    "remove",
    "retain",
    "drain",
    "write_char",
    "write_fmt",
    "write_str",
];

impl<'p> Flow<'p> {
    /// Whether a value of this type may hold something whose identity matters: a handle, a
    /// callable, an implementation behind a trait.
    pub(super) fn carries(&mut self, ty: Ty) -> bool {
        if let Some(&known) = self.carrying.get(&ty) {
            return known;
        }
        let outermost = self.deciding.is_empty();
        self.deciding.push(ty);
        // Recursive types are decided by the rest of their fields.
        self.carrying.insert(ty, false);
        let carries = self.carries_new(ty);
        self.carrying.insert(ty, carries);
        if outermost {
            // Types that were decided on the assumption that a type around them carries nothing
            // are decided again when asked for.
            for other in std::mem::take(&mut self.deciding) {
                if carries && self.carrying.get(&other) == Some(&false) {
                    self.carrying.remove(&other);
                }
            }
        }
        carries
    }

    fn carries_new(&mut self, ty: Ty) -> bool {
        let program = self.program;
        match self.tys.kind(ty).clone() {
            TyKind::Unknown | TyKind::Handle(..) | TyKind::Fn(_) | TyKind::Dyn(_) => true,
            TyKind::Never | TyKind::Text | TyKind::Plain => false,
            TyKind::Wrap(_, parts) | TyKind::Tuple(parts) => {
                parts.iter().any(|&part| self.carries(part))
            }
            TyKind::Foreign(name, parts) => {
                super::known::last(name.as_str()) == "Any"
                    || super::sdk::is_followed(name.as_str())
                    || parts.iter().any(|&part| self.carries(part))
            }
            TyKind::Local(id, _) if self.acts(id, ty) => true,
            TyKind::Local(id, args) => {
                let def = &program.types[id.index()];
                let names = def.generics.params.iter().map(|param| param.name);
                let subst = self.tys.subst(names.zip(args.iter().copied()).collect());
                let mut fields: Vec<&'p TypeRef> = Vec::new();
                match &def.kind {
                    TypeKind::Struct(list) => fields.extend(list.iter().map(|f| &f.ty)),
                    TypeKind::Enum(variants) => {
                        fields.extend(variants.iter().flat_map(|v| &v.fields).map(|f| &f.ty));
                    }
                    TypeKind::Alias(_) => {}
                }
                fields.into_iter().any(|field| {
                    let ty = self.ty(def.module, subst, field);
                    self.carries(ty)
                })
            }
        }
    }

    /// Whether what a type's functions do or give may depend on resources, so that it matters what
    /// a value of it is called on, whatever it holds: `struct Orders; impl Orders { async fn save() }`.
    fn acts(&mut self, id: TypeId, ty: Ty) -> bool {
        let program = self.program;
        let subst = self.tys.subst(vec![(self.known.self_, ty)]);
        for global in self.index.consts_of(id) {
            let global = &program.globals[global.index()];
            let ty = self.ty(global.module, subst, &global.ty);
            if self.carries(ty) {
                return true;
            }
        }
        let functions = self.index.functions_of(id);
        functions.into_iter().any(|function| {
            let data = &program.functions[function.index()];
            data.is_async || data.body.as_deref().is_some_and(runs_futures) || {
                let ret = self.ty(data.module, subst, &data.ret);
                ret != Ty::UNKNOWN && self.carries(ret)
            }
        })
    }

    /// Whether nothing is known of a value but its type, and that type carries nothing.
    pub(super) fn is_plain(&mut self, val: Val) -> bool {
        match self.vals.kind(val) {
            ValKind::Typed(ty) => {
                let ty = *ty;
                !self.carries(ty)
            }
            ValKind::Text(_) | ValKind::Bottom | ValKind::Empty | ValKind::Foreign(..) => true,
            _ => false,
        }
    }

    /// Whether a value of this type may hold a text.
    pub(super) fn holds_text(&mut self, ty: Ty) -> bool {
        if let Some(&known) = self.text_holders.get(&ty) {
            return known;
        }
        // Recursive types are decided by the rest of their fields.
        self.text_holders.insert(ty, false);
        let holds = match self.tys.kind(ty).clone() {
            TyKind::Text | TyKind::Unknown => true,
            TyKind::Wrap(_, parts) | TyKind::Tuple(parts) => {
                parts.iter().any(|&part| self.holds_text(part))
            }
            TyKind::Local(id, _) => (0..self.variants(id)).any(|variant| {
                let fields = self.field_tys(ty, id, variant);
                fields.into_iter().any(|field| self.holds_text(field))
            }),
            _ => false,
        };
        self.text_holders.insert(ty, holds);
        holds
    }

    /// Whether it must be known when a place gets this value.
    pub(super) fn matters(&mut self, val: Val) -> bool {
        match *self.vals.kind(val) {
            ValKind::Typed(ty) => self.carries(ty) || self.holds_text(ty),
            ValKind::Text(_) => true,
            _ => !self.is_plain(val),
        }
    }

    /// Whether all values of a type are made where the program says so, so that its fields hold what
    /// reachable code puts there and nothing else.
    pub(super) fn is_closed(&self, id: TypeId) -> bool {
        let derives = &self.program.types[id.index()].derives;
        derives
            .iter()
            .all(|derive| CLOSED_DERIVES.contains(&derive.as_str()))
    }

    /// Whether a type of the program derives a trait.
    pub(super) fn derives(&self, ty: Ty, name: &str) -> bool {
        let TyKind::Local(id, _) = *self.tys.kind(ty) else {
            return false;
        };
        let derives = &self.program.types[id.index()].derives;
        derives.iter().any(|derive| derive.as_str() == name)
    }

    /// A value without the texts in it.
    pub(super) fn blurred(&mut self, val: Val) -> Val {
        if !self.vals.informs(val) {
            return val;
        }
        match self.vals.kind(val).clone() {
            ValKind::Text(_) => Val::TEXT,
            ValKind::Adt {
                ty,
                id,
                variant,
                fields,
            } => {
                if !self.carries(ty) {
                    return self.vals.typed(ty);
                }
                let fields = fields.iter().map(|&field| self.blurred(field)).collect();
                self.vals.add(ValKind::Adt {
                    ty,
                    id,
                    variant,
                    fields,
                })
            }
            ValKind::Tuple(parts) => {
                let parts: Vec<Val> = parts.iter().map(|&part| self.blurred(part)).collect();
                self.vals.tuple(&mut self.tys, &parts)
            }
            ValKind::Wrap(wrap, parts) => {
                let parts: Vec<Val> = parts.iter().map(|&part| self.blurred(part)).collect();
                self.vals.wrap(&mut self.tys, wrap, &parts)
            }
            ValKind::Union(parts) => {
                let parts: Vec<Val> = parts.iter().map(|&part| self.blurred(part)).collect();
                self.vals.join_all(&mut self.tys, parts)
            }
            ValKind::Request(id, members) => {
                let members = members
                    .iter()
                    .map(|&(name, val, always)| (name, self.blurred(val), always))
                    .collect();
                self.vals.add(ValKind::Request(id, members))
            }
            _ => val,
        }
    }

    /// Code that is not seen may have written other texts into a place.
    pub(super) fn overwritten(&mut self, cx: Cx, place: ExprId, was: Val) {
        let blurred = self.blurred(was);
        if blurred != was {
            self.assign(cx, place, blurred);
        }
    }
}

/// Whether a body makes futures, or has them run.
fn runs_futures(body: &Body) -> bool {
    let runs = |name: Symbol| {
        let name = name.as_str();
        name.starts_with("spawn") || name.starts_with("block_on")
    };
    body.exprs.iter().any(|expr| match &expr.kind {
        ExprKind::Async(_) | ExprKind::Await(_) | ExprKind::Join { .. } => true,
        ExprKind::Closure { is_async, .. } => *is_async,
        ExprKind::Path(path) => path.segments.last().is_some_and(|last| runs(last.name)),
        ExprKind::MethodCall { method, .. } => runs(*method),
        _ => false,
    })
}

/// Whether a body may write into a text that it was lent.
pub(super) fn writes_texts(body: &Body) -> bool {
    let writing = |name: Symbol| WRITING.contains(&name.as_str());
    body.exprs.iter().any(|expr| match &expr.kind {
        ExprKind::MethodCall { method, .. } => writing(*method),
        ExprKind::Assign { place, .. } => {
            matches!(
                body.expr(*place).kind,
                ExprKind::Deref(_) | ExprKind::Field { .. }
            )
        }
        ExprKind::Binary { op, .. } => op.as_str() == "add_assign",
        ExprKind::RefMut(_) => true,
        _ => false,
    })
}
