//! Method calls: by what the receiver may be, the method of an own type, an implementation behind a
//! trait, an operation of a handle, or something outside the program.

use super::Flow;
use super::engine::Cx;
use super::eval::Site;
use super::index::{Candidate, Head};
use super::ty::{SubstId, Ty, TyKind, Wrap};
use super::value::{Val, ValKind};
use super::wrapper::Terms;
use crate::symbol::Symbol;

/// Steps through own `Deref`s. Types that go on for ever are given up.
const DEREFS: u32 = 16;

impl<'p> Flow<'p> {
    /// Calls a method; the receiver is the first of the arguments.
    pub(super) fn call_method(
        &mut self,
        cx: Cx,
        site: Site<'_>,
        args: &[Val],
        method: Symbol,
        asked: &[Ty],
    ) -> Val {
        let Some(&recv) = args.first() else {
            return Val::UNKNOWN;
        };
        let out = self.each(recv, |flow, atom| {
            let mut args = args.to_vec();
            args[0] = atom;
            flow.call_on(cx, site, &args, method, asked, 0)
        });
        match self.known.is_open(method) {
            true => self.chosen(cx, site, method, out),
            false => out,
        }
    }

    fn call_on(
        &mut self,
        cx: Cx,
        site: Site<'_>,
        args: &[Val],
        method: Symbol,
        asked: &[Ty],
        depth: u32,
    ) -> Val {
        let recv = args[0];
        // Nothing was ever put in, and nothing got lost on the way: this is not reached.
        if recv == Val::EMPTY && !self.has_lost(cx) {
            if args[1..].iter().any(|&arg| !self.is_plain(arg)) && !self.known.keeps_nothing(method)
            {
                // What something is put into is a collection from then on.
                if let Some(wrap) = self.filled_by(method, args.len()).filter(|_| depth == 0) {
                    let mut args = args.to_vec();
                    let nothing = vec![Val::EMPTY; wrap.slots()];
                    args[0] = self.vals.wrap(&mut self.tys, wrap, &nothing);
                    return self.call_on_wrapper(cx, site, wrap, &args, method, asked, depth);
                }
                // The program's own methods are called on what is there.
                if self.index.methods_named(method, args.len() - 1).is_empty() {
                    for &arg in &args[1..] {
                        self.give_away(cx, site.span, arg, method.as_str());
                    }
                    self.lose();
                }
            }
            return Val::EMPTY;
        }
        match self.vals.kind(recv) {
            ValKind::Bottom => return Val::BOTTOM,
            ValKind::Typed(_) | ValKind::Unknown if self.is_condition(method, args) => {
                return self.if_true(cx, site, method, args[1]);
            }
            // What is never there becomes nothing.
            ValKind::Empty if method.as_str() == "into" => return recv,
            ValKind::Empty | ValKind::Unknown => {
                return self.unknown_method(cx, site, args, method);
            }
            // A static of another crate.
            ValKind::Foreign(path, _) if args.len() == 1 => {
                let krate = path.as_str().split("::").next().unwrap_or("_");
                if self.may_call_aws(krate)
                    && let Some(request) = self.guessed(cx, site, method)
                {
                    return request;
                }
            }
            ValKind::Handle(resource) => {
                let resource = *resource;
                return self.handle_method(cx, site, resource, args, (method, depth == 0));
            }
            _ => {}
        }
        let ty = self.type_of(recv);
        let client = self.client_of(ty);
        // Operations are inherent methods and win over those of traits.
        if let Some((service, how)) = client
            && args.len() == 1
            && let Some(operation) = self.sdk.operation(service, method)
        {
            return self.begin(cx, site, service, operation, how);
        }
        let named = (ty, method);
        let meant = self.meant(cx, site, named, args.len(), (false, depth == 0));
        if !meant.found.is_empty() {
            return self.call_candidates(cx, site, &meant.found, args);
        }
        if let Some(client) = client {
            return self.client_method(cx, site, client, args, method, asked);
        }
        if let ValKind::Request(id, members) = self.vals.kind(recv).clone() {
            return self.request_method(cx, site, id, &members, args, method);
        }
        match self.tys.kind(ty).clone() {
            TyKind::Dyn(traits) => {
                for &id in &traits {
                    if self.declaring(id, method, 0).is_some() {
                        return self.call_implementations(cx, site, id, method, recv, args);
                    }
                }
                self.foreign_method(cx, site, args, method, asked)
            }
            TyKind::Local(..) => self.local_fallback(cx, site, ty, args, method, asked, depth),
            TyKind::Wrap(wrap, _) => {
                self.call_on_wrapper(cx, site, wrap, args, method, asked, depth)
            }
            TyKind::Handle(kind, _) => self.opaque_handle_method(cx, site, kind, args, method),
            TyKind::Text => self.text_method(cx, site, args, method, asked),
            // An entry of a concurrent map.
            TyKind::Tuple(parts) if parts.len() == 2 && args.len() == 1 => match method.as_str() {
                "key" => self.part(recv, 0),
                "value" | "value_mut" => self.part(recv, 1),
                "pair" | "pair_mut" => recv,
                _ if self.known.is_identity(method) => recv,
                _ => self.foreign_method(cx, site, args, method, asked),
            },
            TyKind::Plain if self.known.is_identity(method) || args.len() == 1 => Val::PLAIN,
            TyKind::Foreign(path, _) => {
                self.call_on_foreign(cx, site, path, args, method, asked, depth)
            }
            TyKind::Unknown if matches!(self.vals.kind(recv), ValKind::Union(_)) => {
                self.unknown_method(cx, site, args, method)
            }
            _ if self.known.is_identity(method) => recv,
            _ => self.foreign_method(cx, site, args, method, asked),
        }
    }

    /// The collection that a method puts its arguments into.
    fn filled_by(&self, method: Symbol, args: usize) -> Option<Wrap> {
        let wrap = match (method.as_str(), args) {
            ("insert", 3) => Wrap::Map,
            _ => Wrap::Seq,
        };
        let known = self.known.method(wrap, method)?;
        (!known.stores.is_empty()).then_some(wrap)
    }

    /// Methods of the program that a call with this many arguments can mean on a type.
    pub(super) fn fitting(
        &mut self,
        ty: Ty,
        method: Symbol,
        args: usize,
    ) -> Vec<(Candidate, SubstId)> {
        let mut found = self.all_candidates(ty, method);
        found.retain(|(candidate, _)| {
            let function = &self.program.functions[candidate.function.index()];
            function.has_self && function.params.len() == args
        });
        found
    }

    /// A method that an own type has not itself: through `Deref`, as an iterator, or from a trait
    /// outside the program.
    #[allow(clippy::too_many_arguments, reason = "one call with its surroundings")]
    fn local_fallback(
        &mut self,
        cx: Cx,
        site: Site<'_>,
        ty: Ty,
        args: &[Val],
        method: Symbol,
        asked: &[Ty],
        depth: u32,
    ) -> Val {
        if method.as_str() == "clone" && self.derives(ty, "Clone") {
            return args[0];
        }
        // Of all types, so that it is not looked for behind a pointer.
        if let Some(out) = self.converted(cx, site, args, method) {
            return out;
        }
        if method != self.known.deref
            && let Some(inner) = self.deref_once(cx, site.span, args[0])
        {
            if depth >= DEREFS {
                return self.unknown_method(cx, site, args, method);
            }
            // Of a pointer to the value, or of what the value leads to.
            if self.known.is_identity(method) && !self.responds(inner, method, args.len()) {
                return self.vals.join(&mut self.tys, args[0], inner);
            }
            return self.each(inner, |flow, atom| {
                let mut args = args.to_vec();
                args[0] = atom;
                flow.call_on(cx, site, &args, method, asked, depth + 1)
            });
        }
        if self.known.is_identity(method) {
            return args[0];
        }
        if let Some(known) = self.known.method(Wrap::Seq, method)
            && let Some(seq) = self.as_iterator(cx, site.span, ty, args[0])
        {
            let slots = [self.content(seq)];
            let terms = Terms {
                recv: seq,
                slots: &slots,
                args: &args[1..],
            };
            let site = Site {
                sources: &[],
                ..site
            };
            return self.shape(cx, site, &known.out, terms);
        }
        if let Some(out) = self.derived_method(cx, site, args, method, asked) {
            return out;
        }
        self.foreign_method(cx, site, args, method, asked)
    }

    #[allow(clippy::too_many_arguments, reason = "one call with its surroundings")]
    fn call_on_wrapper(
        &mut self,
        cx: Cx,
        site: Site<'_>,
        wrap: Wrap,
        args: &[Val],
        method: Symbol,
        asked: &[Ty],
        depth: u32,
    ) -> Val {
        let recv = args[0];
        let Some((_, slots)) = self.vals.slots(&self.tys, recv) else {
            return self.foreign_method(cx, site, args, method, asked);
        };
        // An entry of a map is the map here; it knows its key.
        let is_part =
            args.len() == 2 && matches!(self.vals.slots(&self.tys, args[1]), Some((Wrap::Seq, _)));
        if wrap == Wrap::Seq && is_part && matches!(method.as_str(), "get" | "get_mut") {
            return self.vals.wrap(&mut self.tys, Wrap::Option, &[recv]);
        }
        if wrap == Wrap::Seq
            && matches!(method.as_str(), "concat" | "join")
            && depth == 0
            && let Some(joined) = self.joined_array(cx, site, args)
        {
            return joined;
        }
        let name = match (wrap, method.as_str(), args.len()) {
            (Wrap::Map, "insert", 2) => Symbol::new("or_insert"),
            (Wrap::Map, "get" | "get_mut" | "remove", 1) => self.known.index,
            _ => method,
        };
        if wrap != Wrap::Around
            && let Some(known) = self.known.method(wrap, name)
        {
            let terms = Terms {
                recv,
                slots: &slots,
                args: &args[1..],
            };
            if let (Wrap::Cell, "swap", [first, second]) = (wrap, method.as_str(), site.sources) {
                self.assign(cx, *first, args[1]);
                self.assign(cx, *second, recv);
                return Val::UNIT;
            }
            let out = self.wrapper_method(cx, site, known, wrap, terms);
            return match method.as_str() {
                "unwrap_or_default" => self.or_default(cx, site, slots[0], out),
                _ => out,
            };
        }
        // A wrapper without such a method is not what it was taken for.
        if depth < DEREFS
            && (self.responds(slots[0], method, args.len())
                || wrap == Wrap::Cell && self.type_of(slots[0]) == Ty::TEXT)
        {
            return self.each(slots[0], |flow, atom| {
                let mut args = args.to_vec();
                args[0] = atom;
                flow.call_on(cx, site, &args, method, asked, depth + 1)
            });
        }
        if self.known.is_identity(method) {
            return recv;
        }
        if self.only_looks(args, method) {
            return Val::PLAIN;
        }
        self.foreign_method(cx, site, args, method, asked)
    }

    /// Whether a value may be of a type of the program, or a handle, that has such a method.
    pub(super) fn responds(&mut self, val: Val, method: Symbol, args: usize) -> bool {
        self.responds_within(val, method, args, 0)
    }

    /// [`Self::responds`], so many types of the program deep.
    pub(super) fn responds_within(
        &mut self,
        val: Val,
        method: Symbol,
        args: usize,
        depth: u32,
    ) -> bool {
        let atoms = self.vals.atoms(val);
        atoms.as_slice().iter().any(|&atom| {
            let ty = self.type_of(atom);
            match self.tys.kind(ty).clone() {
                TyKind::Handle(kind, _) => {
                    let kind = ifc_catalog::resources::KINDS[usize::from(kind)];
                    kind.op(method.as_str()).is_some() || !self.fitting(ty, method, args).is_empty()
                }
                TyKind::Dyn(traits) => traits
                    .iter()
                    .any(|&id| self.declaring(id, method, 0).is_some()),
                TyKind::Local(..) => {
                    !self.fitting(ty, method, args).is_empty()
                        || self.known.is_iterator_method(method) && {
                            let [next, poll_next, _] = self.known.iterating;
                            !self.candidates(ty, next).is_empty()
                                || !self.candidates(ty, poll_next).is_empty()
                        }
                        || self.is_derived_method(atom, method, args, depth)
                }
                TyKind::Wrap(wrap, _) if wrap != Wrap::Around => {
                    self.known.method(wrap, method).is_some()
                }
                TyKind::Unknown => false,
                TyKind::Foreign(..) if self.client_of(ty).is_some() => {
                    let service = self.client_of(ty).map(|(service, _)| service);
                    let operation = service.and_then(|of| self.sdk.operation(of, method));
                    args == 1 && operation.is_some() || !self.fitting(ty, method, args).is_empty()
                }
                _ => match self.around(atom) {
                    Some(inner) => self.responds_within(inner, method, args, depth),
                    None => false,
                },
            }
        })
    }

    #[allow(clippy::too_many_arguments, reason = "one call with its surroundings")]
    fn call_on_foreign(
        &mut self,
        cx: Cx,
        site: Site<'_>,
        path: Symbol,
        args: &[Val],
        method: Symbol,
        asked: &[Ty],
        depth: u32,
    ) -> Val {
        if path.as_str().starts_with("ifc_runtime::")
            && let Some(out) = self.builder_method(cx, site, path, args, method)
        {
            return out;
        }
        if self.is_companions_crate(path)
            && let Some(request) = {
                let whole = Symbol::new(&format!("{path}::{method}"));
                self.companion(cx, site, whole, &args[1..])
            }
        {
            return request;
        }
        if let Some(config) = self.with_credentials(args, method) {
            return config;
        }
        if args.len() == 1
            && self.may_call_aws(path.as_str().split("::").next().unwrap_or(""))
            && let Some(request) = self.guessed(cx, site, method)
        {
            return request;
        }
        if depth < DEREFS
            && let Some(inner) = self.around(args[0])
            && self.responds(inner, method, args.len())
        {
            return self.each(inner, |flow, atom| {
                let mut args = args.to_vec();
                args[0] = atom;
                flow.call_on(cx, site, &args, method, asked, depth + 1)
            });
        }
        // A list in an event.
        if self.known.describes_events(path)
            && self.around(args[0]).is_none()
            && asked.is_empty()
            && method.as_str() != "get"
            && let Some(known) = self.known.method(Wrap::Seq, method)
            && known.stores.is_empty()
        {
            let item = self.opaque(path);
            let mut args = args.to_vec();
            args[0] = self.vals.wrap(&mut self.tys, Wrap::Seq, &[item]);
            return self.call_on_wrapper(cx, site, Wrap::Seq, &args, method, asked, depth);
        }
        if self.known.is_identity(method) && args.len() == 1 {
            return args[0];
        }
        let added = self.added_to_foreign(path, method, args.len());
        if !added.is_empty() {
            let own = self.call_candidates(cx, site, &added, args);
            let other = self.foreign_method(cx, site, args, method, asked);
            return self.vals.join(&mut self.tys, own, other);
        }
        self.foreign_method(cx, site, args, method, asked)
    }

    /// Methods that the program adds to a type from outside which has several names, or whose name
    /// is not known.
    fn added_to_foreign(
        &mut self,
        path: Symbol,
        method: Symbol,
        args: usize,
    ) -> Vec<(Candidate, SubstId)> {
        let last = super::known::last(path.as_str());
        let named = self.index.methods_named(method, args - 1).to_vec();
        let mut found = Vec::new();
        for function in named {
            let Some(imp) = self.owner_impl(function) else {
                continue;
            };
            let fits = match self.index.head_of(imp) {
                Head::Foreign(other) => last == "_" || super::known::last(other.as_str()) == last,
                Head::Text | Head::Wrap(_) | Head::Plain => last == "_",
                _ => false,
            };
            if fits {
                let candidate = Candidate {
                    imp,
                    function,
                    inherent: false,
                };
                found.push((candidate, SubstId::EMPTY));
            }
        }
        found
    }
}
