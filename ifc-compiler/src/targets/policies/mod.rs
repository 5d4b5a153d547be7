//! The policy of each function's role as plain IAM JSON. Input: the manifest. Output:
//! `policies/<function>.json`. What only the deployment knows stands there as in templates:
//! `${AWS::Region}`, `${OrdersTable}` for a physical name, `${KeySecret.Id}` for an attribute.

use std::collections::BTreeMap;

use ifc_catalog::infra::{Attribute, Computed, Kind, Node, StackValue, Statement, Value};
use ifc_catalog::json::to_json;
use ifc_catalog::manifest::Manifest;
use serde::Serialize;

use super::{Artifact, Target};

/// This format.
pub(super) static TARGET: Target = Target {
    name: "policies",
    emit,
};

/// One file for each function.
pub fn emit(manifest: &Manifest) -> Vec<Artifact> {
    let nodes = &manifest.infrastructure;
    let functions = nodes.values().filter_map(|node| match &node.kind {
        Kind::Function(function) => Some(&**function),
        _ => None,
    });
    functions
        .filter_map(|function| {
            let Value::Computed(Computed::Attribute { node, .. }) = &function.role else {
                return None;
            };
            let Kind::Role(role) = &nodes.get(node)?.kind else {
                return None;
            };
            let statements = role.statements.iter();
            let policy = Policy {
                statements: statements.map(|one| statement(nodes, one)).collect(),
                version: "2012-10-17",
            };
            Some(Artifact {
                path: format!("policies/{}.json", function.name),
                text: to_json(&policy),
            })
        })
        .collect()
}

/// Members in order of name.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Policy<'m> {
    #[serde(rename = "Statement")]
    statements: Vec<Allow<'m>>,
    version: &'static str,
}

/// Roles of functions have no principals and no denials.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Allow<'m> {
    action: &'m [String],
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    condition: BTreeMap<&'m str, BTreeMap<&'m str, Vec<String>>>,
    effect: &'static str,
    resource: Vec<String>,
}

fn statement<'m>(nodes: &BTreeMap<String, Node>, statement: &'m Statement) -> Allow<'m> {
    let resources = statement.resources.iter();
    let mut condition: BTreeMap<&str, BTreeMap<&str, Vec<String>>> = BTreeMap::new();
    for one in &statement.conditions {
        let values = one.values.iter().map(|value| text(nodes, value));
        let keys = condition.entry(&one.operator).or_default();
        keys.insert(&one.key, values.collect());
    }
    Allow {
        action: &statement.actions,
        condition,
        effect: "Allow",
        resource: resources
            .map(|value| by_name(nodes, text(nodes, value)))
            .collect(),
    }
}

/// A text in which the names that the compiler makes are written as names: no variable stands for
/// the part of the stack's id that is in them.
fn by_name(nodes: &BTreeMap<String, Node>, text: String) -> String {
    if !text.contains(UNIQUE) {
        return text;
    }
    let named = nodes.iter().filter_map(|(id, node)| match &node.kind {
        Kind::Bucket(bucket) => Some((id, bucket.physical_name.as_ref()?)),
        Kind::Function(function) => Some((id, function.physical_name.as_ref()?)),
        _ => None,
    });
    named.fold(text, |text, (id, name)| {
        text.replace(&self::text(nodes, name), &format!("${{{id}}}"))
    })
}

fn text(nodes: &BTreeMap<String, Node>, value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => number.to_string(),
        Value::List(values) | Value::Computed(Computed::Join(values)) => {
            values.iter().map(|value| text(nodes, value)).collect()
        }
        Value::Computed(Computed::Attribute { node, name }) => attribute(nodes, node, *name),
        Value::Computed(Computed::Parameter(name)) => format!("${{{name}}}"),
        Value::Computed(Computed::Stack(value)) => stack(*value).into(),
        Value::Computed(Computed::Part { of, index, .. }) => {
            format!(
                "${{{}[{index}]}}",
                text(nodes, of).trim_matches(['$', '{', '}'])
            )
        }
        Value::Computed(Computed::Staged { stages, otherwise }) => otherwise
            .as_deref()
            .or(stages.values().next())
            .map(|value| text(nodes, value))
            .unwrap_or_default(),
    }
}

fn attribute(nodes: &BTreeMap<String, Node>, id: &str, name: Attribute) -> String {
    const HERE: &str = "${AWS::Region}:${AWS::AccountId}";
    let arn = |rest: String| format!("arn:${{AWS::Partition}}:{rest}");
    let kind = nodes.get(id).map(|node| &node.kind);
    match (kind, name) {
        (Some(Kind::Table(_)), Attribute::Arn) => arn(format!("dynamodb:{HERE}:table/${{{id}}}")),
        (Some(Kind::Table(_)), Attribute::StreamArn) => arn(format!(
            "dynamodb:{HERE}:table/${{{id}}}/stream/${{{id}.StreamLabel}}"
        )),
        (Some(Kind::Queue(_)), Attribute::Arn) => arn(format!("sqs:{HERE}:${{{id}}}")),
        (Some(Kind::Topic(_)), Attribute::Arn) => arn(format!("sns:{HERE}:${{{id}}}")),
        (Some(Kind::Bus(_)), Attribute::Arn) => arn(format!("events:{HERE}:event-bus/${{{id}}}")),
        (Some(Kind::Bucket(_)), Attribute::Arn) => arn(format!("s3:::${{{id}}}")),
        // Its ARN ends in letters that Secrets Manager draws.
        (Some(Kind::Secret(_)), Attribute::Arn) => format!("${{{id}.Id}}"),
        (Some(Kind::Function(_)), Attribute::Arn) => {
            arn(format!("lambda:{HERE}:function:${{{id}}}"))
        }
        (Some(Kind::LogGroup(_)), Attribute::Arn) => {
            arn(format!("logs:{HERE}:log-group:${{{id}}}:*"))
        }
        (_, Attribute::Name | Attribute::Id | Attribute::Url) => format!("${{{id}}}"),
        (_, Attribute::Arn | Attribute::StreamArn | Attribute::Endpoint) => {
            format!("${{{id}.{name:?}}}")
        }
    }
}

/// [`StackValue::Unique`], for want of a variable.
const UNIQUE: &str = "${AWS::StackId}";

fn stack(value: StackValue) -> &'static str {
    match value {
        StackValue::Partition => "${AWS::Partition}",
        StackValue::Region => "${AWS::Region}",
        StackValue::Account => "${AWS::AccountId}",
        StackValue::UrlSuffix => "${AWS::URLSuffix}",
        StackValue::Name => "${AWS::StackName}",
        StackValue::Unique => UNIQUE,
    }
}
