//! The result of a compilation. Input: the application, its connections and what its code may do.
//! Output: [`Manifest`] with the nodes of the infrastructure. Knows no output format.

mod architecture;
pub mod codes;

use std::collections::BTreeMap;

use ifc_catalog::lower::{
    self, Begun, LoweredFunction, On, Policies, Problem, ProblemKind, Settings,
};
use ifc_catalog::manifest::{
    Allow, Edge, Existing, Function, Manifest, Permission, Resource, Trigger,
};
use ifc_catalog::model::{self, Application};
use serde_json::{Value as Json, json};

use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::graph::{self, why};
use crate::parallel;
use crate::span::Files;

pub use architecture::report_architectures;
/// Begins with triggers and resources, whatever the functions' code does.
pub use lower::begin;

/// How many functions a thread lowers at a time.
const TOGETHER: usize = 64;

/// Lowers the rest of an application to its infrastructure.
pub fn lower(
    begun: Begun,
    app: &Application,
    edges: Vec<Edge>,
    policies: &Policies,
    files: &Files,
    diagnostics: &mut Diagnostics,
) -> Manifest {
    let place = |span| files.place(span);
    let mut lowering = begun.connect(app, &place);
    let mut manifest = Manifest::new(&app.package);
    let parts = lowering.parts(TOGETHER);
    let parts = parallel::map_owned(parts, |mut part| {
        parallel::make_room_for_a_piece();
        let lowered = part.lower(policies).into_iter();
        let described: Vec<(String, Function)> = lowered
            .map(|(at, lowered)| {
                let described = self::function(app, at, lowered, policies, files);
                (app.functions[at].name.clone(), described)
            })
            .collect();
        (part, described)
    });
    let mut functions = Vec::with_capacity(app.functions.len());
    for (part, described) in parts {
        lowering.join(part);
        functions.extend(described);
    }
    let (functions, lowered) =
        parallel::both(|| functions.into_iter().collect(), || lowering.finish());
    manifest.functions = functions;
    // Two things of one name are an error where they stand; ids that meet only follow from it.
    let broken = diagnostics.has_errors();
    for problem in &lowered.problems {
        if !(broken && problem.kind == ProblemKind::IdCollision) {
            diagnostics.push(diagnostic(problem));
        }
    }
    manifest.edges = edges;
    manifest.unresolved = graph::unresolved(files, diagnostics);
    manifest.parameters = lowered.parameters;
    manifest.settings = lowered.settings;
    manifest.infrastructure = lowered.nodes;
    manifest.outputs = lowered.outputs;
    for (resource, settings) in app.resources.iter().zip(lowered.resources) {
        let described = self::resource(resource, settings, files);
        manifest.resources.insert(resource.name.clone(), described);
    }
    manifest
}

fn function(
    app: &Application,
    at: usize,
    lowered: LoweredFunction,
    policies: &Policies,
    files: &Files,
) -> Function {
    let function = &app.functions[at];
    let described = |permission| self::permission(app, &function.name, permission, files);
    let code = policies.functions.get(at).into_iter().flatten();
    let others = policies.others.get(at).into_iter().flatten();
    let triggers = function.triggers.iter().zip(lowered.triggers);
    Function {
        handler: function.handler.clone(),
        span: files.place(function.span),
        triggers: triggers
            .map(|(on, settings)| Trigger {
                source: on.source.into(),
                resource: on.resource.map(|index| app.resources[index].name.clone()),
                details: details(on),
                settings,
                span: files.place(on.span),
            })
            .collect(),
        permissions: code.chain(&lowered.wiring).map(described).collect(),
        other_credentials: others.map(described).collect(),
        environment: lowered.environment,
        settings: lowered.settings,
        allows: allows(&function.allows, files),
    }
}

/// As the manifest writes it.
pub fn permission(
    app: &Application,
    function: &str,
    permission: &lower::Permission,
    files: &Files,
) -> Permission {
    let mut why: Vec<_> = permission
        .why
        .iter()
        .map(|path| self::why(files, path))
        .collect();
    if let Some(span) = permission.span {
        why.push(ifc_catalog::manifest::Why {
            function: function.into(),
            span: files.place(span),
            path: Vec::new(),
        });
    }
    Permission {
        actions: permission.actions.clone(),
        resources: vec![On::label(&permission.on, app, function)],
        conditions: conditions(&permission.when),
        why,
        because: permission.because.clone(),
        notes: permission.notes.clone(),
    }
}

/// IAM conditions by operator and key.
pub fn conditions(when: &[lower::When]) -> BTreeMap<String, Json> {
    let mut conditions: BTreeMap<String, Json> = BTreeMap::new();
    for one in when {
        let keys = conditions
            .entry(one.operator.into())
            .or_insert_with(|| json!({}));
        keys[&*one.key] = json!(one.values);
    }
    conditions
}

/// Members of a trigger beside those that all have.
fn details(on: &model::Trigger) -> BTreeMap<String, Json> {
    let names: &[&str] = match on.source {
        "http" => &["method", "path"],
        "schedule" => &["expression"],
        _ => &[],
    };
    let mut details: BTreeMap<String, Json> = names
        .iter()
        .zip(&on.args)
        .map(|(name, value)| ((*name).to_string(), json!(value)))
        .collect();
    if let Some(method) = &on.method {
        details.insert("event".into(), json!(method));
    }
    if !on.detail_types.is_empty() {
        details.insert("detail_types".into(), json!(on.detail_types));
    }
    if on.partial_failures && matches!(on.source, "queue" | "table") {
        details.insert("partial_failures".into(), json!(true));
    }
    details
}

fn resource(resource: &model::Resource, settings: Settings, files: &Files) -> Resource {
    let mut details = BTreeMap::new();
    if let Some(item) = &resource.item {
        let key = |attribute: &ifc_catalog::schema::KeyAttribute| json!({ "name": attribute.name, "type": attribute.kind.letter() });
        let keys = |partition, sort: Option<&_>| match sort {
            Some(sort) => json!({ "partition": key(partition), "sort": key(sort) }),
            None => json!({ "partition": key(partition) }),
        };
        details.insert(
            "key".into(),
            keys(&item.partition_key, item.sort_key.as_ref()),
        );
        let indexes: BTreeMap<&str, Json> = item
            .indexes
            .iter()
            .map(|index| {
                let keys = keys(&index.partition_key, index.sort_key.as_ref());
                (index.name.as_str(), keys)
            })
            .collect();
        details.insert("indexes".into(), json!(indexes));
        if let Some(ttl) = &item.ttl {
            details.insert("ttl".into(), json!(ttl));
        }
    }
    if let Some(event) = &resource.event {
        let types: Vec<&str> = event
            .variants
            .iter()
            .map(|v| v.detail_type.as_str())
            .collect();
        details.insert("event_source".into(), json!(event.source));
        details.insert("detail_types".into(), json!(types));
    }
    Resource {
        kind: resource.kind.name.into(),
        span: files.place(resource.span),
        payload: (!resource.payload.is_empty()).then(|| resource.payload.clone()),
        fifo: resource.fifo,
        existing: resource.existing.as_ref().map(|existing| match existing {
            model::Existing::Arn(arn) => Existing::Arn(arn.clone()),
            model::Existing::StackParameter(name) => Existing::StackParameter(name.clone()),
            model::Existing::SsmParameter(path) => Existing::SsmParameter(path.clone()),
        }),
        details,
        settings,
        allows: allows(&resource.allows, files),
    }
}

fn allows(allows: &[model::Allow], files: &Files) -> Vec<Allow> {
    allows
        .iter()
        .map(|allow| Allow {
            check: allow.check.clone(),
            because: allow.because.clone(),
            span: files.place(allow.span),
        })
        .collect()
}

fn diagnostic(problem: &Problem) -> Diagnostic {
    let code = match problem.kind {
        ProblemKind::UnknownSetting => &codes::UNKNOWN_SETTING,
        ProblemKind::InvalidSetting => &codes::INVALID_SETTING,
        ProblemKind::IdCollision => &codes::ID_COLLISION,
        ProblemKind::Unsupported => &codes::UNSUPPORTED,
        ProblemKind::NeedsGrant => &codes::NEEDS_GRANT,
        ProblemKind::RoleByHand => &codes::ROLE_BY_HAND,
    };
    let mut diagnostic = match problem.span {
        Some(span) => Diagnostic::new(code, span, problem.message.clone()),
        None => Diagnostic::global(code, problem.message.clone()),
    };
    if let Some(first) = problem.also {
        diagnostic = diagnostic
            .label("the second one")
            .also(first, "the first one");
    }
    match &problem.help {
        Some(help) => diagnostic.help(help.clone()),
        None => diagnostic,
    }
}
