//! What a row of the table comes to for one request.

use super::arn;
use super::request::{Request, Set, is_literal, pattern};
use super::table::{Act, Naming, Pair, Row, Scope, Source, When};
use super::{Trust, keys, scope};

/// Something to be allowed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Permission {
    /// `dynamodb:PutItem`, sorted.
    pub actions: Vec<String>,
    /// ARNs as patterns, sorted. `${AWS::Partition}`, `${AWS::Region}` and `${AWS::AccountId}` are
    /// the deployment's; `${env:X}` is the value of an environment variable, or the name in it where
    /// a name is wanted and it holds an ARN or URL; `${resource:X}` is the same of a typed handle.
    pub resources: Vec<String>,
    /// All have to hold.
    pub conditions: Vec<Condition>,
    /// What a reader should know.
    pub notes: Vec<Note>,
}

/// A condition whose value the code gives.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Condition {
    /// `StringEquals`.
    pub operator: &'static str,
    /// `s3:prefix`.
    pub key: String,
    /// One of these.
    pub values: Vec<String>,
}

/// What has to be said about a permission.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Note {
    /// The value of this member is known at run time only: the permission is for all that it can
    /// name in the deployment's account and region.
    Wildcard {
        /// `table_name`.
        member: String,
    },
    /// The resource is named by a member that only resembles the variable of the ARN.
    WeakBinding {
        /// `identifier`.
        member: String,
    },
    /// The action follows from the operation's name by a rule, or comes from old data.
    WeakAction,
    /// AWS lists no such action: it must not be granted unseen.
    Guess,
    /// What the action can be allowed on is not on record, so it is on `*`.
    UnknownResource,
    /// The call passes a role, and to which service is not known.
    UnknownService {
        /// `role_arn`.
        member: String,
    },
    /// Needed because the service itself does it in the caller's name.
    Companion,
}

/// All that the row of an operation needs.
pub(super) fn of(name: &str, row: &Row, request: &Request) -> Vec<Permission> {
    let mut found: Vec<Permission> = Vec::new();
    for act in &row.acts {
        if needed(act, request) {
            found.push(allowed(act, row.trust, request));
        }
    }
    for (path, service) in &row.roles {
        if request.set(path) != Set::Never {
            found.push(passed(path, service.as_deref(), request));
        }
    }
    for (action, service) in &row.keys {
        let mut keys = keys::arns(&request.keys);
        let member = keys::member(service, name);
        keys.extend(
            member
                .and_then(|member| keys::named(member, request))
                .into_iter()
                .flatten(),
        );
        if !keys.is_empty() {
            found.push(on_keys(action, service, keys));
        }
    }
    merged(found)
}

/// What a row may need besides.
pub(super) fn hints(row: &Row, request: &Request) -> Vec<Permission> {
    let optional = row
        .acts
        .iter()
        .filter(|act| matches!(act.when, When::Optional));
    let mut found: Vec<Permission> = optional
        .map(|act| allowed(act, row.trust, request))
        .collect();
    found.extend(row.dependents.iter().map(|action| Permission {
        actions: vec![action.clone()],
        resources: vec!["*".to_owned()],
        conditions: Vec::new(),
        notes: vec![Note::Companion, Note::UnknownResource],
    }));
    merged(found)
}

/// One permission for all with equal resources, conditions and notes.
fn merged(mut found: Vec<Permission>) -> Vec<Permission> {
    let mut out: Vec<Permission> = Vec::new();
    for permission in &mut found {
        for list in [&mut permission.actions, &mut permission.resources] {
            list.sort();
            list.dedup();
        }
        permission.notes.sort();
        permission.notes.dedup();
        let same = |other: &&mut Permission| {
            (&other.resources, &other.conditions, &other.notes)
                == (
                    &permission.resources,
                    &permission.conditions,
                    &permission.notes,
                )
        };
        match out.iter_mut().find(same) {
            Some(other) => other.actions.append(&mut permission.actions),
            None => out.push(permission.clone()),
        }
    }
    for permission in &mut out {
        permission.actions.sort();
        permission.actions.dedup();
    }
    out
}

fn needed(act: &Act, request: &Request) -> bool {
    match &act.when {
        When::Always => true,
        When::Optional => false,
        When::Set(path) => request.set(path) != Set::Never,
        When::Unset(path) => request.set(path) != Set::Always,
        When::PartiQl => {
            let Some(path) = act.on.iter().flat_map(Pair::paths).next() else {
                return true;
            };
            let Some(statements) = request.values(path) else {
                return true;
            };
            statements.into_iter().any(|statement| {
                let verb = arn::verb(&pattern(statement));
                verb.is_none_or(|verb| act.action.to_ascii_uppercase().ends_with(verb))
            })
        }
    }
}

fn allowed(act: &Act, trust: Trust, request: &Request) -> Permission {
    let mut notes = Vec::new();
    let mut resources = Vec::new();
    for pair in used(act, request) {
        resources.extend(
            arn::resources(pair, request, &mut notes)
                .into_iter()
                .map(|resource| resource.arn),
        );
    }
    if resources.is_empty() {
        resources.push("*".to_owned());
        if scope(&act.action) == Some(Scope::Unknown) {
            notes.push(Note::UnknownResource);
        }
    }
    match trust {
        Trust::BatchRule | Trust::Dataset => notes.push(Note::WeakAction),
        Trust::Guess | Trust::None => notes.push(Note::Guess),
        _ => {}
    }
    Permission {
        actions: vec![act.action.clone()],
        resources,
        conditions: act
            .conditions
            .iter()
            .filter_map(|(key, path)| condition(key, path, request))
            .collect(),
        notes,
    }
}

/// The resource types that the call can be about: those whose members are set. If it is not certain
/// that any is, all of them.
fn used<'a>(act: &'a Act, request: &Request) -> Vec<&'a Pair> {
    let states: Vec<Set> = act.on.iter().map(|pair| state(pair, request)).collect();
    let is_certain = act
        .on
        .iter()
        .zip(&states)
        .any(|(pair, state)| *state == Set::Always && pair.paths().next().is_some());
    let pairs = act.on.iter().zip(states);
    pairs
        .filter(|(_, state)| !is_certain || *state != Set::Never)
        .map(|(pair, _)| pair)
        .collect()
}

fn state(pair: &Pair, request: &Request) -> Set {
    let sources: Vec<&Source> = match &pair.naming {
        Naming::Whole(source) => vec![source],
        Naming::Variables(sources) => sources.iter().flatten().collect(),
    };
    let mut sets: Vec<Set> = sources
        .into_iter()
        .map(|source| match source {
            Source::Member {
                path,
                default: None,
                ..
            } => request.set(path),
            Source::Member { .. } | Source::Constant(_) => Set::Always,
        })
        .collect();
    sets.extend(pair.unless.iter().map(|path| match request.set(path) {
        Set::Always => Set::Never,
        Set::Maybe => Set::Maybe,
        Set::Never => Set::Always,
    }));
    match sets {
        sets if sets.contains(&Set::Never) => Set::Never,
        sets if sets.contains(&Set::Maybe) => Set::Maybe,
        _ => Set::Always,
    }
}

/// A condition, if its value is known on all ways.
fn condition(key: &str, path: &str, request: &Request) -> Option<Condition> {
    if request.set(path) != Set::Always {
        return None;
    }
    let values: Vec<String> = request
        .values(path)?
        .into_iter()
        .map(|value| pattern(value))
        .collect();
    let exact = values.iter().all(|value| !value.contains('*'));
    let useless = values.is_empty() || values.iter().any(|value| value == "*");
    (!useless).then(|| Condition {
        operator: if exact { "StringEquals" } else { "StringLike" },
        key: key.to_owned(),
        values,
    })
}

/// `iam:PassRole` on the role that a member holds.
fn passed(path: &str, service: Option<&str>, request: &Request) -> Permission {
    const ROLES: &str = "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/";
    let mut notes = vec![Note::Companion];
    let known = request
        .values(path)
        .filter(|values| values.iter().all(|value| !value.is_empty()));
    let resources = match known {
        Some(values) => values
            .into_iter()
            .map(|value| {
                let role = pattern(value);
                if !is_literal(value) && role.contains('*') {
                    notes.push(Note::Wildcard {
                        member: path.to_owned(),
                    });
                }
                match role.starts_with("arn:") || role.starts_with("${") {
                    true => role,
                    false => format!("{ROLES}{}", role.trim_start_matches('/')),
                }
            })
            .collect(),
        None => {
            notes.push(Note::Wildcard {
                member: path.to_owned(),
            });
            vec![format!("{ROLES}*")]
        }
    };
    let conditions = match service {
        Some(service) => vec![Condition {
            operator: "StringEquals",
            key: "iam:PassedToService".to_owned(),
            values: vec![service.to_owned()],
        }],
        None => {
            notes.push(Note::UnknownService {
                member: path.to_owned(),
            });
            Vec::new()
        }
    };
    Permission {
        actions: vec!["iam:PassRole".to_owned()],
        resources,
        conditions,
        notes,
    }
}

/// An action of a service on the customer's keys.
fn on_keys(action: &str, service: &str, keys: Vec<String>) -> Permission {
    Permission {
        actions: vec![action.to_owned()],
        resources: keys,
        conditions: vec![Condition {
            operator: "StringEquals",
            key: "kms:ViaService".to_owned(),
            values: vec![format!("{service}.${{AWS::Region}}.amazonaws.com")],
        }],
        notes: vec![Note::Companion],
    }
}
