//! Statements that use resources, and what AWS checks for each: written from AWS's documentation,
//! not from the compiler's tables.

use std::collections::BTreeSet;
use std::fmt::Write;

use crate::resources::Resource;
use ifc_tests::random::Random;

/// An action and what it applies to, as the manifest writes it.
pub(crate) type Right = (String, String);

pub(crate) fn right(action: &str, on: impl Into<String>) -> Right {
    (action.to_owned(), on.into())
}

/// Statements that use resources, some of them in branches.
pub(crate) fn body(
    random: &mut Random,
    resources: &[Resource],
    rights: &mut BTreeSet<Right>,
) -> String {
    let mut out = String::new();
    for _ in 0..random.below(7) {
        let resource = random.pick(resources);
        let Some(call) = call(random, resource, rights) else {
            continue;
        };
        let _ = match random.below(3) {
            0 => writeln!(out, "    if std::env::args().count() > 1 {{ {call}; }}"),
            1 => writeln!(out, "    for _ in 0..3 {{ {call}; }}"),
            _ => writeln!(out, "    {call};"),
        };
    }
    out
}

/// One operation, and what AWS checks for it.
fn call(random: &mut Random, on: &Resource, rights: &mut BTreeSet<Right>) -> Option<String> {
    let (id, kind, ty) = (&on.name, on.kind, &on.payload);
    let it = format!("&make::<{ty}>()");
    let key = match on.sorted {
        true => "(make(), make())",
        false => "make::<String>()",
    };
    let label = format!("{kind}:{id}");
    let mut needs = |action: &str, below: &str| {
        rights.insert(right(action, format!("{label}{below}")));
    };
    let (call, action) = match kind {
        "table" => match random.below(18) {
            0 => (format!("put({it}).await?"), "dynamodb:PutItem"),
            1 => (format!("put_new({it}).await?"), "dynamodb:PutItem"),
            2 => (
                format!("put_if({it}, attr(\"id\").exists()).await?"),
                "dynamodb:PutItem",
            ),
            3 => (format!("get({key}).await?"), "dynamodb:GetItem"),
            4 => (
                format!("get({key}).consistent().await?"),
                "dynamodb:GetItem",
            ),
            5 => (
                format!("update({key}, Update::new().set(\"n\", 1)).await?"),
                "dynamodb:UpdateItem",
            ),
            6 => (
                format!(
                    "update_if({key}, Update::new().set(\"n\", 1), attr(\"id\").exists()).await?"
                ),
                "dynamodb:UpdateItem",
            ),
            7 => (format!("delete({key}).await?"), "dynamodb:DeleteItem"),
            8 => (
                format!("delete_if({key}, attr(\"id\").exists()).await?"),
                "dynamodb:DeleteItem",
            ),
            9 => (
                "query(make::<String>()).all().await?".to_owned(),
                "dynamodb:Query",
            ),
            10 => ("scan().limit(5).page().await?".to_owned(), "dynamodb:Scan"),
            11 => (format!("get_many([{key}]).await?"), "dynamodb:BatchGetItem"),
            12 => (
                format!("put_many([{it}]).await?"),
                "dynamodb:BatchWriteItem",
            ),
            13 => (
                format!("delete_many([{key}]).await?"),
                "dynamodb:BatchWriteItem",
            ),
            at @ (14 | 15) => {
                let index = random
                    .pick(&on.indexes.first().map(|_| on.indexes.clone())?)
                    .clone();
                let (call, action) = match at {
                    14 => (
                        format!("query_index(\"{index}\", 1).all().await?"),
                        "dynamodb:Query",
                    ),
                    _ => (
                        format!("scan_index(\"{index}\").all().await?"),
                        "dynamodb:Scan",
                    ),
                };
                needs(action, &format!("/index/{index}"));
                return Some(format!("{id}.{call}"));
            }
            16 => {
                let (step, action) = match random.below(5) {
                    0 => (format!("put(&{id}, {it})"), "PutItem"),
                    1 => (format!("put_new(&{id}, {it})"), "PutItem"),
                    2 => (
                        format!("update(&{id}, {key}, Update::new().set(\"n\", 1))"),
                        "UpdateItem",
                    ),
                    3 => (format!("delete(&{id}, {key})"), "DeleteItem"),
                    _ => (
                        format!("check(&{id}, {key}, attr(\"id\").exists())"),
                        "ConditionCheckItem",
                    ),
                };
                needs(&format!("dynamodb:{action}"), "");
                return Some(format!("Transaction::new().{step}.commit().await?"));
            }
            _ => {
                needs("dynamodb:GetItem", "");
                return Some(format!(
                    "ReadTransaction::new().get(&{id}, {key}).commit().await?"
                ));
            }
        },
        "queue" if random.chance(20) => ("depth().await?".to_owned(), "sqs:GetQueueAttributes"),
        "queue" => {
            let call = match (on.fifo, random.below(3)) {
                (true, 0) => format!("send_in(\"g\", {it}).await?"),
                (true, 1) => format!("send_in_once(\"g\", \"once\", {it}).await?"),
                (true, _) => format!("send_many_in(\"g\", [{it}]).await?"),
                (false, 0) => format!("send({it}).await?"),
                (false, 1) => format!("send_after({it}, std::time::Duration::from_secs(3)).await?"),
                (false, _) => format!("send_many([{it}]).await?"),
            };
            (call, "sqs:SendMessage")
        }
        "topic" => {
            let call = match (on.fifo, random.below(3)) {
                (true, 0) => format!("publish_in(\"g\", {it}).await?"),
                (true, _) => format!("publish_in_once(\"g\", \"once\", {it}).await?"),
                (false, 0) => format!("publish({it}).await?"),
                (false, 1) => format!("publish_with({it}, [(\"kind\", \"late\")]).await?"),
                (false, _) => format!("publish_many([{it}]).await?"),
            };
            (call, "sns:Publish")
        }
        "bus" => {
            let event = format!("&{ty}::{} {{ id: make() }}", random.pick(&on.variants));
            let call = match random.chance(50) {
                true => format!("publish({event}).await?"),
                false => format!("publish_many([{event}]).await?"),
            };
            (call, "events:PutEvents")
        }
        "bucket" => return Some(format!("{id}.{}", object(random, &mut needs))),
        "secret" | "parameter" => {
            let (get, set) = match kind {
                "secret" => (
                    "secretsmanager:GetSecretValue",
                    "secretsmanager:PutSecretValue",
                ),
                _ => ("ssm:GetParameter", "ssm:PutParameter"),
            };
            match random.chance(60) {
                true => ("get().await?".to_owned(), get),
                false => ("set(&make::<String>()).await?".to_owned(), set),
            }
        }
        _ => match random.chance(50) {
            true => ("invoke(&make()).await?".to_owned(), "lambda:InvokeFunction"),
            false => ("send(&make()).await?".to_owned(), "lambda:InvokeFunction"),
        },
    };
    needs(action, "");
    Some(format!("{id}.{call}"))
}

/// An operation on objects.
fn object(random: &mut Random, needs: &mut impl FnMut(&str, &str)) -> String {
    let (key, below) = *random.pick(&[
        ("\"a.png\"", "/a.png"),
        ("format!(\"in/{}\", 1)", "/in/*"),
        ("make::<String>()", "/*"),
    ]);
    let (call, action) = match random.below(10) {
        0 => ("get({}).await?", "s3:GetObject"),
        1 => ("get_range({}, 0..9).await?", "s3:GetObject"),
        2 => ("head({}).await?", "s3:GetObject"),
        3 => (
            "presign_get({}, std::time::Duration::from_secs(9)).await?",
            "s3:GetObject",
        ),
        4 => ("put({}, \"text\").await?", "s3:PutObject"),
        5 => (
            "put_with({}, \"text\", PutOptions::new().only_new()).await?",
            "s3:PutObject",
        ),
        6 => (
            "presign_put({}, std::time::Duration::from_secs(9)).await?",
            "s3:PutObject",
        ),
        7 => ("delete({}).await?", "s3:DeleteObject"),
        8 => {
            needs("s3:ListBucket", "");
            return format!("list({key}).all().await?");
        }
        _ => {
            needs("s3:PutObject", "/copy");
            ("copy({}, \"copy\").await?", "s3:GetObject")
        }
    };
    needs(action, below);
    call.replace("{}", key)
}
