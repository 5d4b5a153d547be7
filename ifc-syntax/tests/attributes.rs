//! What attributes mean, and what is said about mistakes: code, place and text.

use ifc_catalog::model::{Existing, Value};
use ifc_catalog::schema::KeyKind;
use ifc_syntax::on::{ArgValue, Source};
use ifc_syntax::resource::Removal;
use ifc_syntax::{Errors, SyntaxError, event, handler, item, resource};

/// `IFC0103 [batchs] message | label | help`, with the text that the error points at.
fn shown(source: &str, errors: &[SyntaxError]) -> Vec<String> {
    let show = |error: &SyntaxError| {
        let range = error.span.byte_range();
        let mut line = format!("{} [{}] {}", error.code, &source[range], error.message);
        if !error.label.is_empty() {
            line.push_str(&format!(" | {}", error.label));
        }
        if let Some(help) = &error.help {
            line.push_str(&format!(" | help: {help}"));
        }
        line
    };
    errors.iter().map(show).collect()
}

fn read_handler(source: &str) -> (handler::Handler, Vec<String>) {
    let function: syn::ItemFn = syn::parse_str(source).expect("the test's own source");
    let mut errors = Errors::new();
    let handler = handler::parse(&function.attrs, &function.sig, &mut errors);
    (handler, shown(source, &errors))
}

#[track_caller]
fn handler_errors(source: &str, expected: &[&str]) {
    assert_eq!(read_handler(source).1, expected, "{source}");
}

/// Errors of `#[on(..)]` on a function that is otherwise right.
#[track_caller]
fn on_errors(args: &str, expected: &[&str]) {
    handler_errors(
        &format!("#[on({args})] async fn f(payload: T) {{}}"),
        expected,
    );
}

fn read_resource(source: &str) -> (resource::Resource, Vec<String>) {
    let item: syn::ItemStatic = syn::parse_str(source).expect("the test's own source");
    let mut errors = Errors::new();
    let attr = item
        .attrs
        .iter()
        .find(|attr| ifc_syntax::is(attr, "resource"));
    let resource = resource::parse(attr.expect("`#[resource]`"), &item, &mut errors);
    (resource, shown(source, &errors))
}

#[track_caller]
fn resource_errors(source: &str, expected: &[&str]) {
    assert_eq!(read_resource(source).1, expected, "{source}");
}

#[track_caller]
fn item_errors(source: &str, expected: &[&str]) {
    let input: syn::DeriveInput = syn::parse_str(source).expect("the test's own source");
    let mut errors = Errors::new();
    item::parse(&input, &mut errors);
    assert_eq!(shown(source, &errors), expected, "{source}");
}

#[track_caller]
fn event_errors(source: &str, expected: &[&str]) {
    let input: syn::DeriveInput = syn::parse_str(source).expect("the test's own source");
    let mut errors = Errors::new();
    event::parse(&input, &mut errors);
    assert_eq!(shown(source, &errors), expected, "{source}");
}

#[test]
fn options_have_typed_values_with_places() {
    let source =
        r#"#[on(EVENTS, event = [A::X, A::Y], retries = 3, max_age = "1h")] async fn f(e: A) {}"#;
    let (handler, errors) = read_handler(source);
    assert_eq!(errors, [""; 0]);
    let on = &handler.triggers[0];
    let Source::Resource { path, method, .. } = &on.source else {
        panic!("a resource");
    };
    assert!(path.is_ident("EVENTS") && method.is_none());
    let values: Vec<(&str, &Value)> = on.given();
    assert_eq!(
        values,
        [
            (
                "event",
                &Value::List(vec![Value::Path("A::X".into()), Value::Path("A::Y".into())])
            ),
            ("retries", &Value::Int(3)),
            ("max_age", &Value::Duration(3_600_000)),
        ]
    );
    assert_eq!(on.options[0].paths.len(), 2);
    assert_eq!(&source[on.options[1].span.byte_range()], "3");
    assert_eq!(&source[on.options[1].name_span.byte_range()], "retries");
}

#[test]
fn constructors_have_typed_arguments() {
    let (handler, errors) = read_handler(r#"#[on(http(POST, "/a/{id}"))] async fn f() {}"#);
    assert_eq!(errors, [""; 0]);
    let Source::Constructor { source, args, .. } = &handler.triggers[0].source else {
        panic!("a constructor");
    };
    assert_eq!(source.name, "http");
    assert_eq!(args[0].value, ArgValue::HttpMethod("POST"));
    assert_eq!(args[1].value.text(), "/a/{id}");
}

#[test]
fn all_attributes_of_a_function_are_read() {
    let (handler, errors) = read_handler(
        r#"
        #[doc = "x"]
        #[on(QUEUE)]
        #[on(TOPIC)]
        #[ifc_runtime::function(name = "other", memory = 128, env(A = "1"))]
        #[grant("s3:GetObject", "s3:Get*", on = UPLOADS, because = "b")]
        #[allow_infra(some_check, because = "b")]
        async fn f(payload: T) {}
        "#,
    );
    assert_eq!(errors, [""; 0]);
    assert_eq!(handler.triggers.len(), 2);
    assert_eq!(handler.grants[0].actions.len(), 2);
    assert_eq!(handler.allows[0].check, "some_check");
    let ident = syn::Ident::new("f", proc_macro2::Span::call_site());
    assert_eq!(handler.name(&ident).0, "other");
}

#[test]
fn sources_that_do_not_exist() {
    handler_errors(
        "#[on] async fn f() {}",
        &[
            "IFC0101 [on] `#[on]` does not say what triggers the function | help: name a resource, `http(GET, \"/path\")` or `schedule(\"rate(1 day)\")`: `#[on(ORDERS)]`",
        ],
    );
    on_errors(
        r#"htpp(GET, "/")"#,
        &[
            "IFC0102 [htpp] unknown event source `htpp(..)` | no such event source | help: did you mean `http`?",
        ],
    );
    on_errors(
        "websocket()",
        &[
            "IFC0102 [websocket] unknown event source `websocket(..)` | no such event source | help: name a resource, or use one of `http`, `schedule`",
        ],
    );
    on_errors(
        "TABLE.change()",
        &[
            "IFC0102 [change] no resource has events named `change` | no such events | help: did you mean `changes`?",
        ],
    );
    on_errors(
        "http",
        &["IFC0102 [http] `http` needs arguments | help: write `#[on(http(GET, \"/path\"))]`"],
    );
    on_errors(
        r#""GET /""#,
        &[
            "IFC0101 [\"GET /\"] cannot read `#[on]` | expected a resource such as `ORDERS`, `http(GET, \"/path\")` or `schedule(\"rate(1 day)\")`",
        ],
    );
}

#[test]
fn arguments_that_aws_would_refuse() {
    on_errors(
        r#"http(FETCH, "/:id")"#,
        &[
            "IFC0108 [FETCH] there is no HTTP method `FETCH` | help: methods are `ANY`, `DELETE`, `GET`, `HEAD`, `OPTIONS`, `PATCH`, `POST`, `PUT`",
            "IFC0107 [\"/:id\"] the path \"/:id\" has the parameter `:id` in an old notation | help: write `{id}`",
        ],
    );
    on_errors(
        r#"http(post, "/")"#,
        &["IFC0108 [post] there is no HTTP method `post` | help: write `POST`"],
    );
    on_errors(
        r#"http("/")"#,
        &[
            "IFC0101 [http(\"/\")] wrong number of arguments of `http(..)` | help: write `#[on(http(GET, \"/path\"))]`",
        ],
    );
    on_errors(
        r#"schedule("rate(5 minute)")"#,
        &[
            "IFC0109 [\"rate(5 minute)\"] the schedule \"rate(5 minute)\" has the unit `minute` behind 5 | help: write \"rate(5 minutes)\"",
        ],
    );
    on_errors(
        r#"schedule("rate(1 day)"), timezone = "Europe/Berlim""#,
        &[
            "IFC0110 [\"Europe/Berlim\"] there is no time zone `Europe/Berlim` | not in the IANA database | help: did you mean \"Europe/Berlin\"?",
        ],
    );
}

#[test]
fn options_that_do_not_fit() {
    on_errors(
        "QUEUE, bath = 10, batch = true",
        &[
            "IFC0103 [bath] unknown option `bath` of `#[on(QUEUE)]` | no such option | help: did you mean `batch`?",
            "IFC0105 [true] `batch` of `#[on(QUEUE)]` takes a number from 1 to 10000 | this is a boolean",
        ],
    );
    on_errors(
        "QUEUE, batch = 20_000",
        &[
            "IFC0104 [20_000] `batch` of `#[on(QUEUE)]` is out of range | 20000 is not a number from 1 to 10000 | help: the limit is that of AWS Lambda, event source mappings for Amazon SQS",
        ],
    );
    on_errors(
        r#"QUEUE, window = "5""#,
        &["IFC0112 [\"5\"] `window` of `#[on(QUEUE)]` needs a unit: ms, s, m, h or d"],
    );
    on_errors(
        r#"TABLE.changes(), start = "earliest", parallel = -1"#,
        &[
            "IFC0105 [\"earliest\"] `start` of `#[on(TABLE.changes())]` has no value `earliest` | no such value | help: values are `latest`, `trim_horizon`",
            "IFC0104 [-1] `parallel` of `#[on(TABLE.changes())]` is out of range | -1 is not a number from 1 to 10 | help: the limit is that of AWS Lambda, event source mappings for Amazon DynamoDB",
        ],
    );
    on_errors(
        "QUEUE, batch = 1, batch = 2",
        &["IFC0106 [batch] `batch` of `#[on(QUEUE)]` is given too often | given before"],
    );
    on_errors(
        "QUEUE, batch 10, , window =",
        &[
            "IFC0101 [10] cannot read `#[on(QUEUE)]` | expected `=`, `,` or the end behind `batch`",
            "IFC0101 [window =] cannot read `#[on(QUEUE)]` | expected a value behind `window =`",
        ],
    );
    on_errors(
        r##"BUS, pattern = r#"{"detail": {"x": "DE"}}"#"##,
        &[
            "IFC0111 [r#\"{\"detail\": {\"x\": \"DE\"}}\"#] AWS would refuse this pattern | in `detail.x`: neither a list of values nor an object | help: put the value in a list: [\"DE\"]",
        ],
    );
}

#[test]
fn signatures_that_nobody_can_call() {
    handler_errors(
        "#[on(QUEUE)] fn f(x: T) {}",
        &["IFC0113 [fn] the handler `f` is not async | help: write `async fn`"],
    );
    handler_errors(
        "#[on(QUEUE)] async fn f<X>(x: &X, y: T) {}",
        &[
            "IFC0113 [X] the handler `f` has a type parameter | help: name the type: nobody could choose it when a trigger calls the handler",
            "IFC0113 [&X] the handler `f` borrows its argument | help: take the value itself, without `&`",
            "IFC0113 [y: T] the handler `f` has too many arguments | help: a handler takes the trigger's payload and nothing else; resources are used by their names",
        ],
    );
    handler_errors(
        "#[on(QUEUE)] async fn f() {}",
        &[
            "IFC0113 [f] the handler `f` takes no argument | help: take the payload that `#[on(QUEUE)]` delivers",
        ],
    );
    handler_errors(
        "#[on(QUEUE)] async fn f(self) {}",
        &[
            "IFC0113 [self] the handler `f` takes `self` | help: make it a free function; a handler is called by the runtime, which has no value for `self`",
        ],
    );
}

#[test]
fn functions_grants_and_silenced_checks() {
    handler_errors(
        r#"#[on(QUEUE)] #[function(memory = 64, timeout = "1h", env(AWS_REGION = "x"), log_retention = 2, name = "a b", tiemout = 1)] #[function()] async fn f(x: T) {}"#,
        &[
            "IFC0104 [64] `memory` of `#[function]` is out of range | 64 is not a number from 128 to 10240 | help: the limit is that of AWS Lambda quotas",
            "IFC0104 [\"1h\"] `timeout` of `#[function]` is out of range | 1h is not a duration from \"1s\" to \"15m\" | help: the limit is that of AWS Lambda quotas",
            "IFC0112 [(AWS_REGION = \"x\")] `env` of `#[function]` cannot set `AWS_REGION`, which AWS Lambda reserves",
            "IFC0104 [2] `log_retention` of `#[function]` is out of range | 2 is not one of the numbers 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653 | help: the limit is that of Amazon CloudWatch Logs, PutRetentionPolicy",
            "IFC0112 [\"a b\"] `name` of `#[function]` may hold letters, digits, `-` and `_`, not ` `",
            "IFC0103 [tiemout] unknown option `tiemout` of `#[function]` | no such option | help: did you mean `timeout`?",
            "IFC0106 [function] `#[function]` is given twice | help: put all options in one",
        ],
    );
    handler_errors(
        "#[function(memory = 128)] async fn f() {}",
        &[
            "IFC0114 [function] nothing triggers `f` | `#[function]` has no effect without `#[on]` | help: add `#[on(..)]` with what triggers it, or remove `#[function]`",
        ],
    );
    handler_errors(
        r#"#[grant("textract", on = "everything")] fn f() {}"#,
        &[
            "IFC0116 [\"textract\"] \"textract\" is not an IAM action | help: write service and action: \"textract:DetectDocumentText\"",
            "IFC0116 [\"everything\"] `on` is neither an ARN nor a resource | help: write `on = \"arn:..\"`, `on = \"*\"` or the name of a resource",
        ],
    );
    handler_errors(
        r#"#[grant("s3:GetObject")] #[allow_infra(because = "x")] #[allow_infra(check)] fn f() {}"#,
        &[
            "IFC0116 [\"s3:GetObject\"] `#[grant]` does not say on what | help: add `on = \"arn:..\"`, `on = \"*\"` or `on = RESOURCE`",
            "IFC0118 [\"s3:GetObject\"] `#[grant]` does not say why | help: add `because = \"..\"`; the reason stands in the manifest, for those who review it",
            "IFC0117 [allow_infra] `#[allow_infra]` does not name a check | help: write `#[allow_infra(unused_resource, because = \"..\")]`",
            "IFC0118 [allow_infra] `#[allow_infra]` does not say why | help: add `because = \"..\"`; the reason stands in the manifest, for those who review it",
        ],
    );
}

#[test]
fn resources_are_read() {
    let (found, errors) = read_resource(
        r#"#[resource(retain, visibility = "60s")] static Q: ifc_runtime::Queue<Order, Fifo> = Queue::new();"#,
    );
    assert_eq!(errors, [""; 0]);
    assert_eq!(found.kind.map(|kind| kind.name), Some("queue"));
    assert!(found.fifo);
    assert_eq!(
        found.removal.map(|(removal, _)| removal),
        Some(Removal::Retain)
    );
    for (given, existing) in [
        (
            r#""arn:aws:sqs:eu-central-1:1:q""#,
            Existing::Arn("arn:aws:sqs:eu-central-1:1:q".into()),
        ),
        (
            r#"param("QueueArn")"#,
            Existing::StackParameter("QueueArn".into()),
        ),
        (
            r#"ssm("/shop/q")"#,
            Existing::SsmParameter("/shop/q".into()),
        ),
    ] {
        let source = format!("#[resource(existing = {given})] static Q: Queue<u8> = Queue::new();");
        let (found, errors) = read_resource(&source);
        assert_eq!(errors, [""; 0]);
        assert_eq!(found.existing.map(|(existing, _)| existing), Some(existing));
    }
}

#[test]
fn resources_with_mistakes() {
    resource_errors(
        "#[resource(visiblity = 60, deduplicate)] static mut Q: Queue<Order> = make();",
        &[
            "IFC0201 [mut] the resource `Q` is mutable | help: remove `mut`: a handle is only a name",
            "IFC0201 [make()] the resource `Q` is not made by `new()` | help: write `= Queue::new();` and put options in the attribute",
            "IFC0103 [visiblity] unknown option `visiblity` of `#[resource]` on a `Queue` | no such option | help: did you mean `visibility`?",
            "IFC0119 [deduplicate] `deduplicate` has no meaning for a standard queue | help: use `Queue<T, Fifo>`, or remove it (Amazon SQS quotas)",
        ],
    );
    resource_errors(
        r#"#[resource(existing = "orders", retain, destroy)] static T: Table<Order> = Table::new();"#,
        &[
            "IFC0202 [\"orders\"] \"orders\" is not an ARN | help: write `existing = \"arn:..\"`, `existing = param(\"StackParameter\")` or `existing = ssm(\"/path\")`",
            "IFC0201 [destroy] `retain` and `destroy` are each given once, and not together | help: keep one of them",
        ],
    );
    resource_errors(
        r#"#[resource(existing = param("TableArn"), stream = "old", destroy)] static T: Table<Order> = Table::new();"#,
        &[
            "IFC0203 [stream] `stream` has no effect on an existing resource | help: remove it: the resource belongs to someone else and is not changed",
            "IFC0203 [destroy] `destroy` has no effect on an existing resource | help: remove it: the resource belongs to someone else and is not changed",
        ],
    );
}

#[test]
fn items_follow_the_names_and_types_of_their_fields() {
    let source = r#"
        #[serde(rename_all = "camelCase")]
        struct Order {
            #[item(partition_key)] order_id: OrderId,
            #[item(sort_key)] placed_at: u64,
            #[item(index = "by_shop")] #[serde(rename = "s")] shop: Option<String>,
            #[item(index = "by_shop", sort_key)] digest: Vec<u8>,
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
            "IFC0207 [sort_kye] cannot read `sort_kye` of `#[item]` | help: did you mean `sort_key`?",
            "IFC0207 [String] `expires` cannot be the time of expiry | help: use an integer: seconds since 1970, such as `u64` or `Option<u64>`",
            "IFC0206 [Option<u8>] `maybe` cannot be a key: every item has all of its table's key | help: keys are text, numbers or bytes; a type of your own is taken as text, or say `kind = \"N\"`",
            "IFC0204 [\"by_x\"] the index \"by_x\" has a sort key but no partition key | help: put `#[item(index = \"by_x\")]` on another field",
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
            "IFC0101 [nmae = \"C\"] cannot read `#[event]` | expected `name = \"..\"`",
        ],
    );
    event_errors(
        "enum E {}",
        &["IFC0120 [E] the event type `E` has no variants | help: add one for each kind of event"],
    );
}

#[test]
fn codes_are_unique_sorted_and_explained() {
    let codes = ifc_syntax::errors::CODES;
    for pair in codes.windows(2) {
        assert!(pair[0].number < pair[1].number, "{}", pair[1].number);
    }
    for code in codes {
        assert_eq!(
            codes.iter().filter(|other| other.name == code.name).count(),
            1
        );
        for heading in ["## What", "## Why", "## Example", "## Instead"] {
            assert!(code.page.contains(heading), "{}", code.number);
        }
    }
}

/// All mistakes in a piece of a page.
fn codes_in(text: &str) -> Vec<&'static str> {
    // Some examples are an attribute alone.
    let file: syn::File = syn::parse_str(text)
        .or_else(|_| syn::parse_str(&format!("{text}\nasync fn f(x: T) {{}}")))
        .expect("the example parses");
    let mut errors = Errors::new();
    for item in &file.items {
        match item {
            syn::Item::Fn(item) => {
                handler::parse(&item.attrs, &item.sig, &mut errors);
            }
            syn::Item::Static(item) => {
                let attr = item
                    .attrs
                    .iter()
                    .find(|attr| ifc_syntax::is(attr, "resource"));
                resource::parse(attr.expect("`#[resource]`"), item, &mut errors);
            }
            other => {
                let tokens = quote::ToTokens::to_token_stream(other);
                let input: syn::DeriveInput = syn::parse2(tokens).expect("a type");
                if text.contains("derive(Item)") {
                    item::parse(&input, &mut errors);
                } else {
                    event::parse(&input, &mut errors);
                }
            }
        }
    }
    errors.iter().map(|error| error.code).collect()
}

#[test]
fn pages_show_the_mistake_and_how_to_mend_it() {
    for code in ifc_syntax::errors::CODES {
        let mut blocks = code.page.split("```rust\n").skip(1);
        let mut block = || {
            let rest = blocks.next().unwrap_or_default();
            rest.split("\n```").next().unwrap_or_default()
        };
        let (example, instead) = (block(), block());
        // An attribute without an item is shown on a static.
        let complete = |text: &str| match code.number {
            "IFC0202" | "IFC0203" => format!("{text} static T: Queue<Order> = Queue::new();"),
            _ => text.to_owned(),
        };
        assert_eq!(codes_in(&complete(example)), [code.number], "{example}");
        assert_eq!(codes_in(&complete(instead)), [""; 0], "{instead}");
    }
}
