//! From permissions to the statements of a role: merged, without changing the set of (action,
//! resource) pairs.

use std::collections::{BTreeMap, BTreeSet};

use crate::infra::{Computed, Statement, Value};

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

/// Characters of a role's policy once its references are resolved, white space not counted, as IAM
/// does not count it either. References count as long as names that CloudFormation makes.
pub fn policy_size(package: &str, statements: &[Statement]) -> usize {
    const DOCUMENT: usize = r#"{"Version":"2012-10-17","Statement":[]}"#.len();
    const STATEMENT: usize = r#"{"Effect":"Allow","Action":[],"Resource":[]},"#.len();
    let quoted = |length: usize| length + r#""","#.len();
    let one = |statement: &Statement| {
        let actions: usize = statement.actions.iter().map(|a| quoted(a.len())).sum();
        let resources: usize = statement
            .resources
            .iter()
            .map(|value| quoted(text_size(package, value)))
            .sum();
        STATEMENT + actions + resources
    };
    DOCUMENT + statements.iter().map(one).sum::<usize>()
}

fn text_size(package: &str, value: &Value) -> usize {
    // arn:aws:dynamodb:ap-southeast-2:123456789012:table/
    const ARN: usize = 52;
    // CloudFormation's random part.
    const RANDOM: usize = 14;
    match value {
        Value::Text(text) => text.len(),
        Value::Bool(_) | Value::Number(_) => 5,
        Value::List(values) | Value::Computed(Computed::Join(values)) => {
            values.iter().map(|value| text_size(package, value)).sum()
        }
        Value::Computed(Computed::Attribute { node, .. }) => {
            ARN + package.len() + "-prod-".len() + node.len() + RANDOM
        }
        Value::Computed(Computed::Stack(_)) => 14,
        Value::Computed(Computed::Parameter(_)) => ARN + 48,
        Value::Computed(Computed::Part { of, .. }) => text_size(package, of),
        Value::Computed(Computed::Staged { stages, otherwise }) => stages
            .values()
            .chain(otherwise.as_deref())
            .map(|value| text_size(package, value))
            .max()
            .unwrap_or(0),
    }
}
