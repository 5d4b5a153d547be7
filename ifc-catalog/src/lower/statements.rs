//! From permissions to the statements of a role: merged, without changing the set of (action,
//! resource, condition) triples.

use std::borrow::Cow;

use crate::infra::{Condition, Effect, Statement, Value};

use super::{Lowering, On, Permission, When};

/// On what, when, and which action.
type Triple<'p> = (&'p On, &'p [When], &'p Cow<'static, str>);

impl Lowering<'_> {
    /// The statements of a function's role. Actions on the same resource under the same conditions
    /// become one statement, then resources with the same actions under the same conditions.
    pub(super) fn statements<'p>(
        &self,
        function: usize,
        permissions: impl Iterator<Item = &'p Permission>,
    ) -> Vec<Statement> {
        let mut triples: Vec<Triple<'p>> = permissions
            .flat_map(|of| of.actions.iter().map(|action| (&of.on, &*of.when, action)))
            .collect();
        triples.sort_unstable();
        triples.dedup();
        let mut by_resource: Vec<&[Triple<'p>]> =
            triples.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)).collect();
        by_resource.sort_by(|a, b| actions(a).cmp(actions(b)).then(a[0].1.cmp(b[0].1)));
        let by_actions = by_resource.chunk_by(|a, b| a[0].1 == b[0].1 && actions(a).eq(actions(b)));
        by_actions
            .filter_map(|same| {
                let on = same.iter().map(|one| one[0].0);
                // Mostly one, for which `collect` would have room for four.
                let mut arns: Vec<Value> = Vec::with_capacity(same.len());
                arns.extend(on.filter_map(|on| self.arn(function, on)));
                (!arns.is_empty()).then(|| Statement {
                    effect: Effect::Allow,
                    principal: None,
                    actions: actions(same[0]).cloned().collect(),
                    resources: arns,
                    conditions: same[0][0].1.iter().map(condition).collect(),
                })
            })
            .collect()
    }
}

fn actions<'p>(triples: &[Triple<'p>]) -> impl Iterator<Item = &'p Cow<'static, str>> {
    triples.iter().map(|(.., action)| *action)
}

fn condition(when: &When) -> Condition {
    Condition {
        operator: when.operator.into(),
        key: when.key.clone(),
        values: when.values.iter().cloned().map(Value::text).collect(),
    }
}
