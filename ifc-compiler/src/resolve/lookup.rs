//! The search itself. Cycles of globs and re-exports end because no question is asked twice within
//! one query; answers that a cycle cut short are not kept beyond it.

use super::foreign::{self, ForeignGlob};
use super::{Extern, Names, Namespace, Resolution};
use crate::hir::{CrateId, Def, ImportKind, ModuleId, Program, TypeKind, Visibility};
use crate::symbol::{FastMap, Symbol};

/// What a name was found to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    Def(Def),
    Foreign(Symbol),
}

/// A question: module, name, namespace, module that asks.
type Key = (u32, Symbol, Namespace, u32);

#[derive(Clone, Debug, Default)]
pub(super) struct Memo {
    answers: FastMap<Key, Option<Found>>,
}

struct Query<'a> {
    names: &'a Names,
    program: &'a Program,
    /// None while the question is open.
    asked: FastMap<Key, Option<Option<Found>>>,
    /// How often an open question was met.
    cuts: u32,
    /// How many imports lead on to each other at the moment.
    depth: u32,
    /// A question that was put off, since the stack is not endless.
    put_off: Option<(Key, ModuleId)>,
}

/// Behind so many re-exports the rest of a chain is looked for first, by itself.
const MAX_DEPTH: u32 = 128;

pub(super) fn path(
    names: &Names,
    program: &Program,
    module: ModuleId,
    segments: &[Symbol],
    absolute: bool,
    namespace: Namespace,
) -> Resolution {
    let mut query = Query {
        names,
        program,
        asked: FastMap::default(),
        cuts: 0,
        depth: 0,
        put_off: None,
    };
    match query.path(module, segments, absolute, namespace) {
        Some((Found::Def(def), used)) => Resolution::Def { def, used },
        Some((Found::Foreign(path), _)) => Resolution::Foreign(path),
        None => match segments {
            [first, ..] if !absolute && foreign::is_primitive(first.as_str()) => {
                Resolution::Primitive(*first)
            }
            // Types and functions come through such globs; a module that does would hide a
            // misspelt crate.
            [first, rest @ ..]
                if !absolute
                    && (rest.is_empty() || first.as_str().starts_with(char::is_uppercase)) =>
            {
                query
                    .guess(module, *first)
                    .map_or(Resolution::Unresolved, |base| {
                        Resolution::Foreign(foreign::join(base, rest))
                    })
            }
            _ => Resolution::Unresolved,
        },
    }
}

/// What a `use` declaration brings in: the definition or foreign path behind its whole path.
pub(super) fn import(
    names: &Names,
    program: &Program,
    module: ModuleId,
    index: u32,
    namespace: Namespace,
) -> Option<Found> {
    let mut query = Query {
        names,
        program,
        asked: FastMap::default(),
        cuts: 0,
        depth: 0,
        put_off: None,
    };
    query.import(module, index, namespace)
}

impl Query<'_> {
    fn path(
        &mut self,
        module: ModuleId,
        segments: &[Symbol],
        absolute: bool,
        namespace: Namespace,
    ) -> Option<(Found, usize)> {
        let last = |at: usize| {
            if at + 1 == segments.len() {
                namespace
            } else {
                Namespace::Types
            }
        };
        let krate = self.program.modules[module.index()].krate;
        let &first = segments.first()?;
        let edition_2015 = self.program.crates[krate.index()].edition < 2018;
        let mut at = 1;
        let mut found = if absolute {
            if edition_2015 {
                let root = self.root(krate);
                self.member(root, first, last(0), module)
                    .or_else(|| self.external(krate, first))?
            } else {
                self.external(krate, first)?
            }
        } else {
            match first.as_str() {
                "crate" => Found::Def(Def::Module(self.root(krate))),
                "self" if segments.len() > 1 || namespace == Namespace::Types => {
                    Found::Def(Def::Module(self.enclosing(module)))
                }
                "super" => {
                    let mut up = self.parent(module)?;
                    while segments
                        .get(at)
                        .is_some_and(|name| name.as_str() == "super")
                    {
                        up = self.parent(up)?;
                        at += 1;
                    }
                    Found::Def(Def::Module(up))
                }
                _ => match self.names.crate_tokens.get(&first) {
                    Some(&id) => Found::Def(Def::Module(self.root(id))),
                    None => self.lexical(module, first, last(0))?,
                },
            }
        };
        while at < segments.len() {
            match found {
                Found::Foreign(base) => {
                    return Some((
                        Found::Foreign(foreign::join(base, &segments[at..])),
                        segments.len(),
                    ));
                }
                Found::Def(Def::Module(inner)) => {
                    found = self.member(inner, segments[at], last(at), module)?;
                }
                Found::Def(def @ Def::Type(_)) => match self.variant(def, segments[at]) {
                    Some(variant) => found = Found::Def(variant),
                    None => return Some((found, at)),
                },
                Found::Def(_) => return Some((found, at)),
            }
            at += 1;
        }
        Some((found, at))
    }

    /// A name as seen from inside a module: its items and those of the blocks around, crates, the
    /// std prelude.
    fn lexical(&mut self, module: ModuleId, name: Symbol, namespace: Namespace) -> Option<Found> {
        let mut scope = module;
        loop {
            if let Some(found) = self.member(scope, name, namespace, module) {
                return Some(found);
            }
            let data = &self.program.modules[scope.index()];
            match data.parent {
                Some(parent) if data.is_block => scope = parent,
                _ => break,
            }
        }
        let krate = self.program.modules[module.index()].krate;
        if namespace == Namespace::Types
            && let Some(found) = self.external(krate, name)
        {
            return Some(found);
        }
        foreign::std_prelude(name.as_str()).map(|path| Found::Foreign(Symbol::new(path)))
    }

    /// A name in a module, as seen from another.
    fn member(
        &mut self,
        module: ModuleId,
        name: Symbol,
        namespace: Namespace,
        from: ModuleId,
    ) -> Option<Found> {
        let names = self.names;
        let entry = names.scopes.get(&(module.0, name));
        if let Some((def, visibility)) = entry.and_then(|entry| match namespace {
            Namespace::Types => entry.types,
            Namespace::Values => entry.values,
        }) && self.visible(module, visibility, from)
        {
            return Some(Found::Def(def));
        }
        if entry.is_none() && names.globs[module.index()].is_empty() {
            return None;
        }
        let key = (module.0, name, namespace, self.enclosing(from).0);
        if let Some(&answer) = names.memo.borrow().answers.get(&key) {
            return answer;
        }
        match self.asked.get(&key) {
            Some(Some(answer)) => return *answer,
            Some(None) => {
                self.cuts += 1;
                return None;
            }
            None => {}
        }
        if self.asked.is_empty() {
            return self.settle(key, from);
        }
        if self.depth >= MAX_DEPTH {
            self.cuts += 1;
            self.put_off.get_or_insert((key, from));
            return None;
        }
        let cuts = self.cuts;
        self.asked.insert(key, None);
        self.depth += 1;
        let answer = self.imported(module, name, namespace, from);
        self.depth -= 1;
        if self.cuts == cuts {
            names.memo.borrow_mut().answers.insert(key, answer);
        }
        self.asked.insert(key, Some(answer));
        answer
    }

    /// The answer to the first question of a query. Where one behind it was put off, that one is
    /// answered before.
    fn settle(&mut self, first: Key, from: ModuleId) -> Option<Found> {
        let mut open = vec![(first, from)];
        loop {
            let &(key, from) = open.last()?;
            let (module, name, namespace, _) = key;
            self.put_off = None;
            self.asked.insert(key, None);
            let answer = self.imported(ModuleId(module), name, namespace, from);
            self.asked.clear();
            if let Some(deeper) = self.put_off.take()
                && !open.iter().any(|(known, _)| *known == deeper.0)
            {
                open.push(deeper);
                continue;
            }
            let memo = &self.names.memo;
            memo.borrow_mut().answers.insert(key, answer);
            open.pop();
            if open.is_empty() {
                return answer;
            }
        }
    }

    fn imported(
        &mut self,
        module: ModuleId,
        name: Symbol,
        namespace: Namespace,
        from: ModuleId,
    ) -> Option<Found> {
        let (names, program) = (self.names, self.program);
        let imports = &program.modules[module.index()].imports;
        if let Some(entry) = names.scopes.get(&(module.0, name)) {
            for &index in &entry.imports {
                if self.visible(module, imports[index as usize].visibility, from)
                    && let Some(found) = self.import(module, index, namespace)
                {
                    return Some(found);
                }
            }
        }
        for &index in &names.globs[module.index()] {
            if !self.visible(module, imports[index as usize].visibility, from) {
                continue;
            }
            let found = match self.import(module, index, Namespace::Types) {
                Some(Found::Def(Def::Module(target))) => {
                    self.member(target, name, namespace, module)
                }
                Some(Found::Def(def @ Def::Type(_))) => self.variant(def, name).map(Found::Def),
                Some(Found::Foreign(base)) => match foreign::through_glob(base, name) {
                    ForeignGlob::Found(path) => Some(Found::Foreign(path)),
                    ForeignGlob::Missing | ForeignGlob::Unknown => None,
                },
                _ => None,
            };
            if found.is_some() {
                return found;
            }
        }
        None
    }

    /// What stands behind the path of a `use` declaration.
    fn import(&mut self, module: ModuleId, index: u32, namespace: Namespace) -> Option<Found> {
        let program = self.program;
        let import = &program.modules[module.index()].imports[index as usize];
        let krate = program.modules[module.index()].krate;
        let rooted = import.path.first().is_some_and(|first| {
            matches!(first.as_str(), "crate" | "self" | "super")
                || self.names.crate_tokens.contains_key(first)
        });
        let absolute = import.absolute || (program.crates[krate.index()].edition < 2018 && !rooted);
        if import.path.is_empty() {
            return (import.kind == ImportKind::Glob)
                .then(|| Found::Def(Def::Module(self.root(krate))));
        }
        let (found, used) = self
            .path(module, &import.path, absolute, namespace)
            .or_else(|| {
                let &[first, ref rest @ ..] = import.path.as_slice() else {
                    return None;
                };
                // `use tokio;` finds itself first.
                let external = (!rooted).then(|| self.external(krate, first))??;
                match (external, rest) {
                    (found, []) => Some((found, 1)),
                    (Found::Foreign(base), rest) => {
                        Some((Found::Foreign(foreign::join(base, rest)), import.path.len()))
                    }
                    (Found::Def(Def::Module(root)), rest) => {
                        let (found, used) = self.path(root, &with_self(rest), false, namespace)?;
                        Some((found, used))
                    }
                    _ => None,
                }
            })?;
        let complete = used >= import.path.len() || matches!(found, Found::Foreign(_));
        complete.then_some(found)
    }

    fn external(&self, krate: CrateId, name: Symbol) -> Option<Found> {
        match self.names.externs.get(&(krate.0, name)) {
            Some(Extern::Crate(id)) => Some(Found::Def(Def::Module(self.root(*id)))),
            Some(Extern::Foreign(package)) => Some(Found::Foreign(*package)),
            None => match name.as_str() {
                "std" | "core" | "alloc" => Some(Found::Foreign(Symbol::new("std"))),
                "ifc_runtime" => Some(Found::Foreign(name)),
                _ => None,
            },
        }
    }

    fn variant(&self, def: Def, name: Symbol) -> Option<Def> {
        let Def::Type(id) = def else { return None };
        let TypeKind::Enum(variants) = &self.program.types[id.index()].kind else {
            return None;
        };
        let at = variants.iter().position(|variant| variant.name == name)?;
        Some(Def::Variant(id, at as u32))
    }

    /// A name that only a glob import of unknown content can bring in.
    fn guess(&mut self, module: ModuleId, name: Symbol) -> Option<Symbol> {
        let names = self.names;
        let mut scope = module;
        loop {
            for &index in &names.globs[scope.index()] {
                if let Some(Found::Foreign(base)) = self.import(scope, index, Namespace::Types)
                    && matches!(foreign::through_glob(base, name), ForeignGlob::Unknown)
                {
                    return Some(foreign::join(base, &[name]));
                }
            }
            let data = &self.program.modules[scope.index()];
            match data.parent {
                Some(parent) if data.is_block => scope = parent,
                _ => return None,
            }
        }
    }

    fn visible(&self, owner: ModuleId, visibility: Visibility, from: ModuleId) -> bool {
        match visibility {
            Visibility::Public => true,
            Visibility::Crate => {
                let modules = &self.program.modules;
                modules[owner.index()].krate == modules[from.index()].krate
            }
            Visibility::Private => owner == from || self.is_inside(from, owner),
            Visibility::Parent => match self.parent(owner) {
                Some(parent) => self.is_inside(from, parent),
                None => self.is_inside(from, owner),
            },
        }
    }

    fn is_inside(&self, module: ModuleId, around: ModuleId) -> bool {
        let mut next = Some(module);
        while let Some(id) = next {
            if id == around {
                return true;
            }
            next = self.program.modules[id.index()].parent;
        }
        false
    }

    /// The module around a block, or the module itself.
    fn enclosing(&self, module: ModuleId) -> ModuleId {
        let mut id = module;
        loop {
            let data = &self.program.modules[id.index()];
            match data.parent {
                Some(parent) if data.is_block => id = parent,
                _ => return id,
            }
        }
    }

    fn parent(&self, module: ModuleId) -> Option<ModuleId> {
        self.program.modules[self.enclosing(module).index()].parent
    }

    fn root(&self, krate: CrateId) -> ModuleId {
        self.program.crates[krate.index()].root
    }
}

/// A path inside a module whose first name must not be looked up lexically.
fn with_self(rest: &[Symbol]) -> Vec<Symbol> {
    let mut path = vec![Symbol::new("self")];
    path.extend_from_slice(rest);
    path
}
