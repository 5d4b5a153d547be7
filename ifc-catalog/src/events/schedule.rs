//! `#[on(schedule("rate(1 day)"))]`: a schedule.

use super::{ArgKind, EventSource, Form, no_rules};
use crate::duration::{DAY, MINUTE, SECOND};
use crate::infra::{
    Attribute, Kind, Role, Schedule, ScheduleGroup, StackValue, Statement, Target, Value,
};
use crate::lower::{Lowering, names};
use crate::options::{OptionSpec, ValueKind};

const LIMIT: &str = "Amazon EventBridge Scheduler";

pub(super) static SOURCE: EventSource = EventSource {
    name: "schedule",
    form: Form::Constructor(&[ArgKind::Schedule]),
    handler_args: (0, 1),
    options: &[
        OptionSpec::new(
            "flexible",
            ValueKind::Duration(MINUTE, 1_440 * MINUTE, MINUTE),
            "Window behind the scheduled time in which the function may start.",
        )
        .limit(LIMIT),
        OptionSpec::new(
            "input",
            ValueKind::Json,
            "JSON that the handler finds in `Scheduled`.",
        ),
        OptionSpec::new(
            "max_age",
            ValueKind::Duration(MINUTE, DAY, SECOND),
            "Age at which an invocation goes to the dead-letter queue.",
        )
        .limit(LIMIT),
        OptionSpec::new(
            "retries",
            ValueKind::Int(0, 185),
            "Invocations that are tried again before they go to the dead-letter queue.",
        )
        .limit(LIMIT),
        OptionSpec::new(
            "timezone",
            ValueKind::TimeZone,
            "Time zone of `cron` and `at`; UTC unless given.",
        ),
    ],
    rules: no_rules,
    doc: "A schedule: `rate(..)`, `cron(..)` or `at(..)`.",
    lower,
};

/// Logical id of the group that all schedules of the application share.
const GROUP: &str = "Schedules";

fn lower(lowering: &mut Lowering<'_>, function: usize, trigger: usize) {
    let on = lowering.trigger(function, trigger);
    let owner = &lowering.app.functions[function].name;
    let Some(expression) = on.args.first() else {
        return;
    };
    if lowering.is_first(GROUP) {
        let group = Kind::ScheduleGroup(ScheduleGroup {
            physical_name: lowering.physical_name("schedules", 64, ""),
        });
        lowering.node(GROUP, &lowering.app.package, group);
    }
    let retries = lowering.option(
        function,
        trigger,
        "retries",
        Value::Number(3),
        "the next run comes anyway",
    );
    let max_age = lowering.option(
        function,
        trigger,
        "max_age",
        Value::Number(3_600),
        "a run that is an hour late is better reported than made up for",
    );
    let timezone = lowering.given(function, trigger, "timezone");
    let flexible = lowering
        .given(function, trigger, "flexible")
        .map(|seconds| seconds.map_number(&|seconds| seconds / 60));
    let input = lowering.given(function, trigger, "input");
    lowering.invoked_by_target(function, trigger, &retries, &max_age);
    let dead_letters = lowering.dead_letters(function);
    let zone = match &timezone {
        Some(Value::Text(name)) => names::time_zone(name),
        _ => String::new(),
    };
    let id = [
        lowering.stem(function),
        &names::expression(expression),
        &zone,
        "Schedule",
    ]
    .concat();
    let role = format!("{id}Role");
    let function_arn = lowering.function_arn(function);
    let node = Kind::Role(scheduler_role(function_arn.clone(), dead_letters.clone()));
    lowering.node(role.clone(), owner, node);
    let schedule = Kind::Schedule(Box::new(Schedule {
        group: Value::attribute(GROUP, Attribute::Name),
        expression: Value::text(expression.clone()),
        timezone,
        flexible,
        input: envelope(match &input {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }),
        role: Value::arn(role),
        target: Target {
            function: function_arn,
            retries,
            max_age,
            dead_letters,
        },
    }));
    lowering.node(id, owner, schedule);
}

fn scheduler_role(function: Value, dead_letters: Value) -> Role {
    let trust = Statement::allow(&[], Vec::new())
        .when(
            "StringEquals",
            "aws:SourceAccount",
            Value::stack(StackValue::Account),
        )
        .when("ArnEquals", "aws:SourceArn", Value::arn(GROUP));
    Role {
        service: "scheduler.amazonaws.com".into(),
        trust_conditions: trust.conditions,
        statements: vec![
            Statement::allow(&["lambda:InvokeFunction"], vec![function]),
            Statement::allow(&["sqs:SendMessage"], vec![dead_letters]),
        ],
    }
}

/// What the runtime reads as `Scheduled`. Scheduler fills in the words in angle brackets.
fn envelope(input: Option<&str>) -> String {
    let mut event = serde_json::json!({
        "ifc.schedule": {
            "time": "<aws.scheduler.scheduled-time>",
            "arn": "<aws.scheduler.schedule-arn>",
            "execution": "<aws.scheduler.execution-id>",
            "attempt": "<aws.scheduler.attempt-number>",
        },
    });
    if let Some(input) = input.and_then(|text| serde_json::from_str(text).ok()) {
        event["input"] = input;
    }
    crate::json::compact(&event)
}
