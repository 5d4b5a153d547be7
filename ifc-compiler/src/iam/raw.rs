//! What raw calls of the AWS SDK need. A resource that a handle's name stands for is that resource;
//! any other is an ARN with what only the deployment knows left open.

use std::collections::{BTreeMap, BTreeSet};

use ifc_catalog::lower::{On, Permission, When};
use ifc_catalog::model::{Application, CallPath, Function, SdkCall, Text};
use ifc_catalog::sdk::companions::{self, Given, Origin};
use ifc_catalog::sdk::{self as table, Condition, Request, Trust};

use super::codes;
use super::notes::words;
use crate::diagnostics::Diagnostics;
use crate::flow::LOCAL_URL;

/// Why something is needed, and what to know of it.
#[derive(Default)]
struct Reasons {
    why: BTreeSet<CallPath>,
    notes: BTreeSet<String>,
}

type Found = BTreeMap<(On, String, Vec<Condition>), Reasons>;

fn add(app: &Application, found: &mut Found, call: &SdkCall, needed: &table::Permission) {
    for action in &needed.actions {
        for resource in &needed.resources {
            let key = (on(app, resource), action.clone(), needed.conditions.clone());
            let reasons = found.entry(key).or_default();
            reasons.why.extend(call.why.iter().cloned());
            reasons.notes.extend(needed.notes.iter().map(words));
            reasons.notes.extend(guessed(call));
        }
    }
}

/// What code outside the program needs that calls AWS itself, by its path in the catalog.
pub fn companion(path: &str, request: &Request) -> Vec<table::Permission> {
    let member = |name: &str| request.members.iter().find(|member| member.path == name);
    if path == LOCAL_URL {
        let urls = member("arg0").map_or(&[][..], |member| &member.values);
        return urls
            .iter()
            .filter_map(|url| companions::of_url(url))
            .flatten()
            .collect();
    }
    let given = |from: Origin| {
        let found = match from {
            Origin::Argument(at) => member(&format!("arg{at}")),
            Origin::Setter(name) => member(name),
        };
        match found {
            Some(member) => Given::Values(member.values.clone()),
            None if request.complete => Given::No,
            None => Given::Values(Vec::new()),
        }
    };
    companions::of_path(path).map_or_else(Vec::new, |companion| companion.permissions(&given))
}

/// The permissions that raw calls need: of the function's role, or of the other credentials that
/// some clients have.
pub(super) fn inferred(
    app: &Application,
    function: &Function,
    others: bool,
    diagnostics: &mut Diagnostics,
) -> Vec<Permission> {
    let mut found = Found::new();
    for call in function.calls.iter().filter(|call| call.others == others) {
        if call.companion {
            for needed in companion(&call.service, &call.request) {
                add(app, &mut found, call, &needed);
            }
            continue;
        }
        let Some(operation) = table::operation(&call.service, &call.method) else {
            continue;
        };
        if matches!(operation.trust(), Trust::Guess | Trust::None) {
            if function.grants.is_empty() && !others {
                let name = operation.name();
                diagnostics.push(codes::guessed_action(call.span, &call.service, name));
            }
            continue;
        }
        for needed in operation.permissions(&call.request) {
            add(app, &mut found, call, &needed);
        }
    }
    found
        .into_iter()
        .map(|((on, action, conditions), reasons)| Permission {
            actions: vec![action.into()],
            on,
            why: reasons.why.into_iter().collect(),
            because: None,
            span: None,
            when: conditions.iter().map(when).collect(),
            notes: reasons.notes.into_iter().collect(),
        })
        .collect()
}

fn guessed(call: &SdkCall) -> Option<String> {
    call.guessed
        .then(|| super::notes::guessed(&call.service, &call.method))
}

/// A condition of the table. Of values that only the deployment knows, anything will do.
fn when(condition: &Condition) -> When {
    When {
        operator: condition.operator,
        key: condition.key.clone().into(),
        values: condition.values.iter().map(|value| known(value)).collect(),
    }
}

fn known(value: &str) -> String {
    let mut out = String::new();
    let mut rest = value;
    while let Some((text, after)) = rest.split_once("${env:") {
        out.push_str(text);
        out.push('*');
        rest = after.split_once('}').map_or("", |(_, after)| after);
    }
    out.push_str(rest);
    out
}

/// What a resource of the table stands for in an application.
fn on(app: &Application, resource: &str) -> On {
    if resource == "*" {
        return On::Everything;
    }
    of_handle(app, resource).unwrap_or_else(|| On::Pattern(resource.to_owned()))
}

/// A resource of the table as the manifest writes it: `table:ORDERS` where a handle's name stands for
/// it.
pub fn label(app: &Application, resource: &str) -> String {
    match resource.contains("${resource:") {
        true => on(app, resource).label(app, ""),
        false => resource.to_owned(),
    }
}

/// `..:table/${resource:ORDERS}/index/by_day` is an index of the resource.
fn of_handle(app: &Application, resource: &str) -> Option<On> {
    let (before, rest) = resource.split_once("${resource:")?;
    let (name, below) = rest.split_once('}')?;
    // A name that is only a part of another says nothing of this resource.
    if !(before.is_empty() || before.ends_with([':', '/'])) || below.contains("${") {
        return None;
    }
    let index = app.resources.iter().position(|one| one.name == name)?;
    let kind = app.resources[index].kind.name;
    Some(match (kind, below.strip_prefix('/')) {
        (_, None) if below.is_empty() => On::Resource(index),
        ("bucket", Some("*")) => On::Objects(index, Text::Any),
        ("bucket", Some(key)) => match key.strip_suffix('*') {
            Some(prefix) if !prefix.contains('*') => {
                On::Objects(index, Text::Prefix(prefix.to_owned()))
            }
            None if !key.contains('*') => On::Objects(index, Text::Exact(key.to_owned())),
            _ => {
                let pieces = key.split('*').map(str::to_owned).collect();
                On::Objects(index, Text::Pieces(pieces))
            }
        },
        ("table", Some(below)) => match below.strip_prefix("index/") {
            Some(index_name) => On::Index(index, index_name.to_owned()),
            None if below.starts_with("stream/") => On::Stream(index),
            None => return None,
        },
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_hold_what_the_deployment_knows() {
        let open = Condition {
            operator: "StringLike",
            key: "s3:prefix".to_owned(),
            values: vec!["in/${env:STAGE}/a".to_owned()],
        };
        assert_eq!(when(&open).values, ["in/*/a"]);
        assert_eq!(known("a"), "a");
    }
}
