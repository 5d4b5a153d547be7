//! Runs invocations: real handlers, with their timeouts, and their deaths.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use futures_util::FutureExt;
use ifc_local::Answer;
use ifc_local::engine::{Invocation, Outcome};
use serde_json::Value;
use serde_json::value::RawValue;
use tokio::sync::{Notify, oneshot};

use super::faults::reorder;
use super::shared::{Finished, Shared};
use crate::context::{CORRELATION_ATTRIBUTE, Context};
use crate::dispatch::{Event, Function, invoke, panic_text};

impl Shared {
    /// Starts what may run now: what someone waits for, and the rest while the test lets time pass.
    pub(super) fn pump(self: &Arc<Self>) {
        let mut begun = self.engine().begin(self.now());
        let mut state = self.state();
        let flows = state.is_flowing;
        if let Some(numbers) = &mut state.faults.reorder {
            numbers.shuffle(&mut begun);
        }
        let (start, hold): (Vec<_>, Vec<_>) = begun
            .into_iter()
            .partition(|invocation| flows || state.callers.contains_key(&invocation.id));
        state.held.extend(hold);
        let held = match flows {
            true => std::mem::take(&mut state.held),
            false => Vec::new(),
        };
        drop(state);
        for invocation in held.into_iter().chain(start) {
            self.start(invocation);
        }
    }

    /// Runs an invocation that someone waits for.
    pub(super) async fn wait_for(self: &Arc<Self>, id: String) -> Finished {
        let (sender, receiver) = oneshot::channel();
        self.state().callers.insert(id.clone(), sender);
        self.pump();
        if !self.state().running.contains_key(&id) {
            // There is no room for it until what is held has run.
            let held = std::mem::take(&mut self.state().held);
            held.into_iter()
                .for_each(|invocation| self.start(invocation));
        }
        receiver.await.unwrap_or_else(|_| Finished {
            function: String::new(),
            outcome: Outcome::Crashed {
                message: "the test ended before the invocation".to_owned(),
            },
        })
    }

    /// As [`Shared::wait_for`], and gives what the caller of Lambda is answered.
    pub(super) async fn answer(self: &Arc<Self>, id: String) -> Answer {
        let Finished { function, outcome } = self.wait_for(id.clone()).await;
        outcome.answer(&id, self.timeout(&function).as_secs())
    }

    fn start(self: &Arc<Self>, invocation: Invocation) {
        let killer = Arc::new(Notify::new());
        let mut state = self.state();
        let waits = state.callers.contains_key(&invocation.id);
        let id = invocation.id.clone();
        state
            .running
            .insert(id.clone(), invocation.function.clone());
        state.killers.insert(id, killer.clone());
        drop(state);
        let shared = self.clone();
        tokio::spawn(async move {
            let outcome = shared.run(&invocation, waits, &killer).await;
            shared.finish(&invocation, outcome);
        });
    }

    fn finish(self: &Arc<Self>, invocation: &Invocation, outcome: Outcome) {
        match &outcome {
            Outcome::Returned(_) => {}
            Outcome::Failed {
                error_type,
                message,
            } => self.note(invocation, &format!("failed: {message} [{error_type}]")),
            Outcome::TimedOut => self.note(invocation, "timed out"),
            Outcome::Crashed { message } => self.note(invocation, &format!("crashed: {message}")),
        }
        let now = self.now();
        self.engine().finish(&invocation.id, outcome.clone(), now);
        let mut state = self.state();
        state.ended += 1;
        state.running.remove(&invocation.id);
        state.killers.remove(&invocation.id);
        let caller = state.callers.remove(&invocation.id);
        drop(state);
        if let Some(caller) = caller {
            // The caller may have died meanwhile.
            let _ = caller.send(Finished {
                function: invocation.function.clone(),
                outcome,
            });
        }
        self.pump();
        self.ended.notify_waiters();
    }

    fn note(&self, invocation: &Invocation, text: &str) {
        let (function, source) = (&invocation.function, &invocation.source);
        self.logs.add(&format!("{function} ({source}) {text}"));
    }

    async fn run(&self, invocation: &Invocation, waits: bool, killer: &Notify) -> Outcome {
        let Some((payload, again)) = self.delivered(invocation, waits) else {
            return Outcome::Failed {
                error_type: "ifc::TestFault".into(),
                message: "the test makes this invocation fail".into(),
            };
        };
        if again {
            match self.once(invocation, &payload, killer).await {
                Outcome::Returned(_) => {}
                other => return other,
            }
        }
        self.once(invocation, &payload, killer).await
    }

    /// The event as it is delivered, and whether that happens twice; none if the test makes it fail.
    fn delivered(&self, invocation: &Invocation, waits: bool) -> Option<(String, bool)> {
        let faults = &mut self.state().faults;
        if faults.next_invocation(&invocation.function) {
            return None;
        }
        let numbers = faults.reorder.as_mut();
        let payload = numbers.and_then(|numbers| reorder(&invocation.payload, numbers));
        let payload = payload.unwrap_or_else(|| invocation.payload.clone());
        Some((payload, faults.duplicate && !waits))
    }

    async fn once(&self, invocation: &Invocation, payload: &str, killer: &Notify) -> Outcome {
        let failed = |error_type: &str, message: String| Outcome::Failed {
            error_type: error_type.into(),
            message,
        };
        let function = match self.function(&invocation.function) {
            Ok(function) => function,
            Err(message) => return failed("Runtime.ExitError", message),
        };
        let payload = match RawValue::from_string(payload.to_owned()) {
            Ok(payload) => payload,
            Err(error) => return failed("Runtime.UnmarshalError", error.to_string()),
        };
        let timeout = self.timeout(&invocation.function);
        let deadline = UNIX_EPOCH + Duration::from_millis(self.now()) + timeout;
        let event = Event {
            payload,
            context: context(invocation, deadline),
        };
        let handled = AssertUnwindSafe(invoke(&function, event)).catch_unwind();
        let handled = tokio::select! {
            biased;
            () = killer.notified() => {
                let message = "the test ended the process".to_owned();
                return Outcome::Crashed { message };
            }
            handled = tokio::time::timeout(timeout, handled) => handled,
        };
        match handled {
            Err(_) => Outcome::TimedOut,
            Ok(Err(panic)) => Outcome::Crashed {
                message: panic_text(&*panic),
            },
            Ok(Ok(Ok(answer))) => Outcome::Returned(answer.get().to_owned()),
            Ok(Ok(Err(failure))) => failed(&failure.kind, failure.message),
        }
    }

    /// A function, which is made for its first invocation.
    fn function(&self, name: &str) -> Result<Arc<Function>, String> {
        if let Some(function) = self.state().functions.get(name) {
            return Ok(function.clone());
        }
        let entry = self.entries.iter().find(|entry| entry.name == name);
        let entry = entry.ok_or_else(|| format!("the program has no function `{name}`"))?;
        let made = std::panic::catch_unwind(entry.function)
            .map_err(|panic: Box<dyn Any + Send>| panic_text(&*panic))?;
        let made = Arc::new(made);
        self.state().functions.insert(entry.name, made.clone());
        Ok(made)
    }

    fn timeout(&self, function: &str) -> Duration {
        let engine = self.engine();
        let function = engine.functions().get(function);
        Duration::from_secs(function.map_or(0, |function| function.timeout))
    }
}

fn context(invocation: &Invocation, deadline: std::time::SystemTime) -> Context {
    let client: Option<Value> = invocation
        .client_context
        .as_deref()
        .and_then(|text| serde_json::from_str(text).ok());
    let correlation_id = client
        .as_ref()
        .and_then(|client| client["custom"][CORRELATION_ATTRIBUTE].as_str())
        .unwrap_or(&invocation.id);
    Context {
        function: invocation.function.clone(),
        request_id: invocation.id.clone(),
        correlation_id: correlation_id.to_owned(),
        trace_header: Some(invocation.trace.clone()).filter(|trace| !trace.is_empty()),
        deadline: Some(deadline),
    }
}
