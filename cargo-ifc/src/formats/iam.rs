//! Plain IAM policies. Region and account are `*` unless they are given: the role's account decides
//! what it may reach, and the resource's name is in the ARN.

use std::borrow::Cow;
use std::collections::BTreeMap;

use ifc_compiler::catalog::manifest::Permission;
use serde_json::{Map, Value, json};

use super::{Piece, Programs, pieces};

/// What the user knows of the deployment.
#[derive(Clone, Debug, Default)]
pub(crate) struct Deployment {
    pub(crate) region: Option<String>,
    pub(crate) account: Option<String>,
    /// Values of environment variables.
    pub(crate) environment: BTreeMap<String, String>,
}

/// One program: its policy. Several: their policies by name.
pub(crate) fn render(programs: &Programs<'_>, deployment: &Deployment) -> Value {
    let mut policies = programs
        .iter()
        .map(|(name, permissions)| ((*name).to_owned(), policy(permissions, deployment)));
    match (programs.len(), policies.next()) {
        (1, Some((_, only))) => only,
        (_, first) => first
            .into_iter()
            .chain(policies)
            .collect::<Map<_, _>>()
            .into(),
    }
}

fn policy(permissions: &[Permission], deployment: &Deployment) -> Value {
    let statements: Vec<Value> = permissions
        .iter()
        .map(|permission| {
            let permission = compared(permission, deployment);
            statement(&permission, &|pattern| arn(pattern, deployment).into())
        })
        .collect();
    json!({ "Version": "2012-10-17", "Statement": statements })
}

/// A permission whose conditions compare with patterns where a region or account is left open, since
/// `StringEquals` takes a star for a star.
fn compared<'p>(permission: &'p Permission, deployment: &Deployment) -> Cow<'p, Permission> {
    let is_open = |pattern: &str| {
        pieces(pattern).iter().any(|piece| match piece {
            Piece::Given("AWS::Region") => deployment.region.is_none(),
            Piece::Given("AWS::AccountId") => deployment.account.is_none(),
            _ => false,
        })
    };
    if !super::values(permission).any(is_open) {
        return Cow::Borrowed(permission);
    }
    let mut conditions: BTreeMap<String, Value> = BTreeMap::new();
    for (operator, keys) in &permission.conditions {
        for (key, values) in keys.as_object().into_iter().flatten() {
            let texts = values.as_array().into_iter().flatten();
            let texts: Vec<&str> = texts.filter_map(Value::as_str).collect();
            let exact = operator.ends_with("StringEquals");
            let (operator, values) = match exact && texts.iter().any(|text| is_open(text)) {
                true => (
                    operator.replace("StringEquals", "StringLike"),
                    texts.iter().map(|text| literal(text)).collect(),
                ),
                false => (operator.clone(), values.clone()),
            };
            // Both conditions on a key hold, and an operator has each key once. The other one asks
            // for the key already, so that the ending changes nothing.
            let is_taken = conditions
                .get(&operator)
                .is_some_and(|keys| keys.get(key).is_some());
            let operator = match is_taken {
                true => format!("{operator}IfExists"),
                false => operator,
            };
            conditions.entry(operator).or_insert_with(|| json!({}))[key] = values;
        }
    }
    Cow::Owned(Permission {
        conditions,
        ..permission.clone()
    })
}

/// A text in which IAM sees no wildcards.
fn literal(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['*', '?']) {
        let is_escaped = rest[..at].ends_with("${");
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        match is_escaped {
            true => out.push_str(&from[..1]),
            false => out.extend(["${", &from[..1], "}"]),
        }
        rest = &from[1..];
    }
    out + rest
}

/// A statement; a single value needs no list. `spell` writes a pattern.
pub(super) fn statement(permission: &Permission, spell: &dyn Fn(&str) -> Value) -> Value {
    let one_or_all = |list: Vec<Value>| match list.as_slice() {
        [only] => only.clone(),
        _ => Value::Array(list),
    };
    let actions = permission.actions.iter().cloned().map(Value::from);
    let mut statement = Map::new();
    statement.insert("Effect".into(), "Allow".into());
    statement.insert("Action".into(), one_or_all(actions.collect()));
    let resources = permission.resources.iter().map(|pattern| spell(pattern));
    statement.insert("Resource".into(), one_or_all(resources.collect()));
    if !permission.conditions.is_empty() {
        let conditions = permission.conditions.iter();
        let conditions =
            conditions.map(|(operator, keys)| (operator.clone(), spelled(keys, spell)));
        statement.insert("Condition".into(), Value::Object(conditions.collect()));
    }
    Value::Object(statement)
}

/// The keys of an operator with their values.
fn spelled(keys: &Value, spell: &dyn Fn(&str) -> Value) -> Value {
    match keys {
        Value::String(pattern) => spell(pattern),
        Value::Array(list) => list.iter().map(|one| spelled(one, spell)).collect(),
        Value::Object(keys) => keys
            .iter()
            .map(|(key, values)| (key.clone(), spelled(values, spell)))
            .collect(),
        other => other.clone(),
    }
}

fn arn(pattern: &str, deployment: &Deployment) -> String {
    let mut arn = String::new();
    for piece in pieces(pattern) {
        match piece {
            Piece::Text(text) => arn.push_str(text),
            Piece::Given(name) => {
                arn.push_str(match name {
                    "AWS::Partition" => "aws",
                    "AWS::Region" => deployment.region.as_deref().unwrap_or("*"),
                    _ => deployment.account.as_deref().unwrap_or("*"),
                });
            }
            Piece::Variable(name) => match deployment.environment.get(name) {
                // A variable may hold a whole ARN where a name is expected.
                Some(value) if value.starts_with("arn:") => arn = value.clone(),
                Some(value) => arn.push_str(value),
                None => {
                    arn.push_str("${env:");
                    arn.push_str(name);
                    arn.push('}');
                }
            },
        }
    }
    arn
}

#[cfg(test)]
mod tests {
    use super::*;

    fn permission(action: &str, resource: &str) -> Permission {
        Permission {
            actions: vec![action.to_owned().into()],
            resources: vec![resource.to_owned()],
            ..Permission::default()
        }
    }

    #[test]
    fn a_policy_to_paste() {
        let permissions = [permission(
            "dynamodb:PutItem",
            "arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${env:TABLE}",
        )];
        let programs = Programs::from([("api", permissions.as_slice())]);
        let deployment = Deployment {
            region: Some("eu-west-1".into()),
            environment: BTreeMap::from([("TABLE".into(), "orders".into())]),
            ..Deployment::default()
        };
        let expected = json!({
            "Version": "2012-10-17",
            "Statement": [{
                "Effect": "Allow",
                "Action": "dynamodb:PutItem",
                "Resource": "arn:aws:dynamodb:eu-west-1:*:table/orders",
            }],
        });
        assert_eq!(render(&programs, &deployment), expected);
        let open = render(&programs, &Deployment::default());
        let resource = &open["Statement"][0]["Resource"];
        assert_eq!(resource, "arn:aws:dynamodb:*:*:table/${env:TABLE}");
    }

    #[test]
    fn conditions_are_filled_in_too() {
        let permissions = [Permission {
            conditions: [(
                "StringLike".to_owned(),
                json!({ "s3:prefix": ["${env:STAGE}/${*}/*"] }),
            )]
            .into(),
            ..permission("s3:ListBucket", "arn:${AWS::Partition}:s3:::files")
        }];
        let programs = Programs::from([("api", permissions.as_slice())]);
        let deployment = Deployment {
            environment: BTreeMap::from([("STAGE".into(), "live".into())]),
            ..Deployment::default()
        };
        let conditions = &render(&programs, &deployment)["Statement"][0]["Condition"];
        assert_eq!(
            *conditions,
            json!({ "StringLike": { "s3:prefix": ["live/${*}/*"] } })
        );
    }

    #[test]
    fn what_is_left_open_is_compared_with_patterns() {
        let permissions = [Permission {
            conditions: [(
                "StringEquals".to_owned(),
                json!({
                    "kms:ViaService": ["s3.${AWS::Region}.amazonaws.com", "a*b"],
                    "s3:prefix": ["in"],
                }),
            )]
            .into(),
            ..permission("kms:Decrypt", "arn:${AWS::Partition}:kms:::key/k")
        }];
        let programs = Programs::from([("api", permissions.as_slice())]);
        let conditions = |deployment: &Deployment| {
            render(&programs, deployment)["Statement"][0]["Condition"].clone()
        };
        assert_eq!(
            conditions(&Deployment::default()),
            json!({
                "StringEquals": { "s3:prefix": ["in"] },
                "StringLike": { "kms:ViaService": ["s3.*.amazonaws.com", "a${*}b"] },
            })
        );
        let here = Deployment {
            region: Some("eu-west-1".into()),
            ..Deployment::default()
        };
        assert_eq!(
            conditions(&here),
            json!({ "StringEquals": {
                "kms:ViaService": ["s3.eu-west-1.amazonaws.com", "a*b"],
                "s3:prefix": ["in"],
            }})
        );
    }

    #[test]
    fn both_conditions_on_a_key_stay() {
        let key = |pattern: &str| json!({ "kms:ViaService": [pattern] });
        let permissions = [Permission {
            conditions: [
                (
                    "StringEquals".to_owned(),
                    key("s3.${AWS::Region}.amazonaws.com"),
                ),
                ("StringLike".to_owned(), key("s3.*")),
            ]
            .into(),
            ..permission("kms:Decrypt", "arn:${AWS::Partition}:kms:::key/k")
        }];
        let programs = Programs::from([("api", permissions.as_slice())]);
        let policy = render(&programs, &Deployment::default());
        assert_eq!(
            policy["Statement"][0]["Condition"],
            json!({
                "StringLike": key("s3.*.amazonaws.com"),
                "StringLikeIfExists": key("s3.*"),
            })
        );
    }

    #[test]
    fn several_programs_by_name() {
        let permissions = [permission("s3:ListAllMyBuckets", "*")];
        let programs = Programs::from([("a", permissions.as_slice()), ("b", &[])]);
        let all = render(&programs, &Deployment::default());
        assert_eq!(all["a"]["Statement"][0]["Resource"], "*");
        assert_eq!(all["b"]["Statement"], json!([]));
    }
}
