//! `#[derive(Item)]` and `#[derive(Event)]`.

use ifc_catalog::schema::KeyKind;
use ifc_syntax::{Errors, event, item};

use super::{event_errors, item_errors, shown};

#[test]
fn items_follow_the_names_and_types_of_their_fields() {
    let source = r#"
        #[serde(rename_all = "camelCase")]
        struct Order {
            #[item(partition_key)] order_id: OrderId,
            #[item(sort_key)] placed_at: u64,
            #[item(index = "by_shop")] #[serde(rename = "s")] shop: Option<String>,
            #[item(index = "by_shop", sort_key)] #[serde(with = "serde_bytes")] digest: Vec<u8>,
            #[item(index = "by_code", kind = "N")] code: Code,
            #[item(ttl)] expires_at: Option<i64>,
        }"#;
    let input: syn::DeriveInput = syn::parse_str(source).expect("the test's own source");
    let mut errors = Errors::new();
    let item = item::parse(&input, &mut errors).expect("an item");
    assert_eq!(shown(source, &errors), [""; 0]);
    let schema = item.schema;
    assert_eq!(schema.partition_key.name, "orderId");
    assert_eq!(schema.partition_key.kind, KeyKind::String);
    let sort = schema.sort_key.expect("a sort key");
    assert_eq!(
        (sort.name.as_str(), sort.kind),
        ("placedAt", KeyKind::Number)
    );
    let names: Vec<&str> = schema
        .indexes
        .iter()
        .map(|index| index.name.as_str())
        .collect();
    assert_eq!(names, ["by_code", "by_shop"]);
    assert_eq!(schema.indexes[0].partition_key.kind, KeyKind::Number);
    assert_eq!(schema.indexes[1].partition_key.name, "s");
    let sort = schema.indexes[1].sort_key.as_ref().expect("a sort key");
    assert_eq!(sort.kind, KeyKind::Binary);
    assert_eq!(schema.ttl.as_deref(), Some("expiresAt"));
}

#[test]
fn items_with_mistakes() {
    item_errors(
        "enum Order { Open }",
        &[
            "IFC0207 [Order] `Order` is not a struct | help: an item is a struct with named fields; wrap the enum in a field",
        ],
    );
    item_errors(
        "struct Order { id: String }",
        &[
            "IFC0204 [Order] `Order` has no partition key | help: put `#[item(partition_key)]` on the field that identifies an item",
        ],
    );
    item_errors(
        r#"struct Order {
            #[item(partition_key)] #[item(sort_key)] id: String,
            #[item(index = "by_x")] #[item(index = "by_x", sort_key)] x: String,
            #[item(index = "by_y")] y: [u8; 16],
            #[item(index = "by_z")] z: Option<Bytes>,
        }"#,
        &[
            "IFC0207 [[u8; 16]] `y` cannot be a key: serde writes it as a list | help: add `#[serde(with = \"serde_bytes\")]`, which writes bytes",
            "IFC0207 [x] `x` is both the partition key and the sort key | help: a sort key orders what has the same partition key: choose another field, or none",
            "IFC0207 [id] `id` is both the partition key and the sort key | help: a sort key orders what has the same partition key: choose another field, or none",
        ],
    );
    item_errors(
        r#"struct Order {
            #[item(partition_key)] id: Vec<String>,
            #[item(partition_key)] shop: String,
            #[item(sort_kye)] at: u64,
            #[item(index = "by_x", sort_key)] x: String,
            #[item(ttl)] expires: String,
            #[item(sort_key)] maybe: Option<u8>,
        }"#,
        &[
            "IFC0206 [Vec<String>] `id` cannot be a key: a list, map or flag is no key in DynamoDB | help: keys are text, numbers or bytes; a type of your own is taken as text, or say `kind = \"N\"`",
            "IFC0205 [shop] two fields are the partition key | help: a key has one field; join several values into one text if need be",
            "IFC0103 [sort_kye] unknown option `sort_kye` of `#[item]` | no such option | help: did you mean `sort_key`?",
            "IFC0207 [String] `expires` cannot be the time of expiry | help: use an integer: seconds since 1970, such as `u64` or `Option<u64>`",
            "IFC0206 [Option<u8>] `maybe` cannot be a key: every item has all of its table's key | help: keys are text, numbers or bytes; a type of your own is taken as text, or say `kind = \"N\"`",
            "IFC0204 [\"by_x\"] the index \"by_x\" has a sort key but no partition key | help: put `#[item(index = \"by_x\")]` on another field",
        ],
    );
}

#[test]
fn one_mistake_is_not_reported_as_another() {
    item_errors(
        r#"struct Order { #[item(partition_kye)] id: String, #[item(sort_key)] at: u64, #[item(index = "x", sort_key)] by: u64 }"#,
        &[
            "IFC0103 [partition_kye] unknown option `partition_kye` of `#[item]` | no such option | help: did you mean `partition_key`?",
            "IFC0207 [\"x\"] this is not a name for an index | help: use 3 to 255 letters, digits, `_`, `-` and `.` in a string",
        ],
    );
}

#[test]
fn events_have_one_detail_type_for_each_variant() {
    let source = r#"
        #[event(source = "shop")]
        #[serde(rename_all = "snake_case")]
        enum OrderEvent { OrderPlaced(Order), #[event(name = "Gone")] Cancelled { id: u32 }, Closed }"#;
    let input: syn::DeriveInput = syn::parse_str(source).expect("the test's own source");
    let mut errors = Errors::new();
    let event = event::parse(&input, &mut errors).expect("an event");
    assert_eq!(shown(source, &errors), [""; 0]);
    assert_eq!(event.source.as_deref(), Some("shop"));
    let variants: Vec<(&str, &str, bool)> = event
        .variants
        .iter()
        .map(|one| {
            (
                one.detail_type.as_str(),
                one.serde_name.as_str(),
                one.is_unit,
            )
        })
        .collect();
    assert_eq!(
        variants,
        [
            ("OrderPlaced", "order_placed", false),
            ("Gone", "cancelled", false),
            ("Closed", "closed", true),
        ]
    );
    let source = "struct Ping { at: u64 }";
    let input: syn::DeriveInput = syn::parse_str(source).expect("the test's own source");
    let schema = event::parse(&input, &mut errors)
        .expect("an event")
        .schema("shop-app");
    assert_eq!(
        (
            schema.source.as_str(),
            schema.variants[0].detail_type.as_str()
        ),
        ("shop-app", "Ping")
    );
}

#[test]
fn events_with_mistakes() {
    event_errors(
        r#"#[event(source = "aws.shop")] #[serde(tag = "type")] enum E { A(u8, u8), #[event(name = "A")] B, #[event(nmae = "C")] C }"#,
        &[
            "IFC0120 [\"aws.shop\"] \"aws.shop\" cannot be the source of events | help: use 1 to 256 characters; sources that begin with \"aws.\" are reserved",
            "IFC0120 [E] the event type `E` is serialized with `tag` | help: remove it: the variant is the detail type, and its content the detail",
            "IFC0120 [A] the variant `A` has 2 unnamed fields | help: the detail of an event is a JSON object: use one struct, or named fields",
            "IFC0121 [\"A\"] two variants have the detail type \"A\" | help: give one of them another: `#[event(name = \"..\")]`",
            "IFC0103 [nmae] unknown option `nmae` of `#[event]` | no such option | help: did you mean `name`?",
        ],
    );
    event_errors(
        "enum E {}",
        &["IFC0120 [E] the event type `E` has no variants | help: add one for each kind of event"],
    );
}
