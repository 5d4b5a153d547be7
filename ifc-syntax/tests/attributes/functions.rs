//! Functions: signatures, `#[function]`, `#[grant]` and `#[allow_infra]`.

use super::{handler_errors, read_handler};

/// AWS Lambda refuses them when the stack is deployed.
#[test]
fn names_that_variables_cannot_have() {
    for name in ["A", "_MODE", "GRÖSSE"] {
        let (_, errors) = read_handler(&format!(
            "#[on(http(GET, \"/\"))] #[function(env({name} = \"x\"))] async fn f() {{}}"
        ));
        assert!(
            matches!(errors.as_slice(), [one] if one.contains(&format!("cannot set `{name}`"))),
            "{name}: {errors:?}"
        );
    }
}

#[test]
fn how_long_values_are_kept_is_for_users_to_say() {
    let attribute = "#[function(env(IFC_CACHE_SECONDS = \"0\"))]";
    let (_, errors) = read_handler(&format!("#[on(QUEUE)] {attribute} async fn f(x: T) {{}}"));
    assert_eq!(errors, [""; 0]);
}

#[test]
fn all_attributes_of_a_function_are_read() {
    let (handler, errors) = read_handler(
        r#"
        #[doc = "x"]
        #[on(QUEUE)]
        #[on(TOPIC)]
        #[ifc_runtime::function(name = "other", memory = 128, env(MODE = "1"))]
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
fn signatures_that_nobody_can_call() {
    handler_errors(
        "#[on(QUEUE)] fn f(x: T) {}",
        &["IFC0113 [fn] the handler `f` is not async | help: write `async fn`"],
    );
    handler_errors(
        "#[on(QUEUE)] async unsafe fn f(x: T) {}",
        &[
            "IFC0113 [unsafe] the handler `f` is unsafe | help: remove `unsafe`: a trigger promises nothing; put the block that needs it into the body",
        ],
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
        "#[on(QUEUE)] fn f<X>(self, x: &X) {}",
        &[
            "IFC0113 [fn] the handler `f` is not async | help: write `async fn`",
            "IFC0113 [self] the handler `f` takes `self` | help: make it a free function; a handler is called by the runtime, which has no value for `self`",
            "IFC0113 [X] the handler `f` has a type parameter | help: name the type: nobody could choose it when a trigger calls the handler",
            "IFC0113 [&X] the handler `f` borrows its argument | help: take the value itself, without `&`",
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
            "IFC0118 [\"textract\", on = \"everything\"] `#[grant]` does not say why | help: add `because = \"..\"`; the reason stands in the manifest, for those who review it",
        ],
    );
    handler_errors(
        r#"#[grant("s3:Get", becuase = "x")] #[grant(s3:GetObject, on = X, because = "")] #[grant(on)] #[allow_infra(a, b, becuase = "x")] #[allow_infra] fn f() {}"#,
        &[
            "IFC0103 [becuase] unknown option `becuase` of `#[grant]` | no such option | help: did you mean `because`?",
            "IFC0116 [\"s3:Get\", becuase = \"x\"] `#[grant]` does not say on what | help: add `on = \"arn:..\"`, `on = \"*\"` or `on = RESOURCE`",
            "IFC0101 [:] cannot read `#[grant]` | expected `=`, `,` or the end behind `s3`",
            "IFC0118 [\"\"] `#[grant]` does not say why | help: add `because = \"..\"`; the reason stands in the manifest, for those who review it",
            "IFC0101 [on] cannot read `#[grant]` | expected a value behind `on =`",
            "IFC0116 [on] `#[grant]` names no action | help: write service and action: \"textract:DetectDocumentText\"",
            "IFC0118 [on] `#[grant]` does not say why | help: add `because = \"..\"`; the reason stands in the manifest, for those who review it",
            "IFC0101 [b] cannot read `#[allow_infra]` | expected one check and `because = \"..\"`",
            "IFC0103 [becuase] unknown option `becuase` of `#[allow_infra]` | no such option | help: did you mean `because`?",
            "IFC0117 [allow_infra] `#[allow_infra]` does not name a check | help: write `#[allow_infra(unused_resource, because = \"..\")]`",
            "IFC0118 [allow_infra] `#[allow_infra]` does not say why | help: add `because = \"..\"`; the reason stands in the manifest, for those who review it",
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
fn what_is_given_twice_is_said() {
    handler_errors(
        r#"#[on(QUEUE)] #[function(env(A1 = "1", B1 = "2", A1 = "3"))] #[grant("s3:GetObject", on = X, on = Y, because = "x", because = "y")] #[allow_infra(check, because = "x", because = "y")] async fn f(x: T) {}"#,
        &[
            "IFC0106 [A1] `A1` of `#[function]` is given too often | given before",
            "IFC0106 [on] `on` of `#[grant]` is given too often | given before",
            "IFC0106 [because] `because` of `#[grant]` is given too often | given before",
            "IFC0106 [because] `because` of `#[allow_infra]` is given too often | given before",
        ],
    );
}

#[test]
fn silenced_checks_need_a_function_that_something_triggers() {
    handler_errors(
        r#"#[allow_infra(check, because = "x")] fn f() {}"#,
        &[
            "IFC0115 [allow_infra] `#[allow_infra]` has no meaning here | help: put it on a function with `#[on]` or a resource",
        ],
    );
}
