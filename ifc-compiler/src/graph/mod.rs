//! Handlers, triggers, resources and what connects them. Input: program, names, calls and uses.
//! Output: [`ResourceGraph`]. Knows nothing of IAM or templates.

mod display;
mod effects;
mod first_values;
mod grants;
mod keys;
mod paths;
mod payload;
mod program;
mod shapes;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
mod triggers;
mod types;
mod variants;

use std::borrow::Cow;

use ifc_catalog::manifest::{self, EdgeKind};
use ifc_catalog::model::{Application, CallPath, Function, Resource, SdkCall, Trigger, Use};
use ifc_catalog::resources::Access;

use crate::diagnostics::{Code, Diagnostics, Severity};
use crate::flow::{CallGraph, How, Uses};
use crate::hir::{CrateId, ModuleId, Path, Program, TypeId};
use crate::parallel;
use crate::resolve::{Names, Resolution};
use crate::span::Files;

pub(crate) use display::ty as type_name;
pub use display::{function as function_path, function_in};
pub use effects::{Cause, Cycle};
pub(crate) use paths::{Reached, Search};
pub(crate) use program::Shared;
pub(crate) use types::handle;

/// Codes that this stage reports.
pub static CODES: &[&Code] = &[
    &types::UNKNOWN_RESOURCE_TYPE,
    &triggers::UNKNOWN_SOURCE,
    &triggers::UNKNOWN_VARIANT,
    &grants::UNKNOWN_TARGET,
    &payload::WRONG_PAYLOAD,
    &grants::UNREACHED,
    &first_values::UNREADABLE_VALUE,
    &types::UNKNOWN_SCHEMA,
];

pub(crate) use grants::UNREACHED as UNREACHED_GRANT;

/// The application with what connects its parts.
#[derive(Clone, Debug)]
pub struct ResourceGraph {
    /// Functions and resources.
    pub application: Application,
    /// Function and position of the triggers of each resource, in source order.
    triggers: Vec<Vec<(usize, usize)>>,
    /// Function and position of the uses of each resource.
    uses: Vec<Vec<(usize, usize)>>,
}

/// Handlers with their triggers, and resources: what attributes and types say, whatever the code
/// does.
#[derive(Debug)]
pub struct Declared {
    /// Functions and resources, the functions without what their code reaches.
    pub application: Application,
    /// Payload types of the resources, where they are the program's own.
    payloads: Vec<Option<TypeId>>,
    /// Position among the resources of each of the program's, if its kind is known.
    positions: Vec<Option<usize>>,
}

/// Finds out what is declared.
pub fn declare(
    program: &Program,
    names: &Names,
    package: &str,
    metadata: &serde_json::Value,
    diagnostics: &mut Diagnostics,
) -> Declared {
    let resources = types::resources(program, names, diagnostics);
    let lookup = Lookup {
        program,
        names,
        resources: &resources.list,
        payloads: &resources.payloads,
        positions: &resources.positions,
    };
    let functions = program.handlers.iter().map(|handler| Function {
        name: handler.name.clone(),
        handler: handler.path.clone(),
        span: program.functions[handler.function.index()].name_span,
        options: handler.options.clone(),
        triggers: triggers::resolve(&lookup, handler, diagnostics),
        uses: Vec::new(),
        calls: Vec::new(),
        grants: Vec::new(),
        allows: handler.allows.clone(),
    });
    let functions = functions.collect();
    Declared {
        application: Application {
            package: package.to_owned(),
            metadata: metadata.clone(),
            functions,
            resources: resources.list,
        },
        payloads: resources.payloads,
        positions: resources.positions,
    }
}

/// Connects what is declared by what the code does.
pub fn build(
    declared: Declared,
    program: &Program,
    names: &Names,
    calls: &CallGraph,
    uses: &Uses,
    diagnostics: &mut Diagnostics,
) -> ResourceGraph {
    let Declared {
        mut application,
        payloads,
        positions,
    } = declared;
    let resources = &application.resources;
    // Nothing that is found out of a function depends on another one.
    let count = application.functions.len();
    let size = count.div_ceil(parallel::cores()).max(FEW);
    let functions = application.functions.chunks_mut(size);
    // What names remember is for one thread.
    let pieces = functions
        .zip(calls.roots.chunks(size))
        .map(|(functions, roots)| (functions, roots, names.clone()));
    let said = parallel::map_owned(pieces.collect(), |(functions, roots, names)| {
        let lookup = Lookup {
            program,
            names: &names,
            resources,
            payloads: &payloads,
            positions: &positions,
        };
        let mut search = Search::new(program, CrateId(0), calls, uses);
        let mut said = Diagnostics::default();
        for (function, &root) in functions.iter_mut().zip(roots) {
            let found = search.from(root);
            function.calls = raw_calls(&found);
            function.grants = grants::resolve(&lookup, &found.granting, &mut said);
            function.uses = handle_uses(&lookup, found);
        }
        said
    });
    for said in said {
        diagnostics.append(said);
    }
    grants::unreached(program, calls, uses, diagnostics);
    ResourceGraph::new(application)
}

/// So few handlers are not worth another thread.
const FEW: usize = 64;

/// What the parts of this stage ask for resources.
struct Lookup<'a> {
    program: &'a Program,
    names: &'a Names,
    resources: &'a [Resource],
    /// Payload types of `resources`, where they are the program's own.
    payloads: &'a [Option<TypeId>],
    /// Position in `resources` of each of the program's, if its kind is known.
    positions: &'a [Option<usize>],
}

/// What a path that should name a resource stands for.
enum Named {
    Resource(usize),
    /// A resource whose type is in error; that was said already.
    Broken,
    Other(Resolution),
}

impl Lookup<'_> {
    fn resource(&self, module: ModuleId, path: &Path) -> Named {
        let found = self.names.value(self.program, module, path);
        if let Resolution::Def {
            def: crate::hir::Def::Global(id),
            used,
        } = found
            && used == path.segments.len()
            && let Some(resource) = self.program.globals[id.index()].resource
        {
            return match self.positions.get(resource.index()) {
                Some(Some(at)) => Named::Resource(*at),
                _ => Named::Broken,
            };
        }
        Named::Other(found)
    }

    /// The resource names most like what a path ends in.
    fn nearest(&self, path: &Path) -> Option<&str> {
        let name = path.segments.last()?.name.as_str();
        let names = self.resources.iter().map(|resource| resource.name.as_str());
        crate::diagnostics::nearest(name, names)
    }
}

/// Operations on handles, with the events that they publish.
fn handle_uses(lookup: &Lookup<'_>, found: Reached<'_>) -> Vec<Use> {
    let uses = found.uses(lookup.positions).into_iter();
    let uses = uses.map(|(mut one, places)| {
        if one.op.access == Access::Send {
            one.detail_types = variants::published(lookup, one.resource, &places);
        }
        one
    });
    // Not in the place of what was found, which is larger.
    let mut all = Vec::with_capacity(uses.len());
    all.extend(uses);
    all
}

/// Operations of AWS SDK clients, each once with all ways there.
fn raw_calls(found: &Reached<'_>) -> Vec<SdkCall> {
    let mut calls: Vec<SdkCall> = Vec::new();
    for (one, path) in &found.sdk {
        let call = SdkCall {
            service: one.service.to_string(),
            method: one.operation.to_string(),
            request: one.request.clone(),
            companion: one.how == How::Companion,
            others: one.how == How::OtherCredentials,
            guessed: one.how == How::Guessed,
            span: one.span,
            why: vec![path.clone()],
        };
        calls.push(call);
    }
    calls.sort_by(|a, b| (a.span, &a.why).cmp(&(b.span, &b.why)));
    calls
}

/// A trigger without a resource, for people: `http POST /orders`.
pub fn entry(trigger: &Trigger) -> String {
    let mut text = trigger.source.to_owned();
    for arg in &trigger.args {
        text.push(' ');
        text.push_str(arg);
    }
    text
}

impl ResourceGraph {
    /// What connects functions, resources and entries, for the manifest.
    pub fn edges(&self) -> Vec<manifest::Edge> {
        let resource = |at: usize| self.application.resources[at].name.as_str();
        let mut edges: Vec<(Cow<'_, str>, &str, EdgeKind)> = Vec::new();
        for function in &self.application.functions {
            for trigger in &function.triggers {
                let from = match trigger.resource {
                    Some(at) => resource(at).into(),
                    None => entry(trigger).into(),
                };
                edges.push((from, &function.name, EdgeKind::Trigger));
            }
            for one in &function.uses {
                let kind = match one.op.access {
                    Access::Name => EdgeKind::Name,
                    Access::Read => EdgeKind::Read,
                    Access::Write => EdgeKind::Write,
                    Access::Send => EdgeKind::Send,
                    Access::Invoke => EdgeKind::Invoke,
                };
                edges.push((function.name.as_str().into(), resource(one.resource), kind));
            }
        }
        edges.sort_unstable();
        edges.dedup();
        let edge = |(from, to, kind): (Cow<'_, str>, &str, EdgeKind)| manifest::Edge {
            from: from.into_owned(),
            to: to.to_owned(),
            kind,
        };
        edges.into_iter().map(edge).collect()
    }

    fn new(application: Application) -> ResourceGraph {
        let mut triggers = vec![Vec::new(); application.resources.len()];
        let mut uses = vec![Vec::new(); application.resources.len()];
        for (at, function) in application.functions.iter().enumerate() {
            for (position, trigger) in function.triggers.iter().enumerate() {
                if let Some(resource) = trigger.resource {
                    triggers[resource].push((at, position));
                }
            }
            for (position, one) in function.uses.iter().enumerate() {
                uses[one.resource].push((at, position));
            }
        }
        for triggers in &mut triggers {
            let span = |at: &(usize, usize)| application.functions[at.0].triggers[at.1].span;
            triggers.sort_by_key(span);
        }
        ResourceGraph {
            application,
            triggers,
            uses,
        }
    }

    /// Functions that a resource makes run, each with the trigger, in source order.
    pub fn triggered_by(&self, resource: usize) -> Vec<(usize, &Trigger)> {
        let trigger = |&(function, position): &(usize, usize)| {
            let trigger = &self.application.functions[function].triggers[position];
            (function, trigger)
        };
        self.triggers[resource].iter().map(trigger).collect()
    }

    /// Functions that use a resource, each with the use, in order of function.
    pub fn users_of(&self, resource: usize) -> Vec<(usize, &Use)> {
        let one = |&(function, position): &(usize, usize)| {
            (
                function,
                &self.application.functions[function].uses[position],
            )
        };
        self.uses[resource].iter().map(one).collect()
    }
}

/// Places at which permissions could not be inferred, for the manifest: the errors about names,
/// calls and handles.
pub fn unresolved(files: &Files, diagnostics: &Diagnostics) -> Vec<manifest::Unresolved> {
    let mut places: Vec<manifest::Unresolved> = diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.severity == Severity::Error)
        .filter(|diagnostic| ("IFC0300".."IFC0500").contains(&diagnostic.code.number))
        .filter_map(|diagnostic| {
            let label = diagnostic.primary.as_ref()?;
            Some(manifest::Unresolved {
                function: None,
                span: files.place(label.span),
                code: diagnostic.code.number.into(),
                message: diagnostic.message.clone(),
            })
        })
        .collect();
    places.sort();
    places.dedup();
    places
}

/// A call path with its places in the form of the manifest.
pub fn why(files: &Files, path: &CallPath) -> manifest::Why {
    let step = |step: &ifc_catalog::model::Step| manifest::Step {
        function: step.function.to_string(),
        span: files.place(step.span),
    };
    let mut steps: Vec<_> = path.steps.iter().map(step).collect();
    let last = match steps.len() {
        0 | 1 => steps.pop().unwrap_or_default(),
        count => steps[count - 1].clone(),
    };
    manifest::Why {
        function: last.function,
        span: last.span,
        path: steps,
    }
}
