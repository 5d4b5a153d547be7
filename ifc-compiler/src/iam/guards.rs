//! Conditions of permissions: what is known of every call that needs one. A condition that a call
//! does not fulfil is an outage, so whatever is not known of one call is known of none.

use std::collections::BTreeSet;

use ifc_catalog::lower::When;
use ifc_catalog::model::{Application, Function, GrantTarget, Text, Use};
use ifc_catalog::resources::{Action, Guard};

use super::scope;

/// What is known of all calls that need a permission.
#[derive(Clone, Debug)]
pub(super) enum Guarded {
    /// Nothing that a condition could say.
    No,
    /// They list keys that begin so.
    Prefixes(BTreeSet<Text>),
    /// They publish events of a source and of these types.
    Events {
        source: String,
        types: BTreeSet<String>,
    },
}

impl Guarded {
    /// What is known of a use.
    pub(super) fn of(app: &Application, function: &Function, used: &Use, action: &Action) -> Self {
        match action.guard {
            Guard::None => Guarded::No,
            Guard::Prefix => match scope(used, used.op.scope_arg) {
                // A request for all keys has no prefix that IAM could compare.
                Text::Any => Guarded::No,
                Text::Exact(text) | Text::Prefix(text) if text.is_empty() => Guarded::No,
                Text::Pieces(pieces) if pieces.concat().is_empty() => Guarded::No,
                _ if reads_objects(app, function, used.resource) => Guarded::No,
                text => Guarded::Prefixes(BTreeSet::from([text])),
            },
            Guard::Event => match &app.resources[used.resource].event {
                None => Guarded::No,
                Some(event) => {
                    let all = event.variants.iter().map(|one| one.detail_type.clone());
                    Guarded::Events {
                        source: event.source.clone(),
                        types: used.detail_types.clone().unwrap_or_else(|| all.collect()),
                    }
                }
            },
        }
    }

    /// What is known of these and of others, on the same resource.
    pub(super) fn or(&mut self, other: Guarded) {
        match (&mut *self, other) {
            (Guarded::Prefixes(some), Guarded::Prefixes(more)) => some.extend(more),
            (Guarded::Events { types, .. }, Guarded::Events { types: more, .. }) => {
                types.extend(more);
            }
            _ => *self = Guarded::No,
        }
    }

    /// As conditions of IAM; none if there is nothing to say.
    pub(super) fn when(&self) -> Vec<When> {
        let exact = |text: &String| Text::Exact(text.clone());
        let conditions = match self {
            Guarded::No => None,
            Guarded::Prefixes(texts) => When::is("s3:prefix", texts).map(|one| vec![one]),
            // One request publishes many events. A request without any of the keys would pass, but
            // events without a source or a type are none.
            Guarded::Events { source, types } => {
                let source = When::all("events:source", &BTreeSet::from([exact(source)]));
                let types = When::all("events:detail-type", &types.iter().map(exact).collect());
                source.zip(types).map(|(source, types)| vec![types, source])
            }
        };
        conditions.unwrap_or_default()
    }
}

/// Whether a function reads objects of a bucket. S3 tells it which of them do not exist only if it
/// may list the bucket, and compares no prefix then.
fn reads_objects(app: &Application, function: &Function, bucket: usize) -> bool {
    // Two statics may name one existing bucket.
    let existing = |index: usize| app.resources[index].existing.is_some();
    let same = |index: usize| index == bucket || existing(index) && existing(bucket);
    let used = function.uses.iter().any(|used| {
        let mut actions = used.op.actions.iter();
        same(used.resource) && actions.any(|action| action.name == "s3:GetObject")
    });
    let granted = function.grants.iter().any(|grant| match grant.on {
        GrantTarget::Resource(index) => same(index),
        GrantTarget::Arn(_) => grant.actions.iter().any(|one| one.starts_with("s3:")),
    });
    used || granted
}
