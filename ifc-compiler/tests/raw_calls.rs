//! Raw SDK calls inside annotated applications: permissions in the manifest, statements in the
//! policies and in the template.

mod support;

use ifc_compiler::Compilation;
use ifc_compiler::catalog::manifest::Permission;
use ifc_compiler::testing::Fixture;
use ifc_compiler::world::Dependency;
use serde_json::Value;
use support::compile;

const APPLICATION: &str = r#"//- /src/main.rs uses:aws-sdk-cloudwatch
use aws_sdk_dynamodb::Client;
use ifc_runtime::prelude::*;

ifc_runtime::main!();

#[derive(Clone, Serialize, Deserialize, Item)]
pub struct Order {
    #[item(partition_key)]
    pub id: String,
    #[item(index = "by_customer")]
    pub customer: String,
}

#[resource]
pub static ORDERS: Table<Order> = Table::new();

#[resource]
pub static FILES: Bucket = Bucket::new();

async fn dynamodb() -> Client {
    Client::new(&aws_config::load_from_env().await)
}

#[on(http(POST, "/orders"))]
async fn place(Json(order): Json<Order>) -> Result<()> {
    save(&dynamodb().await, &order).await;
    Ok(())
}

async fn save(client: &Client, _order: &Order) {
    let _ = client.put_item().table_name(ORDERS.name()).send().await;
}

#[on(http(GET, "/orders"))]
async fn list() -> Result<()> {
    let client = dynamodb().await;
    let query = client.query().table_name(ORDERS.name()).index_name("by_customer");
    let _ = query.send().await;
    Ok(())
}

#[on(http(GET, "/files"))]
#[function(env(OTHER_TABLE = "others"))]
async fn files() -> Result<()> {
    let s3 = aws_sdk_s3::Client::new(&aws_config::load_from_env().await);
    let _ = s3.get_object().bucket(FILES.name()).key("reports/a.pdf").send().await;
    let metrics = aws_sdk_cloudwatch::Client::new(&aws_config::load_from_env().await);
    let _ = metrics.put_metric_data().namespace("Shop").send().await;
    let table = std::env::var("OTHER_TABLE").unwrap();
    let _ = dynamodb().await.scan().table_name(table).send().await;
    let unset = std::env::var("NOBODY_SETS_THIS").unwrap();
    let _ = dynamodb().await.get_item().table_name(unset).send().await;
    Ok(())
}

#[on(http(GET, "/nothing"))]
async fn nothing() -> Result<()> {
    Ok(())
}
"#;

fn application() -> Compilation {
    let compilation = compile(APPLICATION);
    let errors: Vec<&String> = compilation.errors().map(|error| &error.message).collect();
    assert!(errors.is_empty(), "{errors:?}");
    compilation
}

fn granted(permissions: &[Permission], action: &str) -> Vec<String> {
    let allows = |one: &&Permission| one.actions.iter().any(|name| name == action);
    let found = permissions.iter().filter(allows);
    found.flat_map(|one| one.resources.clone()).collect()
}

fn artifact(compilation: &Compilation, path: &str) -> Value {
    let mut artifacts = compilation.artifacts.iter();
    let artifact = artifacts.find(|artifact| artifact.path == path);
    serde_json::from_str(&artifact.expect("it is emitted").text).expect("JSON")
}

#[test]
fn the_manifest_names_the_resource_behind_a_handles_name() {
    let compilation = application();
    let functions = &compilation.manifest.functions;
    let place = &functions["place"].permissions;
    assert_eq!(granted(place, "dynamodb:PutItem"), ["table:ORDERS"]);
    let put = place.iter().find(|p| p.actions == ["dynamodb:PutItem"]);
    let why = &put.expect("it is there").why[0];
    assert_eq!((why.function.as_str(), why.path.len()), ("save", 2));
    let list = &functions["list"].permissions;
    assert_eq!(
        granted(list, "dynamodb:Query"),
        ["table:ORDERS/index/by_customer"]
    );
    let files = &functions["files"].permissions;
    assert_eq!(
        granted(files, "s3:GetObject"),
        ["bucket:FILES/reports/a.pdf"]
    );
    let nothing = &functions["nothing"].permissions;
    assert!(
        nothing.iter().all(|one| one.because.is_some()),
        "{nothing:?}"
    );
}

#[test]
fn policies_and_template_hold_what_the_deployment_knows() {
    let compilation = application();
    let policy = artifact(&compilation, "policies/files.json");
    let statements = policy["Statement"].as_array().expect("a list");
    let of = |action: &str| {
        let mut found = statements.iter();
        let found = found.find(|one| {
            one["Action"]
                .as_array()
                .is_some_and(|a| a.contains(&action.into()))
        });
        found.expect("it is granted").clone()
    };
    assert_eq!(
        of("dynamodb:Scan")["Resource"][0],
        "arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/others"
    );
    assert_eq!(
        of("dynamodb:GetItem")["Resource"][0],
        "arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/*"
    );
    assert_eq!(of("cloudwatch:PutMetricData")["Resource"][0], "*");
    let template = artifact(&compilation, "template.json");
    let text = template.to_string();
    assert!(
        text.contains("cloudwatch:namespace"),
        "the condition is in the template"
    );
    assert!(
        !text.contains("${env:"),
        "nothing is left open in the template"
    );
    let note = &compilation.manifest.functions["files"].permissions;
    let open = note.iter().find(|p| p.actions == ["dynamodb:GetItem"]);
    assert_eq!(
        open.expect("it is there").resources,
        [
            "arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${env:NOBODY_SETS_THIS}"
        ]
    );
}

const ROLES: &str = r#"//- /src/main.rs uses:aws-sdk-sts,aws-types
use aws_config::sts::AssumeRoleProvider;
use aws_sdk_dynamodb::Client;
use ifc_runtime::prelude::*;

ifc_runtime::main!();

#[on(http(GET, "/theirs"))]
async fn theirs() -> Result<()> {
    let role = AssumeRoleProvider::builder("arn:aws:iam::123456789012:role/auditor").build().await;
    let config = aws_config::from_env().credentials_provider(role).load().await;
    let _ = Client::new(&config).scan().table_name("theirs").send().await;
    Ok(())
}

#[on(http(GET, "/ours"))]
async fn ours() -> Result<()> {
    let region = std::env::var("AWS_REGION").unwrap();
    let topic = format!("arn:aws:sns:{region}:123456789012:news");
    let client = aws_sdk_sns::Client::new(&aws_config::load_from_env().await);
    let _ = client.publish().topic_arn(topic).message("hello").send().await;
    Ok(())
}
"#;

#[test]
fn what_an_assumed_role_does_is_charged_to_that_role() {
    let compilation = compile(ROLES);
    let errors: Vec<&String> = compilation.errors().map(|error| &error.message).collect();
    assert!(errors.is_empty(), "{errors:?}");
    let theirs = &compilation.manifest.functions["theirs"];
    assert_eq!(
        granted(&theirs.permissions, "sts:AssumeRole"),
        ["arn:aws:iam::123456789012:role/auditor"]
    );
    assert!(granted(&theirs.permissions, "dynamodb:Scan").is_empty());
    assert_eq!(
        granted(&theirs.other_credentials, "dynamodb:Scan"),
        ["arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/theirs"]
    );
    let policy = artifact(&compilation, "policies/theirs.json").to_string();
    assert!(
        policy.contains("role/auditor") && !policy.contains("dynamodb:"),
        "{policy}"
    );
    let written = ifc_compiler::verify::of_application(&compilation.graph.application);
    let theirs = written
        .iter()
        .find(|one| one.name == "theirs")
        .expect("it is there");
    assert!(
        theirs.operations.contains_key("dynamodb:Scan"),
        "{theirs:?}"
    );
}

#[test]
fn the_region_of_the_environment_is_that_of_the_stack() {
    let compilation = compile(ROLES);
    let policy = artifact(&compilation, "policies/ours.json").to_string();
    assert!(
        policy.contains("arn:aws:sns:${AWS::Region}:123456789012:news"),
        "{policy}"
    );
}

#[test]
fn code_that_only_an_attribute_may_run_is_an_error() {
    let with = |attributes: &str| {
        let job = format!(
            "{attributes}\n#[cron::job(\"1h\")]\nasync fn clean_up() {{\n    \
             ORDERS.delete(\"1\").await.unwrap();\n}}\n"
        );
        let compilation = compile(&format!("{APPLICATION}{job}"));
        let said = compilation
            .errors()
            .map(|e| (e.code.number, e.notes.concat()));
        said.collect::<Vec<_>>()
    };
    let uses = "it uses ORDERS.delete".to_owned();
    assert_eq!(with(""), [("IFC0412", uses)]);
    let grant = "#[grant(\"dynamodb:DeleteItem\", on = ORDERS, because = \"a job\")]";
    assert_eq!(with(grant), []);
}

#[test]
fn names_that_a_macro_may_have_made_are_errors() {
    let said = |grant: &str, called: &str| {
        let code = format!(
            "async fn helper() {{ ORDERS.delete(\"1\").await.unwrap(); }}\n\
             other::glue! {{ async fn f~1() {{ helper().await }} }}\n\
             #[on(schedule(\"rate(1 day)\"))]\nasync fn known() {{ helper().await }}\n\
             #[on(schedule(\"rate(1 day)\"))]\n{grant}\nasync fn other() {{ {called}().await }}\n"
        );
        let compilation = compile(&format!("{APPLICATION}{code}"));
        let said = compilation
            .errors()
            .map(|e| format!("{} {}", e.code.number, e.message));
        said.collect::<Vec<_>>()
    };
    assert_eq!(
        said("", "f1"),
        ["IFC0412 `f1` may be what `other::glue!` makes of `helper`, which calls AWS"]
    );
    assert_eq!(said("", "helper"), [""; 0]);
    let grant = "#[grant(\"dynamodb:DeleteItem\", on = ORDERS, because = \"of the macro\")]";
    assert_eq!(said(grant, "f1"), [""; 0]);
}

#[test]
fn grants_that_no_role_gets_are_said() {
    let grant = |on: &str| {
        format!("#[grant(\"textract:DetectDocumentText\", on = \"*\", because = \"{on}\")]\n")
    };
    let lost = format!("{}fn unseen() {{}}\n", grant("a helper"));
    let trigger = "#[on(schedule(\"rate(1 day)\"))]\n";
    let own = format!(
        "{trigger}{}async fn report() {{ seen() }}\n",
        grant("a handler")
    );
    let called = format!("{}fn seen() {{}}\n", grant("what a handler calls"));
    let compilation = compile(&format!("{APPLICATION}{lost}{own}{called}"));
    let said = compilation
        .diagnostics
        .iter()
        .filter(|d| d.code.number == "IFC0607");
    let said: Vec<&str> = said.map(|d| &*d.message).collect();
    assert_eq!(said, ["no role gets what is granted to `unseen`"]);
}

#[test]
fn resources_in_macros_that_cannot_be_read_are_errors() {
    let said = |item: &str| {
        let compilation = compile(&format!("{APPLICATION}{item}\n"));
        let said = compilation
            .errors()
            .map(|e| format!("{} {}", e.code.number, e.message));
        said.collect::<Vec<_>>()
    };
    let made = "other::glue! { async fn [<clean up>]() { ORDERS.delete(\"1\").await } }";
    assert_eq!(
        said(made),
        ["IFC0401 `ORDERS` goes into `other::glue!`, which is not followed"]
    );
    // Names that are no resources, or that are not the program's.
    let other = "other::glue! { async fn [<clean up>]() { ORDER.delete(NEVER, 1) } }";
    assert_eq!(said(other), [""; 0]);
}

#[test]
fn dependencies_that_the_lock_file_does_not_name_are_said() {
    let mut fixture = Fixture::parse(APPLICATION);
    let unlocked = |name: &str| Dependency {
        name: name.to_owned(),
        package: name.to_owned(),
        path_package: None,
        services: None,
    };
    // Of a crate that is known not to call AWS nothing needs to be said.
    let dependencies = &mut fixture.packages[0].dependencies;
    dependencies.extend(["session_store", "serde_json"].map(unlocked));
    let compilation = ifc_compiler::compile(&fixture.world());
    let said = compilation
        .diagnostics
        .iter()
        .filter(|d| d.code.number == "IFC0413");
    let said: Vec<&str> = said.map(|d| &*d.message).collect();
    assert_eq!(said, ["`Cargo.lock` does not name `session_store`"]);
}
