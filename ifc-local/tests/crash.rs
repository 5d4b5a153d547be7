//! Kills a process that runs an application at random moments, and counts what is left.
//!
//! The program runs itself as the process that is killed. That one sends messages, says on its standard
//! output which were accepted, and says which its function handled. Whatever was accepted has to be
//! handled at some time, in order where the queue is FIFO.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test program"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use ifc_local::dev::{Application, Runner, State};
use ifc_local::engine::{Function, Invocation, Outcome, Settings};
use ifc_local::ids::Ids;
use ifc_local::server::Later;
use ifc_local::{Call, Caller};
use serde_json::{Value, json};

const FILE: &str = "IFC_TEST_STATE";
const FIRST: &str = "IFC_TEST_FIRST";
/// Kills, but for a longer run.
const KILLS: &str = "IFC_TEST_KILLS";
const GROUPS: u64 = 3;

const SOURCES: &str = r#"
use ifc_runtime::prelude::*;

#[resource(visibility = "2s")] pub static JOBS: Queue<u64> = Queue::new();
#[resource(visibility = "2s")] pub static STEPS: Queue<u64, Fifo> = Queue::new();

#[on(JOBS, batch = 10)]
#[function(timeout = "1s")]
async fn work(batch: Batch<u64>) -> BatchResult { BatchResult::all() }

#[on(STEPS, batch = 10)]
#[function(timeout = "1s")]
async fn step(batch: Batch<u64>) -> BatchResult { BatchResult::all() }

ifc_runtime::main!();
"#;

fn main() -> ExitCode {
    match std::env::var_os(FILE) {
        Some(file) => inside(Path::new(&file)),
        None => outside(),
    }
    ExitCode::SUCCESS
}

/// Handles every batch, and says so.
struct Handler;

impl Runner for Handler {
    fn run(&self, function: Function, invocation: Invocation) -> Later<'static, Outcome> {
        let event: Value = serde_json::from_str(&invocation.payload).unwrap();
        Box::pin(async move {
            for record in event["Records"].as_array().unwrap() {
                say(&format!(
                    "handled {} {}",
                    function.name,
                    record["body"].as_str().unwrap()
                ));
            }
            Outcome::Returned(json!({ "batchItemFailures": [] }).to_string())
        })
    }
}

/// One line, in one write.
fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    // Who reads may be gone already.
    let _ = out.write_all(format!("{line}\n").as_bytes());
    let _ = out.flush();
}

/// The process that is killed.
fn inside(file: &Path) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let settings = Settings {
            endpoint: "http://127.0.0.1:4566".into(),
            // Each life has another, as that of a user has.
            seed: std::process::id().into(),
            concurrency: 4,
        };
        let state = State::File(file);
        let application = Application::start(&settings, state, Arc::new(Handler)).unwrap();
        let fixture = ifc_compiler::testing::Fixture::parse(SOURCES);
        let manifest = ifc_compiler::compile(&fixture.world()).manifest;
        let deployed = application.deploy(manifest, Default::default()).await;
        deployed.unwrap().unwrap();
        let queue = |name: &str| application.read(|e| e.arn_of(name).unwrap().to_owned());
        let (jobs, steps) = (queue("JOBS"), queue("STEPS"));
        let first: u64 = std::env::var(FIRST).unwrap().parse().unwrap();
        let senders = (0..4).map(|sender| {
            let (application, jobs) = (application.clone(), jobs.clone());
            tokio::spawn(async move {
                for number in (first + sender..).step_by(4) {
                    let input = json!({ "QueueUrl": jobs, "MessageBody": number.to_string() });
                    if send(&application, input).await {
                        say(&format!("accepted work {number}"));
                    }
                }
            })
        });
        let senders: Vec<_> = senders.collect();
        for number in first.. {
            let group = (number % GROUPS).to_string();
            let input = json!({
                "QueueUrl": steps, "MessageBody": number.to_string(),
                "MessageGroupId": group, "MessageDeduplicationId": number.to_string(),
            });
            if send(&application, input).await {
                say(&format!("accepted step {number}"));
            }
        }
        drop(senders);
    });
}

async fn send(application: &Application, input: Value) -> bool {
    let call = Call::new("sqs", "SendMessage", input);
    application.call(Caller::Root, call).await.is_ok()
}

#[derive(Default)]
struct Seen {
    accepted: BTreeMap<String, BTreeSet<u64>>,
    /// In order of handling.
    handled: BTreeMap<String, Vec<u64>>,
    most: u64,
}

fn outside() {
    let kills: u64 = std::env::var(KILLS).map_or(12, |text| text.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.db");
    let mut ids = Ids::new(std::process::id().into());
    let mut seen = Seen::default();
    for _ in 0..kills {
        // Some are killed while they start.
        run(&file, &mut seen, 20 + ids.number() % 400);
    }
    // The last one only works off what is left.
    let left = finish(&file, &mut seen);
    let mut total = 0;
    for (function, accepted) in &seen.accepted {
        let handled: BTreeSet<u64> = seen
            .handled
            .get(function)
            .into_iter()
            .flatten()
            .copied()
            .collect();
        let lost: Vec<&u64> = accepted.difference(&handled).collect();
        assert!(
            lost.is_empty(),
            "{function} never handled {lost:?}; left: {left}"
        );
        total += accepted.len();
    }
    let mut last: BTreeMap<u64, u64> = BTreeMap::new();
    let mut known = BTreeSet::new();
    for number in seen.handled.get("step").into_iter().flatten() {
        // What comes again after a kill is no step back; what is new has to come in order.
        if known.insert(*number) {
            let before = last.insert(number % GROUPS, *number);
            assert!(
                before.is_none_or(|before| before < *number),
                "{number} came after {before:?}"
            );
        }
    }
    let handled: usize = seen.handled.values().map(Vec::len).sum();
    eprintln!(
        "{kills} kills: {total} messages accepted, none lost, {handled} handled with repeats, FIFO order kept"
    );
}

/// Runs the process for so many milliseconds.
fn run(file: &Path, seen: &mut Seen, milliseconds: u64) {
    let mut child = spawn(file, seen.most + 1);
    let output = child.stdout.take().unwrap();
    let reader = std::thread::spawn(move || {
        BufReader::new(output)
            .lines()
            .map_while(Result::ok)
            .collect::<Vec<String>>()
    });
    std::thread::sleep(Duration::from_millis(milliseconds));
    child.kill().unwrap();
    child.wait().unwrap();
    note(seen, reader.join().unwrap());
}

fn spawn(file: &Path, first: u64) -> std::process::Child {
    Command::new(std::env::current_exe().unwrap())
        .env(FILE, file)
        .env(FIRST, first.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

fn note(seen: &mut Seen, lines: Vec<String>) {
    for line in lines {
        let words: Vec<&str> = line.split(' ').collect();
        let [what, function, number] = words.as_slice() else {
            continue;
        };
        let Ok(number) = number.parse() else {
            continue;
        };
        seen.most = seen.most.max(number);
        match *what {
            "accepted" => drop(
                seen.accepted
                    .entry((*function).to_owned())
                    .or_default()
                    .insert(number),
            ),
            _ => seen
                .handled
                .entry((*function).to_owned())
                .or_default()
                .push(number),
        }
    }
}

/// Lets everything be handled that is left; what is still there when nothing more comes.
fn finish(file: &Path, seen: &mut Seen) -> usize {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    struct Noting(std::sync::mpsc::Sender<String>);
    impl Runner for Noting {
        fn run(&self, function: Function, invocation: Invocation) -> Later<'static, Outcome> {
            let event: Value = serde_json::from_str(&invocation.payload).unwrap();
            for record in event["Records"].as_array().unwrap() {
                let line = format!(
                    "handled {} {}",
                    function.name,
                    record["body"].as_str().unwrap()
                );
                self.0.send(line).unwrap();
            }
            let answer = json!({ "batchItemFailures": [] }).to_string();
            Box::pin(async move { Outcome::Returned(answer) })
        }
    }
    runtime.block_on(async {
        let settings = Settings {
            endpoint: "http://127.0.0.1:4566".into(),
            seed: 1,
            concurrency: 4,
        };
        let (sender, lines) = std::sync::mpsc::channel();
        let state = State::File(file);
        let application = Application::start(&settings, state, Arc::new(Noting(sender))).unwrap();
        let until = Instant::now() + Duration::from_secs(60);
        while application.read(ifc_local::Engine::is_busy) && Instant::now() < until {
            // Batches of the killed processes are there again when their time is over.
            application.advance(1000).await.unwrap();
        }
        note(seen, lines.try_iter().collect());
        let left = application.read(|engine| {
            let queue = engine
                .arn_of("JOBS")
                .and_then(|arn| engine.queues().find(arn));
            queue.map_or(0, |queue| queue.messages().count())
        });
        application.stop().await;
        left
    })
}
