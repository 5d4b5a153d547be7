//! Calls on receivers of which nothing is known: which methods of the program they may mean.

use std::collections::BTreeSet;

use super::Flow;
use super::codes::{UNKNOWN_RECEIVER, describe};
use super::effects::Problem;
use super::export::{self, Export, Found};
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::hir::{
    Body, Bound, Def, ExprKind, FnId, Generics, ModuleId, Owner, PatKind, Path, Program,
    ResourceId, Stmt, TraitId, TypeKind, TypeRef,
};
use crate::resolve::{Names, Resolution};
use crate::span::Span;
use crate::symbol::Symbol;

/// A call on something unknown is an error when a method of that name uses resources: it may be
/// meant, and then its permissions would be missing.
pub(super) fn report(
    flow: &mut Flow<'_>,
    export: &Export,
    hidden: &[ResourceId],
    diagnostics: &mut Diagnostics,
) {
    let mut decided: crate::symbol::FastMap<(Symbol, usize), Vec<FnId>> =
        crate::symbol::FastMap::default();
    for &(function, span, method, args) in &export.unknown {
        if !flow.program.functions[function.index()].grants.is_empty() {
            continue;
        }
        decided.entry((method, args)).or_insert_with(|| {
            let named = flow.index.methods_named(method, args).to_vec();
            named.into_iter().filter(|&id| probe(flow, id)).collect()
        });
        let mut users = decided[&(method, args)].clone();
        if !users.is_empty() {
            let call = Call::at(flow, function, span, method);
            users.retain(|&user| call.may_mean(flow, user));
        }
        if !users.is_empty() {
            diagnostics.push(unknown_receiver(flow, span, method, &users));
            continue;
        }
        let meant = hidden.iter().find(|resource| {
            let global = flow.program.resources[resource.index()].global;
            let ty = flow.lowered_handle(global);
            let op = ty.and_then(|kind| kind.op(method.as_str()));
            op.is_some_and(|op| !op.actions.is_empty())
        });
        if let Some(&resource) = meant {
            let problem = Problem::WhichResource {
                kind: "handle",
                method,
            };
            let found = Found {
                function: Some(function),
                span,
                problem,
            };
            let name = flow.program.resources[resource.index()].name;
            let diagnostic = describe(flow, &found);
            diagnostics.push(diagnostic.note(format!(
                "it may be `{name}`, which went into a call that is not followed"
            )));
        }
    }
}

fn unknown_receiver(flow: &Flow<'_>, span: Span, method: Symbol, users: &[FnId]) -> Diagnostic {
    let message = format!("the type on which `{method}` is called cannot be told");
    let mut diagnostic = Diagnostic::new(&UNKNOWN_RECEIVER, span, message)
        .label("permissions cannot be inferred for this call")
        .help("write the type where the value is made: `let value: Type = ..`")
        .help("or `#[grant(\"service:Action\", on = RESOURCE, because = \"..\")]` on the function");
    for &user in users.iter().take(4) {
        let place = flow.program.functions[user.index()].name_span;
        diagnostic = diagnostic.also(place, "this may be meant, and it uses resources");
    }
    diagnostic
}

/// Whether a function uses resources when called with nothing known of its arguments.
fn probe(flow: &mut Flow<'_>, id: FnId) -> bool {
    if flow.program.functions[id.index()].body.is_none() {
        return false;
    }
    let unit = flow.opaque_unit(id);
    flow.settle();
    export::uses_resources(flow, unit)
}

/// What the source says of a call whose receiver is not known.
#[derive(Default)]
struct Call {
    /// Modules whose traits are in scope; none where the call was not found.
    modules: Vec<ModuleId>,
    /// How many types stand behind `::` at least.
    types: usize,
}

impl Call {
    fn at(flow: &Flow<'_>, function: FnId, span: Span, method: Symbol) -> Call {
        let function = &flow.program.functions[function.index()];
        let mut call = Call::default();
        let mut types = None;
        let mut modules = vec![function.module];
        for expr in function.body.iter().flat_map(|body| &body.exprs) {
            match &expr.kind {
                ExprKind::Block {
                    module: Some(module),
                    ..
                } => modules.push(*module),
                // What a macro repeats stands several times at the same place.
                ExprKind::MethodCall {
                    method: name,
                    method_span,
                    turbofish,
                    ..
                } if *name == method && (expr.span == span || *method_span == span) => {
                    let least =
                        types.map_or(turbofish.len(), |types: usize| types.min(turbofish.len()));
                    types = Some(least);
                }
                _ => {}
            }
        }
        if let Some(types) = types {
            call = Call { modules, types };
        }
        call
    }

    /// Whether rustc lets a call mean a method: it takes as many types, and if it is a trait's, the
    /// trait is in scope or may bound the receiver's type.
    fn may_mean(&self, flow: &mut Flow<'_>, method: FnId) -> bool {
        let program = flow.program;
        let function = &program.functions[method.index()];
        if self.types > function.generics.params.len() {
            return false;
        }
        let of = match function.owner {
            Some(Owner::Trait(id)) => Some(id),
            Some(Owner::Impl(id)) => {
                let block = &program.impls[id.index()];
                let path = block.trait_path.as_ref();
                let local = path.and_then(|path| trait_of(program, flow.names, block.module, path));
                // Of a trait from outside: called wherever the type is mentioned.
                if path.is_some() && local.is_none() {
                    return false;
                }
                local
            }
            None => None,
        };
        let Some(of) = of else { return true };
        if self.modules.is_empty() {
            return true;
        }
        let in_scope = self.modules.iter().any(|&module| {
            let traits = flow.names.traits_in_scope(program, module);
            traits.local.binary_search(&of).is_ok()
        });
        in_scope || flow.bounded().contains(&of)
    }
}

fn trait_of(program: &Program, names: &Names, module: ModuleId, path: &Path) -> Option<TraitId> {
    match names.ty(program, module, path) {
        Resolution::Def {
            def: Def::Trait(id),
            ..
        } => Some(id),
        _ => None,
    }
}

/// The traits of the program that stand in bounds, `impl` and `dyn`: their methods can be called
/// where they are not in scope.
pub(super) fn bounded_traits(program: &Program, names: &Names) -> BTreeSet<TraitId> {
    Bounds::of(program, names)
}

struct Bounds<'a> {
    program: &'a Program,
    names: &'a Names,
    module: ModuleId,
    found: BTreeSet<TraitId>,
}

impl<'a> Bounds<'a> {
    fn of(program: &'a Program, names: &'a Names) -> BTreeSet<TraitId> {
        let mut bounds = Bounds {
            program,
            names,
            module: ModuleId(0),
            found: BTreeSet::new(),
        };
        for function in &program.functions {
            bounds.module = function.module;
            bounds.generics(&function.generics);
            bounds.types(&function.params);
            bounds.ty(&function.ret);
            function.body.iter().for_each(|body| bounds.body(body));
        }
        for def in &program.types {
            bounds.module = def.module;
            bounds.generics(&def.generics);
            match &def.kind {
                TypeKind::Struct(fields) => fields.iter().for_each(|field| bounds.ty(&field.ty)),
                TypeKind::Enum(variants) => {
                    let fields = variants.iter().flat_map(|variant| &variant.fields);
                    fields.for_each(|field| bounds.ty(&field.ty));
                }
                TypeKind::Alias(target) => bounds.ty(target),
            }
        }
        for def in &program.traits {
            bounds.module = def.module;
            bounds.generics(&def.generics);
            bounds.bounds(&def.supertraits);
            for (_, bound, default) in &def.assoc_types {
                bounds.bounds(bound);
                default.iter().for_each(|ty| bounds.ty(ty));
            }
        }
        for block in &program.impls {
            bounds.module = block.module;
            bounds.generics(&block.generics);
            bounds.ty(&block.self_ty);
            block.trait_path.iter().for_each(|path| bounds.path(path));
            block.assoc_types.iter().for_each(|(_, ty)| bounds.ty(ty));
        }
        for global in &program.globals {
            bounds.module = global.module;
            bounds.ty(&global.ty);
            global.init.iter().for_each(|body| bounds.body(body));
        }
        bounds.found
    }

    fn generics(&mut self, generics: &Generics) {
        for param in &generics.params {
            self.bounds(&param.bounds);
            param.default.iter().for_each(|ty| self.ty(ty));
        }
        for (ty, bounds) in &generics.predicates {
            self.ty(ty);
            self.bounds(bounds);
        }
    }

    fn bounds(&mut self, bounds: &[Bound]) {
        for bound in bounds {
            self.found
                .extend(trait_of(self.program, self.names, self.module, &bound.path));
            self.path(&bound.path);
        }
    }

    fn types(&mut self, types: &[TypeRef]) {
        types.iter().for_each(|ty| self.ty(ty));
    }

    fn ty(&mut self, ty: &TypeRef) {
        match ty {
            TypeRef::Path(path) => self.path(path),
            TypeRef::Ref(inner) | TypeRef::Slice(inner) => self.ty(inner),
            TypeRef::Array(array) => self.ty(&array.0),
            TypeRef::Tuple(types) => self.types(types),
            TypeRef::Fn(params, ret) => {
                self.types(params);
                self.ty(ret);
            }
            TypeRef::Dyn(bounds) | TypeRef::Impl(bounds) => self.bounds(bounds),
            TypeRef::Never | TypeRef::Infer | TypeRef::Unknown => {}
        }
    }

    fn path(&mut self, path: &Path) {
        if let Some(qself) = &path.qself {
            self.ty(&qself.ty);
        }
        for segment in &*path.segments {
            self.types(segment.args());
            segment.bindings().iter().for_each(|(_, ty)| self.ty(ty));
        }
    }

    /// The types that stand in a body; a trait that bounds one of them is named there by its path.
    fn body(&mut self, body: &Body) {
        let own = self.module;
        for expr in &body.exprs {
            match &expr.kind {
                ExprKind::Path(path) => self.path(path),
                ExprKind::Struct { path, .. } => self.path(path),
                ExprKind::MethodCall { turbofish, .. } => self.types(turbofish),
                ExprKind::Cast { ty, .. } => self.ty(ty),
                ExprKind::Closure { params, .. } => {
                    params
                        .iter()
                        .for_each(|(_, ty)| ty.iter().for_each(|ty| self.ty(ty)));
                }
                ExprKind::Block { stmts, module, .. } => {
                    self.module = module.unwrap_or(own);
                    for stmt in stmts {
                        if let Stmt::Let { ty: Some(ty), .. } = stmt {
                            self.ty(ty);
                        }
                    }
                    self.module = own;
                }
                _ => {}
            }
        }
        for pat in &body.pats {
            if let PatKind::Typed(_, ty) = &pat.kind {
                self.ty(ty);
            }
        }
    }
}
