//! Samples are read by the very types that they are built from: serde is asked.

#[path = "../support/mod.rs"]
mod support;
#[allow(
    dead_code,
    unreachable_pub,
    reason = "they are also the source of a crate that the compiler reads"
)]
mod types;

use ifc_compiler::catalog::samples::{ResourceSample, Samples};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use support::compile;
use types::*;

const TYPES: &str = include_str!("types.rs");

/// The samples of an application that has the types of this test in a module, and this beside it.
fn samples(rest: &str) -> Samples {
    let main = "//- /src/main.rs uses:chrono,time,uuid,rust_decimal,url,bytes,jiff\n\
                use ifc_runtime::prelude::*;\nmod types;\nuse types::*;\nifc_runtime::main!();\n";
    compile(&format!("{main}{rest}\n//- /src/types.rs\n{TYPES}")).samples
}

/// The sample of one type, with its notes.
fn sample(ty: &str) -> (Value, Vec<String>) {
    let samples = samples(&format!(
        "#[resource]\nstatic Q: Queue<{ty}> = Queue::new();"
    ));
    let notes = samples.notes.iter();
    let notes = notes.map(|note| format!("{} {}", note.at, note.message));
    let notes = notes.collect();
    let payload = samples.resources["Q"].payload.clone();
    (payload.expect("a queue has a payload"), notes)
}

fn read<T: DeserializeOwned>(ty: &str, value: &Value) -> T {
    serde_json::from_value(value.clone())
        .unwrap_or_else(|error| panic!("{ty} does not read {value}: {error}"))
}

/// The sample is read without a note, and what is read is written as the sample was.
fn round_trips<T: DeserializeOwned + Serialize>(ty: &str) {
    let (value, notes) = sample(ty);
    assert_eq!(notes, [""; 0], "{ty}");
    let written = serde_json::to_value(read::<T>(ty, &value)).expect("JSON");
    assert_eq!(written, value, "{ty}");
}

macro_rules! round_trip {
    ($($name:ident: $($ty:ty),+;)+) => {$(
        #[test]
        fn $name() {
            $(round_trips::<$ty>(stringify!($ty));)+
        }
    )+};
}

round_trip! {
    structs: Plain, Unit, Email, Point, Nothing, NoneOf, Tagged<String>;
    names: Renamed, Conditional;
    what_is_left_out: Skips, SkipsInTuple;
    flattened_members: Flat;
    tags_outside: External, ExternalRenamed;
    tags_inside: Internal, InternalUnit, Action;
    tags_beside: AdjacentUnit, AdjacentTuple, AdjacentNamed;
    no_tags: Untagged, PartlyUntagged;
    types_in_themselves: Tree, Expression;
    generics: Page<Email>, Pages<u8>, Page<Vec<(u8, Email)>, Option<u8>>;
    types_of_std: Std;
    types_of_other_crates: With;
    plain_types: String, Vec<String>, Option<u32>, (u8, String), [u16; 3], bool, ();
}

#[test]
fn types_of_other_crates_with_several_forms() {
    let (value, notes) = sample("Foreign");
    assert_eq!(notes, [""; 0]);
    let first: Foreign = read("Foreign", &value);
    let again = serde_json::to_value(&first).expect("JSON");
    assert_eq!(read::<Foreign>("Foreign", &again), first);
}

#[test]
fn names_for_reading_are_taken() {
    let (value, notes) = sample("OneWay");
    assert_eq!(value, json!({ "reads-kebab": 1, "in": 1, "only-read": 1 }));
    assert_eq!(notes, [""; 0]);
    let read: OneWay = read("OneWay", &value);
    assert_eq!((read.both, read.only_written), (1, 0));
}

#[test]
fn what_a_conversion_may_refuse_is_said() {
    let (value, notes) = sample("Percent");
    assert_eq!(read::<Percent>("Percent", &value).value, 20);
    assert_eq!(
        notes,
        ["/resources/Q/payload `Percent` may refuse the value"]
    );
    let (value, notes) = sample("FromText");
    read::<FromText>("FromText", &value);
    assert_eq!(notes, [""; 0]);
}

#[test]
fn what_is_not_known_is_said() {
    let cases = [
        (
            "OwnForm",
            json!({ "count": 2 }),
            "/resources/Q/payload/count `as_it_is` may read another form",
        ),
        (
            "ByHand",
            json!(null),
            "/resources/Q/payload `ByHand` does not derive `Deserialize`",
        ),
        (
            "Vec<tower::Layer>",
            json!([null]),
            "/resources/Q/payload/0 the form of `tower::Layer` is not known",
        ),
        (
            "[u8; LENGTH]",
            json!([]),
            "/resources/Q/payload the length of an array is no literal",
        ),
        (
            "Missing",
            json!(null),
            "/resources/Q/payload the form of `Missing` is not known",
        ),
    ];
    for (ty, value, note) in cases {
        assert_eq!(sample(ty), (value, vec![note.to_owned()]), "{ty}");
    }
}

#[test]
fn what_has_no_end_is_said() {
    let rest = "#[derive(Serialize, Deserialize)]\nstruct Endless { next: Box<Endless> }\n\
                #[derive(Serialize, Deserialize)]\nstruct Grows<T> { of: T, next: Option<Box<Grows<Vec<T>>>> }\n\
                #[resource]\nstatic ENDLESS: Queue<Endless> = Queue::new();\n\
                #[resource]\nstatic GROWS: Queue<Grows<u8>> = Queue::new();\n\
                #[resource]\nstatic LARGE: Queue<[[u8; 1000]; 1000]> = Queue::new();";
    let samples = samples(rest);
    let payload = |name: &str| samples.resources[name].payload.clone();
    assert_eq!(payload("ENDLESS"), Some(Value::Null));
    assert_eq!(payload("LARGE"), Some(Value::Null));
    assert!(payload("GROWS").is_some_and(|value| value["next"]["next"]["next"].is_null()));
    let notes: Vec<&str> = samples.notes.iter().map(|note| note.at.as_str()).collect();
    assert_eq!(
        notes,
        ["/resources/ENDLESS/payload", "/resources/LARGE/payload"]
    );
}

#[test]
fn names_of_fields_choose_values() {
    let rest = "#[derive(Serialize, Deserialize)]\nstruct Order {\n\
                id: String, customer_email: String, delivered_at: String, expires_at: u64,\n\
                invoice_url: String, currency: String, total_cents: u32, small_cents: u8,\n\
                latitude: f64, shipping_method: String, contact: Email }\n\
                #[resource]\nstatic Q: Queue<Order> = Queue::new();";
    let expected = json!({
        "id": "1",
        "customer_email": "ada@example.com",
        "delivered_at": "2026-01-01T00:00:00Z",
        "expires_at": 1_893_456_000,
        "invoice_url": "https://example.com/",
        "currency": "EUR",
        "total_cents": 4999,
        "small_cents": 1,
        "latitude": 51.5,
        "shipping_method": "shipping method",
        "contact": "ada@example.com",
    });
    assert_eq!(samples(rest).resources["Q"].payload, Some(expected));
}

#[test]
fn every_kind_of_resource_has_its_members() {
    let rest = r#"
#[derive(Serialize, Deserialize, Item)]
struct Order { #[item(partition_key)] id: String, #[serde(rename = "n")] count: u32 }
#[derive(Serialize, Deserialize, Event)]
#[serde(rename_all = "snake_case")]
enum Happening {
    Placed(Email),
    #[event(name = "order.paid")]
    #[serde(rename_all = "camelCase")]
    Paid { order_id: String },
    Closed,
    Moved(Renamed2),
}
#[resource] static ORDERS: Table<Order> = Table::new();
#[resource] static NEWS: Topic<Email> = Topic::new();
#[resource] static EVENTS: Bus<Happening> = Bus::new();
#[resource] static FILES: Bucket = Bucket::new();
#[resource] static KEY: Secret<String> = Secret::new();
#[resource] static TAX_RATE: Parameter<u64> = Parameter::new();
#[resource] static PRICE: Function<Email, Point> = Function::new();
"#;
    let samples = samples(rest);
    assert_eq!(samples.notes, []);
    let names: Vec<&String> = samples.resources.keys().collect();
    assert_eq!(
        names,
        ["EVENTS", "KEY", "NEWS", "ORDERS", "PRICE", "TAX_RATE"]
    );
    let payload = |value: Value| ResourceSample {
        payload: Some(value),
        ..ResourceSample::default()
    };
    assert_eq!(
        samples.resources["ORDERS"],
        payload(json!({ "id": "1", "n": 2 }))
    );
    assert_eq!(samples.resources["NEWS"], payload(json!("ada@example.com")));
    assert_eq!(samples.resources["KEY"], payload(json!("not-a-secret")));
    assert_eq!(samples.resources["TAX_RATE"], payload(json!(20)));
    let price = &samples.resources["PRICE"];
    assert_eq!(price.request, Some(json!("ada@example.com")));
    assert_eq!(price.response, Some(json!([1.5, 1.5])));
    let events = json!(samples.resources["EVENTS"].events);
    let expected = json!({
        "Placed": { "value": "ada@example.com" },
        "order.paid": { "orderId": "1" },
        "Closed": {},
        "Moved": { "at": "2026-01-01T00:00:00Z" },
    });
    assert_eq!(events, expected);
}

#[test]
fn requests_are_what_extractors_read() {
    let rest = r#"
use axum::Form;
#[derive(Deserialize)]
struct Filter { status: Option<Status>, page: u32 }
#[derive(Deserialize)]
struct Place { customer: u32, order: Status }
type Body = Json<Renamed>;
struct Own;
#[on(http(POST, "/orders"))]
async fn place(Query(filter): Query<Filter>, body: Body) {}
#[on(http(PUT, "/orders"))]
async fn maybe(body: Option<Json<Email>>) {}
#[on(http(GET, "/orders/{id}"))]
#[on(http(DELETE, "/orders/{id}"))]
async fn show(Path(id): Path<String>) {}
#[on(http(GET, "/customers/{customer}/orders/{order}"))]
async fn by_name(Path(place): Path<Place>) {}
#[on(http(PUT, "/customers/{customer}/orders/{order}"))]
async fn by_position(Path((customer, order)): Path<(u8, String)>) {}
#[on(http(GET, "/files/{*path}"))]
async fn file(own: Own) {}
#[on(http(GET, "/search"))]
async fn search(Form(filter): Form<Filter>) {}
#[on(http(POST, "/search"))]
async fn form(Form(filter): Form<Filter>) {}
"#;
    let samples = samples(rest);
    let filter = json!({ "status": "ON-HOLD", "page": 1 });
    let person =
        json!({ "firstName": "Ada", "Surname": "Lovelace", "emailAddress": "ada@example.com" });
    let expected = json!({
        "POST /orders": { "path": {}, "query": filter, "body": person },
        "PUT /orders": { "path": {}, "query": {}, "body": "ada@example.com" },
        "GET /orders/{id}": { "path": { "id": "1" }, "query": {} },
        "DELETE /orders/{id}": { "path": { "id": "1" }, "query": {} },
        "GET /customers/{customer}/orders/{order}": {
            "path": { "customer": 1, "order": "ON-HOLD" }, "query": {},
        },
        "PUT /customers/{customer}/orders/{order}": {
            "path": { "customer": 1, "order": "order" }, "query": {},
        },
        "GET /files/{*path}": { "path": { "path": "documents/1.txt" }, "query": {} },
        "GET /search": { "path": {}, "query": filter },
        "POST /search": { "path": {}, "query": {}, "form": filter },
    });
    assert_eq!(json!(samples.routes), expected);
    let notes: Vec<&str> = samples
        .notes
        .iter()
        .map(|note| note.message.as_str())
        .collect();
    assert_eq!(notes, ["what `Own` reads of a request is not known"]);
    assert_eq!(samples.notes[0].at, "/routes/GET ~1files~1{*path}");
}

#[test]
fn types_of_other_crates_of_the_workspace() {
    let rest = "//- /src/main.rs\nuse ifc_runtime::prelude::*;\nuse model::Id;\nifc_runtime::main!();\n\
                #[resource]\nstatic Q: Queue<model::deep::Order<Id>> = Queue::new();\n\
                //- /model/src/lib.rs crate:model\nuse ifc_runtime::prelude::*;\npub mod deep;\n\
                #[derive(Serialize, Deserialize)]\npub struct Id(u64);\n\
                //- /model/src/deep.rs\nuse ifc_runtime::prelude::*;\n\
                #[derive(Serialize, Deserialize)]\npub struct Order<I> { order: I, size: super::Id }\n";
    let samples = compile(rest).samples;
    let expected = json!({ "order": 1, "size": 1 });
    assert_eq!(samples.resources["Q"].payload, Some(expected));
    assert_eq!(samples.notes, []);
}
