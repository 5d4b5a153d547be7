//! Defaults, attributes, `[package.metadata.ifc]` and stages.

use ifc_catalog::manifest::Origin;
use ifc_catalog::model::{Existing, Value};
use serde_json::{Value as Json, json};

use crate::fixture::{app, option, seconds, text};

#[test]
fn every_default_is_listed_with_its_reason() {
    let compiled = app()
        .resource("table", "ORDERS")
        .resource("queue", "JOBS")
        .resource("bucket", "FILES")
        .function("work")
        .on("JOBS", vec![])
        .on("http GET /", vec![])
        .compile();
    let shared: Vec<_> = compiled.manifest.settings.keys().collect();
    assert_eq!(
        shared,
        [
            "burst_limit",
            "dead_letter_alarm",
            "dead_letter_retention",
            "rate_limit"
        ]
    );
    let function = &compiled.manifest.functions["work"];
    for key in ["memory", "timeout", "architecture", "log_retention"] {
        let setting = &function.settings[key];
        assert_eq!(setting.origin, Origin::Default, "{key}");
        assert!(!setting.reason.is_empty(), "{key}");
    }
    let manifest = json!(compiled.manifest);
    let batch = &manifest["functions"]["work"]["triggers"][0]["settings"]["batch"];
    assert_eq!(batch["value"], 10);
    let value =
        |name: &str, key: &str| manifest["resources"][name]["settings"][key]["value"].clone();
    assert_eq!(value("JOBS", "visibility"), 90);
    assert_eq!(value("ORDERS", "removal"), "retain");
    assert_eq!(value("FILES", "public_access"), "blocked");
}

#[test]
fn stateful_resources_are_kept() {
    let compiled = app()
        .resource("table", "ORDERS")
        .resource("queue", "JOBS")
        .resource("bucket", "FILES")
        .resource("secret", "KEY")
        .resource("table", "CACHE")
        .with("destroy", Value::Flag)
        .compile();
    for id in ["OrdersTable", "JobsQueue", "FilesBucket", "KeySecret"] {
        let resource = compiled.resource(id);
        assert_eq!(resource["DeletionPolicy"], "Retain", "{id}");
        assert_eq!(resource["UpdateReplacePolicy"], "Retain", "{id}");
    }
    assert_eq!(compiled.resource("CacheTable")["DeletionPolicy"], "Delete");
}

#[test]
fn data_is_encrypted_and_private() {
    let compiled = app()
        .resource("table", "ORDERS")
        .resource("queue", "JOBS")
        .resource("topic", "ALERTS")
        .resource("bucket", "FILES")
        .compile();
    let table = compiled.properties("OrdersTable");
    assert_eq!(table["SSESpecification"]["SSEEnabled"], true);
    assert_eq!(
        table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"],
        true
    );
    assert_eq!(
        compiled.properties("JobsQueue")["SqsManagedSseEnabled"],
        true
    );
    assert_eq!(
        compiled.properties("AlertsTopic")["KmsMasterKeyId"],
        "alias/aws/sns"
    );
    let blocked = &compiled.properties("FilesBucket")["PublicAccessBlockConfiguration"];
    assert!(
        blocked
            .as_object()
            .is_some_and(|all| all.len() == 4 && all.values().all(|on| on == true))
    );
    let statement = &compiled.properties("FilesBucketPolicy")["PolicyDocument"]["Statement"][0];
    assert_eq!(statement["Effect"], "Deny");
    assert_eq!(
        statement["Condition"],
        json!({ "Bool": { "aws:SecureTransport": "false" } })
    );
}

#[test]
fn what_names_one_wins_over_what_holds_for_all_then_metadata_over_attributes() {
    let compiled = app()
        .metadata(json!({
            "memory": 512,
            "timeout": "20s",
            "functions": { "c": { "memory": 2048 } },
        }))
        .function("a")
        .function("b")
        .set("memory", Value::Int(1024))
        .function("c")
        .set("memory", Value::Int(1024))
        .compile();
    assert_eq!(compiled.said(), [""; 0]);
    let memory = |id: &str| compiled.properties(id)["MemorySize"].clone();
    assert_eq!(memory("AFunction"), 512);
    assert_eq!(memory("BFunction"), 1024);
    assert_eq!(memory("CFunction"), 2048);
    assert_eq!(compiled.properties("AFunction")["Timeout"], 20);
    let origin = |name: &str| compiled.manifest.functions[name].settings["memory"].origin;
    assert_eq!(origin("a"), Origin::Metadata);
    assert_eq!(origin("b"), Origin::Attribute);
}

#[test]
fn stages_are_conditions_on_the_parameter() {
    let compiled = app()
        .metadata(json!({ "stages": {
            "prod": {
                "memory": 1024,
                "functions": { "work": { "reserved_concurrency": 50, "env": { "MODE": "live" } } },
                "resources": { "ORDERS": { "deletion_protection": true } },
            },
            "test": { "memory": 128 },
        } }))
        .resource("table", "ORDERS")
        .function("work")
        .set("env", Value::Map(vec![("MODE".into(), text("try"))]))
        .compile();
    assert_eq!(compiled.said(), [""; 0]);
    assert_eq!(
        compiled.template["Conditions"],
        json!({
            "IsProd": { "Fn::Equals": [{ "Ref": "Stage" }, "prod"] },
            "IsTest": { "Fn::Equals": [{ "Ref": "Stage" }, "test"] },
        })
    );
    let function = compiled.properties("WorkFunction");
    assert_eq!(
        function["MemorySize"],
        json!({ "Fn::If": ["IsProd", 1024, { "Fn::If": ["IsTest", 128, 256] }] })
    );
    assert_eq!(
        function["ReservedConcurrentExecutions"],
        json!({ "Fn::If": ["IsProd", 50, { "Ref": "AWS::NoValue" }] })
    );
    assert_eq!(
        function["Environment"]["Variables"]["MODE"],
        json!({ "Fn::If": ["IsProd", "live", "try"] })
    );
    assert_eq!(
        compiled.properties("OrdersTable")["DeletionProtectionEnabled"],
        json!({ "Fn::If": ["IsProd", true, false] })
    );
}

#[test]
fn unknown_and_unfit_settings_are_errors() {
    let compiled = app()
        .metadata(json!({
            "memmory": 512,
            "timeout": "20 minutes",
            "functions": { "wrok": { "memory": 512 }, "work": { "memory": 100 } },
            "resources": { "ORDERS": { "visibility": "5s" } },
            "stages": { "prod": { "tags": {} } },
            "properties": { "OrderTable": { "TableClass": "STANDARD" } },
        }))
        .resource("table", "ORDERS")
        .function("work")
        .compile();
    let place = "in `[package.metadata.ifc]`";
    assert_eq!(
        compiled.said(),
        [
            format!("IFC0801 `functions.wrok` {place} names no function"),
            format!("IFC0801 `memmory` {place} names no setting"),
            format!("IFC0801 `properties.OrderTable` {place} names no resource of the template"),
            format!("IFC0801 `resources.ORDERS.visibility` {place} names no setting"),
            format!("IFC0801 `stages.prod.tags` {place} names no setting"),
            format!("IFC0802 `functions.work.memory` {place} does not fit"),
            format!(
                "IFC0802 `timeout` {place} does not fit: is not a duration such as \"500ms\", \"5s\", \"10m\", \"1h\" or \"4d\""
            ),
        ]
    );
    assert_eq!(compiled.diagnostics[1].helps, ["did you mean `memory`?"]);
    assert_eq!(
        compiled.diagnostics[2].helps,
        ["did you mean `OrdersTable`?"]
    );
}

#[test]
fn settings_that_would_be_lost_are_errors() {
    let compiled = app()
        .metadata(json!({
            "alarm_topic": { "parameter": "Alarms", "ssm": "/alarms" },
            "cors": { "credentials": "yes", "origins": ["https://a.example"] },
            "functions": { "work": { "env": { "LIMITS": { "small": 1 } } } },
            "native": {
                "Rate": { "type": "AWS::Kinesis::Stream", "DependsOn": "JobsQueue" },
                "Stream": { "type": "AWS::Kinesis::Stream", "properties": 1 },
            },
            "resources": {
                "EVENTS": { "removal": "destroy" },
                "JOBS": { "deduplicate": true, "deletion_protection": true },
                "OLD": { "deletion_protection": true },
            },
        }))
        .resource("bus", "EVENTS")
        .resource("queue", "JOBS")
        .resource("table", "OLD")
        .existing(Existing::StackParameter("Old".into()))
        .function("work")
        .on("http GET /", vec![])
        .compile();
    let place = "in `[package.metadata.ifc]`";
    assert_eq!(
        compiled.said(),
        [
            format!("IFC0801 `native.Rate.DependsOn` {place} names no setting"),
            format!("IFC0801 `resources.EVENTS.removal` {place} names no setting"),
            format!("IFC0801 `resources.JOBS.deletion_protection` {place} names no setting"),
            format!("IFC0802 `alarm_topic` {place} is not a topic"),
            format!("IFC0802 `cors.credentials` {place} is not a boolean"),
            format!("IFC0802 `functions.work.env.LIMITS` {place} is not a string"),
            format!("IFC0802 `native.Stream.properties` {place} is not a table"),
            format!(
                "IFC0802 `resources.JOBS` {place}: `deduplicate` has no meaning for a standard queue"
            ),
            format!("IFC0802 `resources.OLD` {place} has no effect on an existing resource"),
        ]
    );
    let compiled = app()
        .metadata(json!({
            "cors": { "origins": ["https://a.example"] },
            "rate_limit": 5,
            "stages": { "prod": { "burst_limit": 5 } },
        }))
        .function("work")
        .compile();
    assert_eq!(
        compiled.said(),
        ["cors", "rate_limit", "stages.prod.burst_limit"]
            .map(|path| format!("IFC0802 `{path}` {place} has no effect without an HTTP API"))
    );
    let compiled = app().metadata(json!([{ "memory": 512 }])).compile();
    assert_eq!(
        compiled.said(),
        ["IFC0802 `[package.metadata.ifc]` is not a table"]
    );
}

#[test]
fn properties_and_further_resources_of_the_template() {
    let compiled = app()
        .metadata(json!({
            "tags": { "team": "orders" },
            "properties": { "OrdersTable": { "TableClass": "STANDARD_INFREQUENT_ACCESS" } },
            "native": { "Stream": { "type": "AWS::Kinesis::Stream", "properties": { "ShardCount": 1 } } },
        }))
        .resource("table", "ORDERS")
        .compile();
    assert_eq!(compiled.said(), [""; 0]);
    let table = compiled.properties("OrdersTable");
    assert_eq!(table["TableClass"], "STANDARD_INFREQUENT_ACCESS");
    assert_eq!(table["Tags"], json!([{ "Key": "team", "Value": "orders" }]));
    assert_eq!(
        compiled.resource("Stream"),
        &json!({ "Type": "AWS::Kinesis::Stream", "Properties": { "ShardCount": 1 } })
    );
}

#[test]
fn cors_and_alarms() {
    let compiled = app()
        .metadata(json!({
            "cors": { "origins": ["https://a.example"], "methods": ["GET"], "max_age": "1h" },
            "alarm_topic": "arn:aws:sns:eu-central-1:123456789012:alarms",
        }))
        .resource("queue", "JOBS")
        .function("work")
        .on("http GET /", vec![])
        .on("JOBS", vec![])
        .compile();
    assert_eq!(
        compiled.properties("HttpApi")["CorsConfiguration"],
        json!({ "AllowOrigins": ["https://a.example"], "AllowMethods": ["GET"], "MaxAge": 3600 })
    );
    assert_eq!(
        compiled.properties("JobsQueueDeadLettersAlarm")["AlarmActions"],
        json!(["arn:aws:sns:eu-central-1:123456789012:alarms"])
    );
}

/// Deployments would fail, or nobody would get in.
#[test]
fn values_that_aws_refuses_are_errors() {
    let said = |metadata: Json| {
        let compiled = app()
            .metadata(metadata)
            .resource("queue", "JOBS")
            .function("work")
            .on("http GET /", vec![])
            .compile();
        let said = compiled.said();
        assert!(said.len() < 2, "{said:?}");
        said.concat()
    };
    let long = "x".repeat(129);
    let cases = [
        (json!({ "tags": { "aws:team": "shop" } }), "`tags.aws:team`"),
        (json!({ "tags": { "": "shop" } }), "`tags.`"),
        (json!({ "tags": { &long: "shop" } }), "is no tag"),
        (json!({ "tags": { "team": "a&b" } }), "`tags.team`"),
        (json!({ "tags": { "team": "Größe 1 (a)" } }), "`tags.team`"),
        (json!({ "tags": { "team": "Größe 1/a" } }), ""),
        (json!({ "cors": {} }), "`cors`"),
        (json!({ "cors": { "origins": [] } }), "`cors`"),
        (
            json!({ "cors": { "origins": ["*"], "methods": ["FETCH"] } }),
            "`FETCH`",
        ),
        (
            json!({ "cors": { "origins": ["*"], "max_age": "25h" } }),
            "`cors.max_age`",
        ),
        (
            json!({ "cors": { "origins": ["*"], "max_age": "24h" } }),
            "",
        ),
        (
            json!({ "alarm_topic": "arn:aws:sqs:eu-central-1:1:alarms" }),
            "`alarm_topic`",
        ),
        (
            json!({ "alarm_topic": { "parameter": "my-topic" } }),
            "`alarm_topic`",
        ),
        (
            json!({ "native": { "My-Topic": { "type": "AWS::SNS::Topic" } } }),
            "`native.My-Topic`",
        ),
        (
            json!({ "resources": { "JOBS": { "delay": "1500ms" } } }),
            "must be a multiple of 1s",
        ),
        (json!({ "env": { "A": "b" } }), "cannot set `A`"),
    ];
    for (metadata, expected) in cases {
        let said = said(metadata.clone());
        assert!(
            said.contains(expected) && said.is_empty() == expected.is_empty(),
            "{metadata}: {said}"
        );
    }
}

#[test]
fn functions_of_another_architecture_have_code_of_their_own() {
    let compiled = app()
        .function("a")
        .function("b")
        .set("architecture", text("x86_64"))
        .compile();
    let key = |id: &str| compiled.properties(id)["Code"]["S3Key"]["Ref"].clone();
    assert_eq!(key("AFunction"), "ArtifactKey");
    assert_eq!(key("BFunction"), "ArtifactKeyX8664");
    assert!(compiled.template["Parameters"]["ArtifactKeyX8664"].is_object());
}

#[test]
fn one_id_for_two_things_is_an_error() {
    let compiled = app()
        .function("order_items")
        .function("orderItems")
        .on(
            "schedule rate(1 day)",
            vec![option("flexible", seconds(60))],
        )
        .compile();
    let said = compiled.said();
    assert!(
        said.contains(
            &"IFC0803 `orderItems` and `order_items` both give `OrderItemsFunction` in the template"
                .to_string()
        ),
        "{said:?}"
    );
}

#[test]
fn one_physical_name_for_two_things_is_an_error() {
    let long = "SCANS_OF_ALL_THE_INVOICES_OF_THE_YEAR_THAT_LIES_BEFORE";
    let compiled = app()
        .resource("bucket", &format!("{long}_IN"))
        .resource("bucket", &format!("{long}_OUT"))
        .function("work")
        .on(&format!("{long}_IN.created"), vec![])
        .on(&format!("{long}_OUT.created"), vec![])
        .compile();
    assert_eq!(
        compiled.said(),
        [format!(
            "IFC0803 `{long}_IN` and `{long}_OUT` both give one bucket name"
        )]
    );
}

#[test]
fn names_of_existing_resources_come_from_their_arns() {
    let compiled = app()
        .resource("table", "A")
        .existing(Existing::Arn(
            "arn:aws:dynamodb:eu-west-1:123456789012:table/a".into(),
        ))
        .resource("queue", "B")
        .existing(Existing::Arn("arn:aws:sqs:eu-west-1:123456789012:b".into()))
        .resource("bucket", "C")
        .existing(Existing::Arn("arn:aws:s3:::c".into()))
        .resource("parameter", "D")
        .existing(Existing::Arn(
            "arn:aws:ssm:eu-west-1:123456789012:parameter/d/e".into(),
        ))
        .resource("table", "F")
        .existing(Existing::StackParameter("FArn".into()))
        .function("work")
        .uses("A.get")
        .uses("B.send")
        .uses("C.put")
        .uses("D.get")
        .uses("F.get")
        .compile();
    let variables = &compiled.properties("WorkFunction")["Environment"]["Variables"];
    assert_eq!(variables["IFC_A"], "a");
    assert_eq!(
        variables["IFC_B"],
        json!({ "Fn::Sub": "https://sqs.eu-west-1.${AWS::URLSuffix}/123456789012/b" })
    );
    assert_eq!(variables["IFC_C"], "c");
    assert_eq!(variables["IFC_D"], "/d/e");
    assert_eq!(
        variables["IFC_F"],
        json!({ "Fn::Select": [1, { "Fn::Split": ["/", { "Ref": "FArn" }] }] })
    );
}
