//! What a path at a place stands for, across modules, re-exports, globs, renames and crates.
//! Input: [`Program`]. Output: [`Names`], which answers on demand and remembers. Local variables,
//! generic parameters, `Self` and associated items are the asking stage's: it looks among its
//! locals first and goes on from the definition where a path stops here.

mod foreign;
mod lookup;
mod traits;

use std::cell::RefCell;

use crate::hir::{CrateId, Def, ImportKind, ModuleId, Path, Program, TypeKind, Visibility};
use crate::symbol::{FastMap, Symbol};

pub use foreign::{is_primitive, std_prelude};
pub use traits::TraitsInScope;

/// What a path stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resolution {
    /// The first `used` segments name a definition of the program; the others are associated
    /// items: `Repo::save` is the type `Repo` with one segment used. A function, method of a
    /// module or variant takes all segments.
    Def {
        /// The definition. A tuple struct's constructor is its type.
        def: Def,
        /// How many segments of the path it takes.
        used: usize,
    },
    /// A path that leaves the program, all segments included, as its crate names it:
    /// `ifc_runtime::Table`, `std::sync::Arc::new`, `tokio::spawn`. `core` and `alloc` are `std`.
    Foreign(Symbol),
    /// A primitive type, always one segment; the others are associated items.
    Primitive(Symbol),
    /// Nothing of that name is known here.
    Unresolved,
}

/// Types and values have names of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Namespace {
    /// Modules, types, traits, variants.
    Types,
    /// Functions, statics, consts, constructors, variants.
    Values,
}

/// Answers what a path stands for.
#[derive(Clone, Debug, Default)]
pub struct Names {
    scopes: FastMap<(u32, Symbol), Entry>,
    globs: Vec<Vec<u32>>,
    externs: FastMap<(u32, Symbol), Extern>,
    crate_tokens: FastMap<Symbol, CrateId>,
    memo: RefCell<lookup::Memo>,
    paths: RefCell<FastMap<PathKey, Resolution>>,
    traits: traits::Memo,
}

/// A short path in a module. Most paths are asked for again and again.
type PathKey = (u32, Namespace, bool, [Option<Symbol>; 3]);

#[derive(Clone, Debug, Default)]
struct Entry {
    types: Option<(Def, Visibility)>,
    values: Option<(Def, Visibility)>,
    imports: Vec<u32>,
}

#[derive(Clone, Copy, Debug)]
enum Extern {
    Crate(CrateId),
    Foreign(Symbol),
}

/// Prepares the lookup of names.
pub fn names(program: &Program) -> Names {
    let mut names = Names {
        globs: vec![Vec::new(); program.modules.len()],
        ..Names::default()
    };
    for (at, module) in program.modules.iter().enumerate() {
        for item in &module.items {
            let entry = names.scopes.entry((at as u32, item.name)).or_default();
            let slot = (item.def, item.visibility);
            if in_types(item.def) {
                entry.types.get_or_insert(slot);
            }
            match item.def {
                Def::Function(_) | Def::Global(_) | Def::Variant(..) => entry.values = Some(slot),
                Def::Type(id)
                    if matches!(program.types[id.index()].kind, TypeKind::Struct(_))
                        && entry.values.is_none() =>
                {
                    entry.values = Some(slot);
                }
                _ => {}
            }
        }
        for (index, import) in module.imports.iter().enumerate() {
            match import.kind {
                ImportKind::Named(name) => {
                    let entry = names.scopes.entry((at as u32, name)).or_default();
                    entry.imports.push(index as u32);
                }
                ImportKind::Glob => names.globs[at].push(index as u32),
            }
        }
    }
    for (at, krate) in program.crates.iter().enumerate() {
        let at = at as u32;
        names
            .crate_tokens
            .insert(crate_token(CrateId(at)), CrateId(at));
        for &(name, package) in &krate.foreign {
            names.externs.insert((at, name), Extern::Foreign(package));
        }
        for &(name, id) in &krate.externs {
            names.externs.insert((at, name), Extern::Crate(id));
        }
        // `extern crate a as b;` in the root makes `b` a crate's name everywhere.
        for import in &program.modules[krate.root.index()].imports {
            if let (true, [path], ImportKind::Named(name)) =
                (import.absolute, import.path.as_slice(), import.kind)
                && let Some(&known) = names.externs.get(&(at, *path))
            {
                names.externs.insert((at, name), known);
            }
        }
    }
    names
}

/// The identifier that stands for `$crate` in code expanded from a macro of this crate.
pub fn crate_token(id: CrateId) -> Symbol {
    Symbol::new(&format!("__ifc_crate_{}", id.0))
}

impl Names {
    /// A path in value position: expressions, patterns.
    pub fn value(&self, program: &Program, module: ModuleId, path: &Path) -> Resolution {
        self.path(program, module, path, Namespace::Values)
    }

    /// A path in type position: types, traits, bounds, struct expressions.
    pub fn ty(&self, program: &Program, module: ModuleId, path: &Path) -> Resolution {
        self.path(program, module, path, Namespace::Types)
    }

    /// A path by its names only. Qualified paths (`<T as Trait>::f`) are not resolved here.
    pub fn segments(
        &self,
        program: &Program,
        module: ModuleId,
        segments: &[Symbol],
        absolute: bool,
        namespace: Namespace,
    ) -> Resolution {
        let part = |at: usize| segments.get(at).copied();
        let key = (module.0, namespace, absolute, [part(0), part(1), part(2)]);
        if segments.len() > 3 {
            return lookup::path(self, program, module, segments, absolute, namespace);
        }
        if let Some(&known) = self.paths.borrow().get(&key) {
            return known;
        }
        let found = lookup::path(self, program, module, segments, absolute, namespace);
        self.paths.borrow_mut().insert(key, found);
        found
    }

    /// The traits whose methods can be called in a module without naming them, sorted; those of
    /// the std prelude are not listed.
    pub fn traits_in_scope(
        &self,
        program: &Program,
        module: ModuleId,
    ) -> std::sync::Arc<TraitsInScope> {
        traits::in_scope(self, program, module)
    }

    fn path(
        &self,
        program: &Program,
        module: ModuleId,
        path: &Path,
        namespace: Namespace,
    ) -> Resolution {
        if path.qself.is_some() {
            return Resolution::Unresolved;
        }
        let absolute = path.absolute;
        match &*path.segments {
            [a] => self.segments(program, module, &[a.name], absolute, namespace),
            [a, b] => self.segments(program, module, &[a.name, b.name], absolute, namespace),
            more => {
                let segments: Vec<Symbol> = more.iter().map(|segment| segment.name).collect();
                self.segments(program, module, &segments, absolute, namespace)
            }
        }
    }
}

fn in_types(def: Def) -> bool {
    matches!(
        def,
        Def::Module(_) | Def::Type(_) | Def::Trait(_) | Def::Variant(..)
    )
}
