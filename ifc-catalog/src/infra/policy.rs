//! Statements of identity, resource and trust policies.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::Value;

/// A statement of a policy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Statement {
    /// Allow or deny.
    pub effect: Effect,
    /// To whom; none in policies of roles.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub principal: Option<Principal>,
    /// What, sorted.
    pub actions: Vec<Cow<'static, str>>,
    /// On what; empty in trust policies only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resources: Vec<Value>,
    /// When.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<Condition>,
}

/// Whether a statement gives or takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Effect {
    /// It gives.
    Allow,
    /// It takes.
    Deny,
}

/// Who a resource or trust policy speaks about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Principal {
    /// `lambda.amazonaws.com`.
    Service(Cow<'static, str>),
    /// `*`.
    Anyone,
}

/// A condition of a statement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Condition {
    /// `ArnEquals`.
    pub operator: Cow<'static, str>,
    /// `aws:SourceArn`.
    pub key: Cow<'static, str>,
    /// Any of these.
    pub values: Vec<Value>,
}

impl Statement {
    /// An allowing statement of a role's policy.
    pub fn allow(actions: &[&'static str], resources: Vec<Value>) -> Statement {
        let mut actions: Vec<_> = actions.iter().map(|action| (*action).into()).collect();
        actions.sort();
        Statement {
            effect: Effect::Allow,
            principal: None,
            actions,
            resources,
            conditions: Vec::new(),
        }
    }

    /// An allowing statement of a resource's policy.
    pub fn allow_service(
        service: &'static str,
        action: &'static str,
        resource: Value,
    ) -> Statement {
        Statement {
            principal: Some(Principal::Service(service.into())),
            ..Statement::allow(&[action], vec![resource])
        }
    }

    /// Refuses requests that do not come over TLS.
    pub fn deny_plaintext(actions: &'static str, resources: Vec<Value>) -> Statement {
        let statement = Statement {
            effect: Effect::Deny,
            principal: Some(Principal::Anyone),
            ..Statement::allow(&[actions], resources)
        };
        statement.when("Bool", "aws:SecureTransport", Value::text("false"))
    }

    /// Adds a condition.
    pub fn when(mut self, operator: &'static str, key: &'static str, value: Value) -> Statement {
        self.conditions.push(Condition {
            operator: operator.into(),
            key: key.into(),
            values: vec![value],
        });
        self
    }
}
