//! Taking values apart: fields, contents of wrappers, what awaiting and `?` give; and filling in
//! what is known from declared types.

use super::engine::{Cx, PoolKey};
use super::eval::Site;
use super::ty::{Ty, TyKind, Wrap};
use super::value::{Val, ValKind};
use super::{CallKind, Flow};
use crate::hir::TypeId;
use crate::span::Span;
use crate::symbol::Symbol;

impl<'p> Flow<'p> {
    /// Applies a function to each possibility and joins what comes out.
    pub(super) fn each(&mut self, val: Val, mut apply: impl FnMut(&mut Self, Val) -> Val) -> Val {
        let atoms = self.vals.atoms(val);
        let mut all = Val::BOTTOM;
        for &atom in atoms.as_slice() {
            let out = apply(self, atom);
            all = self.vals.join(&mut self.tys, all, out);
        }
        all
    }

    /// Contents of something from outside whose structure is not known.
    pub(super) fn around(&mut self, val: Val) -> Option<Val> {
        match self.vals.kind(val).clone() {
            ValKind::Wrap(Wrap::Around, slots) => Some(slots[0]),
            ValKind::Typed(ty) => match self.tys.kind(ty).clone() {
                TyKind::Wrap(Wrap::Around, slots) => Some(self.vals.typed(slots[0])),
                TyKind::Foreign(_, args) => {
                    let vals: Vec<Val> = args.iter().map(|&arg| self.vals.typed(arg)).collect();
                    (!vals.is_empty()).then(|| self.vals.join_all(&mut self.tys, vals))
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether a type of the program has one of these methods.
    fn has_own<const N: usize>(&mut self, val: Val, names: [Symbol; N]) -> bool {
        let ty = self.type_of(val);
        let is_local = matches!(self.tys.kind(ty), TyKind::Local(..));
        is_local && names.iter().any(|&name| flow_has(self, ty, name))
    }

    /// What `.await` gives.
    pub(super) fn awaited(&mut self, cx: Cx, span: Span, val: Val) -> Val {
        self.each(val, |flow, atom| match flow.vals.slots(&flow.tys, atom) {
            Some((Wrap::Future, slots)) => slots[0],
            Some((Wrap::Around, slots)) if flow.has_own(slots[0], flow.known.awaiting) => {
                flow.awaited(cx, span, slots[0])
            }
            Some(_) => atom,
            None => {
                let ty = flow.type_of(atom);
                if !matches!(flow.tys.kind(ty), TyKind::Local(..)) {
                    return atom;
                }
                let site = Site::plain(span, CallKind::Implicit);
                for name in flow.known.awaiting {
                    if !flow.candidates(ty, name).is_empty() {
                        let args = if name.as_str() == "poll" {
                            vec![atom, Val::PLAIN]
                        } else {
                            vec![atom]
                        };
                        let out = flow.call_local_method(cx, site, ty, name, &args);
                        return match name.as_str() {
                            "poll" => flow.content(out),
                            _ => flow.awaited(cx, span, out),
                        };
                    }
                }
                atom
            }
        })
    }

    /// What `?` gives.
    pub(super) fn tried(&mut self, val: Val) -> Val {
        self.each(val, |flow, atom| match flow.vals.slots(&flow.tys, atom) {
            Some((Wrap::Option | Wrap::Result, slots)) => slots[0],
            Some((Wrap::Seq, slots)) => {
                let inner = flow.tried(slots[0]);
                flow.vals.wrap(&mut flow.tys, Wrap::Seq, &[inner])
            }
            _ => atom,
        })
    }

    /// What `?` returns with.
    pub(super) fn residual(&mut self, val: Val) -> Val {
        self.each(val, |flow, atom| match flow.vals.slots(&flow.tys, atom) {
            Some((Wrap::Result, slots)) if slots[1] != Val::EMPTY && slots[1] != Val::UNKNOWN => {
                flow.vals
                    .wrap(&mut flow.tys, Wrap::Result, &[Val::EMPTY, slots[1]])
            }
            _ => Val::BOTTOM,
        })
    }

    /// What a collection, option, iterator or unknown wrapper contains.
    pub(super) fn content(&mut self, val: Val) -> Val {
        self.each(val, |flow, atom| match flow.vals.slots(&flow.tys, atom) {
            Some((Wrap::Map, slots)) => flow.vals.tuple(&mut flow.tys, &slots),
            Some((Wrap::Around, _)) | None => atom,
            Some((_, slots)) => slots[0],
        })
    }

    /// What a `for` loop binds.
    pub(super) fn iterate(&mut self, cx: Cx, span: Span, val: Val) -> Val {
        self.each(val, |flow, atom| {
            let ty = flow.type_of(atom);
            if let Some((Wrap::Around, slots)) = flow.vals.slots(&flow.tys, atom)
                && flow.has_own(slots[0], flow.known.iterating)
            {
                return flow.iterate(cx, span, slots[0]);
            }
            if flow.vals.slots(&flow.tys, atom).is_some()
                || !matches!(flow.tys.kind(ty), TyKind::Local(..))
            {
                return flow.content(atom);
            }
            match flow.as_iterator(cx, span, ty, atom) {
                Some(seq) => flow.content(seq),
                None => match flow.behind(cx, span, atom) {
                    Some(inner) => flow.iterate(cx, span, inner),
                    None => Val::UNKNOWN,
                },
            }
        })
    }

    /// A value of an own iterator, stream or iterable type as a sequence.
    pub(super) fn as_iterator(&mut self, cx: Cx, span: Span, ty: Ty, val: Val) -> Option<Val> {
        let site = Site::plain(span, CallKind::Implicit);
        for symbol in self.known.iterating {
            let name = symbol.as_str();
            if flow_has(self, ty, symbol) {
                let args = if name == "poll_next" {
                    vec![val, Val::PLAIN]
                } else {
                    vec![val]
                };
                let out = self.call_local_method(cx, site, ty, symbol, &args);
                if name == "into_iter" {
                    let item = self.iterate(cx, span, out);
                    return Some(self.vals.wrap(&mut self.tys, Wrap::Seq, &[item]));
                }
                let mut item = self.content(out);
                if name == "poll_next" {
                    item = self.content(item);
                }
                return Some(self.vals.wrap(&mut self.tys, Wrap::Seq, &[item]));
            }
        }
        None
    }

    /// What `*` gives: what is behind a reference or pointer, or what an own `Deref` of the value
    /// itself gives. Types do not show which, since pointers are what they point to.
    pub(super) fn dereferenced(&mut self, cx: Cx, span: Span, val: Val) -> Val {
        if self.vals.slots(&self.tys, val).is_some() {
            return val;
        }
        match self.deref_once(cx, span, val) {
            Some(inner) => self.vals.join(&mut self.tys, val, inner),
            None => val,
        }
    }

    /// What an own `Deref` of a type of the program gives; nothing for other values.
    pub(super) fn deref_once(&mut self, cx: Cx, span: Span, val: Val) -> Option<Val> {
        let ty = self.type_of(val);
        match self.vals.slots(&self.tys, val) {
            Some((Wrap::Cell, slots)) => return Some(slots[0]),
            Some(_) => return None,
            None => {}
        }
        if !matches!(self.tys.kind(ty), TyKind::Local(..)) {
            return None;
        }
        let deref = self.known.deref;
        if self.candidates(ty, deref).is_empty() {
            return match self.derives(ty, "Deref") {
                true => self.derived_content(cx, val),
                false => None,
            };
        }
        let site = Site::plain(span, CallKind::Implicit);
        let out = self.call_local_method(cx, site, ty, deref, &[val]);
        (out != val).then_some(out)
    }

    /// What stands for a value of an own type in a loop or behind an index, if that is not the
    /// value itself.
    fn behind(&mut self, cx: Cx, span: Span, val: Val) -> Option<Val> {
        match self.deref_once(cx, span, val) {
            Some(inner) => Some(inner),
            None => self.derived_content(cx, val),
        }
    }

    /// `value.name`.
    pub(super) fn field(&mut self, cx: Cx, val: Val, name: Symbol) -> Val {
        let atoms = self.vals.atoms(val);
        let mut all = Val::BOTTOM;
        let mut missing = false;
        for &atom in atoms.as_slice() {
            match self.field_of(cx, atom, name, 0) {
                Some(found) => all = self.vals.join(&mut self.tys, all, found),
                None => {
                    // It was not what it was taken for.
                    let span = self.root_span(cx);
                    self.forget(cx, span, atom);
                    missing = true;
                }
            }
        }
        match (all, missing) {
            (Val::BOTTOM, true) => Val::UNKNOWN,
            _ => all,
        }
    }

    fn field_of(&mut self, cx: Cx, atom: Val, name: Symbol, depth: u32) -> Option<Val> {
        if depth > 8 {
            return None;
        }
        if let Some(parts) = self.vals.parts(&self.tys, atom) {
            return name
                .as_str()
                .parse::<usize>()
                .ok()
                .and_then(|at| parts.get(at).copied());
        }
        match self.vals.kind(atom).clone() {
            ValKind::Unknown => {
                self.hide_fields(cx, name);
                return Some(atom);
            }
            ValKind::Bottom | ValKind::Empty => return Some(atom),
            ValKind::Adt {
                id,
                variant,
                fields,
                ..
            } => {
                let at = self
                    .fields_of(id, variant)
                    .iter()
                    .position(|field| field.name == name);
                if let Some(at) = at {
                    return fields.get(at).copied();
                }
            }
            ValKind::Typed(ty) => match *self.tys.kind(ty) {
                TyKind::Local(id, _) => {
                    let at = self
                        .fields_of(id, 0)
                        .iter()
                        .position(|field| field.name == name);
                    if let Some(at) = at {
                        return Some(self.stored(cx, ty, id, 0, at));
                    }
                }
                // What they are made of is of these crates, too.
                TyKind::Foreign(path, ref args)
                    if args.is_empty() && self.known.describes_events(path) =>
                {
                    return Some(self.opaque(path));
                }
                _ => {}
            },
            _ => {}
        }
        if let Some(found) = self.derived_field(cx, atom, name) {
            return Some(found);
        }
        if let Some(inner) = self.around(atom) {
            let found = self.field(cx, inner, name);
            return Some(if found == Val::UNKNOWN { atom } else { found });
        }
        if self.is_output(atom) {
            return Some(atom);
        }
        match self.vals.slots(&self.tys, atom) {
            Some((_, slots)) => self.field_of(cx, slots[0], name, depth + 1),
            None => {
                let span = self.root_span(cx);
                let inner = self.deref_once(cx, span, atom)?;
                Some(self.field(cx, inner, name))
            }
        }
    }

    /// A field of that name is read of something unknown, which may be of any type that has one:
    /// handles that are in such a field may be what is then used.
    fn hide_fields(&mut self, cx: Cx, name: Symbol) {
        for (id, variant, at) in self.index.fields_named(name).to_vec() {
            let val = self.pooled(cx, PoolKey::Field(id, variant, at));
            self.hide(cx, val);
        }
    }

    fn root_span(&self, cx: Cx) -> Span {
        let body = self.unit(cx.unit).body;
        body.expr(body.root).span
    }

    /// A field of an opaque value: what reachable code anywhere stores there.
    pub(super) fn stored(&mut self, cx: Cx, ty: Ty, id: TypeId, variant: u32, at: usize) -> Val {
        let declared = self.field_ty(ty, id, variant, at);
        if !self.carries(declared) && (!self.holds_text(declared) || !self.is_closed(id)) {
            return self.vals.typed(declared);
        }
        let key = PoolKey::Field(id, variant, at as u32);
        let pooled = self.pooled_later(cx, key, declared);
        self.refine(pooled, declared)
    }

    /// A field of a variant, for a pattern that has matched.
    pub(super) fn variant_field(
        &mut self,
        cx: Cx,
        val: Val,
        id: TypeId,
        variant: u32,
        at: usize,
    ) -> Val {
        let found = self.each(val, |flow, atom| match flow.vals.kind(atom).clone() {
            ValKind::Adt { id: other, variant: v, fields, .. } => {
                if other != id {
                    // It was not what it was taken for.
                    flow.hide(cx, atom);
                }
                match other == id && v == variant {
                    true => fields.get(at).copied().unwrap_or(Val::UNKNOWN),
                    false => Val::BOTTOM,
                }
            }
            ValKind::Typed(ty) if matches!(flow.tys.kind(ty), TyKind::Local(other, _) if *other == id) => {
                flow.stored(cx, ty, id, variant, at)
            }
            ValKind::Bottom | ValKind::Empty => Val::BOTTOM,
            _ => {
                let inner = match flow.vals.slots(&flow.tys, atom) {
                    Some((_, slots)) => Some(slots[0]),
                    None => flow.around(atom),
                };
                match inner {
                    Some(inner) => flow.variant_field(cx, inner, id, variant, at),
                    None => {
                        let ty = flow.local_ty(id, Vec::new());
                        flow.stored(cx, ty, id, variant, at)
                    }
                }
            }
        });
        match found {
            Val::BOTTOM => Val::EMPTY,
            found => found,
        }
    }

    /// `value[index]`.
    pub(super) fn index_value(&mut self, cx: Cx, span: Span, on: Val, at: Val) -> Val {
        let atoms = self.vals.atoms(on);
        let holds = |flow: &mut Self, atom: Val| {
            flow.around(atom).is_some() || flow.vals.slots(&flow.tys, atom).is_some()
        };
        let known = atoms.as_slice().iter().any(|&atom| holds(self, atom));
        self.each(on, |flow, atom| match flow.vals.slots(&flow.tys, atom) {
            Some((Wrap::Map, slots)) => slots[1],
            // A range gives a part of the same kind, which contains the same.
            Some((Wrap::Seq, slots)) => match flow.vals.slots(&flow.tys, at) {
                Some((Wrap::Seq, _)) => atom,
                _ => slots[0],
            },
            // A collection that is not known, or something around one.
            Some((Wrap::Around, slots)) => {
                let ty = flow.type_of(slots[0]);
                let index = flow.known.index;
                let is_indexed = flow.vals.slots(&flow.tys, slots[0]).is_some()
                    || flow_has(flow, ty, index)
                    || ty == Ty::UNKNOWN;
                match is_indexed {
                    true => flow.index_value(cx, span, slots[0], at),
                    false => slots[0],
                }
            }
            Some((_, slots)) => flow.index_value(cx, span, slots[0], at),
            None => {
                let ty = flow.type_of(atom);
                let index = flow.known.index;
                if matches!(flow.tys.kind(ty), TyKind::Local(..)) && flow_has(flow, ty, index) {
                    let site = Site::plain(span, CallKind::Implicit);
                    return flow.call_local_method(cx, site, ty, index, &[atom, at]);
                }
                if let Some(inner) = flow.behind(cx, span, atom) {
                    return flow.index_value(cx, span, inner, at);
                }
                match flow.vals.kind(atom) {
                    ValKind::Typed(Ty::TEXT) | ValKind::Text(_) => Val::TEXT,
                    // The same before anything was put in.
                    ValKind::Typed(_)
                        if known && matches!(flow.tys.kind(ty), TyKind::Foreign(..)) =>
                    {
                        flow.around(atom).unwrap_or(Val::BOTTOM)
                    }
                    _ => flow.around(atom).unwrap_or_else(|| {
                        // It was not what it was taken for.
                        flow.hide(cx, atom);
                        Val::UNKNOWN
                    }),
                }
            }
        })
    }
}

fn flow_has(flow: &mut Flow<'_>, ty: Ty, name: Symbol) -> bool {
    !flow.candidates(ty, name).is_empty()
}
