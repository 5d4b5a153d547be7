//! Needs without an operation of the SDK.

use super::super::companions::{COMPANIONS, Given, Need, Origin, has_crate, of_path, of_url};
use super::*;

fn of(path: &str, given: &[(Origin, &str)]) -> Vec<String> {
    let companion = of_path(path).unwrap_or_else(|| panic!("nothing is known of {path}"));
    let given = |from| {
        let found = given.iter().find(|(of, _)| *of == from);
        found.map_or(Given::No, |(_, text)| Given::Values(vec![value(text)]))
    };
    lines(&companion.permissions(&given))
}

#[test]
fn the_list_is_in_order_and_of_things_that_exist() {
    assert!(COMPANIONS.is_sorted_by(|a, b| a.path < b.path));
    for companion in COMPANIONS {
        for need in companion.needs {
            match need {
                Need::Call {
                    service,
                    method,
                    members,
                } => {
                    let operation = operation(service, method);
                    let operation =
                        operation.unwrap_or_else(|| panic!("{service} has no {method}"));
                    let paths: Vec<&str> = operation.member_paths().collect();
                    for (path, _) in *members {
                        assert!(paths.contains(path), "{service} {method} {path}");
                    }
                }
                Need::Action { action, resource } => {
                    assert!(action_exists(action), "{action}");
                    assert!(resource.starts_with("arn:"));
                }
                Need::Unknown { because, usual } => {
                    assert!(!because.is_empty());
                    assert!(
                        usual.iter().all(|action| action_exists(action)),
                        "{usual:?}"
                    );
                }
            }
        }
    }
}

#[test]
fn cached_secrets_are_read_and_described() {
    let get = "aws_secretsmanager_caching::SecretsManagerCachingClient::get_secret_value";
    let arn = "arn:P:secretsmanager:R:A:secret:db-??????";
    assert_eq!(
        of(get, &[(Origin::Argument(0), "db")]),
        [
            format!("secretsmanager:DescribeSecret {arn}"),
            format!("secretsmanager:GetSecretValue {arn}")
        ]
    );
}

#[test]
fn tokens_of_databases_need_their_connection() {
    let tokens = "auth_token::AuthTokenGenerator";
    let rds = of(&format!("aws_sdk_rds::{tokens}::auth_token"), &[]);
    assert_eq!(rds, ["rds-db:connect arn:P:rds-db:R:A:dbuser:*/*"]);
    let dsql = of(
        &format!("aws_sdk_dsql::{tokens}::db_connect_auth_token"),
        &[],
    );
    assert_eq!(dsql, ["dsql:DbConnect arn:P:dsql:R:A:cluster/*"]);
    let admin = of(
        &format!("aws_sdk_dsql::{tokens}::db_connect_admin_auth_token"),
        &[],
    );
    assert_eq!(admin, ["dsql:DbConnectAdmin arn:P:dsql:R:A:cluster/*"]);
}

#[test]
fn roles_are_assumed_by_providers() {
    let role = "arn:aws:iam::111122223333:role/reader";
    let found = of(
        "aws_config::sts::AssumeRoleProvider::builder",
        &[(Origin::Argument(0), role)],
    );
    assert_eq!(found, [format!("sts:AssumeRole {role}")]);
}

#[test]
fn transfers_are_calls_of_s3() {
    let object = [
        (Origin::Setter("bucket"), "docs"),
        (Origin::Setter("key"), "a"),
    ];
    let on = |actions: &[&str]| -> Vec<String> {
        actions
            .iter()
            .map(|action| format!("s3:{action} arn:P:s3:::docs/a"))
            .collect()
    };
    let client = "aws_sdk_s3_transfer_manager::Client";
    assert_eq!(
        of(&format!("{client}::download"), &object),
        on(&["GetObject"])
    );
    assert_eq!(
        of(&format!("{client}::upload"), &object),
        on(&["AbortMultipartUpload", "PutObject"])
    );
    let all = of(&format!("{client}::download_objects"), &object[..1]);
    assert_eq!(
        all,
        [
            "s3:GetObject arn:P:s3:::docs/*",
            "s3:ListBucket arn:P:s3:::docs"
        ]
    );
}

#[test]
fn extensions_are_asked_by_url() {
    let of = |url: &str| of_url(&value(url)).map(|found| lines(&found));
    let secret = of("http://localhost:2773/secretsmanager/get?secretId=<SECRET_ARN>");
    assert_eq!(
        secret.as_deref(),
        Some(&["secretsmanager:GetSecretValue ${env:SECRET_ARN}".to_owned()][..])
    );
    let parameter = of(
        "http://localhost:<>/systemsmanager/parameters/get?withDecryption=true&name=%2Fshop%2Fkey",
    );
    assert_eq!(
        parameter.as_deref(),
        Some(&["ssm:GetParameter arn:P:ssm:R:A:parameter/shop/key".to_owned()][..])
    );
    let any = of("http://127.0.0.1:2773/systemsmanager/parameters/get");
    assert_eq!(
        any.as_deref(),
        Some(&["ssm:GetParameter arn:P:ssm:R:A:parameter/*".to_owned()][..])
    );
    let flags =
        of("http://localhost:2772/applications/shop/environments/prod/configurations/flags")
            .unwrap_or_default();
    assert_eq!(flags.len(), 2);
    assert!(
        flags.iter().all(|line| line.starts_with("appconfig:")),
        "{flags:?}"
    );
    assert_eq!(of("http://localhost:8080/orders"), None);
    assert_eq!(of("https://example.org/secretsmanager/get"), None);
}

#[test]
fn what_cannot_be_known_says_why() {
    for path in [
        "deltalake::open_table",
        "object_store::aws::AmazonS3Builder::from_env",
        "modyne::model::Get::execute",
    ] {
        let companion = of_path(path).unwrap_or_else(|| panic!("nothing is known of {path}"));
        assert!(companion.unknown().is_some(), "{path}");
    }
    assert!(of_path("serde_json::from_str").is_none());
    assert!(has_crate("deltalake") && !has_crate("serde_json"));
}
