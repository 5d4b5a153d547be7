//! Schedules: the API of EventBridge Scheduler. What is due comes out as runs.
//!
//! Source: EventBridge Scheduler User Guide and API Reference.

mod clock;
mod fired;
mod settings;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::error::ApiError;
use crate::ids::Ids;
use crate::moment;
use settings::Settings;

pub use fired::{Fired, LeftOut};

/// Groups of an account in a region. Source: User Guide, "Quotas for EventBridge Scheduler".
const GROUPS: usize = 500;

/// All schedules of an account in a region.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Schedules {
    groups: BTreeMap<String, Group>,
    /// By `group/name`.
    schedules: BTreeMap<String, Schedule>,
    ids: Ids,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Group {
    name: String,
    arn: String,
    created: u64,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Schedule {
    name: String,
    group: String,
    arn: String,
    created: u64,
    modified: u64,
    settings: Settings,
    /// What rates count from.
    anchor: u64,
    next: Option<Next>,
}

/// The run that comes next.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Next {
    /// The time that the expression names.
    scheduled: u64,
    /// The time within the window.
    at: u64,
}

impl Schedules {
    /// The default group alone; ids come from the seed, and times within flexible windows.
    pub fn new(seed: u64) -> Schedules {
        let group = Group::new("default", 0);
        Schedules {
            groups: BTreeMap::from([("default".to_owned(), group)]),
            schedules: BTreeMap::new(),
            ids: Ids::new(seed),
        }
    }

    /// Answers a call: `CreateSchedule` and the members of the request. `now` is in milliseconds
    /// since 1970.
    ///
    /// # Errors
    /// As EventBridge Scheduler gives them.
    pub fn call(&mut self, operation: &str, request: &Value, now: u64) -> Result<Value, ApiError> {
        match operation {
            "CreateScheduleGroup" => self.create_group(request, now),
            "DeleteScheduleGroup" => self.delete_group(request),
            "GetScheduleGroup" => {
                let name = request["Name"].as_str().unwrap_or_default();
                self.groups
                    .get(name)
                    .map(Group::show)
                    .ok_or_else(|| missing(format!("Schedule group {name} does not exist.")))
            }
            "ListScheduleGroups" => {
                let prefix = request["NamePrefix"].as_str().unwrap_or_default();
                let all = self.groups.values();
                let all = all.filter(|group| group.name.starts_with(prefix));
                let all = all.map(|group| (group.name.clone(), group.show()));
                Ok(page("ScheduleGroups", all, request))
            }
            "CreateSchedule" => self.create(request, now),
            "UpdateSchedule" => self.update(request, now),
            "GetSchedule" => Ok(self.named(request)?.show()),
            "DeleteSchedule" => {
                let key = self.named(request)?.key();
                self.schedules.remove(&key);
                Ok(json!({}))
            }
            "ListSchedules" => {
                let text = |member: &str| request[member].as_str();
                let all = self.schedules.iter().filter(|(_, one)| {
                    text("GroupName").is_none_or(|group| one.group == group)
                        && text("NamePrefix").is_none_or(|prefix| one.name.starts_with(prefix))
                        && text("State").is_none_or(|state| one.settings.state() == state)
                });
                let all = all.map(|(key, one)| (key.clone(), one.summary()));
                Ok(page("Schedules", all, request))
            }
            other => Err(ApiError::new(
                "UnknownOperationException",
                format!("schedules do not have the operation {other} here"),
            )),
        }
    }

    /// The runs whose time has come, in order of their times.
    pub fn due(&mut self, now: u64) -> Vec<Fired> {
        let mut fired = Vec::new();
        while let Some((key, next)) = self.earliest().filter(|(_, next)| next.at <= now) {
            let seed = self.ids.number();
            let Some(schedule) = self.schedules.get_mut(&key) else {
                break;
            };
            fired.push(schedule.fire(next.scheduled, seed));
            schedule.plan(next.scheduled + 1, &mut self.ids);
            let ended = schedule.next.is_none();
            if ended && schedule.settings.deleted_at_end {
                self.schedules.remove(&key);
            }
        }
        fired
    }

    /// Leaves out the runs of each schedule whose times have passed, but for the last: as if nobody had
    /// been there to run them. Gives the schedules that have such runs.
    pub fn leave_out(&mut self, now: u64) -> Vec<LeftOut> {
        let mut all = Vec::new();
        for schedule in self.schedules.values_mut() {
            let Some(next) = schedule.next.filter(|next| next.at <= now) else {
                continue;
            };
            // Within a window that is still open nothing was missed.
            let passed = now.saturating_sub(schedule.settings.window);
            let last = schedule.last(next.scheduled, passed);
            if last > next.scheduled {
                all.push(LeftOut {
                    schedule: schedule.arn.clone(),
                    first: next.scheduled,
                    last,
                });
                schedule.next = Some(Next {
                    scheduled: last,
                    at: last,
                });
            }
        }
        all
    }

    /// When the next run is due.
    pub fn next(&self) -> Option<u64> {
        self.earliest().map(|(_, next)| next.at)
    }

    fn earliest(&self) -> Option<(String, Next)> {
        let planned = self.schedules.iter();
        let planned = planned.filter_map(|(key, one)| Some((one.next?, key)));
        let (next, key) = planned.min_by_key(|(next, key)| (next.at, next.scheduled, *key))?;
        Some((key.clone(), next))
    }

    fn create_group(&mut self, request: &Value, now: u64) -> Result<Value, ApiError> {
        let name = name(request, "Name")?;
        if self.groups.contains_key(name) {
            return Err(exists(format!("Schedule group {name} already exists.")));
        }
        if self.groups.len() >= GROUPS {
            return Err(ApiError::new(
                "ServiceQuotaExceededException",
                format!("An account has {GROUPS} schedule groups."),
            )
            .with_status(402));
        }
        let group = Group::new(name, now);
        let answer = json!({ "ScheduleGroupArn": group.arn });
        self.groups.insert(name.to_owned(), group);
        Ok(answer)
    }

    /// The schedules of the group go with it.
    fn delete_group(&mut self, request: &Value) -> Result<Value, ApiError> {
        let name = name(request, "Name")?;
        if name == "default" {
            return Err(ApiError::validation(
                "You cannot delete the default schedule group.",
            ));
        }
        if self.groups.remove(name).is_none() {
            return Err(missing(format!("Schedule group {name} does not exist.")));
        }
        self.schedules.retain(|_, one| one.group != name);
        Ok(json!({}))
    }

    fn create(&mut self, request: &Value, now: u64) -> Result<Value, ApiError> {
        let name = name(request, "Name")?;
        let group = group(request);
        if !self.groups.contains_key(group) {
            return Err(missing(format!("Schedule group {group} does not exist.")));
        }
        let settings = Settings::read(request, now)?;
        let arn = crate::arn("scheduler", &format!("schedule/{group}/{name}"));
        let mut schedule = Schedule {
            name: name.to_owned(),
            group: group.to_owned(),
            arn: arn.clone(),
            created: now,
            modified: now,
            anchor: settings.start.unwrap_or(now),
            settings,
            next: None,
        };
        let key = schedule.key();
        if self.schedules.contains_key(&key) {
            return Err(exists(format!("Schedule {name} already exists.")));
        }
        schedule.plan(now, &mut self.ids);
        self.schedules.insert(key, schedule);
        Ok(json!({ "ScheduleArn": arn }))
    }

    /// Every member counts, as if the schedule was made anew.
    fn update(&mut self, request: &Value, now: u64) -> Result<Value, ApiError> {
        let key = self.named(request)?.key();
        let settings = Settings::read(request, now)?;
        let Some(schedule) = self.schedules.get_mut(&key) else {
            return Err(missing("Schedule does not exist.".to_owned()));
        };
        let before = &schedule.settings;
        if (&before.expression, before.start) != (&settings.expression, settings.start) {
            schedule.anchor = settings.start.unwrap_or(now);
        }
        schedule.settings = settings;
        schedule.modified = now;
        schedule.plan(now, &mut self.ids);
        Ok(json!({ "ScheduleArn": schedule.arn }))
    }

    fn named(&self, request: &Value) -> Result<&Schedule, ApiError> {
        let name = request["Name"].as_str().unwrap_or_default();
        let key = format!("{}/{name}", group(request));
        self.schedules
            .get(&key)
            .ok_or_else(|| missing(format!("Schedule {name} does not exist.")))
    }
}

impl Group {
    fn new(name: &str, now: u64) -> Group {
        Group {
            name: name.to_owned(),
            arn: crate::arn("scheduler", &format!("schedule-group/{name}")),
            created: now,
        }
    }

    fn show(&self) -> Value {
        json!({
            "Name": self.name,
            "Arn": self.arn,
            "State": "ACTIVE",
            "CreationDate": moment::seconds(self.created),
            "LastModificationDate": moment::seconds(self.created),
        })
    }
}

impl Schedule {
    fn key(&self) -> String {
        format!("{}/{}", self.group, self.name)
    }

    /// Finds the next run whose time is not before `from`.
    fn plan(&mut self, from: u64, ids: &mut Ids) {
        let scheduled = self.settings.first(self.anchor, from);
        self.next = scheduled.map(|scheduled| Next {
            scheduled,
            at: match self.settings.window {
                0 => scheduled,
                window => scheduled + ids.number() % window,
            },
        });
    }

    /// The last time from `first`, which is one, up to `until`, by halves of what lies between.
    fn last(&self, first: u64, until: u64) -> u64 {
        let next = |from: u64| self.settings.first(self.anchor, from);
        let (mut last, mut end) = (first, until);
        while last < end {
            let middle = last + (end - last).div_ceil(2);
            match next(middle).filter(|time| *time <= until) {
                Some(time) => last = time,
                None => end = middle - 1,
            }
        }
        last
    }

    fn fire(&self, scheduled: u64, seed: u64) -> Fired {
        let target = &self.settings.target;
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let policy = &target["RetryPolicy"];
        Fired {
            schedule: self.arn.clone(),
            group: self.group.clone(),
            endpoint: text(&target["Arn"]).unwrap_or_default(),
            role: text(&target["RoleArn"]).unwrap_or_default(),
            scheduled,
            retries: policy["MaximumRetryAttempts"].as_u64().unwrap_or(185) as u32,
            max_age: policy["MaximumEventAgeInSeconds"]
                .as_u64()
                .unwrap_or(86_400),
            dead_letters: text(&target["DeadLetterConfig"]["Arn"]),
            target: target.clone(),
            seed,
        }
    }

    fn show(&self) -> Value {
        let mut shown = self.settings.show();
        shown["Arn"] = self.arn.as_str().into();
        shown["Name"] = self.name.as_str().into();
        shown["GroupName"] = self.group.as_str().into();
        shown["CreationDate"] = moment::seconds(self.created);
        shown["LastModificationDate"] = moment::seconds(self.modified);
        shown
    }

    fn summary(&self) -> Value {
        json!({
            "Arn": self.arn,
            "Name": self.name,
            "GroupName": self.group,
            "State": self.settings.state(),
            "Target": { "Arn": self.settings.target["Arn"] },
            "CreationDate": moment::seconds(self.created),
            "LastModificationDate": moment::seconds(self.modified),
        })
    }
}

fn group(request: &Value) -> &str {
    request["GroupName"].as_str().unwrap_or("default")
}

/// A name that is to be given to something new.
fn name<'r>(request: &'r Value, member: &str) -> Result<&'r str, ApiError> {
    let name = request[member].as_str().unwrap_or_default();
    let letter = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    if name.is_empty() || name.len() > 64 || !name.chars().all(letter) {
        return Err(ApiError::validation(format!(
            "1 validation error detected: Value '{name}' at '{member}' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[0-9a-zA-Z-_.]+$ and have length between 1 and 64"
        )));
    }
    Ok(name)
}

fn page(member: &str, all: impl Iterator<Item = (String, Value)>, request: &Value) -> Value {
    crate::page::page(member, all, request, Some("MaxResults"))
}

fn missing(message: String) -> ApiError {
    ApiError::new("ResourceNotFoundException", message).with_status(404)
}

fn exists(message: String) -> ApiError {
    ApiError::new("ConflictException", message).with_status(409)
}
