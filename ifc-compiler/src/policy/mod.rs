//! What each binary of an existing project may do on AWS, inferred from its `main`. Input: a
//! [`World`]. Output: [`Policy`], which renderers print. Knows no output format; nothing in the
//! project needs to know of this compiler.

mod arn;
pub mod codes;
mod mains;
mod permissions;
mod registered;
mod report;

use std::collections::{BTreeMap, BTreeSet};

use ifc_catalog::manifest::Permission;
use ifc_catalog::model::{Application, CallPath};

use crate::diagnostics::{Diagnostic, Diagnostics, Severity};
use crate::flow::{self, CallGraph, SdkUse};
use crate::graph::{Search, Shared, function_in};
use crate::hir::{self, Crate, CrateId, Def, FnId, Program};
use crate::resolve::{self, Names, Namespace, Resolution};
use crate::span::{Files, Span};
use crate::symbol::Symbol;
use crate::verify::{self, Operation};
use crate::world::World;

pub(crate) use registered::report as report_registered;
pub use report::{FunctionReport, Report, Unresolved};

/// Which functions a policy is for.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Binaries by Cargo's name; all if empty.
    pub binaries: Vec<String>,
    /// Where a binary begins instead of at its `main`: `routes::place`.
    pub entry: Option<String>,
}

/// What the binaries of a project may do.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// All files.
    pub files: Files,
    /// In order of name.
    pub functions: Vec<FunctionPolicy>,
    /// The ARN behind each symbolic resource: `table:ORDERS`.
    pub arns: BTreeMap<String, String>,
    /// Messages about the project as a whole: files that cannot be read.
    pub diagnostics: Vec<Diagnostic>,
}

/// What one binary may do, or one handler of an annotated application.
#[derive(Clone, Debug, Default)]
pub struct FunctionPolicy {
    /// Name of the binary or handler, or the path of the function that was asked for.
    pub name: String,
    /// Package of the binary.
    pub package: String,
    /// Name of the binary in its package.
    pub binary: String,
    /// What it does, as operations of the AWS SDK with the places of the calls.
    pub operations: BTreeMap<Operation, BTreeSet<Span>>,
    /// What code outside of the project does for it.
    pub besides: BTreeSet<Operation>,
    /// In order of action and resource, each with its reasons.
    pub permissions: Vec<Permission>,
    /// What clients do that do not act for the function's role: their credentials need it.
    pub other_credentials: Vec<Permission>,
    /// Places where permissions could not be inferred.
    pub unresolved: Vec<Diagnostic>,
}

/// Why there is no policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PolicyError {
    /// No binary of this name; the names there are.
    NoBinary(String, Vec<String>),
    /// No function of this path; the nearest one there is.
    NoEntry(String, Option<String>),
}

/// Says of which dependencies it is not known whether they call AWS.
pub(crate) fn report_unlocked(program: &Program, diagnostics: &mut Diagnostics) {
    let unlocked = flow::unlocked(program);
    let names: Vec<&str> = unlocked.iter().map(|name| name.as_str()).collect();
    if !names.is_empty() {
        diagnostics.push(codes::unlocked(&names));
    }
}

/// Infers the policies of a project's binaries.
pub fn infer(world: &World<'_>, selection: &Selection) -> Result<Policy, PolicyError> {
    let mut diagnostics = Diagnostics::default();
    let (files, program) = hir::lower(world, &mut diagnostics);
    report_unlocked(&program, &mut diagnostics);
    let names = resolve::names(&program);
    let mut policy = Policy {
        files,
        diagnostics: diagnostics.into_sorted(),
        ..Policy::default()
    };
    let mut begun = Vec::new();
    for (krate, name) in binaries(&program, selection)? {
        match &selection.entry {
            None => match main(&program, &names, krate) {
                Some(root) => begun.push((krate, name, root)),
                None if program.crates[krate.index()].dispatches => {
                    for (handler, root) in handlers(&program, krate) {
                        let taken = begun.iter().any(|(_, other, _)| *other == handler);
                        let handler = match taken {
                            true => format!("{name}/{handler}"),
                            false => handler,
                        };
                        begun.push((krate, handler, root));
                    }
                }
                None => policy.functions.push(
                    FunctionPolicy {
                        unresolved: vec![no_main(&program, krate, &name)],
                        name,
                        ..FunctionPolicy::default()
                    }
                    .of(&program.crates[krate.index()]),
                ),
            },
            Some(entry) => {
                let root = entry_of(&program, krate, entry);
                begun.extend(root.map(|root| (krate, entry.clone(), root)));
            }
        }
    }
    let roots: Vec<FnId> = begun.iter().map(|(.., root)| *root).collect();
    let analyzed = flow::analyze_each(&program, &names, &roots);
    let shared = Shared::new(&program, &names);
    policy.arns = shared.arns();
    for ((krate, name, main), (calls, uses, diagnostics)) in begun.into_iter().zip(&analyzed) {
        let mut search = Search::new(&program, krate, calls, uses);
        let mut diagnostics = diagnostics.clone();
        let mut reached = search.all();
        let sdk = std::mem::take(&mut reached.sdk);
        let application = shared.application(&name, main, reached, &mut diagnostics);
        let found = function(&policy.files, name, &sdk, &application, diagnostics);
        let krate = &program.crates[krate.index()];
        policy.functions.push(found.of(krate));
    }
    if let (Some(entry), true) = (&selection.entry, policy.functions.is_empty()) {
        return Err(PolicyError::NoEntry(
            entry.clone(),
            nearest(&program, entry),
        ));
    }
    if selection.entry.is_none() {
        let graphs: Vec<&CallGraph> = analyzed.iter().map(|(calls, ..)| calls).collect();
        policy.registered_code(&program, registered::find(&program, &names, &graphs));
    }
    policy.unreadable_files(&program);
    policy.functions.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(policy)
}

impl FunctionPolicy {
    fn of(self, krate: &Crate) -> FunctionPolicy {
        FunctionPolicy {
            package: krate.package.clone(),
            binary: krate.label.clone(),
            ..self
        }
    }
}

impl Policy {
    /// What a program needs with the ARN of every resource spelled out, as templates and documents
    /// have it: `table:ORDERS` by its environment variable, and the function's own region and
    /// account as what they are where an ARN has them from its environment.
    pub fn spelled_out(&self, function: &FunctionPolicy) -> Vec<Permission> {
        let mut permissions = function.permissions.clone();
        for resource in permissions.iter_mut().flat_map(|one| &mut one.resources) {
            *resource = arn::spelled_out(resource, &self.arns);
        }
        permissions
    }

    /// What is registered in a crate concerns every binary that it is linked into.
    fn registered_code(&mut self, program: &Program, found: BTreeMap<CrateId, Vec<Diagnostic>>) {
        if found.is_empty() {
            return;
        }
        for function in &mut self.functions {
            let own = program.crates.iter().position(|krate| {
                krate.is_binary
                    && krate.package == function.package
                    && krate.label == function.binary
            });
            let linked = own.map(|at| registered::linked(program, CrateId(at as u32)));
            for krate in linked.unwrap_or_default() {
                for one in found.get(&krate).into_iter().flatten() {
                    // What may be the `main` that is not seen was said already.
                    let place = |one: &Diagnostic| one.primary.as_ref().map(|label| label.span);
                    let mut known = function.unresolved.iter();
                    if !known.any(|known| place(known) == place(one)) {
                        function.unresolved.push(one.clone());
                    }
                }
            }
        }
    }

    /// A file that cannot be read may hold calls: that is said of its binary, or of every one where
    /// it belongs to a library.
    fn unreadable_files(&mut self, program: &Program) {
        let errors = self
            .diagnostics
            .iter()
            .filter(|diagnostic| diagnostic.severity == Severity::Error);
        let unread: Vec<Diagnostic> = errors.cloned().collect();
        for function in &mut self.functions {
            let is_own = |krate: &Crate| {
                !krate.is_binary
                    || krate.package == function.package && krate.label == function.binary
            };
            let concerns = |diagnostic: &&Diagnostic| {
                let file = diagnostic.primary.as_ref().map(|label| label.span.file);
                let mut owners = program.files.iter().filter(|owner| Some(owner.0) == file);
                owners
                    .next()
                    .is_none_or(|(_, krate)| is_own(&program.crates[krate.index()]))
            };
            function
                .unresolved
                .extend(unread.iter().filter(concerns).cloned());
        }
        self.diagnostics.retain(|d| d.severity != Severity::Error);
    }
}

/// The binaries that are asked for, with names that tell them apart.
fn binaries(
    program: &Program,
    selection: &Selection,
) -> Result<Vec<(CrateId, String)>, PolicyError> {
    let all: Vec<(CrateId, &Crate)> = program
        .crates
        .iter()
        .enumerate()
        .map(|(at, krate)| (CrateId(at as u32), krate))
        .filter(|(_, krate)| krate.is_binary)
        .collect();
    for wanted in &selection.binaries {
        if !all.iter().any(|(_, krate)| krate.label == *wanted) {
            let mut names: Vec<String> = all.iter().map(|(_, k)| k.label.clone()).collect();
            names.sort();
            return Err(PolicyError::NoBinary(wanted.clone(), names));
        }
    }
    let name = |krate: &Crate| {
        let same = all.iter().filter(|(_, other)| other.label == krate.label);
        match same.count() {
            1 => krate.label.clone(),
            _ => format!("{}/{}", krate.package, krate.label),
        }
    };
    let wanted =
        |krate: &Crate| selection.binaries.is_empty() || selection.binaries.contains(&krate.label);
    Ok(all
        .iter()
        .filter(|(_, krate)| wanted(krate))
        .map(|(id, krate)| (*id, name(krate)))
        .collect())
}

/// The handlers that `ifc_runtime::main!()` of a binary serves.
fn handlers(program: &Program, krate: CrateId) -> Vec<(String, FnId)> {
    let linked = registered::linked(program, krate);
    let own = program.handlers.iter().filter(|handler| {
        let module = program.functions[handler.function.index()].module;
        linked.contains(&program.modules[module.index()].krate)
    });
    own.map(|handler| (handler.name.clone(), handler.function))
        .collect()
}

/// Whether a binary of the project is an application of ifc: `ifc_runtime::main!()` serves its
/// handlers. To depend on the runtime is not enough.
pub fn has_handlers(world: &World<'_>) -> bool {
    let (_, program) = hir::lower(world, &mut Diagnostics::default());
    let mut crates = program.crates.iter();
    crates.any(|krate| krate.is_binary && krate.dispatches)
}

fn main(program: &Program, names: &Names, krate: CrateId) -> Option<FnId> {
    let root = program.crates[krate.index()].root;
    let main = [Symbol::new("main")];
    match names.segments(program, root, &main, false, Namespace::Values) {
        Resolution::Def {
            def: Def::Function(id),
            ..
        } => Some(id),
        _ => mains::made_by_attribute(program, krate),
    }
}

/// What is said of a binary without a `main`, with the functions that may be made one.
fn no_main(program: &Program, krate: CrateId, name: &str) -> Diagnostic {
    let candidates = mains::candidates(program, krate);
    let named = candidates.map(|(id, by)| {
        let span = program.functions[id.index()].name_span;
        (function_in(program, krate, id), by, span)
    });
    codes::no_main(name, &named.collect::<Vec<_>>())
}

/// The function of a path as people write it, in the binary or in a library that it uses.
fn entry_of(program: &Program, krate: CrateId, entry: &str) -> Option<FnId> {
    let entry = entry.strip_prefix("crate::").unwrap_or(entry);
    let own = program.crates[krate.index()].name;
    let entry = entry
        .strip_prefix(own.as_str())
        .and_then(|rest| rest.strip_prefix("::"))
        .unwrap_or(entry);
    let last = entry.rsplit("::").next().unwrap_or(entry);
    (0..program.functions.len() as u32).map(FnId).find(|&id| {
        let function = &program.functions[id.index()];
        let module = &program.modules[function.module.index()];
        let other = &program.crates[module.krate.index()];
        function.name.as_str() == last
            && function.body.is_some()
            && (module.krate == krate || !other.is_binary)
            && function_in(program, krate, id) == entry
    })
}

fn nearest(program: &Program, entry: &str) -> Option<String> {
    let all: Vec<String> = (0..program.functions.len() as u32)
        .map(|id| function_in(program, CrateId(0), FnId(id)))
        .collect();
    let near = crate::diagnostics::nearest(entry, all.iter().map(String::as_str));
    near.map(str::to_owned)
}

fn function(
    files: &Files,
    name: String,
    sdk: &[(&SdkUse, CallPath)],
    application: &Application,
    mut diagnostics: Diagnostics,
) -> FunctionPolicy {
    let mut found = permissions::Collected::default();
    let handles = application.functions.iter().flat_map(verify::of_handles);
    let mut operations: BTreeMap<Operation, BTreeSet<Span>> = handles.collect();
    let mut besides = BTreeSet::new();
    for (call, path) in sdk {
        match call.how {
            flow::How::Companion => besides.extend(verify::of_companion(call.service.as_str())),
            _ => {
                let operation = verify::operation(call.service.as_str(), call.operation.as_str());
                operations.entry(operation).or_default().insert(call.span);
            }
        }
        found.add(application, (call, path), &mut diagnostics);
    }
    let (permissions, other_credentials) = found.finish(files, application, &mut diagnostics);
    FunctionPolicy {
        name,
        operations,
        besides,
        permissions,
        other_credentials,
        unresolved: diagnostics.into_sorted(),
        ..FunctionPolicy::default()
    }
}
