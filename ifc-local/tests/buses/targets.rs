//! What targets receive.

use serde_json::{Value, json};

use super::{Account, FUNCTION, json_of};

const QUEUE: &str = "arn:aws:sqs:us-east-1:000000000000:dead";

/// What a target receives of an event whose detail is
/// `{"instance-id": "i-0123456789", "state": "RUNNING", "tags": [{"k": "a"}, {"k": "b"}], "n": 5}`.
fn received(target: Value) -> String {
    let mut account = Account::new();
    account.rule("default", "example", json!({ "source": ["shop"] }), target);
    let detail = json!({
        "instance-id": "i-0123456789", "state": "RUNNING",
        "tags": [{ "k": "a" }, { "k": "b" }], "n": 5,
    });
    account.send("default", "Change", detail).remove(0).input
}

fn transformed(template: &str) -> String {
    let paths = json!({
        "instance": "$.detail.instance-id", "state": "$.detail.state", "time": "$.time",
        "tags": "$.detail.tags", "keys": "$.detail.tags[*].k", "second": "$.detail.tags[1].k",
        "n": "$.detail.n", "gone": "$.detail.gone",
    });
    received(json!({ "InputTransformer": { "InputPathsMap": paths, "InputTemplate": template } }))
}

#[test]
fn a_constant_or_a_part() {
    let constant = "{\"b\":  1, \"a\": 2}";
    assert_eq!(received(json!({ "Input": constant })), constant);
    assert_eq!(
        received(json!({ "InputPath": "$.detail.state" })),
        "\"RUNNING\""
    );
    assert_eq!(
        received(json!({ "InputPath": "$.detail.tags[1]" })),
        "{\"k\":\"b\"}"
    );
    let whole = json_of(&received(json!({ "InputPath": "$" })));
    assert_eq!(whole["detail-type"], "Change");
    assert_eq!(
        json_of(&received(json!({ "InputPath": "$.detail" })))["n"],
        5
    );
}

/// The examples of the EventBridge User Guide, "Amazon EventBridge input transformation".
#[test]
fn templates_are_filled() {
    let arn = "arn:aws:events:us-east-1:000000000000:rule/example";
    for (template, expected) in [
        (
            r#""instance <instance> is in <state>""#,
            r#""instance i-0123456789 is in RUNNING""#,
        ),
        (
            r#""instance \"<instance>\" is in <state>""#,
            r#""instance \"i-0123456789\" is in RUNNING""#,
        ),
        (
            "{\n  \"instance\" : <instance>,\n  \"state\": <state>\n}",
            r#"{"instance":"i-0123456789","state":"RUNNING"}"#,
        ),
        (
            r#"{ "instance": <instance>, "state": "<state>", "a b": "it \"<instance>\" is <state>" }"#,
            r#"{"instance":"i-0123456789","state":"RUNNING","a b":"it \"i-0123456789\" is RUNNING"}"#,
        ),
        (
            r#"{ "state": [ 9, <state>, true ], "Transformed" : "Yes" }"#,
            r#"{"state":[9,"RUNNING",true],"Transformed":"Yes"}"#,
        ),
        (r#"{"n": <n>, "text": "<n>"}"#, r#"{"n":5,"text":"5"}"#),
        (
            r#"{"keys": <keys>, "second": <second>}"#,
            r#"{"keys":["a","b"],"second":"b"}"#,
        ),
        (r#"{"tags": <tags>}"#, r#"{"tags":[{"k":"a"},{"k":"b"}]}"#),
        (r#"{"tags": "<tags>"}"#, r#"{"tags":"[{k:a},{k:b}]"}"#),
        // What the event does not have does not appear.
        (
            r#"{"gone": <gone>, "text": "x<gone>y"}"#,
            r#"{"gone":"","text":"xy"}"#,
        ),
        // What is no variable stays.
        (r#""<other> <state>""#, r#""<other> RUNNING""#),
        ("<aws.events.rule-arn>", &format!("\"{arn}\"")),
        (
            r#""<aws.events.rule-name> triggered""#,
            r#""example triggered""#,
        ),
        (
            "\"<aws.events.event.ingestion-time>\"",
            "\"2027-01-01T00:00:00Z\"",
        ),
        ("\"one <n>\"\n\"two <state>\"", "\"one 5\"\n\"two RUNNING\""),
    ] {
        assert_eq!(transformed(template), expected, "{template}");
    }
    let whole = json_of(&transformed(r#"{"event": <aws.events.event.json>}"#));
    assert_eq!(whole["event"]["detail"]["state"], "RUNNING");
    let without = json_of(&transformed(r#"{"event": <aws.events.event>}"#));
    assert_eq!(without["event"]["source"], "shop");
    assert_eq!(without["event"]["detail"], Value::Null);
}

#[test]
fn targets_say_how_often_and_where_to() {
    let mut account = Account::new();
    let target = json!({
        "RoleArn": "arn:aws:iam::000000000000:role/send",
        "RetryPolicy": { "MaximumRetryAttempts": 0, "MaximumEventAgeInSeconds": 60 },
        "DeadLetterConfig": { "Arn": QUEUE },
        "SqsParameters": { "MessageGroupId": "all" },
    });
    let rule = account.rule("default", "all", json!({ "source": ["shop"] }), target);
    let sent = account.send("default", "Placed", json!({})).remove(0);
    assert_eq!((sent.retries, sent.max_age), (0, 60));
    assert_eq!(sent.dead_letters.as_deref(), Some(QUEUE));
    assert_eq!(
        sent.role.as_deref(),
        Some("arn:aws:iam::000000000000:role/send")
    );
    assert_eq!(sent.group.as_deref(), Some("all"));
    let dead = sent.dead_letter("TIMEOUT", "too slow", 4, Some("MaximumRetryAttempts"));
    assert_eq!(dead["MessageBody"], sent.event.text());
    let attributes = dead["MessageAttributes"].as_object().expect("an object");
    let attributes: Vec<(&str, &str)> = attributes
        .iter()
        .map(|(name, value)| (name.as_str(), value["StringValue"].as_str().expect("text")))
        .collect();
    assert_eq!(
        attributes,
        [
            ("ERROR_CODE", "TIMEOUT"),
            ("ERROR_MESSAGE", "too slow"),
            ("EXHAUSTED_RETRY_CONDITION", "MaximumRetryAttempts"),
            ("RETRY_ATTEMPTS", "3"),
            ("RULE_ARN", rule.as_str()),
            ("TARGET_ARN", FUNCTION),
        ]
    );
    let dead = sent.dead_letter("NO_PERMISSIONS", "not allowed", 1, None);
    assert_eq!(dead["MessageAttributes"]["RETRY_ATTEMPTS"], Value::Null);
}

#[test]
fn a_rule_has_five_targets() {
    let mut account = Account::new();
    account.rule("default", "all", json!({ "source": ["shop"] }), json!({}));
    let put = |ids: &[&str]| {
        let targets: Vec<Value> = ids
            .iter()
            .map(|id| json!({ "Id": id, "Arn": FUNCTION }))
            .collect();
        json!({ "Rule": "all", "Targets": targets })
    };
    account.call("PutTargets", put(&["a", "b", "c", "d"]));
    // Those that are there are replaced.
    account.call("PutTargets", put(&["a", "it"]));
    let error = account
        .try_call("PutTargets", put(&["e"]))
        .expect_err("one too many");
    assert!(error.starts_with("LimitExceededException"), "{error}");
    assert_eq!(account.send("default", "Placed", json!({})).len(), 5);
}
