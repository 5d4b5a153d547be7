//! Events: `PutEvents`, and which rules they go to.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::rule::Rule;
use super::{Buses, Delivery, required, transform};
use crate::error::ApiError;
use crate::moment;
use ifc_catalog::pattern;

/// Entries of a request. Source: API Reference, `PutEvents`.
const ENTRIES: usize = 10;
/// Bytes of all entries of a request. Source: API Reference, `PutEvents`.
const BYTES: usize = 1024 * 1024;

/// An event, with its members in the order in which EventBridge writes them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Event {
    version: String,
    /// Id that the sender was told.
    pub id: String,
    detail_type: String,
    source: String,
    account: String,
    time: String,
    region: String,
    resources: Vec<String>,
    detail: Map<String, Value>,
    /// Name of the replay that brings it again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) replay_name: Option<String>,
}

impl Event {
    /// As JSON.
    pub fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    pub(super) fn value(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }

    /// When it happened, in milliseconds since 1970.
    pub(super) fn happened(&self) -> u64 {
        moment::read(&self.time.as_str().into()).unwrap_or_default()
    }
}

/// Where an event comes from.
#[derive(Clone, Copy, Default)]
pub(super) struct Way<'a> {
    pub trace: Option<&'a str>,
    /// Whether another bus sent it here.
    pub forwarded: bool,
    /// Rules that a replay is for; all if empty.
    pub only: &'a [String],
}

impl Buses {
    pub(super) fn put_events(
        &mut self,
        request: &Value,
        trace: Option<&str>,
        now: u64,
    ) -> Result<Value, ApiError> {
        let entries = request["Entries"].as_array().map_or(&[][..], Vec::as_slice);
        if entries.is_empty() || entries.len() > ENTRIES {
            let bound = match entries.is_empty() {
                true => "greater than or equal to 1",
                false => "less than or equal to 10",
            };
            return Err(ApiError::validation(format!(
                "1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length {bound}"
            )));
        }
        if entries.iter().map(size).sum::<usize>() >= BYTES {
            return Err(ApiError::validation(
                "Total size of the entries in the request is over the limit.",
            ));
        }
        let mut failed = 0;
        let mut results = Vec::new();
        for entry in entries {
            match self.put_event(entry, trace, now) {
                Ok(id) => results.push(json!({ "EventId": id })),
                Err(error) => {
                    failed += 1;
                    results.push(json!({
                        "ErrorCode": error.code,
                        "ErrorMessage": error.message,
                    }));
                }
            }
        }
        Ok(json!({ "FailedEntryCount": failed, "Entries": results }))
    }

    fn put_event(
        &mut self,
        entry: &Value,
        trace: Option<&str>,
        now: u64,
    ) -> Result<String, ApiError> {
        let wrong = |member: &str, reason: &str| {
            ApiError::new(
                "InvalidArgument",
                format!("Parameter {member} is not valid. Reason: {reason}"),
            )
        };
        let text = |member: &str| match entry[member].as_str() {
            Some(text) if !text.is_empty() => Ok(text),
            _ => Err(wrong(member, &format!("{member} is a required argument."))),
        };
        let source = text("Source")?;
        let detail_type = text("DetailType")?;
        let detail = text("Detail")?;
        if source.starts_with("aws.") {
            return Err(ApiError::new(
                "NotAuthorizedForSourceException",
                "Not authorized for the source.",
            ));
        }
        if source.len() > 256 {
            return Err(wrong("Source", "Source is longer than 256 characters."));
        }
        if detail_type.len() > 128 {
            return Err(wrong(
                "DetailType",
                "DetailType is longer than 128 characters.",
            ));
        }
        let Ok(Value::Object(detail)) = serde_json::from_str(detail) else {
            return Err(ApiError::new("MalformedDetail", "Detail is malformed."));
        };
        let happened = match &entry["Time"] {
            Value::Null => now,
            given => moment::read(given).ok_or_else(|| wrong("Time", "Time is no timestamp."))?,
        };
        let resources = entry["Resources"].as_array();
        let event = Event {
            version: "0".into(),
            id: self.ids.uuid(),
            detail_type: detail_type.to_owned(),
            source: source.to_owned(),
            account: crate::ACCOUNT.into(),
            time: moment::iso_seconds(happened),
            region: crate::REGION.into(),
            resources: resources
                .into_iter()
                .flatten()
                .filter_map(|one| Some(one.as_str()?.to_owned()))
                .collect(),
            detail,
            replay_name: None,
        };
        let id = event.id.clone();
        let way = Way {
            trace: entry["TraceHeader"].as_str().or(trace),
            ..Way::default()
        };
        let bus = entry["EventBusName"].as_str().unwrap_or("default");
        // Events to a bus that does not exist are taken and dropped.
        // Source: EventBridge User Guide, "Sending events with PutEvents".
        self.route(super::bus_name(bus), &event, way, now);
        Ok(id)
    }

    /// Gives an event to the archives and rules of a bus.
    pub(super) fn route(&mut self, bus: &str, event: &Event, way: Way<'_>, now: u64) {
        let Buses {
            buses,
            archives,
            deliveries,
            ..
        } = self;
        let Some(bus) = buses.get(bus) else {
            return;
        };
        let value = event.value();
        // What is replayed does not come into the archive again.
        if event.replay_name.is_none() {
            for archive in archives.values_mut().filter(|one| one.source == bus.arn) {
                archive.take(event, &value, now);
            }
        }
        for rule in bus.rules.values() {
            let wanted = way.only.is_empty() || way.only.contains(&rule.arn);
            if !wanted || !rule.enabled || !pattern::matches(&rule.pattern, &value) {
                continue;
            }
            for target in rule.targets.values() {
                deliveries.push(deliver(&bus.name, rule, target, event, &value, way, now));
            }
        }
    }

    pub(super) fn test_pattern(request: &Value) -> Result<Value, ApiError> {
        let pattern = super::pattern_of(required(request, "EventPattern")?)?;
        let event: Option<Value> = serde_json::from_str(required(request, "Event")?).ok();
        // Source: API Reference, `TestEventPattern`.
        let mandatory = ["id", "account", "source", "time", "region", "detail-type"];
        let event = event.filter(|event| mandatory.iter().all(|name| event[name].is_string()));
        let Some(event) = event else {
            return Err(ApiError::validation(format!(
                "Parameter Event is not valid. Reason: it is a JSON object with {}.",
                mandatory.join(", ")
            )));
        };
        Ok(json!({ "Result": pattern::matches(&pattern, &event) }))
    }
}

fn deliver(
    bus: &str,
    rule: &Rule,
    target: &Value,
    event: &Event,
    value: &Value,
    way: Way<'_>,
    now: u64,
) -> Delivery {
    let policy = &target["RetryPolicy"];
    let text = |value: &Value| value.as_str().map(str::to_owned);
    Delivery {
        event: event.clone(),
        bus: bus.to_owned(),
        rule: rule.arn.clone(),
        target: text(&target["Id"]).unwrap_or_default(),
        endpoint: text(&target["Arn"]).unwrap_or_default(),
        role: text(&target["RoleArn"]),
        group: text(&target["SqsParameters"]["MessageGroupId"]),
        input: transform::input(rule, target, event, value, now),
        retries: policy["MaximumRetryAttempts"].as_u64().unwrap_or(185) as u32,
        max_age: policy["MaximumEventAgeInSeconds"]
            .as_u64()
            .unwrap_or(86_400),
        dead_letters: text(&target["DeadLetterConfig"]["Arn"]),
        trace: way.trace.map(str::to_owned),
        received: now,
        forwarded: way.forwarded,
    }
}

/// Bytes of an entry. Source: EventBridge User Guide, "Calculating PutEvents event entry size".
fn size(entry: &Value) -> usize {
    let text = |member: &str| entry[member].as_str().unwrap_or_default().len();
    let time = if entry["Time"].is_null() { 0 } else { 14 };
    let resources = entry["Resources"].as_array().into_iter().flatten();
    let resources = resources.map(|one| one.as_str().unwrap_or_default().len());
    time + text("Source") + text("DetailType") + text("Detail") + resources.sum::<usize>()
}
