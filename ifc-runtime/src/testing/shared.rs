//! What the parts of a test share: the engine, what runs on it, and what happened.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ifc_catalog::infra::Attribute;
use ifc_local::engine::{Invocation, Outcome, Record, Reply, What};
use ifc_local::stack::Stack;
use ifc_local::{Answer, ApiError, Call, Caller, Engine};
use serde_json::Value;
use tokio::sync::{Notify, oneshot};

use super::clock::Clock;
use super::faults::Faults;
use super::host::TestHost;
use super::logs::Logs;
use crate::dispatch::{Entry, Function};
use crate::local::{Local, to_error};

/// A test's application.
pub(super) struct Shared {
    pub(super) engine: Arc<Mutex<Engine>>,
    pub(super) entries: &'static [Entry],
    pub(super) stack: &'static Stack<'static>,
    /// What functions know the resources by.
    pub(super) names: BTreeMap<String, String>,
    pub(super) clock: Clock,
    pub(super) logs: Logs,
    pub(super) seed: u64,
    state: Mutex<State>,
    /// An invocation has ended.
    pub(super) ended: Notify,
}

/// An invocation that ended.
pub(super) struct Finished {
    /// The function; empty if that is not known.
    pub(super) function: String,
    /// How it ended.
    pub(super) outcome: Outcome,
}

#[derive(Default)]
pub(super) struct State {
    /// Functions that were made, as warm environments keep them.
    pub(super) functions: BTreeMap<&'static str, Arc<Function>>,
    /// Who waits for an invocation, by its request id.
    pub(super) callers: BTreeMap<String, oneshot::Sender<Finished>>,
    /// Invocations that nobody waits for and whose time has not come.
    pub(super) held: Vec<Invocation>,
    /// Functions of the invocations that run, by request id.
    pub(super) running: BTreeMap<String, String>,
    /// How invocations that run are made to die.
    pub(super) killers: BTreeMap<String, Arc<Notify>>,
    /// Whether invocations run that nobody waits for.
    pub(super) is_flowing: bool,
    pub(super) faults: Faults,
    /// Everything that happened.
    pub(super) records: Vec<Record>,
    /// How many invocations ended.
    pub(super) ended: usize,
    /// Which records of dead letters the test has seen.
    pub(super) seen: BTreeSet<usize>,
}

impl Shared {
    pub(super) fn new(
        engine: Engine,
        entries: &'static [Entry],
        stack: &'static Stack<'static>,
        names: BTreeMap<String, String>,
        clock: Clock,
        logs: Logs,
        seed: u64,
    ) -> Shared {
        Shared {
            engine: Arc::new(Mutex::new(engine)),
            entries,
            stack,
            names,
            clock,
            logs,
            seed,
            state: Mutex::default(),
            ended: Notify::new(),
        }
    }

    /// The engine as the handles see it.
    pub(super) fn local(self: &Arc<Self>) -> Local {
        let host = Arc::new(TestHost(self.clone()));
        Local::new(self.engine.clone(), host, self.names.clone())
    }

    pub(super) fn engine(&self) -> MutexGuard<'_, Engine> {
        self.engine.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn now(&self) -> u64 {
        self.clock.now()
    }

    /// Everything that happened so far.
    pub(super) fn records(&self) -> MutexGuard<'_, State> {
        let new = self.engine().take_records();
        let mut state = self.state();
        state.records.extend(new);
        state
    }

    /// A call of the test itself that invokes a function.
    pub(super) async fn invoke(self: &Arc<Self>, call: &Call) -> Result<Answer, ApiError> {
        let reply = self.engine().call(&Caller::Root, call, self.now())?;
        Ok(match reply {
            Reply::Done(answer) => answer,
            Reply::Invoked(id) => self.answer(id).await,
        })
    }

    /// A call of the test itself, about what the application is known to have.
    #[track_caller]
    #[allow(clippy::panic, reason = "fails the test")]
    pub(super) fn ask(&self, service: &str, operation: &str, input: Value) -> Answer {
        let call = Call::new(service, operation, input);
        let reply = self.engine().call(&Caller::Root, &call, self.now());
        match reply {
            Ok(Reply::Done(answer)) => answer,
            Ok(Reply::Invoked(_)) => Answer::default(),
            Err(error) => panic!("{}", to_error(&error)),
        }
    }

    /// The function or resource that a queue for dead letters belongs to, from the queue's ARN; else
    /// the ARN.
    pub(super) fn owner(&self, arn: &str) -> String {
        let nodes = &self.stack.manifest.infrastructure;
        let owner = nodes
            .values()
            .find(|node| self.stack.names().get(&node.id, Attribute::Arn) == arn);
        owner.map_or_else(|| arn.to_owned(), |node| node.owner.clone())
    }

    /// Panics if the application has no such function.
    #[track_caller]
    pub(super) fn check_function(&self, name: &str) {
        let known: Vec<&str> = self.entries.iter().map(|entry| entry.name).collect();
        assert!(
            known.contains(&name),
            "there is no function `{name}`; there are: {}",
            known.join(", ")
        );
    }

    /// What was given up and that the test has not seen.
    pub(super) fn unseen_dead_letters(&self) -> Vec<String> {
        let state = self.records();
        let unseen = state
            .records
            .iter()
            .enumerate()
            .filter(|(at, _)| !state.seen.contains(at));
        unseen
            .filter_map(|(_, record)| match &record.what {
                What::DeadLetter {
                    queue,
                    from,
                    reason,
                } => Some(format!(
                    "a dead letter of `{}` from {}: {reason}",
                    self.owner(queue),
                    self.owner(from)
                )),
                What::Lost { from, reason, .. } => {
                    Some(format!("lost, from {}: {reason}", self.owner(from)))
                }
                _ => None,
            })
            .collect()
    }
}
