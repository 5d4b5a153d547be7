//! Methods, implementations and associated items by the type they belong to.

use super::Flow;
use super::ty::{SubstId, TyKind, Wrap};
use crate::hir::{
    Def, FnId, GlobalId, ImplId, ModuleId, Program, TraitId, TypeId, TypeKind, TypeRef,
};
use crate::resolve::Resolution;
use crate::symbol::{FastMap, Symbol};

/// The outermost constructor of a type, by which implementations are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Head {
    Local(TypeId),
    Handle(u8),
    Wrap(Wrap),
    Foreign(Symbol),
    Text,
    Plain,
    Tuple,
    Fn,
    Dyn(TraitId),
    /// Nothing is known; also the head of blanket implementations.
    Any,
}

/// A function that a method name may mean, in the implementation that brings it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Candidate {
    pub(super) imp: ImplId,
    pub(super) function: FnId,
    pub(super) inherent: bool,
}

/// The lookup tables.
#[derive(Default)]
pub(super) struct Index {
    methods: FastMap<(Head, Symbol), Vec<Candidate>>,
    assoc_types: FastMap<(Head, Symbol), Vec<(ImplId, usize)>>,
    consts: FastMap<(Head, Symbol), Vec<(ImplId, GlobalId)>>,
    trait_impls: FastMap<TraitId, Vec<ImplId>>,
    /// Implementations of foreign traits with methods, by the type that implements.
    callbacks: FastMap<TypeId, Vec<ImplId>>,
    /// Traits of the program that a type implements.
    traits_of: FastMap<TypeId, Vec<TraitId>>,
    /// Traits that each implementation is of, if of the program.
    traits: Vec<Option<TraitId>>,
    heads: Vec<Head>,
    /// Types that implement a foreign trait, by the trait's last name.
    foreign_impls: FastMap<Symbol, Vec<ImplId>>,
    /// All functions with a `self` parameter, by name and number of further parameters.
    by_name: FastMap<(Symbol, usize), Vec<FnId>>,
    /// Types to which unseen code may belong.
    extended: Vec<TypeId>,
    /// All functions that a type has, those of its traits included.
    functions_of: FastMap<TypeId, Vec<FnId>>,
    /// The constants that it has.
    consts_of: FastMap<TypeId, Vec<GlobalId>>,
    /// Functions that implementations for all types give to types of which a trait is known.
    of_any: Vec<FnId>,
    /// Fields of structs, by name.
    fields: FastMap<Symbol, Vec<(TypeId, u32, u32)>>,
    /// Whether some trait objects have methods of their own: `impl dyn Trait`.
    pub(super) has_dyn_methods: bool,
    /// Whether some type of the program has a `Deref` of its own.
    pub(super) has_derefs: bool,
}

impl Index {
    pub(super) fn candidates(&self, head: Head, name: Symbol) -> &[Candidate] {
        self.methods.get(&(head, name)).map_or(&[], Vec::as_slice)
    }

    pub(super) fn assoc_types(&self, head: Head, name: Symbol) -> Vec<(ImplId, usize)> {
        let mut found = self
            .assoc_types
            .get(&(head, name))
            .cloned()
            .unwrap_or_default();
        if head != Head::Any {
            found.extend(
                self.assoc_types
                    .get(&(Head::Any, name))
                    .into_iter()
                    .flatten(),
            );
        }
        found
    }

    pub(super) fn consts(&self, head: Head, name: Symbol) -> &[(ImplId, GlobalId)] {
        self.consts.get(&(head, name)).map_or(&[], Vec::as_slice)
    }

    pub(super) fn impls_of(&self, id: TraitId) -> &[ImplId] {
        self.trait_impls.get(&id).map_or(&[], Vec::as_slice)
    }

    pub(super) fn callbacks(&self, id: TypeId) -> &[ImplId] {
        self.callbacks.get(&id).map_or(&[], Vec::as_slice)
    }

    pub(super) fn traits_of(&self, id: TypeId) -> &[TraitId] {
        self.traits_of.get(&id).map_or(&[], Vec::as_slice)
    }

    pub(super) fn trait_of(&self, imp: ImplId) -> Option<TraitId> {
        self.traits[imp.index()]
    }

    pub(super) fn head_of(&self, imp: ImplId) -> Head {
        self.heads[imp.index()]
    }

    pub(super) fn foreign_impls(&self, name: Symbol) -> &[ImplId] {
        self.foreign_impls.get(&name).map_or(&[], Vec::as_slice)
    }

    /// Functions that a type has, and those that it may have by its traits.
    pub(super) fn functions_of(&self, id: TypeId) -> Vec<FnId> {
        let mut functions = self.functions_of.get(&id).cloned().unwrap_or_default();
        if self.traits_of.contains_key(&id) {
            functions.extend(&self.of_any);
        }
        functions
    }

    pub(super) fn consts_of(&self, id: TypeId) -> Vec<GlobalId> {
        self.consts_of.get(&id).cloned().unwrap_or_default()
    }

    pub(super) fn extended(&self) -> &[TypeId] {
        &self.extended
    }

    pub(super) fn fields_named(&self, name: Symbol) -> &[(TypeId, u32, u32)] {
        self.fields.get(&name).map_or(&[], Vec::as_slice)
    }

    pub(super) fn methods_named(&self, name: Symbol, args: usize) -> &[FnId] {
        self.by_name.get(&(name, args)).map_or(&[], Vec::as_slice)
    }
}

/// Fills the tables.
pub(super) fn build(flow: &mut Flow<'_>) {
    let program: &Program = flow.program;
    let mut index = Index::default();
    let extended = (program.types.iter().enumerate()).filter(|(_, def)| def.is_extended);
    index.extended = extended.map(|(at, _)| TypeId(at as u32)).collect();
    for (at, function) in program.functions.iter().enumerate() {
        if function.has_self && function.owner.is_some() {
            let key = (function.name, function.params.len() - 1);
            index.by_name.entry(key).or_default().push(FnId(at as u32));
        }
    }
    for (id, def) in program.types.iter().enumerate() {
        let TypeKind::Struct(fields) = &def.kind else {
            continue;
        };
        for (at, field) in fields.iter().enumerate() {
            let list = index.fields.entry(field.name).or_default();
            list.push((TypeId(id as u32), 0, at as u32));
        }
    }
    for (at, imp) in program.impls.iter().enumerate() {
        let id = ImplId(at as u32);
        let resolved = imp
            .trait_path
            .as_ref()
            .map(|path| flow.names.ty(program, imp.module, path));
        let local = match resolved {
            Some(Resolution::Def {
                def: Def::Trait(id),
                ..
            }) => Some(id),
            _ => None,
        };
        let head = impl_head(flow, id);
        index.traits.push(local);
        index.heads.push(head);
        let inherent = imp.trait_path.is_none();
        index.has_dyn_methods |= inherent && matches!(head, Head::Dyn(_));
        let mut add = |function: FnId| {
            match head {
                Head::Local(ty) => index.functions_of.entry(ty).or_default().push(function),
                Head::Any => index.of_any.push(function),
                _ => {}
            }
            let name = program.functions[function.index()].name;
            let list = index.methods.entry((head, name)).or_default();
            list.push(Candidate {
                imp: id,
                function,
                inherent,
            });
        };
        for &function in &imp.methods {
            add(function);
        }
        if let Some(id) = local {
            let own = |name| {
                imp.methods
                    .iter()
                    .any(|&m| program.functions[m.index()].name == name)
            };
            for &function in &program.traits[id.index()].methods {
                let data = &program.functions[function.index()];
                if data.body.is_some() && !own(data.name) {
                    add(function);
                }
            }
            if let Head::Local(ty) = head {
                index.traits_of.entry(ty).or_default().push(id);
            }
            index
                .trait_impls
                .entry(id)
                .or_default()
                .push(ImplId(at as u32));
        } else if imp.exposed && inherent {
            if let Head::Local(ty) = head {
                index.callbacks.entry(ty).or_default().push(id);
            }
        } else if let Some(path) = &imp.trait_path {
            let args = path.segments.last().map_or(&[][..], |last| last.args());
            // `From<Local> for String` is called on account of the type it names.
            let on_account_of = match head {
                _ if imp.methods.is_empty() => Vec::new(),
                Head::Local(ty) => vec![ty],
                _ => named_types(flow, imp.module, args),
            };
            for ty in on_account_of {
                index.callbacks.entry(ty).or_default().push(id);
            }
            if let Some(segment) = path.segments.last() {
                index.has_derefs |= segment.name.as_str() == "Deref";
                index
                    .foreign_impls
                    .entry(segment.name)
                    .or_default()
                    .push(id);
            }
        }
        for (slot, (name, _)) in imp.assoc_types.iter().enumerate() {
            index
                .assoc_types
                .entry((head, *name))
                .or_default()
                .push((id, slot));
        }
        for global in super::consts::of(program, imp, local) {
            let name = program.globals[global.index()].name;
            let list = index.consts.entry((head, name)).or_default();
            list.push((id, global));
            if let Head::Local(ty) = head {
                index.consts_of.entry(ty).or_default().push(global);
            }
        }
    }
    flow.index = index;
}

/// The types of the program among some written ones.
fn named_types<'p>(flow: &mut Flow<'p>, module: ModuleId, written: &'p [TypeRef]) -> Vec<TypeId> {
    let mut found = Vec::new();
    for ty in written {
        let ty = flow.ty(module, SubstId::EMPTY, ty);
        if let TyKind::Local(id, _) = *flow.tys.kind(ty)
            && !found.contains(&id)
        {
            found.push(id);
        }
    }
    found
}

fn impl_head(flow: &mut Flow<'_>, id: ImplId) -> Head {
    let program = flow.program;
    let imp = &program.impls[id.index()];
    let mut written = &imp.self_ty;
    loop {
        match written {
            TypeRef::Ref(inner) => written = inner,
            TypeRef::Path(path) if path.qself.is_none() => {
                let is_param = |name| imp.generics.params.iter().any(|param| param.name == name);
                if path.segments.len() == 1 && is_param(path.segments[0].name) {
                    return Head::Any;
                }
                // A pointer to a parameter is, here, the parameter itself.
                if let Resolution::Foreign(name) = flow.names.ty(program, imp.module, path)
                    && flow.known.type_role(name) == super::known::TypeRole::Pointer
                    && let Some(inner) = path
                        .segments
                        .last()
                        .and_then(|segment| segment.args().first())
                {
                    written = inner;
                    continue;
                }
                break;
            }
            _ => break,
        }
    }
    let ty = flow.ty(imp.module, SubstId::EMPTY, written);
    flow.head(ty)
}
