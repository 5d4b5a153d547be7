//! What a row of the table comes to for one request.

use std::collections::BTreeMap;

use super::arn;
use super::forms;
use super::phrases;
use super::request::{Request, Set, pattern};
use super::row::{Act, Naming, Pair, Role, Row, Source, When};
use super::table::Scope;
use super::{Trust, action_exists, keys, scope};

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
    let mut found = Vec::new();
    for act in row.acts.iter().filter(|act| needed(act, request)) {
        found.extend(allowed(act, row.trust, request));
    }
    for role in &row.roles {
        if request.set(&role.path) != Set::Never {
            found.push(passed(role, request));
        }
    }
    for (action, service) in &row.keys {
        let mut keys = keys::arns(&request.keys);
        let named = keys::member(service, name).and_then(|member| keys::named(member, request));
        keys.extend(named.into_iter().flatten());
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
        .flat_map(|act| allowed(act, row.trust, request))
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
            let statement = act.on.iter().flat_map(Pair::paths).next();
            let values = statement.and_then(|path| request.values(path));
            values.is_none_or(|values| {
                values.into_iter().any(|statement| {
                    let verb = phrases::verb(&pattern(statement));
                    verb.is_none_or(|verb| act.action.to_ascii_uppercase().ends_with(verb))
                })
            })
        }
        When::Versioned(path) | When::Unversioned(path) => {
            let is_wanted = matches!(act.when, When::Versioned(_));
            request.values(path).is_none_or(|values| {
                let mut versions = values
                    .into_iter()
                    .map(|value| phrases::has_version(&pattern(value)));
                versions.any(|version| version.is_none_or(|version| version == is_wanted))
            })
        }
    }
}

/// One permission, and one more for each condition that a resource brings.
fn allowed(act: &Act, trust: Trust, request: &Request) -> Vec<Permission> {
    let mut notes = Vec::new();
    let mut by_condition: BTreeMap<Option<Condition>, BTreeMap<String, Vec<String>>> =
        BTreeMap::new();
    let pairs = used(act, request);
    for pair in &pairs {
        for resource in arn::resources(pair, request, &mut notes) {
            let only = resource.only.map(|(key, value)| Condition::one(key, value));
            let (action, arn) = express(&act.action, resource.arn);
            by_condition
                .entry(only)
                .or_default()
                .entry(action)
                .or_default()
                .push(arn);
        }
    }
    if by_condition.is_empty() {
        let resources = match arn::misfits(&pairs, request) {
            found if found.is_empty() => vec!["*".to_owned()],
            found => found,
        };
        let all = BTreeMap::from([(act.action.clone(), resources)]);
        by_condition.insert(None, all);
        if scope(&act.action) == Some(Scope::Unknown) {
            notes.push(Note::UnknownResource);
        }
    }
    match trust {
        Trust::BatchRule | Trust::Dataset => notes.push(Note::WeakAction),
        _ => {}
    }
    if !action_exists(&act.action) {
        notes.push(Note::Guess);
    }
    let known: Vec<Condition> = act
        .conditions
        .iter()
        .filter_map(|(key, source)| condition(key, source, request))
        .collect();
    let permissions = by_condition.into_iter().flat_map(|(only, by_action)| {
        let conditions: Vec<Condition> = known.iter().cloned().chain(only).collect();
        let notes = notes.clone();
        by_action
            .into_iter()
            .map(move |(action, resources)| Permission {
                actions: vec![action],
                resources,
                conditions: conditions.clone(),
                notes: notes.clone(),
            })
    });
    permissions.collect()
}

/// Directory buckets, which end in `--x-s3`, have actions of their own: a session stands for all that
/// is done with objects.
fn express(action: &str, arn: String) -> (String, String) {
    let bucket = arn
        .split_once(":s3:::")
        .map(|(_, rest)| rest.split('/').next().unwrap_or(rest));
    match (action.strip_prefix("s3:"), bucket) {
        (Some(name), Some(bucket)) if bucket.ends_with("--x-s3") => {
            let own = format!("s3express:{name}");
            let action = match action_exists(&own) {
                true => own,
                false => "s3express:CreateSession".to_owned(),
            };
            (
                action,
                format!(
                    "arn:${{AWS::Partition}}:s3express:${{AWS::Region}}:${{AWS::AccountId}}:bucket/{bucket}"
                ),
            )
        }
        _ => (action.to_owned(), arn),
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

/// Keys of which one request has several values: without `ForAllValues` they equal nothing. A request
/// that has none of them does not exist, so that nothing passes for want of them.
const SEVERAL: &[&str] = &["events:detail-type", "events:source"];

/// A condition, if its value is known on all ways.
fn condition(key: &str, source: &Source, request: &Request) -> Option<Condition> {
    let path = match source {
        Source::Constant(text) => return Some(Condition::one(key, text.clone())),
        Source::Member { path, .. } => path,
    };
    if request.set(path) != Set::Always {
        return None;
    }
    let values: Vec<String> = request
        .values(path)?
        .into_iter()
        .map(|value| pattern(value))
        .collect();
    let exact = values.iter().all(|value| !value.contains('*'));
    let is_useless = values.is_empty() || values.iter().any(|value| value == "*");
    (!is_useless).then(|| Condition {
        operator: match (SEVERAL.contains(&key), exact) {
            (false, true) => "StringEquals",
            (false, false) => "StringLike",
            (true, true) => "ForAllValues:StringEquals",
            (true, false) => "ForAllValues:StringLike",
        },
        key: key.to_owned(),
        values,
    })
}

impl Condition {
    fn one(key: &str, value: String) -> Condition {
        Condition {
            operator: "StringEquals",
            key: key.to_owned(),
            values: vec![value],
        }
    }
}

/// `iam:PassRole` on the role that a member holds.
fn passed(role: &Role, request: &Request) -> Permission {
    const ROLES: &str = "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/";
    let member = || role.path.clone();
    let mut notes = vec![Note::Companion];
    let known = match role.is_pointer {
        true => None,
        false => request.values(&role.path),
    };
    let patterns = known.map(|values| values.into_iter().map(|value| pattern(value)).collect());
    let patterns: Vec<String> = patterns.unwrap_or_else(|| vec!["*".to_owned()]);
    if patterns.iter().any(|role| role.contains('*')) {
        notes.push(Note::Wildcard { member: member() });
    }
    if role.is_weak {
        notes.push(Note::WeakAction);
    }
    let resources =
        patterns.into_iter().map(
            |role| match forms::is_arn(&role) || forms::is_symbol(&role) {
                true => role,
                // The name of a role, or the end of its ARN.
                false => {
                    let name = role
                        .rsplit_once(":role/")
                        .map_or(role.as_str(), |(_, name)| name);
                    format!("{ROLES}{}", name.trim_start_matches('/'))
                }
            },
        );
    let conditions = match &role.service {
        Some(service) => vec![Condition::one("iam:PassedToService", service.clone())],
        None => {
            notes.push(Note::UnknownService { member: member() });
            Vec::new()
        }
    };
    Permission {
        actions: vec!["iam:PassRole".to_owned()],
        resources: resources.collect(),
        conditions,
        notes,
    }
}

/// An action of a service on the customer's keys.
fn on_keys(action: &str, service: &str, keys: Vec<String>) -> Permission {
    Permission {
        actions: vec![action.to_owned()],
        resources: keys,
        conditions: vec![Condition::one(
            "kms:ViaService",
            format!("{service}.${{AWS::Region}}.amazonaws.com"),
        )],
        notes: vec![Note::Companion],
    }
}
