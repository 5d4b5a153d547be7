//! What follows from a type's being mentioned: values of it may exist, so code outside the program
//! may call its implementations of foreign traits (`Drop`, `From`, `Future`, `FromRequestParts`),
//! and trait objects may be of it.

use std::rc::Rc;

use super::engine::Cx;
use super::eval::Site;
use super::index::Head;
use super::ty::{SubstId, Ty, TyKind};
use super::{CallKind, Flow};
use crate::hir::{Def, Field, FnId, Impl, ModuleId, Path, TypeId, TypeKind, Variant};
use crate::resolve::Resolution;
use crate::span::Span;
use crate::symbol::FastMap;

/// Types inside a type beyond which each of the program's counts once.
const MANY: usize = 4096;

/// Types inside a type, and functions that outside code may call on account of them.
#[derive(Debug, Default)]
pub(super) struct Inside {
    types: Vec<TypeId>,
    callbacks: Vec<(FnId, SubstId, Ty)>,
}

impl<'p> Flow<'p> {
    /// A type is mentioned in reachable code.
    pub(super) fn mention(&mut self, cx: Cx, ty: Ty, span: Span) {
        if matches!(
            ty,
            Ty::UNKNOWN | Ty::TEXT | Ty::PLAIN | Ty::UNIT | Ty::NEVER
        ) {
            return;
        }
        let inside = self.inside(ty);
        if self.known_mentions.insert(ty, ()).is_none() {
            for &id in &inside.types {
                if self.mentioned.insert(id, ()).is_some() {
                    continue;
                }
                for of in self.index.traits_of(id).to_vec() {
                    for reader in self.dyn_readers.get(&of).cloned().unwrap_or_default() {
                        self.touch(reader);
                    }
                }
            }
        }
        if inside.callbacks.is_empty() || self.unit(cx.unit).effects.mentioned.contains(&ty) {
            return;
        }
        self.unit_mut(cx.unit).effects.mentioned.push(ty);
        for &(function, subst, own) in &inside.callbacks {
            let program = self.program;
            let data = &program.functions[function.index()];
            let mut args = Vec::with_capacity(data.params.len());
            for (at, written) in data.params.iter().enumerate() {
                let ty = if at == 0 && data.has_self {
                    own
                } else {
                    self.ty(data.module, subst, written)
                };
                args.push(self.vals.typed(ty));
            }
            let site = Site::plain(span, CallKind::Implicit);
            let mark = self.called.len();
            self.call_fn(cx, site, function, subst, &args);
            self.called.truncate(mark);
        }
    }

    /// Types in a function's signature are mentioned where it is called.
    pub(super) fn mention_signature(&mut self, cx: Cx, id: FnId) {
        let program = self.program;
        let function = &program.functions[id.index()];
        for written in function.params.iter().chain([&function.ret]) {
            let ty = self.ty(cx.module, cx.subst, written);
            self.mention(cx, ty, function.name_span);
        }
    }

    fn inside(&mut self, ty: Ty) -> Rc<Inside> {
        if let Some(known) = self.insides.get(&ty) {
            return Rc::clone(known);
        }
        let mut inside = Inside::default();
        let mut seen = FastMap::default();
        let mut todo = vec![ty];
        while let Some(ty) = todo.pop() {
            if seen.insert(ty, ()).is_some() {
                continue;
            }
            match self.tys.kind(ty).clone() {
                // A type that grows as it is unfolded has been seen enough.
                TyKind::Local(id, _) if seen.len() > MANY && inside.types.contains(&id) => {}
                TyKind::Local(id, args) => {
                    inside.types.push(id);
                    self.own_callbacks(id, ty, &mut inside);
                    self.derived_calls(id, ty, &mut inside);
                    todo.extend(args.iter());
                    for variant in 0..self.variants(id) {
                        todo.extend(self.field_tys(ty, id, variant));
                    }
                }
                TyKind::Handle(_, parts)
                | TyKind::Wrap(_, parts)
                | TyKind::Foreign(_, parts)
                | TyKind::Tuple(parts) => todo.extend(parts.iter()),
                TyKind::Fn(ret) => todo.push(ret),
                TyKind::Unknown | TyKind::Never | TyKind::Text | TyKind::Plain | TyKind::Dyn(_) => {
                }
            }
        }
        let inside = Rc::new(inside);
        self.insides.insert(ty, Rc::clone(&inside));
        inside
    }

    /// Whether a trait from outside is implemented for handles: `From<&'static Table<Order>>`.
    fn takes_handles(&mut self, data: &'p Impl) -> bool {
        let path = data.trait_path.as_ref();
        let args = path
            .and_then(|path| path.segments.last())
            .map_or(&[][..], |last| last.args());
        args.iter().any(|written| {
            let ty = self.ty(data.module, SubstId::EMPTY, written);
            self.holds_handle(ty)
        })
    }

    fn holds_handle(&self, ty: Ty) -> bool {
        match self.tys.kind(ty) {
            TyKind::Handle(..) => true,
            TyKind::Wrap(_, parts) | TyKind::Tuple(parts) => {
                parts.iter().any(|&part| self.holds_handle(part))
            }
            _ => false,
        }
    }

    /// What the code calls that serde's derives make for a type.
    fn derived_calls(&mut self, id: TypeId, ty: Ty, inside: &mut Inside) {
        let program = self.program;
        let def = &program.types[id.index()];
        let (variants, fields): (&[Variant], &[Field]) = match &def.kind {
            TypeKind::Enum(variants) => (variants, &[]),
            TypeKind::Struct(fields) => (&[], fields),
            TypeKind::Alias(_) => return,
        };
        let of_variants = variants.iter().flat_map(|variant| {
            let fields = variant.fields.iter().map(|field| &field.serde);
            fields.chain([&variant.serde])
        });
        let of_fields = fields.iter().map(|field| &field.serde);
        let all = of_variants.chain(of_fields).chain([&def.serde]);
        for path in all.flatten().flat_map(|serde| &serde.calls) {
            for (function, subst) in self.named_functions(def.module, ty, path) {
                inside.callbacks.push((function, subst, ty));
            }
        }
    }

    /// The functions that a path in an attribute of a type names.
    fn named_functions(
        &mut self,
        module: ModuleId,
        ty: Ty,
        path: &'p Path,
    ) -> Vec<(FnId, SubstId)> {
        let Some((last, around)) = path.segments.split_last() else {
            return Vec::new();
        };
        let of = match around {
            [only] if only.name == self.known.self_ => ty,
            _ => match self.names.value(self.program, module, path) {
                Resolution::Def {
                    def: Def::Function(id),
                    ..
                } => return vec![(id, SubstId::EMPTY)],
                Resolution::Def {
                    def: Def::Type(id), ..
                } => self.local_ty(id, Vec::new()),
                _ => return Vec::new(),
            },
        };
        let found = self.candidates(of, last.name).into_iter();
        found
            .map(|(candidate, subst)| (candidate.function, subst))
            .collect()
    }

    fn own_callbacks(&mut self, id: TypeId, ty: Ty, inside: &mut Inside) {
        let program = self.program;
        for imp in self.index.callbacks(id).to_vec() {
            let data = &program.impls[imp.index()];
            // Only the program has handles, and where it hands one over is followed.
            if self.takes_handles(data) {
                continue;
            }
            // Of a type from outside, on account of an argument of the trait.
            let own = match self.index.head_of(imp) {
                Head::Local(_) => ty,
                _ => self.ty(data.module, SubstId::EMPTY, &data.self_ty),
            };
            let Some(subst) = self.impl_subst(imp, own) else {
                continue;
            };
            for &function in &data.methods {
                inside.callbacks.push((function, subst, own));
            }
        }
    }
}
