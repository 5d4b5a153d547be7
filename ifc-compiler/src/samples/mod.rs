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
    let mut sample = ResourceSample::default();
    let name = declared.name.as_str();
    let mut value = |member: &str, at: usize, hint: &str| {
        let (module, ty) = *handle.args.get(at)?;
        let place = ["resources", name, member];
        Some(walk.begin(&place, |walk| walk.value(ty, &Scope::of(module), hint)))
    };
    match handle.kind.name {
        "bucket" => return None,
        "function" => {
            sample.request = value("request", 0, "");
            sample.response = value("response", 1, "");
        }
        "bus" => {
            let (module, ty) = *handle.args.first()?;
            sample.events = events(walk, name, ty, &Scope::of(module));
        }
        // The name of a secret says what it opens.
        "secret" => sample.payload = value("payload", 0, "secret"),
        "parameter" => sample.payload = value("payload", 0, name),
        _ => sample.payload = value("payload", 0, ""),
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
