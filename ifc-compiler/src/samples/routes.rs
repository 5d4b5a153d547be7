//! Requests: what the extractors among a handler's arguments read.

use std::collections::BTreeMap;

use ifc_catalog::route::{self, Segment};
use ifc_catalog::samples::RouteSample;
use serde_json::{Value as Json, json};

use super::types::{Scope, Walk};
use super::words;
use crate::hir::{TriggerSource, TypeRef};

/// The samples of all routes, by method and path.
pub(super) fn collect(walk: &mut Walk<'_>, routes: &mut BTreeMap<String, RouteSample>) {
    let program = walk.program;
    for handler in &program.handlers {
        for trigger in &handler.triggers {
            let TriggerSource::Constructor { name, args } = &trigger.source else {
                continue;
            };
            let ("http", [method, path]) = (name.as_str(), args.as_slice()) else {
                continue;
            };
            let function = &program.functions[handler.function.index()];
            let mut request = Request {
                walk: &mut *walk,
                key: format!("{method} {path}"),
                // axum reads forms of these from the query.
                is_form_query: matches!(method.as_str(), "GET" | "HEAD"),
                scope: Scope::of(function.module),
                sample: RouteSample::default(),
            };
            request.path(path);
            for ty in &function.params {
                request.argument(ty);
            }
            let Request { key, sample, .. } = request;
            routes.insert(key, sample);
        }
    }
}

struct Request<'w, 'a> {
    walk: &'w mut Walk<'a>,
    key: String,
    is_form_query: bool,
    scope: Scope<'a>,
    sample: RouteSample,
}

impl<'a> Request<'_, 'a> {
    /// Every parameter of the path, as a text.
    fn path(&mut self, path: &str) {
        // A path that is none is an error of the attribute.
        let segments = route::parse(path).map(|path| path.segments);
        for segment in segments.unwrap_or_default() {
            let (name, value) = match segment {
                Segment::Literal(_) => continue,
                Segment::Param(name) => (name.clone(), words::text(&name)),
                Segment::Rest(name) => (name, "documents/1.txt".to_owned()),
            };
            self.sample.path.insert(name, json!(value));
        }
    }

    fn argument(&mut self, ty: &'a TypeRef) {
        let Some((path, args, scope)) = self.walk.foreign(ty, &self.scope) else {
            if let Some((id, _)) = self.walk.local(ty, &self.scope) {
                let name = self.walk.program.types[id.index()].name;
                let key = self.key.clone();
                self.walk.begin(&["routes", &key], |walk| {
                    walk.note(format!("what `{name}` reads of a request is not known"));
                    None
                });
            }
            return;
        };
        let krate = path.split(':').next().unwrap_or_default();
        let name = path.rsplit(':').next().unwrap_or_default();
        let Some(inner) = args.first() else { return };
        match (krate, name) {
            ("std", "Option" | "Result") | ("axum_extra", "Cached" | "WithRejection") => {
                let outer = std::mem::replace(&mut self.scope, scope);
                self.argument(inner);
                self.scope = outer;
            }
            ("axum" | "axum_extra", "Json") => {
                self.sample.body = Some(self.build("body", inner, &scope, ""));
            }
            ("axum" | "axum_extra", "Form") if !self.is_form_query => {
                let form = self.build("form", inner, &scope, "");
                self.sample.form.extend(members(form));
            }
            ("axum" | "axum_extra", "Query" | "OptionalQuery" | "Form") => {
                let query = self.build("query", inner, &scope, "");
                self.sample.query.extend(members(query));
            }
            ("axum", "Path") => self.parameters(inner, &scope),
            _ => {}
        }
    }

    fn build(&mut self, member: &str, ty: &'a TypeRef, scope: &Scope<'a>, hint: &str) -> Json {
        let key = self.key.clone();
        self.walk.begin(&["routes", &key, member], |walk| {
            walk.value(ty, scope, hint)
        })
    }

    /// What `Path<T>` reads: a struct or map by name, a tuple by position, any other type from the
    /// one parameter.
    fn parameters(&mut self, ty: &'a TypeRef, scope: &Scope<'a>) {
        let names = self.names();
        match ty {
            TypeRef::Tuple(parts) => {
                for (part, name) in parts.iter().zip(&names) {
                    self.parameter(name, part, scope);
                }
            }
            _ => {
                let hint = names.first().cloned().unwrap_or_default();
                match self.build("path", ty, scope, &hint) {
                    Json::Object(values) => {
                        for name in &names {
                            if let Some(value) = values.get(name) {
                                self.sample.path.insert(name.clone(), value.clone());
                            }
                        }
                    }
                    Json::Array(values) => {
                        for (name, value) in names.iter().zip(values) {
                            self.sample.path.insert(name.clone(), value);
                        }
                    }
                    Json::Null => {}
                    value => drop(self.sample.path.insert(hint, value)),
                }
            }
        }
    }

    fn parameter(&mut self, name: &str, ty: &'a TypeRef, scope: &Scope<'a>) {
        let value = self.build("path", ty, scope, name);
        if !value.is_null() {
            self.sample.path.insert(name.to_owned(), value);
        }
    }

    /// Names of the path's parameters in order.
    fn names(&self) -> Vec<String> {
        let path = self.key.split_once(' ').map_or("", |(_, path)| path);
        let segments = route::parse(path).map(|path| path.segments);
        let segments = segments.unwrap_or_default().into_iter();
        let names = segments.filter_map(|segment| match segment {
            Segment::Literal(_) => None,
            Segment::Param(name) | Segment::Rest(name) => Some(name),
        });
        names.collect()
    }
}

fn members(value: Json) -> BTreeMap<String, Json> {
    match value {
        Json::Object(members) => members.into_iter().collect(),
        _ => BTreeMap::new(),
    }
}
