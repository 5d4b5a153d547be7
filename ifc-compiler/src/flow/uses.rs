//! Operations on handles.

use ifc_catalog::model::Text;
use ifc_catalog::resources::{KINDS, Op, ResourceKind, Target};

use super::Flow;
use super::effects::{Operation, Problem};
use super::engine::Cx;
use super::eval::Site;
use super::known;
use super::text::{self, Part};
use super::ty::{SubstId, Ty, TyKind, Wrap};
use super::value::{Val, ValKind};
use crate::hir::ResourceId;
use crate::symbol::Symbol;

impl<'p> Flow<'p> {
    /// The type of a resource's static.
    pub(super) fn handle_ty(&mut self, resource: ResourceId) -> Ty {
        let program = self.program;
        let global = &program.globals[program.resources[resource.index()].global.index()];
        self.ty(global.module, SubstId::EMPTY, &global.ty)
    }

    fn kind_of(&self, ty: Ty) -> Option<&'static ResourceKind> {
        match self.tys.kind(ty) {
            TyKind::Handle(kind, _) => KINDS.get(usize::from(*kind)).copied(),
            _ => None,
        }
    }

    /// A method of a known handle.
    pub(super) fn handle_method(
        &mut self,
        cx: Cx,
        site: Site<'_>,
        resource: ResourceId,
        args: &[Val],
        (method, direct): (Symbol, bool),
    ) -> Val {
        let ty = self.handle_ty(resource);
        let op = self.kind_of(ty).and_then(|kind| kind.op(method.as_str()));
        let meant = self.meant(cx, site, (ty, method), args.len(), (op.is_some(), direct));
        let mut given = Val::BOTTOM;
        if let Some(op) = op.filter(|_| meant.operation) {
            self.operation(cx, site, resource, op, &args[1..]);
            given = match op.actions.is_empty() {
                true => self.vals.text([Part::Resource(resource)].into()),
                false => self.payload(ty),
            };
        }
        if !meant.found.is_empty() {
            let out = self.call_candidates(cx, site, &meant.found, args);
            return self.vals.join(&mut self.tys, given, out);
        }
        if given != Val::BOTTOM {
            return given;
        }
        if self.known.is_identity(method) {
            return args[0];
        }
        if self.known.is_inert(method) {
            return Val::PLAIN;
        }
        if let Some(out) = self.converted(cx, site, args, method) {
            return out;
        }
        let problem = Problem::UnknownMethod { resource, method };
        self.unit_mut(cx.unit)
            .effects
            .problems
            .push((site.span, problem));
        Val::UNKNOWN
    }

    /// A method of a handle of which only the type is known.
    pub(super) fn opaque_handle_method(
        &mut self,
        cx: Cx,
        site: Site<'_>,
        kind: u8,
        args: &[Val],
        method: Symbol,
    ) -> Val {
        let spec = KINDS[usize::from(kind)];
        if self.known.is_identity(method) && spec.op(method.as_str()).is_none() {
            return args[0];
        }
        if self.known.is_inert(method) {
            return Val::PLAIN;
        }
        let problem = Problem::WhichResource {
            kind: spec.handle,
            method,
        };
        self.unit_mut(cx.unit)
            .effects
            .problems
            .push((site.span, problem));
        let ty = self.type_of(args[0]);
        match spec.op(method.as_str()) {
            Some(op) if op.actions.is_empty() => Val::TEXT,
            Some(_) => self.payload(ty),
            None => Val::UNKNOWN,
        }
    }

    /// A method of one of the runtime's builders, with a handle as its first argument.
    pub(super) fn builder_method(
        &mut self,
        cx: Cx,
        site: Site<'_>,
        path: Symbol,
        args: &[Val],
        method: Symbol,
    ) -> Option<Val> {
        let builder = known::last(path.as_str());
        let found = KINDS
            .iter()
            .any(|kind| kind.builder_op(builder, method.as_str()).is_some());
        if !found {
            return None;
        }
        let &handle = args.get(1)?;
        let atoms = self.vals.atoms(handle);
        for &atom in atoms.as_slice() {
            let ty = self.type_of(atom);
            let op = self
                .kind_of(ty)
                .and_then(|kind| kind.builder_op(builder, method.as_str()));
            match (self.vals.kind(atom), op) {
                (ValKind::Bottom, _) => {}
                (ValKind::Handle(resource), Some(op)) => {
                    let resource = *resource;
                    self.operation(cx, site, resource, op, &args[2..]);
                }
                _ => {
                    let kind = self.kind_of(ty).map_or("Table", |kind| kind.handle);
                    let problem = Problem::WhichResource { kind, method };
                    self.unit_mut(cx.unit)
                        .effects
                        .problems
                        .push((site.span, problem));
                }
            }
        }
        Some(args[0])
    }

    /// Notes an operation, once for each text that decides what it is on.
    fn operation(
        &mut self,
        cx: Cx,
        site: Site<'_>,
        resource: ResourceId,
        op: &'static Op,
        args: &[Val],
    ) {
        for &arg in args {
            self.give_away(cx, site.span, arg, op.method);
        }
        let mut scopes: Vec<Vec<(usize, Text)>> = vec![Vec::new()];
        for at in op.scope_args() {
            let known = self.texts(args.get(at).copied().unwrap_or(Val::UNKNOWN));
            let texts = match known {
                Some(known) => known.iter().map(|parts| text::plain(parts)).collect(),
                None => vec![Text::Any],
            };
            scopes = scopes
                .into_iter()
                .flat_map(|scope| {
                    texts.iter().map(move |text| {
                        let mut scope = scope.clone();
                        scope.push((at, text.clone()));
                        scope
                    })
                })
                .collect();
        }
        let indexed = op.actions.iter().any(|action| action.on == Target::Index);
        for scope in scopes {
            if indexed && !scope.iter().all(|(_, text)| matches!(text, Text::Exact(_))) {
                let problem = Problem::WhichIndex {
                    resource,
                    method: Symbol::new(op.method),
                };
                self.unit_mut(cx.unit)
                    .effects
                    .problems
                    .push((site.span, problem));
                continue;
            }
            let operation = Operation {
                resource,
                op,
                scope,
                span: site.span,
            };
            self.unit_mut(cx.unit).effects.uses.push(operation);
        }
    }

    /// What an operation gives: something around the resource's payload.
    fn payload(&mut self, ty: Ty) -> Val {
        let args = match self.tys.kind(ty) {
            TyKind::Handle(_, args) => args.to_vec(),
            _ => Vec::new(),
        };
        let vals: Vec<Val> = args.into_iter().map(|arg| self.vals.typed(arg)).collect();
        let content = self.vals.join_all(&mut self.tys, vals);
        let content = match content {
            Val::BOTTOM => self.opaque(self.known.opaque),
            content => content,
        };
        self.vals.wrap(&mut self.tys, Wrap::Around, &[content])
    }
}
