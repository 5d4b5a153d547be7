//! Who calls whom, and who does what to which resource. Input: program and names. Output:
//! [`CallGraph`] and [`Uses`]. Knows handles and their operations, nothing of triggers or IAM.

//!
//! An abstract evaluator runs each handler's function on opaque arguments. Values carry what the
//! analysis lives on: which handle, which function or closure, which implementation behind a trait,
//! which fields hold them. Everything that code outside the program may do with a value is either
//! known from a table, or is taken to happen (callbacks are called), or is reported (a handle is
//! lost). A place written through a reference, a static or a field reads as everything that
//! reachable code stores there. Units of evaluation, their contexts and the fixpoint: `engine`.
//!
//! The analysis over-approximates in these places, on purpose: variables have one value for all of
//! a body, matches take all arms, a future is run where it is made, implementations of foreign
//! traits are called where their type is mentioned, and a trait object of unknown origin may be of
//! any implementing type that reachable code mentions.

mod assign;
mod call;
mod candidates;
mod codes;
mod construct;
mod consts;
mod conversion;
mod derived;
mod effects;
mod engine;
mod escape;
mod eval;
mod export;
mod flowback;
mod follow;
mod given;
mod index;
mod invert;
mod known;
mod lent;
mod locals;
mod lower;
mod macros;
mod meant;
mod mention;
mod method;
mod operator;
mod outside;
mod path;
mod pattern;
mod place;
mod project;
mod refine;
mod sdk;
mod seen;
mod settings;
mod sig;
mod text;
mod ty;
mod unknown;
mod uses;
mod value;
mod wrapper;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};

use ifc_catalog::model::Text;
use ifc_catalog::resources::Op;
use ifc_catalog::sdk::Request;

use crate::diagnostics::Diagnostics;
use crate::hir::{Def, FnId, Handler, Program, ResourceId};
use crate::parallel;
use crate::resolve::{Names, Resolution};
use crate::span::Span;
use crate::symbol::Symbol;

pub use codes::{
    HANDLE_ESCAPES, UNKNOWN_INDEX, UNKNOWN_OPERATION, UNKNOWN_RECEIVER, UNKNOWN_RESOURCE,
};
use engine::Flow;
pub(crate) use sdk::unlocked;
pub use sdk::{
    AMBIGUOUS_SDK_CALL, CLIENT_ESCAPES, How, LOCAL_URL, SDK_IN_DEPENDENCY, UNKNOWN_SDK_OPERATION,
};
use value::UnitId;

/// Nested expressions and calls are walked by recursion; this much is enough for both at their
/// limits, and only what is touched costs memory.
const STACK: usize = 512 << 20;

/// Finds out who calls whom and who does what to which resource.
pub fn analyze(
    program: &Program,
    names: &Names,
    diagnostics: &mut Diagnostics,
) -> (CallGraph, Uses) {
    analyze_beside(program, names, diagnostics, |_| ()).0
}

/// [`analyze`] on another thread. What runs here meanwhile learns when it is over.
pub(crate) fn analyze_beside<H>(
    program: &Program,
    names: &Names,
    diagnostics: &mut Diagnostics,
    here: impl FnOnce(&AtomicBool) -> H,
) -> ((CallGraph, Uses), H) {
    let is_over = AtomicBool::new(false);
    let analyze = |names: &Names, diagnostics: &mut Diagnostics| {
        let mut flow = Flow::new(program, names);
        let (roots, extra) = handlers(&mut flow);
        let found = finish(&mut flow, &roots, &extra, diagnostics);
        drop(flow);
        is_over.store(true, Ordering::Relaxed);
        found
    };
    beside_on_a_deep_stack(names, diagnostics, analyze, || here(&is_over))
}

/// The same for programs that share their code and begin at one function each. What is known of the
/// code is worked out once; what runs in one program is not seen by another.
pub fn analyze_each(
    program: &Program,
    names: &Names,
    roots: &[FnId],
) -> Vec<(CallGraph, Uses, Diagnostics)> {
    on_a_deep_stack(names, &mut Diagnostics::default(), |names, _| {
        let mut flow = Flow::new(program, names);
        let each = roots.iter().map(|&root| {
            flow.forget_runs();
            let mut diagnostics = Diagnostics::default();
            let unit = flow.opaque_unit(root);
            let mut extra = Extra::new();
            let handlers = program.handlers.iter();
            for handler in handlers.filter(|handler| handler.function == root) {
                attributes(&mut flow, handler, unit, &mut extra);
            }
            let (graph, uses) = finish(&mut flow, &[unit], &extra, &mut diagnostics);
            (graph, uses, diagnostics)
        });
        each.collect()
    })
}

/// The same for one program that begins at many functions; what is said of it is left out.
pub fn analyze_from(program: &Program, names: &Names, roots: &[FnId]) -> (CallGraph, Uses) {
    on_a_deep_stack(names, &mut Diagnostics::default(), |names, _| {
        let mut flow = Flow::new(program, names);
        let roots: Vec<UnitId> = roots.iter().map(|&root| flow.opaque_unit(root)).collect();
        finish(
            &mut flow,
            &roots,
            &Extra::new(),
            &mut Diagnostics::default(),
        )
    })
}

fn on_a_deep_stack<T: Send>(
    names: &Names,
    diagnostics: &mut Diagnostics,
    work: impl FnOnce(&Names, &mut Diagnostics) -> T + Send,
) -> T {
    beside_on_a_deep_stack(names, diagnostics, work, || ()).0
}

fn beside_on_a_deep_stack<T: Send, H>(
    names: &Names,
    diagnostics: &mut Diagnostics,
    work: impl FnOnce(&Names, &mut Diagnostics) -> T + Send,
    here: impl FnOnce() -> H,
) -> (T, H) {
    // What names remember is not shared between threads.
    let names = names.clone();
    let run = move || {
        let mut diagnostics = Diagnostics::default();
        let found = work(&names, &mut diagnostics);
        (found, diagnostics)
    };
    let ((found, said), here) = parallel::both_on_stack(Some(STACK), run, here);
    diagnostics.append(said);
    (found, here)
}

/// Calls that attributes make, by the unit in whose name they do.
type Extra = BTreeMap<UnitId, Vec<(Span, UnitId)>>;

/// The units of all handlers, with what their attributes call.
fn handlers(flow: &mut Flow<'_>) -> (Vec<UnitId>, Extra) {
    let program = flow.program;
    let mut roots = vec![UnitId(0); program.handlers.len()];
    let mut extra = Extra::new();
    // Module by module: what one handler has touched is at hand for the next one of its file. The
    // order of paths is that of names in the program, not that of its files.
    let mut order: Vec<usize> = (0..program.handlers.len()).collect();
    order.sort_by_key(|&at| &program.handlers[at].path);
    for at in order {
        let handler = &program.handlers[at];
        roots[at] = flow.opaque_unit(handler.function);
        attributes(flow, handler, roots[at], &mut extra);
    }
    (roots, extra)
}

/// What the attributes of a handler call.
fn attributes(flow: &mut Flow<'_>, handler: &Handler, root: UnitId, extra: &mut Extra) {
    let (program, names) = (flow.program, flow.names);
    let module = program.functions[handler.function.index()].module;
    for trigger in &handler.triggers {
        for (_, path) in &trigger.paths {
            let resolution = names.value(program, module, path);
            if let Resolution::Def {
                def: Def::Function(id),
                ..
            } = resolution
            {
                let layer = flow.opaque_unit(id);
                extra.entry(root).or_default().push((trigger.span, layer));
            }
        }
    }
}

fn finish(
    flow: &mut Flow<'_>,
    roots: &[UnitId],
    extra: &Extra,
    diagnostics: &mut Diagnostics,
) -> (CallGraph, Uses) {
    flow.settle();
    let exported = export::export(flow, roots, extra);
    let hidden = flow.hidden();
    codes::report(flow, &exported, &hidden, diagnostics);
    (exported.graph, exported.uses)
}

/// A function in one context: the same function called with other handles or other concrete types
/// is another instance, so that a helper's callers do not get each other's permissions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InstanceId(pub u32);

/// Instances and the calls between them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CallGraph {
    /// All instances that some handler reaches.
    pub instances: Vec<Instance>,
    /// All calls between them, in order of source.
    pub calls: Vec<Call>,
    /// The root instance of each of [`crate::hir::Program::handlers`].
    pub roots: Vec<InstanceId>,
}

/// A function in one context. Closures and async blocks belong to the function around them.
#[derive(Clone, Debug, PartialEq)]
pub struct Instance {
    /// The function.
    pub function: FnId,
    /// What distinguishes it from the function's other instances; empty for the only one.
    pub context: String,
}

/// A call.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// Caller.
    pub from: InstanceId,
    /// Callee.
    pub to: InstanceId,
    /// Place of the call.
    pub span: Span,
    /// How the callee was found.
    pub kind: CallKind,
}

/// How a callee was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CallKind {
    /// By path or by the receiver's type.
    Direct,
    /// One of all implementations that can be meant.
    Trait,
    /// A function or closure used as a value.
    Value,
    /// Called by the language: `Drop`, `From` behind `?`, `Future`, `Iterator`.
    Implicit,
}

/// What instances do to resources themselves, without their callees.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Uses {
    /// Operations.
    pub uses: Vec<Use>,
    /// Operations of AWS SDK clients.
    pub sdk: Vec<SdkUse>,
    /// `#[grant]`s: instances whose function carries some.
    pub granting: Vec<InstanceId>,
}

/// An operation of an AWS SDK client.
#[derive(Clone, Debug, PartialEq)]
pub struct SdkUse {
    /// Who.
    pub at: InstanceId,
    /// Place of the call that begins the request.
    pub span: Span,
    /// `dynamodb`.
    pub service: Symbol,
    /// Method of the client: `put_item`.
    pub operation: Symbol,
    /// How this is known.
    pub how: How,
    /// What is known of its members when it is sent.
    pub request: Request,
}

/// An operation on a resource.
#[derive(Clone, Debug, PartialEq)]
pub struct Use {
    /// Who.
    pub at: InstanceId,
    /// On what.
    pub resource: ResourceId,
    /// What.
    pub op: &'static Op,
    /// What is known of the operation's text arguments, by position.
    pub scope: Vec<(usize, Text)>,
    /// Place of the call.
    pub span: Span,
}
