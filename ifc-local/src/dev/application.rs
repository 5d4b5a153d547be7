//! The application: takes inputs one after the other, keeps them, runs what they start, and answers when
//! all of that is safe.
//!
//! Nothing is seen outside before it is in the journal: neither an answer nor a started function. So
//! what anybody was told survives the end of the process.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ifc_catalog::manifest::Manifest;
use tokio::sync::{oneshot, watch};

use super::clock::Clock;
use super::journal::{Entry, Journal, JournalError, encode, snapshot};
use super::records::Records;
use super::writer::{Committed, Writer};
use crate::engine::{
    DeployError, Engine, Function, HttpReply, Input, InputReply, Invocation, Outcome, Record,
    Reply, Settings, What,
};
use crate::server::Later;
use crate::stack::Options;

/// What runs functions.
pub trait Runner: Send + Sync + 'static {
    /// Runs an invocation to its end. Its deadline is in the machine's time.
    fn run(&self, function: Function, invocation: Invocation) -> Later<'static, Outcome>;
}

/// Where the state of an application is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State<'p> {
    /// In memory: gone with the process.
    Memory,
    /// In this file.
    File(&'p Path),
}

/// Why an input was not taken, or is not safe.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The journal cannot be written.
    #[error("the state cannot be kept: {0}")]
    NotKept(String),
    /// The application is stopping.
    #[error("the application is stopping")]
    Stopping,
}

/// An application that runs.
#[derive(Clone)]
pub struct Application {
    shared: Arc<Shared>,
}

impl std::fmt::Debug for Application {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Application").finish_non_exhaustive()
    }
}

struct Shared {
    inside: Mutex<Inside>,
    writer: Option<Writer>,
    runner: Arc<dyn Runner>,
    /// A copy of the state as another build left it.
    taken_over: Option<PathBuf>,
    /// Counts inputs, for whoever waits for a change.
    changed: watch::Sender<u64>,
    /// Wakes those who watch records.
    recorded: watch::Sender<u64>,
    stopping: watch::Sender<bool>,
}

pub(super) struct Inside {
    pub(super) engine: Engine,
    pub(super) clock: Clock,
    manifest: Arc<Manifest>,
    records: Records,
    /// Number of the last input.
    last: u64,
    /// Who waits for the end of an invocation, by request id.
    waiting: BTreeMap<String, oneshot::Sender<Outcome>>,
}

/// What an input came to, and what it waits for.
pub(super) struct Taken {
    pub(super) number: u64,
    pub(super) reply: InputReply,
    pub(super) end: Option<oneshot::Receiver<Outcome>>,
}

impl Application {
    /// Starts an application with the state that is kept; functions are run by `runner`. Must be called
    /// inside of a tokio runtime.
    ///
    /// # Errors
    /// If the state cannot be read.
    pub fn start(
        settings: &Settings,
        state: State<'_>,
        runner: Arc<dyn Runner>,
    ) -> Result<Application, JournalError> {
        let mut engine = Engine::new(settings);
        let (mut clock, mut last, mut writer) = (Clock::default(), 0, None);
        let mut taken_over = None;
        if let State::File(path) = state {
            let mut journal = Journal::open(path)?;
            let kept = journal.read(settings.seed)?;
            engine = kept.engine.unwrap_or_else(|| {
                Engine::new(&Settings {
                    seed: kept.seed,
                    ..settings.clone()
                })
            });
            let mut time = 0;
            let has_entries = !kept.entries.is_empty();
            if kept.foreign && has_entries {
                // Another build may make something else of the same inputs, so they stay as they are.
                taken_over = Some(journal.copy()?);
            }
            for entry in kept.entries {
                time = entry.now;
                replay(&mut engine, entry)
                    .map_err(|reason| journal.unusable(kept.foreign, reason))?;
            }
            // Nobody watched, and what ran then is over.
            engine.take_records();
            last = kept.last;
            // So that the next life begins where this one does, whatever build it is of.
            if let (true, Some(snapshot)) = (has_entries, snapshot(&engine)) {
                journal.replace(last, &snapshot)?;
            }
            journal.sign()?;
            clock = Clock::new(kept.ahead, time);
            writer = Some(Writer::start(journal, last));
        }
        let application = Application {
            shared: Arc::new(Shared {
                inside: Mutex::new(Inside {
                    engine,
                    clock,
                    manifest: Arc::new(Manifest::new("")),
                    records: Records::default(),
                    last,
                    waiting: BTreeMap::new(),
                }),
                writer,
                runner,
                taken_over,
                changed: watch::Sender::new(0),
                recorded: watch::Sender::new(0),
                stopping: watch::Sender::new(false),
            }),
        };
        let recover = Input::Recover(settings.clone());
        application
            .take(recover)
            .map_err(|failure| JournalError::Write {
                path: match state {
                    State::File(path) => path.to_owned(),
                    State::Memory => Path::new("memory").to_owned(),
                },
                reason: failure.to_string(),
            })?;
        tokio::spawn(application.clone().keep_time());
        Ok(application)
    }

    pub(super) fn inside(&self) -> MutexGuard<'_, Inside> {
        // A panic while the engine was changed would be a mistake of the engine, and the rest of its
        // state is worth more than a stop.
        self.shared
            .inside
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// A copy of the state as another build left it, which was not stopped, if this one made its own of
    /// the same inputs.
    pub fn taken_over(&self) -> Option<&Path> {
        self.shared.taken_over.as_deref()
    }

    /// Takes an input, keeps it, and starts what it starts.
    ///
    /// # Errors
    /// If it cannot be kept; it may have happened all the same.
    pub async fn apply(&self, input: Input) -> Result<InputReply, Failure> {
        let taken = self.take(input)?;
        self.kept(taken.number).await?;
        Ok(taken.reply)
    }

    /// Deploys a manifest.
    ///
    /// # Errors
    /// What could not be deployed, or kept.
    pub async fn deploy(
        &self,
        manifest: Manifest,
        options: Options,
    ) -> Result<Result<(), Vec<DeployError>>, Failure> {
        let input = Input::Deploy {
            manifest: manifest.to_json(),
            options,
        };
        self.inside().manifest = Arc::new(manifest);
        let reply = self.apply(input).await?;
        // Who watches looks again.
        self.shared.recorded.send_modify(|count| *count += 1);
        match reply {
            InputReply::Deployed(deployed) => Ok(deployed),
            _ => Ok(Ok(())),
        }
    }

    /// Takes an input, starts what it starts, and does not wait.
    pub(super) fn take(&self, input: Input) -> Result<Taken, Failure> {
        let mut inside = self.inside();
        let now = inside.clock.now();
        let entry = self.shared.writer.as_ref().map(|_| encode(now, &input));
        let entry = entry.transpose().map_err(Failure::NotKept)?;
        let output = inside.engine.apply(input, now);
        inside.last += 1;
        let number = inside.last;
        let waits_for = match &output.reply {
            InputReply::Called(Ok(Reply::Invoked(id)))
            | InputReply::Http(HttpReply::Invoked(id)) => Some(id.clone()),
            _ => None,
        };
        let end = waits_for.map(|id| {
            let (sender, receiver) = oneshot::channel();
            inside.waiting.insert(id, sender);
            receiver
        });
        self.note(&mut inside);
        let ahead = inside.clock.ahead();
        let runs: Vec<(Function, Invocation)> = output
            .started
            .into_iter()
            .filter_map(|mut invocation| {
                let function = inside.engine.functions().get(&invocation.function)?.clone();
                invocation.deadline = invocation.deadline.saturating_sub(ahead);
                Some((function, invocation))
            })
            .collect();
        if let (Some(writer), Some(entry)) = (&self.shared.writer, entry) {
            writer.append(number, entry, ahead, || {
                super::journal::snapshot(&inside.engine)
            });
        }
        drop(inside);
        for (function, invocation) in runs {
            tokio::spawn(self.clone().run(number, function, invocation));
        }
        self.shared.changed.send_modify(|count| *count += 1);
        Ok(Taken {
            number,
            reply: output.reply,
            end,
        })
    }

    pub(super) fn note(&self, inside: &mut Inside) {
        let records = inside.engine.take_records();
        if !records.is_empty() {
            inside.records.extend(records);
            self.shared.recorded.send_modify(|count| *count += 1);
        }
    }

    /// Waits until the input of this number is in the journal.
    pub(super) async fn kept(&self, number: u64) -> Result<(), Failure> {
        let Some(writer) = &self.shared.writer else {
            return Ok(());
        };
        let mut committed = writer.committed();
        loop {
            match &*committed.borrow_and_update() {
                Committed::UpTo(last) if *last >= number => return Ok(()),
                Committed::UpTo(_) => {}
                Committed::Failing { last, .. } if *last >= number => return Ok(()),
                Committed::Failing { reason, .. } => {
                    return Err(Failure::NotKept(reason.clone()));
                }
            }
            if committed.changed().await.is_err() {
                return Err(Failure::Stopping);
            }
        }
    }

    async fn run(self, number: u64, function: Function, invocation: Invocation) {
        let id = invocation.id.clone();
        let outcome = match self.kept(number).await {
            Ok(()) => self.shared.runner.run(function, invocation).await,
            Err(failure) => Outcome::Crashed {
                message: failure.to_string(),
            },
        };
        let finish = Input::Finish {
            invocation: id.clone(),
            outcome: outcome.clone(),
        };
        let kept = self.apply(finish).await;
        let waiting = self.inside().waiting.remove(&id);
        if let (Some(waiting), Ok(_)) = (waiting, kept) {
            // Who waited may have gone.
            let _ = waiting.send(outcome);
        }
    }

    /// Lets happen what happens at its time.
    async fn keep_time(self) {
        let mut changed = self.shared.changed.subscribe();
        let mut stopping = self.shared.stopping.subscribe();
        loop {
            changed.borrow_and_update();
            let wait = {
                let mut inside = self.inside();
                let now = inside.clock.now();
                inside.engine.due(now).map(|due| due.saturating_sub(now))
            };
            let due = async {
                match wait {
                    // A pause, so that what is due and cannot start yet is not asked about all the time.
                    Some(wait) => tokio::time::sleep(Duration::from_millis(wait.max(1))).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = due => {
                    // A tick can always be written.
                    let _ = self.take(Input::Tick);
                }
                more = changed.changed() => if more.is_err() { return },
                _ = stopping.wait_for(|stopping| *stopping) => return,
            }
        }
    }

    /// Moves the clock on; what is due on the way happens in order of time.
    ///
    /// # Errors
    /// If that cannot be kept.
    pub async fn advance(&self, milliseconds: u64) -> Result<(), Failure> {
        let end = {
            let mut inside = self.inside();
            inside.clock.now().saturating_add(milliseconds)
        };
        loop {
            let next = {
                let mut inside = self.inside();
                let now = inside.clock.now();
                let next = inside
                    .engine
                    .due(now)
                    .filter(|due| *due > now && *due < end);
                inside.clock.advance_to(next.unwrap_or(end));
                next
            };
            self.apply(Input::Tick).await?;
            if next.is_none() {
                return Ok(());
            }
            // What has just started takes the time that it takes, and not the time that is skipped.
            self.quiet().await;
        }
    }

    /// Waits until nothing runs. Every function has a timeout, so that this ends.
    async fn quiet(&self) {
        let mut stopping = self.shared.stopping.subscribe();
        loop {
            let changed = self.changed();
            let is_running = self.read(|engine| {
                let mut names = engine.functions().keys();
                names.any(|name| engine.running(name) > 0)
            });
            if !is_running {
                return;
            }
            tokio::select! {
                () = changed => {}
                _ = stopping.wait_for(|stopping| *stopping) => return,
            }
        }
    }

    /// Looks at the engine.
    pub fn read<R>(&self, look: impl FnOnce(&Engine) -> R) -> R {
        look(&self.inside().engine)
    }

    /// What was deployed last.
    pub fn manifest(&self) -> Arc<Manifest> {
        Arc::clone(&self.inside().manifest)
    }

    /// Milliseconds since 1970.
    pub fn now(&self) -> u64 {
        self.inside().clock.now()
    }

    /// The records from a number on, each with its number, and the number of the next.
    pub fn records(&self, from: u64) -> (Vec<(u64, Arc<Record>)>, u64) {
        let inside = self.inside();
        (inside.records.since(from), inside.records.next())
    }

    /// Ends when there are records that were not there when it was called.
    pub fn recorded(&self) -> Later<'static, ()> {
        let mut recorded = self.shared.recorded.subscribe();
        Box::pin(async move {
            // Without the application there is nothing to come.
            let _ = recorded.changed().await;
        })
    }

    /// Ends when something has changed that had not when it was called.
    pub fn changed(&self) -> Later<'static, ()> {
        let mut changed = self.shared.changed.subscribe();
        Box::pin(async move {
            let _ = changed.changed().await;
        })
    }

    /// Takes a line that a function wrote.
    pub fn log(&self, function: &str, invocation: Option<&str>, line: &str) {
        let mut inside = self.inside();
        let at = inside.clock.now();
        let trace = invocation.and_then(|id| inside.engine.trace_of_invocation(id));
        inside.records.extend([Record {
            at,
            trace: trace.unwrap_or_default(),
            what: What::Logged {
                invocation: invocation.map(str::to_owned),
                function: function.to_owned(),
                line: line.to_owned(),
            },
        }]);
        self.shared.recorded.send_modify(|count| *count += 1);
    }

    /// Ends what happens by itself, and waits until everything is kept.
    pub async fn stop(&self) {
        self.shared.stopping.send_replace(true);
        let last = {
            let inside = self.inside();
            if let Some(writer) = &self.shared.writer {
                writer.snapshot(inside.last, snapshot(&inside.engine));
            }
            inside.last
        };
        // What cannot be kept was said to whoever asked for it.
        let _ = self.kept(last).await;
        if let Some(writer) = &self.shared.writer {
            writer.finish();
        }
    }
}

/// Takes an input of an earlier life again.
fn replay(engine: &mut Engine, entry: Entry) -> Result<(), String> {
    let replayed = catch_unwind(AssertUnwindSafe(|| engine.apply(entry.input, entry.now)));
    match replayed.map(|output| output.reply) {
        Err(_) => Err("an input cannot be taken again".to_owned()),
        // Without what was deployed, all that follows would come to nothing.
        Ok(InputReply::Deployed(Err(errors))) => {
            let unreadable = errors.iter().find(|error| error.node == "manifest.json");
            unreadable.map_or(Ok(()), |error| Err(error.to_string()))
        }
        Ok(_) => Ok(()),
    }
}
