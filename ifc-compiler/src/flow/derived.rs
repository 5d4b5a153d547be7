//! What derives and attributes of other crates make of a type. Their code is not seen, but what they
//! are for is the same for all of them: accessors of the fields, methods that a field answers to,
//! conversions from and into a field, and further types with the type's name in theirs.

use super::Flow;
use super::engine::Cx;
use super::eval::Site;
use super::ty::{Ty, TyKind, Wrap};
use super::value::{Val, ValKind};
use crate::hir::{Path, TypeId, TypeKind};
use crate::span::Span;
use crate::symbol::Symbol;

/// Types in types that are looked through for one that has a method.
const DEPTH: u32 = 4;

impl<'p> Flow<'p> {
    /// The type of the program that this is, if unseen code may belong to it.
    fn extended(&self, ty: Ty) -> Option<TypeId> {
        match *self.tys.kind(ty) {
            TyKind::Local(id, _) if self.program.types[id.index()].is_extended => Some(id),
            _ => None,
        }
    }

    /// A method that unseen code may have made for the type: an accessor of a field, or one that a
    /// field answers to.
    pub(super) fn derived_method(
        &mut self,
        cx: Cx,
        site: Site<'_>,
        args: &[Val],
        method: Symbol,
        asked: &[Ty],
    ) -> Option<Val> {
        let ty = self.type_of(args[0]);
        let id = self.extended(ty)?;
        let parts = self.parts_of(cx, args[0], ty, id);
        if args.len() == 1 {
            // A builder stands for what it builds.
            if matches!(method.as_str(), "build" | "try_build" | "fallible_build") {
                return Some(self.vals.wrap(&mut self.tys, Wrap::Around, &[args[0]]));
            }
            let named = parts
                .iter()
                .filter(|(name, _)| is_accessor(method.as_str(), name.as_str()));
            let named = named.map(|&(_, part)| part).collect();
            if let Some(named) = self.any_of(named) {
                return Some(named);
            }
        }
        if let &[_, given] = args
            && let Some(at) = self.set_by(id, method)
        {
            let mut fields: Vec<Val> = parts.iter().map(|&(_, part)| part).collect();
            let field = self.field_ty(ty, id, 0, at);
            fields[at] = self.set_to(cx, site, given, field);
            let set = self.construct(ty, id, 0, fields);
            if let Some(&place) = site.sources.first()
                && self.is_place(cx, place, 0)
            {
                self.assign(cx, place, set);
            }
            return Some(set);
        }
        let mut given = Vec::new();
        for (_, part) in parts {
            if !self.responds(part, method, args.len()) {
                continue;
            }
            let mut args = args.to_vec();
            args[0] = part;
            given.push(self.call_method(cx, site, &args, method, asked));
        }
        self.any_of(given)
    }

    /// What any of these may be; nothing if there are none.
    fn any_of(&mut self, vals: Vec<Val>) -> Option<Val> {
        (!vals.is_empty()).then(|| self.vals.join_all(&mut self.tys, vals))
    }

    /// The field to which an accessor gives access that unseen code may have made.
    pub(super) fn derived_place(&mut self, on: Val, method: Symbol, args: usize) -> Option<Symbol> {
        let ty = self.type_of(on);
        let id = self.extended(ty).filter(|_| args == 0)?;
        let TypeKind::Struct(fields) = &self.program.types[id.index()].kind else {
            return None;
        };
        let mut names = fields.iter().map(|field| field.name);
        names.find(|name| is_accessor(method.as_str(), name.as_str()))
    }

    /// The content of a value: its only field, or else all that holds something. That is what a
    /// derived `Deref` leads to, and what derives of `IntoIterator` and `Index` go through.
    pub(super) fn derived_content(&mut self, cx: Cx, val: Val) -> Option<Val> {
        let ty = self.type_of(val);
        let id = self.extended(ty)?;
        let is_struct = matches!(self.program.types[id.index()].kind, TypeKind::Struct(_));
        let mut parts = match is_struct {
            true => self.parts_of(cx, val, ty, id),
            false => return None,
        };
        if parts.len() > 1 {
            parts.retain(|&(_, part)| !self.is_plain(part));
        }
        self.any_of(parts.into_iter().map(|(_, part)| part).collect())
    }

    /// The field of a struct that a method with one argument sets, of the struct itself or of a
    /// builder, which stands for what it builds.
    fn set_by(&self, id: TypeId, method: Symbol) -> Option<usize> {
        let TypeKind::Struct(fields) = &self.program.types[id.index()].kind else {
            return None;
        };
        let mut fields = fields.iter();
        fields.position(|field| is_setter(method.as_str(), field.name.as_str()))
    }

    /// What a field holds once it was set: the value itself, or what is made of it by `into`.
    fn set_to(&mut self, cx: Cx, site: Site<'_>, given: Val, field: Ty) -> Val {
        if let TyKind::Wrap(Wrap::Option, _) = self.tys.kind(field) {
            return self.some(given, field);
        }
        let is = self.type_of(given);
        let is_own = matches!(self.tys.kind(field), TyKind::Local(..));
        if !is_own || is == Ty::UNKNOWN || self.head(is) == self.head(field) {
            return self.refine(given, field);
        }
        let site = Site {
            expect: field,
            ..site
        };
        match self.convert(cx, site, given, Symbol::new("into")) {
            Some(made) => made,
            None => match self.derived_from(field, given) {
                Some(made) => made,
                None => {
                    self.give_away(cx, site.span, given, "a setter that is not seen");
                    self.vals.typed(field)
                }
            },
        }
    }

    /// An optional value, if it is not one already.
    fn some(&mut self, val: Val, option: Ty) -> Val {
        let val = match self.vals.slots(&self.tys, val) {
            Some((Wrap::Option, _)) => val,
            _ => self.vals.wrap(&mut self.tys, Wrap::Option, &[val]),
        };
        self.refine(val, option)
    }

    /// Whether a value is of a type for which unseen code may have made a method: because one of its
    /// fields answers to it, or is set by it.
    pub(super) fn is_derived_method(
        &mut self,
        val: Val,
        method: Symbol,
        args: usize,
        depth: u32,
    ) -> bool {
        let ty = self.type_of(val);
        let Some(id) = self.extended(ty).filter(|_| depth < DEPTH) else {
            return false;
        };
        if args == 2 && self.set_by(id, method).is_some() {
            return true;
        }
        let fields: Vec<Val> = match self.vals.kind(val).clone() {
            ValKind::Adt { fields, .. } => fields.to_vec(),
            _ => {
                let tys =
                    (0..self.variants(id)).flat_map(|variant| self.field_tys(ty, id, variant));
                let tys: Vec<Ty> = tys.collect();
                tys.into_iter().map(|ty| self.vals.typed(ty)).collect()
            }
        };
        fields
            .into_iter()
            .any(|field| self.responds_within(field, method, args, depth + 1))
    }

    /// A field that the type itself has not, of the field behind which a derived `Deref` leads.
    pub(super) fn derived_field(&mut self, cx: Cx, atom: Val, name: Symbol) -> Option<Val> {
        let ty = self.type_of(atom);
        let id = self.extended(ty)?;
        let mut found = Vec::new();
        for (_, part) in self.parts_of(cx, atom, ty, id) {
            let inner = self.type_of(part);
            let TyKind::Local(of, _) = *self.tys.kind(inner) else {
                continue;
            };
            if self.fields_of(of, 0).iter().any(|field| field.name == name) {
                found.push(self.field(cx, part, name));
            }
        }
        self.any_of(found)
    }

    /// A value of a type made by an associated function that unseen code may have made for it: `new`
    /// with all fields in order, `from` with the content of a variant.
    pub(super) fn derived_constructor(&mut self, ty: Ty, name: &str, args: &[Val]) -> Option<Val> {
        let id = self.extended(ty)?;
        match (name, args) {
            ("from", &[content]) => self.derived_from(ty, content),
            ("new", _) => {
                let is_struct = matches!(self.program.types[id.index()].kind, TypeKind::Struct(_));
                let tys = self.field_tys(ty, id, 0);
                if !is_struct || tys.len() != args.len() {
                    return None;
                }
                let fields = args.iter().zip(tys);
                let fields = fields.map(|(&arg, ty)| self.refine(arg, ty)).collect();
                Some(self.construct(ty, id, 0, fields))
            }
            _ => None,
        }
    }

    /// What a derived `From` makes of a value: the variants of one field of its type.
    pub(super) fn derived_from(&mut self, to: Ty, content: Val) -> Option<Val> {
        let id = self.extended(to)?;
        let is = self.type_of(content);
        let mut made = Vec::new();
        for variant in 0..self.variants(id) {
            let tys = self.field_tys(to, id, variant);
            let [field] = *tys.as_slice() else { continue };
            if is != Ty::UNKNOWN && self.head(field) == self.head(is) {
                let content = self.refine(content, field);
                made.push(self.construct(to, id, variant, vec![content]));
            }
        }
        self.any_of(made)
    }

    /// What a derived `Into` makes of a value: its field of that type.
    pub(super) fn derived_into(&mut self, cx: Cx, val: Val, to: Ty) -> Option<Val> {
        let ty = self.type_of(val);
        let id = self.extended(ty)?;
        if to == Ty::UNKNOWN {
            return None;
        }
        let parts = self.parts_of(cx, val, ty, id).into_iter();
        let fitting = parts
            .map(|(_, part)| part)
            .filter(|&part| {
                let is = self.type_of(part);
                self.head(is) == self.head(to)
            })
            .collect();
        self.any_of(fitting)
    }

    /// The value of a name that is not known. It may be of a type that unseen code makes of one of the
    /// program, such as its builder, so that values of that type may exist.
    pub(super) fn derived_name(&mut self, cx: Cx, path: &Path, span: Span) -> Val {
        let program = self.program;
        let krate = program.modules[cx.module.index()].krate;
        let of_crate = |id: &&TypeId| {
            let module = program.types[id.index()].module;
            program.modules[module.index()].krate == krate
        };
        let extended = self.index.extended().iter();
        let extended: Vec<TypeId> = extended.filter(of_crate).copied().collect();
        let is_named_after = |id: &&TypeId| {
            let name = program.types[id.index()].name.as_str();
            let mut segments = path.segments.iter();
            segments.any(|segment| segment.name.as_str().contains(name))
        };
        let named: Vec<TypeId> = extended.iter().filter(is_named_after).copied().collect();
        let known = !named.is_empty();
        let mut tys = Vec::new();
        for id in if known { named } else { extended } {
            let ty = self.open_ty(id, Vec::new());
            self.mention(cx, ty, span);
            tys.push(ty);
        }
        if !known {
            return Val::UNKNOWN;
        }
        let names: Vec<&str> = path.segments.iter().map(|one| one.name.as_str()).collect();
        let name = Symbol::new(&names.join("::"));
        self.vals.add(ValKind::Foreign(name, tys.into()))
    }

    /// What is in a value of a type of the program, with the names of the fields.
    fn parts_of(&mut self, cx: Cx, val: Val, ty: Ty, id: TypeId) -> Vec<(Symbol, Val)> {
        let (is, fields) = match self.vals.kind(val).clone() {
            ValKind::Adt {
                variant, fields, ..
            } => (Some(variant), fields),
            _ => (None, [].into()),
        };
        let mut parts = Vec::new();
        for variant in 0..self.variants(id) {
            if is.is_some_and(|is| is != variant) {
                continue;
            }
            for (at, field) in self.fields_of(id, variant).iter().enumerate() {
                let part = match is {
                    Some(_) => fields.get(at).copied().unwrap_or(Val::UNKNOWN),
                    None => self.stored(cx, ty, id, variant, at),
                };
                parts.push((field.name, part));
            }
        }
        parts
    }
}

/// Whether a method without arguments is named after a field in one of the usual ways.
fn is_accessor(method: &str, field: &str) -> bool {
    let name = method.strip_suffix("_mut").unwrap_or(method);
    is_named(name, field, &["get_", "into_", "take_"])
}

/// The same for a method that sets the field.
fn is_setter(method: &str, field: &str) -> bool {
    is_named(method, field, &["set_", "with_", "maybe_"])
}

fn is_named(method: &str, field: &str, prefixes: &[&str]) -> bool {
    let mut without = prefixes
        .iter()
        .filter_map(|&prefix| method.strip_prefix(prefix));
    method == field || without.any(|rest| rest == field)
}
