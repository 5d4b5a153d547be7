//! Events that nobody waits for: tries, ages, and where they go in the end.
//!
//! Source: Lambda Developer Guide, "How Lambda handles errors and retries with asynchronous
//! invocation" and "Capturing records of Lambda asynchronous invocations".

use serde_json::{Value, json};

use super::Engine;
use super::functions::Event;
use super::invocation::Outcome;
use super::record::What;
use crate::moment::iso;
use crate::retry::Backoff;

/// Where something comes from.
pub(super) struct Source {
    /// For people: `topic ALERTS`.
    pub(super) shown: String,
    /// X-Ray header.
    pub(super) trace: String,
}

impl Engine {
    pub(super) fn finish_event(&mut self, mut event: Event, outcome: &Outcome, now: u64) {
        if outcome.is_ok() {
            return;
        }
        event.tries += 1;
        let retries = self
            .functions
            .by_name
            .get(&event.function)
            .map(|function| function.retries.retries);
        let failures = u32::try_from(event.tries).unwrap_or(u32::MAX);
        let wait = retries
            .filter(|retries| event.tries <= *retries)
            .and_then(|_| Backoff::FunctionError.wait(failures, 0));
        match wait {
            Some(wait) => self.functions.enqueue(now + wait, event),
            None => self.give_up(&event, Some(outcome), now),
        }
    }

    /// Writes the letter about an event that is given up; without an outcome it is too old.
    pub(super) fn give_up(&mut self, event: &Event, outcome: Option<&Outcome>, now: u64) {
        let Some(function) = self.functions.by_name.get(&event.function).cloned() else {
            return self.lose(event, "its function is gone", now);
        };
        let condition = match outcome {
            Some(_) => "RetriesExhausted",
            None => "EventAgeExceeded",
        };
        let Some(queue) = function.retries.on_failure.clone() else {
            return self.lose(
                event,
                &format!("{condition}, and it has no queue for failures"),
                now,
            );
        };
        let parse = |text: &str| serde_json::from_str::<Value>(text).unwrap_or_default();
        let mut letter = json!({
            "version": "1.0",
            "timestamp": iso(now),
            "requestContext": {
                "requestId": event.id,
                "functionArn": format!("{}:$LATEST", function.arn),
                "condition": condition,
                "approximateInvokeCount": event.tries,
            },
            "requestPayload": parse(&event.payload),
        });
        if let Some(error) = outcome.and_then(|o| o.error(&event.id, function.timeout)) {
            letter["responseContext"] = json!({
                "statusCode": 200,
                "executedVersion": "$LATEST",
                "functionError": "Unhandled",
            });
            letter["responsePayload"] = error;
        }
        self.send_letter(
            &function.role,
            &queue,
            &function.arn,
            condition,
            &letter,
            &event.trace,
            now,
        );
    }

    /// Sends a letter to a queue with the rights of a function's role.
    #[allow(
        clippy::too_many_arguments,
        reason = "who, to whom, about what, why and when"
    )]
    pub(super) fn send_letter(
        &mut self,
        role: &str,
        queue: &str,
        from: &str,
        reason: &str,
        letter: &Value,
        trace: &str,
        now: u64,
    ) {
        let decided = self.allows(role, "sqs:SendMessage", queue, now);
        let sent = match decided.allowed {
            true => {
                let request = json!({ "MessageBody": letter.to_string() });
                self.send_request(queue, request, trace, now)
            }
            false => Err(format!(
                "{} may not {} on {queue}",
                decided.principal, decided.action
            )),
        };
        self.record_letter(queue, from, reason, letter, sent, trace, now);
    }

    /// Records what became of a letter.
    #[allow(
        clippy::too_many_arguments,
        reason = "who, to whom, about what, why and when"
    )]
    pub(super) fn record_letter(
        &mut self,
        queue: &str,
        from: &str,
        reason: &str,
        letter: &Value,
        sent: Result<(), String>,
        trace: &str,
        now: u64,
    ) {
        let what = match sent {
            Ok(()) => What::DeadLetter {
                queue: queue.to_owned(),
                from: from.to_owned(),
                reason: reason.to_owned(),
            },
            Err(error) => What::Lost {
                from: from.to_owned(),
                reason: format!("{reason}; {error}"),
                payload: letter.to_string(),
            },
        };
        self.record(now, trace, what);
    }

    pub(super) fn lose(&mut self, event: &Event, reason: &str, now: u64) {
        let function = self.functions.by_name.get(&event.function);
        let what = What::Lost {
            from: function
                .map_or(&event.function, |function| &function.arn)
                .clone(),
            reason: reason.to_owned(),
            payload: event.payload.clone(),
        };
        self.record(now, &event.trace.clone(), what);
    }
}
