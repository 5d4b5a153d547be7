//! Code outside the program: functions and methods of which nothing is known, or only what
//! the tables say. Callables given to it are taken to be called; handles given to it are lost, and
//! that is said.

use super::Flow;
use super::engine::Cx;
use super::eval::Site;
use super::known::{self, TypeRole};
use super::ty::{Ty, TyKind, Wrap};
use super::value::{Val, ValKind};
use super::wrapper::Terms;
use crate::span::Span;
use crate::symbol::Symbol;

/// Traits from outside that give wrappers their methods, beside those that end in `Ext`.
const TRAITS: &[&str] = &[
    "AsMut",
    "AsRef",
    "Borrow",
    "BorrowMut",
    "Clone",
    "Deref",
    "DerefMut",
    "DoubleEndedIterator",
    "ExactSizeIterator",
    "Extend",
    "Future",
    "Index",
    "IndexMut",
    "IntoFuture",
    "IntoIterator",
    "IntoParallelIterator",
    "Iterator",
    "Itertools",
    "ParallelIterator",
    "Stream",
    "ToOwned",
];

/// Nesting of values looked through for handles.
const DEPTH: u32 = 16;

impl<'p> Flow<'p> {
    /// A value of a type outside the program that nothing more is known of.
    pub(super) fn opaque(&mut self, path: Symbol) -> Val {
        let krate = path.as_str().split("::").next().unwrap_or("_");
        let kept = krate.starts_with("aws_") && super::sdk::is_provider(path.as_str());
        if kept {
            let ty = self.tys.add(TyKind::Foreign(path, Box::new([])));
            return self.vals.typed(ty);
        }
        let is_told_apart = krate.starts_with("aws_")
            || self.may_call_aws(krate)
            || self.known.sends_requests(path)
            || self.known.describes_events(path);
        let name = match is_told_apart {
            true => Symbol::new(&format!("{krate}::_")),
            false => self.known.opaque,
        };
        let ty = self.tys.add(TyKind::Foreign(name, Box::new([])));
        self.vals.typed(ty)
    }

    /// Calls a function outside the program.
    pub(super) fn foreign_call(
        &mut self,
        cx: Cx,
        site: Site<'_>,
        path: Symbol,
        tys: &[Ty],
        args: &[Val],
    ) -> Val {
        if let Some(name) = path.as_str().strip_prefix("Self::")
            && let Some(&ty) = tys.last()
            && let Some(made) = self.derived_constructor(ty, name, args)
        {
            return made;
        }
        if self.is_own_implementation(path, args) {
            let method = Symbol::new(known::last(path.as_str()));
            return self.call_method(cx, site, args, method, tys);
        }
        if let Some(function) = self.known.function(path) {
            let terms = Terms {
                recv: Val::UNKNOWN,
                slots: &[],
                args,
            };
            let lent = site.sources;
            let site = Site {
                sources: &[],
                ..site
            };
            for (at, shape) in function.stores {
                if let Some(&place) = lent.get(*at) {
                    let stored = self.shape(cx, site, shape, terms);
                    self.assign(cx, place, stored);
                }
            }
            return self.shape(cx, site, &function.out, terms);
        }
        if let Some(sender) = known::sender(path.as_str()) {
            let sender = self.foreign_ty(Symbol::new(&sender), Vec::new());
            let ends = [self.vals.typed(sender), Val::UNKNOWN];
            return self.vals.tuple(&mut self.tys, &ends);
        }
        if let Some(made) = self
            .new_client(path, args)
            .or_else(|| self.new_part(path, args))
            .or_else(|| self.variable(path, args))
            .or_else(|| self.settings(path, tys, site.expect))
        {
            return made;
        }
        if let Some(request) = self.companion(cx, site, path, args) {
            return request;
        }
        self.local_extensions(cx, site, args);
        let text = path.as_str();
        self.given_to_crate(cx, site.span, text, args);
        let name = known::last(text);
        let parent = text
            .strip_suffix(name)
            .and_then(|text| text.strip_suffix("::"))
            .unwrap_or("");
        let method = Symbol::new(name);
        let of_type = known::last(parent).starts_with(|c: char| c.is_uppercase() || c == '_');
        if of_type && !args.is_empty() && self.takes_method(parent, args[0], method, args.len()) {
            return self.call_method(cx, site, args, method, tys);
        }
        if name == "default" && args.is_empty() {
            let made = self.default_of(cx, site, tys);
            return match made == Val::UNKNOWN && of_type && parent != "Default" {
                true => {
                    let ty = self.foreign_ty(Symbol::new(parent), Vec::new());
                    self.vals.typed(ty)
                }
                false => made,
            };
        }
        if of_type
            && args.len() == 1
            && let Some(site) = self.conversion(site, tys, parent, name)
        {
            let into = Symbol::new(match name.starts_with("try") {
                true => "try_into",
                false => "into",
            });
            return match self.converted(cx, site, args, into) {
                Some(made) => made,
                None => self.call_method(cx, site, args, into, tys),
            };
        }
        let mut contents = Val::BOTTOM;
        if name.starts_with(char::is_uppercase) {
            // A constructor: what goes in is in there.
            if args.iter().all(|&arg| self.is_plain(arg)) {
                let args: Vec<Ty> = args.iter().map(|&arg| self.type_of(arg)).collect();
                let ty = self.foreign_ty(path, args);
                return self.vals.typed(ty);
            }
            let inside = self.vals.join_all(&mut self.tys, args.iter().copied());
            return self.vals.wrap(&mut self.tys, Wrap::Around, &[inside]);
        }
        for &arg in args {
            let back = self.hand_over(cx, site.span, arg, text);
            contents = self.vals.join(&mut self.tys, contents, back);
        }
        self.foreign_writes(cx, site, args);
        for &ty in tys {
            if ty != Ty::UNKNOWN {
                let asked = self.vals.typed(ty);
                contents = self.vals.join(&mut self.tys, contents, asked);
            }
        }
        if contents != Val::BOTTOM && contents != Val::EMPTY && contents != Val::UNKNOWN {
            return self.vals.wrap(&mut self.tys, Wrap::Around, &[contents]);
        }
        if of_type && !self.known.is_open(method) && site.expect == Ty::UNKNOWN {
            let ty = self.foreign_ty(Symbol::new(parent), Vec::new());
            return self.vals.typed(ty);
        }
        if self.known.sends_requests(path) {
            return self.opaque(path);
        }
        self.refine(Val::UNKNOWN, site.expect)
    }

    /// Whether a type is a wrapper, or a trait that wrappers have their methods from: what another
    /// type does with a list has nothing to do with the list's method of that name.
    fn is_of(&mut self, parent: &str, wrap: Wrap) -> bool {
        let name = known::last(parent);
        name == format!("{wrap:?}")
            || name.ends_with("Ext")
            || TRAITS.contains(&name)
            || match self.known.type_role(Symbol::new(parent)) {
                TypeRole::Wrap(other) => other == wrap,
                TypeRole::Pointer => true,
                _ => false,
            }
    }

    /// Whether `Parent::method(first, ..)` is a method call written as a path.
    fn takes_method(&mut self, parent: &str, first: Val, method: Symbol, args: usize) -> bool {
        if self.is_conversion(method.as_str()) {
            return false;
        }
        if parent.starts_with("ifc_runtime::") {
            return true;
        }
        let atoms = self.vals.atoms(first);
        let mut atoms = atoms.as_slice().iter();
        atoms.any(|&atom| match self.vals.slots(&self.tys, atom) {
            Some((wrap, _)) if wrap != Wrap::Around => {
                self.is_of(parent, wrap) && self.known.method(wrap, method).is_some()
            }
            _ => self.responds(atom, method, args),
        })
    }

    /// Whether a method of any type does nothing with what it is given. A list of handlers has an
    /// `add`, too.
    pub(super) fn only_looks(&mut self, args: &[Val], method: Symbol) -> bool {
        self.known.is_inert(method)
            && args[1..].iter().all(|&arg| {
                self.is_plain(arg)
                    || self.known.compares(method)
                        && !matches!(self.vals.kind(arg), ValKind::Closure(..) | ValKind::Fn(..))
            })
    }

    /// A method outside the program.
    pub(super) fn foreign_method(
        &mut self,
        cx: Cx,
        site: Site<'_>,
        args: &[Val],
        method: Symbol,
        asked: &[Ty],
    ) -> Val {
        let recv = args[0];
        if self.only_looks(args, method) {
            return Val::PLAIN;
        }
        if let Some(out) = self.converted(cx, site, args, method) {
            return out;
        }
        let outside = self.outside_type(recv);
        if let Some(path) = outside {
            self.given_to_method(cx, site.span, path, method, args);
        }
        self.local_extensions(cx, site, &args[1..]);
        let inside = self.around(recv);
        let mut contents = inside.unwrap_or(Val::BOTTOM);
        if !self.is_plain(recv) && inside.is_none() {
            let back = self.hand_over(cx, site.span, recv, method.as_str());
            contents = self.vals.join(&mut self.tys, contents, back);
        }
        // A type from outside with its name has the method itself.
        let is_named = outside.is_some_and(|path| path != self.known.opaque);
        if !self.is_plain(recv) && !is_named {
            self.note_unknown(cx, site, args, method);
        }
        let given = match inside {
            Some(_) => recv,
            None => Val::UNKNOWN,
        };
        let mut kept = Val::BOTTOM;
        for &arg in &args[1..] {
            let back = self.hand_over_with(cx, site.span, arg, method.as_str(), given, 0);
            // A callable that gives nothing adds nothing to what comes back.
            if matches!(back, Val::UNIT | Val::PLAIN) {
                continue;
            }
            contents = self.vals.join(&mut self.tys, contents, back);
            let is = self.type_of(arg);
            if !matches!(self.tys.kind(is), TyKind::Fn(_)) {
                kept = self.vals.join(&mut self.tys, kept, back);
            }
        }
        self.keep(cx, site, recv, kept);
        self.foreign_writes(cx, site, args);
        for &ty in asked {
            if ty != Ty::UNKNOWN {
                let asked = self.vals.typed(ty);
                contents = self.vals.join(&mut self.tys, contents, asked);
            }
        }
        if contents != Val::BOTTOM && contents != Val::EMPTY && contents != Val::UNKNOWN {
            return self.vals.wrap(&mut self.tys, Wrap::Around, &[contents]);
        }
        let makes_request = outside.is_some_and(|path| self.known.sends_requests(path));
        if self.known.is_open(method) && !makes_request {
            return match site.expect == Ty::UNKNOWN && self.is_output(recv) {
                true => recv,
                false => self.refine(Val::UNKNOWN, site.expect),
            };
        }
        if let Some(path) = outside {
            return self.opaque(path);
        }
        match self.vals.kind(recv) {
            ValKind::Typed(ty) => match self.tys.kind(*ty) {
                TyKind::Text | TyKind::Plain => self.opaque(self.known.opaque),
                _ => self.refine(Val::UNKNOWN, site.expect),
            },
            ValKind::Foreign(path, _) => {
                let path = *path;
                self.opaque(path)
            }
            _ => self.refine(Val::UNKNOWN, site.expect),
        }
    }

    /// The path of the type from outside that a value is of, if that is all that is known of it.
    fn outside_type(&self, val: Val) -> Option<Symbol> {
        let ValKind::Typed(ty) = *self.vals.kind(val) else {
            return None;
        };
        match *self.tys.kind(ty) {
            TyKind::Foreign(path, _) => Some(path),
            _ => None,
        }
    }

    /// What a value from outside was given by one of its methods, it may give back by another.
    fn keep(&mut self, cx: Cx, site: Site<'_>, recv: Val, kept: Val) {
        let is_around = matches!(self.vals.kind(recv), ValKind::Wrap(Wrap::Around, _));
        if (is_around || self.outside_type(recv).is_some())
            && !self.is_plain(kept)
            && let Some(&place) = site.sources.first()
        {
            let held = self.vals.wrap(&mut self.tys, Wrap::Around, &[kept]);
            self.assign(cx, place, held);
        }
    }

    /// Code outside the program may put anything into empty containers that it is lent.
    fn foreign_writes(&mut self, cx: Cx, site: Site<'_>, args: &[Val]) {
        for (&arg, &source) in args.iter().zip(site.sources) {
            if arg == Val::EMPTY {
                continue;
            }
            let body = self.unit(cx.unit).body;
            if matches!(body.expr(source).kind, crate::hir::ExprKind::RefMut(_)) {
                self.overwritten(cx, source, arg);
            }
            let filled = self.filled(arg, 0);
            if filled != arg {
                self.assign(cx, source, filled);
            }
        }
    }

    fn filled(&mut self, val: Val, depth: u32) -> Val {
        if val == Val::EMPTY {
            return Val::UNKNOWN;
        }
        match self.vals.kind(val).clone() {
            _ if depth > DEPTH => val,
            ValKind::Wrap(wrap, slots) => {
                let slots: Vec<Val> = slots
                    .iter()
                    .map(|&slot| self.filled(slot, depth + 1))
                    .collect();
                self.vals.wrap(&mut self.tys, wrap, &slots)
            }
            ValKind::Tuple(parts) => {
                let parts: Vec<Val> = parts
                    .iter()
                    .map(|&part| self.filled(part, depth + 1))
                    .collect();
                self.vals.tuple(&mut self.tys, &parts)
            }
            ValKind::Union(parts) => {
                let parts: Vec<Val> = parts
                    .iter()
                    .map(|&part| self.filled(part, depth + 1))
                    .collect();
                self.vals.join_all(&mut self.tys, parts)
            }
            _ => val,
        }
    }

    /// A method on something of which nothing is known. Whether a method of the program can be
    /// meant that uses resources is decided when all of it has been seen.
    pub(super) fn unknown_method(
        &mut self,
        cx: Cx,
        site: Site<'_>,
        args: &[Val],
        method: Symbol,
    ) -> Val {
        if let Some(config) = self.with_credentials(args, method) {
            return config;
        }
        for &arg in &args[1..] {
            self.give_away(cx, site.span, arg, method.as_str());
        }
        if self.known.is_identity(method) && args.len() == 1 {
            return args[0];
        }
        self.note_unknown(cx, site, args, method);
        if args.len() == 1
            && let Some(request) = self.guessed(cx, site, method)
        {
            return request;
        }
        self.refine(Val::UNKNOWN, site.expect)
    }

    /// A method of the program, or an operation, may be meant by a call on something that has none of
    /// that name as far as is known.
    fn note_unknown(&mut self, cx: Cx, site: Site<'_>, args: &[Val], method: Symbol) {
        let call = (method, args.len() - 1, site.span);
        self.unit_mut(cx.unit).effects.unknown.push(call);
    }

    /// A struct from outside, made with its fields named.
    pub(super) fn foreign_struct(&mut self, cx: Cx, span: Span, contents: Val) -> Val {
        let _ = (cx, span);
        match contents == Val::BOTTOM || self.is_plain(contents) {
            true => self.opaque(self.known.opaque),
            false => self.vals.wrap(&mut self.tys, Wrap::Around, &[contents]),
        }
    }
}
