//! Methods of one name: of a type itself, or the operation of a handle, beside those of traits. What
//! is called through a bound or a trait object is the trait's, whatever the type has of its own; the
//! type as it is written decides, since values do not show what they are seen as.

use std::rc::Rc;

use super::Flow;
use super::engine::{Code, Cx};
use super::eval::Site;
use super::index::{Candidate, Head};
use super::known::TypeRole;
use super::ty::{SubstId, Ty, TyKind, Wrap};
use super::value::{UnitId, ValKind};
use crate::hir::{
    Bound, Def, ExprId, ExprKind, FnId, Generics, ModuleId, Owner, PatId, PatKind, Stmt, TraitId,
    TypeKind, TypeRef, Var,
};
use crate::resolve::Resolution;
use crate::symbol::Symbol;

/// Expressions and types looked through.
const DEPTH: u32 = 16;

/// What a method call can mean.
pub(super) struct Meant {
    /// Functions of the program.
    pub(super) found: Vec<(Candidate, SubstId)>,
    /// Whether the operation of the handle, too.
    pub(super) operation: bool,
}

/// What a value is seen as where a method is called on it.
enum Seen {
    /// A parameter or trait object, with the traits that it is known by.
    Erased(Vec<TraitId>),
    /// A type with its name.
    Named,
    /// What a parameter stands for that is declared elsewhere.
    Elsewhere(Symbol),
}

/// What is known of a variable.
enum Local<'p> {
    Written(Scope<'p>, &'p TypeRef),
    Made(ExprId),
}

/// Where a written type stands.
#[derive(Clone)]
struct Scope<'p> {
    module: ModuleId,
    generics: Vec<&'p Generics>,
    /// The implementation or trait around it, which says what `Self` is.
    owner: Option<Owner>,
    /// Whether the code at hand is elsewhere: there a parameter may stand for a type with its name.
    elsewhere: bool,
}

impl<'p> Flow<'p> {
    /// What calling a method with this many arguments can mean on a type. `operation` says that it is
    /// an operation of the handle; `direct` that the call is on the receiver as it is written.
    pub(super) fn meant(
        &mut self,
        cx: Cx,
        site: Site<'_>,
        (ty, method): (Ty, Symbol),
        args: usize,
        (operation, direct): (bool, bool),
    ) -> Meant {
        let all = self.fitting(ty, method, args);
        let (own, traits): (Vec<_>, Vec<_>) = all.into_iter().partition(|found| found.0.inherent);
        let several = traits
            .windows(2)
            .any(|pair| self.index.trait_of(pair[0].0.imp) != self.index.trait_of(pair[1].0.imp));
        let has_own = operation || !own.is_empty();
        if traits.is_empty() || !has_own && !several {
            let found = if traits.is_empty() { own } else { traits };
            return Meant { found, operation };
        }
        let source = site.sources.first().filter(|_| direct);
        let seen = source.and_then(|&source| self.seen_as(cx, source, 0));
        match &seen {
            Some(Seen::Erased(bounds)) => {
                let known = self.of_traits(&traits, |id| bounds.contains(&id));
                // Without a trait of its bounds it is what the bounds lend.
                if !known.is_empty() {
                    return Meant {
                        found: known,
                        operation: false,
                    };
                }
            }
            Some(Seen::Named) if has_own => {
                return Meant {
                    found: own,
                    operation,
                };
            }
            _ => {}
        }
        let named = matches!(seen, Some(Seen::Named));
        let scope = self.names.traits_in_scope(self.program, cx.module);
        let bounded = self.bounded();
        let mut found = self.of_traits(&traits, |id| {
            !named && bounded.contains(&id) || !has_own && scope.local.binary_search(&id).is_ok()
        });
        if found.is_empty() && !has_own {
            found = traits;
        }
        found.extend(own);
        Meant { found, operation }
    }

    /// Those whose trait fulfils something; those of traits from outside always do.
    fn of_traits(
        &self,
        found: &[(Candidate, SubstId)],
        fulfils: impl Fn(TraitId) -> bool,
    ) -> Vec<(Candidate, SubstId)> {
        let found = found.iter().copied();
        found
            .filter(|(candidate, _)| self.index.trait_of(candidate.imp).is_none_or(&fulfils))
            .collect()
    }

    /// Traits whose methods can be called where they are not in scope.
    pub(super) fn bounded(&mut self) -> Rc<std::collections::BTreeSet<TraitId>> {
        let known = self.bounded.take();
        let known = known
            .unwrap_or_else(|| Rc::new(super::unknown::bounded_traits(self.program, self.names)));
        self.bounded = Some(Rc::clone(&known));
        known
    }

    /// Functions that a name may mean on a type that is known by its bounds: those of traits, if any.
    pub(super) fn trait_candidates(&mut self, ty: Ty, name: Symbol) -> Vec<(Candidate, SubstId)> {
        let mut found = self.all_candidates(ty, name);
        if found.iter().any(|(candidate, _)| !candidate.inherent) {
            found.retain(|(candidate, _)| !candidate.inherent);
        }
        found
    }

    /// Whether the first name of a path is a parameter, so that what follows is of its bounds.
    pub(super) fn is_parameter(&self, cx: Cx, name: Symbol) -> bool {
        match self.function_around(cx.unit) {
            Some(function) if name == self.known.self_ => {
                match self.program.functions[function.index()].owner {
                    Some(Owner::Impl(id)) => self.index.head_of(id) == Head::Any,
                    owner => owner.is_some(),
                }
            }
            Some(_) => true,
            None => false,
        }
    }

    fn function_around(&self, mut unit: UnitId) -> Option<FnId> {
        loop {
            match self.unit(unit).code {
                Code::Fn(function) => return Some(function),
                Code::Closure(parent, _) => unit = parent,
                Code::Global(_) => return None,
            }
        }
    }

    fn scope_of(&self, function: FnId) -> Scope<'p> {
        let data = &self.program.functions[function.index()];
        Scope {
            module: data.module,
            generics: self.generics_of(function),
            owner: data.owner,
            elsewhere: false,
        }
    }

    /// As what the value of an expression is seen, or what is in it; nothing where that is not plain
    /// from the types that are written.
    fn seen_as(&mut self, cx: Cx, expr: ExprId, depth: u32) -> Option<Seen> {
        if depth > DEPTH {
            return None;
        }
        let body = self.unit(cx.unit).body;
        match &body.expr(expr).kind {
            ExprKind::Path(path) => match self.unit(cx.unit).locals.of_expr(expr) {
                Some(var) => self.local_as(cx, var, depth + 1),
                None => {
                    let resolution = self.names.value(self.program, cx.module, path);
                    let is_named = match resolution {
                        Resolution::Def {
                            def: Def::Type(_) | Def::Variant(..),
                            ..
                        } => true,
                        Resolution::Def {
                            def: Def::Global(id),
                            ..
                        } => self.program.globals[id.index()].resource.is_some(),
                        _ => false,
                    };
                    is_named.then_some(Seen::Named)
                }
            },
            ExprKind::Struct { .. } => Some(Seen::Named),
            ExprKind::Ref(inner)
            | ExprKind::RefMut(inner)
            | ExprKind::Await(inner)
            | ExprKind::Try(inner) => self.seen_as(cx, *inner, depth + 1),
            ExprKind::Deref(inner) => {
                let derefs = !self.own_methods(cx, *inner, self.known.deref).is_empty();
                (!derefs).then(|| self.seen_as(cx, *inner, depth + 1))?
            }
            ExprKind::MethodCall {
                receiver, method, ..
            } => {
                let of = self.seen_as(cx, *receiver, depth + 1);
                let own = self.own_methods(cx, *receiver, *method);
                let lends = self.known.is_identity(*method) || self.known.lends(*method);
                match (own.as_slice(), &of) {
                    // A copy is what it is made of, whoever makes it.
                    _ if method.as_str() == "clone" => of,
                    ([], _) => of.filter(|_| lends),
                    ([own], Some(Seen::Named) | None) => self.given_as(cx, *own, &[], depth + 1),
                    // Which of them is called follows from bounds.
                    _ => None,
                }
            }
            ExprKind::Call { callee, args } => {
                let callee = self.eval(cx, *callee, Ty::UNKNOWN);
                match *self.vals.kind(callee) {
                    ValKind::Ctor(..) => Some(Seen::Named),
                    ValKind::Fn(id, _) => self.given_as(cx, id, args, depth + 1),
                    _ => None,
                }
            }
            ExprKind::Field { base, name } => self.field_as(cx, *base, *name, depth + 1),
            _ => None,
        }
    }

    /// Methods of the program that a name means on the type of an expression.
    fn own_methods(&mut self, cx: Cx, expr: ExprId, name: Symbol) -> Vec<FnId> {
        let val = self.eval(cx, expr, Ty::UNKNOWN);
        let ty = self.type_of(val);
        let found = self.all_candidates(ty, name).into_iter();
        found.map(|(candidate, _)| candidate.function).collect()
    }

    /// As what the result of a function is seen. Where it gives what it is given, as that.
    fn given_as(&mut self, cx: Cx, id: FnId, args: &[ExprId], depth: u32) -> Option<Seen> {
        let scope = Scope {
            elsewhere: true,
            ..self.scope_of(id)
        };
        let function = &self.program.functions[id.index()];
        // What an implementation names its own type, its trait may call `Self`.
        let of_trait = match function.owner {
            Some(Owner::Impl(id)) => self.program.impls[id.index()].trait_path.is_some(),
            _ => false,
        };
        let name = match self.written_as(&scope, &function.ret, 0)? {
            Seen::Elsewhere(name) => name,
            Seen::Named if of_trait => return None,
            seen => return Some(seen),
        };
        let is_it = |written: &TypeRef| match behind_references(written) {
            TypeRef::Path(path) => matches!(&*path.segments, [only] if only.name == name),
            _ => false,
        };
        let at = function.params.iter().position(is_it)?;
        self.seen_as(cx, *args.get(at)?, depth)
    }

    /// As what a field is seen. Where its type is a parameter of the struct, as what stands for it
    /// in the type of the struct, where that is written.
    fn field_as(&mut self, cx: Cx, base: ExprId, name: Symbol, depth: u32) -> Option<Seen> {
        let on = self.eval(cx, base, Ty::UNKNOWN);
        let ty = self.type_of(on);
        let TyKind::Local(id, _) = *self.tys.kind(ty) else {
            return None;
        };
        let def = &self.program.types[id.index()];
        let TypeKind::Struct(fields) = &def.kind else {
            return None;
        };
        let field = fields.iter().find(|field| field.name == name)?;
        let scope = Scope {
            module: def.module,
            generics: vec![&def.generics],
            owner: None,
            elsewhere: true,
        };
        let parameter = match self.written_as(&scope, &field.ty, 0)? {
            Seen::Elsewhere(parameter) => parameter,
            seen => return Some(seen),
        };
        let mut parameters = def.generics.params.iter();
        let at = parameters.position(|known| known.name == parameter)?;
        let (scope, written) = self.written_type(cx, base, depth)?;
        let TypeRef::Path(path) = written else {
            return None;
        };
        let is_struct = matches!(
            self.names.ty(self.program, scope.module, path),
            Resolution::Def { def: Def::Type(of), .. } if of == id
        );
        let argument = path.segments.last().filter(|_| is_struct)?.args().get(at)?;
        let seen = self.written_as(&scope, argument, 0)?;
        match seen {
            // The struct may ask for more than the code at hand.
            Seen::Erased(mut traits) => {
                let bounds = def.generics.params[at].bounds.as_slice();
                traits.extend(self.known_by(def.module, [bounds]));
                Some(Seen::Erased(traits))
            }
            seen => Some(seen),
        }
    }

    /// The type that is written for an expression, without references.
    fn written_type(&self, cx: Cx, expr: ExprId, depth: u32) -> Option<(Scope<'p>, &'p TypeRef)> {
        if depth > DEPTH {
            return None;
        }
        let inner = match &self.unit(cx.unit).body.expr(expr).kind {
            ExprKind::Ref(inner) | ExprKind::RefMut(inner) | ExprKind::Deref(inner) => *inner,
            _ => {
                let var = self.unit(cx.unit).locals.of_expr(expr)?;
                let Local::Written(scope, written) = self.local(cx, var)? else {
                    return None;
                };
                let written = behind_references(written);
                let written = match (written, scope.owner) {
                    (TypeRef::Path(path), Some(Owner::Impl(id))) if matches!(&*path.segments, [only] if only.name == self.known.self_) => {
                        &self.program.impls[id.index()].self_ty
                    }
                    _ => written,
                };
                return Some((scope, written));
            }
        };
        self.written_type(cx, inner, depth + 1)
    }

    /// As what a variable is seen: by its type, or by what it is made of.
    fn local_as(&mut self, cx: Cx, var: Var, depth: u32) -> Option<Seen> {
        match self.local(cx, var)? {
            Local::Written(scope, written) => self.written_as(&scope, written, 0),
            Local::Made(init) => self.seen_as(cx, init, depth),
        }
    }

    fn local(&self, cx: Cx, var: Var) -> Option<Local<'p>> {
        let unit = self.unit(cx.unit);
        let body = unit.body;
        let binds = |pat: PatId| {
            let mut pat = pat;
            while let PatKind::Typed(inner, _) = &body.pat(pat).kind {
                pat = *inner;
            }
            unit.locals.of_pat(pat) == Some(var)
        };
        let function = self.function_around(cx.unit)?;
        let scope = self.scope_of(function);
        if let Some(at) = body.params.iter().position(|&pat| binds(pat)) {
            let data = &self.program.functions[function.index()];
            return Some(Local::Written(scope, data.params.get(at)?));
        }
        let mut statements = body.exprs.iter().flat_map(|expr| match &expr.kind {
            ExprKind::Block { stmts, .. } => stmts.as_slice(),
            _ => &[],
        });
        let (ty, init) = statements.find_map(|stmt| match stmt {
            Stmt::Let { pat, ty, init, .. } if binds(*pat) => Some((ty.as_deref(), *init)),
            _ => None,
        })?;
        match ty {
            Some(TypeRef::Infer) | None => Some(Local::Made(init?)),
            Some(ty) => Some(Local::Written(scope, ty)),
        }
    }

    /// As what a value of a written type is seen, or what is in it.
    fn written_as(&mut self, scope: &Scope<'p>, written: &'p TypeRef, depth: u32) -> Option<Seen> {
        if depth > DEPTH {
            return None;
        }
        match written {
            TypeRef::Ref(inner) | TypeRef::Slice(inner) => self.written_as(scope, inner, depth + 1),
            TypeRef::Array(array) => self.written_as(scope, &array.0, depth + 1),
            TypeRef::Dyn(bounds) | TypeRef::Impl(bounds) => Some(Seen::Erased(
                self.known_by(scope.module, [bounds.as_slice()]),
            )),
            TypeRef::Path(path) => {
                let first = path.segments[0].name;
                if path.qself.is_some() {
                    return Some(Seen::Erased(Vec::new()));
                }
                let parameters = scope.generics.iter().flat_map(|generics| &generics.params);
                let bounds: Vec<&'p [Bound]> = parameters
                    .filter(|param| param.name == first)
                    .map(|param| param.bounds.as_slice())
                    .collect();
                if !bounds.is_empty() {
                    let is_itself = path.segments.len() == 1;
                    if scope.elsewhere {
                        return is_itself.then_some(Seen::Elsewhere(first));
                    }
                    let bounds = bounds.into_iter().filter(|_| is_itself);
                    return Some(Seen::Erased(self.known_by(scope.module, bounds)));
                }
                if first == self.known.self_ {
                    return match scope.owner {
                        _ if path.segments.len() > 1 => Some(Seen::Erased(Vec::new())),
                        Some(Owner::Trait(_)) if scope.elsewhere => None,
                        Some(Owner::Trait(id)) => Some(Seen::Erased(self.with_supertraits(id))),
                        Some(Owner::Impl(id)) => {
                            let itself = &self.program.impls[id.index()].self_ty;
                            self.written_as(scope, itself, depth + 1)
                        }
                        None => Some(Seen::Named),
                    };
                }
                match self.names.ty(self.program, scope.module, path) {
                    Resolution::Def {
                        def: Def::Type(id), ..
                    } => match &self.program.types[id.index()].kind {
                        TypeKind::Alias(_) => None,
                        _ => Some(Seen::Named),
                    },
                    Resolution::Foreign(name) => match self.known.type_role(name) {
                        TypeRole::Handle(_) => Some(Seen::Named),
                        role => {
                            let first = match (path.segments.last()?.args(), role) {
                                ([only], _) => only,
                                ([first, _], TypeRole::Wrap(Wrap::Result)) => first,
                                // Which of them is meant is not known.
                                _ => return None,
                            };
                            self.written_as(scope, first, depth + 1)
                        }
                    },
                    _ => None,
                }
            }
            _ => None,
        }
    }

    fn known_by(
        &self,
        module: ModuleId,
        bounds: impl IntoIterator<Item = &'p [Bound]>,
    ) -> Vec<TraitId> {
        let mut found = Vec::new();
        for bound in bounds.into_iter().flatten() {
            if let Resolution::Def {
                def: Def::Trait(id),
                ..
            } = self.names.ty(self.program, module, &bound.path)
            {
                found.extend(self.with_supertraits(id));
            }
        }
        found
    }
}

fn behind_references(mut written: &TypeRef) -> &TypeRef {
    while let TypeRef::Ref(inner) = written {
        written = inner;
    }
    written
}
