//! Batches of streams: what is read, when they start, and what is given up.

use std::collections::BTreeMap;

use super::functions::Cause;
use super::invocation::{Invocation, Outcome};
use super::invoke::Start;
use super::stream_mapping::{GivenUp, Record, StreamBatch};
use super::{Engine, trace};
use crate::table::SHARDS;

/// Changes whose traces are remembered.
const CHANGE_TRACES: usize = 1000;

impl Engine {
    /// Reads what the streams have for the functions that follow them.
    pub(super) fn read_streams(&mut self, now: u64) {
        let names: Vec<String> = self.stream_mappings.keys().cloned().collect();
        for name in names {
            if self.may_read(&name, now) {
                self.read_stream(&name, now);
            }
        }
    }

    /// Where the streams end that functions follow.
    pub(super) fn stream_ends(&self) -> BTreeMap<String, u64> {
        let streams = self.stream_mappings.values();
        let ends = streams.filter_map(|mapping| {
            let end = self.tables.stream_end(&mapping.stream)?;
            Some((mapping.stream.clone(), end))
        });
        ends.collect()
    }

    /// Remembers which trace the changes since then belong to.
    pub(super) fn note_changes(&mut self, before: &BTreeMap<String, u64>, trace: &str) {
        for (stream, before) in before {
            let end = self.tables.stream_end(stream).unwrap_or_default();
            for place in before + 1..=end {
                self.change_traces
                    .insert((stream.clone(), place), trace.to_owned());
            }
        }
        // Traces are for whoever watches; old ones are of no use.
        while self.change_traces.len() > CHANGE_TRACES {
            self.change_traces.pop_first();
        }
    }

    fn read_stream(&mut self, name: &str, now: u64) {
        let traces = &self.change_traces;
        let Some(mapping) = self.stream_mappings.get_mut(name) else {
            return;
        };
        let stream = mapping.stream.clone();
        for shard in 0..SHARDS {
            let (after, limit) = (mapping.position(shard), mapping.wanted(shard));
            let read = self
                .tables
                .read_stream(&mapping.stream, shard, after, limit, now);
            if read.is_empty() {
                continue;
            }
            let records = read.into_iter().map(|read| Record {
                trace: traces
                    .get(&(stream.clone(), read.sequence))
                    .cloned()
                    .unwrap_or_default(),
                event: read.record,
                place: read.sequence,
                at: read.at,
            });
            mapping.read(shard, records.collect(), now);
        }
    }

    /// Whether the function's role lets Lambda read the stream.
    fn may_read(&mut self, name: &str, now: u64) -> bool {
        let Some(mapping) = self.stream_mappings.get(name) else {
            return false;
        };
        let Some(function) = self.functions.by_name.get(&mapping.function) else {
            return false;
        };
        let (role, stream) = (function.role.clone(), mapping.stream.clone());
        [
            "dynamodb:DescribeStream",
            "dynamodb:GetRecords",
            "dynamodb:GetShardIterator",
        ]
        .into_iter()
        .all(|action| self.allows(&role, action, &stream, now).allowed)
            // It is how Lambda finds the stream, and takes no resource.
            && self.allows(&role, "dynamodb:ListStreams", "*", now).allowed
    }

    pub(super) fn start_stream_batches(&mut self, now: u64, started: &mut Vec<Invocation>) {
        let names: Vec<String> = self.stream_mappings.keys().cloned().collect();
        for name in names {
            let Some(mapping) = self.stream_mappings.get_mut(&name) else {
                continue;
            };
            let (due, given_up) = mapping.take_due(&name, now);
            for given_up in given_up {
                self.give_up_records(&name, &given_up, now);
            }
            for batch in due {
                started.extend(self.start_stream_batch(batch, now));
            }
        }
    }

    fn start_stream_batch(&mut self, batch: StreamBatch, now: u64) -> Option<Invocation> {
        let mapping = self.stream_mappings.get_mut(&batch.mapping)?;
        if !self
            .functions
            .has_room(&mapping.function, self.settings.concurrency)
        {
            mapping.put_back(batch);
            return None;
        }
        let function = mapping.function.clone();
        let stream = mapping.stream.clone();
        let table = stream.split("/stream/").next().unwrap_or_default();
        let traces = batch.attempt.records.iter().map(|record| &record.trace);
        let headers: Vec<String> = traces.filter(|trace| !trace.is_empty()).cloned().collect();
        let trace = match headers.first() {
            Some(trace) => trace.clone(),
            None => trace::new(&mut self.ids, now),
        };
        let start = Start {
            id: self.ids.uuid(),
            function,
            payload: batch.attempt.event().to_string(),
            client_context: None,
            trace,
            source: format!("table {}", self.name_of(table)),
            attempt: batch.attempt.tries + 1,
            headers,
            cause: Cause::Stream(batch),
        };
        self.start(start, now)
    }

    pub(super) fn finish_stream_batch(&mut self, batch: StreamBatch, outcome: &Outcome, now: u64) {
        let name = batch.mapping.clone();
        let Some(mapping) = self.stream_mappings.get_mut(&name) else {
            return;
        };
        if let Some(given_up) = mapping.finish(batch, outcome, now) {
            self.give_up_records(&name, &given_up, now);
        }
    }

    fn give_up_records(&mut self, name: &str, given_up: &GivenUp, now: u64) {
        let Some(mapping) = self.stream_mappings.get(name).cloned() else {
            return;
        };
        let Some(function) = self.functions.by_name.get(&mapping.function).cloned() else {
            return;
        };
        let id = self.ids.uuid();
        let letter = given_up.letter(&mapping.stream, &function.arn, &id, now);
        let first = given_up.attempt.records.first();
        let trace = first.map(|record| record.trace.clone()).unwrap_or_default();
        match mapping.dead_letters {
            Some(queue) => self.send_letter(
                &function.role,
                &queue,
                &function.arn,
                given_up.condition,
                &letter,
                &trace,
                now,
            ),
            None => self.record_letter(
                "",
                &function.arn,
                given_up.condition,
                &letter,
                Err("there is no queue for what is given up".into()),
                &trace,
                now,
            ),
        }
    }

    /// When the next batch is due that is not due yet.
    pub(super) fn next_stream_batch(&self, now: u64) -> Option<u64> {
        let mappings = self.stream_mappings.values();
        mappings.filter_map(|mapping| mapping.next(now)).min()
    }
}
