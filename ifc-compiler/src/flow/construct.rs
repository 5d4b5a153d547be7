//! Values that the program makes: structs and variants.

use super::Flow;
use super::engine::{Cx, PoolKey};
use super::ty::{SubstId, Ty, TyKind};
use super::value::{Val, ValKind};
use crate::hir::{ExprId, Path, TypeKind};
use crate::span::Span;
use crate::symbol::Symbol;

impl<'p> Flow<'p> {
    pub(super) fn eval_struct(
        &mut self,
        cx: Cx,
        span: Span,
        path: &'p Path,
        fields: &'p [(Symbol, ExprId)],
        rest: Option<ExprId>,
    ) -> Val {
        let found = self.struct_path(cx, path);
        let whole = found.map_or(Ty::UNKNOWN, |(ty, ..)| ty);
        let base = rest.map(|rest| self.eval(cx, rest, whole));
        let Some((ty, id, variant)) = found else {
            let mut contents = Val::BOTTOM;
            for &(_, value) in fields {
                let value = self.eval(cx, value, Ty::UNKNOWN);
                contents = self.vals.join(&mut self.tys, contents, value);
            }
            return self.foreign_struct(cx, span, contents);
        };
        self.mention(cx, ty, span);
        let tys = self.field_tys(ty, id, variant);
        let names: Vec<Symbol> = self
            .fields_of(id, variant)
            .iter()
            .map(|field| field.name)
            .collect();
        let mut values = vec![Val::EMPTY; names.len()];
        if let Some(base) = base {
            for (at, &name) in names.iter().enumerate() {
                values[at] = self.field(cx, base, name);
            }
        }
        let mut lent = Vec::new();
        for &(name, value) in fields {
            let Some(at) = names.iter().position(|&known| known == name) else {
                self.eval(cx, value, Ty::UNKNOWN);
                continue;
            };
            lent.push((value, at));
            let value = self.eval(cx, value, tys[at]);
            values[at] = self.refine(value, tys[at]);
        }
        let made = self.construct(ty, id, variant, values);
        for (value, at) in lent {
            self.lend_to_field(cx, value, (id, variant, at));
        }
        made
    }

    /// A value of a type of the program, made here.
    pub(super) fn construct(
        &mut self,
        ty: Ty,
        id: crate::hir::TypeId,
        variant: u32,
        fields: Vec<Val>,
    ) -> Val {
        let ty = self.with_args_from_fields(ty, id, variant, &fields);
        let carries = self.carries(ty);
        if !carries && !self.holds_text(ty) {
            return self.vals.typed(ty);
        }
        for (at, &field) in fields.iter().enumerate() {
            self.put_in_pool(PoolKey::Field(id, variant, at as u32), field);
        }
        if !carries && !fields.iter().any(|&field| self.vals.informs(field)) {
            return self.vals.typed(ty);
        }
        self.vals.add(ValKind::Adt {
            ty,
            id,
            variant,
            fields: fields.into(),
        })
    }

    /// Type arguments that follow from what the fields hold.
    fn with_args_from_fields(
        &mut self,
        ty: Ty,
        id: crate::hir::TypeId,
        variant: u32,
        fields: &[Val],
    ) -> Ty {
        let program = self.program;
        let def = &program.types[id.index()];
        if def.generics.params.is_empty() {
            return ty;
        }
        let mut bound = Vec::new();
        for (field, &value) in self.fields_of(id, variant).iter().zip(fields) {
            let is = self.type_of(value);
            self.unify(def.module, &[&def.generics], &field.ty, is, &mut bound);
        }
        let args = def.generics.params.iter().map(|param| {
            bound
                .iter()
                .find(|entry| entry.0 == param.name)
                .map_or(Ty::UNKNOWN, |entry| entry.1)
        });
        let known = self.tys.add(TyKind::Local(id, args.collect()));
        self.tys.meet(known, ty)
    }

    /// How many variants a type has; a struct is one.
    pub(super) fn variants(&self, id: crate::hir::TypeId) -> u32 {
        match &self.program.types[id.index()].kind {
            TypeKind::Enum(variants) => variants.len() as u32,
            TypeKind::Struct(_) => 1,
            TypeKind::Alias(_) => 0,
        }
    }

    /// Fields of a struct or variant.
    pub(super) fn fields_of(
        &self,
        id: crate::hir::TypeId,
        variant: u32,
    ) -> &'p [crate::hir::Field] {
        match &self.program.types[id.index()].kind {
            TypeKind::Struct(fields) => fields,
            TypeKind::Enum(variants) => variants.get(variant as usize).map_or(&[], |v| &v.fields),
            TypeKind::Alias(_) => &[],
        }
    }

    /// Types of those fields.
    pub(super) fn field_tys(&mut self, ty: Ty, id: crate::hir::TypeId, variant: u32) -> Vec<Ty> {
        let subst = self.args_of(ty, id);
        let module = self.program.types[id.index()].module;
        let fields = self.fields_of(id, variant).iter();
        fields
            .map(|field| self.ty(module, subst, &field.ty))
            .collect()
    }

    /// The type of one of them.
    pub(super) fn field_ty(
        &mut self,
        ty: Ty,
        id: crate::hir::TypeId,
        variant: u32,
        at: usize,
    ) -> Ty {
        let Some(field) = self.fields_of(id, variant).get(at) else {
            return Ty::UNKNOWN;
        };
        let subst = self.args_of(ty, id);
        self.ty(self.program.types[id.index()].module, subst, &field.ty)
    }

    /// What the parameters of a type stand for in it.
    fn args_of(&mut self, ty: Ty, id: crate::hir::TypeId) -> SubstId {
        let def = &self.program.types[id.index()];
        let args: &[Ty] = match self.tys.kind(ty) {
            TyKind::Local(_, args) => args,
            _ => &[],
        };
        let params = def.generics.params.iter().map(|param| param.name);
        let mut entries: Vec<(Symbol, Ty)> = Vec::with_capacity(params.len() + 1);
        entries.extend(params.zip(args.iter().copied()));
        entries.push((self.known.self_, ty));
        self.tys.subst(entries)
    }
}
