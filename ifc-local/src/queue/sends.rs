//! Sends of the last minutes, by which repeated ones are known.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Milliseconds for which a deduplication id counts.
const DEDUPLICATION: u64 = 5 * 60 * 1000;

/// Sends of the last minutes by deduplication id.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Sends {
    /// What was answered, as JSON.
    answers: BTreeMap<String, String>,
    /// Ids in the order in which they cease to count.
    order: VecDeque<(u64, String)>,
}

impl Sends {
    /// The answer to a send that was the same.
    pub(super) fn answer(&mut self, id: &str, now: u64) -> Option<Value> {
        while let Some((at, _)) = self.order.front()
            && at + DEDUPLICATION <= now
            && let Some((_, id)) = self.order.pop_front()
        {
            self.answers.remove(&id);
        }
        serde_json::from_str(self.answers.get(id)?).ok()
    }

    pub(super) fn note(&mut self, id: String, answer: &Value, now: u64) {
        self.answers.insert(id.clone(), answer.to_string());
        self.order.push_back((now, id));
    }
}
