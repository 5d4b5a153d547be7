//! From types as written to [`Ty`], with generic parameters replaced, and the reverse: what the
//! parameters must be when a written type stands for a known one.

use super::Flow;
use super::known::{self, TypeRole};
use super::ty::{SubstId, Ty, TyKind, Wrap};
use crate::hir::{Bound, Def, Generics, ModuleId, Path, TraitId, TypeKind, TypeRef};
use crate::resolve::Resolution;
use crate::symbol::Symbol;

/// Expansion of aliases and defaults deeper than this is given up.
const DEPTH: u32 = 32;

impl<'p> Flow<'p> {
    /// The type that a written type stands for in a module, with these generic parameters.
    pub(super) fn ty(&mut self, module: ModuleId, subst: SubstId, written: &'p TypeRef) -> Ty {
        match written {
            TypeRef::Infer | TypeRef::Unknown => return Ty::UNKNOWN,
            TypeRef::Never => return Ty::NEVER,
            TypeRef::Ref(inner) => return self.ty(module, subst, inner),
            _ => {}
        }
        let key = (std::ptr::from_ref(written) as usize, subst);
        if let Some(&ty) = self.lowered.get(&key) {
            return ty;
        }
        if self.lowering > DEPTH {
            return Ty::UNKNOWN;
        }
        self.lowering += 1;
        let ty = self.lower_new(module, subst, written);
        self.lowering -= 1;
        self.lowered.insert(key, ty);
        ty
    }

    fn tys_of(&mut self, module: ModuleId, subst: SubstId, written: &'p [TypeRef]) -> Vec<Ty> {
        written
            .iter()
            .map(|ty| self.ty(module, subst, ty))
            .collect()
    }

    fn sequence_of(&mut self, module: ModuleId, subst: SubstId, element: &'p TypeRef) -> Ty {
        let element = self.ty(module, subst, element);
        self.tys.wrap(Wrap::Seq, &[element])
    }

    fn lower_new(&mut self, module: ModuleId, subst: SubstId, written: &'p TypeRef) -> Ty {
        match written {
            TypeRef::Path(path) => self.path_ty(module, subst, path),
            TypeRef::Tuple(parts) => {
                let parts = self.tys_of(module, subst, parts);
                self.tys.add(TyKind::Tuple(parts.into()))
            }
            TypeRef::Slice(inner) => self.sequence_of(module, subst, inner),
            TypeRef::Array(array) => self.sequence_of(module, subst, &array.0),
            TypeRef::Fn(_, ret) => {
                let ret = self.ty(module, subst, ret);
                self.tys.add(TyKind::Fn(ret))
            }
            TypeRef::Dyn(bounds) | TypeRef::Impl(bounds) => self.bounds_ty(module, subst, bounds),
            TypeRef::Ref(_) | TypeRef::Never | TypeRef::Infer | TypeRef::Unknown => Ty::UNKNOWN,
        }
    }

    /// What is known of a value when only bounds on its type are.
    pub(super) fn bounds_ty(
        &mut self,
        module: ModuleId,
        subst: SubstId,
        bounds: &'p [Bound],
    ) -> Ty {
        let mut traits: Vec<TraitId> = Vec::new();
        let mut best = Ty::UNKNOWN;
        for bound in bounds {
            match self.names.ty(self.program, module, &bound.path) {
                Resolution::Def {
                    def: Def::Trait(id),
                    ..
                } => traits.push(id),
                Resolution::Foreign(path) if best == Ty::UNKNOWN => {
                    best = self.foreign_bound(module, subst, path, &bound.path);
                }
                _ => {}
            }
        }
        if traits.is_empty() {
            return best;
        }
        traits.sort_unstable();
        traits.dedup();
        self.tys.add(TyKind::Dyn(traits.into()))
    }

    fn foreign_bound(
        &mut self,
        module: ModuleId,
        subst: SubstId,
        path: Symbol,
        written: &'p Path,
    ) -> Ty {
        let Some(segment) = written.segments.last() else {
            return Ty::UNKNOWN;
        };
        let binding = |name: &str| {
            let found = segment
                .bindings()
                .iter()
                .find(|(bound, _)| bound.as_str() == name);
            found.map(|(_, ty)| ty)
        };
        let mut lowered = |ty: Option<&'p TypeRef>| match ty {
            Some(ty) => self.ty(module, subst, ty),
            None => Ty::UNKNOWN,
        };
        match known::last(path.as_str()) {
            "Fn" | "FnMut" | "FnOnce" | "AsyncFn" | "AsyncFnMut" | "AsyncFnOnce" => {
                let ret = lowered(binding("Output"));
                let ret = match path.as_str().contains("Async") {
                    true => self.tys.wrap(Wrap::Future, &[ret]),
                    false => ret,
                };
                self.tys.add(TyKind::Fn(ret))
            }
            "Future" | "IntoFuture" => {
                let output = lowered(binding("Output"));
                self.tys.wrap(Wrap::Future, &[output])
            }
            "Iterator"
            | "IntoIterator"
            | "DoubleEndedIterator"
            | "ExactSizeIterator"
            | "Stream" => {
                let item = lowered(binding("Item"));
                self.tys.wrap(Wrap::Seq, &[item])
            }
            "AsRef" | "AsMut" | "Borrow" | "Into" => lowered(segment.args().first()),
            "Deref" | "DerefMut" => lowered(binding("Target")),
            "ToString" | "Display" => Ty::TEXT,
            _ => {
                let args = self.tys_of(module, subst, segment.args());
                self.foreign_traits.insert(path, ());
                self.tys.add(TyKind::Foreign(path, args.into()))
            }
        }
    }

    fn path_ty(&mut self, module: ModuleId, subst: SubstId, path: &'p Path) -> Ty {
        if let Some(qself) = &path.qself {
            let base = self.ty(module, subst, &qself.ty);
            return match path.segments.last() {
                Some(segment) => self.assoc_ty(base, segment.name),
                None => Ty::UNKNOWN,
            };
        }
        if let Some(mut ty) = self.tys.lookup(subst, path.segments[0].name) {
            for segment in &path.segments[1..] {
                ty = self.assoc_ty(ty, segment.name);
            }
            return ty;
        }
        let resolution = self.names.ty(self.program, module, path);
        self.resolved_ty(module, subst, path, resolution)
    }

    /// The type that a path in an expression or pattern names. Without arguments they are inferred
    /// from use there, whatever their defaults are.
    pub(super) fn inferred_ty(
        &mut self,
        module: ModuleId,
        subst: SubstId,
        path: &'p Path,
        resolution: Resolution,
    ) -> Ty {
        let args = path.segments.iter().find(|one| !one.args().is_empty());
        match (resolution, args) {
            (
                Resolution::Def {
                    def: Def::Type(id) | Def::Variant(id, _),
                    used,
                },
                None,
            ) if used >= path.segments.len() => self.open_ty(id, Vec::new()),
            _ => self.resolved_ty(module, subst, path, resolution),
        }
    }

    /// A type of the program; all of its arguments are open if none is given.
    pub(super) fn open_ty(&mut self, id: crate::hir::TypeId, mut args: Vec<Ty>) -> Ty {
        if args.is_empty() {
            let params = &self.program.types[id.index()].generics.params;
            args = vec![Ty::UNKNOWN; params.len()];
        }
        self.local_ty(id, args)
    }

    /// The type that a resolved path stands for, up to the segments that resolution used.
    pub(super) fn resolved_ty(
        &mut self,
        module: ModuleId,
        subst: SubstId,
        path: &'p Path,
        resolution: Resolution,
    ) -> Ty {
        match resolution {
            Resolution::Def {
                def: Def::Type(id),
                used,
            } => {
                let args = match used.checked_sub(1).and_then(|at| path.segments.get(at)) {
                    Some(segment) => self.tys_of(module, subst, segment.args()),
                    None => Vec::new(),
                };
                let mut ty = self.local_ty(id, args);
                for segment in path.segments.iter().skip(used) {
                    ty = self.assoc_ty(ty, segment.name);
                }
                ty
            }
            Resolution::Def {
                def: Def::Variant(id, _),
                used,
            } => {
                let at = used.checked_sub(2).and_then(|at| path.segments.get(at));
                let args = at.map_or(Vec::new(), |segment| {
                    self.tys_of(module, subst, segment.args())
                });
                self.local_ty(id, args)
            }
            Resolution::Def {
                def: Def::Trait(id),
                ..
            } => self.tys.add(TyKind::Dyn([id].into())),
            Resolution::Foreign(name) => {
                let args = match path
                    .segments
                    .iter()
                    .rev()
                    .find(|segment| !segment.args().is_empty())
                {
                    Some(segment) => self.tys_of(module, subst, segment.args()),
                    None => Vec::new(),
                };
                self.foreign_ty(name, args)
            }
            Resolution::Primitive(name) if name.as_str() == "str" => Ty::TEXT,
            Resolution::Primitive(_) => Ty::PLAIN,
            Resolution::Def { .. } | Resolution::Unresolved => Ty::UNKNOWN,
        }
    }

    /// A type of the program with arguments; defaults filled in, aliases expanded.
    pub(super) fn local_ty(&mut self, id: crate::hir::TypeId, mut args: Vec<Ty>) -> Ty {
        let program = self.program;
        let def = &program.types[id.index()];
        let params = &def.generics.params;
        args.truncate(params.len());
        while args.len() < params.len() {
            let param = &params[args.len()];
            let so_far = params
                .iter()
                .map(|p| p.name)
                .zip(args.iter().copied())
                .collect();
            let subst = self.tys.subst(so_far);
            let default = param.default.as_ref();
            args.push(default.map_or(Ty::UNKNOWN, |ty| self.ty(def.module, subst, ty)));
        }
        match &def.kind {
            TypeKind::Alias(target) => {
                let subst = self
                    .tys
                    .subst(params.iter().map(|p| p.name).zip(args).collect());
                self.ty(def.module, subst, target)
            }
            TypeKind::Struct(_) | TypeKind::Enum(_) => self.tys.add(TyKind::Local(id, args.into())),
        }
    }

    /// A type from outside.
    pub(super) fn foreign_ty(&mut self, path: Symbol, args: Vec<Ty>) -> Ty {
        let first = args.first().copied().unwrap_or(Ty::UNKNOWN);
        match self.known.type_role(path) {
            TypeRole::Handle(kind) => self.tys.add(TyKind::Handle(kind, args.into())),
            TypeRole::Pointer => first,
            TypeRole::Single => self.tys.add(TyKind::Tuple([first].into())),
            TypeRole::Text => Ty::TEXT,
            TypeRole::Wrap(Wrap::Seq) if super::known::is_of_array(path.as_str()) => {
                match self.tys.kind(first) {
                    TyKind::Wrap(Wrap::Seq, _) => first,
                    _ => self.tys.wrap(Wrap::Seq, &args),
                }
            }
            TypeRole::Wrap(wrap) => self.tys.wrap(wrap, &args),
            TypeRole::Sdk(path) => self.tys.add(TyKind::Foreign(path, Box::new([]))),
            TypeRole::Other => self.tys.add(TyKind::Foreign(path, args.into())),
        }
    }

    /// `<T>::Name` for a known `T`.
    pub(super) fn assoc_ty(&mut self, ty: Ty, name: Symbol) -> Ty {
        match (self.tys.kind(ty), name.as_str()) {
            (TyKind::Wrap(_, slots), "Item" | "Output" | "Target") => return slots[0],
            (TyKind::Fn(ret), "Output") => return *ret,
            _ => {}
        }
        for (imp, at) in self.index.assoc_types(self.head(ty), name) {
            let data = &self.program.impls[imp.index()];
            let mut bound = Vec::new();
            if self.unify(
                data.module,
                &[&data.generics],
                &data.self_ty,
                ty,
                &mut bound,
            ) {
                bound.push((self.known.self_, ty));
                let subst = self.tys.subst(bound);
                return self.ty(data.module, subst, &data.assoc_types[at].1);
            }
        }
        Ty::UNKNOWN
    }

    /// Whether a written type can stand for a known one, and what its parameters are then.
    pub(super) fn unify(
        &mut self,
        module: ModuleId,
        generics: &[&'p Generics],
        written: &'p TypeRef,
        ty: Ty,
        bound: &mut Vec<(Symbol, Ty)>,
    ) -> bool {
        match written {
            TypeRef::Ref(inner) => self.unify(module, generics, inner, ty, bound),
            TypeRef::Slice(_) | TypeRef::Array(_) => {
                let inner = match written {
                    TypeRef::Array(array) => &array.0,
                    TypeRef::Slice(inner) => inner,
                    _ => return false,
                };
                match self.tys.kind(ty) {
                    TyKind::Wrap(Wrap::Seq, slots) => {
                        let slot = slots[0];
                        self.unify(module, generics, inner, slot, bound)
                    }
                    TyKind::Unknown => true,
                    _ => false,
                }
            }
            TypeRef::Tuple(parts) => match self.tys.kind(ty) {
                TyKind::Tuple(tys) if tys.len() == parts.len() => {
                    let tys = tys.clone();
                    parts
                        .iter()
                        .zip(tys)
                        .all(|(part, ty)| self.unify(module, generics, part, ty, bound))
                }
                TyKind::Unknown => true,
                _ => false,
            },
            TypeRef::Path(path) => self.unify_path(module, generics, path, ty, bound),
            TypeRef::Fn(..) => matches!(self.tys.kind(ty), TyKind::Fn(_) | TyKind::Unknown),
            TypeRef::Dyn(bounds) => {
                let wanted = self.bounds_ty(module, SubstId::EMPTY, bounds);
                match (self.tys.kind(wanted), self.tys.kind(ty)) {
                    (TyKind::Dyn(a), TyKind::Dyn(b)) => a == b,
                    // What a callable returns follows only from calling it.
                    (TyKind::Fn(_), TyKind::Fn(_)) => true,
                    (_, TyKind::Unknown) => true,
                    (TyKind::Foreign(..) | TyKind::Fn(_) | TyKind::Wrap(..), _) => wanted == ty,
                    _ => false,
                }
            }
            TypeRef::Impl(_) | TypeRef::Never | TypeRef::Infer | TypeRef::Unknown => true,
        }
    }

    fn unify_path(
        &mut self,
        module: ModuleId,
        generics: &[&'p Generics],
        path: &'p Path,
        ty: Ty,
        bound: &mut Vec<(Symbol, Ty)>,
    ) -> bool {
        if path.qself.is_some() {
            return true;
        }
        let name = path.segments[0].name;
        if generics
            .iter()
            .any(|g| g.params.iter().any(|p| p.name == name))
        {
            if path.segments.len() == 1 && ty != Ty::UNKNOWN {
                match bound.iter_mut().find(|entry| entry.0 == name) {
                    Some(entry) => entry.1 = self.tys.meet(entry.1, ty),
                    None => bound.push((name, ty)),
                }
            }
            return true;
        }
        if name == self.known.self_ || ty == Ty::UNKNOWN {
            return true;
        }
        let last = path
            .segments
            .last()
            .map_or(&[][..], |segment| segment.args());
        match self.names.ty(self.program, module, path) {
            Resolution::Def {
                def: Def::Type(id), ..
            } => {
                let program = self.program;
                let def = &program.types[id.index()];
                if matches!(def.kind, TypeKind::Alias(_)) {
                    let whole = self.local_ty(id, Vec::new());
                    return self.head(whole) == self.head(ty);
                }
                let TyKind::Local(other, args) = self.tys.kind(ty) else {
                    return false;
                };
                let args = args.clone();
                id == *other
                    && last
                        .iter()
                        .zip(args)
                        .all(|(w, ty)| self.unify(module, generics, w, ty, bound))
            }
            Resolution::Foreign(name) => {
                if matches!(self.known.type_role(name), TypeRole::Pointer) {
                    return last
                        .first()
                        .is_none_or(|inner| self.unify(module, generics, inner, ty, bound));
                }
                let blank = vec![Ty::UNKNOWN; last.len()];
                let whole = self.foreign_ty(name, blank);
                if self.head(whole) != self.head(ty) {
                    return false;
                }
                let args: Vec<Ty> = match self.tys.kind(ty) {
                    TyKind::Handle(_, args)
                    | TyKind::Wrap(_, args)
                    | TyKind::Foreign(_, args)
                    | TyKind::Tuple(args) => args.to_vec(),
                    _ => Vec::new(),
                };
                last.iter()
                    .zip(args)
                    .all(|(w, ty)| self.unify(module, generics, w, ty, bound))
            }
            Resolution::Primitive(name) => match name.as_str() {
                "str" => ty == Ty::TEXT,
                _ => ty == Ty::PLAIN,
            },
            _ => true,
        }
    }
}
