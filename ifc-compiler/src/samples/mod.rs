//! A value of each payload and of each request, built from the Rust types that read it. Input:
//! program and names. Output: [`Samples`]. Nothing else depends on it.

mod known;
mod routes;
mod types;
mod variants;
mod words;

use std::collections::BTreeMap;

use ifc_catalog::samples::{ResourceSample, Samples};
use serde_json::{Value as Json, json};

use crate::graph;
use crate::hir::{Program, ResourceDecl, TypeKind, TypeRef};
use crate::resolve::Names;
use crate::targets::Artifact;
use types::{Scope, Walk};

/// Builds the samples of an application.
pub fn collect(program: &Program, names: &Names, package: &str) -> Samples {
    let mut samples = Samples::new(package);
    let mut walk = Walk::new(program, names);
    for declared in &program.resources {
        let name = declared.name.to_string();
        if let Some(sample) = resource(&mut walk, declared) {
            samples.resources.insert(name, sample);
        }
    }
    routes::collect(&mut walk, &mut samples.routes);
    samples.notes = walk.into_notes();
    samples
}

/// `samples.json`.
pub fn file(samples: &Samples) -> Artifact {
    Artifact {
        path: "samples.json".into(),
        text: samples.to_json(),
    }
}

fn resource<'a>(walk: &mut Walk<'a>, declared: &'a ResourceDecl) -> Option<ResourceSample> {
    let global = &walk.program.globals[declared.global.index()];
    let handle = graph::handle(walk.program, walk.names, global.module, &global.ty)?;
    let scope = Scope::of(handle.module);
    let mut sample = ResourceSample::default();
    let name = declared.name.as_str();
    let mut value = |member: &str, ty: Option<&'a TypeRef>, hint: &str| {
        let at = ["resources", name, member];
        ty.map(|ty| walk.begin(&at, |walk| walk.value(ty, &scope, hint)))
    };
    match handle.kind.name {
        "bucket" => return None,
        "function" => {
            sample.request = value("request", handle.args.first(), "");
            sample.response = value("response", handle.args.get(1), "");
        }
        "bus" => sample.events = events(walk, name, handle.args.first()?, &scope),
        // The name of a secret says what it opens.
        "secret" => sample.payload = value("payload", handle.args.first(), "secret"),
        "parameter" => sample.payload = value("payload", handle.args.first(), name),
        _ => sample.payload = value("payload", handle.args.first(), ""),
    }
    (sample != ResourceSample::default()).then_some(sample)
}

/// The details of a bus's events; see `ifc_runtime::event`.
fn events<'a>(
    walk: &mut Walk<'a>,
    bus: &str,
    ty: &'a TypeRef,
    scope: &Scope<'a>,
) -> BTreeMap<String, Json> {
    let mut events = BTreeMap::new();
    let Some((id, inner)) = walk.local(ty, scope) else {
        return events;
    };
    let def = &walk.program.types[id.index()];
    // A payload without `#[derive(Event)]` is an error of rustc.
    let Some(schema) = &def.event else {
        return events;
    };
    for event in &schema.variants {
        let detail = walk.begin(&["resources", bus, "events", &event.detail_type], |walk| {
            let content = match &def.kind {
                TypeKind::Enum(variants) => {
                    let variant = variants
                        .iter()
                        .find(|one| one.name.as_str() == event.name)?;
                    walk.content(def, variant, &inner, "")
                }
                _ => walk.value_of(id, &inner, ""),
            };
            content.or_else(|| walk.endless(def.name.as_str()))
        });
        let detail = match detail {
            Json::Object(members) => Json::Object(members),
            Json::Null => json!({}),
            other => json!({ "value": other }),
        };
        events.insert(event.detail_type.clone(), detail);
    }
    events
}
