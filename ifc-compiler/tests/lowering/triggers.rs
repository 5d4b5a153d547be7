//! What each event source puts into the template.

use ifc_catalog::model::{Existing, Value};
use serde_json::{Value as Json, json};

use crate::fixture::{allow, app, arn, option, seconds, text};

fn sends_dead_letters(function: &str) -> Json {
    allow(
        &["sqs:SendMessage"],
        &[arn(&format!("{function}DeadLetters"))],
    )
}

#[test]
fn http() {
    let compiled = app()
        .function("show")
        .on("http GET /orders/{id}", vec![])
        .on("http ANY /files/{*rest}", vec![])
        .compile();
    assert_eq!(
        compiled.properties("GetOrdersByIdRoute")["RouteKey"],
        "GET /orders/{id}"
    );
    assert_eq!(
        compiled.properties("AnyFilesAllRestRoute")["RouteKey"],
        "ANY /files/{rest+}"
    );
    let source = |path: &str| {
        let api = "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${HttpApi}";
        json!({ "Fn::Sub": format!("{api}/*/{path}") })
    };
    assert_eq!(
        compiled.properties("GetOrdersByIdRoutePermission"),
        &json!({
            "Action": "lambda:InvokeFunction",
            "FunctionName": arn("ShowFunction"),
            "Principal": "apigateway.amazonaws.com",
            "SourceArn": source("GET/orders/{id}"),
        })
    );
    assert_eq!(
        compiled.properties("AnyFilesAllRestRoutePermission")["SourceArn"],
        source("*/files/{rest+}")
    );
    let integrations = compiled
        .ids()
        .into_iter()
        .filter(|id| id.ends_with("Integration"));
    assert_eq!(integrations.count(), 1);
    // Whoever calls the API sees its failures: no dead-letter queue.
    assert_eq!(compiled.statements("ShowRole"), [] as [Json; 0]);
    assert!(!compiled.ids().iter().any(|id| id.ends_with("DeadLetters")));
    assert_eq!(
        compiled.properties("HttpApiStage")["AccessLogSettings"]["DestinationArn"],
        arn("HttpApiAccessLogs")
    );
}

#[test]
fn queue() {
    let compiled = app()
        .resource("queue", "SHIPMENTS")
        .function("ship")
        .set("timeout", seconds(20))
        .on(
            "SHIPMENTS",
            vec![
                option("batch", Value::Int(50)),
                option("window", seconds(5)),
                option("max_concurrency", Value::Int(4)),
                option("filter", text("{ \"body\": {\"express\": [true]} }")),
                option("filter", text("{\"body\":{\"late\":[true]}}")),
            ],
        )
        .compile();
    assert_eq!(
        compiled.properties("ShipOnShipmentsQueueMapping"),
        &json!({
            "BatchSize": 50,
            "EventSourceArn": arn("ShipmentsQueue"),
            "FilterCriteria": { "Filters": [
                { "Pattern": "{\"body\":{\"express\":[true]}}" },
                { "Pattern": "{\"body\":{\"late\":[true]}}" },
            ] },
            "FunctionName": arn("ShipFunction"),
            "FunctionResponseTypes": ["ReportBatchItemFailures"],
            "MaximumBatchingWindowInSeconds": 5,
            "ScalingConfig": { "MaximumConcurrency": 4 },
        })
    );
    assert_eq!(
        compiled.statements("ShipRole"),
        [allow(
            &[
                "sqs:DeleteMessage",
                "sqs:GetQueueAttributes",
                "sqs:ReceiveMessage"
            ],
            &[arn("ShipmentsQueue")]
        )]
    );
    let queue = compiled.properties("ShipmentsQueue");
    assert_eq!(queue["VisibilityTimeout"], 6 * 20 + 5);
    assert_eq!(
        queue["RedrivePolicy"],
        json!({ "deadLetterTargetArn": arn("ShipmentsQueueDeadLetters"), "maxReceiveCount": 5 })
    );
    let alarm = compiled.properties("ShipmentsQueueDeadLettersAlarm");
    assert_eq!(
        alarm["Dimensions"],
        json!([{
            "Name": "QueueName",
            "Value": { "Fn::GetAtt": ["ShipmentsQueueDeadLetters", "QueueName"] },
        }])
    );
    // SQS moves dead letters itself: no policy, no permission.
    assert!(!compiled.ids().iter().any(|id| id.ends_with("Policy")));
}

#[test]
fn fifo_queue_has_a_fifo_dead_letter_queue() {
    let compiled = app()
        .resource("queue", "STEPS")
        .fifo()
        .function("step")
        .on("STEPS", vec![])
        .compile();
    assert_eq!(compiled.properties("StepsQueue")["FifoQueue"], true);
    assert_eq!(
        compiled.properties("StepsQueueDeadLetters")["FifoQueue"],
        true
    );
}

#[test]
fn visibility_covers_the_slowest_consumer_in_every_stage() {
    let compiled = app()
        .metadata(
            json!({ "stages": { "prod": { "functions": { "slow": { "timeout": "60s" } } } } }),
        )
        .resource("queue", "JOBS")
        .function("fast")
        .set("timeout", seconds(30))
        .on("JOBS", vec![])
        .function("slow")
        .set("timeout", seconds(10))
        .on("JOBS", vec![])
        .compile();
    assert_eq!(
        compiled.properties("JobsQueue")["VisibilityTimeout"],
        json!({ "Fn::If": ["IsProd", 360, 180] })
    );
}

#[test]
fn table_stream() {
    let compiled = app()
        .resource("table", "ORDERS")
        .function("audit")
        .on(
            "ORDERS.changes",
            vec![
                option("start", text("latest")),
                option("retries", Value::Int(2)),
            ],
        )
        .compile();
    let stream = json!({ "Fn::GetAtt": ["OrdersTable", "StreamArn"] });
    assert_eq!(
        compiled.properties("AuditOnOrdersTableMapping"),
        &json!({
            "BatchSize": 100,
            "BisectBatchOnFunctionError": true,
            "DestinationConfig": { "OnFailure": { "Destination": arn("AuditFunctionDeadLetters") } },
            "EventSourceArn": stream,
            "FunctionName": arn("AuditFunction"),
            "FunctionResponseTypes": ["ReportBatchItemFailures"],
            "MaximumRecordAgeInSeconds": 86400,
            "MaximumRetryAttempts": 2,
            "ParallelizationFactor": 1,
            "StartingPosition": "LATEST",
        })
    );
    assert_eq!(
        compiled.statements("AuditRole"),
        [
            allow(
                &[
                    "dynamodb:DescribeStream",
                    "dynamodb:GetRecords",
                    "dynamodb:GetShardIterator"
                ],
                &[stream]
            ),
            allow(&["dynamodb:ListStreams"], &[json!("*")]),
            sends_dead_letters("AuditFunction"),
        ]
    );
    assert_eq!(
        compiled.properties("OrdersTable")["StreamSpecification"],
        json!({ "StreamViewType": "NEW_AND_OLD_IMAGES" })
    );
}

#[test]
fn tables_that_nobody_follows_have_no_stream() {
    let compiled = app().resource("table", "ORDERS").compile();
    assert!(compiled.properties("OrdersTable")["StreamSpecification"].is_null());
}

fn dead_letter_policy(queue: &str, service: &str, source: Json) -> Json {
    json!({
        "PolicyDocument": { "Version": "2012-10-17", "Statement": [{
            "Effect": "Allow",
            "Principal": { "Service": service },
            "Action": ["sqs:SendMessage"],
            "Resource": [arn(queue)],
            "Condition": { "ArnEquals": { "aws:SourceArn": source } },
        }] },
        "Queues": [{ "Ref": queue }],
    })
}

#[test]
fn topic() {
    let compiled = app()
        .resource("topic", "ALERTS")
        .function("alert")
        .on(
            "ALERTS",
            vec![option("filter", text("{\"kind\":[\"late\"]}"))],
        )
        .compile();
    let topic = json!({ "Ref": "AlertsTopic" });
    assert_eq!(
        compiled.properties("AlertOnAlertsTopicSubscription"),
        &json!({
            "Endpoint": arn("AlertFunction"),
            "FilterPolicy": { "kind": ["late"] },
            "FilterPolicyScope": "MessageAttributes",
            "Protocol": "lambda",
            "RedrivePolicy": { "deadLetterTargetArn": arn("AlertFunctionDeadLetters") },
            "TopicArn": topic,
        })
    );
    assert_eq!(
        compiled.properties("AlertOnAlertsTopicPermission"),
        &json!({
            "Action": "lambda:InvokeFunction",
            "FunctionName": arn("AlertFunction"),
            "Principal": "sns.amazonaws.com",
            "SourceArn": topic,
        })
    );
    assert_eq!(
        compiled.properties("AlertFunctionDeadLettersPolicy"),
        &dead_letter_policy("AlertFunctionDeadLetters", "sns.amazonaws.com", topic)
    );
    assert_eq!(
        compiled.statements("AlertRole"),
        [sends_dead_letters("AlertFunction")]
    );
}

#[test]
fn bus() {
    let compiled = app()
        .resource("bus", "EVENTS")
        .function("route")
        .on(
            "EVENTS",
            vec![
                option("pattern", text("{\"detail\":{\"total\":[1]}}")),
                option("retries", Value::Int(1)),
                option("max_age", seconds(3600)),
            ],
        )
        .detail_type("Placed")
        .compile();
    assert_eq!(
        compiled.properties("RouteOnEventsBusPlacedRule"),
        &json!({
            "EventBusName": { "Ref": "EventsBus" },
            "EventPattern": {
                "source": ["orders"],
                "detail-type": ["Placed"],
                "detail": { "total": [1] },
            },
            "State": "ENABLED",
            "Targets": [{
                "Id": "function",
                "Arn": arn("RouteFunction"),
                "DeadLetterConfig": { "Arn": arn("RouteFunctionDeadLetters") },
                "RetryPolicy": { "MaximumRetryAttempts": 1, "MaximumEventAgeInSeconds": 3600 },
            }],
        })
    );
    assert_eq!(
        compiled.properties("RouteOnEventsBusPlacedPermission")["SourceArn"],
        arn("RouteOnEventsBusPlacedRule")
    );
    assert_eq!(
        compiled.properties("RouteFunctionDeadLettersPolicy"),
        &dead_letter_policy(
            "RouteFunctionDeadLetters",
            "events.amazonaws.com",
            arn("RouteOnEventsBusPlacedRule")
        )
    );
    assert_eq!(
        compiled.properties("RouteFunctionAsyncConfig"),
        &json!({
            "DestinationConfig": { "OnFailure": { "Destination": arn("RouteFunctionDeadLetters") } },
            "FunctionName": { "Ref": "RouteFunction" },
            "MaximumEventAgeInSeconds": 3600,
            "MaximumRetryAttempts": 1,
            "Qualifier": "$LATEST",
        })
    );
}

#[test]
fn a_bus_trigger_without_variants_means_all_of_them() {
    let compiled = app()
        .resource("bus", "EVENTS")
        .function("route")
        .on("EVENTS", vec![])
        .compile();
    assert_eq!(
        compiled.properties("RouteOnEventsBusRule")["EventPattern"],
        json!({ "source": ["orders"], "detail-type": ["Placed", "Cancelled"] })
    );
}

#[test]
fn schedule() {
    let compiled = app()
        .function("sweep")
        .on(
            "schedule rate(5 minutes)",
            vec![
                option("flexible", seconds(900)),
                option("input", text("{ \"depth\": 3 }")),
            ],
        )
        .compile();
    let input = concat!(
        r#"{"ifc.schedule":{"arn":"<aws.scheduler.schedule-arn>","#,
        r#""attempt":"<aws.scheduler.attempt-number>","execution":"<aws.scheduler.execution-id>","#,
        r#""time":"<aws.scheduler.scheduled-time>"},"input":{"depth":3}}"#
    );
    assert_eq!(
        compiled.properties("SweepRate5MinutesSchedule"),
        &json!({
            "FlexibleTimeWindow": { "Mode": "FLEXIBLE", "MaximumWindowInMinutes": 15 },
            "GroupName": { "Ref": "Schedules" },
            "ScheduleExpression": "rate(5 minutes)",
            "Target": {
                "Arn": arn("SweepFunction"),
                "DeadLetterConfig": { "Arn": arn("SweepFunctionDeadLetters") },
                "Input": input,
                "RetryPolicy": { "MaximumRetryAttempts": 3, "MaximumEventAgeInSeconds": 3600 },
                "RoleArn": arn("SweepRate5MinutesScheduleRole"),
            },
        })
    );
    let role = compiled.properties("SweepRate5MinutesScheduleRole");
    assert_eq!(
        role["AssumeRolePolicyDocument"]["Statement"],
        json!([{
            "Effect": "Allow",
            "Principal": { "Service": "scheduler.amazonaws.com" },
            "Action": ["sts:AssumeRole"],
            "Condition": {
                "StringEquals": { "aws:SourceAccount": { "Ref": "AWS::AccountId" } },
                "ArnEquals": { "aws:SourceArn": arn("Schedules") },
            },
        }])
    );
    assert_eq!(
        compiled.statements("SweepRate5MinutesScheduleRole"),
        [
            allow(&["lambda:InvokeFunction"], &[arn("SweepFunction")]),
            sends_dead_letters("SweepFunction"),
        ]
    );
}

#[test]
fn bucket_notifications_close_no_circle() {
    let compiled = app()
        .resource("bucket", "UPLOADS")
        .function("thumbnail")
        .on(
            "UPLOADS.created",
            vec![
                option("prefix", text("in/a b+ü/")),
                option("suffix", text("(1).png")),
            ],
        )
        .uses("UPLOADS.get")
        .compile();
    let bucket = compiled.resource("UploadsBucket");
    assert_eq!(bucket["DependsOn"], "ThumbnailOnUploadsBucketPermission");
    assert_eq!(
        bucket["Properties"]["NotificationConfiguration"],
        json!({ "LambdaConfigurations": [{
            "Event": "s3:ObjectCreated:*",
            "Function": arn("ThumbnailFunction"),
            "Filter": { "S3Key": { "Rules": [
                { "Name": "prefix", "Value": "in/a+b%2B%C3%BC/" },
                { "Name": "suffix", "Value": "(1).png" },
            ] } },
        }] })
    );
    let permission = compiled.properties("ThumbnailOnUploadsBucketPermission");
    assert_eq!(permission["Principal"], "s3.amazonaws.com");
    assert_eq!(
        permission["SourceAccount"],
        json!({ "Ref": "AWS::AccountId" })
    );
    for id in [
        "ThumbnailFunction",
        "ThumbnailRole",
        "ThumbnailOnUploadsBucketPermission",
    ] {
        let text = compiled.resource(id).to_string();
        assert!(
            !text.contains("UploadsBucket\""),
            "{id} refers to the bucket: {text}"
        );
    }
}

#[test]
fn triggers_of_a_bucket_exclude_each_other() {
    let both = |first: &str, second: &str| {
        let prefix = |prefix: &str| vec![option("prefix", text(prefix))];
        app()
            .resource("bucket", "UPLOADS")
            .function("a")
            .on("UPLOADS.created", prefix(first))
            .function("b")
            .on("UPLOADS.created", prefix(second))
            .compile()
            .said()
    };
    assert_eq!(both("in/", "out/"), [""; 0]);
    assert_eq!(
        both("in/", "in/large/"),
        ["IFC0804 another trigger of `UPLOADS` is about the same objects"]
    );
}

#[test]
fn buckets_without_notifications_get_their_name_from_cloudformation() {
    let compiled = app().resource("bucket", "FILES").compile();
    assert!(compiled.properties("FilesBucket")["BucketName"].is_null());
}

#[test]
fn direct_invocation() {
    let compiled = app()
        .resource("function", "PRICE")
        .function("place")
        .uses("PRICE.invoke")
        .function("price")
        .on("PRICE", vec![])
        .compile();
    assert_eq!(
        compiled.statements("PlaceRole"),
        [allow(&["lambda:InvokeFunction"], &[arn("PriceFunction")])]
    );
    assert_eq!(
        compiled.properties("PlaceFunction")["Environment"]["Variables"]["IFC_PRICE"],
        arn("PriceFunction")
    );
    assert!(compiled.properties("PriceFunction")["FunctionName"].is_null());
    assert!(!compiled.ids().iter().any(|id| id.ends_with("DeadLetters")));
}

#[test]
fn sending_to_a_function_gives_it_a_dead_letter_queue() {
    let compiled = app()
        .resource("function", "PRICE")
        .function("place")
        .uses("PRICE.send")
        .function("price")
        .on("PRICE", vec![])
        .compile();
    assert_eq!(
        compiled.statements("PriceRole"),
        [sends_dead_letters("PriceFunction")]
    );
    assert!(
        compiled
            .ids()
            .iter()
            .any(|id| *id == "PriceFunctionAsyncConfig")
    );
}

#[test]
fn functions_that_invoke_each_other_close_no_circle() {
    let compiled = app()
        .resource("function", "PING")
        .resource("function", "PONG")
        .function("ping")
        .on("PING", vec![])
        .uses("PONG.invoke")
        .function("pong")
        .on("PONG", vec![])
        .uses("PING.invoke")
        .compile();
    for (id, other) in [("Ping", "Pong"), ("Pong", "Ping")] {
        for node in [format!("{id}Function"), format!("{id}Role")] {
            let text = compiled.resource(&node).to_string();
            assert!(
                !text.contains(&format!("{other}Function\"")),
                "{node}: {text}"
            );
        }
        let name = &compiled.properties(&format!("{id}Function"))["FunctionName"];
        let arn = &compiled.statements(&format!("{other}Role"))[0]["Resource"][0];
        let (name, arn) = (&name["Fn::Sub"][0], &arn["Fn::Sub"][0]);
        let name = name.as_str().expect("a name");
        assert!(
            arn.as_str()
                .is_some_and(|arn| arn.ends_with(&format!(":function:{name}")))
        );
    }
}

#[test]
fn triggers_of_existing_resources() {
    let queue = "arn:aws:sqs:eu-central-1:123456789012:invoices";
    let compiled = app()
        .resource("queue", "INVOICES")
        .existing(Existing::Arn(queue.into()))
        .resource("topic", "NEWS")
        .existing(Existing::StackParameter("NewsArn".into()))
        .resource("bus", "SHARED")
        .existing(Existing::SsmParameter("/shared/bus".into()))
        .function("work")
        .on("INVOICES", vec![])
        .on("NEWS", vec![])
        .on("SHARED", vec![])
        .compile();
    assert_eq!(compiled.said(), [""; 0]);
    let mapping = compiled.properties("WorkOnInvoicesQueueMapping");
    assert_eq!(mapping["EventSourceArn"], queue);
    let subscription = compiled.properties("WorkOnNewsTopicSubscription");
    assert_eq!(subscription["TopicArn"], json!({ "Ref": "NewsArn" }));
    let rule = compiled.properties("WorkOnSharedBusRule");
    assert_eq!(rule["EventBusName"], json!({ "Ref": "SharedBusArn" }));
    assert_eq!(
        compiled.template["Parameters"]["SharedBusArn"],
        json!({
            "Type": "AWS::SSM::Parameter::Value<String>",
            "Default": "/shared/bus",
            "Description": "SSM parameter with the ARN of SHARED",
        })
    );
    assert!(!compiled.ids().iter().any(|id| id.starts_with("Invoices")));
}

#[test]
fn what_existing_resources_cannot_do_is_said() {
    let compiled = app()
        .resource("bucket", "SCANS")
        .existing(Existing::Arn("arn:aws:s3:::scans".into()))
        .resource("table", "OLD")
        .existing(Existing::StackParameter("OldArn".into()))
        .function("work")
        .on("SCANS.created", vec![])
        .on("OLD.changes", vec![])
        .compile();
    assert_eq!(
        compiled.said(),
        [
            "IFC0804 `SCANS` exists already, its notifications cannot be set",
            "IFC0804 the stream of `OLD` is not known",
        ]
    );
}
