//! Settings that differ between stages, and names that a stack has once.

use ifc_catalog::model::{Existing, GrantTarget, Value};
use serde_json::{Value as Json, json};

use crate::fixture::app;

fn in_prod(value: Json) -> Json {
    json!({ "Fn::If": ["IsProd", value, { "Ref": "AWS::NoValue" }] })
}

#[test]
fn what_one_stage_alone_has_leaves_nothing_in_the_others() {
    let compiled = app()
        .metadata(json!({ "stages": { "prod": {
            "ephemeral_storage": 1024,
            "resources": {
                "FILES": { "expire": "30d" },
                "JOBS": { "max_receives": 3 },
                "KEY": { "generate": 32 },
                "RATE": { "default": "0.19" },
            },
        } } }))
        .resource("bucket", "FILES")
        .with("versioned", Value::Flag)
        .resource("queue", "JOBS")
        .resource("secret", "KEY")
        .resource("parameter", "RATE")
        .function("work")
        .compile();
    assert_eq!(compiled.said(), [""; 0]);
    assert_eq!(
        compiled.properties("WorkFunction")["EphemeralStorage"],
        in_prod(json!({ "Size": 1024 }))
    );
    assert_eq!(
        compiled.properties("FilesBucket")["LifecycleConfiguration"]["Rules"][1],
        in_prod(json!({
            "ExpirationInDays": 30,
            "Id": "expire",
            "NoncurrentVersionExpiration": { "NoncurrentDays": 30 },
            "Status": "Enabled",
        }))
    );
    assert_eq!(
        compiled.properties("JobsQueue")["RedrivePolicy"],
        in_prod(json!({
            "deadLetterTargetArn": { "Fn::GetAtt": ["JobsQueueDeadLetters", "Arn"] },
            "maxReceiveCount": 3,
        }))
    );
    assert_eq!(
        compiled.properties("KeySecret")["GenerateSecretString"],
        in_prod(json!({ "ExcludePunctuation": true, "PasswordLength": 32 }))
    );
    assert_eq!(
        compiled.properties("RateParameter")["Value"],
        json!({ "Fn::If": ["IsProd", "0.19", { "Ref": "RateParameterValue" }] })
    );
}

/// The timeouts of the consumer differ, and what they lead to is overridden in one stage.
/// The code that the parameter without an ending names is built for the application's architecture.
#[test]
fn a_stage_of_another_architecture_has_code_of_its_own() {
    let compiled = app()
        .metadata(json!({
            "architecture": "x86_64",
            "stages": { "prod": { "architecture": "arm64" } },
        }))
        .function("work")
        .compile();
    assert_eq!(compiled.said(), [""; 0]);
    let key = |name: &str| json!({ "Ref": name });
    assert_eq!(
        compiled.properties("WorkFunction")["Code"]["S3Key"],
        json!({ "Fn::If": ["IsProd", key("ArtifactKeyArm64"), key("ArtifactKey")] })
    );
}

#[test]
fn what_follows_from_stages_is_one_choice_between_stages() {
    let compiled = app()
        .metadata(json!({ "stages": {
            "dev": { "timeout": "2s" },
            "prod": { "timeout": "5s", "resources": { "JOBS": { "visibility": "1h" } } },
        } }))
        .resource("queue", "JOBS")
        .function("work")
        .on("JOBS", vec![])
        .compile();
    assert_eq!(compiled.said(), [""; 0]);
    assert_eq!(
        compiled.properties("JobsQueue")["VisibilityTimeout"],
        json!({ "Fn::If": ["IsDev", 12, { "Fn::If": ["IsProd", 3600, 90] }] })
    );
}

#[test]
fn what_a_template_has_once_for_all_stages_is_an_error() {
    let compiled = app()
        .metadata(json!({ "stages": { "prod": {
            "removal": "destroy",
            "resources": {
                "FILES": { "versioned": true },
                "ORDERS": { "stream": "keys" },
                "STEPS": { "deduplicate": true, "high_throughput": true },
            },
        } } }))
        .resource("bucket", "FILES")
        .resource("table", "ORDERS")
        .resource("queue", "STEPS")
        .fifo()
        .function("work")
        .on("schedule rate(1 day)", vec![])
        .compile();
    let differs = |what: &str| format!("IFC0804 {what} differs between stages");
    let mut expected = [
        differs("`removal` of `FILES`"),
        differs("`removal` of `ORDERS`"),
        differs("`removal` of `STEPS`"),
        differs("`removal` of the dead letters of `work`"),
        differs("`versioned` of `FILES`"),
        differs("`stream` of `ORDERS`"),
        differs("`deduplicate` of `STEPS`"),
        differs("`high_throughput` of `STEPS`"),
    ];
    let mut said = compiled.said();
    expected.sort();
    said.sort();
    assert_eq!(said, expected);
}

#[test]
fn stages_that_no_stack_can_be_are_errors() {
    let compiled = app()
        .metadata(json!({ "stages": {
            "Prod": { "memory": 256 },
            "aNameThatIsTooLong": { "memory": 256 },
            "prod": { "memory": 512 },
        } }))
        .compile();
    let place = "in `[package.metadata.ifc]`";
    assert_eq!(
        compiled.said(),
        [
            format!("IFC0802 `stages.aNameThatIsTooLong` {place} is no name for a stage"),
            format!("IFC0802 `stages.prod` {place} differs from `Prod` in its first letter alone"),
        ]
    );
}

#[test]
fn one_name_for_two_parameters_of_the_stack_is_an_error() {
    let given = |name: &str| Existing::StackParameter(name.into());
    let compiled = app()
        .resource("table", "ORDERS")
        .existing(given("Stage"))
        .resource("table", "ITEMS")
        .existing(given("RateParameterValue"))
        .resource("queue", "JOBS")
        .existing(given("RateParameter"))
        .resource("queue", "STEPS")
        .existing(Existing::SsmParameter("/shared/steps".into()))
        .resource("queue", "MORE_STEPS")
        .existing(given("StepsQueueArn"))
        // Two names of one resource.
        .resource("topic", "ALERTS")
        .existing(given("AlertsArn"))
        .resource("topic", "ALARMS")
        .existing(given("AlertsArn"))
        .resource("parameter", "RATE")
        .compile();
    assert_eq!(
        compiled.said(),
        [
            "IFC0803 a parameter and a resource of the stack are called `RateParameter`",
            "IFC0803 two parameters of the stack are called `RateParameterValue`",
            "IFC0803 two parameters of the stack are called `Stage`",
            "IFC0803 two parameters of the stack are called `StepsQueueArn`",
        ]
    );
}

#[test]
fn ids_that_cloudformation_does_not_take_are_errors() {
    let said = |parts: usize| {
        let path = format!("http GET {}", "/part".repeat(parts));
        app().function("show").on(&path, vec![]).compile().said()
    };
    assert_eq!(said(50), [""; 0]);
    let id = |what: &str| format!("Get{}{what}", "Part".repeat(62));
    let long = "of `show` is longer than the 255 characters that CloudFormation takes";
    assert_eq!(
        said(62),
        [
            format!("IFC0804 `{}` {long}", id("RoutePermission")),
            format!("IFC0804 `{}` {long}", id("Route")),
        ]
    );
}

#[test]
fn a_function_that_is_granted_something_on_itself_has_no_circle() {
    let compiled = app()
        .resource("function", "PRICE")
        .function("price")
        .on("PRICE", vec![])
        .grant(&["lambda:GetFunction"], GrantTarget::Resource(0))
        .compile();
    assert_eq!(compiled.said(), [""; 0]);
    assert_eq!(
        compiled.statements("PriceRole")[0]["Resource"],
        json!([{ "Fn::Sub": [
            "arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:orders-price-${Unique}",
            { "Unique": { "Fn::Select": [4, { "Fn::Split": ["-", { "Fn::Select": [2, { "Fn::Split": ["/", { "Ref": "AWS::StackId" }] }] }] }] } },
        ] }])
    );
}
