//! What stands in the dead letters of rules and schedules, by why a delivery failed.

#![allow(clippy::unwrap_used, reason = "tests")]

mod support;

use std::collections::BTreeMap;

use serde_json::{Value, json};
use support::App;

const SOURCES: &str = r#"
use ifc_runtime::prelude::*;

#[resource] pub static JOBS: Queue<u32> = Queue::new();

#[on(schedule("rate(1 hour)"))]
async fn hourly() -> Result<()> { JOBS.send(&1).await }

#[on(JOBS)]
async fn work(job: u32) {}

ifc_runtime::main!();
"#;

fn arn(service: &str, resource: &str) -> String {
    format!("arn:aws:{service}:us-east-1:000000000000:{resource}")
}

/// The attributes of the only message of a queue.
fn letter(app: &mut App, queue: &str) -> BTreeMap<String, String> {
    let records = app.engine.take_records();
    let queue = app.engine.queues().find(queue).unwrap();
    let letters: Vec<_> = queue.messages().collect();
    assert_eq!(letters.len(), 1, "{records:?}");
    let attributes = letters[0].attributes.iter();
    attributes
        .map(|(name, value)| {
            let text = value["StringValue"].as_str().unwrap();
            (name.clone(), text.to_owned())
        })
        .collect()
}

fn shown(letter: &BTreeMap<String, String>, names: &[&str]) -> Vec<Option<String>> {
    let value = |name: &&str| letter.get(*name).cloned();
    names.iter().map(value).collect()
}

/// Runs until nothing is due within two days.
fn run(app: &mut App) {
    let end = app.now + 48 * 60 * 60 * 1000;
    while app.engine.due(app.now).is_some_and(|due| due <= end) {
        app.wait();
        app.begin();
    }
}

/// A rule whose target is this, with a queue for what cannot be delivered.
fn rule(target: &str, fails: bool) -> BTreeMap<String, String> {
    let mut app = App::new(SOURCES);
    let queue = |name: &str, policy: bool| {
        let mut request = json!({ "QueueName": name });
        if policy {
            let policy = json!({ "Version": "2012-10-17", "Statement": [{
                "Effect": "Allow",
                "Principal": { "Service": "events.amazonaws.com" },
                "Action": "sqs:SendMessage",
                "Resource": arn("sqs", name),
            }] });
            request["Attributes"] = json!({ "Policy": policy.to_string() });
        }
        request
    };
    app.root("sqs", "CreateQueue", queue("letters", true));
    app.root("sqs", "CreateQueue", queue("open", true));
    app.root("sqs", "CreateQueue", queue("closed", false));
    let pattern = json!({ "source": ["shop"] }).to_string();
    app.root(
        "events",
        "PutRule",
        json!({ "Name": "all", "EventPattern": pattern }),
    );
    let target = json!({
        "Id": "it",
        "Arn": arn("sqs", target),
        "DeadLetterConfig": { "Arn": arn("sqs", "letters") },
        "RetryPolicy": { "MaximumRetryAttempts": 1 },
    });
    app.root(
        "events",
        "PutTargets",
        json!({ "Rule": "all", "Targets": [target] }),
    );
    if fails {
        app.engine.fail_deliveries(&arn("sqs", "open"), 10);
    }
    let event = json!({ "Source": "shop", "DetailType": "Opened", "Detail": "{}" });
    app.root("events", "PutEvents", json!({ "Entries": [event] }));
    // The first try is at once, the second after a second.
    app.now += 2000;
    app.begin();
    letter(&mut app, &arn("sqs", "letters"))
}

#[test]
fn rules_have_codes_of_their_own() {
    let exhausted = "MaximumRetryAttempts".to_owned();
    for (target, fails, code, tried) in [
        ("none", false, "NO_RESOURCE", None),
        ("closed", false, "NO_PERMISSIONS", None),
        ("open", true, "TIMEOUT", Some(("1".to_owned(), exhausted))),
    ] {
        let letter = rule(target, fails);
        let (retries, condition) = tried.unzip();
        assert_eq!(
            shown(
                &letter,
                &["ERROR_CODE", "RETRY_ATTEMPTS", "EXHAUSTED_RETRY_CONDITION"]
            ),
            [Some(code.to_owned()), retries, condition],
            "{target}"
        );
        assert_eq!(letter["TARGET_ARN"], arn("sqs", target));
        assert_eq!(letter["RULE_ARN"], arn("events", "rule/all"));
    }
}

#[test]
fn schedules_have_the_codes_of_what_they_call() {
    for (missing, code) in [
        (
            Some(arn("lambda", "function:none")),
            "ResourceNotFoundException",
        ),
        (
            Some(arn("sqs", "none")),
            "AWS.SimpleQueueService.NonExistentQueue",
        ),
        // What the role of the schedule does not allow.
        (
            Some(arn("lambda", "function:other")),
            "AccessDeniedException",
        ),
        (None, "ServiceException"),
    ] {
        let mut app = App::new(SOURCES);
        let listed = app.root("scheduler", "ListSchedules", json!({}));
        let listed = &listed["Schedules"][0];
        let named = json!({ "Name": listed["Name"], "GroupName": listed["GroupName"] });
        let mut schedule = app.root("scheduler", "GetSchedule", named);
        schedule["ScheduleExpression"] = "at(2026-01-02T00:00:00)".into();
        let target = &mut schedule["Target"];
        target["RetryPolicy"] = json!({ "MaximumRetryAttempts": 2 });
        let letters = target["DeadLetterConfig"]["Arn"]
            .as_str()
            .unwrap()
            .to_owned();
        let function = target["Arn"].as_str().unwrap().to_owned();
        match &missing {
            Some(arn) => {
                // There is one that the role may not invoke.
                let other = app.engine.functions()["work"].arn.clone();
                let denied = arn.ends_with(":other");
                target["Arn"] = if denied { other } else { arn.clone() }.into();
            }
            None => app.engine.fail_deliveries(&function, 10),
        }
        app.root("scheduler", "UpdateSchedule", schedule.clone());
        run(&mut app);
        let letter = letter(&mut app, &letters);
        assert_eq!(letter["ERROR_CODE"], code);
        let tried = missing.is_none().then(|| "MaximumRetryAttempts".to_owned());
        assert_eq!(letter.get("EXHAUSTED_RETRY_CONDITION"), tried.as_ref());
        assert_eq!(
            letter["RETRY_ATTEMPTS"],
            if missing.is_none() { "2" } else { "0" }
        );
        assert_eq!(letter["SCHEDULED_TIME"], "2026-01-02T00:00:00Z");
        assert_eq!(letter["SCHEDULE_ARN"], schedule["Arn"].as_str().unwrap());
        assert_eq!(
            Value::from(letter["TARGET_ARN"].clone()),
            schedule["Target"]["Arn"]
        );
        assert_eq!(letter["IS_PAYLOAD_TRUNCATED"], "false");
        assert_eq!(letter["EXECUTION_ID"].len(), 16);
    }
}
