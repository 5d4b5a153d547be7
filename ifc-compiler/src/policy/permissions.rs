//! From the operations that a program calls to permissions: one for each action on each resource,
//! with every call path that needs it.

use std::collections::{BTreeMap, BTreeSet};

use ifc_catalog::lower::When;
use ifc_catalog::manifest::{Permission, Why};
use ifc_catalog::model::{Application, CallPath};
use ifc_catalog::sdk::{self as table, Condition, Trust};

use crate::diagnostics::Diagnostics;
use crate::flow::{How, SdkUse};
use crate::graph::why;
use crate::iam::{self, codes, companion, guessed, label, words};
use crate::manifest;
use crate::span::Files;

/// Action, resource and conditions.
type Key = (String, String, Vec<Condition>);

/// Why a permission is needed, and what to know of it.
#[derive(Debug, Default)]
struct Reasons {
    why: BTreeSet<CallPath>,
    notes: BTreeSet<String>,
}

/// Permissions as they are found.
#[derive(Debug, Default)]
pub(super) struct Collected {
    own: BTreeMap<Key, Reasons>,
    others: BTreeMap<Key, Reasons>,
}

impl Collected {
    /// Adds what an operation needs.
    pub(super) fn add(
        &mut self,
        application: &Application,
        (call, path): (&SdkUse, &CallPath),
        diagnostics: &mut Diagnostics,
    ) {
        let (service, method) = (call.service.as_str(), call.operation.as_str());
        if call.how == How::Companion {
            self.needs(application, call, path, companion(service, &call.request));
            return;
        }
        let Some(operation) = table::operation(service, method) else {
            return;
        };
        if matches!(operation.trust(), Trust::Guess | Trust::None) {
            diagnostics.push(codes::guessed_action(call.span, service, operation.name()));
            return;
        }
        self.needs(
            application,
            call,
            path,
            operation.permissions(&call.request),
        );
    }

    fn needs(
        &mut self,
        application: &Application,
        call: &SdkUse,
        path: &CallPath,
        needed: Vec<table::Permission>,
    ) {
        let into = match call.how {
            How::OtherCredentials => &mut self.others,
            How::Typed | How::Guessed | How::Ambiguous | How::Companion => &mut self.own,
        };
        for needed in needed {
            for action in &needed.actions {
                for resource in &needed.resources {
                    let resource = label(application, resource);
                    let key = (action.clone(), resource, needed.conditions.clone());
                    let reasons = into.entry(key).or_default();
                    reasons.why.insert(path.clone());
                    reasons.notes.extend(needed.notes.iter().map(words));
                    if call.how == How::Guessed {
                        let (service, method) = (call.service.as_str(), call.operation.as_str());
                        reasons.notes.insert(guessed(service, method));
                    }
                }
            }
        }
    }

    /// What the function's own role must allow, handles and grants included, and what other
    /// credentials must.
    pub(super) fn finish(
        self,
        files: &Files,
        application: &Application,
        diagnostics: &mut Diagnostics,
    ) -> (Vec<Permission>, Vec<Permission>) {
        let mut own = list(self.own, files);
        let typed = iam::infer(application, diagnostics);
        for permission in typed.functions.into_iter().flatten() {
            join(
                &mut own,
                manifest::permission(application, "", &permission, files),
            );
        }
        own.sort_by(|a, b| (&a.actions, &a.resources).cmp(&(&b.actions, &b.resources)));
        (own, list(self.others, files))
    }
}

/// A handle and a raw call may need the same.
fn join(permissions: &mut Vec<Permission>, one: Permission) {
    let same = permissions.iter_mut().find(|known| {
        (&known.actions, &known.resources) == (&one.actions, &one.resources)
            && (&known.conditions, &known.because) == (&one.conditions, &one.because)
    });
    match same {
        Some(known) => {
            let new = |why: &Why| !known.why.contains(why);
            let new: Vec<Why> = one.why.into_iter().filter(new).collect();
            known.why.extend(new);
        }
        None => permissions.push(one),
    }
}

fn condition(condition: Condition) -> When {
    When {
        operator: condition.operator,
        key: condition.key.into(),
        values: condition.values,
    }
}

fn list(found: BTreeMap<Key, Reasons>, files: &Files) -> Vec<Permission> {
    found
        .into_iter()
        .map(|((action, resource, conditions), reasons)| {
            let mut paths: Vec<CallPath> = reasons.why.into_iter().collect();
            paths.sort_by(|a, b| {
                let place = |path: &CallPath| path.steps.last().map(|step| step.span);
                (place(a), a.steps.len(), a).cmp(&(place(b), b.steps.len(), b))
            });
            let when: Vec<When> = conditions.into_iter().map(condition).collect();
            Permission {
                actions: vec![action.into()],
                resources: vec![resource],
                conditions: manifest::conditions(&when),
                why: paths.iter().map(|path| why(files, path)).collect(),
                because: None,
                notes: reasons.notes.into_iter().collect(),
            }
        })
        .collect()
}
