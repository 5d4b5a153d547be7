//! `#[on(..)]`: sources, arguments and options.

use ifc_catalog::model::Value;
use ifc_syntax::on::{ArgValue, Source};

use super::{handler_errors, on_errors, read_handler};

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
    // A wrong argument hides no option, nor does a source that does not exist.
    on_errors(
        r#"schedule("rate(1 fortnight)"), timezon = "UTC", retries = 200"#,
        &[
            "IFC0109 [\"rate(1 fortnight)\"] the schedule \"rate(1 fortnight)\" has the unknown unit `fortnight` | help: write \"rate(1 minute)\", \"rate(5 minutes)\", \"rate(2 hours)\" or \"rate(7 days)\"",
            "IFC0103 [timezon] unknown option `timezon` of `#[on(schedule(..))]` | no such option | help: did you mean `timezone`?",
            "IFC0104 [200] `retries` of `#[on(schedule(..))]` is out of range | 200 is not a number from 0 to 185 | help: the limit is that of Amazon EventBridge Scheduler",
        ],
    );
    on_errors(
        r#"scedule("rate(1 day)"), timezon = "UTC""#,
        &[
            "IFC0102 [scedule] unknown event source `scedule(..)` | no such event source | help: did you mean `schedule`?",
            "IFC0103 [timezon] unknown option `timezon` of `#[on(schedule(..))]` | no such option | help: did you mean `timezone`?",
        ],
    );
    on_errors(
        r#"cron("0 0"), bath = 10, batch = true"#,
        &[
            "IFC0102 [cron] unknown event source `cron(..)` | no such event source | help: name a resource, or use one of `http`, `schedule`",
            "IFC0103 [bath] unknown option `bath` of `#[on]` | no such option | help: did you mean `batch`?",
            "IFC0105 [true] `batch` of `#[on]` takes a number from 1 to 10000 | this is a boolean",
        ],
    );
    on_errors(
        r#"TABLE.chagnes(), start = "earliest""#,
        &[
            "IFC0102 [chagnes] no resource has events named `chagnes` | no such events | help: did you mean `changes`?",
            "IFC0105 [\"earliest\"] `start` of `#[on]` has no value `earliest` | no such value | help: values are `latest`, `trim_horizon`",
        ],
    );
    on_errors(
        r#"http, layr = x"#,
        &[
            "IFC0102 [http] `http` needs arguments | help: write `#[on(http(GET, \"/path\"))]`",
            "IFC0103 [layr] unknown option `layr` of `#[on(http(..))]` | no such option | help: did you mean `layer`?",
        ],
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
fn prefixes_and_suffixes_have_no_wildcards() {
    handler_errors(
        r#"#[on(FILES.created(), prefix = "in/*", suffix = "*.png")] async fn f(o: ObjectEvent) {}"#,
        &[
            "IFC0119 [\"in/*\"] `*` stands for nothing in `prefix` | help: write what keys begin or end with, without `*` (Amazon S3, event notification filters)",
            "IFC0119 [\"*.png\"] `*` stands for nothing in `suffix` | help: write what keys begin or end with, without `*` (Amazon S3, event notification filters)",
        ],
    );
}

/// What a `macro_rules!` inserts comes in invisible brackets: `#[on(http(GET, $path))]`.
#[test]
fn invisible_brackets_mean_nothing() {
    use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

    fn inserted(tokens: TokenStream) -> TokenStream {
        let insert = |token| match token {
            TokenTree::Literal(_) => {
                TokenTree::Group(Group::new(Delimiter::None, TokenStream::from(token)))
            }
            TokenTree::Group(group) => {
                TokenTree::Group(Group::new(group.delimiter(), inserted(group.stream())))
            }
            other => other,
        };
        tokens.into_iter().map(insert).collect()
    }
    let source = r#"
        #[on(http(GET, "/orders"))]
        #[on(schedule("rate(1 day)"), retries = 5, max_age = "1h")]
        #[function(timeout = "5s", env(MODE = "fast"))]
        #[grant("s3:GetObject", on = "*", because = "b")]
        async fn f() {}
    "#;
    let tokens: TokenStream = source.parse().expect("the test's own source");
    let function: syn::ItemFn = syn::parse2(inserted(tokens)).expect("a function");
    let mut errors = ifc_syntax::Errors::new();
    let handler = ifc_syntax::handler::parse(&function.attrs, &function.sig, &mut errors);
    assert_eq!(
        errors.iter().map(|e| &e.message).collect::<Vec<_>>(),
        [""; 0]
    );
    let (plain, _) = super::read_handler(source);
    let shown = |triggers: &[ifc_syntax::on::On]| {
        let one = |on: &ifc_syntax::on::On| {
            format!(
                "{} {:?}",
                on.source.describe(),
                on.options
                    .iter()
                    .map(|o| (&o.name, &o.value))
                    .collect::<Vec<_>>()
            )
        };
        triggers.iter().map(one).collect::<Vec<_>>()
    };
    assert_eq!(shown(&handler.triggers), shown(&plain.triggers));
    assert_eq!(handler.grants[0].actions.len(), 1);
}
