//! What EventBridge refuses.

use serde_json::{Value, json};

use super::{Account, FUNCTION};

#[test]
fn rules_and_targets() {
    let mut account = Account::new();
    account.rule("default", "all", json!({ "source": ["shop"] }), json!({}));
    let rule = |more: Value| {
        let mut request = json!({ "Name": "x", "EventPattern": "{\"source\": [\"shop\"]}" });
        for (member, value) in more.as_object().into_iter().flatten() {
            request[member] = value.clone();
        }
        request
    };
    for (request, code) in [
        (rule(json!({ "Name": "a b" })), "ValidationException"),
        (
            rule(json!({ "Name": "x".repeat(65) })),
            "ValidationException",
        ),
        (rule(json!({ "EventPattern": null })), "ValidationException"),
        (
            rule(json!({ "EventPattern": "{\"source\": \"shop\"}" })),
            "InvalidEventPatternException",
        ),
        (
            rule(json!({ "EventPattern": "source" })),
            "InvalidEventPatternException",
        ),
        (rule(json!({ "State": "ON" })), "ValidationException"),
        (
            rule(json!({ "ScheduleExpression": "rate(1 hour)" })),
            "ValidationException",
        ),
        (
            rule(json!({ "EventBusName": "gone" })),
            "ResourceNotFoundException",
        ),
    ] {
        let error = account.try_call("PutRule", request).expect_err(code);
        assert!(error.starts_with(&format!("{code}: ")), "{error}");
    }
    let target = |more: Value| {
        let mut target = json!({ "Id": "x", "Arn": FUNCTION });
        for (member, value) in more.as_object().into_iter().flatten() {
            target[member] = value.clone();
        }
        json!({ "Rule": "all", "Targets": [target] })
    };
    let transformer = |template: &str, paths: Value| {
        let transformer = json!({ "InputTemplate": template, "InputPathsMap": paths });
        target(json!({ "InputTransformer": transformer }))
    };
    let many: serde_json::Map<String, Value> = (0..101)
        .map(|at| (format!("p{at}"), "$.id".into()))
        .collect();
    for (request, part) in [
        (target(json!({ "Id": "a b" })), "'Id'"),
        (target(json!({ "Arn": "route" })), "Arn"),
        (
            target(json!({ "Input": "{}", "InputPath": "$" })),
            "Only one",
        ),
        (target(json!({ "Input": "{" })), "Input"),
        (
            target(json!({ "Input": format!("\"{}\"", "x".repeat(8191)) })),
            "8192",
        ),
        (target(json!({ "InputPath": "detail" })), "InputPath"),
        (transformer("", json!({})), "InputTemplate"),
        (
            transformer("instance <i>", json!({ "i": "$.id" })),
            "InputTemplate",
        ),
        (transformer("<i>", json!({ "i": "id" })), "InputPathsMap"),
        (
            transformer("<i>", json!({ "aws.i": "$.id" })),
            "InputPathsMap",
        ),
        (transformer("<p1>", many.into()), "100"),
        (
            target(json!({ "RetryPolicy": { "MaximumRetryAttempts": 186 } })),
            "185",
        ),
        (
            target(json!({ "RetryPolicy": { "MaximumEventAgeInSeconds": 59 } })),
            "60",
        ),
        (
            target(
                json!({ "DeadLetterConfig": { "Arn": "arn:aws:sqs:us-east-1:000000000000:q.fifo" } }),
            ),
            "DeadLetterConfig",
        ),
        (json!({ "Rule": "all", "Targets": [] }), "'targets'"),
    ] {
        let error = account.try_call("PutTargets", request).expect_err(part);
        assert!(
            error.starts_with("ValidationException: ") && error.contains(part),
            "{error}"
        );
    }
    let mut elsewhere = target(json!({}));
    elsewhere["Rule"] = "gone".into();
    let error = account
        .try_call("PutTargets", elsewhere)
        .expect_err("no rule");
    assert!(error.starts_with("ResourceNotFoundException"), "{error}");
    // Nothing of all this was taken.
    let kept = account.call("ListTargetsByRule", json!({ "Rule": "all" }));
    assert_eq!(kept["Targets"].as_array().map(Vec::len), Some(1));
    assert_eq!(
        account.call("ListRules", json!({}))["Rules"]
            .as_array()
            .map(Vec::len),
        Some(1)
    );
}

#[test]
fn buses_and_permissions() {
    let mut account = Account::new();
    let permission = |more: Value| {
        let mut request =
            json!({ "StatementId": "x", "Action": "events:PutEvents", "Principal": "*" });
        for (member, value) in more.as_object().into_iter().flatten() {
            request[member] = value.clone();
        }
        request
    };
    for (operation, request, code) in [
        (
            "CreateEventBus",
            json!({ "Name": "a/b" }),
            "ValidationException",
        ),
        ("CreateEventBus", json!({}), "ValidationException"),
        (
            "DescribeEventBus",
            json!({ "Name": "gone" }),
            "ResourceNotFoundException",
        ),
        (
            "PutPermission",
            permission(json!({ "Principal": "someone" })),
            "ValidationException",
        ),
        (
            "PutPermission",
            permission(json!({ "StatementId": null })),
            "ValidationException",
        ),
        (
            "PutPermission",
            permission(json!({ "EventBusName": "gone" })),
            "ResourceNotFoundException",
        ),
        (
            "PutPermission",
            json!({ "Policy": "{}" }),
            "ValidationException",
        ),
        (
            "RemovePermission",
            json!({ "StatementId": "x" }),
            "ResourceNotFoundException",
        ),
        ("Sing", json!({}), "UnknownOperationException"),
    ] {
        let error = account.try_call(operation, request).expect_err(code);
        assert!(
            error.starts_with(&format!("{code}: ")),
            "{operation}: {error}"
        );
    }
}

#[test]
fn more_than_there_may_be() {
    let mut account = Account::new();
    let pattern = "{\"source\": [\"shop\"]}";
    for at in 0..300 {
        account.call(
            "PutRule",
            json!({ "Name": format!("r{at}"), "EventPattern": pattern }),
        );
    }
    let more = json!({ "Name": "more", "EventPattern": pattern });
    let error = account.try_call("PutRule", more).expect_err("one too many");
    assert!(error.starts_with("LimitExceededException"), "{error}");
    for at in 1..100 {
        account.call("CreateEventBus", json!({ "Name": format!("b{at}") }));
    }
    let error = account.try_call("CreateEventBus", json!({ "Name": "more" }));
    assert!(error.is_err_and(|error| error.starts_with("LimitExceededException")));
}
