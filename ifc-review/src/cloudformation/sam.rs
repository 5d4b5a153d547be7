//! The `Policies` of a SAM function: names, documents and policy templates.

use std::sync::LazyLock;

use ifc_compiler::span::{FileId, Span};

use super::Template;
use super::intrinsics::Bindings;
use crate::document::{Kind, Node};
use crate::model::Function;
use crate::policy::{self, Statement};
use crate::yaml;

/// Statements of the policy templates of aws-sam-translator 1.115.0; made by `data/generate.py`.
static TEMPLATES: LazyLock<Option<Node>> = LazyLock::new(|| {
    let text = include_str!("../../data/sam_policy_templates.json");
    yaml::read(FileId(0), text).ok()?.pop()
});

impl Template {
    /// An entry of `Policies`.
    pub(super) fn function_policy(&self, policy: &Node, function: &mut Function) {
        match &policy.kind {
            Kind::Scalar(_) => self.named_policy(policy, function),
            Kind::Map(_) if policy.get("Statement").is_some() => {
                function.statements.extend(self.statements(policy));
            }
            Kind::Map(entries) => match entries.as_slice() {
                [call] if call.key == "Ref" || call.key.starts_with("Fn::") => {
                    self.named_policy(policy, function);
                }
                entries => {
                    for entry in entries {
                        match self.policy_template(&entry.key, &entry.value, entry.key_span) {
                            Some(statements) => function.statements.extend(statements),
                            None => function.unread.push((entry.key.clone(), entry.key_span)),
                        }
                    }
                }
            },
            _ => {}
        }
    }

    fn policy_template(&self, name: &str, parameters: &Node, span: Span) -> Option<Vec<Statement>> {
        let statements = TEMPLATES.as_ref()?.get(name)?;
        let bindings: Bindings = parameters
            .entries()
            .iter()
            .map(|entry| (entry.key.clone(), self.texts(&entry.value)))
            .collect();
        Some(self.generated(statements, &bindings, name, span))
    }

    /// Statements that SAM writes, all at the place of what asks for them.
    pub(super) fn generated(
        &self,
        statements: &Node,
        bindings: &Bindings,
        from: &str,
        span: Span,
    ) -> Vec<Statement> {
        let document = Node {
            span,
            kind: Kind::Map(vec![crate::document::Entry {
                key: "Statement".to_owned(),
                key_span: span,
                value: statements.clone(),
            }]),
        };
        let mut statements = policy::read(&document, &|node| self.bound_texts(node, bindings));
        for statement in &mut statements {
            statement.span = span;
            statement.from = Some(from.to_owned());
            statement
                .actions
                .iter_mut()
                .for_each(|(_, place)| *place = span);
            statement
                .resources
                .iter_mut()
                .for_each(|(_, place)| *place = span);
        }
        statements
    }
}
