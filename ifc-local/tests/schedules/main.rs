//! Schedules at the level of EventBridge Scheduler's API.

mod times;

use ifc_local::schedule::{Fired, Schedules};
use serde_json::{Value, json};

const MINUTE: u64 = 60_000;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;
/// 2027-01-01T00:00:00Z, a Friday.
const YEAR_2027: u64 = 1_798_761_600_000;

struct Account {
    schedules: Schedules,
    now: u64,
}

impl Account {
    fn new() -> Account {
        Account {
            schedules: Schedules::new(1),
            now: YEAR_2027,
        }
    }

    fn call(&mut self, operation: &str, request: Value) -> Value {
        self.try_call(operation, request)
            .unwrap_or_else(|error| panic!("{operation}: {error}"))
    }

    /// The code and message of the error.
    fn try_call(&mut self, operation: &str, request: Value) -> Result<Value, String> {
        let answer = self.schedules.call(operation, &request, self.now);
        answer.map_err(|error| error.to_string())
    }

    fn create(&mut self, name: &str, expression: &str, more: Value) {
        self.call("CreateSchedule", schedule(name, expression, more));
    }

    /// Lets time pass, and gives the times of what runs until then.
    fn until(&mut self, end: u64) -> Vec<u64> {
        let fired = self.run(end);
        fired.iter().map(|(at, _)| *at).collect()
    }

    fn run(&mut self, end: u64) -> Vec<(u64, Fired)> {
        let mut fired = Vec::new();
        while let Some(next) = self.schedules.next().filter(|next| *next < end) {
            self.now = next;
            let due = self.schedules.due(next);
            assert!(!due.is_empty(), "something is due at {next}");
            fired.extend(due.into_iter().map(|one| (next, one)));
        }
        self.now = end;
        fired
    }
}

fn schedule(name: &str, expression: &str, more: Value) -> Value {
    let mut request = json!({
        "Name": name,
        "ScheduleExpression": expression,
        "FlexibleTimeWindow": { "Mode": "OFF" },
        "Target": {
            "Arn": "arn:aws:lambda:us-east-1:000000000000:function:sweep",
            "RoleArn": "arn:aws:iam::000000000000:role/scheduler",
        },
    });
    for (member, value) in more.as_object().into_iter().flatten() {
        request[member] = value.clone();
    }
    request
}

#[test]
fn targets_receive_what_is_known_of_the_run() {
    let mut account = Account::new();
    let input = r#"{"at":"<aws.scheduler.scheduled-time>","of":"<aws.scheduler.schedule-arn>","id":"<aws.scheduler.execution-id>","try":<aws.scheduler.attempt-number>}"#;
    let mut request = schedule("told", "rate(5 minutes)", json!({}));
    request["Target"]["Arn"] = "arn:aws:sqs:us-east-1:000000000000:jobs".into();
    request["Target"]["Input"] = input.into();
    request["Target"]["RetryPolicy"] = json!({ "MaximumRetryAttempts": 3 });
    account.call("CreateSchedule", request);
    let fired = account.run(YEAR_2027 + MINUTE).remove(0).1;
    assert_eq!((fired.retries, fired.max_age), (3, 86_400));
    assert_eq!(fired.role, "arn:aws:iam::000000000000:role/scheduler");
    for attempt in [1, 2] {
        let input: Value = serde_json::from_str(&fired.input(attempt)).expect("JSON");
        assert_eq!(
            input,
            json!({
                "at": "2027-01-01T00:00:00Z",
                "of": "arn:aws:scheduler:us-east-1:000000000000:schedule/default/told",
                "id": fired.execution(attempt),
                "try": attempt,
            })
        );
    }
    assert_ne!(fired.execution(1), fired.execution(2));
    let dead = fired.dead_letter("Lambda.Throttled", "busy", 4, Some("MaximumRetryAttempts"));
    let attribute = |name: &str| dead["MessageAttributes"][name]["StringValue"].clone();
    assert_eq!(attribute("RETRY_ATTEMPTS"), "3");
    assert_eq!(
        attribute("EXHAUSTED_RETRY_CONDITION"),
        "MaximumRetryAttempts"
    );
    assert_eq!(dead["MessageBody"], fired.input(4));
}

#[test]
fn targets_without_an_input_receive_a_notification() {
    let mut account = Account::new();
    account.create("plain", "rate(1 minute)", json!({}));
    let fired = account.run(YEAR_2027 + 1).remove(0).1;
    let event: Value = serde_json::from_str(&fired.input(1)).expect("JSON");
    assert_eq!(event["detail-type"], "Scheduled Event");
    assert_eq!(event["source"], "aws.scheduler");
    assert_eq!(event["resources"], json!([fired.schedule]));
    assert_eq!(event["time"], "2027-01-01T00:00:00Z");
}

#[test]
fn disabled_schedules_rest_and_updates_begin_anew() {
    let mut account = Account::new();
    account.create("x", "rate(1 hour)", json!({ "State": "DISABLED" }));
    assert_eq!(account.schedules.next(), None);
    account.now += 90 * MINUTE;
    account.call("UpdateSchedule", schedule("x", "rate(1 hour)", json!({})));
    // What was missed is not made up for, and the hours are those that they were.
    assert_eq!(account.schedules.next(), Some(YEAR_2027 + 2 * HOUR));
    account.call("UpdateSchedule", schedule("x", "rate(2 hours)", json!({})));
    assert_eq!(account.schedules.next(), Some(account.now));
    let shown = account.call("GetSchedule", json!({ "Name": "x" }));
    assert_eq!(shown["ScheduleExpression"], "rate(2 hours)");
    assert_eq!(shown["ScheduleExpressionTimezone"], "UTC");
    assert_eq!(shown["Target"]["RetryPolicy"]["MaximumRetryAttempts"], 185);
    account.call("DeleteSchedule", json!({ "Name": "x" }));
    assert_eq!(account.schedules.next(), None);
}

/// Name and time of a run.
type Run = (String, u64);
/// Name of a schedule, and the first and the last of the times that it runs once for.
type Times = (String, u64, u64);

/// The runs after a pause, and what they stand for.
fn after_a_pause(account: &mut Account, back: u64) -> (Vec<Run>, Vec<Times>) {
    let name = |arn: &str| arn.rsplit('/').next().expect("a name").to_owned();
    account.now = back;
    let left_out = account.schedules.leave_out(back).into_iter();
    let left_out = left_out.map(|of| (name(&of.schedule), of.first, of.last));
    let left_out = left_out.collect();
    let due = account.schedules.due(back).into_iter();
    let due = due.map(|fired| (name(&fired.schedule), fired.scheduled));
    (due.collect(), left_out)
}

#[test]
fn a_schedule_runs_once_for_all_times_that_nobody_was_there_for() {
    let mut account = Account::new();
    account.create("hours", "cron(0 * * * ? *)", json!({}));
    account.create("minutes", "rate(1 minute)", json!({}));
    account.create("once", "at(2027-01-02T00:00:00)", json!({}));
    account.create("later", "cron(0 0 1 6 ? *)", json!({}));
    assert_eq!(account.run(YEAR_2027 + 1).len(), 2);
    let back = YEAR_2027 + 10 * DAY + 90_500;
    let minute = back - back % MINUTE;
    let (ran, left_out) = after_a_pause(&mut account, back);
    let run = |name: &str, at| (name.to_owned(), at);
    assert_eq!(
        ran,
        [
            run("once", YEAR_2027 + DAY),
            run("hours", YEAR_2027 + 10 * DAY),
            run("minutes", minute),
        ]
    );
    assert_eq!(
        left_out,
        [
            ("hours".to_owned(), YEAR_2027 + HOUR, YEAR_2027 + 10 * DAY),
            ("minutes".to_owned(), YEAR_2027 + MINUTE, minute),
        ]
    );
    // Then they go on as if nothing had been.
    assert_eq!(account.until(minute + MINUTE + 1), [minute + MINUTE]);
    // A time that was not missed is one run, however late.
    let late = YEAR_2027 + 10 * DAY + HOUR;
    account.until(late);
    let (ran, left_out) = after_a_pause(&mut account, late + 59_999);
    assert_eq!(ran, [run("hours", late), run("minutes", late)]);
    assert_eq!(left_out, []);
}

#[test]
fn a_window_that_is_open_is_not_missed() {
    let mut account = Account::new();
    let window =
        json!({ "FlexibleTimeWindow": { "Mode": "FLEXIBLE", "MaximumWindowInMinutes": 30 } });
    account.create("x", "rate(1 hour)", window);
    let back = YEAR_2027 + 5 * HOUR + MINUTE;
    let (ran, left_out) = after_a_pause(&mut account, back);
    assert_eq!(ran[0], ("x".to_owned(), YEAR_2027 + 4 * HOUR));
    assert_eq!(
        left_out,
        [("x".to_owned(), YEAR_2027, YEAR_2027 + 4 * HOUR)]
    );
    let open = account.run(YEAR_2027 + 5 * HOUR + 30 * MINUTE);
    assert_eq!(ran.len() + open.len(), 2, "{ran:?} {open:?}");
}

#[test]
fn groups_take_their_schedules_with_them() {
    let mut account = Account::new();
    account.call("CreateScheduleGroup", json!({ "Name": "jobs" }));
    let of_group = json!({ "GroupName": "jobs" });
    account.create("a", "rate(1 hour)", of_group.clone());
    account.create("a", "rate(1 hour)", json!({}));
    let twice = account.try_call(
        "CreateSchedule",
        schedule("a", "rate(1 hour)", of_group.clone()),
    );
    assert_eq!(
        twice,
        Err("ConflictException: Schedule a already exists.".into())
    );
    let names = |answer: Value| answer["Schedules"].as_array().map_or(0, Vec::len);
    assert_eq!(names(account.call("ListSchedules", of_group.clone())), 1);
    assert_eq!(names(account.call("ListSchedules", json!({}))), 2);
    account.call("DeleteScheduleGroup", json!({ "Name": "jobs" }));
    assert_eq!(names(account.call("ListSchedules", json!({}))), 1);
    let code = |answer: Result<Value, String>| {
        answer
            .expect_err("it is wrong")
            .split(':')
            .next()
            .map(str::to_owned)
    };
    for (operation, request, expected) in [
        (
            "DeleteScheduleGroup",
            json!({ "Name": "jobs" }),
            "ResourceNotFoundException",
        ),
        (
            "DeleteScheduleGroup",
            json!({ "Name": "default" }),
            "ValidationException",
        ),
        (
            "CreateScheduleGroup",
            json!({ "Name": "default" }),
            "ConflictException",
        ),
        (
            "CreateScheduleGroup",
            json!({ "Name": "a b" }),
            "ValidationException",
        ),
        (
            "CreateSchedule",
            schedule("b", "rate(1 hour)", of_group),
            "ResourceNotFoundException",
        ),
    ] {
        assert_eq!(
            code(account.try_call(operation, request)).as_deref(),
            Some(expected)
        );
    }
}

#[test]
fn pages_of_a_list() {
    let mut account = Account::new();
    for at in 0..5 {
        account.create(&format!("s{at}"), "rate(1 day)", json!({}));
    }
    let mut seen = Vec::new();
    let mut token = Value::Null;
    loop {
        let request = json!({ "MaxResults": 2, "NextToken": token });
        let answer = account.call("ListSchedules", request);
        let names = answer["Schedules"].as_array().expect("a list").iter();
        seen.extend(names.map(|one| one["Name"].as_str().expect("a name").to_owned()));
        token = answer["NextToken"].clone();
        if token.is_null() {
            break;
        }
    }
    assert_eq!(seen, ["s0", "s1", "s2", "s3", "s4"]);
}

#[test]
fn what_the_scheduler_refuses() {
    let mut account = Account::new();
    let target = |more: Value| {
        let mut request = schedule("x", "rate(1 hour)", json!({}));
        for (member, value) in more.as_object().into_iter().flatten() {
            request["Target"][member] = value.clone();
        }
        request
    };
    let hourly = |more: Value| schedule("x", "rate(1 hour)", more);
    for (request, part) in [
        (schedule("", "rate(1 hour)", json!({})), "'Name'"),
        (schedule("a/b", "rate(1 hour)", json!({})), "'Name'"),
        (
            schedule("x", "rate(1 hours)", json!({})),
            "Invalid Schedule Expression",
        ),
        (
            schedule("x", "cron(0 8 * * * *)", json!({})),
            "Invalid Schedule Expression",
        ),
        (
            hourly(json!({ "ScheduleExpressionTimezone": "Europe/Berlim" })),
            "Timezone",
        ),
        (
            hourly(json!({ "FlexibleTimeWindow": null })),
            "FlexibleTimeWindow",
        ),
        (
            hourly(json!({ "FlexibleTimeWindow": { "Mode": "FLEXIBLE" } })),
            "MaximumWindowInMinutes",
        ),
        (
            hourly(json!({ "FlexibleTimeWindow": { "Mode": "OFF", "MaximumWindowInMinutes": 5 } })),
            "MaximumWindowInMinutes",
        ),
        (
            hourly(json!({ "StartDate": "2026-12-31T23:00:00Z" })),
            "StartDate",
        ),
        (
            hourly(json!({ "EndDate": "2026-12-31T23:00:00Z" })),
            "EndDate",
        ),
        (hourly(json!({ "StartDate": "soon" })), "StartDate"),
        (hourly(json!({ "State": "ON" })), "'State'"),
        (
            hourly(json!({ "ActionAfterCompletion": "STOP" })),
            "'ActionAfterCompletion'",
        ),
        (target(json!({ "Arn": "sweep" })), "Arn"),
        (target(json!({ "RoleArn": "scheduler" })), "RoleArn"),
        (target(json!({ "Input": "{" })), "Input"),
        (
            target(json!({ "RetryPolicy": { "MaximumRetryAttempts": 186 } })),
            "MaximumRetryAttempts",
        ),
        (
            target(json!({ "RetryPolicy": { "MaximumEventAgeInSeconds": 59 } })),
            "MaximumEventAgeInSeconds",
        ),
        (
            target(
                json!({ "DeadLetterConfig": { "Arn": "arn:aws:sqs:us-east-1:000000000000:q.fifo" } }),
            ),
            "DeadLetterConfig",
        ),
    ] {
        let error = account.try_call("CreateSchedule", request).expect_err(part);
        assert!(error.starts_with("ValidationException"), "{error}");
        assert!(error.contains(part), "{error}");
    }
    let unknown = account.try_call("Sleep", json!({})).expect_err("unknown");
    assert!(unknown.contains("Sleep"));
}

#[test]
fn state_that_is_stored_goes_on_as_it_would_have() {
    let mut account = Account::new();
    let window =
        json!({ "FlexibleTimeWindow": { "Mode": "FLEXIBLE", "MaximumWindowInMinutes": 30 } });
    account.create("a", "rate(1 hour)", window);
    account.create("b", "cron(0/20 * * * ? *)", json!({}));
    account.until(YEAR_2027 + 5 * HOUR);
    let bytes = postcard::to_stdvec(&account.schedules).expect("it can be written");
    let stored: Schedules = postcard::from_bytes(&bytes).expect("it can be read");
    let mut again = Account {
        schedules: stored,
        now: account.now,
    };
    let end = YEAR_2027 + DAY;
    assert_eq!(account.run(end), again.run(end));
}
