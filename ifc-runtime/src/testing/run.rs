//! Runs one test: makes the application, runs the code, and says what is wrong in the end.

use std::any::Any;
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, Mutex, PoisonError};

use ifc_catalog::infra::{Attribute, Kind, Value};
use ifc_catalog::manifest::Manifest;
use ifc_local::Engine;
use ifc_local::engine::Settings;
use ifc_local::stack::{Options, Stack};

use super::app::TestApp;
use super::clock::{Clock, START};
use super::host::TEST;
use super::logs::Logs;
use super::shared::Shared;
use super::{proof, seed};
use crate::backend::{self, Backends};
use crate::dispatch::Entry;

/// Where the engine says that it is; nothing is sent there.
const ENDPOINT: &str = "http://127.0.0.1:4566";

/// What a test returns.
pub trait Ended {
    /// Why it failed.
    fn failure(self) -> Option<String>;
}

impl Ended for () {
    fn failure(self) -> Option<String> {
        None
    }
}

impl<E: Debug> Ended for Result<(), E> {
    fn failure(self) -> Option<String> {
        self.err().map(|error| format!("{error:?}"))
    }
}

/// Runs the code of a test, which `#[ifc_runtime::test]` calls.
///
/// # Panics
/// If the test fails.
#[allow(
    clippy::panic,
    clippy::print_stderr,
    reason = "fails the test, and says why"
)]
pub fn run<F: Future<Output: Ended>>(
    entries: &'static [Entry],
    manifest: &'static str,
    name: &str,
    fixed: Option<u64>,
    test: impl FnOnce(TestApp) -> F,
) {
    // As the harness knows it, without the crate in front.
    let name = name.split_once("::").map_or(name, |(_, name)| name);
    let variable = std::env::var(seed::VARIABLE).ok();
    let seed =
        seed::choose(name, fixed, variable.as_deref()).unwrap_or_else(|error| panic!("{error}"));
    let stack = stack(manifest).unwrap_or_else(|error| panic!("{error}"));
    let logs = Logs::default();
    let outcome = within(entries, stack, seed, &logs, name, test);
    if let Err(panic) = outcome {
        eprintln!(
            "{}\nto run it with the same seed: {}={seed} cargo test {name}",
            logs.shown(),
            seed::VARIABLE
        );
        resume_unwind(panic);
    }
}

fn within<F: Future<Output: Ended>>(
    entries: &'static [Entry],
    stack: &'static Stack<'static>,
    seed: u64,
    logs: &Logs,
    name: &str,
    test: impl FnOnce(TestApp) -> F,
) -> Result<(), Box<dyn Any + Send>> {
    let logging = tracing::subscriber::set_default(logs.subscriber());
    seed::install(Some(seed));
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        let shared = in_runtime(entries, stack, seed, logs, test);
        finish(&shared, name);
    }));
    OfThread::uninstall();
    seed::install(None);
    drop(logging);
    outcome
}

/// What each thread of a test has.
struct OfThread {
    clock: Clock,
    backends: Arc<Backends>,
}

impl OfThread {
    fn install(&self) {
        self.clock.install();
        backend::install_in_thread(Some(self.backends.clone()));
    }

    fn uninstall() {
        Clock::uninstall();
        backend::install_in_thread(None);
    }
}

#[allow(clippy::panic, reason = "fails the test")]
fn in_runtime<F: Future<Output: Ended>>(
    entries: &'static [Entry],
    stack: &'static Stack<'static>,
    seed: u64,
    logs: &Logs,
    test: impl FnOnce(TestApp) -> F,
) -> Arc<Shared> {
    // Threads of `spawn_blocking` belong to the test, too.
    let of_threads: Arc<Mutex<Option<OfThread>>> = Arc::default();
    let for_threads = of_threads.clone();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .on_thread_start(move || {
            let known = for_threads.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(known) = known.as_ref() {
                known.install();
            }
        })
        .build()
        .unwrap_or_else(|error| panic!("there is no runtime: {error}"));
    runtime.block_on(async {
        let clock = Clock::start();
        let engine = deployed(stack, seed).unwrap_or_else(|error| panic!("{error}"));
        let names = names(&engine, stack);
        let shared = Shared::new(engine, entries, stack, names, clock, logs.clone(), seed);
        let shared = Arc::new(shared);
        let of_thread = OfThread {
            clock,
            backends: Arc::new(shared.local().backends()),
        };
        of_thread.install();
        *of_threads.lock().unwrap_or_else(PoisonError::into_inner) = Some(of_thread);
        let app = TestApp {
            shared: shared.clone(),
        };
        let ended = TEST.scope((), test(app)).await;
        if let Some(failure) = ended.failure() {
            panic!("the test returned an error: {failure}");
        }
        shared
    })
}

/// What is still wrong when the code of a test has run.
#[allow(clippy::panic, reason = "fails the test")]
fn finish(shared: &Shared, name: &str) {
    let letters = shared.unseen_dead_letters();
    assert!(
        letters.is_empty(),
        "something was given up, and the test did not ask for it (`settled.dead_letters()`, \
         `app.queue(..).dead_letters()`):\n{}",
        letters.join("\n")
    );
    let left = shared.state().faults.left();
    assert!(
        left.is_empty(),
        "the test planned what did not happen: {}",
        left.join(", ")
    );
    let written = proof::write_down(name, &shared.records().records);
    written.unwrap_or_else(|error| panic!("{error}"));
}

/// The application of a manifest, read once for all tests.
fn stack(manifest: &'static str) -> Result<&'static Stack<'static>, String> {
    static READ: Mutex<BTreeMap<&'static str, &'static Stack<'static>>> =
        Mutex::new(BTreeMap::new());
    let mut read = READ.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(stack) = read.get(manifest) {
        return Ok(stack);
    }
    let parsed: Manifest = serde_json::from_str(manifest)
        .map_err(|error| format!("the manifest that the build script wrote is none: {error}"))?;
    let parsed: &'static Manifest = Box::leak(Box::new(parsed));
    let stack = Stack::new(parsed, &Options::default(), ENDPOINT);
    let stack: &'static Stack<'static> = Box::leak(Box::new(stack));
    read.insert(manifest, stack);
    Ok(stack)
}

fn deployed(stack: &Stack<'_>, seed: u64) -> Result<Engine, String> {
    let settings = Settings {
        endpoint: ENDPOINT.to_owned(),
        seed,
        concurrency: 1000,
    };
    let mut engine = Engine::new(&settings);
    let deployed = engine.deploy(stack.manifest, &Options::default(), START);
    deployed.map_err(|errors| {
        let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
        format!("the application cannot be deployed: {}", errors.join("; "))
    })?;
    proof::take_away(&mut engine)?;
    Ok(engine)
}

/// What functions know the resources by, also those that no function uses.
fn names(engine: &Engine, stack: &Stack<'_>) -> BTreeMap<String, String> {
    let resources = &stack.manifest.resources;
    let nodes = stack.manifest.infrastructure.values();
    let owned = nodes.filter_map(|node| {
        let attribute = match &node.kind {
            Kind::Table(_) | Kind::Bus(_) | Kind::Bucket(_) => Attribute::Name,
            Kind::Parameter(_) | Kind::Secret(_) => Attribute::Name,
            Kind::Topic(_) => Attribute::Arn,
            Kind::Queue(_) if !is_for_dead_letters(stack, &node.id) => Attribute::Url,
            _ => return None,
        };
        let name = stack.names().get(&node.id, attribute);
        let is_resource = resources.contains_key(&node.owner);
        is_resource.then(|| (node.owner.clone(), name.to_owned()))
    });
    let functions = stack.manifest.functions.iter();
    let invoked = functions.flat_map(|(name, function)| {
        let triggers = function.triggers.iter();
        let of = triggers.filter(|trigger| trigger.source == "function");
        of.filter_map(|trigger| {
            let arn = engine.functions().get(name)?.arn.clone();
            Some((trigger.resource.clone()?, arn))
        })
    });
    let variables = engine.functions().values();
    let variables = variables.flat_map(|function| &function.environment);
    // What the service itself makes up stands there alone.
    let used = variables.filter_map(|(variable, value)| {
        let resource = variable.strip_prefix("IFC_")?;
        let is_known = resources.contains_key(resource);
        is_known.then(|| (resource.to_owned(), value.clone()))
    });
    owned.chain(invoked).chain(used).collect()
}

/// Whether other queues or deliveries put into this queue what cannot be handled.
fn is_for_dead_letters(stack: &Stack<'_>, id: &str) -> bool {
    let arn = Value::arn(id);
    let nodes = stack.manifest.infrastructure.values();
    nodes.into_iter().any(|node| match &node.kind {
        Kind::Queue(queue) => queue
            .redrive
            .as_ref()
            .is_some_and(|redrive| redrive.target == arn),
        Kind::EventSourceMapping(mapping) => mapping
            .stream
            .as_ref()
            .is_some_and(|stream| stream.dead_letters == arn),
        _ => false,
    })
}
