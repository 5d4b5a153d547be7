//! Types as far as the analysis follows them, each stored once and named by a number. Boxes,
//! references and other pointers do not exist here: a pointer is what it points to.

use crate::hir::{TraitId, TypeId};
use crate::symbol::{FastMap, Symbol};

/// A type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Ty(pub(super) u32);

/// What a type is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum TyKind {
    /// Nothing is known.
    Unknown,
    /// `!`.
    Never,
    /// `str`, `String`.
    Text,
    /// Numbers, `bool`, `char`: no method of theirs matters.
    Plain,
    /// A type of the program with its arguments.
    Local(TypeId, Box<[Ty]>),
    /// A handle type, by position in the catalog's list of kinds.
    Handle(u8, Box<[Ty]>),
    /// A well-known wrapper.
    Wrap(Wrap, Box<[Ty]>),
    /// Any other type from outside, by path.
    Foreign(Symbol, Box<[Ty]>),
    /// A tuple; the empty one is `()`.
    Tuple(Box<[Ty]>),
    /// Something that can be called, with what it returns.
    Fn(Ty),
    /// `dyn`, `impl` or a parameter of which only bounds on traits of the program are known.
    Dyn(Box<[TraitId]>),
}

/// Wrappers whose methods are known, by the role of their contents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Wrap {
    /// `Option<T>`.
    Option,
    /// `Result<T, E>`.
    Result,
    /// Collections of one type, slices, iterators and streams.
    Seq,
    /// Collections of keys and values.
    Map,
    /// What `.await` gives its content for.
    Future,
    /// Cells, and locks that cannot be poisoned. Guards are what they guard.
    Cell,
    /// Cells that are filled once, and may be empty before.
    Once,
    /// Locks of the standard library, whose guards come in a `Result`.
    Lock,
    /// Something from outside that holds, or is made from, the content in an unknown way.
    Around,
}

impl Wrap {
    /// How many contents are told apart.
    pub(super) fn slots(self) -> usize {
        match self {
            Wrap::Result | Wrap::Map => 2,
            _ => 1,
        }
    }
}

/// Generic parameters in scope, `Self` among them, and what they stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct SubstId(pub(super) u32);

impl SubstId {
    /// No parameters.
    pub(super) const EMPTY: SubstId = SubstId(0);
}

/// Types in types beyond which an inner one is not known: code that makes a type of itself, which
/// rustc refuses, makes no end of them.
const DEPTH: u32 = 32;

impl TyKind {
    fn parts_mut(&mut self) -> &mut [Ty] {
        match self {
            TyKind::Handle(_, parts)
            | TyKind::Wrap(_, parts)
            | TyKind::Foreign(_, parts)
            | TyKind::Local(_, parts)
            | TyKind::Tuple(parts) => parts,
            TyKind::Fn(ret) => std::slice::from_mut(ret),
            TyKind::Unknown | TyKind::Never | TyKind::Text | TyKind::Plain | TyKind::Dyn(_) => {
                &mut []
            }
        }
    }
}

/// The store of types and of substitutions.
pub(super) struct Tys {
    kinds: Vec<TyKind>,
    /// How deep each is nested.
    depths: Vec<u32>,
    ids: FastMap<TyKind, Ty>,
    substs: Vec<Box<[(Symbol, Ty)]>>,
    subst_ids: FastMap<Box<[(Symbol, Ty)]>, SubstId>,
}

impl Ty {
    pub(super) const UNKNOWN: Ty = Ty(0);
    pub(super) const NEVER: Ty = Ty(1);
    pub(super) const TEXT: Ty = Ty(2);
    pub(super) const PLAIN: Ty = Ty(3);
    pub(super) const UNIT: Ty = Ty(4);
}

impl Tys {
    pub(super) fn new() -> Self {
        let mut tys = Tys {
            kinds: Vec::new(),
            depths: Vec::new(),
            ids: FastMap::default(),
            substs: vec![Box::new([])],
            subst_ids: FastMap::default(),
        };
        tys.subst_ids.insert(Box::new([]), SubstId::EMPTY);
        for kind in [
            TyKind::Unknown,
            TyKind::Never,
            TyKind::Text,
            TyKind::Plain,
            TyKind::Tuple(Box::new([])),
        ] {
            tys.add(kind);
        }
        tys
    }

    pub(super) fn add(&mut self, mut kind: TyKind) -> Ty {
        if let Some(&ty) = self.ids.get(&kind) {
            return ty;
        }
        let mut depth = 0;
        for part in kind.parts_mut() {
            if self.depths[part.0 as usize] >= DEPTH {
                *part = Ty::UNKNOWN;
            }
            depth = depth.max(self.depths[part.0 as usize] + 1);
        }
        if let Some(&ty) = self.ids.get(&kind) {
            return ty;
        }
        let ty = Ty(self.kinds.len() as u32);
        self.kinds.push(kind.clone());
        self.depths.push(depth);
        self.ids.insert(kind, ty);
        ty
    }

    pub(super) fn kind(&self, ty: Ty) -> &TyKind {
        &self.kinds[ty.0 as usize]
    }

    pub(super) fn wrap(&mut self, wrap: Wrap, slots: &[Ty]) -> Ty {
        let mut slots = slots.to_vec();
        slots.resize(wrap.slots(), Ty::UNKNOWN);
        self.add(TyKind::Wrap(wrap, slots.into()))
    }

    pub(super) fn subst(&mut self, mut entries: Vec<(Symbol, Ty)>) -> SubstId {
        if entries.len() > 1 {
            entries.sort_unstable_by_key(|entry| entry.0.number());
        }
        let entries: Box<[_]> = entries.into();
        if let Some(&id) = self.subst_ids.get(&entries) {
            return id;
        }
        let id = SubstId(self.substs.len() as u32);
        self.substs.push(entries.clone());
        self.subst_ids.insert(entries, id);
        id
    }

    pub(super) fn entries(&self, id: SubstId) -> &[(Symbol, Ty)] {
        &self.substs[id.0 as usize]
    }

    pub(super) fn lookup(&self, id: SubstId, name: Symbol) -> Option<Ty> {
        self.entries(id)
            .iter()
            .find(|entry| entry.0 == name)
            .map(|entry| entry.1)
    }

    /// Two descriptions of one type put together: what one leaves open the other fills in.
    pub(super) fn meet(&mut self, a: Ty, b: Ty) -> Ty {
        if a == b || b == Ty::UNKNOWN {
            return a;
        }
        if a == Ty::UNKNOWN {
            return b;
        }
        let parts = match (self.kind(a), self.kind(b)) {
            (TyKind::Local(x, p), TyKind::Local(y, q)) if x == y => (p.clone(), q.clone()),
            (TyKind::Handle(x, p), TyKind::Handle(y, q)) if x == y => (p.clone(), q.clone()),
            (TyKind::Wrap(x, p), TyKind::Wrap(y, q)) if x == y => (p.clone(), q.clone()),
            (TyKind::Foreign(x, p), TyKind::Foreign(y, q)) if x == y => (p.clone(), q.clone()),
            (TyKind::Tuple(p), TyKind::Tuple(q)) => (p.clone(), q.clone()),
            _ => return a,
        };
        if parts.0.len() != parts.1.len() {
            // Made where its parameters are not written.
            return if parts.0.is_empty() { b } else { a };
        }
        let met: Box<[Ty]> = parts
            .0
            .iter()
            .zip(&parts.1)
            .map(|(&x, &y)| self.meet(x, y))
            .collect();
        let kind = match self.kind(a) {
            TyKind::Local(id, _) => TyKind::Local(*id, met),
            TyKind::Handle(kind, _) => TyKind::Handle(*kind, met),
            TyKind::Wrap(wrap, _) => TyKind::Wrap(*wrap, met),
            TyKind::Foreign(name, _) => TyKind::Foreign(*name, met),
            _ => TyKind::Tuple(met),
        };
        self.add(kind)
    }
}
