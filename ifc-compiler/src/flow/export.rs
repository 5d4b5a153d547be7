//! From evaluated units to the call graph, the uses and the messages. Units that no handler
//! reaches are left out; initialisers of statics become part of whoever mentions them; a closure
//! that only the function around it calls becomes part of that function.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::effects::{Operation, Problem};
use super::engine::Code;
use super::sdk::{self, SiteId};
use super::seen::{Ids, Seen};
use super::text;
use super::ty::{Ty, TyKind};
use super::value::{UnitId, Val, ValKind};
use super::{Call, CallGraph, CallKind, Flow, Instance, InstanceId, SdkUse, Use, Uses};
use crate::hir::FnId;
use crate::span::Span;
use crate::symbol::{FastMap, Symbol};

/// What a unit that appears in the output does, initialisers included.
#[derive(Default)]
struct Summary {
    /// In order, each once.
    calls: Vec<(Span, UnitId, CallKind)>,
    uses: Vec<Operation>,
    problems: BTreeSet<(Span, Problem)>,
    unknown: BTreeSet<(Span, Symbol, usize)>,
    calls_sdk: BTreeSet<SiteId>,
}

/// A problem with the function in whose code it stands.
pub(super) struct Found {
    pub(super) function: Option<FnId>,
    pub(super) span: Span,
    pub(super) problem: Problem,
}

/// The output, and what remains to be said.
pub(super) struct Export {
    pub(super) graph: CallGraph,
    pub(super) uses: Uses,
    pub(super) problems: Vec<Found>,
    /// Calls on something unknown, with the function in whose code they stand.
    pub(super) unknown: Vec<(FnId, Span, Symbol, usize)>,
}

/// Summaries by unit; one that was never made is empty.
#[derive(Default)]
struct Summaries {
    list: Vec<Summary>,
}

impl Summaries {
    fn insert(&mut self, unit: UnitId, summary: Summary) {
        let at = unit.0 as usize;
        if self.list.len() <= at {
            self.list.resize_with(at + 1, Summary::default);
        }
        self.list[at] = summary;
    }

    fn of(&self, unit: UnitId) -> &Summary {
        &self.list[unit.0 as usize]
    }

    fn iter(&self) -> impl Iterator<Item = (UnitId, &Summary)> {
        let numbered = self.list.iter().enumerate();
        numbered.map(|(at, summary)| (UnitId(at as u32), summary))
    }
}

/// Builds the output for the units of the handlers, in the handlers' order. `extra` are calls that
/// attributes make.
pub(super) fn export(
    flow: &mut Flow<'_>,
    roots: &[UnitId],
    extra: &BTreeMap<UnitId, Vec<(Span, UnitId)>>,
) -> Export {
    let merged = merged_closures(flow, roots, extra);
    let mut summaries = Summaries::default();
    let mut known = Seen::default();
    let mut queue: VecDeque<UnitId> = roots.iter().copied().collect();
    while let Some(unit) = queue.pop_front() {
        if !known.insert(unit) {
            continue;
        }
        let summary = summarise(flow, unit, &merged, extra);
        queue.extend(summary.calls.iter().map(|&(_, to, _)| to));
        summaries.insert(unit, summary);
    }
    let active = active(flow, &summaries);
    for summary in &mut summaries.list {
        summary
            .calls
            .retain(|(_, to, kind)| *kind != CallKind::Implicit || active.contains(*to));
    }
    // What only inert implicit calls led to is gone with them.
    let mut kept = Seen::default();
    let mut ordered = Vec::new();
    let mut queue: VecDeque<UnitId> = roots.iter().copied().collect();
    while let Some(unit) = queue.pop_front() {
        if kept.insert(unit) {
            ordered.push(unit);
            queue.extend(summaries.of(unit).calls.iter().map(|&(_, to, _)| to));
        }
    }
    assemble(flow, roots, &ordered, &summaries)
}

fn assemble(
    flow: &mut Flow<'_>,
    roots: &[UnitId],
    ordered: &[UnitId],
    summaries: &Summaries,
) -> Export {
    let ids = Ids::of(ordered);
    let mut graph = CallGraph {
        roots: roots.iter().map(|&unit| ids.get(unit)).collect(),
        ..CallGraph::default()
    };
    let mut uses = Uses {
        sdk: sdk_uses(flow, &ids, summaries),
        ..Uses::default()
    };
    let mut problems = Vec::new();
    let mut unknown = BTreeSet::new();
    let mut counts: FastMap<FnId, u32> = FastMap::default();
    for &unit in ordered {
        *counts.entry(function_of(flow, unit)).or_default() += 1;
    }
    for (at, &unit) in ordered.iter().enumerate() {
        let at = InstanceId(at as u32);
        let function = function_of(flow, unit);
        let context = match counts[&function] {
            1 => String::new(),
            _ => describe_unit(flow, unit),
        };
        graph.instances.push(Instance { function, context });
        let summary = summaries.of(unit);
        for &(span, to, kind) in &summary.calls {
            let to = ids.get(to);
            graph.calls.push(Call {
                from: at,
                to,
                span,
                kind,
            });
        }
        for operation in &summary.uses {
            uses.uses.push(Use {
                at,
                resource: operation.resource,
                op: operation.op,
                scope: operation.scope.clone(),
                span: operation.span,
            });
        }
        if !flow.program.functions[function.index()].grants.is_empty() {
            uses.granting.push(at);
        }
        for (span, problem) in &summary.problems {
            problems.push(Found {
                function: Some(function),
                span: *span,
                problem: problem.clone(),
            });
        }
        for &(span, method, args) in &summary.unknown {
            unknown.insert((function, span, method, args));
        }
    }
    Export {
        graph,
        uses,
        problems,
        unknown: unknown.into_iter().collect(),
    }
}

/// Operations of the AWS SDK, in order of place. What is done with a request counts wherever it is
/// done, initialisers and closures included.
fn sdk_uses(flow: &mut Flow<'_>, ids: &Ids, summaries: &Summaries) -> Vec<SdkUse> {
    let mut reached = Seen::default();
    let mut todo: Vec<UnitId> = ids.iter().map(|(unit, _)| unit).collect();
    while let Some(unit) = todo.pop() {
        if reached.insert(unit) {
            todo.extend(flow.unit(unit).effects.calls.iter().map(|&(to, _, _)| to));
        }
    }
    let units: Vec<UnitId> = reached.iter().collect();
    let called = |(unit, _)| summaries.of(unit).calls_sdk.iter().copied();
    let sites: BTreeSet<SiteId> = ids.iter().flat_map(called).collect();
    let sites: Vec<SiteId> = sites.into_iter().collect();
    let spoken = sdk::spoken(flow, &sites, &units);
    let mut uses = Vec::new();
    for (unit, at) in ids.iter() {
        for site in &summaries.of(unit).calls_sdk {
            if let Some(call) = spoken.get(site) {
                let call = call.clone();
                uses.push(SdkUse { at, ..call });
            }
        }
    }
    uses.sort_by_key(|one| (one.span, one.at));
    uses.dedup();
    sdk::share_keys(&mut uses);
    uses
}

/// The function to which a unit belongs in the output.
fn function_of(flow: &Flow<'_>, mut unit: UnitId) -> FnId {
    loop {
        match flow.unit(unit).code {
            Code::Fn(function) => return function,
            Code::Closure(parent, _) => unit = parent,
            // Initialisers are part of others and never stand alone.
            Code::Global(_) => return FnId(0),
        }
    }
}

/// Whether a unit has no function around it, so that it becomes part of its callers.
fn is_inline(flow: &Flow<'_>, mut unit: UnitId) -> bool {
    loop {
        match flow.unit(unit).code {
            Code::Fn(_) => return false,
            Code::Closure(parent, _) => unit = parent,
            Code::Global(_) => return true,
        }
    }
}

fn parent_of(flow: &Flow<'_>, unit: UnitId) -> Option<UnitId> {
    match flow.unit(unit).code {
        Code::Closure(parent, _) => Some(parent),
        Code::Fn(_) | Code::Global(_) => None,
    }
}

/// Closures that only the function around them calls.
fn merged_closures(
    flow: &Flow<'_>,
    roots: &[UnitId],
    extra: &BTreeMap<UnitId, Vec<(Span, UnitId)>>,
) -> BTreeSet<UnitId> {
    let mut callers: BTreeMap<UnitId, BTreeSet<UnitId>> = BTreeMap::new();
    let mut seen = Seen::default();
    let mut todo: Vec<UnitId> = roots.to_vec();
    todo.extend(extra.values().flatten().map(|&(_, to)| to));
    while let Some(unit) = todo.pop() {
        if !seen.insert(unit) {
            continue;
        }
        for &(to, _, _) in &flow.unit(unit).effects.calls {
            if parent_of(flow, to).is_some() {
                callers.entry(to).or_default().insert(unit);
            }
            todo.push(to);
        }
    }
    let mut merged: BTreeSet<UnitId> = callers
        .keys()
        .copied()
        .filter(|&unit| !is_inline(flow, unit))
        .collect();
    loop {
        let home = |mut unit: UnitId| {
            while merged.contains(&unit) {
                match parent_of(flow, unit) {
                    Some(parent) => unit = parent,
                    None => break,
                }
            }
            unit
        };
        let apart: Vec<UnitId> = merged
            .iter()
            .copied()
            .filter(|unit| {
                let own = home(*unit);
                callers[unit]
                    .iter()
                    .any(|&caller| caller != *unit && home(caller) != own)
            })
            .collect();
        if apart.is_empty() {
            return merged;
        }
        for unit in apart {
            merged.remove(&unit);
        }
    }
}

/// What a unit does, with everything that becomes part of it.
fn summarise(
    flow: &Flow<'_>,
    unit: UnitId,
    merged: &BTreeSet<UnitId>,
    extra: &BTreeMap<UnitId, Vec<(Span, UnitId)>>,
) -> Summary {
    let mut summary = Summary::default();
    // Few units have parts.
    let mut seen: Vec<UnitId> = Vec::new();
    let mut todo = vec![unit];
    for &(span, to) in extra.get(&unit).into_iter().flatten() {
        summary.calls.push((span, to, CallKind::Value));
    }
    while let Some(part) = todo.pop() {
        if seen.contains(&part) {
            continue;
        }
        seen.push(part);
        let effects = &flow.unit(part).effects;
        summary.problems.extend(effects.problems.iter().cloned());
        summary.calls_sdk.extend(&effects.calls_sdk);
        summary.unknown.extend(
            effects
                .unknown
                .iter()
                .map(|&(method, args, span)| (span, method, args)),
        );
        for operation in &effects.uses {
            if !summary.uses.contains(operation) {
                summary.uses.push(operation.clone());
            }
        }
        for &(to, span, kind) in &effects.calls {
            if is_inline(flow, to) || merged.contains(&to) {
                todo.push(to);
            } else {
                summary.calls.push((span, to, kind));
            }
        }
    }
    summary.calls.sort_unstable();
    summary.calls.dedup();
    summary.uses.sort_by(|a, b| {
        (a.span, a.resource, a.op.method, &a.scope).cmp(&(
            b.span,
            b.resource,
            b.op.method,
            &b.scope,
        ))
    });
    summary
}

/// Units from which a use, a grant or a problem can be reached.
fn active(flow: &Flow<'_>, summaries: &Summaries) -> Seen {
    let mut callers: FastMap<u32, Vec<UnitId>> = FastMap::default();
    let mut active = Seen::default();
    let mut todo = Vec::new();
    for (unit, summary) in summaries.iter() {
        for &(_, to, _) in &summary.calls {
            callers.entry(to.0).or_default().push(unit);
        }
        let grants = &flow.program.functions[function_of(flow, unit).index()].grants;
        let does = !summary.uses.is_empty() || !summary.problems.is_empty() || !grants.is_empty();
        let called = !summary.calls_sdk.is_empty() || !summary.unknown.is_empty();
        if does || called {
            todo.push(unit);
        }
    }
    while let Some(unit) = todo.pop() {
        if active.insert(unit) {
            todo.extend(callers.get(&unit.0).into_iter().flatten().copied());
        }
    }
    active
}

/// Whether evaluating a unit shows, itself or in what it calls, a use of a resource.
pub(super) fn uses_resources(flow: &Flow<'_>, unit: UnitId) -> bool {
    let mut seen = BTreeSet::new();
    let mut todo = vec![unit];
    while let Some(unit) = todo.pop() {
        if !seen.insert(unit) {
            continue;
        }
        let effects = &flow.unit(unit).effects;
        let called = !effects.calls_sdk.is_empty();
        if called || !effects.uses.is_empty() || !effects.problems.is_empty() {
            return true;
        }
        if let Code::Fn(function) = flow.unit(unit).code
            && !flow.program.functions[function.index()].grants.is_empty()
        {
            return true;
        }
        todo.extend(effects.calls.iter().map(|&(to, _, _)| to));
    }
    false
}

fn describe_unit(flow: &Flow<'_>, unit: UnitId) -> String {
    let mut parts: Vec<String> = Vec::new();
    let data = flow.unit(unit);
    // What identifies substitutions is not in an order that lasts.
    let mut entries = flow.tys.entries(data.subst).to_vec();
    entries.sort_unstable_by_key(|entry| entry.0);
    for (name, ty) in entries {
        if let Some(text) = describe_ty(flow, ty)
            && matches!(data.code, Code::Fn(_))
        {
            parts.push(format!("{name} = {text}"));
        }
    }
    if parent_of(flow, unit).is_some() {
        parts.push("closure".to_owned());
    }
    parts.extend(data.args.iter().filter_map(|&arg| describe(flow, arg, 0)));
    parts.dedup();
    parts.join(", ")
}

fn describe_ty(flow: &Flow<'_>, ty: Ty) -> Option<String> {
    match flow.tys.kind(ty) {
        TyKind::Local(id, _) => Some(flow.program.types[id.index()].name.as_str().to_owned()),
        _ => None,
    }
}

fn describe(flow: &Flow<'_>, val: Val, depth: u32) -> Option<String> {
    match flow.vals.kind(val) {
        ValKind::Handle(resource) => Some(
            flow.program.resources[resource.index()]
                .name
                .as_str()
                .to_owned(),
        ),
        ValKind::Text(id) => {
            let name = |id: crate::hir::ResourceId| flow.program.resources[id.index()].name;
            Some(format!("{:?}", text::shown(flow.vals.text_of(*id), name)))
        }
        ValKind::Typed(ty) => describe_ty(flow, *ty),
        ValKind::Adt { ty, fields, .. } => {
            let name = describe_ty(flow, *ty)?;
            let inner: Vec<String> = match depth {
                0..3 => fields
                    .iter()
                    .filter_map(|&field| describe(flow, field, depth + 1))
                    .collect(),
                _ => Vec::new(),
            };
            Some(if inner.is_empty() {
                name
            } else {
                format!("{name}({})", inner.join(", "))
            })
        }
        ValKind::Fn(id, _) => Some(flow.program.functions[id.index()].name.as_str().to_owned()),
        ValKind::Closure(..) => Some("closure".to_owned()),
        ValKind::Tuple(parts) | ValKind::Wrap(_, parts) => {
            let inner: Vec<String> = match depth {
                0..3 => parts
                    .iter()
                    .filter_map(|&part| describe(flow, part, depth + 1))
                    .collect(),
                _ => Vec::new(),
            };
            (!inner.is_empty()).then(|| inner.join(", "))
        }
        ValKind::Union(parts) => {
            let inner: Vec<String> = parts
                .iter()
                .filter_map(|&part| describe(flow, part, depth + 1))
                .collect();
            (!inner.is_empty()).then(|| inner.join(" or "))
        }
        _ => None,
    }
}
