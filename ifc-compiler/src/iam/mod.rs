//! What every function's code may do on AWS. Input: the application with its uses. Output:
//! [`Policies`], each permission with every call path that needs it. Knows nothing of wiring and
//! templates.

pub mod codes;
mod guards;
mod notes;
mod raw;

use std::borrow::Cow;
use std::collections::BTreeMap;

use ifc_catalog::iam::{Known, actions_of, known};
use ifc_catalog::lower::{On, Permission, Policies};
use ifc_catalog::model::{Application, CallPath, Function, Grant, GrantTarget, Text, Use};
use ifc_catalog::resources::Target;

pub use notes::{guessed, words};
pub use raw::{companion, label};

use self::guards::Guarded;
use crate::diagnostics::{Diagnostic, Diagnostics, nearest};

/// Infers the permissions of all functions.
pub fn infer(app: &Application, diagnostics: &mut Diagnostics) -> Policies {
    let functions = app.functions.iter().map(|function| {
        let mut permissions = inferred(app, function);
        permissions.extend(raw::inferred(app, function, false, diagnostics));
        for grant in &function.grants {
            permissions.extend(granted(app, grant, diagnostics));
        }
        permissions
    });
    let functions = functions.collect();
    let others = app.functions.iter();
    let others = others.map(|function| raw::inferred(app, function, true, diagnostics));
    Policies {
        functions,
        others: others.collect(),
    }
}

/// One permission for each action on each resource, with the call paths of all uses that need it.
fn inferred(app: &Application, function: &Function) -> Vec<Permission> {
    let mut found: BTreeMap<(On, &str), (Guarded, Vec<CallPath>)> = BTreeMap::new();
    for used in &function.uses {
        for action in used.op.actions {
            if let Some(on) = on(used, action.on) {
                let guarded = Guarded::of(app, function, used, action);
                let (all, why) = found
                    .entry((on, action.name))
                    .or_insert_with(|| (guarded.clone(), Vec::new()));
                all.or(guarded);
                why.extend(used.why.iter().cloned());
            }
        }
    }
    found
        .into_iter()
        .map(|((on, action), (guarded, mut why))| {
            why.sort();
            why.dedup();
            Permission {
                actions: vec![action.into()],
                on,
                when: guarded.when(),
                why,
                because: None,
                span: None,
                notes: Vec::new(),
            }
        })
        .collect()
}

/// None for an index whose name is not known, which is an error where the call stands.
fn on(used: &Use, target: Target) -> Option<On> {
    Some(match target {
        Target::Resource => On::Resource(used.resource),
        Target::Index => match scope(used, used.op.scope_arg) {
            Text::Exact(name) => On::Index(used.resource, name),
            Text::Prefix(_) | Text::Pieces(_) | Text::Any => return None,
        },
        Target::Objects => On::Objects(used.resource, scope(used, used.op.scope_arg)),
        Target::ObjectsOf(arg) => On::Objects(used.resource, scope(used, Some(arg))),
    })
}

/// What an argument is known to be.
fn scope(used: &Use, arg: Option<usize>) -> Text {
    let known = used.scope.iter().find(|(at, _)| Some(*at) == arg);
    known.map_or(Text::Any, |(_, text)| text.clone())
}

fn granted(app: &Application, grant: &Grant, diagnostics: &mut Diagnostics) -> Vec<Permission> {
    let mut by_target: BTreeMap<On, Vec<Cow<'static, str>>> = BTreeMap::new();
    for action in &grant.actions {
        for on in targets(app, grant, action, diagnostics) {
            let actions = by_target.entry(on).or_default();
            actions.push(action.clone().into());
        }
    }
    by_target
        .into_iter()
        .map(|(on, mut actions)| {
            actions.sort();
            actions.dedup();
            Permission {
                actions,
                on,
                when: Vec::new(),
                why: Vec::new(),
                because: Some(grant.because.clone().into()),
                span: Some(grant.span),
                notes: Vec::new(),
            }
        })
        .collect()
}

/// What a granted action applies to; nothing if it cannot be granted so.
fn targets(
    app: &Application,
    grant: &Grant,
    action: &str,
    diagnostics: &mut Diagnostics,
) -> Vec<On> {
    let known = known(action);
    if known == Known::No {
        diagnostics.push(unknown(grant, action));
        return Vec::new();
    }
    let on = match &grant.on {
        GrantTarget::Arn(arn) if arn == "*" => return vec![On::Everything],
        GrantTarget::Arn(arn) => vec![On::Arn(arn.clone())],
        GrantTarget::Resource(index) => {
            of_resource(app.resources[*index].kind.name, *index, action)
        }
    };
    let (message, help) = match known {
        Known::WithoutResource => (
            format!("`{action}` applies to no single resource"),
            "write `on = \"*\"`".to_owned(),
        ),
        _ => match misses(app, grant, action) {
            Some(found) => found,
            None => return on,
        },
    };
    let diagnostic = Diagnostic::new(&codes::ACTION_WITHOUT_RESOURCE, grant.span, message)
        .label("allows nothing with this `on`")
        .help(help);
    diagnostics.push(diagnostic);
    Vec::new()
}

/// Why an action never applies to what a grant is on, and what to write. Of ARNs only those of S3
/// say so for certain: a bucket's differs from those of its objects.
fn misses(app: &Application, grant: &Grant, action: &str) -> Option<(String, String)> {
    let (service, name) = action.split_once(':')?;
    match &grant.on {
        GrantTarget::Resource(index) => {
            let resource = &app.resources[*index];
            let mut actions = resource.kind.ops.iter().flat_map(|op| op.actions);
            let is_of = |own: &str| {
                own.split(':')
                    .next()
                    .is_some_and(|own| own.eq_ignore_ascii_case(service))
            };
            if actions.any(|own| is_of(own.name)) {
                return None;
            }
            let message = format!(
                "`{action}` does not apply to the {} `{}`",
                resource.kind.name, resource.name
            );
            Some((
                message,
                "name the resource that is meant, or its ARN".to_owned(),
            ))
        }
        GrantTarget::Arn(arn) => {
            let of_bucket = arn.split_once(":s3:::").map(|(_, rest)| rest)?;
            if service != "s3" || name.contains(['*', '?']) {
                return None;
            }
            let has_key = of_bucket.contains('/');
            let is_open = of_bucket.ends_with('*');
            match is_object_action(name) {
                true if !has_key && !is_open => Some((
                    format!("`{action}` applies to objects, and `{arn}` is a bucket"),
                    format!("write `on = \"{arn}/*\"`"),
                )),
                false if has_key => {
                    let bucket = arn.split('/').next().unwrap_or_default();
                    Some((
                        format!("`{action}` applies to buckets, and `{arn}` means objects"),
                        format!("write `on = \"{bucket}\"`"),
                    ))
                }
                _ => None,
            }
        }
    }
}

fn unknown(grant: &Grant, action: &str) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        &codes::UNKNOWN_ACTION,
        grant.span,
        format!("AWS knows no action `{action}`"),
    )
    .label("would be granted here");
    let Some((prefix, name)) = action.split_once(':') else {
        return diagnostic.help("write the service and the action: \"s3:GetObject\"");
    };
    match nearest(name, actions_of(prefix)) {
        Some(near) => diagnostic.help(format!("did you mean `{prefix}:{near}`?")),
        None => diagnostic,
    }
}

/// Some actions apply to a part of the resource: to a bucket's objects, to a table's stream.
fn of_resource(kind: &str, index: usize, action: &str) -> Vec<On> {
    let name = action.split_once(':').map_or(action, |(_, name)| name);
    let objects = || On::Objects(index, Text::Any);
    match kind {
        "bucket" if name.contains('*') => vec![On::Resource(index), objects()],
        "bucket" if is_object_action(name) => vec![objects()],
        "table" if STREAM_ACTIONS.contains(&name) => vec![On::Stream(index)],
        _ => vec![On::Resource(index)],
    }
}

const STREAM_ACTIONS: &[&str] = &["DescribeStream", "GetRecords", "GetShardIterator"];

fn is_object_action(name: &str) -> bool {
    let about_uploads = ["AbortMultipartUpload", "ListMultipartUploadParts"].contains(&name);
    about_uploads
        || [
            "BypassGovernanceRetention",
            "ObjectOwnerOverrideToBucketOwner",
        ]
        .contains(&name)
        || name.starts_with("Replicate")
        || name.contains("Object") && !name.contains("Bucket")
}
