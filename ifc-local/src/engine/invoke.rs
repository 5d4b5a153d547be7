//! What runs when, and what the end of each invocation means.

use std::collections::BTreeSet;

use super::events::Source;
use super::functions::{Cause, Event, Request, Running};
use super::invocation::{Invocation, Outcome};
use super::record::What;
use super::{Engine, Settings, queue_mapping, trace};

/// An invocation that is about to start.
pub(super) struct Start {
    pub(super) id: String,
    pub(super) function: String,
    pub(super) payload: String,
    pub(super) client_context: Option<String>,
    pub(super) trace: String,
    pub(super) source: String,
    pub(super) attempt: u64,
    /// X-Ray headers of all messages of a batch.
    pub(super) headers: Vec<String>,
    pub(super) cause: Cause,
}

impl Engine {
    /// The invocations that start now, in order. What is due by itself happens before.
    pub fn begin(&mut self, now: u64) -> Vec<Invocation> {
        self.tick(now);
        let mut started = Vec::new();
        let concurrency = self.settings.concurrency;
        for request in std::mem::take(&mut self.functions.requests) {
            if self.functions.has_room(&request.function, concurrency) {
                started.extend(self.start(of_request(request), now));
            } else {
                self.functions.requests.push(request);
            }
        }
        for event in self.functions.take_events(now, concurrency) {
            started.extend(self.start_event(event, now));
        }
        self.start_queue_batches(now, &mut started);
        self.record_given_up(now);
        self.start_stream_batches(now, &mut started);
        started
    }

    /// What happens at its time and not because of a call.
    fn tick(&mut self, now: u64) {
        self.queues.expire(now);
        self.tables.expire(now);
        self.secrets.expire(now);
        self.buckets.expire(now);
        self.buses.run(now);
        self.deliver_due(now);
        let trace = trace::new(&mut self.ids.clone(), now);
        self.deliver(&trace, now);
        self.read_streams(now);
    }

    /// Starts an invocation.
    pub(super) fn start(&mut self, start: Start, now: u64) -> Option<Invocation> {
        let function = self.functions.by_name.get(&start.function)?;
        let deadline = now + function.timeout * 1000;
        let headers = match start.headers.as_slice() {
            [] => std::slice::from_ref(&start.trace),
            headers => headers,
        };
        let traces: BTreeSet<&str> = headers.iter().map(|header| trace::root(header)).collect();
        let parents: BTreeSet<&str> = headers
            .iter()
            .filter_map(|header| trace::parent(header))
            .collect();
        let owned = |set: BTreeSet<&str>| set.into_iter().map(str::to_owned).collect();
        let (traces, parents) = (owned(traces), owned(parents));
        let inside = trace::inside(&start.trace, &start.id);
        let running = Running {
            function: start.function.clone(),
            trace: inside.clone(),
            source: start.source.clone(),
            started: now,
            deadline,
            cause: start.cause,
        };
        self.functions.start(&start.id, running);
        let what = What::Started {
            invocation: start.id.clone(),
            function: start.function.clone(),
            source: start.source.clone(),
            payload: start.payload.clone(),
            attempt: start.attempt,
            traces,
            parents,
        };
        self.record(now, &start.trace, what);
        Some(Invocation {
            id: start.id,
            function: start.function,
            payload: start.payload,
            deadline,
            trace: inside,
            client_context: start.client_context,
            source: start.source,
        })
    }

    fn start_event(&mut self, event: Event, now: u64) -> Option<Invocation> {
        let Some(function) = self.functions.by_name.get(&event.function) else {
            let function = event.function.clone();
            self.lose(
                &event,
                &format!("there is no function `{function}` any more"),
                now,
            );
            return None;
        };
        if event.accepted + function.retries.max_age * 1000 < now {
            self.give_up(&event, None, now);
            return None;
        }
        let start = Start {
            id: event.id.clone(),
            function: event.function.clone(),
            payload: event.payload.clone(),
            client_context: event.client_context.clone(),
            trace: event.trace.clone(),
            source: event.source.clone(),
            attempt: event.tries + 1,
            headers: Vec::new(),
            cause: Cause::Event(event),
        };
        self.start(start, now)
    }

    /// Takes the end of an invocation, by its request id. One that is not running is ignored.
    pub fn finish(&mut self, invocation: &str, outcome: Outcome, now: u64) {
        let Some(running) = self.functions.end(invocation) else {
            return;
        };
        let failed = match &running.cause {
            Cause::Queue(batch) => {
                let ids: Vec<&str> = batch.messages.iter().map(|(id, _)| id.as_str()).collect();
                let reports = self
                    .queue_mappings
                    .get(&batch.mapping)
                    .is_some_and(|mapping| mapping.report_failures);
                queue_mapping::failed(&outcome, &ids, reports)
            }
            _ => Default::default(),
        };
        let what = What::Ended {
            invocation: invocation.to_owned(),
            function: running.function.clone(),
            outcome: outcome.clone(),
            duration: now.saturating_sub(running.started),
            failed: failed.iter().cloned().collect(),
        };
        self.record(now, &running.trace, what);
        match running.cause {
            Cause::Caller => {}
            Cause::Event(event) => self.finish_event(event, &outcome, now),
            Cause::Queue(batch) => self.finish_queue_batch(&batch, &failed, &running.trace, now),
            Cause::Stream(batch) => self.finish_stream_batch(batch, &outcome, now),
        }
    }

    /// Ends everything that was running when the process stopped, as Lambda does when an environment
    /// is lost, and takes the settings of the new process.
    pub fn recover(&mut self, settings: &Settings, now: u64) {
        self.queues.move_to(&settings.endpoint);
        self.settings = settings.clone();
        let running: Vec<String> = self.functions.running.keys().cloned().collect();
        for id in running {
            let message = "the engine was stopped while the function ran".to_owned();
            self.finish(&id, Outcome::Crashed { message }, now);
        }
        // Nobody waits for these any more.
        self.functions.requests.clear();
    }

    /// When something is due by itself next; `now` is then or earlier if something is due already.
    pub fn due(&self, now: u64) -> Option<u64> {
        let times = [
            self.functions.next(now),
            self.schedules.next(),
            self.buses.next(),
            self.pending.first_key_value().map(|(at, _)| *at),
            self.tables.next(),
            self.secrets.next(),
            self.buckets.next(),
            self.next_queue_batch(now),
            self.queues.next(now),
            self.next_stream_batch(now),
        ];
        times.into_iter().flatten().min()
    }

    /// Whether anything is on its way: invocations that run or wait, messages for a function, changes
    /// that a function has not handled. Schedules are not.
    pub fn is_busy(&self) -> bool {
        !self.functions.running.is_empty()
            || !self.functions.requests.is_empty()
            || !self.functions.events.is_empty()
            || !self.pending.is_empty()
            || self.queue_mappings.values().any(|mapping| {
                let queue = self.queues.find(&mapping.queue);
                queue.is_some_and(|queue| queue.messages().next().is_some())
            })
            || self
                .stream_mappings
                .values()
                .any(super::StreamMapping::is_busy)
    }

    /// Puts an event in line for a function, from a source that may invoke it.
    pub(super) fn accept_event(
        &mut self,
        function: &str,
        payload: String,
        source: &Source,
        now: u64,
    ) {
        let event = Event {
            id: self.ids.uuid(),
            function: function.to_owned(),
            payload,
            client_context: None,
            trace: source.trace.clone(),
            source: source.shown.clone(),
            accepted: now,
            tries: 0,
        };
        self.functions.enqueue(now, event);
    }

    /// Puts a request in line whose caller waits, such as that of an HTTP API.
    pub(super) fn accept_request(
        &mut self,
        id: &str,
        function: &str,
        payload: String,
        source: &Source,
    ) {
        self.functions.requests.push(Request {
            id: id.to_owned(),
            function: function.to_owned(),
            payload,
            client_context: None,
            trace: source.trace.clone(),
            source: source.shown.clone(),
        });
    }
}

fn of_request(request: Request) -> Start {
    Start {
        id: request.id,
        function: request.function,
        payload: request.payload,
        client_context: request.client_context,
        trace: request.trace,
        source: request.source,
        attempt: 1,
        headers: Vec::new(),
        cause: Cause::Caller,
    }
}
