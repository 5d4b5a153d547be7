//! From permissions to the statements of a role: merged, without changing the set of (action,
//! resource) pairs.

use std::collections::{BTreeMap, BTreeSet};

use crate::infra::{Statement, Value};

use super::{Lowering, On, Permission};

impl Lowering<'_> {
    /// The statements of a function's role. Actions on the same resource become one statement,
    /// then resources with the same actions.
    pub(super) fn statements(&self, function: usize, permissions: &[Permission]) -> Vec<Statement> {
        let mut by_resource: BTreeMap<&On, BTreeSet<&str>> = BTreeMap::new();
        for permission in permissions {
            let actions = permission.actions.iter().map(String::as_str);
            by_resource
                .entry(&permission.on)
                .or_default()
                .extend(actions);
        }
        let mut by_actions: BTreeMap<BTreeSet<&str>, Vec<&On>> = BTreeMap::new();
        for (on, actions) in by_resource {
            by_actions.entry(actions).or_default().push(on);
        }
        by_actions
            .into_iter()
            .filter_map(|(actions, on)| {
                let actions: Vec<&str> = actions.into_iter().collect();
                let arns: Vec<Value> = on
                    .into_iter()
                    .filter_map(|on| self.arn(function, on))
                    .collect();
                (!arns.is_empty()).then(|| Statement::allow(&actions, arns))
            })
            .collect()
    }
}
