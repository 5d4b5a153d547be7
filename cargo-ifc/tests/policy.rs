//! `cargo ifc policy` in a project that knows nothing of ifc: what it prints for people and tools, the
//! languages that it writes, and the comparison with the project's template.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

const MANIFEST: &str = r#"[package]
name = "shop"
version = "0.1.0"
edition = "2024"

[dependencies]
aws-sdk-dynamodb = "1"
aws-sdk-s3 = "1"
lambda_runtime = "1"

[workspace]
"#;

const SAVE: &str = r#"use aws_sdk_dynamodb::Client;

async fn save(client: &Client, table: &str) {
    let _ = client.put_item().table_name(table).send().await;
}

#[tokio::main]
async fn main() {
    let client = Client::new(&aws_config::load_from_env().await);
    let table = std::env::var("TABLE_NAME").unwrap();
    save(&client, &table).await;
}
"#;

const REPORT: &str = r#"fn main() {
    let client = aws_sdk_s3::Client::from_conf(config());
    let _ = client.get_object().bucket("reports").key("daily.csv").send();
}
"#;

const TEMPLATE: &str = r#"Resources:
  Orders:
    Type: AWS::Serverless::SimpleTable
  SaveFunction:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: target/lambda/save/
      Environment:
        Variables:
          TABLE_NAME: !Ref Orders
      Policies:
        - Statement:
            Effect: Allow
            Action: [dynamodb:PutItem, dynamodb:GetItem, dynamodb:PutItems]
            Resource: !GetAtt Orders.Arn
  Nightly:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: nightly.zip
"#;

struct Ran {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

fn project(name: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("policy")
        .join(name);
    if root.exists() {
        fs::remove_dir_all(&root).expect("the folder is this test's own");
    }
    fs::create_dir_all(root.join("src/bin")).expect("writable");
    for (path, text) in [
        ("Cargo.toml", MANIFEST),
        ("src/bin/save.rs", SAVE),
        ("src/bin/report.rs", REPORT),
        ("template.yaml", TEMPLATE),
    ] {
        fs::write(root.join(path), text).expect("writable");
    }
    root
}

fn policy(root: &Path, arguments: &[&str]) -> Ran {
    let output = Command::new(env!("CARGO_BIN_EXE_cargo-ifc"))
        .arg("policy")
        .args(arguments)
        .current_dir(root)
        .output()
        .expect("it runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("it is text");
    Ran {
        code: output.status.code(),
        stdout: text(output.stdout),
        stderr: text(output.stderr),
    }
}

fn json_of(ran: &Ran) -> Value {
    serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {}", ran.stdout))
}

const TABLE: &str =
    "arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${env:TABLE_NAME}";

#[test]
fn people_see_the_calls() {
    let ran = policy(&project("people"), &["--bin", "save"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(
        ran.stdout.contains(&format!("dynamodb:PutItem on {TABLE}")),
        "{}",
        ran.stdout
    );
    assert!(ran.stdout.contains("`main` calls `save`"), "{}", ran.stdout);
    assert!(
        ran.stdout.contains("--> src/bin/save.rs:"),
        "{}",
        ran.stdout
    );
}

#[test]
fn tools_get_the_manifests_shape() {
    let ran = policy(&project("tools"), &["--message-format", "json"]);
    let report = json_of(&ran);
    let save = &report["functions"]["save"];
    assert_eq!(
        save["permissions"][0]["actions"],
        json!(["dynamodb:PutItem"])
    );
    assert_eq!(save["permissions"][0]["resources"], json!([TABLE]));
    assert_eq!(save["permissions"][0]["why"][0]["function"], "save");
    assert_eq!(save["unresolved"], json!([]));
    let resources = &report["functions"]["report"]["permissions"][0]["resources"];
    assert_eq!(
        *resources,
        json!(["arn:${AWS::Partition}:s3:::reports/daily.csv"])
    );
}

#[test]
fn policies_are_ready_to_paste() {
    let root = project("paste");
    let arguments = [
        "--bin",
        "save",
        "--format",
        "iam",
        "--env",
        "TABLE_NAME=orders",
    ];
    let iam = json_of(&policy(
        &root,
        &[&arguments[..], &["--region", "eu-west-1"]].concat(),
    ));
    let statement = &iam["Statement"][0];
    assert_eq!(statement["Action"], "dynamodb:PutItem");
    assert_eq!(
        statement["Resource"],
        "arn:aws:dynamodb:eu-west-1:*:table/orders"
    );

    let open = policy(&root, &arguments[..4]);
    assert!(
        open.stdout.contains("table/${env:TABLE_NAME}"),
        "{}",
        open.stdout
    );
    assert!(
        open.stderr.contains("--env TABLE_NAME=VALUE"),
        "{}",
        open.stderr
    );

    let template = json_of(&policy(&root, &["--format", "cloudformation"]));
    let resources = template["Resources"].as_object().expect("there are some");
    assert_eq!(
        resources.keys().collect::<Vec<_>>(),
        ["ReportPolicy", "SavePolicy"]
    );
    assert_eq!(template["Parameters"]["TableName"]["Type"], "String");

    let terraform = policy(&root, &["--format", "terraform"]).stdout;
    assert!(
        terraform.contains("data \"aws_iam_policy_document\" \"save\""),
        "{terraform}"
    );
    assert!(terraform.contains("table/${var.table_name}"), "{terraform}");
}

#[test]
fn roles_are_compared_with_the_code() {
    let root = project("compare");
    let arguments = ["--compare", "template.yaml", "--message-format", "json"];
    let ran = policy(&root, &arguments);
    // An action that does not exist is an error.
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    let compared = &json_of(&ran)["compare"];
    let save = &compared["functions"]["SaveFunction"];
    assert_eq!(save["program"], "save");
    assert_eq!(save["missing_grants"], json!([]));
    assert_eq!(
        save["over_grants"][0]["actions"],
        json!(["dynamodb:GetItem"])
    );
    assert_eq!(save["over_grants"][0]["span"], "template.yaml:14:40");
    let unknown = json!([{ "action": "dynamodb:PutItems", "span": "template.yaml:14:58" }]);
    assert_eq!(save["unknown_actions"], unknown);
    // `nightly.zip` names no binary.
    assert_eq!(compared["messages"][0]["code"], "IFC0546");

    let arguments = [&arguments[..], &["--function", "Nightly=report"]].concat();
    let compared = &json_of(&policy(&root, &arguments))["compare"];
    let missing = &compared["functions"]["Nightly"]["missing_grants"][0];
    assert_eq!(missing["action"], "s3:GetObject");
    assert_eq!(missing["span"], "src/bin/report.rs:3:20");

    let people = policy(&root, &["--compare", "template.yaml"]);
    assert!(
        people.stderr.contains("warning[IFC0542]"),
        "{}",
        people.stderr
    );
    assert!(
        people
            .stderr
            .contains("AWS has no action `dynamodb:PutItems`"),
        "{}",
        people.stderr
    );
    assert!(
        people
            .stdout
            .contains("SaveFunction (runs save): 0 missing"),
        "{}",
        people.stdout
    );
}

#[test]
fn what_cannot_be_read_is_a_usage_error() {
    let root = project("usage");
    for arguments in [
        &["--compare", "none.yaml"][..],
        &["--env", "TABLE"],
        &["--function", "a=b"],
        &["--bin", "none"],
        &["--compare", "src"],
        &["--region", "eu-central-1"],
        &["--env", "TABLE=a", "--format", "terraform"],
        &["--format", "iam", "--region", "Europe"],
        &["--format", "iam", "--account", "1234"],
        &["--format", "iam", "--env", "TABLE=a", "--env", "TABLE=b"],
    ] {
        assert_eq!(policy(&root, arguments).code, Some(2), "{arguments:?}");
    }
}
