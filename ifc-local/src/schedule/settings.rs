//! What a schedule is made with.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::clock;
use crate::error::ApiError;
use crate::moment;

/// How far the start may lie in the past, in milliseconds.
const PAST: u64 = 5 * 60 * 1000;

/// What a schedule is made with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Settings {
    pub expression: String,
    /// `Europe/Berlin`.
    pub zone: String,
    /// Milliseconds within which it may start.
    pub window: u64,
    pub start: Option<u64>,
    pub end: Option<u64>,
    pub enabled: bool,
    pub deleted_at_end: bool,
    pub description: Option<String>,
    #[serde(with = "crate::serial::json")]
    pub target: Value,
}

fn invalid<T>(message: impl Into<String>) -> Result<T, ApiError> {
    Err(ApiError::validation(message))
}

impl Settings {
    /// From the members of a request.
    ///
    /// # Errors
    /// If EventBridge Scheduler would refuse them.
    pub(super) fn read(request: &Value, now: u64) -> Result<Settings, ApiError> {
        let expression = request["ScheduleExpression"].as_str().unwrap_or_default();
        if let Err(error) = ifc_catalog::schedule::parse(expression) {
            return invalid(format!(
                "Invalid Schedule Expression {expression}. It {}.",
                error.reason
            ));
        }
        let zone = request["ScheduleExpressionTimezone"]
            .as_str()
            .unwrap_or("UTC");
        if !ifc_catalog::schedule::time_zone_exists(zone) || clock::zone(zone).is_none() {
            return invalid(format!(
                "Provided ScheduleExpressionTimezone is not valid: {zone}"
            ));
        }
        let start = time(request, "StartDate")?;
        let end = time(request, "EndDate")?;
        if start.is_some_and(|start| start + PAST < now) {
            return invalid("The StartDate you specify cannot be earlier than 5 minutes ago.");
        }
        if end.is_some_and(|end| end <= start.unwrap_or(now)) {
            return invalid(
                "The EndDate you specify must come after the StartDate and the present.",
            );
        }
        let settings = Settings {
            expression: expression.to_owned(),
            zone: zone.to_owned(),
            window: window(&request["FlexibleTimeWindow"])?,
            start,
            end,
            enabled: choice(request, "State", &["ENABLED", "DISABLED"])? == 0,
            deleted_at_end: choice(request, "ActionAfterCompletion", &["NONE", "DELETE"])? == 1,
            description: request["Description"].as_str().map(str::to_owned),
            target: target(&request["Target"])?,
        };
        Ok(settings)
    }

    pub(super) fn show(&self) -> Value {
        let mut shown = json!({
            "ScheduleExpression": self.expression,
            "ScheduleExpressionTimezone": self.zone,
            "FlexibleTimeWindow": match self.window {
                0 => json!({ "Mode": "OFF" }),
                window => json!({ "Mode": "FLEXIBLE", "MaximumWindowInMinutes": window / 60_000 }),
            },
            "State": self.state(),
            "ActionAfterCompletion": if self.deleted_at_end { "DELETE" } else { "NONE" },
            "Target": self.target,
        });
        for (member, at) in [("StartDate", self.start), ("EndDate", self.end)] {
            if let Some(at) = at {
                shown[member] = moment::seconds(at);
            }
        }
        if let Some(description) = &self.description {
            shown["Description"] = description.as_str().into();
        }
        shown
    }

    pub(super) fn state(&self) -> &'static str {
        match self.enabled {
            true => "ENABLED",
            false => "DISABLED",
        }
    }

    pub(super) fn is_once(&self) -> bool {
        self.expression.starts_with("at(")
    }

    /// The first time that is not before `from`. Start and end say nothing about a single time.
    pub(super) fn first(&self, anchor: u64, from: u64) -> Option<u64> {
        if !self.enabled {
            return None;
        }
        let zone = clock::zone(&self.zone)?;
        if self.is_once() {
            return clock::first(&self.expression, &zone, anchor, from);
        }
        let from = from.max(self.start.unwrap_or(0));
        let first = clock::first(&self.expression, &zone, anchor, from)?;
        self.end.is_none_or(|end| first <= end).then_some(first)
    }
}

fn time(request: &Value, member: &str) -> Result<Option<u64>, ApiError> {
    match &request[member] {
        Value::Null => Ok(None),
        given => match moment::read(given) {
            Some(at) => Ok(Some(at)),
            None => invalid(format!("{member} is no timestamp: {given}")),
        },
    }
}

/// Which of the values a member has; the first if none.
fn choice(request: &Value, member: &str, values: &[&str]) -> Result<usize, ApiError> {
    let Some(given) = request[member].as_str() else {
        return Ok(0);
    };
    match values.iter().position(|value| *value == given) {
        Some(at) => Ok(at),
        None => invalid(format!(
            "1 validation error detected: Value '{given}' at '{member}' failed to satisfy constraint: Member must satisfy enum value set: [{}]",
            values.join(", ")
        )),
    }
}

/// Milliseconds.
fn window(window: &Value) -> Result<u64, ApiError> {
    let minutes = &window["MaximumWindowInMinutes"];
    match (window["Mode"].as_str(), minutes.as_u64()) {
        (Some("OFF"), _) if minutes.is_null() => Ok(0),
        (Some("OFF"), _) => invalid("MaximumWindowInMinutes must be null when Mode is OFF."),
        (Some("FLEXIBLE"), Some(minutes @ 1..=1440)) => Ok(minutes * 60_000),
        (Some("FLEXIBLE"), _) => {
            invalid("MaximumWindowInMinutes must be between 1 and 1440 when Mode is FLEXIBLE.")
        }
        _ => invalid("FlexibleTimeWindow needs the Mode OFF or FLEXIBLE."),
    }
}

fn target(given: &Value) -> Result<Value, ApiError> {
    let text = |member: &str| given[member].as_str().unwrap_or_default();
    let arn = text("Arn");
    if !arn.starts_with("arn:") || arn.splitn(6, ':').count() != 6 {
        return invalid(format!("Provided Arn is not in correct format: {arn}"));
    }
    if !text("RoleArn").starts_with("arn:aws:iam::") || !text("RoleArn").contains(":role/") {
        return invalid(format!(
            "Provided RoleArn is not in correct format: {}",
            text("RoleArn")
        ));
    }
    let service = arn.split(':').nth(2).unwrap_or_default();
    let input = given["Input"].as_str();
    if let (Some(input), "lambda" | "states" | "events") = (input, service)
        && serde_json::from_str::<Value>(input).is_err()
    {
        return invalid(format!("Invalid Input: it is no JSON: {input}"));
    }
    let dead_letters = given["DeadLetterConfig"]["Arn"].as_str();
    if dead_letters.is_some_and(|arn| !arn.starts_with("arn:aws:sqs:") || arn.ends_with(".fifo")) {
        return invalid("DeadLetterConfig is not the ARN of a standard SQS queue.");
    }
    let mut target = given.clone();
    for (member, default, low, high) in [
        ("MaximumRetryAttempts", 185, 0, 185),
        ("MaximumEventAgeInSeconds", 86_400, 60, 86_400),
    ] {
        let given = &given["RetryPolicy"][member];
        let value = match given {
            Value::Null => default,
            given => match given.as_u64().filter(|value| (low..=high).contains(value)) {
                Some(value) => value,
                None => return invalid(format!("{member} must be between {low} and {high}")),
            },
        };
        target["RetryPolicy"][member] = value.into();
    }
    Ok(target)
}
