//! Every permission says which calls lead from the handler to the operation: a shortest way to each
//! place, all places kept, and what could not be inferred.

mod support;

use ifc_compiler::catalog::manifest::{Permission, Why};
use support::compile;

const HEAD: &str = r#"
use ifc_runtime::prelude::*;

ifc_runtime::main!();

#[derive(Clone, Serialize, Deserialize, Item)]
pub struct Order {
    #[item(partition_key)]
    pub id: String,
}

#[resource]
pub static ORDERS: Table<Order> = Table::new();
"#;

fn path(why: &Why) -> String {
    if why.path.is_empty() {
        return format!("{}@{}", why.function, why.span);
    }
    let last = why.path.last().map(|step| (&step.function, &step.span));
    assert_eq!(last, Some((&why.function, &why.span)));
    let steps = why.path.iter();
    let steps: Vec<String> = steps
        .map(|step| format!("{}@{}", step.function, step.span))
        .collect();
    steps.join(" > ")
}

/// The call paths behind an action of a function.
fn paths(text: &str, function: &str, action: &str) -> Vec<String> {
    let compiled = compile(&format!("//- /src/main.rs{HEAD}{text}"));
    let permissions = compiled.manifest.functions[function].permissions.iter();
    let allows = |one: &&Permission| one.actions.iter().any(|name| name == action);
    permissions
        .filter(allows)
        .flat_map(|permission| permission.why.iter().map(path))
        .collect()
}

#[test]
fn an_operation_in_the_handler() {
    let text = r#"#[on(http(POST, "/orders"))]
async fn place(Json(order): Json<Order>) -> Result<()> {
    ORDERS.put(&order).await
}
"#;
    assert_eq!(
        paths(text, "place", "dynamodb:PutItem"),
        ["place@src/main.rs:15:5"]
    );
}

#[test]
fn through_modules_and_methods() {
    let text = r#"mod store {
    use super::*;
    pub struct Repo;
    impl Repo {
        pub async fn save(&self, order: &Order) -> Result<()> {
            write(order).await
        }
    }
    async fn write(order: &Order) -> Result<()> {
        ORDERS.put(order).await
    }
}

#[on(http(POST, "/orders"))]
async fn place(Json(order): Json<Order>) -> Result<()> {
    let repo = store::Repo;
    repo.save(&order).await
}
"#;
    assert_eq!(
        paths(text, "place", "dynamodb:PutItem"),
        [
            "place@src/main.rs:29:5 > store::Repo::save@src/main.rs:18:13 > \
             store::write@src/main.rs:22:9"
        ]
    );
}

#[test]
fn the_shortest_way_to_each_place() {
    let text = r#"async fn detour(order: &Order) -> Result<()> {
    save(order).await
}

async fn save(order: &Order) -> Result<()> {
    ORDERS.put(order).await
}

async fn other(order: &Order) -> Result<()> {
    ORDERS.put(order).await
}

#[on(http(POST, "/orders"))]
async fn place(Json(order): Json<Order>) -> Result<()> {
    detour(&order).await?;
    save(&order).await?;
    other(&order).await?;
    ORDERS.put(&order).await
}
"#;
    assert_eq!(
        paths(text, "place", "dynamodb:PutItem"),
        [
            "place@src/main.rs:28:5 > save@src/main.rs:18:5",
            "place@src/main.rs:29:5 > other@src/main.rs:22:5",
            "place@src/main.rs:30:5",
        ]
    );
}

#[test]
fn handlers_do_not_get_the_paths_of_others() {
    let text = r#"async fn save(order: &Order) -> Result<()> {
    ORDERS.put(order).await
}

#[on(http(POST, "/orders"))]
async fn place(Json(order): Json<Order>) -> Result<()> {
    save(&order).await
}

#[on(http(PUT, "/orders"))]
async fn change(Json(order): Json<Order>) -> Result<()> {
    save(&order).await
}

#[on(http(GET, "/orders"))]
async fn count() -> Result<String> {
    Ok(String::from("none"))
}
"#;
    let action = "dynamodb:PutItem";
    assert_eq!(
        paths(text, "change", action),
        ["change@src/main.rs:24:5 > save@src/main.rs:14:5"]
    );
    assert_eq!(
        paths(text, "place", action),
        ["place@src/main.rs:19:5 > save@src/main.rs:14:5"]
    );
    assert_eq!(paths(text, "count", action), [""; 0]);
}

#[test]
fn other_crates_stand_in_front_of_their_functions() {
    let compiled = compile(
        r#"//- /src/main.rs
use ifc_runtime::prelude::*;

ifc_runtime::main!();

#[on(http(POST, "/jobs"))]
async fn start() -> Result<()> {
    shop_core::jobs::start().await
}
//- /shop-core/src/lib.rs crate:shop-core
pub mod jobs;
//- /shop-core/src/jobs.rs
use ifc_runtime::prelude::*;

#[resource]
pub static JOBS: Queue<String> = Queue::new();

pub async fn start() -> Result<()> {
    JOBS.send(&String::from("a job")).await
}
"#,
    );
    let permissions = compiled.manifest.functions["start"].permissions.iter();
    let sends = permissions
        .filter(|one| one.actions == ["sqs:SendMessage"] && one.resources == ["queue:JOBS"]);
    let paths: Vec<String> = sends.flat_map(|one| one.why.iter().map(path)).collect();
    assert_eq!(
        paths,
        ["start@src/main.rs:7:5 > shop_core::jobs::start@shop-core/src/jobs.rs:7:5"]
    );
}

#[test]
fn what_cannot_be_inferred_is_listed() {
    let text = r#"#[on(http(POST, "/orders"))]
async fn place(mut request: axum::extract::Request) -> Result<()> {
    request.extensions_mut().insert(&ORDERS);
    Ok(())
}
"#;
    let compiled = compile(&format!("//- /src/main.rs{HEAD}{text}"));
    let unresolved = &compiled.manifest.unresolved;
    assert_eq!(unresolved.len(), 1);
    assert_eq!(unresolved[0].code, "IFC0401");
    assert!(unresolved[0].span.starts_with("src/main.rs:15:"));
    assert!(unresolved[0].message.contains("ORDERS"));
}
