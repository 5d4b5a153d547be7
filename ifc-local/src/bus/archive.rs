//! Archives of events, and their replay.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::event::{Event, Way};
use super::{Buses, bus_name, exists, limit, missing, named, page, pattern_of, required};
use crate::error::ApiError;
use crate::moment;
use ifc_catalog::pattern;

const DAY: u64 = 24 * 60 * 60 * 1000;
const MINUTE: u64 = 60 * 1000;
/// Replays at a time. Source: EventBridge User Guide, "Replaying archived events".
const REPLAYS: usize = 10;

/// Events of a bus that are kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Archive {
    name: String,
    arn: String,
    /// ARN of the bus.
    pub(super) source: String,
    description: Option<String>,
    /// The pattern as it was given, and read; all events if none.
    #[serde(with = "crate::serial::json")]
    pattern: Option<(String, Map<String, Value>)>,
    /// Days; 0 for ever.
    retention: u64,
    created: u64,
    /// When each came, in order, and the event.
    #[serde(with = "crate::serial::json")]
    events: VecDeque<(u64, Event)>,
}

impl Archive {
    pub(super) fn take(&mut self, event: &Event, value: &Value, now: u64) {
        self.forget_old(now);
        let pattern = self.pattern.as_ref();
        if pattern.is_none_or(|(_, pattern)| pattern::matches(pattern, value)) {
            self.events.push_back((now, event.clone()));
        }
    }

    fn forget_old(&mut self, now: u64) {
        if self.retention > 0 {
            let since = now.saturating_sub(self.retention * DAY);
            let old = self.events.partition_point(|(at, _)| *at < since);
            self.events.drain(..old);
        }
    }

    fn show(&self) -> Value {
        let bytes = self.events.iter().map(|(_, event)| event.text().len());
        let mut shown = json!({
            "ArchiveName": self.name,
            "EventSourceArn": self.source,
            "State": "ENABLED",
            "RetentionDays": self.retention,
            "SizeBytes": bytes.sum::<usize>(),
            "EventCount": self.events.len(),
            "CreationTime": moment::seconds(self.created),
        });
        if let Some(description) = &self.description {
            shown["Description"] = description.as_str().into();
        }
        if let Some((text, _)) = &self.pattern {
            shown["EventPattern"] = text.as_str().into();
        }
        shown
    }

    fn change(&mut self, request: &Value) -> Result<(), ApiError> {
        if let Some(text) = request["EventPattern"].as_str() {
            self.pattern = Some((text.to_owned(), pattern_of(text)?));
        }
        if let Some(text) = request["Description"].as_str() {
            self.description = Some(text.to_owned());
        }
        match &request["RetentionDays"] {
            Value::Null => {}
            days => {
                self.retention = days.as_u64().ok_or_else(|| {
                    ApiError::validation("RetentionDays is a number from 0 on; 0 keeps for ever")
                })?;
            }
        }
        Ok(())
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum State {
    Starting,
    Running,
    Completed,
    Cancelled,
}

/// Events of an archive that come again.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Replay {
    name: String,
    arn: String,
    /// ARN of the archive.
    source: String,
    #[serde(with = "crate::serial::json")]
    destination: Value,
    description: Option<String>,
    from: u64,
    to: u64,
    state: State,
    started: u64,
    ended: Option<u64>,
    /// Time of the last event that came again.
    last: Option<u64>,
    /// The events that are still to come, in order of their times.
    #[serde(with = "crate::serial::json")]
    waiting: VecDeque<Event>,
}

impl Replay {
    fn is_active(&self) -> bool {
        matches!(self.state, State::Starting | State::Running)
    }

    fn show(&self) -> Value {
        let mut shown = json!({
            "ReplayName": self.name,
            "EventSourceArn": self.source,
            "State": self.state,
            "EventStartTime": moment::seconds(self.from),
            "EventEndTime": moment::seconds(self.to),
            "ReplayStartTime": moment::seconds(self.started),
        });
        for (member, at) in [
            ("EventLastReplayedTime", self.last),
            ("ReplayEndTime", self.ended),
        ] {
            if let Some(at) = at {
                shown[member] = moment::seconds(at);
            }
        }
        shown
    }
}

impl Buses {
    pub(super) fn create_archive(&mut self, request: &Value, now: u64) -> Result<Value, ApiError> {
        let name = named(request, "ArchiveName", 48)?;
        let source = required(request, "EventSourceArn")?;
        self.named_bus(source)?;
        if self.archives.contains_key(name) {
            return Err(exists(format!("Archive {name} already exists.")));
        }
        let mut archive = Archive {
            name: name.to_owned(),
            arn: crate::arn("events", &format!("archive/{name}")),
            source: source.to_owned(),
            description: None,
            pattern: None,
            retention: 0,
            created: now,
            events: VecDeque::new(),
        };
        archive.change(request)?;
        let answer = json!({
            "ArchiveArn": archive.arn,
            "State": "ENABLED",
            "CreationTime": moment::seconds(now),
        });
        self.archives.insert(name.to_owned(), archive);
        Ok(answer)
    }

    pub(super) fn update_archive(&mut self, request: &Value) -> Result<Value, ApiError> {
        let name = required(request, "ArchiveName")?;
        let mut changed = self.archive(name)?.clone();
        changed.change(request)?;
        let answer = json!({
            "ArchiveArn": changed.arn,
            "State": "ENABLED",
            "CreationTime": moment::seconds(changed.created),
        });
        self.archives.insert(name.to_owned(), changed);
        Ok(answer)
    }

    pub(super) fn describe_archive(
        &mut self,
        request: &Value,
        now: u64,
    ) -> Result<Value, ApiError> {
        let name = required(request, "ArchiveName")?;
        let archive = self.archive(name)?;
        archive.forget_old(now);
        let mut shown = archive.show();
        shown["ArchiveArn"] = archive.arn.as_str().into();
        Ok(shown)
    }

    pub(super) fn delete_archive(&mut self, request: &Value) -> Result<Value, ApiError> {
        let name = required(request, "ArchiveName")?;
        self.archive(name)?;
        self.archives.remove(name);
        Ok(json!({}))
    }

    pub(super) fn list_archives(&self, request: &Value) -> Value {
        let prefix = request["NamePrefix"].as_str().unwrap_or_default();
        let source = request["EventSourceArn"].as_str();
        let state = request["State"].as_str();
        let all = self.archives.values().filter(|one| {
            one.name.starts_with(prefix)
                && source.is_none_or(|source| one.source == source)
                && state.is_none_or(|state| state == "ENABLED")
        });
        let all = all.map(|one| {
            let mut shown = one.show();
            if let Some(members) = shown.as_object_mut() {
                members.remove("Description");
                members.remove("EventPattern");
            }
            (one.name.clone(), shown)
        });
        page("Archives", all, request)
    }

    fn archive(&mut self, name: &str) -> Result<&mut Archive, ApiError> {
        self.archives
            .get_mut(name)
            .ok_or_else(|| missing(format!("Archive {name} does not exist.")))
    }

    pub(super) fn start_replay(&mut self, request: &Value, now: u64) -> Result<Value, ApiError> {
        let name = named(request, "ReplayName", 64)?;
        let source = required(request, "EventSourceArn")?;
        let wrong = |member: &str, reason: &str| {
            Err(ApiError::validation(format!(
                "Parameter {member} is not valid. Reason: {reason}"
            )))
        };
        let of = source.rsplit('/').next().unwrap_or_default();
        let archive = self.archive(of)?;
        if archive.arn != source {
            return wrong("EventSourceArn", "Must contain an archive ARN.");
        }
        archive.forget_old(now);
        let events = archive.events.iter().map(|(_, event)| event);
        let destination = &request["Destination"];
        if destination["Arn"] != archive.source.as_str() {
            return wrong(
                "Destination.Arn",
                "Cross event bus replay is not permitted.",
            );
        }
        let (Some(from), Some(to)) = (
            moment::read(&request["EventStartTime"]),
            moment::read(&request["EventEndTime"]),
        ) else {
            return wrong("EventStartTime", "Two times are needed.");
        };
        if from >= to {
            return wrong(
                "EventEndTime",
                "EventStartTime must be before EventEndTime.",
            );
        }
        let within = events.filter(|event| (from..=to).contains(&event.happened()));
        let mut waiting: Vec<Event> = within.cloned().collect();
        waiting.sort_by_key(Event::happened);
        if self.replays.contains_key(name) {
            return Err(exists(format!("Replay {name} already exists.")));
        }
        if self.replays.values().filter(|one| one.is_active()).count() >= REPLAYS {
            return Err(limit());
        }
        let replay = Replay {
            name: name.to_owned(),
            arn: crate::arn("events", &format!("replay/{name}")),
            source: source.to_owned(),
            destination: destination.clone(),
            description: request["Description"].as_str().map(str::to_owned),
            from,
            to,
            state: State::Starting,
            started: now,
            ended: None,
            last: None,
            waiting: waiting.into(),
        };
        let answer = json!({
            "ReplayArn": replay.arn,
            "State": replay.state,
            "ReplayStartTime": moment::seconds(now),
        });
        self.replays.insert(name.to_owned(), replay);
        Ok(answer)
    }

    pub(super) fn describe_replay(&mut self, request: &Value) -> Result<Value, ApiError> {
        let replay = self.replay(request)?;
        let mut shown = replay.show();
        shown["ReplayArn"] = replay.arn.as_str().into();
        shown["Destination"] = replay.destination.clone();
        if let Some(description) = &replay.description {
            shown["Description"] = description.as_str().into();
        }
        Ok(shown)
    }

    pub(super) fn cancel_replay(&mut self, request: &Value, now: u64) -> Result<Value, ApiError> {
        let replay = self.replay(request)?;
        if !replay.is_active() {
            return Err(ApiError::new(
                "IllegalStatusException",
                format!(
                    "Replay {} is not in a valid state for this operation.",
                    replay.name
                ),
            ));
        }
        replay.state = State::Cancelled;
        replay.ended = Some(now);
        Ok(json!({ "ReplayArn": replay.arn, "State": "CANCELLING" }))
    }

    pub(super) fn list_replays(&self, request: &Value) -> Value {
        let prefix = request["NamePrefix"].as_str().unwrap_or_default();
        let source = request["EventSourceArn"].as_str();
        let all = self.replays.values().filter(|one| {
            one.name.starts_with(prefix) && source.is_none_or(|source| one.source == source)
        });
        let all = all.map(|one| (one.name.clone(), one.show()));
        let state = request["State"].as_str();
        let all = all.filter(|(_, shown)| state.is_none_or(|state| shown["State"] == state));
        page("Replays", all, request)
    }

    fn replay(&mut self, request: &Value) -> Result<&mut Replay, ApiError> {
        let name = required(request, "ReplayName")?;
        self.replays
            .get_mut(name)
            .ok_or_else(|| missing(format!("Replay {name} does not exist.")))
    }

    /// Lets every replay come forward by one minute of the time of its events.
    ///
    /// Source: API Reference, `StartReplay`: events come in intervals of a minute.
    pub fn run(&mut self, now: u64) {
        let active = self.replays.values().filter(|one| one.is_active());
        let active: Vec<String> = active.map(|one| one.name.clone()).collect();
        for name in active {
            let Some(replay) = self.replays.get_mut(&name) else {
                continue;
            };
            let minute = replay
                .waiting
                .front()
                .map(|event| event.happened() / MINUTE);
            let mut slice = Vec::new();
            while let Some(event) = replay
                .waiting
                .pop_front_if(|event| Some(event.happened() / MINUTE) == minute)
            {
                slice.push(event);
            }
            replay.state = State::Running;
            replay.last = slice.last().map(Event::happened).or(replay.last);
            if replay.waiting.is_empty() {
                replay.state = State::Completed;
                replay.ended = Some(now);
            }
            let bus = replay.destination["Arn"].as_str().unwrap_or_default();
            let bus = bus_name(bus).to_owned();
            let only = replay.destination["FilterArns"].as_array();
            let only: Vec<String> = only
                .into_iter()
                .flatten()
                .filter_map(|arn| Some(arn.as_str()?.to_owned()))
                .collect();
            for mut event in slice {
                event.replay_name = Some(name.clone());
                let way = Way {
                    only: &only,
                    ..Way::default()
                };
                self.route(&bus, &event, way, now);
            }
        }
    }

    /// When [`Buses::run`] is to be called next.
    pub fn next(&self) -> Option<u64> {
        let active = self.replays.values().filter(|one| one.is_active());
        active.map(|one| one.started).min()
    }
}
