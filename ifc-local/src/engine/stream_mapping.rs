//! Lambda polls the streams of tables: batches in order per key, retries that hold up what comes after
//! them, halving, and the letters about what is given up.
//!
//! Source: Lambda Developer Guide, "Using Lambda with Amazon DynamoDB" and "Process DynamoDB records
//! with Lambda".

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::invocation::Outcome;
use super::queue_mapping::{failed, fitting, matches_any};
use crate::moment::iso;

/// A stream that a function is given batches from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct StreamMapping {
    /// ARN of the stream.
    pub(super) stream: String,
    /// Name of the function in the manifest.
    pub(super) function: String,
    pub(super) batch_size: u64,
    /// Seconds.
    pub(super) window: u64,
    /// Batches of one shard at a time.
    pub(super) parallel: u64,
    /// How often a batch is tried again; `None` until its records are gone from the stream.
    pub(super) retries: Option<u64>,
    /// Seconds until a record is given up; `None` for as long as the stream holds it.
    pub(super) max_age: Option<u64>,
    pub(super) bisect: bool,
    /// ARN of the queue for what is given up.
    pub(super) dead_letters: Option<String>,
    /// JSON patterns, any of which lets a record through.
    pub(super) filters: Vec<String>,
    pub(super) report_failures: bool,
    /// Where each shard was read to; a shard that is not named from its beginning.
    pub(super) positions: Vec<u64>,
    /// Of each shard, `parallel` of them.
    pub(super) lanes: Vec<Vec<Lane>>,
}

/// The records of some of a shard's keys, which go one after the other.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Lane {
    /// Batches to try again before anything else, the first at the end.
    again: Vec<Attempt>,
    /// Read, and not yet given to the function.
    fresh: VecDeque<Record>,
    /// Since when `fresh` has something.
    since: u64,
    busy: bool,
}

/// A change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Record {
    /// As Lambda gives it to a function.
    pub(super) event: Value,
    /// Its place in the stream.
    pub(super) place: u64,
    /// When it happened, in milliseconds.
    pub(super) at: u64,
    /// X-Ray header of what made the change.
    pub(super) trace: String,
}

impl Record {
    fn sequence(&self) -> &str {
        self.event["dynamodb"]["SequenceNumber"]
            .as_str()
            .unwrap_or_default()
    }
}

/// Records that are tried together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Attempt {
    pub(super) records: Vec<Record>,
    /// Tries so far.
    pub(super) tries: u64,
    /// When it is tried.
    pub(super) at: u64,
}

/// The records that an invocation has.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct StreamBatch {
    /// Name of the mapping.
    pub(super) mapping: String,
    pub(super) shard: usize,
    pub(super) lane: usize,
    pub(super) attempt: Attempt,
}

impl Eq for StreamBatch {}

/// What is given up, and why.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct GivenUp {
    pub(super) attempt: Attempt,
    pub(super) shard: usize,
    /// `RetryAttemptsExhausted` or `RecordAgeExceeded`.
    pub(super) condition: &'static str,
}

/// Milliseconds until a failed batch is tried again: twice as long each time, at most a minute.
fn back_off(tries: u64) -> u64 {
    1000 << tries.saturating_sub(1).min(6)
}

impl StreamMapping {
    /// Where reading of a shard goes on.
    pub(super) fn position(&self, shard: usize) -> u64 {
        self.positions.get(shard).copied().unwrap_or_default()
    }

    /// How many more records may be read from a shard now.
    pub(super) fn wanted(&self, shard: usize) -> usize {
        let lanes = self.lanes.get(shard);
        let held: usize = lanes
            .into_iter()
            .flatten()
            .map(|lane| lane.fresh.len())
            .sum();
        let most = 2 * self.batch_size * self.parallel;
        usize::try_from(most)
            .unwrap_or(usize::MAX)
            .saturating_sub(held)
    }

    /// Takes records that were read; those that no filter lets through are gone.
    pub(super) fn read(&mut self, shard: usize, records: Vec<Record>, now: u64) {
        let parallel = usize::try_from(self.parallel.max(1)).unwrap_or(1);
        if self.positions.len() <= shard {
            self.positions.resize(shard + 1, 0);
        }
        if self.lanes.len() <= shard {
            self.lanes.resize_with(shard + 1, Vec::new);
        }
        let lanes = &mut self.lanes[shard];
        // Lanes that a new deployment took away still have work, so that they are never fewer.
        if lanes.len() < parallel {
            lanes.resize_with(parallel, Lane::default);
        }
        for record in records {
            self.positions[shard] = record.place;
            if !self.filters.is_empty() && !matches_any(&self.filters, &record.event) {
                continue;
            }
            let keys = record.event["dynamodb"]["Keys"].to_string();
            let number = keys.bytes().fold(7_usize, |hash, byte| {
                hash.wrapping_mul(31).wrapping_add(usize::from(byte))
            });
            let lane = &mut lanes[number % parallel];
            if lane.fresh.is_empty() {
                lane.since = now;
            }
            lane.fresh.push_back(record);
        }
    }

    /// The batches that are due, each with what was too old for it.
    pub(super) fn take_due(&mut self, name: &str, now: u64) -> (Vec<StreamBatch>, Vec<GivenUp>) {
        let (mut due, mut given_up) = (Vec::new(), Vec::new());
        let (window, size, max_age) = (self.window, self.batch_size, self.max_age);
        for (shard, lanes) in self.lanes.iter_mut().enumerate() {
            for (number, lane) in lanes.iter_mut().enumerate() {
                while let Some(attempt) = lane.next(size, window, now) {
                    let Attempt { records, tries, at } = attempt;
                    let with = |records| Attempt { records, tries, at };
                    let (old, young): (Vec<Record>, Vec<Record>) =
                        records.into_iter().partition(|record| {
                            max_age.is_some_and(|age| record.at + age * 1000 < now)
                        });
                    if !old.is_empty() {
                        given_up.push(GivenUp {
                            attempt: with(old),
                            shard,
                            condition: "RecordAgeExceeded",
                        });
                    }
                    if !young.is_empty() {
                        lane.busy = true;
                        due.push(StreamBatch {
                            mapping: name.to_owned(),
                            shard,
                            lane: number,
                            attempt: with(young),
                        });
                        break;
                    }
                }
            }
        }
        (due, given_up)
    }

    fn lane(&mut self, batch: &StreamBatch) -> Option<&mut Lane> {
        self.lanes.get_mut(batch.shard)?.get_mut(batch.lane)
    }

    /// Puts a batch back that could not be started.
    pub(super) fn put_back(&mut self, batch: StreamBatch) {
        if let Some(lane) = self.lane(&batch) {
            lane.busy = false;
            lane.again.push(batch.attempt);
        }
    }

    /// Takes the end of a batch; gives what is given up.
    pub(super) fn finish(
        &mut self,
        batch: StreamBatch,
        outcome: &Outcome,
        now: u64,
    ) -> Option<GivenUp> {
        let (reports, retries, bisect) = (self.report_failures, self.retries, self.bisect);
        let lane = self.lane(&batch)?;
        lane.busy = false;
        let Attempt { records, tries, .. } = batch.attempt;
        let failed = {
            let ids: Vec<&str> = records.iter().map(Record::sequence).collect();
            failed(outcome, &ids, reports)
        };
        // What comes before the first failure is done; everything from there on is tried again.
        let first = records
            .iter()
            .position(|record| failed.contains(record.sequence()))?;
        let named = first > 0;
        let mut rest = records;
        let rest = rest.split_off(first);
        // Progress begins a batch of its own.
        let tries = if named { 1 } else { tries + 1 };
        if retries.is_some_and(|retries| tries > retries) {
            return Some(GivenUp {
                attempt: Attempt {
                    records: rest,
                    tries,
                    at: now,
                },
                shard: batch.shard,
                condition: "RetryAttemptsExhausted",
            });
        }
        let at = now + back_off(tries);
        let attempt = |records: Vec<Record>| Attempt { records, tries, at };
        if bisect && rest.len() > 1 {
            let mut first = rest;
            let second = first.split_off(first.len() / 2);
            lane.again.push(attempt(second));
            lane.again.push(attempt(first));
        } else {
            lane.again.push(attempt(rest));
        }
        None
    }

    /// When something is due next that is not due yet.
    pub(super) fn next(&self, now: u64) -> Option<u64> {
        let times = self.lanes.iter().flatten().filter(|lane| !lane.busy);
        times
            .filter_map(|lane| lane.due(self.batch_size, self.window))
            .filter(|at| *at > now)
            .min()
    }

    /// Whether records wait or run.
    pub(super) fn is_busy(&self) -> bool {
        self.lanes
            .iter()
            .flatten()
            .any(|lane| lane.busy || !lane.again.is_empty() || !lane.fresh.is_empty())
    }
}

impl Lane {
    fn due(&self, size: u64, window: u64) -> Option<u64> {
        if let Some(attempt) = self.again.last() {
            return Some(attempt.at);
        }
        if self.fresh.is_empty() {
            return None;
        }
        let is_full = self.fresh.len() as u64 >= size;
        Some(if is_full {
            self.since
        } else {
            self.since + window * 1000
        })
    }

    fn next(&mut self, size: u64, window: u64, now: u64) -> Option<Attempt> {
        if self.busy || self.due(size, window)? > now {
            return None;
        }
        if let Some(attempt) = self.again.pop() {
            return Some(attempt);
        }
        let count = usize::try_from(size)
            .unwrap_or(usize::MAX)
            .min(self.fresh.len());
        let events: Vec<String> = self
            .fresh
            .iter()
            .take(count)
            .map(|record| record.event.to_string())
            .collect();
        let records: Vec<Record> = self.fresh.drain(..fitting(&events)).collect();
        self.since = now;
        Some(Attempt {
            records,
            tries: 0,
            at: now,
        })
    }
}

impl Attempt {
    /// The event of an invocation.
    pub(super) fn event(&self) -> Value {
        let records = self.records.iter().map(|record| &record.event);
        json!({ "Records": records.collect::<Vec<_>>() })
    }
}

impl GivenUp {
    /// The letter about it. Source: Lambda Developer Guide, "Retain discarded records for a DynamoDB
    /// data source".
    pub(super) fn letter(&self, stream: &str, function: &str, id: &str, now: u64) -> Value {
        let records = &self.attempt.records;
        let (first, last) = (records.first(), records.last());
        let sequence = |record: Option<&Record>| record.map(|r| r.sequence().to_owned());
        let time = |record: Option<&Record>| record.map(|r| iso(r.at));
        json!({
            "requestContext": {
                "requestId": id,
                "functionArn": function,
                "condition": self.condition,
                "approximateInvokeCount": self.attempt.tries,
            },
            "responseContext": {
                "statusCode": 200,
                "executedVersion": "$LATEST",
                "functionError": "Unhandled",
            },
            "version": "1.0",
            "timestamp": iso(now),
            "DDBStreamBatchInfo": {
                "shardId": crate::table::shard_id(self.shard),
                "startSequenceNumber": sequence(first),
                "endSequenceNumber": sequence(last),
                "approximateArrivalOfFirstRecord": time(first),
                "approximateArrivalOfLastRecord": time(last),
                "batchSize": records.len(),
                "streamArn": stream,
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mapping(bisect: bool, retries: u64) -> StreamMapping {
        StreamMapping {
            stream: "stream".into(),
            function: "audit".into(),
            batch_size: 4,
            window: 0,
            parallel: 1,
            retries: Some(retries),
            max_age: Some(60),
            bisect,
            dead_letters: None,
            filters: Vec::new(),
            report_failures: true,
            positions: Vec::new(),
            lanes: Vec::new(),
        }
    }

    fn record(number: u64) -> Record {
        let event = json!({
            "dynamodb": { "SequenceNumber": number.to_string(), "Keys": { "id": { "S": "a" } } },
        });
        Record {
            event,
            place: number,
            at: 0,
            trace: String::new(),
        }
    }

    fn numbers(batch: &StreamBatch) -> Vec<&str> {
        batch.attempt.records.iter().map(Record::sequence).collect()
    }

    #[test]
    fn a_poisoned_record_is_found_by_halving_and_given_up_alone() {
        let mut mapping = mapping(true, 3);
        mapping.read(0, (1..=4).map(record).collect(), 0);
        let (mut now, mut handled, mut lost) = (0, Vec::new(), Vec::new());
        for _ in 0..20 {
            let (due, _) = mapping.take_due("m", now);
            for batch in due {
                let bad = numbers(&batch).contains(&"3");
                let outcome = if bad {
                    Outcome::TimedOut
                } else {
                    handled.extend(numbers(&batch).into_iter().map(str::to_owned));
                    Outcome::Returned("null".into())
                };
                if let Some(given_up) = mapping.finish(batch, &outcome, now) {
                    lost.extend(given_up.attempt.records);
                }
            }
            now = mapping.next(now).unwrap_or(now);
        }
        assert_eq!(handled, ["1", "2", "4"]);
        assert_eq!(lost.iter().map(Record::sequence).collect::<Vec<_>>(), ["3"]);
        assert!(!mapping.is_busy());
    }

    #[test]
    fn a_named_failure_is_where_the_next_try_begins() {
        let mut mapping = mapping(false, 5);
        mapping.read(0, (1..=4).map(record).collect(), 0);
        let (due, _) = mapping.take_due("m", 0);
        let answer = r#"{"batchItemFailures":[{"itemIdentifier":"3"}]}"#;
        let outcome = Outcome::Returned(answer.into());
        assert_eq!(mapping.finish(due[0].clone(), &outcome, 0), None);
        assert_eq!(mapping.take_due("m", 0).0, []);
        let (due, _) = mapping.take_due("m", 1000);
        assert_eq!(numbers(&due[0]), ["3", "4"]);
    }

    #[test]
    fn what_is_too_old_is_given_up() {
        let mut mapping = mapping(false, 5);
        mapping.read(0, vec![record(1)], 0);
        let (due, given_up) = mapping.take_due("m", 61_000);
        assert_eq!((due.len(), given_up.len()), (0, 1));
        let letter = given_up[0].letter("stream", "function", "id", 61_000);
        assert_eq!(letter["requestContext"]["condition"], "RecordAgeExceeded");
        assert_eq!(letter["DDBStreamBatchInfo"]["startSequenceNumber"], "1");
    }
}
