//! Roles and policies.

use std::collections::BTreeMap;

use ifc_catalog::infra::{Condition, Effect, Principal, ResourcePolicy, Role, Statement, Value};

use super::out::Out;
use super::properties::Properties;

pub(super) fn role(to: &mut Properties<'_, '_>, role: &Role) {
    let trust = Statement {
        effect: Effect::Allow,
        principal: Some(Principal::Service(role.service.clone())),
        actions: vec!["sts:AssumeRole".into()],
        resources: Vec::new(),
        conditions: role.trust_conditions.clone(),
    };
    to.set("AssumeRolePolicyDocument", |out| document(out, &[trust]));
    if !role.statements.is_empty() {
        to.set("Policies", |out| {
            out.array(|out| {
                out.object(|out| {
                    document(out.name("PolicyDocument"), &role.statements);
                    out.name("PolicyName").text("permissions");
                });
            });
        });
    }
}

pub(super) fn queue_policy(to: &mut Properties<'_, '_>, policy: &ResourcePolicy) {
    to.set("PolicyDocument", |out| document(out, &policy.statements));
    to.set("Queues", |out| out.array(|out| out.value(&policy.of)));
}

pub(super) fn bucket_policy(to: &mut Properties<'_, '_>, policy: &ResourcePolicy) {
    to.value("Bucket", &policy.of);
    to.set("PolicyDocument", |out| document(out, &policy.statements));
}

fn document(out: &mut Out<'_>, statements: &[Statement]) {
    out.object(|out| {
        out.name("Statement").array(|out| {
            for statement in statements {
                self::statement(out, statement);
            }
        });
        out.name("Version").text("2012-10-17");
    });
}

fn statement(out: &mut Out<'_>, statement: &Statement) {
    out.object(|out| {
        out.name("Action").texts(&statement.actions);
        if !statement.conditions.is_empty() {
            conditions(out.name("Condition"), &statement.conditions);
        }
        out.name("Effect").text(match statement.effect {
            Effect::Allow => "Allow",
            Effect::Deny => "Deny",
        });
        match &statement.principal {
            Some(Principal::Service(service)) => out
                .name("Principal")
                .only("Service", |out| out.text(service)),
            Some(Principal::Anyone) => out.name("Principal").text("*"),
            None => {}
        }
        if !statement.resources.is_empty() {
            out.name("Resource").array(|out| {
                for resource in &statement.resources {
                    out.value(resource);
                }
            });
        }
    });
}

/// By operator, then by key.
fn conditions(out: &mut Out<'_>, conditions: &[Condition]) {
    let mut operators: BTreeMap<&str, BTreeMap<&str, &[Value]>> = BTreeMap::new();
    for condition in conditions {
        let keys = operators.entry(&condition.operator).or_default();
        keys.insert(&condition.key, &condition.values);
    }
    out.object(|out| {
        for (operator, keys) in operators {
            out.any_name(operator).object(|out| {
                for (key, values) in keys {
                    out.any_name(key);
                    match values {
                        [one] => out.value(one),
                        several => out.array(|out| several.iter().for_each(|one| out.value(one))),
                    }
                }
            });
        }
    });
}
