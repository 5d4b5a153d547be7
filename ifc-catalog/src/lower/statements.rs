//! From permissions to the statements of a role: merged, without changing the set of (action,
//! resource, condition) triples.

use std::collections::{BTreeMap, BTreeSet};

use crate::infra::{Condition, Statement, Value};

use super::{Lowering, On, Permission, When};

impl Lowering<'_> {
    /// The statements of a function's role. Actions on the same resource under the same conditions
    /// become one statement, then resources with the same actions under the same conditions.
    pub(super) fn statements(&self, function: usize, permissions: &[Permission]) -> Vec<Statement> {
        let mut by_resource: BTreeMap<(&On, &[When]), BTreeSet<&str>> = BTreeMap::new();
        for permission in permissions {
            let actions = permission.actions.iter().map(String::as_str);
            by_resource
                .entry((&permission.on, &permission.when))
                .or_default()
                .extend(actions);
        }
        let mut by_actions: BTreeMap<(BTreeSet<&str>, &[When]), Vec<&On>> = BTreeMap::new();
        for ((on, when), actions) in by_resource {
            by_actions.entry((actions, when)).or_default().push(on);
        }
        by_actions
            .into_iter()
            .filter_map(|((actions, when), on)| {
                let actions: Vec<&str> = actions.into_iter().collect();
                let arns: Vec<Value> = on
                    .into_iter()
                    .filter_map(|on| self.arn(function, on))
                    .collect();
                (!arns.is_empty()).then(|| Statement {
                    conditions: when.iter().map(condition).collect(),
                    ..Statement::allow(&actions, arns)
                })
            })
            .collect()
    }
}

fn condition(when: &When) -> Condition {
    Condition {
        operator: when.operator.into(),
        key: when.key.clone(),
        values: when.values.iter().map(Value::text).collect(),
    }
}
