//! Structs that libraries fill from environment variables: a field `bucket_name` holds the value of
//! the variable `BUCKET_NAME`.

use super::Flow;
use super::text::Part;
use super::ty::{Ty, TyKind, Wrap};
use super::value::Val;
use crate::hir::{Serde, field_name};
use crate::symbol::Symbol;

impl<'p> Flow<'p> {
    /// `envy::from_env::<Settings>()`.
    pub(super) fn settings(&mut self, path: Symbol, tys: &[Ty], expect: Ty) -> Option<Val> {
        if path.as_str() != "envy::from_env" {
            return None;
        }
        let asked = tys.last().copied().filter(|&ty| ty != Ty::UNKNOWN);
        let ty = asked.unwrap_or_else(|| self.slot_ty(expect, Wrap::Result, 0));
        let TyKind::Local(id, _) = *self.tys.kind(ty) else {
            return None;
        };
        let types = self.field_tys(ty, id, 0);
        let serde = self.program.types[id.index()].serde.as_deref();
        let from_input = serde.is_none_or(Serde::is_plain);
        let rule = serde.and_then(|serde| serde.rename_all);
        let fields = self.fields_of(id, 0).iter().zip(types);
        let values = fields
            .map(|(field, ty)| {
                let name = field_name(field, rule);
                let is_plain = field.serde.as_deref().is_none_or(Serde::is_plain);
                // Names of variables are made lower case before they are compared.
                let is_found = !name.contains(char::is_uppercase);
                match from_input && is_plain && is_found {
                    true => self.read_variable(&name, ty),
                    false => self.vals.typed(ty),
                }
            })
            .collect();
        let made = self.construct(ty, id, 0, values);
        Some(
            self.vals
                .wrap(&mut self.tys, Wrap::Result, &[made, Val::EMPTY]),
        )
    }

    /// The type of what `?` is put behind where this type is wanted.
    pub(super) fn result_of(&mut self, wanted: Ty) -> Ty {
        match wanted {
            Ty::UNKNOWN => Ty::UNKNOWN,
            wanted => self.tys.wrap(Wrap::Result, &[wanted]),
        }
    }

    /// The type that a method's receiver has where this type is wanted of the call: that is how
    /// `let settings: Settings = envy::from_env().context("..")?` says what is filled.
    pub(super) fn receiver_of(&mut self, method: Symbol, wanted: Ty) -> Ty {
        match method.as_str() {
            "unwrap" | "expect" | "unwrap_or_default" | "unwrap_or_else" => self.result_of(wanted),
            "map_err" | "context" | "with_context" | "wrap_err" | "wrap_err_with" => {
                let inner = self.slot_ty(wanted, Wrap::Result, 0);
                self.result_of(inner)
            }
            _ => Ty::UNKNOWN,
        }
    }

    fn read_variable(&mut self, field: &str, ty: Ty) -> Val {
        let name = Symbol::new(&field.to_ascii_uppercase());
        let text = self.vals.text([Part::Env(name)].into());
        match self.tys.kind(ty).clone() {
            TyKind::Text => text,
            TyKind::Wrap(Wrap::Option, slots) if slots.first() == Some(&Ty::TEXT) => {
                self.vals.wrap(&mut self.tys, Wrap::Option, &[text])
            }
            _ => self.vals.typed(ty),
        }
    }
}
