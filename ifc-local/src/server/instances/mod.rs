//! The processes of functions: started when there is something to do, kept warm, given one invocation at
//! a time, and ended when they take too long, use too much memory, are out of date or have nothing to do.
//!
//! A process that outlives this program notices: its Runtime API is gone, and the runtime ends.

mod log;
mod process;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::sync::Notify;
use tokio::time::Instant;

use super::Identity;
use crate::call::Caller;
use crate::engine::{Invocation, Outcome};
use crate::ids::Ids;
use process::Process;

/// How long a process may take until it first asks for something to do, unless the function's timeout is
/// longer. Source: Lambda Developer Guide, "Understanding the Lambda execution environment lifecycle".
const INIT: Duration = Duration::from_secs(10);
/// Between two looks at the memory of a process that has something to do.
const LOOK: Duration = Duration::from_millis(25);

/// A function as it is deployed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    /// Its name in the manifest.
    pub name: String,
    /// Its name in the account.
    pub physical_name: String,
    /// Its ARN.
    pub arn: String,
    /// The program.
    pub program: PathBuf,
    /// Environment variables.
    pub environment: BTreeMap<String, String>,
    /// Megabytes that it may use.
    pub memory: u64,
    /// How long an invocation may take.
    pub timeout: Duration,
    /// Name of the log group.
    pub log_group: String,
    /// The most processes at a time.
    pub concurrency: usize,
}

/// Is given a function's name and a line that a process of it has written, when it has.
pub type OnLine = Arc<dyn Fn(&str, &str) + Send + Sync>;

/// What processes are started with.
#[derive(Clone)]
pub struct Settings {
    /// Where functions find the services.
    pub endpoint: String,
    /// How long a process is kept that has nothing to do.
    pub idle: Duration,
    /// Is given each line.
    pub lines: OnLine,
}

/// What is known of an invocation when it has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// How it ended.
    pub outcome: Outcome,
    /// What the process wrote, with what Lambda adds when it ends a process.
    pub lines: Vec<String>,
    /// How long the process took to begin, if it was started for this.
    pub init: Option<Duration>,
    /// How long the invocation took.
    pub duration: Duration,
    /// The most memory that was seen, in megabytes.
    pub memory: u64,
}

/// The processes of all functions. They end with this value.
#[derive(Clone)]
pub struct Instances(Arc<Inner>);

struct Inner {
    settings: Settings,
    state: Mutex<State>,
    /// Something has ended or has nothing to do.
    changed: Notify,
}

#[derive(Default)]
struct State {
    functions: BTreeMap<String, Arc<Function>>,
    /// Grows with each deployment.
    generation: u64,
    /// By access key.
    instances: BTreeMap<String, Arc<Instance>>,
    ids: Option<Ids>,
    stopped: bool,
}

/// Access keys of an instance.
#[derive(Debug)]
struct Keys {
    id: String,
    secret: String,
}

struct Instance {
    keys: Keys,
    function: Arc<Function>,
    generation: u64,
    busy: Mutex<Busy>,
    /// None while it is being started.
    process: Mutex<Option<Arc<Process>>>,
}

/// What an instance does.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Busy {
    With(String),
    /// Since then.
    Nothing(Instant),
    /// It is to have nothing to do any more.
    Ending,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl std::fmt::Debug for Instances {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Instances").finish_non_exhaustive()
    }
}

impl Instances {
    /// No functions yet.
    pub fn new(settings: Settings) -> Instances {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let seed = now.map_or(0, |now| now.as_nanos() as u64);
        let state = State {
            ids: Some(Ids::new(seed)),
            ..State::default()
        };
        Instances(Arc::new(Inner {
            settings,
            state: Mutex::new(state),
            changed: Notify::new(),
        }))
    }

    /// Replaces all functions. What runs ends as it began; everything that starts from now on is new.
    pub fn deploy(&self, functions: impl IntoIterator<Item = Function>) {
        let named = functions
            .into_iter()
            .map(|function| (function.name.clone(), Arc::new(function)));
        let mut state = lock(&self.0.state);
        state.functions = named.collect();
        state.generation += 1;
        for instance in state.instances.values() {
            instance.end_if(|busy| matches!(busy, Busy::Nothing(_)));
        }
        drop(state);
        self.0.changed.notify_waiters();
    }

    /// Whose an access key is: that of the function whose process was given it.
    pub fn identity(&self, access_key: &str) -> Option<Identity> {
        let state = lock(&self.0.state);
        let instance = state.instances.get(access_key)?;
        let invocation = match &*lock(&instance.busy) {
            Busy::With(id) => Some(id.clone()),
            _ => None,
        };
        Some(Identity {
            caller: Caller::Function {
                name: instance.function.name.clone(),
                invocation,
            },
            secret: instance.keys.secret.clone(),
        })
    }

    /// How many processes a function has.
    pub fn count(&self, function: &str) -> usize {
        let state = lock(&self.0.state);
        let of = |instance: &&Arc<Instance>| instance.function.name == function;
        state.instances.values().filter(of).count()
    }

    /// Ends all processes, and waits until they have.
    pub async fn stop(&self) {
        lock(&self.0.state).stopped = true;
        loop {
            let changed = self.0.changed.notified();
            {
                let state = lock(&self.0.state);
                state
                    .instances
                    .values()
                    .for_each(|instance| instance.end_if(|_| true));
                if state.instances.is_empty() {
                    return;
                }
            }
            changed.await;
        }
    }

    /// Runs an invocation, in a process that is warm or in a new one, when there may be one more.
    pub async fn run(&self, invocation: &Invocation) -> Report {
        let failed = |outcome| Report {
            outcome,
            lines: Vec::new(),
            init: None,
            duration: Duration::ZERO,
            memory: 0,
        };
        let (instance, warm) = match self.acquire(invocation).await {
            Ok(acquired) => acquired,
            Err(outcome) => return failed(outcome),
        };
        if let Some(process) = warm {
            return self.invoke(&instance, process, invocation, None).await;
        }
        let began = Instant::now();
        let function = &instance.function;
        let process = match self.start(&instance).await {
            Ok(process) => process,
            Err(error) => {
                self.0.remove(&instance.keys.id);
                return failed(Outcome::Failed {
                    error_type: "Runtime.InvalidEntrypoint".into(),
                    message: format!(
                        "RequestId: {} Error: {}: {error}",
                        invocation.id,
                        function.program.display()
                    ),
                });
            }
        };
        if process.ready(0, INIT.max(function.timeout)).await {
            let init = Some(began.elapsed());
            return self.invoke(&instance, process, invocation, init).await;
        }
        let in_time = process.exited.borrow().is_some();
        process.kill();
        let status = process.exit().await;
        let outcome = match (in_time, process.channel.init_error()) {
            (false, _) => Outcome::TimedOut,
            (true, Some(error)) => error,
            (true, None) => Outcome::Crashed {
                message: process::ended(status),
            },
        };
        Report {
            lines: process.log.take().await,
            duration: began.elapsed(),
            ..failed(outcome)
        }
    }

    /// An instance for an invocation; without a process if it is new.
    async fn acquire(
        &self,
        invocation: &Invocation,
    ) -> Result<(Arc<Instance>, Option<Arc<Process>>), Outcome> {
        loop {
            let changed = self.0.changed.notified();
            {
                let mut state = lock(&self.0.state);
                let state = &mut *state;
                if state.stopped {
                    let message = "the local engine stops".into();
                    return Err(Outcome::Crashed { message });
                }
                let Some(function) = state.functions.get(&invocation.function) else {
                    let message = format!("there is no function {}", invocation.function);
                    return Err(Outcome::Crashed { message });
                };
                let of = |instance: &&Arc<Instance>| instance.function.name == function.name;
                let mut all = state.instances.values().filter(of);
                let current = |instance: &&Arc<Instance>| instance.generation == state.generation;
                let take = |instance: &Arc<Instance>| {
                    let process = instance.take(&invocation.id)?;
                    Some((Arc::clone(instance), Some(process)))
                };
                if let Some(taken) = all.clone().filter(current).find_map(take) {
                    return Ok(taken);
                }
                // Those of before are on their way out and do not count.
                if all.by_ref().filter(current).count() < function.concurrency {
                    let ids = state.ids.get_or_insert_with(|| Ids::new(0));
                    let keys = Keys {
                        id: format!("ASIA{:016X}", ids.number()),
                        secret: ids.uuid(),
                    };
                    let instance = Arc::new(Instance {
                        function: Arc::clone(function),
                        generation: state.generation,
                        busy: Mutex::new(Busy::With(invocation.id.clone())),
                        process: Mutex::new(None),
                        keys,
                    });
                    state
                        .instances
                        .insert(instance.keys.id.clone(), Arc::clone(&instance));
                    return Ok((instance, None));
                }
            }
            changed.await;
        }
    }

    async fn start(&self, instance: &Arc<Instance>) -> std::io::Result<Arc<Process>> {
        let (lines, name) = (
            Arc::clone(&self.0.settings.lines),
            instance.function.name.clone(),
        );
        let sink: log::Sink = Arc::new(move |line: &str| lines(&name, line));
        let endpoint = &self.0.settings.endpoint;
        let process = Process::start(&instance.function, &instance.keys, endpoint, sink).await?;
        let process = Arc::new(process);
        *lock(&instance.process) = Some(Arc::clone(&process));
        if lock(&self.0.state).stopped {
            process.kill();
        }
        let (inner, key) = (Arc::downgrade(&self.0), instance.keys.id.clone());
        let mut exited = process.exited.clone();
        tokio::spawn(async move {
            let _ = exited.wait_for(Option::is_some).await;
            if let Some(inner) = inner.upgrade() {
                inner.remove(&key);
            }
        });
        Ok(process)
    }

    async fn invoke(
        &self,
        instance: &Arc<Instance>,
        process: Arc<Process>,
        invocation: &Invocation,
        init: Option<Duration>,
    ) -> Report {
        let function = &instance.function;
        let asked = *process.channel.asked().borrow();
        let began = Instant::now();
        let mut end = process
            .channel
            .give(invocation, &function.arn, function.timeout);
        let mut looks = tokio::time::interval(LOOK);
        looks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let late = tokio::time::sleep(function.timeout);
        tokio::pin!(late);
        let limit = function.memory << 20;
        let (mut used, mut notes) = (0, Vec::new());
        // Whether the process has forgotten the invocation and asked for another.
        let mut forgotten = false;
        let outcome = loop {
            tokio::select! {
                biased;
                outcome = &mut end, if !forgotten => match outcome {
                    Ok(outcome) => break outcome,
                    Err(_) => forgotten = true,
                },
                status = process.exit() => break Outcome::Crashed { message: process::ended(status) },
                () = &mut late => {
                    process.kill();
                    let seconds = function.timeout.as_secs_f64();
                    notes.push(format!("{} Task timed out after {seconds:.2} seconds", invocation.id));
                    break Outcome::TimedOut;
                }
                _ = looks.tick() => {
                    used = used.max(process.memory());
                    if used > limit {
                        process.kill();
                        notes.push(format!(
                            "{} out of memory: {} MB used of {} MB",
                            invocation.id, used >> 20, function.memory
                        ));
                        let message = "Runtime exited with error: signal: killed".into();
                        break Outcome::Crashed { message };
                    }
                }
            }
        };
        let duration = began.elapsed();
        used = used.max(process.memory());
        match outcome {
            Outcome::Returned(_) | Outcome::Failed { .. } => {}
            Outcome::TimedOut | Outcome::Crashed { .. } => {
                process.exit().await;
            }
        }
        let mut lines = process.log.take().await;
        lines.append(&mut notes);
        let (instances, instance) = (self.clone(), Arc::clone(instance));
        tokio::spawn(async move { instances.release(&instance, &process, asked).await });
        Report {
            outcome,
            lines,
            init,
            duration,
            memory: used >> 20,
        }
    }

    /// Makes an instance free when its process asks for more.
    async fn release(&self, instance: &Arc<Instance>, process: &Process, asked: u64) {
        if !process.ready(asked, INIT).await {
            process.kill();
            return;
        }
        let state = lock(&self.0.state);
        let outdated = state.stopped || state.generation != instance.generation;
        let now = Instant::now();
        *lock(&instance.busy) = Busy::Nothing(now);
        if outdated {
            instance.end_if(|_| true);
        }
        drop(state);
        self.0.changed.notify_waiters();
        let (instance, idle) = (Arc::downgrade(instance), self.0.settings.idle);
        tokio::spawn(async move {
            tokio::time::sleep(idle).await;
            if let Some(instance) = Weak::upgrade(&instance) {
                instance.end_if(|busy| *busy == Busy::Nothing(now));
            }
        });
    }
}

impl Inner {
    fn remove(&self, key: &str) {
        lock(&self.state).instances.remove(key);
        self.changed.notify_waiters();
    }
}

impl Instance {
    /// Its process, if it has nothing else to do.
    fn take(&self, invocation: &str) -> Option<Arc<Process>> {
        let mut busy = lock(&self.busy);
        let process = match *busy {
            Busy::Nothing(_) => lock(&self.process).clone()?,
            _ => return None,
        };
        if process.exited.borrow().is_some() {
            return None;
        }
        *busy = Busy::With(invocation.to_owned());
        Some(process)
    }

    /// Ends its process, if it does that.
    fn end_if(&self, condition: impl Fn(&Busy) -> bool) {
        let mut busy = lock(&self.busy);
        if condition(&busy) {
            *busy = Busy::Ending;
            if let Some(process) = &*lock(&self.process) {
                process.kill();
            }
        }
    }
}
