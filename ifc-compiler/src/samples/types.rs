//! From a type to a value that serde reads as that type.

use std::rc::Rc;

use ifc_catalog::samples::Note;
use serde_json::{Map, Value as Json, json};

use super::{known, words};
use crate::hir::{
    Def, Field, Length, ModuleId, Path, Program, Style, TypeDef, TypeId, TypeKind, TypeRef,
    field_name,
};
use crate::resolve::{Names, Resolution};
use crate::symbol::Symbol;

/// How deep values are built; deeper types never end.
const DEPTH: usize = 64;

/// How many values a sample has at most, arrays of bytes included.
const SIZE: usize = 20_000;

/// How often a type stands inside of itself, where its arguments differ: `Page<Page<T>>`.
const NESTED: usize = 3;

/// Where a type is written, and what its generic parameters stand for there.
#[derive(Clone, Debug)]
pub(super) struct Scope<'a> {
    module: ModuleId,
    bound: Rc<Vec<(Symbol, &'a TypeRef, Scope<'a>)>>,
}

impl Scope<'_> {
    pub(super) fn of(module: ModuleId) -> Self {
        Scope {
            module,
            bound: Rc::default(),
        }
    }
}

/// What a type's path stands for.
enum Named<'a> {
    Local(TypeId, &'a [TypeRef], Scope<'a>),
    Foreign(Symbol, &'a [TypeRef], Scope<'a>),
    Primitive(Symbol),
    /// Another type, in its own scope: an alias, a generic parameter.
    Other(&'a TypeRef, Scope<'a>),
    Unknown,
}

/// Builds values. None for a value means that it would have no end.
pub(super) struct Walk<'a> {
    pub(super) program: &'a Program,
    pub(super) names: &'a Names,
    /// The place in the file of what is being built.
    at: Vec<String>,
    notes: Vec<Note>,
    /// Types whose value is being built, from outside to inside.
    open: Vec<TypeId>,
    depth: usize,
    /// How many more values the sample may have.
    left: usize,
}

impl<'a> Walk<'a> {
    pub(super) fn new(program: &'a Program, names: &'a Names) -> Self {
        Walk {
            program,
            names,
            at: Vec::new(),
            notes: Vec::new(),
            open: Vec::new(),
            depth: 0,
            left: SIZE,
        }
    }

    pub(super) fn into_notes(mut self) -> Vec<Note> {
        self.notes.sort();
        self.notes.dedup();
        self.notes
    }

    /// Builds one sample, at its place in the file.
    pub(super) fn begin(
        &mut self,
        at: &[&str],
        build: impl FnOnce(&mut Self) -> Option<Json>,
    ) -> Json {
        self.at = at.iter().map(|part| (*part).to_owned()).collect();
        self.left = SIZE;
        build(self).unwrap_or(Json::Null)
    }

    /// Says what is wrong with the value that is being built.
    pub(super) fn note(&mut self, message: String) {
        let part = |part: &String| format!("/{}", part.replace('~', "~0").replace('/', "~1"));
        let at = self.at.iter().map(part).collect();
        self.notes.push(Note { at, message });
    }

    /// A type of which nothing is known.
    pub(super) fn unknown(&mut self, ty: &str) -> Json {
        self.note(format!("the form of `{ty}` is not known"));
        Json::Null
    }

    pub(super) fn endless(&mut self, ty: &str) -> Option<Json> {
        self.note(format!("a value of `{ty}` has no end, or is too large"));
        None
    }

    /// Builds what stands in a member.
    pub(super) fn inside<T>(&mut self, member: &str, build: impl FnOnce(&mut Self) -> T) -> T {
        self.at.push(member.to_owned());
        let built = build(self);
        self.at.pop();
        built
    }

    /// The value of a whole sample.
    pub(super) fn value(&mut self, ty: &'a TypeRef, scope: &Scope<'a>, hint: &str) -> Option<Json> {
        let value = self.ty(ty, scope, hint);
        value.or_else(|| self.endless(&crate::graph::type_name(ty)))
    }

    pub(super) fn ty(&mut self, ty: &'a TypeRef, scope: &Scope<'a>, hint: &str) -> Option<Json> {
        if self.depth >= DEPTH || self.left == 0 {
            return None;
        }
        self.depth += 1;
        self.left -= 1;
        let value = self.ty_inside(ty, scope, hint);
        self.depth -= 1;
        value
    }

    fn ty_inside(&mut self, ty: &'a TypeRef, scope: &Scope<'a>, hint: &str) -> Option<Json> {
        match ty {
            TypeRef::Path(path) => match self.named(path, scope) {
                Named::Local(id, args, scope) => {
                    let inner = self.bind(id, args, &scope);
                    self.value_of(id, &inner, hint)
                }
                Named::Foreign(path, args, scope) => {
                    known::foreign(self, path.as_str(), args, &scope, hint)
                }
                Named::Primitive(name) => Some(words::primitive(name.as_str(), hint)),
                Named::Other(ty, scope) => self.ty(ty, &scope, hint),
                Named::Unknown => Some(self.unknown(&crate::graph::type_name(ty))),
            },
            TypeRef::Ref(inner) => self.ty(inner, scope, hint),
            TypeRef::Tuple(parts) if parts.is_empty() => Some(Json::Null),
            TypeRef::Tuple(parts) => {
                let values = parts.iter().enumerate().map(|(at, part)| {
                    self.inside(&at.to_string(), |walk| walk.ty(part, scope, hint))
                });
                values.collect()
            }
            TypeRef::Slice(inner) => Some(self.list(inner, scope, hint)),
            TypeRef::Array(array) => self.array(&array.0, &array.1, scope, hint),
            TypeRef::Fn(..)
            | TypeRef::Dyn(_)
            | TypeRef::Impl(_)
            | TypeRef::Never
            | TypeRef::Infer
            | TypeRef::Unknown => Some(self.unknown(&crate::graph::type_name(ty))),
        }
    }

    /// A list of one element; of none where the element has no end.
    pub(super) fn list(&mut self, element: &'a TypeRef, scope: &Scope<'a>, hint: &str) -> Json {
        let value = self
            .tried(|walk| walk.inside("0", |walk| walk.ty(element, scope, words::singular(hint))));
        Json::Array(value.into_iter().collect())
    }

    /// What a closure builds, without the notes of what was not built.
    pub(super) fn tried(&mut self, build: impl FnOnce(&mut Self) -> Option<Json>) -> Option<Json> {
        let (notes, left) = (self.notes.len(), self.left);
        let built = build(self);
        if built.is_none() {
            self.notes.truncate(notes);
            self.left = left;
        }
        built
    }

    fn array(
        &mut self,
        element: &'a TypeRef,
        length: &Length,
        scope: &Scope<'a>,
        hint: &str,
    ) -> Option<Json> {
        let Length::Literal(length) = length else {
            self.note("the length of an array is no literal".into());
            return Some(json!([]));
        };
        if *length == 0 {
            return Some(json!([]));
        }
        let before = self.left;
        let value = self.inside("0", |walk| walk.ty(element, scope, words::singular(hint)))?;
        let length = usize::try_from(*length).ok()?;
        let size = before.saturating_sub(self.left).checked_mul(length)?;
        self.left = before.checked_sub(size)?;
        Some(Json::Array(vec![value; length]))
    }

    fn named(&self, path: &'a Path, scope: &Scope<'a>) -> Named<'a> {
        let Some(last) = path.segments.last().filter(|_| path.qself.is_none()) else {
            return Named::Unknown;
        };
        if let [only] = &*path.segments
            && let Some((_, ty, scope)) = scope.bound.iter().find(|bound| bound.0 == only.name)
        {
            return Named::Other(ty, scope.clone());
        }
        match self.names.ty(self.program, scope.module, path) {
            Resolution::Def {
                def: Def::Type(id),
                used,
            } if used == path.segments.len() => match &self.program.types[id.index()].kind {
                TypeKind::Alias(target) => Named::Other(target, self.bind(id, last.args(), scope)),
                _ => Named::Local(id, last.args(), scope.clone()),
            },
            Resolution::Foreign(path) => Named::Foreign(path, last.args(), scope.clone()),
            Resolution::Primitive(name) => Named::Primitive(name),
            _ => Named::Unknown,
        }
    }

    /// The scope inside of a type.
    fn bind(&self, id: TypeId, args: &'a [TypeRef], scope: &Scope<'a>) -> Scope<'a> {
        let def = &self.program.types[id.index()];
        let own = Scope::of(def.module);
        let params = def.generics.params.iter().enumerate();
        let bound = params.filter_map(|(at, param)| match args.get(at) {
            Some(ty) => Some((param.name, ty, scope.clone())),
            None => Some((param.name, param.default.as_ref()?, own.clone())),
        });
        Scope {
            module: def.module,
            bound: Rc::new(bound.collect()),
        }
    }

    /// The program's own type behind a type as written, with the scope inside of it.
    pub(super) fn local(&self, ty: &'a TypeRef, scope: &Scope<'a>) -> Option<(TypeId, Scope<'a>)> {
        let (mut ty, mut scope) = (ty, scope.clone());
        for _ in 0..DEPTH {
            match ty {
                TypeRef::Ref(inner) => ty = inner,
                TypeRef::Path(path) => match self.named(path, &scope) {
                    Named::Local(id, args, scope) => {
                        return Some((id, self.bind(id, args, &scope)));
                    }
                    Named::Other(other, inner) => (ty, scope) = (other, inner),
                    _ => return None,
                },
                _ => return None,
            }
        }
        None
    }

    /// The path of the foreign type behind a type as written, with its arguments and their scope.
    pub(super) fn foreign(
        &self,
        ty: &'a TypeRef,
        scope: &Scope<'a>,
    ) -> Option<(&'static str, &'a [TypeRef], Scope<'a>)> {
        let (mut ty, mut scope) = (ty, scope.clone());
        for _ in 0..DEPTH {
            let TypeRef::Path(path) = ty else { return None };
            match self.named(path, &scope) {
                Named::Foreign(path, args, scope) => return Some((path.as_str(), args, scope)),
                Named::Other(other, inner) => (ty, scope) = (other, inner),
                _ => return None,
            }
        }
        None
    }

    /// A value of one of the program's types.
    pub(super) fn value_of(&mut self, id: TypeId, inner: &Scope<'a>, hint: &str) -> Option<Json> {
        let limit = match inner.bound.is_empty() {
            true => 1,
            false => NESTED,
        };
        if self.open.iter().filter(|&&open| open == id).count() >= limit {
            return None;
        }
        self.open.push(id);
        let value = self.value_of_new(id, inner, hint);
        self.open.pop();
        value
    }

    fn value_of_new(&mut self, id: TypeId, inner: &Scope<'a>, hint: &str) -> Option<Json> {
        let def = &self.program.types[id.index()];
        let name = def.name.as_str();
        if !def.derives.iter().any(|one| one.as_str() == "Deserialize") {
            self.note(format!("`{name}` does not derive `Deserialize`"));
            return Some(Json::Null);
        }
        let serde = def.serde.as_deref();
        if serde.is_some_and(|serde| serde.unknown) {
            self.note(format!("an option of serde on `{name}` is not known"));
        }
        if let Some(from) = serde.and_then(|serde| serde.from.as_ref()) {
            if serde.is_some_and(|serde| serde.may_refuse) {
                self.note(format!("`{name}` may refuse the value"));
            }
            return self.ty(from, inner, &words::joined(hint, name));
        }
        match &def.kind {
            TypeKind::Struct(fields) => self.structure(def, fields, inner, hint),
            TypeKind::Enum(variants) => self.choice(def, variants, inner, hint),
            TypeKind::Alias(target) => self.ty(target, inner, hint),
        }
    }

    fn structure(
        &mut self,
        def: &'a TypeDef,
        fields: &'a [Field],
        inner: &Scope<'a>,
        hint: &str,
    ) -> Option<Json> {
        let serde = def.serde.as_deref();
        let hint = words::joined(hint, def.name.as_str());
        if serde.is_some_and(|serde| serde.transparent)
            && let Some(field) = fields.iter().find(|field| !self.is_left_out(field, inner))
        {
            let own = match def.style {
                Style::Named => field.name.as_str(),
                _ => &hint,
            };
            return self.field(field, inner, own);
        }
        let rule = serde.and_then(|serde| serde.rename_all);
        let has_default = serde.is_some_and(|serde| serde.default);
        self.fields(def.style, fields, rule, has_default, inner, &hint)
    }

    /// Whether `transparent` looks past a field.
    fn is_left_out(&self, field: &'a Field, scope: &Scope<'a>) -> bool {
        let marker = self.foreign(&field.ty, scope);
        let is_marker = marker.is_some_and(|(path, ..)| path.ends_with("::PhantomData"));
        is_marker || field.serde.as_ref().is_some_and(|serde| serde.skip)
    }

    /// Fields of a struct or variant, without a name around them. `has_default`: whether members
    /// may be missing.
    pub(super) fn fields(
        &mut self,
        style: Style,
        fields: &'a [Field],
        rule: Option<Symbol>,
        has_default: bool,
        inner: &Scope<'a>,
        hint: &str,
    ) -> Option<Json> {
        let is_read = |field: &&Field| !field.serde.as_ref().is_some_and(|serde| serde.skip);
        match (style, fields) {
            (Style::Unit, _) => Some(Json::Null),
            (Style::Tuple, [only]) => self.field(only, inner, hint),
            (Style::Tuple, _) => {
                let read = fields.iter().filter(is_read).enumerate();
                let values = read.map(|(at, field)| {
                    self.inside(&at.to_string(), |walk| walk.field(field, inner, hint))
                });
                values.collect()
            }
            (Style::Named, _) => {
                let mut members = Map::new();
                for field in fields.iter().filter(is_read) {
                    let serde = field.serde.as_deref();
                    let hint = field.name.as_str();
                    if serde.is_some_and(|serde| serde.flatten) {
                        if let Json::Object(more) = self.field(field, inner, hint)? {
                            members.extend(more);
                        }
                        continue;
                    }
                    let name = field_name(field, rule);
                    let value = self.inside(&name, |walk| {
                        walk.tried(|walk| walk.field(field, inner, hint))
                    });
                    match value {
                        Some(value) => drop(members.insert(name, value)),
                        None if has_default || serde.is_some_and(|serde| serde.default) => {}
                        None => return None,
                    }
                }
                Some(Json::Object(members))
            }
        }
    }

    fn field(&mut self, field: &'a Field, inner: &Scope<'a>, hint: &str) -> Option<Json> {
        let Some(serde) = field.serde.as_deref() else {
            return self.ty(&field.ty, inner, hint);
        };
        if serde.unknown {
            self.note("an option of serde is not known".into());
        }
        if serde.flatten && self.is_map(&field.ty, inner) {
            return Some(json!({}));
        }
        let Some(with) = serde.with else {
            return self.ty(&field.ty, inner, hint);
        };
        let foreign = self.foreign(&field.ty, inner).map(|(path, ..)| path);
        match known::with(with.as_str(), foreign, hint) {
            known::Form::Value(value) => Some(value),
            known::Form::OfType => self.ty(&field.ty, inner, hint),
            known::Form::Unknown => {
                self.note(format!("`{with}` may read another form"));
                match serde.default {
                    true => None,
                    false => self.ty(&field.ty, inner, hint),
                }
            }
        }
    }

    /// Whether a type takes what is left over; nothing has to be.
    fn is_map(&self, ty: &'a TypeRef, scope: &Scope<'a>) -> bool {
        let foreign = self.foreign(ty, scope);
        foreign.is_some_and(|(path, ..)| path.ends_with("Map") || path == "serde_json::Value")
    }
}
