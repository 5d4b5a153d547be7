//! Deliveries: tries, permissions, back-off, and what is done with what cannot be delivered.

use serde_json::{Value, json};

use super::events::Source;
use super::parcel::{Cause, Parcel, Pending};
use super::record::What;
use super::{Engine, trace};

/// Why a try failed.
struct Refused {
    cause: Cause,
    message: String,
}

fn refused(cause: Cause, message: impl Into<String>) -> Refused {
    Refused {
        cause,
        message: message.into(),
    }
}

impl Engine {
    /// Hands on what calls and the time have caused. `trace` is that of the call.
    pub(super) fn deliver(&mut self, trace: &str, now: u64) {
        self.record_given_up(now);
        loop {
            let notifications = self.topics.take_deliveries().into_iter();
            let events = self.buses.take_deliveries().into_iter();
            let objects = self.buckets.take_events().into_iter();
            let parcels: Vec<Parcel> = notifications
                .map(Parcel::Topic)
                .chain(events.map(Parcel::Rule))
                .chain(objects.map(Parcel::Object))
                .collect();
            if parcels.is_empty() {
                break;
            }
            for parcel in parcels {
                self.send(parcel, trace, now);
            }
        }
    }

    /// Records the messages that were received too often.
    pub(super) fn record_given_up(&mut self, now: u64) {
        for letter in self.queues.take_given_up() {
            let what = What::DeadLetter {
                queue: letter.to,
                from: letter.from,
                reason: format!("it was received {} times", letter.receives),
            };
            self.record(now, letter.trace.as_deref().unwrap_or_default(), what);
        }
    }

    /// Lets one run of a schedule stand for all its times that have passed, so that nobody who opens a
    /// laptop on a Monday is flooded.
    pub(super) fn leave_out(&mut self, now: u64) {
        for left_out in self.schedules.leave_out(now) {
            let what = What::LeftOut {
                schedule: left_out.schedule,
                first: left_out.first,
                last: left_out.last,
            };
            self.record(now, "", what);
        }
    }

    /// Runs the schedules whose time has come, and tries again what waits for that.
    pub(super) fn deliver_due(&mut self, now: u64) {
        for fired in self.schedules.due(now) {
            let trace = trace::new(&mut self.ids, now);
            self.send(Parcel::Schedule(fired), &trace, now);
        }
        while let Some((at, _)) = self.pending.first_key_value() {
            let at = *at;
            if at > now {
                break;
            }
            for pending in self.pending.remove(&at).unwrap_or_default() {
                self.attempt(pending, now);
            }
        }
    }

    fn send(&mut self, parcel: Parcel, trace: &str, now: u64) {
        let pending = Pending {
            parcel,
            tries: 0,
            first: now,
            seed: self.ids.number(),
            trace: trace.to_owned(),
        };
        self.attempt(pending, now);
    }

    fn attempt(&mut self, mut pending: Pending, now: u64) {
        pending.tries += 1;
        let outcome = self.try_once(&pending, now);
        let what = What::Delivered {
            from: pending.parcel.source().into_owned(),
            to: pending.parcel.endpoint().to_owned(),
            payload: pending.parcel.event(pending.tries),
            error: outcome
                .as_ref()
                .err()
                .map(|refused| pending.parcel.refusal(refused.cause, &refused.message)),
        };
        self.record(now, &pending.trace.clone(), what);
        let Err(refused) = outcome else {
            return;
        };
        let (retries, max_age) = pending.parcel.limits();
        let wait = pending.parcel.backoff().wait(pending.tries, pending.seed);
        let again = matches!(refused.cause, Cause::Unanswered);
        let exhausted = match (again, wait) {
            (false, _) => None,
            (true, _) if pending.tries > retries => Some("MaximumRetryAttempts"),
            (true, None) => Some("MaximumRetryAttempts"),
            (true, Some(wait)) => {
                let at = now + wait;
                if at <= pending.first.saturating_add(max_age.saturating_mul(1000)) {
                    self.pending.entry(at).or_default().push(pending);
                    return;
                }
                Some("MaximumEventAgeInSeconds")
            }
        };
        self.keep_undelivered(&pending, &refused, exhausted, now);
    }

    fn try_once(&mut self, pending: &Pending, now: u64) -> Result<(), Refused> {
        let parcel = &pending.parcel;
        let endpoint = parcel.endpoint();
        if let Some(left) = self.faults.get_mut(endpoint) {
            *left -= 1;
            if *left == 0 {
                self.faults.remove(endpoint);
            }
            return Err(refused(Cause::Unanswered, "the delivery was made to fail"));
        }
        match endpoint.split(':').nth(2) {
            Some("lambda") => {
                let Some(function) = self.functions.find(endpoint) else {
                    let message = format!("Function not found: {endpoint}");
                    return Err(refused(Cause::Missing, message));
                };
                let name = function.name.clone();
                self.permit(parcel, "lambda:InvokeFunction", endpoint, now)?;
                let source = Source {
                    shown: format!("{} {}", parcel.kind(), self.shown_source(parcel)),
                    trace: pending.trace.clone(),
                };
                self.accept_event(&name, parcel.event(pending.tries), &source, now);
                Ok(())
            }
            Some("sqs") => {
                if self.queues.find(endpoint).is_none() {
                    let message = format!("The queue {endpoint} does not exist.");
                    return Err(refused(Cause::Missing, message));
                }
                self.permit(parcel, "sqs:SendMessage", endpoint, now)?;
                let message = parcel
                    .message(pending.tries)
                    .map_err(|error| refused(Cause::Unfit, error))?;
                self.send_request(endpoint, message, &pending.trace, now)
                    .map_err(|error| refused(Cause::Unfit, error))
            }
            Some("sns") => {
                self.permit(parcel, "sns:Publish", endpoint, now)?;
                let request =
                    json!({ "TopicArn": endpoint, "Message": parcel.event(pending.tries) });
                self.topics
                    .call("Publish", &request, Some(&pending.trace), now)
                    .map(drop)
                    .map_err(|error| refused(Cause::Unfit, error.to_string()))
            }
            Some("events") => {
                self.permit(parcel, "events:PutEvents", endpoint, now)?;
                let Parcel::Rule(delivery) = parcel else {
                    return Err(refused(Cause::Unfit, "only rules send to buses here"));
                };
                self.buses
                    .forward(delivery, now)
                    .map_err(|error| refused(Cause::Missing, error.to_string()))
            }
            _ => Err(refused(
                Cause::Unfit,
                format!("{endpoint} is nothing that is delivered to here"),
            )),
        }
    }

    /// Whether the service may deliver: by its role, or by the endpoint's policy.
    fn permit(
        &mut self,
        parcel: &Parcel,
        action: &str,
        endpoint: &str,
        now: u64,
    ) -> Result<(), Refused> {
        let decided = match parcel.role() {
            Some(role) => self.allows(role, action, endpoint, now),
            None => {
                let policy = self.resource_policy(endpoint);
                self.access.of_service(
                    parcel.service(),
                    action,
                    endpoint,
                    &parcel.source(),
                    policy.as_deref(),
                )
            }
        };
        match decided.allowed {
            true => Ok(()),
            false => Err(refused(
                Cause::Denied,
                format!(
                    "{} may not {action} on {endpoint} for {}",
                    decided.principal,
                    parcel.source()
                ),
            )),
        }
    }

    /// What a function is told to run because of, in the words of the source.
    fn shown_source(&self, parcel: &Parcel) -> String {
        match parcel {
            Parcel::Topic(delivery) => self.name_of(&delivery.notification.topic).to_owned(),
            Parcel::Rule(delivery) => {
                let arn = crate::arn("events", &format!("event-bus/{}", delivery.bus));
                self.name_of(&arn).to_owned()
            }
            Parcel::Schedule(fired) => self.name_of(&fired.schedule).to_owned(),
            Parcel::Object(_) => self.name_of(&parcel.source()).to_owned(),
        }
    }

    /// Puts a message into a queue, without asking whether that is allowed.
    pub(super) fn send_request(
        &mut self,
        queue: &str,
        mut request: Value,
        trace: &str,
        now: u64,
    ) -> Result<(), String> {
        request["QueueUrl"] = queue.into();
        let header = &mut request["MessageSystemAttributes"]["AWSTraceHeader"];
        if header.is_null() {
            *header = json!({ "DataType": "String", "StringValue": trace });
        }
        let sent = self.queues.call("SendMessage", &request, now);
        sent.map(drop).map_err(|error| error.to_string())
    }

    fn keep_undelivered(
        &mut self,
        pending: &Pending,
        why: &Refused,
        exhausted: Option<&str>,
        now: u64,
    ) {
        let parcel = &pending.parcel;
        let code = parcel.error_code(why.cause);
        let letter = parcel.dead_letter(code, &why.message, pending.tries, exhausted);
        let reason = parcel.refusal(why.cause, &why.message);
        let queue = parcel.dead_letters().unwrap_or_default().to_owned();
        let sent = match (&letter, queue.is_empty()) {
            (_, true) => Err("there is no queue for what cannot be delivered".to_owned()),
            (Err(error), _) => Err(error.clone()),
            (Ok(letter), false) => match self.permit(parcel, "sqs:SendMessage", &queue, now) {
                Ok(()) => self.send_request(&queue, letter.clone(), &pending.trace, now),
                Err(refused) => Err(refused.message),
            },
        };
        let letter = letter.unwrap_or_default();
        let trace = pending.trace.clone();
        self.record_letter(
            &queue,
            &parcel.source(),
            &reason,
            &letter,
            sent,
            &trace,
            now,
        );
    }

    /// Makes the next deliveries to an endpoint fail as if it did not answer, so that they are tried
    /// again.
    pub fn fail_deliveries(&mut self, endpoint: &str, times: u64) {
        if times > 0 {
            self.faults.insert(endpoint.to_owned(), times);
        }
    }
}
