//! Batches of queues: when they start, and what stays in the queue after them.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::functions::Cause;
use super::invocation::Invocation;
use super::invoke::Start;
use super::queue_mapping::{QueueBatch, QueueMapping, fitting, record};
use super::{Engine, trace};

impl Engine {
    /// Starts batches while messages, concurrency and the mapping's limit allow it.
    pub(super) fn start_queue_batches(&mut self, now: u64, started: &mut Vec<Invocation>) {
        let names: Vec<String> = self.queue_mappings.keys().cloned().collect();
        for name in names {
            while let Some(invocation) = self.start_queue_batch(&name, now) {
                started.extend(invocation);
            }
        }
    }

    /// Starts one batch; `None` when there is none to start, `Some(None)` when all of it was filtered
    /// out.
    fn start_queue_batch(&mut self, name: &str, now: u64) -> Option<Option<Invocation>> {
        let mapping = self.queue_mappings.get_mut(name)?;
        let queue = self.queues.find(&mapping.queue)?;
        let ready = queue.ready(now, mapping.batch_size);
        if ready == 0 {
            mapping.waiting_since = None;
            return None;
        }
        mapping.waiting_since.get_or_insert(now);
        let is_due = mapping.due(ready).is_some_and(|at| at <= now);
        let has_room = mapping
            .max_concurrency
            .is_none_or(|most| mapping.busy < most)
            && self
                .functions
                .has_room(&mapping.function, self.settings.concurrency);
        if !is_due || !has_room {
            return None;
        }
        let mapping = mapping.clone();
        if !self.may_poll(&mapping, now) {
            return None;
        }
        let messages = self.receive(&mapping, now);
        if messages.is_empty() {
            return None;
        }
        if let Some(mapping) = self.queue_mappings.get_mut(name) {
            mapping.waiting_since = None;
        }
        Some(self.start_batch_of(name, &mapping, messages, now))
    }

    /// Whether the function's role lets Lambda poll the queue.
    fn may_poll(&mut self, mapping: &QueueMapping, now: u64) -> bool {
        let Some(function) = self.functions.by_name.get(&mapping.function) else {
            return false;
        };
        let role = function.role.clone();
        [
            "sqs:ReceiveMessage",
            "sqs:DeleteMessage",
            "sqs:GetQueueAttributes",
        ]
        .into_iter()
        .all(|action| self.allows(&role, action, &mapping.queue, now).allowed)
    }

    fn receive(&mut self, mapping: &QueueMapping, now: u64) -> Vec<Value> {
        let mut messages = Vec::new();
        while (messages.len() as u64) < mapping.batch_size {
            let most = (mapping.batch_size - messages.len() as u64).min(10);
            let request = json!({
                "QueueUrl": mapping.queue,
                "MaxNumberOfMessages": most,
                "MessageAttributeNames": ["All"],
                "MessageSystemAttributeNames": ["All"],
            });
            let answer = self.queues.call("ReceiveMessage", &request, now);
            match answer.map(|mut answer| answer["Messages"].take()) {
                Ok(Value::Array(received)) if !received.is_empty() => messages.extend(received),
                _ => break,
            }
        }
        messages
    }

    fn start_batch_of(
        &mut self,
        name: &str,
        mapping: &QueueMapping,
        messages: Vec<Value>,
        now: u64,
    ) -> Option<Invocation> {
        let (mut records, mut filtered) = (Vec::new(), Vec::new());
        for message in messages {
            let record = record(message, &mapping.queue);
            match mapping.lets_through(&record) {
                true => records.push(record),
                false => filtered.push(record),
            }
        }
        self.delete(&mapping.queue, filtered.iter(), now);
        if records.is_empty() {
            return None;
        }
        // What does not fit into one event is there again at once.
        let mut texts: Vec<String> = records.iter().map(Value::to_string).collect();
        texts.truncate(fitting(&texts));
        let rest = records.split_off(texts.len());
        for record in &rest {
            let request = json!({
                "QueueUrl": mapping.queue,
                "ReceiptHandle": record["receiptHandle"],
                "VisibilityTimeout": 0,
            });
            // It was received just now, so it is in flight.
            let _ = self.queues.call("ChangeMessageVisibility", &request, now);
        }
        let header = |record: &Value| {
            record["attributes"]["AWSTraceHeader"]
                .as_str()
                .map(str::to_owned)
        };
        let headers = records.iter().filter_map(header).collect();
        let trace = match records.first().and_then(header) {
            Some(trace) => trace,
            None => trace::new(&mut self.ids, now),
        };
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let batch = QueueBatch {
            mapping: name.to_owned(),
            messages: records
                .iter()
                .map(|record| (text(&record["messageId"]), text(&record["receiptHandle"])))
                .collect(),
        };
        let received = records.iter().filter_map(|record| {
            let count = record["attributes"]["ApproximateReceiveCount"].as_str();
            count?.parse::<u64>().ok()
        });
        let start = Start {
            id: self.ids.uuid(),
            function: mapping.function.clone(),
            attempt: received.max().unwrap_or(1),
            payload: format!(r#"{{"Records":[{}]}}"#, texts.join(",")),
            client_context: None,
            trace,
            source: format!("queue {}", self.name_of(&mapping.queue)),
            headers,
            cause: Cause::Queue(batch),
        };
        let invocation = self.start(start, now)?;
        if let Some(mapping) = self.queue_mappings.get_mut(name) {
            mapping.busy += 1;
        }
        Some(invocation)
    }

    /// Deletes what was handled; the rest is there again after the visibility timeout.
    pub(super) fn finish_queue_batch(
        &mut self,
        batch: &QueueBatch,
        failed: &BTreeSet<String>,
        _trace: &str,
        now: u64,
    ) {
        let Some(mapping) = self.queue_mappings.get_mut(&batch.mapping) else {
            return;
        };
        mapping.busy = mapping.busy.saturating_sub(1);
        let queue = mapping.queue.clone();
        let handled: Vec<Value> = batch
            .messages
            .iter()
            .filter(|(id, _)| !failed.contains(id))
            .map(|(_, receipt)| json!({ "receiptHandle": receipt }))
            .collect();
        self.delete(&queue, handled.iter(), now);
    }

    fn delete<'r>(&mut self, queue: &str, records: impl Iterator<Item = &'r Value>, now: u64) {
        for record in records {
            let request = json!({ "QueueUrl": queue, "ReceiptHandle": record["receiptHandle"] });
            // Deleting what is gone is no error.
            let _ = self.queues.call("DeleteMessage", &request, now);
        }
    }

    /// When the next batch may be due that is not due yet.
    pub(super) fn next_queue_batch(&self, now: u64) -> Option<u64> {
        let mappings = self.queue_mappings.values();
        let times = mappings.filter_map(|mapping| {
            let queue = self.queues.find(&mapping.queue)?;
            let ready = queue.ready(now, mapping.batch_size);
            let window = mapping.due(ready).filter(|at| *at > now && ready > 0);
            let visible = queue.next_visible_after(now);
            window.into_iter().chain(visible).min()
        });
        times.min()
    }
}
