//! Functions: what they are, which invocations run, and which events wait to be handled.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::queue_mapping::QueueBatch;
use super::stream_mapping::StreamBatch;

/// A function as it is deployed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Function {
    /// Name in the manifest.
    pub name: String,
    /// Physical name.
    pub physical_name: String,
    /// ARN.
    pub arn: String,
    /// ARN of its role.
    pub role: String,
    /// Megabytes.
    pub memory: u64,
    /// Seconds.
    pub timeout: u64,
    /// The most invocations at a time, if the function reserves a number.
    pub reserved: Option<u64>,
    /// Environment variables.
    pub environment: BTreeMap<String, String>,
    /// What becomes of events that fail.
    pub retries: EventInvokeConfig,
    /// Who may invoke it: a policy document, as JSON.
    pub policy: Option<String>,
}

/// What becomes of events that fail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventInvokeConfig {
    /// How often an event is tried again.
    pub retries: u64,
    /// Seconds until it is given up.
    pub max_age: u64,
    /// ARN of the queue for what is given up.
    pub on_failure: Option<String>,
}

impl Default for EventInvokeConfig {
    /// Source: Lambda Developer Guide, "How Lambda handles errors and retries with asynchronous
    /// invocation".
    fn default() -> Self {
        EventInvokeConfig {
            retries: 2,
            max_age: 6 * 60 * 60,
            on_failure: None,
        }
    }
}

/// An event that nobody waits for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Event {
    /// Request id, the same in every try.
    pub(super) id: String,
    /// Name of the function in the manifest.
    pub(super) function: String,
    pub(super) payload: String,
    pub(super) client_context: Option<String>,
    pub(super) trace: String,
    pub(super) source: String,
    /// When it came.
    pub(super) accepted: u64,
    /// Tries so far.
    pub(super) tries: u64,
}

/// Why an invocation runs, and so what its end means.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Cause {
    /// Someone waits for the answer.
    Caller,
    /// An event.
    Event(Event),
    /// A batch of messages.
    Queue(QueueBatch),
    /// A batch of changes.
    Stream(StreamBatch),
}

/// An invocation that runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Running {
    pub(super) function: String,
    pub(super) trace: String,
    pub(super) source: String,
    pub(super) started: u64,
    pub(super) deadline: u64,
    pub(super) cause: Cause,
}

/// A request whose caller waits until there is room for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Request {
    pub(super) id: String,
    pub(super) function: String,
    pub(super) payload: String,
    pub(super) client_context: Option<String>,
    pub(super) trace: String,
    pub(super) source: String,
}

/// All functions with their work.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Functions {
    /// By name in the manifest.
    pub(super) by_name: BTreeMap<String, Function>,
    /// By request id.
    pub(super) running: BTreeMap<String, Running>,
    /// In the order in which they came.
    pub(super) requests: Vec<Request>,
    /// By the time of the next try, then in order of coming.
    pub(super) events: BTreeMap<u64, Vec<Event>>,
    /// How many invocations of each run.
    busy: BTreeMap<String, u64>,
}

impl Functions {
    /// A function by its name in the manifest, physical name or ARN, with a qualifier or not.
    pub(super) fn find(&self, name: &str) -> Option<&Function> {
        self.by_name
            .values()
            .find(|function| is(function, name))
            .or_else(|| self.by_name.get(name))
    }

    /// Whether one more invocation may run.
    pub(super) fn has_room(&self, function: &str, concurrency: u64) -> bool {
        let Some(of) = self.by_name.get(function) else {
            return false;
        };
        self.busy(function) < of.reserved.unwrap_or(concurrency)
    }

    /// How many invocations run.
    pub(super) fn busy(&self, function: &str) -> u64 {
        self.busy.get(function).copied().unwrap_or_default()
    }

    pub(super) fn start(&mut self, id: &str, running: Running) {
        *self.busy.entry(running.function.clone()).or_default() += 1;
        self.running.insert(id.to_owned(), running);
    }

    pub(super) fn end(&mut self, id: &str) -> Option<Running> {
        let running = self.running.remove(id)?;
        if let Some(busy) = self.busy.get_mut(&running.function) {
            *busy = busy.saturating_sub(1);
        }
        Some(running)
    }

    /// Puts an event in line for a time.
    pub(super) fn enqueue(&mut self, at: u64, event: Event) {
        self.events.entry(at).or_default().push(event);
    }

    /// The events whose time has come and for which there is room. Functions without room are
    /// passed over.
    pub(super) fn take_events(&mut self, now: u64, concurrency: u64) -> Vec<Event> {
        let mut taken = Vec::new();
        let mut planned: BTreeMap<String, u64> = BTreeMap::new();
        let mut full: BTreeSet<String> = BTreeSet::new();
        let times: Vec<u64> = self.events.range(..=now).map(|(at, _)| *at).collect();
        for at in times {
            let Some(waiting) = self.events.remove(&at) else {
                continue;
            };
            let mut left = Vec::new();
            for event in waiting {
                let planned = planned.entry(event.function.clone()).or_default();
                let limit = self
                    .by_name
                    .get(&event.function)
                    .and_then(|function| function.reserved)
                    .unwrap_or(concurrency);
                // An event of a function that is gone is taken, so that it can be given up.
                let is_known = self.by_name.contains_key(&event.function);
                let has_room = self.busy(&event.function) + *planned < limit;
                if !is_known || (has_room && !full.contains(&event.function)) {
                    *planned += 1;
                    taken.push(event);
                } else {
                    full.insert(event.function.clone());
                    left.push(event);
                }
            }
            if !left.is_empty() {
                self.events.insert(at, left);
            }
        }
        taken
    }

    /// When the next event is due that is not due yet.
    pub(super) fn next(&self, now: u64) -> Option<u64> {
        self.events.range(now + 1..).next().map(|(at, _)| *at)
    }
}

fn is(function: &Function, name: &str) -> bool {
    if name == function.physical_name || name == function.arn {
        return true;
    }
    let unqualified = match name.strip_prefix("arn:") {
        // The seventh part of a function's ARN is its name.
        Some(_) => name.split(':').nth(6),
        None => name.split(':').next(),
    };
    unqualified == Some(function.physical_name.as_str())
}
