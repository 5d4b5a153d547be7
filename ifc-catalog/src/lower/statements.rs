//! From permissions to the statements of a role: merged, without changing the set of (action,
//! resource, condition) triples.

use std::borrow::Cow;

use crate::infra::{Condition, Effect, Statement, Value};

use super::{Lowering, On, Permission, When};

/// An action as permissions have it.
type Action = Cow<'static, str>;

/// Resources on which the same actions are allowed under the same conditions.
type Merged<'p> = (Vec<&'p Action>, &'p [When], Vec<&'p On>);

impl Lowering<'_> {
    /// The statements of a function's role. Actions on the same resource under the same conditions
    /// become one statement, then resources with the same actions under the same conditions.
    pub(super) fn statements<'p>(
        &self,
        function: usize,
        permissions: impl Iterator<Item = &'p Permission>,
    ) -> Vec<Statement> {
        let statement = |(actions, when, on): Merged<'_>| {
            let arns = on.into_iter().filter_map(|on| self.arn(function, on));
            let arns: Vec<Value> = arns.collect();
            (!arns.is_empty()).then(|| Statement {
                effect: Effect::Allow,
                principal: None,
                actions: actions.into_iter().cloned().collect(),
                resources: arns,
                conditions: when.iter().map(condition).collect(),
            })
        };
        let merged = merged(permissions).into_iter();
        merged.filter_map(statement).collect()
    }
}

/// In order of actions, conditions and resources.
fn merged<'p>(permissions: impl Iterator<Item = &'p Permission>) -> Vec<Merged<'p>> {
    let mut triples: Vec<(&On, &[When], &Action)> = permissions
        .flat_map(|of| of.actions.iter().map(|action| (&of.on, &*of.when, action)))
        .collect();
    triples.sort();
    triples.dedup();
    let by_resource = triples.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1));
    let mut by_resource: Vec<Merged<'p>> = by_resource
        .map(|same| {
            let (on, when, _) = same[0];
            let actions = same.iter().map(|(.., action)| *action);
            (actions.collect(), when, vec![on])
        })
        .collect();
    by_resource.sort();
    by_resource.dedup_by(|next, first| {
        let same = (&next.0, next.1) == (&first.0, first.1);
        if same {
            first.2.append(&mut next.2);
        }
        same
    });
    by_resource
}

fn condition(when: &When) -> Condition {
    Condition {
        operator: when.operator.into(),
        key: when.key.clone(),
        values: when.values.iter().cloned().map(Value::text).collect(),
    }
}
