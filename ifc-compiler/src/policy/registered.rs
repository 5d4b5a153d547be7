//! Functions that call AWS and that only an attribute or a macro of another crate may run, so that
//! no `main` is seen to reach them.

use std::collections::{BTreeMap, BTreeSet};

use super::codes;
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::flow::{self, CallGraph, How};
use crate::graph::{Search, function_in};
use crate::hir::{
    CrateId, Def, ExprId, ExprKind, FnId, Generics, GlobalId, ModuleId, Owner, Path, Program,
    RegisteredCode, ResourceId, TypeId,
};
use crate::resolve::{Names, Resolution};
use crate::span::Span;
use crate::symbol::Symbol;

/// What is said of such functions, by the crate that they stand in. `graphs`: what the binaries
/// reach.
pub(super) fn find(
    program: &Program,
    names: &Names,
    graphs: &[&CallGraph],
) -> BTreeMap<CrateId, Vec<Diagnostic>> {
    let reached: BTreeSet<FnId> = graphs
        .iter()
        .flat_map(|graph| graph.instances.iter().map(|instance| instance.function))
        .collect();
    let mut open: BTreeMap<FnId, Symbol> = BTreeMap::new();
    // Reached by the code that is read, and perhaps by what a macro makes of them too.
    let mut shared: BTreeMap<FnId, Symbol> = BTreeMap::new();
    let mut found: BTreeMap<CrateId, Vec<Diagnostic>> = BTreeMap::new();
    for one in &program.registered {
        let named = named(program, names, one.code);
        for (resource, span) in named.resources {
            let global = &program.globals[program.resources[resource.index()].global.index()];
            let said = codes::resource_in_macro(span, global.name.as_str(), one.by.as_str());
            let krate = program.modules[named.module.index()].krate;
            found.entry(krate).or_default().push(said);
        }
        for function in named.functions {
            let data = &program.functions[function.index()];
            // A grant says what happens there.
            let is_open = data.body.is_some() && data.grants.is_empty();
            let is_macro = matches!(one.code, RegisteredCode::Global(_));
            if is_open && !reached.contains(&function) {
                open.entry(function).or_insert(one.by);
            } else if is_open && is_macro {
                shared.entry(function).or_insert(one.by);
            }
        }
    }
    let unknown = match shared.is_empty() {
        true => Vec::new(),
        false => unknown_names(program, names, &reached),
    };
    if unknown.is_empty() {
        shared.clear();
    }
    if open.is_empty() && shared.is_empty() {
        return found;
    }
    let roots: Vec<(FnId, Symbol)> = open
        .iter()
        .chain(&shared)
        .map(|(&f, &by)| (f, by))
        .collect();
    let functions: Vec<FnId> = roots.iter().map(|(function, _)| *function).collect();
    let (calls, uses) = flow::analyze_from(program, names, &functions);
    let mut search = Search::new(program, CrateId(0), &calls, &uses);
    for ((function, by), root) in roots.into_iter().zip(&calls.roots) {
        let reached = search.from(*root);
        let mut operations: Vec<String> = reached
            .sdk
            .iter()
            .filter(|(call, _)| call.how != How::OtherCredentials)
            .map(|(call, _)| format!("{}::{}", call.service, call.operation))
            .collect();
        operations.extend(reached.handles().map(|(resource, method)| {
            let name = program.resources[resource.index()].name;
            format!("{name}.{method}")
        }));
        operations.sort();
        operations.dedup();
        if operations.is_empty() {
            continue;
        }
        let data = &program.functions[function.index()];
        let krate = program.modules[data.module.index()].krate;
        let path = function_in(program, krate, function);
        if open.contains_key(&function) {
            let said = codes::registered_code(data.name_span, &path, by.as_str(), &operations);
            found.entry(krate).or_default().push(said);
            continue;
        }
        for (name, span, of) in unknown.iter().filter(|(.., of)| *of == krate) {
            let said = codes::made_by_macro(*span, name, by.as_str(), &path, &operations);
            found.entry(*of).or_default().push(said);
        }
    }
    found
}

/// Names in functions that are no item which is seen, with their places and crates: a macro may have
/// made what they mean.
fn unknown_names(
    program: &Program,
    names: &Names,
    functions: &BTreeSet<FnId>,
) -> Vec<(String, Span, CrateId)> {
    let mut found = Vec::new();
    for &id in functions {
        let function = &program.functions[id.index()];
        let Some(body) = function
            .body
            .as_ref()
            .filter(|_| function.grants.is_empty())
        else {
            continue;
        };
        let blocks = body.exprs.iter().filter_map(|expr| match expr.kind {
            ExprKind::Block { module, .. } => module,
            _ => None,
        });
        let modules: Vec<ModuleId> = blocks.chain([function.module]).collect();
        let around = match function.owner {
            Some(Owner::Impl(id)) => Some(&program.impls[id.index()].generics),
            Some(Owner::Trait(id)) => Some(&program.traits[id.index()].generics),
            None => None,
        };
        let generics: Vec<&Generics> = around.into_iter().chain([&function.generics]).collect();
        for (at, expr) in body.exprs.iter().enumerate() {
            let path = match &expr.kind {
                ExprKind::Path(path) => path,
                ExprKind::Struct { path, .. } => &**path,
                _ => continue,
            };
            let first = path.segments[0].name;
            let mut parameters = generics.iter().flat_map(|generics| &generics.params);
            let is_known = body.locals.of_expr(ExprId(at as u32)).is_some()
                || path.qself.is_some()
                || first.as_str() == "Self"
                || parameters.any(|parameter| parameter.name == first)
                || modules.iter().any(|&module| {
                    let is = |resolution| !matches!(resolution, Resolution::Unresolved);
                    is(names.value(program, module, path)) || is(names.ty(program, module, path))
                });
            if !is_known {
                let segments = path.segments.iter();
                let written: Vec<&str> = segments.map(|one| one.name.as_str()).collect();
                let krate = program.modules[function.module.index()].krate;
                found.push((written.join("::"), path.span, krate));
            }
        }
    }
    found
}

/// Says it of an annotated application.
pub(crate) fn report(
    program: &Program,
    names: &Names,
    calls: &CallGraph,
    diagnostics: &mut Diagnostics,
) {
    let found = find(program, names, &[calls]);
    for one in found.into_values().flatten() {
        diagnostics.push(one);
    }
}

/// A crate and those that are linked with it.
pub(super) fn linked(program: &Program, krate: CrateId) -> BTreeSet<CrateId> {
    let mut linked = BTreeSet::new();
    let mut open = vec![krate];
    while let Some(krate) = open.pop() {
        if linked.insert(krate) {
            let externs = program.crates[krate.index()].externs.iter();
            open.extend(externs.map(|(_, id)| *id));
        }
    }
    linked
}

/// What the code behind an attribute or macro is.
struct Named {
    module: ModuleId,
    functions: BTreeSet<FnId>,
    /// Resources that a macro gets to see, with the places where they are named.
    resources: BTreeMap<ResourceId, Span>,
}

fn named(program: &Program, names: &Names, code: RegisteredCode) -> Named {
    let of = |module, functions| Named {
        module,
        functions,
        resources: BTreeMap::new(),
    };
    match code {
        RegisteredCode::Function(id) => {
            of(program.functions[id.index()].module, BTreeSet::from([id]))
        }
        RegisteredCode::Impl(id) => {
            let block = &program.impls[id.index()];
            of(block.module, block.methods.iter().copied().collect())
        }
        RegisteredCode::Global(id) => mentioned(program, names, id),
    }
}

/// The functions and resources that an initialiser names, and the methods of the types that it
/// names.
fn mentioned(program: &Program, names: &Names, global: GlobalId) -> Named {
    let global = &program.globals[global.index()];
    let mut functions = BTreeSet::new();
    let mut types: BTreeSet<TypeId> = BTreeSet::new();
    let mut resources = BTreeMap::new();
    let mut path = |path: &Path| {
        let value = names.value(program, global.module, path);
        let found = match value {
            Resolution::Def { .. } => value,
            _ => names.ty(program, global.module, path),
        };
        match found {
            Resolution::Def {
                def: Def::Function(id),
                ..
            } => drop(functions.insert(id)),
            Resolution::Def {
                def: Def::Type(id) | Def::Variant(id, _),
                ..
            } => drop(types.insert(id)),
            Resolution::Def {
                def: Def::Global(id),
                ..
            } => {
                if let Some(resource) = program.globals[id.index()].resource {
                    resources.entry(resource).or_insert(path.span);
                }
            }
            _ => {}
        }
    };
    for expr in global.init.iter().flat_map(|body| &body.exprs) {
        match &expr.kind {
            ExprKind::Path(one) => path(one),
            ExprKind::Struct { path: one, .. } => path(one),
            ExprKind::OpaqueMacro { mentions, .. } => mentions.iter().for_each(&mut path),
            _ => {}
        }
    }
    for block in &program.impls {
        let crate::hir::TypeRef::Path(path) = &block.self_ty else {
            continue;
        };
        if let Resolution::Def {
            def: Def::Type(id), ..
        } = names.ty(program, block.module, path)
            && types.contains(&id)
        {
            functions.extend(&block.methods);
        }
    }
    Named {
        module: global.module,
        functions,
        resources,
    }
}
