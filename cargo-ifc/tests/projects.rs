//! `cargo ifc policy` as users call it, in projects on disk that know nothing of this product.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

const WORKSPACE: &str = "[workspace]\nmembers = [\"api\", \"core\", \"tool\"]\nresolver = \"2\"\n";

const API: &str = "[package]\nname = \"api\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\n\
[dependencies]\naws-sdk-dynamodb = \"1\"\ncore = { path = \"../core\", package = \"shop-core\" }\n\n\
[features]\nadmin = []\n\n\
[[bin]]\nname = \"admin-task\"\npath = \"src/bin/admin.rs\"\nrequired-features = [\"admin\"]\n";

const MAIN: &str = r#"use aws_sdk_dynamodb::Client;

#[tokio::main]
async fn main() {
    let client = Client::new(&aws_config::load_from_env().await);
    core::store::save(&client).await;
}
"#;

const READ: &str = r#"use aws_sdk_dynamodb::Client;

#[tokio::main]
async fn main() {
    let client: Client = Client::new(&aws_config::load_from_env().await);
    let _ = client.get_item().table_name("orders").send().await;
    let _ = client.operation_of_tomorrow().send().await;
}
"#;

const ADMIN: &str = r#"use aws_sdk_dynamodb::Client;

fn main() {}

pub async fn erase(client: &Client) {
    let _ = client.delete_table().table_name("orders").send().await;
}
"#;

const STORE: &str = r#"pub mod store {
    use aws_sdk_dynamodb::Client;

    pub async fn save(client: &Client) {
        let _ = client.put_item().table_name("orders").send().await;
    }
}
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
    let core = "[package]\nname = \"shop-core\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\n[dependencies]\naws-sdk-dynamodb = \"1\"\n";
    let tool = "[package]\nname = \"tool\"\nversion = \"0.1.0\"\nedition = \"2021\"\n";
    for (path, text) in [
        ("Cargo.toml", WORKSPACE),
        ("api/Cargo.toml", API),
        ("api/src/main.rs", MAIN),
        ("api/src/bin/read.rs", READ),
        ("api/src/bin/admin.rs", ADMIN),
        ("core/Cargo.toml", core),
        ("core/src/lib.rs", STORE),
        ("tool/Cargo.toml", tool),
        ("tool/src/main.rs", "fn main() {}\n"),
    ] {
        let path = root.join(path);
        fs::create_dir_all(path.parent().expect("it has one")).expect("writable");
        fs::write(path, text).expect("writable");
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
    Ran {
        code: output.status.code(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

fn report(ran: &Ran) -> Value {
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    serde_json::from_str(&ran.stdout).expect("stdout is one object")
}

#[test]
fn every_binary_of_a_workspace_has_its_own_policy() {
    let root = project("workspace");
    let report = report(&policy(&root, &["--message-format", "json"]));
    let functions = report["functions"].as_object().expect("an object");
    let names: Vec<&String> = functions.keys().collect();
    assert_eq!(names, ["api", "read"], "the tool uses nothing of AWS");
    assert_eq!(
        functions["api"]["permissions"],
        json!([{
            "actions": ["dynamodb:PutItem"],
            "resources": ["arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/orders"],
            "why": [{
                "function": "shop_core::store::save",
                "span": "core/src/lib.rs:5:24",
                "path": [
                    { "function": "main", "span": "api/src/main.rs:6:5" },
                    { "function": "shop_core::store::save", "span": "core/src/lib.rs:5:24" }
                ]
            }]
        }])
    );
    let unresolved = &functions["read"]["unresolved"];
    assert_eq!(unresolved[0]["code"], "IFC0406");
    assert_eq!(unresolved[0]["span"], "api/src/bin/read.rs:7:20");
    assert!(
        unresolved[0]["cost"]
            .as_str()
            .is_some_and(|cost| cost.contains("missing"))
    );
    assert!(
        unresolved[0]["fix"]
            .as_array()
            .is_some_and(|fix| !fix.is_empty())
    );
}

#[test]
fn one_package_one_binary_or_one_function() {
    let root = project("one");
    let manifest = [
        "--manifest-path",
        "api/Cargo.toml",
        "--message-format",
        "json",
    ];
    let of_package = report(&policy(&root, &manifest));
    let why = &of_package["functions"]["api"]["permissions"][0]["why"][0];
    assert_eq!(
        why["span"], "../core/src/lib.rs:5:24",
        "relative to the package"
    );

    let only = report(&policy(
        &root,
        &[&manifest[..], &["--bin", "read"]].concat(),
    ));
    assert_eq!(only["functions"].as_object().map(|f| f.len()), Some(1));

    let entry = ["--entry", "erase", "--features", "admin"];
    let entry = report(&policy(&root, &[&manifest[..], &entry].concat()));
    let action = &entry["functions"]["erase"]["permissions"][0]["actions"][0];
    assert_eq!(action, "dynamodb:DeleteTable");

    let wrong = policy(&root, &["--bin", "reed"]);
    assert_eq!(wrong.code, Some(2));
    assert!(
        wrong.stderr.contains("no binary `reed`"),
        "{}",
        wrong.stderr
    );
    let wrong = policy(&root, &["--entry", "core::store::sav"]);
    assert_eq!(wrong.code, Some(2));
    assert!(wrong.stderr.contains("no function"), "{}", wrong.stderr);
}

#[test]
fn what_is_unresolved_fails_only_when_that_is_asked_for() {
    let root = project("deny");
    let ran = policy(&root, &[]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(ran.stdout.contains("dynamodb:PutItem"), "{}", ran.stdout);
    assert!(
        ran.stderr.contains("operation_of_tomorrow"),
        "{}",
        ran.stderr
    );
    assert!(ran.stderr.contains("1 unresolved place"), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("`admin-task` is left out"),
        "{}",
        ran.stderr
    );
    let ran = policy(&root, &["--deny", "unresolved"]);
    assert_eq!(ran.code, Some(1));
    let ran = policy(&root, &["--deny", "unresolved", "--bin", "api"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
}
