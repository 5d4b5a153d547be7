//! Permission decisions: what was asked, what was decided, and which lines of the source say so.

use std::collections::BTreeMap;

use ifc_catalog::manifest::Permission;
use serde::Serialize;
use serde_json::Value;

use super::View;
use super::graph::called;
use super::traces::invocation;
use crate::engine::{Decided, What};

/// A decision about one need of a call.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Decision {
    /// The function or schedule whose role it is.
    pub principal: String,
    /// `dynamodb:PutItem`.
    pub action: String,
    /// ARN.
    pub resource: String,
    /// What the source calls it.
    pub name: String,
    /// Whether it may.
    pub allowed: bool,
    /// Whether the policy of the resource decided.
    pub by_resource: bool,
    /// The statement of the role's policy that decided.
    pub statement: Option<Value>,
    /// What the compiler says of the action on the resource: every place with the calls that lead to it.
    pub permissions: Vec<Permission>,
    /// What would have to be there for it to be allowed.
    pub hint: Option<String>,
}

/// The same decision, as often as it was made.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Decisions {
    /// The decision.
    #[serde(flatten)]
    pub decision: Decision,
    /// How often.
    pub count: usize,
    /// Number of the last record.
    pub last: u64,
    /// When it was last made.
    pub at: u64,
    /// The trace of the last.
    pub trace: String,
    /// Request id of the last.
    pub invocation: Option<String>,
}

/// All decisions, the newest first.
pub fn decisions(view: View<'_>) -> Vec<Decisions> {
    let mut all: BTreeMap<(&str, &str, &str, bool), Decisions> = BTreeMap::new();
    for (number, record) in view.records {
        let decisions = match &record.what {
            What::Called { decisions, .. } => decisions.as_slice(),
            What::Decided { decided } => std::slice::from_ref(decided),
            _ => continue,
        };
        for decided in decisions {
            let key = (
                decided.principal.as_str(),
                decided.action.as_str(),
                decided.resource.as_str(),
                decided.allowed,
            );
            let of = all.entry(key).or_insert_with(|| Decisions {
                decision: decision(view, decided),
                count: 0,
                last: 0,
                at: 0,
                trace: String::new(),
                invocation: None,
            });
            of.count += 1;
            of.last = *number;
            of.at = record.at;
            of.trace.clone_from(&record.trace);
            of.invocation = invocation(record).map(str::to_owned);
        }
    }
    let mut all: Vec<Decisions> = all.into_values().collect();
    all.sort_by_key(|decisions| std::cmp::Reverse(decisions.last));
    all
}

/// A decision with what the compiler knows about it.
pub fn decision(view: View<'_>, decided: &Decided) -> Decision {
    let name = called(view.engine, &decided.resource);
    let place = view.graph.place(view.engine, &decided.resource);
    let is_of = |resource: &String| {
        let named = resource.split_once(':').map_or("", |(_, name)| name);
        let named = named.split('/').next().unwrap_or_default();
        resource == "*"
            || named == name
            || view
                .graph
                .stand_in(named)
                .is_some_and(|function| Some(function) == place.as_deref())
    };
    let function = view.manifest.functions.get(&decided.principal);
    let permissions = function
        .into_iter()
        .flat_map(|function| &function.permissions);
    let permissions = permissions.filter(|permission| {
        let allows = permission
            .actions
            .iter()
            .any(|action| *action == decided.action);
        allows && permission.resources.iter().any(is_of)
    });
    let statement = decided
        .statement
        .and_then(|index| view.engine.statement(&decided.principal, index));
    Decision {
        principal: decided.principal.clone(),
        action: decided.action.clone(),
        resource: decided.resource.clone(),
        allowed: decided.allowed,
        by_resource: decided.by_resource,
        permissions: permissions.cloned().collect(),
        hint: (!decided.allowed).then(|| view.engine.hint(&decided.principal, decided)),
        statement,
        name,
    }
}
