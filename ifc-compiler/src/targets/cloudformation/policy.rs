//! Roles and policies.

use ifc_catalog::infra::{Effect, Principal, ResourcePolicy, Role, Statement};
use serde_json::{Map, Value as Json, json};

use super::Properties;
use super::values::Values;

pub(super) fn role(values: &mut Values<'_>, role: &Role) -> Properties {
    let trust = Statement {
        effect: Effect::Allow,
        principal: Some(Principal::Service(role.service.clone())),
        actions: vec!["sts:AssumeRole".into()],
        resources: Vec::new(),
        conditions: role.trust_conditions.clone(),
    };
    let properties =
        Properties::default().with("AssumeRolePolicyDocument", document(values, &[trust]));
    match role.statements.is_empty() {
        true => properties,
        false => {
            let policy = json!({
                "PolicyName": "permissions",
                "PolicyDocument": document(values, &role.statements),
            });
            properties.with("Policies", vec![policy])
        }
    }
}

pub(super) fn queue_policy(values: &mut Values<'_>, policy: &ResourcePolicy) -> Properties {
    Properties::default()
        .with("Queues", vec![values.render(&policy.of)])
        .with("PolicyDocument", document(values, &policy.statements))
}

pub(super) fn bucket_policy(values: &mut Values<'_>, policy: &ResourcePolicy) -> Properties {
    Properties::default()
        .with("Bucket", values.render(&policy.of))
        .with("PolicyDocument", document(values, &policy.statements))
}

fn document(values: &mut Values<'_>, statements: &[Statement]) -> Json {
    let statements: Vec<Json> = statements
        .iter()
        .map(|statement| self::statement(values, statement))
        .collect();
    json!({ "Version": "2012-10-17", "Statement": statements })
}

fn statement(values: &mut Values<'_>, statement: &Statement) -> Json {
    let mut rendered = Map::new();
    let effect = match statement.effect {
        Effect::Allow => "Allow",
        Effect::Deny => "Deny",
    };
    rendered.insert("Effect".into(), json!(effect));
    match &statement.principal {
        Some(Principal::Service(service)) => {
            rendered.insert("Principal".into(), json!({ "Service": service }));
        }
        Some(Principal::Anyone) => {
            rendered.insert("Principal".into(), json!("*"));
        }
        None => {}
    }
    rendered.insert("Action".into(), json!(statement.actions));
    let resources: Vec<Json> = statement
        .resources
        .iter()
        .map(|r| values.render(r))
        .collect();
    if !resources.is_empty() {
        rendered.insert("Resource".into(), json!(resources));
    }
    let mut conditions: Map<String, Json> = Map::new();
    for condition in &statement.conditions {
        let of: Vec<Json> = condition.values.iter().map(|v| values.render(v)).collect();
        let value = match <[Json; 1]>::try_from(of) {
            Ok([one]) => one,
            Err(several) => json!(several),
        };
        let keys = conditions
            .entry(condition.operator.clone())
            .or_insert_with(|| json!({}));
        keys[condition.key.as_str()] = value;
    }
    if !conditions.is_empty() {
        rendered.insert("Condition".into(), Json::Object(conditions));
    }
    Json::Object(rendered)
}
