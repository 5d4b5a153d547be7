//! The types of values, and values of which a declared type is known.

use super::Flow;
use super::index::Head;
use super::ty::{Ty, TyKind, Wrap};
use super::value::{Val, ValKind};

impl<'p> Flow<'p> {
    /// The type of a value, as far as all its possibilities agree.
    pub(super) fn type_of(&mut self, val: Val) -> Ty {
        match self.vals.kind(val).clone() {
            ValKind::Bottom | ValKind::Empty | ValKind::Unknown | ValKind::Foreign(..) => {
                Ty::UNKNOWN
            }
            ValKind::Typed(ty) | ValKind::Adt { ty, .. } => ty,
            ValKind::Handle(resource) => self.handle_ty(resource),
            ValKind::Text(_) => Ty::TEXT,
            ValKind::Request(site, _) => self.builder_ty(site),
            ValKind::Tuple(parts) => {
                let tys = parts.iter().map(|&part| self.type_of(part)).collect();
                self.tys.add(TyKind::Tuple(tys))
            }
            ValKind::Wrap(wrap, slots) => {
                let tys: Vec<Ty> = slots.iter().map(|&slot| self.type_of(slot)).collect();
                self.tys.wrap(wrap, &tys)
            }
            ValKind::Fn(id, subst) => {
                let program = self.program;
                let function = &program.functions[id.index()];
                let ret = self.ty(function.module, subst, &function.ret);
                self.tys.add(TyKind::Fn(ret))
            }
            ValKind::Ctor(ty, ..) => self.tys.add(TyKind::Fn(ty)),
            ValKind::TraitFn(..) | ValKind::Closure(..) => self.tys.add(TyKind::Fn(Ty::UNKNOWN)),
            ValKind::Union(parts) => {
                let mut all = Ty::UNKNOWN;
                for &part in &parts {
                    let ty = self.type_of(part);
                    let met = self.tys.meet(all, ty);
                    if ty != Ty::UNKNOWN && self.head(met) != self.head(ty) {
                        return Ty::UNKNOWN;
                    }
                    all = met;
                }
                all
            }
        }
    }

    /// A value of which it is known that it has a declared type.
    pub(super) fn refine(&mut self, val: Val, ty: Ty) -> Val {
        if ty == Ty::UNKNOWN {
            return val;
        }
        // That a trait is implemented says nothing of what a value holds.
        if self.is_foreign_trait(ty)
            && !matches!(
                self.vals.kind(val),
                ValKind::Unknown | ValKind::Empty | ValKind::Foreign(..)
            )
        {
            return val;
        }
        match self.vals.kind(val).clone() {
            ValKind::Bottom => val,
            ValKind::Unknown => self.vals.typed(ty),
            // A client's type is enough to know what it is; who puts it there need not be seen.
            ValKind::Empty => match self.carries(ty) && self.clients_in_ty(ty, 0).is_empty() {
                true => match *self.tys.kind(ty) {
                    TyKind::Wrap(wrap @ (Wrap::Seq | Wrap::Map), _) => {
                        let nothing = vec![Val::EMPTY; wrap.slots()];
                        self.vals.wrap(&mut self.tys, wrap, &nothing)
                    }
                    _ => val,
                },
                false => self.vals.typed(ty),
            },
            ValKind::Foreign(..) => match self.tys.kind(ty) {
                TyKind::Fn(_) | TyKind::Dyn(_) => val,
                _ => self.vals.typed(ty),
            },
            ValKind::Typed(is) => {
                if is == ty {
                    return val;
                }
                let ty = match (self.tys.kind(is), self.tys.kind(ty)) {
                    (_, TyKind::Dyn(_) | TyKind::Fn(_)) => is,
                    (TyKind::Foreign(name, _), TyKind::Foreign(other, args))
                        if name != other && args.is_empty() =>
                    {
                        is
                    }
                    (TyKind::Plain, TyKind::Text | TyKind::Tuple(_)) => ty,
                    _ if self.head(is) == self.head(ty) => self.tys.meet(is, ty),
                    _ => ty,
                };
                self.vals.typed(ty)
            }
            ValKind::Wrap(wrap, slots) => match self.tys.kind(ty).clone() {
                TyKind::Wrap(other, tys) if other == wrap => {
                    let slots: Vec<Val> = slots
                        .iter()
                        .zip(tys.iter())
                        .map(|(&slot, &ty)| self.refine(slot, ty))
                        .collect();
                    self.vals.wrap(&mut self.tys, wrap, &slots)
                }
                _ if !self.carries(ty) => self.vals.typed(ty),
                // A collection into something, an unknown wrapper that turns out to be this one.
                TyKind::Wrap(other, tys) if matches!(wrap, Wrap::Around | Wrap::Seq) => {
                    let content = slots[0];
                    let mut parts: Vec<Val> = match (other, self.vals.parts(&self.tys, content)) {
                        (Wrap::Map, Some(parts)) if parts.len() == 2 => parts,
                        (Wrap::Result | Wrap::Option, _) if wrap == Wrap::Seq => {
                            let tried = self.tried(val);
                            vec![tried]
                        }
                        _ => vec![content; other.slots()],
                    };
                    parts.resize(other.slots(), Val::EMPTY);
                    let slots: Vec<Val> = parts
                        .iter()
                        .zip(tys.iter())
                        .map(|(&part, &ty)| self.refine(part, ty))
                        .collect();
                    self.vals.wrap(&mut self.tys, other, &slots)
                }
                // A handle is in nothing: a wrapper that was not taken off, or that may be there.
                TyKind::Handle(..) => {
                    let within: Vec<Val> =
                        slots.iter().map(|&slot| self.refine(slot, ty)).collect();
                    self.vals.join_all(&mut self.tys, within)
                }
                TyKind::Local(..) if wrap == Wrap::Around => self.refine(slots[0], ty),
                // Collected where it was not known into what.
                TyKind::Local(..)
                    if wrap == Wrap::Seq
                        && !self.candidates(ty, self.known.from_iter).is_empty() =>
                {
                    self.vals.typed(ty)
                }
                _ => val,
            },
            ValKind::Tuple(parts) => match self.tys.kind(ty).clone() {
                TyKind::Tuple(tys) if tys.len() == parts.len() => {
                    let parts: Vec<Val> = parts
                        .iter()
                        .zip(tys.iter())
                        .map(|(&part, &ty)| self.refine(part, ty))
                        .collect();
                    self.vals.tuple(&mut self.tys, &parts)
                }
                _ => val,
            },
            ValKind::Adt {
                ty: is,
                id,
                variant,
                fields,
            } => {
                let met = self.tys.meet(is, ty);
                self.vals.add(ValKind::Adt {
                    ty: met,
                    id,
                    variant,
                    fields,
                })
            }
            ValKind::Union(parts) => {
                let wanted = self.head(ty);
                let open = matches!(
                    self.tys.kind(ty),
                    TyKind::Dyn(_) | TyKind::Fn(_) | TyKind::Unknown
                );
                let mut all = Val::BOTTOM;
                for &part in &parts {
                    // Possibilities of another type come from code whose value is not used.
                    if let ValKind::Typed(is) = *self.vals.kind(part)
                        && !open
                        && self.head(is) != wanted
                        && match self.tys.kind(is) {
                            TyKind::Tuple(_) | TyKind::Plain => true,
                            // What leads to a handle by its `Deref` is none itself.
                            TyKind::Local(..) => matches!(wanted, Head::Handle(_)),
                            _ => false,
                        }
                    {
                        continue;
                    }
                    let part = self.refine(part, ty);
                    all = self.vals.join(&mut self.tys, all, part);
                }
                all
            }
            _ => val,
        }
    }

    /// Whether of a type only a trait from outside is known.
    pub(super) fn is_foreign_trait(&self, ty: Ty) -> bool {
        matches!(self.tys.kind(ty), TyKind::Foreign(path, _) if self.foreign_traits.contains_key(path))
    }

    /// Like refinement by a declared type, for a result whose type the surroundings choose.
    pub(super) fn refine_open(&mut self, val: Val, expect: Ty) -> Val {
        match self.vals.kind(val) {
            ValKind::Unknown => self.refine(val, expect),
            _ => val,
        }
    }
}
