//! Both directions, over applications in memory and made-up programs.

use super::*;
use crate::testing::Fixture;
use crate::{Compilation, compile};

const SOURCE: &str = r#"
use ifc_runtime::prelude::*;
#[derive(Clone, Serialize, Deserialize, Item)]
struct Order { #[item(partition_key)] id: String }
#[resource]
static ORDERS: Table<Order> = Table::new();
#[resource]
static JOBS: Queue<Order> = Queue::new();

#[on(http(POST, "/orders"))]
async fn place(Json(order): Json<Order>) -> Result<()> {
    ORDERS.put(&order).await?;
    JOBS.send_many(&[order]).await?;
    Ok(())
}

#[on(http(GET, "/orders"))]
#[grant("s3:Put*", on = "arn:aws:s3:::reports/*", because = "the archive writes there")]
async fn report() -> Result<()> {
    Ok(())
}

ifc_runtime::main!();
"#;

fn compilation() -> Compilation {
    let compilation = compile(&Fixture::parse(SOURCE).world());
    assert_eq!(compilation.errors().count(), 0);
    compilation
}

fn linked(place: &[&str], report: &[&str]) -> Linked {
    let of = |operations: &[&str]| Side {
        operations: with_ways(operations),
        doubtful: BTreeMap::new(),
    };
    Linked::from([("place".into(), of(place)), ("report".into(), of(report))])
}

fn with_ways(operations: &[&str]) -> BTreeMap<Operation, Vec<String>> {
    let way = ["shop::place", "core::future::poll", "aws_sdk::send"].map(str::to_owned);
    let operations = operations.iter();
    operations
        .map(|operation| ((*operation).to_owned(), way.to_vec()))
        .collect()
}

fn found(place: &[&str], report: &[&str]) -> Vec<(&'static str, Diagnostic)> {
    let found = compare(
        &of_application(&compilation().graph.application),
        &linked(place, report),
    );
    found
        .into_iter()
        .map(|one| (one.code.number, one))
        .collect()
}

const BOTH: &[&str] = &["dynamodb:PutItem", "sqs:SendMessageBatch"];

#[test]
fn the_same_on_both_sides_is_nothing() {
    assert_eq!(found(BOTH, &[]), []);
    let written = of_application(&compilation().graph.application);
    let names: Vec<&str> = written[0].operations.keys().map(String::as_str).collect();
    assert_eq!(names, BOTH);
}

#[test]
fn more_in_the_program_is_an_error_with_the_way_there() {
    let found = found(&[BOTH, &["dynamodb:Scan"]].concat(), &[]);
    let [("IFC0510", diagnostic)] = found.as_slice() else {
        panic!("{found:?}");
    };
    assert!(
        diagnostic
            .message
            .contains("`place` can do `dynamodb:Scan`")
    );
    assert_eq!(
        diagnostic.notes,
        ["the way there: `shop::place` -> `aws_sdk::send`"]
    );
    assert!(
        diagnostic.helps[0].contains("dynamodb:Scan"),
        "{diagnostic:?}"
    );
}

#[test]
fn more_in_the_source_is_a_note_at_the_call() {
    let found = found(&["dynamodb:PutItem"], &[]);
    let [("IFC0511", diagnostic)] = found.as_slice() else {
        panic!("{found:?}");
    };
    let compilation = compilation();
    let place = diagnostic.primary.as_ref().map(|label| label.span);
    let place = place.map(|span| compilation.files.location(span).to_string());
    assert_eq!(place.as_deref(), Some("src/main.rs:13:5"));
}

#[test]
fn grants_speak_for_what_the_source_does_not_show() {
    assert_eq!(found(BOTH, &["s3:PutObject"]), []);
    let found = found(BOTH, &["s3:GetObject", "s3:PutObject"]);
    let [("IFC0510", diagnostic)] = found.as_slice() else {
        panic!("{found:?}");
    };
    assert!(diagnostic.message.contains("s3:GetObject"));
}

#[test]
fn patterns_of_actions() {
    assert!(covers("s3:*", "s3:GetObject") && covers("S3:get?bject", "s3:GetObject"));
    assert!(!covers("s3:Get", "s3:GetObject") && !covers("s3:*", "sqs:SendMessage"));
}

#[test]
fn what_the_optimiser_leaves_open_is_a_warning() {
    let mut linked = linked(&["dynamodb:PutItem"], &[]);
    let place = linked.get_mut("place").expect("it is there");
    place.doubtful = with_ways(&["dynamodb:Scan", "sqs:SendMessageBatch"]);
    let found = compare(&of_application(&compilation().graph.application), &linked);
    let [diagnostic] = found.as_slice() else {
        panic!("{found:?}");
    };
    assert_eq!(diagnostic.severity, Severity::Warning);
    assert!(diagnostic.message.contains("dynamodb:Scan"));
}
