//! Abstract values: what an expression may evaluate to, each stored once and named by a number, so
//! that comparing, copying and remembering them costs nothing. A value is a set of possibilities;
//! most are a single opaque value of a known type.

use super::sdk::SiteId;
use super::text::Part;
use super::ty::{SubstId, Ty, TyKind, Tys, Wrap};
use crate::hir::{ExprId, FnId, ResourceId, TraitId, TypeId};
use crate::symbol::{FastMap, Symbol};

/// A value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Val(pub(super) u32);

/// An activation that code runs in: a function with its arguments, a closure, an initialiser.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct UnitId(pub(super) u32);

/// What a value is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum ValKind {
    /// No value: the place is not reached, or not yet known while a recursion is worked out.
    Bottom,
    /// What an empty container contains. Gives way to anything put in.
    Empty,
    /// Nothing is known.
    Unknown,
    /// Some value of a type.
    Typed(Ty),
    /// The handle of a resource.
    Handle(ResourceId),
    /// A text of which something is known.
    Text(TextId),
    /// A struct or variant that the program made.
    Adt {
        ty: Ty,
        id: TypeId,
        variant: u32,
        fields: Box<[Val]>,
    },
    /// A tuple.
    Tuple(Box<[Val]>),
    /// A well-known wrapper with its contents.
    Wrap(Wrap, Box<[Val]>),
    /// A function of the program.
    Fn(FnId, SubstId),
    /// The constructor of a tuple struct or variant.
    Ctor(Ty, TypeId, u32),
    /// A trait's method, not yet resolved to an implementation.
    TraitFn(TraitId, Symbol),
    /// A function, method or value from outside, by path, with its type arguments.
    Foreign(Symbol, Box<[Ty]>),
    /// A closure, made in a unit.
    Closure(UnitId, ExprId),
    /// A request to AWS, or a part of one, with the members set so far.
    Request(SiteId, Members),
    /// Several possibilities, sorted, none of them a union.
    Union(Box<[Val]>),
}

/// Members of a request by name; the flag says whether one is set on every way.
pub(super) type Members = Box<[(Symbol, Val, bool)]>;

/// A known text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct TextId(u32);

/// The store of values.
pub(super) struct Vals {
    kinds: Vec<ValKind>,
    ids: FastMap<ValKind, Val>,
    texts: Vec<Box<[Part]>>,
    text_ids: FastMap<Box<[Part]>, TextId>,
    depths: Vec<u8>,
    /// What was in values that are nested too deeply to be kept.
    pub(super) forgotten: Vec<Val>,
    /// Whether more is known of a value than its type.
    informs: Vec<bool>,
}

/// Alternatives of known text beyond which only "a text" is kept.
const TEXTS: usize = 16;

/// Nesting beyond which only the type is kept.
const DEPTH: u8 = 12;

impl Val {
    pub(super) const BOTTOM: Val = Val(0);
    pub(super) const EMPTY: Val = Val(1);
    pub(super) const UNKNOWN: Val = Val(2);
    pub(super) const TEXT: Val = Val(3);
    pub(super) const PLAIN: Val = Val(4);
    pub(super) const UNIT: Val = Val(5);
}

impl Vals {
    pub(super) fn new() -> Self {
        let mut vals = Vals {
            kinds: Vec::new(),
            ids: FastMap::default(),
            texts: Vec::new(),
            text_ids: FastMap::default(),
            depths: Vec::new(),
            forgotten: Vec::new(),
            informs: Vec::new(),
        };
        for kind in [
            ValKind::Bottom,
            ValKind::Empty,
            ValKind::Unknown,
            ValKind::Typed(Ty::TEXT),
            ValKind::Typed(Ty::PLAIN),
            ValKind::Typed(Ty::UNIT),
        ] {
            vals.add(kind);
        }
        vals
    }

    pub(super) fn kind(&self, val: Val) -> &ValKind {
        &self.kinds[val.0 as usize]
    }

    pub(super) fn add(&mut self, kind: ValKind) -> Val {
        if let Some(&val) = self.ids.get(&kind) {
            return val;
        }
        let parts: &[Val] = match &kind {
            ValKind::Adt { fields, .. } => fields,
            ValKind::Tuple(parts) | ValKind::Wrap(_, parts) | ValKind::Union(parts) => parts,
            _ => &[],
        };
        let members = match &kind {
            ValKind::Request(_, members) => &**members,
            _ => &[],
        };
        let mut deepest = None;
        let mut informs = !matches!(
            kind,
            ValKind::Bottom | ValKind::Empty | ValKind::Unknown | ValKind::Typed(_)
        ) && parts.is_empty();
        for part in parts.iter().chain(members.iter().map(|member| &member.1)) {
            deepest = deepest.max(Some(self.depths[part.0 as usize]));
            informs |= self.informs[part.0 as usize];
        }
        informs &= !matches!(&kind, ValKind::Adt { fields, .. } if fields.is_empty());
        informs &= !matches!(&kind, ValKind::Tuple(parts) if parts.is_empty());
        let depth = deepest.map_or(0, |depth| depth.saturating_add(1));
        if depth > DEPTH {
            let informing = parts.iter().filter(|part| self.informs[part.0 as usize]);
            self.forgotten.extend(informing);
            return match kind {
                ValKind::Adt { ty, .. } => self.add(ValKind::Typed(ty)),
                _ => Val::UNKNOWN,
            };
        }
        self.informs.push(informs);
        let val = Val(self.kinds.len() as u32);
        self.kinds.push(kind.clone());
        self.depths.push(depth);
        self.ids.insert(kind, val);
        val
    }

    /// Whether more is known of a value, or of something in it, than its type.
    pub(super) fn informs(&self, val: Val) -> bool {
        self.informs[val.0 as usize]
    }

    /// Some value of a type.
    pub(super) fn typed(&mut self, ty: Ty) -> Val {
        match ty {
            Ty::UNKNOWN => Val::UNKNOWN,
            Ty::NEVER => Val::BOTTOM,
            ty => self.add(ValKind::Typed(ty)),
        }
    }

    /// A text with as few parts as possible.
    pub(super) fn text(&mut self, text: Box<[Part]>) -> Val {
        if *text == [Part::Any] {
            return Val::TEXT;
        }
        let id = match self.text_ids.get(&text) {
            Some(&id) => id,
            None => {
                let id = TextId(self.texts.len() as u32);
                self.texts.push(text.clone());
                self.text_ids.insert(text, id);
                id
            }
        };
        self.add(ValKind::Text(id))
    }

    pub(super) fn text_of(&self, id: TextId) -> &[Part] {
        &self.texts[id.0 as usize]
    }

    /// The possibilities.
    pub(super) fn atoms(&self, val: Val) -> Atoms {
        match self.kind(val) {
            ValKind::Union(parts) => Atoms::Many(parts.to_vec()),
            _ => Atoms::One(val),
        }
    }

    /// A wrapper; one around opaque values is itself opaque, of the wrapper's type.
    pub(super) fn wrap(&mut self, tys: &mut Tys, wrap: Wrap, slots: &[Val]) -> Val {
        if slots.contains(&Val::BOTTOM) && wrap.slots() == 1 {
            return Val::BOTTOM;
        }
        let mut types = Vec::with_capacity(slots.len());
        for &slot in slots {
            match self.kind(slot) {
                ValKind::Typed(ty) => types.push(*ty),
                ValKind::Unknown => types.push(Ty::UNKNOWN),
                _ => {
                    let mut slots = slots.to_vec();
                    slots.resize(wrap.slots(), Val::EMPTY);
                    return self.add(ValKind::Wrap(wrap, slots.into()));
                }
            }
        }
        if types.len() < wrap.slots() {
            let mut slots = slots.to_vec();
            slots.resize(wrap.slots(), Val::EMPTY);
            return self.add(ValKind::Wrap(wrap, slots.into()));
        }
        let ty = tys.wrap(wrap, &types);
        self.typed(ty)
    }

    /// A tuple, opaque if all its parts are.
    pub(super) fn tuple(&mut self, tys: &mut Tys, parts: &[Val]) -> Val {
        let mut types = Vec::with_capacity(parts.len());
        for &part in parts {
            match self.kind(part) {
                ValKind::Typed(ty) => types.push(*ty),
                ValKind::Unknown => types.push(Ty::UNKNOWN),
                ValKind::Bottom => return Val::BOTTOM,
                _ => return self.add(ValKind::Tuple(parts.into())),
            }
        }
        let ty = tys.add(TyKind::Tuple(types.into()));
        self.typed(ty)
    }

    /// Contents of a value that is a wrapper of this sort.
    pub(super) fn slots(&mut self, tys: &Tys, val: Val) -> Option<(Wrap, Vec<Val>)> {
        match self.kind(val) {
            ValKind::Wrap(wrap, slots) => Some((*wrap, slots.to_vec())),
            ValKind::Typed(ty) => match tys.kind(*ty) {
                TyKind::Wrap(wrap, slots) => {
                    let (wrap, slots) = (*wrap, slots.clone());
                    Some((wrap, slots.iter().map(|&slot| self.typed(slot)).collect()))
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// Parts of a tuple.
    pub(super) fn parts(&mut self, tys: &Tys, val: Val) -> Option<Vec<Val>> {
        match self.kind(val) {
            ValKind::Tuple(parts) => Some(parts.to_vec()),
            ValKind::Typed(ty) => match tys.kind(*ty) {
                TyKind::Tuple(parts) => {
                    let parts = parts.clone();
                    Some(parts.iter().map(|&part| self.typed(part)).collect())
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// Either of two values.
    pub(super) fn join(&mut self, tys: &mut Tys, a: Val, b: Val) -> Val {
        if a == b || b == Val::BOTTOM {
            return a;
        }
        if a == Val::BOTTOM {
            return b;
        }
        if b == Val::EMPTY {
            return a;
        }
        if a == Val::EMPTY {
            return b;
        }
        let mut list = match self.kind(a) {
            ValKind::Union(parts) => parts.to_vec(),
            _ => vec![a],
        };
        match self.kind(b) {
            ValKind::Union(parts) => {
                for part in parts.clone() {
                    self.join_into(tys, &mut list, part);
                }
            }
            _ => self.join_into(tys, &mut list, b),
        }
        self.union(list)
    }

    pub(super) fn join_all(&mut self, tys: &mut Tys, vals: impl IntoIterator<Item = Val>) -> Val {
        vals.into_iter()
            .fold(Val::BOTTOM, |all, val| self.join(tys, all, val))
    }

    fn union(&mut self, mut list: Vec<Val>) -> Val {
        list.sort_unstable();
        list.dedup();
        if list
            .iter()
            .filter(|&&val| matches!(self.kind(val), ValKind::Text(_)))
            .count()
            > TEXTS
        {
            list.retain(|&val| !matches!(self.kind(val), ValKind::Text(_)) && val != Val::TEXT);
            list.push(Val::TEXT);
            list.sort_unstable();
        }
        match list.as_slice() {
            [only] => *only,
            _ => self.add(ValKind::Union(list.into())),
        }
    }

    fn join_into(&mut self, tys: &mut Tys, list: &mut Vec<Val>, val: Val) {
        for at in 0..list.len() {
            if let Some(joined) = self.join_pair(tys, list[at], val) {
                list.swap_remove(at);
                // What came out may in turn swallow others.
                return match self.kind(joined) {
                    ValKind::Union(_) => list.push(joined),
                    _ => self.join_into(tys, list, joined),
                };
            }
        }
        list.push(val);
    }

    /// One value that stands for both, if there is one.
    fn join_pair(&mut self, tys: &mut Tys, a: Val, b: Val) -> Option<Val> {
        if a == b {
            return Some(a);
        }
        if let (Some(p), Some(q)) = (self.parts(tys, a), self.parts(tys, b))
            && p.len() == q.len()
        {
            let joined: Vec<Val> = p
                .iter()
                .zip(&q)
                .map(|(&x, &y)| self.join(tys, x, y))
                .collect();
            return Some(self.tuple(tys, &joined));
        }
        if let (Some((v, p)), Some((w, q))) = (self.slots(tys, a), self.slots(tys, b)) {
            if v != w {
                return None;
            }
            let joined: Vec<Val> = p
                .iter()
                .zip(&q)
                .map(|(&x, &y)| self.join(tys, x, y))
                .collect();
            return Some(self.wrap(tys, v, &joined));
        }
        match (self.kind(a), self.kind(b)) {
            (ValKind::Unknown, ValKind::Typed(_))
            | (ValKind::Text(_), ValKind::Typed(Ty::TEXT)) => Some(b),
            (ValKind::Typed(_), ValKind::Unknown)
            | (ValKind::Typed(Ty::TEXT), ValKind::Text(_)) => Some(a),
            (
                ValKind::Adt {
                    ty,
                    id,
                    variant,
                    fields,
                },
                ValKind::Adt {
                    ty: other,
                    id: i,
                    variant: v,
                    fields: f,
                },
            ) if id == i && variant == v && fields.len() == f.len() => {
                let (ty, other, id, variant) = (*ty, *other, *id, *variant);
                let pairs: Vec<(Val, Val)> =
                    fields.iter().copied().zip(f.iter().copied()).collect();
                // Two instantiations of a generic type stay apart: their methods differ.
                if !self.compatible(tys, ty, other) {
                    return None;
                }
                let ty = tys.meet(ty, other);
                let fields = pairs
                    .into_iter()
                    .map(|(x, y)| self.join(tys, x, y))
                    .collect();
                Some(self.add(ValKind::Adt {
                    ty,
                    id,
                    variant,
                    fields,
                }))
            }
            (ValKind::Request(id, p), ValKind::Request(other, q)) if id == other => {
                let (id, p, q) = (*id, p.clone(), q.clone());
                let members = self.join_members(tys, &p, &q);
                Some(self.add(ValKind::Request(id, members)))
            }
            (ValKind::Adt { ty, .. }, ValKind::Typed(whole)) if ty == whole => Some(b),
            (ValKind::Typed(whole), ValKind::Adt { ty, .. }) if ty == whole => Some(a),
            (ValKind::Typed(x), ValKind::Typed(y)) => {
                let (x, y) = (*x, *y);
                if !self.compatible(tys, x, y) {
                    return None;
                }
                let ty = tys.meet(x, y);
                Some(self.typed(ty))
            }
            _ => None,
        }
    }

    /// A member that only one of two requests has is not set on every way.
    fn join_members(&mut self, tys: &mut Tys, p: &Members, q: &Members) -> Members {
        let mut joined: Vec<(Symbol, Val, bool)> = Vec::with_capacity(p.len().max(q.len()));
        for &(name, val, always) in p {
            joined.push(match q.iter().find(|member| member.0 == name) {
                Some(&(_, other, set)) => (name, self.join(tys, val, other), always && set),
                None => (name, val, false),
            });
        }
        for &(name, val, _) in q {
            if !p.iter().any(|member| member.0 == name) {
                joined.push((name, val, false));
            }
        }
        joined.sort_by_key(|member| member.0.number());
        joined.into()
    }

    /// Whether two types may be the same one, known to different degrees.
    fn compatible(&self, tys: &Tys, a: Ty, b: Ty) -> bool {
        if a == b || a == Ty::UNKNOWN || b == Ty::UNKNOWN {
            return true;
        }
        let (p, q) = match (tys.kind(a), tys.kind(b)) {
            (TyKind::Local(x, p), TyKind::Local(y, q)) if x == y => (p, q),
            (TyKind::Handle(x, p), TyKind::Handle(y, q)) if x == y => (p, q),
            (TyKind::Wrap(x, p), TyKind::Wrap(y, q)) if x == y => (p, q),
            (TyKind::Foreign(x, p), TyKind::Foreign(y, q)) if x == y => (p, q),
            (TyKind::Tuple(p), TyKind::Tuple(q)) => (p, q),
            _ => return false,
        };
        p.len() == q.len() && p.iter().zip(q).all(|(&x, &y)| self.compatible(tys, x, y))
    }
}

/// The possibilities of a value.
pub(super) enum Atoms {
    One(Val),
    Many(Vec<Val>),
}

impl Atoms {
    pub(super) fn as_slice(&self) -> &[Val] {
        match self {
            Atoms::One(val) => std::slice::from_ref(val),
            Atoms::Many(vals) => vals,
        }
    }
}
