//! The local engine: messages through a queue to a function and back, beside MiniStack; memory, idle
//! time, starts.
//!
//! ```text
//! MINISTACK=FOLDER/bin/ministack cargo bench -p ifc-local --features dev --bench local [-- PART..]
//! ```
//!
//! `MINISTACK` names the program in an environment of Python where `pip install ministack==1.5.33` was
//! run; without, there is no ratio. Parts: `round`, `alone`, `rest`, `first`, `journal`; all if none is
//! named. The function is this program itself, here and on MiniStack.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::exit,
    reason = "a benchmark talks to a terminal"
)]

mod alone;
mod client;
mod function;
mod host;
mod ministack;
mod ours;
mod round;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Instant;

use ifc_local::dev::State;

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// Messages of a round here.
const MESSAGES: u64 = 20_000;
/// Messages of a round on MiniStack, which takes longer for each.
const FEWER: u64 = 1_000;
/// Inputs of the journal that is replayed.
const ENTRIES: u64 = 100_000;

fn main() -> ExitCode {
    let ended = match std::env::var_os("AWS_LAMBDA_RUNTIME_API") {
        Some(_) => {
            // The end of the Runtime API is the end of the process.
            let ended = function::run();
            std::process::exit(i32::from(ended.is_err()));
        }
        None => run(),
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    if let [measure, folder] = arguments.as_slice() {
        let folder = Path::new(folder);
        match measure.as_str() {
            "--measure-rest" => return runtime.block_on(host::rest(folder)),
            "--measure-first" => return runtime.block_on(host::first(&orders(), folder)),
            "--measure-fill" => {
                return runtime.block_on(alone::fill(&folder.join("fill.db"), ENTRIES));
            }
            "--measure-restart" => {
                let file = folder.join("fill.db");
                let (start, stop) = runtime.block_on(alone::restart(&file))?;
                println!("start {start}\nstop {stop}");
                return Ok(());
            }
            _ => {}
        }
    }
    let parts: Vec<&str> = arguments
        .iter()
        .map(String::as_str)
        .filter(|argument| !argument.starts_with('-'))
        .collect();
    let wanted = |part: &str| parts.is_empty() || parts.contains(&part);
    let folder = tempfile::tempdir()?;
    if wanted("round") {
        rounds(&runtime, folder.path())?;
    }
    if wanted("alone") {
        alone_table()?;
    }
    if wanted("rest") {
        rest(folder.path())?;
    }
    if wanted("first") {
        first(folder.path())?;
    }
    if wanted("journal") {
        journal(folder.path())?;
    }
    Ok(())
}

fn orders() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/orders")
}

fn rounds(runtime: &tokio::runtime::Runtime, folder: &Path) -> Result<()> {
    let ours = |state: State<'_>| -> Result<f64> {
        let host = runtime.block_on(ours::start(state, ours::manifest()?))?;
        let (jobs, done) = (ours::url(&host, "JOBS")?, ours::url(&host, "DONE")?);
        let rate = round::rate(
            &format!("http://{}", host.endpoint()),
            &jobs,
            &done,
            MESSAGES,
        );
        runtime.block_on(host.stop());
        rate
    };
    let memory = ours(State::Memory)?;
    let durable = ours(State::File(&folder.join("round.db")))?;
    let theirs = match std::env::var_os("MINISTACK") {
        Some(program) => {
            let folder = folder.join("ministack");
            std::fs::create_dir(&folder)?;
            let ministack = ministack::MiniStack::start(Path::new(&program), &folder)?;
            let (jobs, done) = (&ministack.jobs, &ministack.done);
            Some(round::rate(&ministack.endpoint, jobs, done, FEWER)?)
        }
        None => None,
    };
    println!("| | messages/s | ratio |\n| --- | --: | --: |");
    let row = |what: &str, rate: f64| match theirs {
        Some(theirs) => println!("| {what} | {rate:.0} | {:.1} |", rate / theirs),
        None => println!("| {what} | {rate:.0} | |"),
    };
    row("in memory", memory);
    row("durable", durable);
    if let Some(theirs) = theirs {
        row("MiniStack", theirs);
    }
    Ok(())
}

fn alone_table() -> Result<()> {
    println!("| messages | messages/s |\n| --: | --: |");
    let mut points = Vec::new();
    for messages in [10_000, 100_000, 1_000_000_u64] {
        let seconds = alone::seconds(messages)?;
        println!("| {messages} | {:.0} |", messages as f64 / seconds);
        points.push((messages as f64, seconds));
    }
    if let [(few, short), .., (many, long)] = points.as_slice() {
        let exponent = (long / short).ln() / (many / few).ln();
        println!("growth exponent: {exponent:.2}");
    }
    Ok(())
}

fn rest(folder: &Path) -> Result<()> {
    let measured = measure("rest", folder)?;
    let of = |what| of(&measured, what);
    println!(
        "memory: {:.1} MB empty, {:.1} MB started, {:.1} MB with {} messages",
        of("empty"),
        of("started"),
        of("filled"),
        host::WAITING
    );
    println!(
        "idle: {} ms of a core in {} s",
        of("ticks") * 10.0,
        host::IDLE.as_secs()
    );
    Ok(())
}

fn first(folder: &Path) -> Result<()> {
    let mut least: Vec<(String, f64)> = measure("first", folder)?;
    for _ in 0..6 {
        for ((_, least), (_, value)) in least.iter_mut().zip(measure("first", folder)?) {
            *least = least.min(value);
        }
    }
    let of = |what| of(&least, what);
    println!(
        "orders: compiled {:.1} ms, started and deployed {:.1} ms, first answer {:.1} ms",
        of("compile"),
        of("deploy"),
        of("answer")
    );
    Ok(())
}

fn journal(folder: &Path) -> Result<()> {
    let began = Instant::now();
    measure("fill", folder)?;
    let rate = ENTRIES as f64 / began.elapsed().as_secs_f64();
    println!("journal: {ENTRIES} inputs kept, {rate:.0}/s, 50 callers");
    let replay = measure("restart", folder)?;
    let snapshot = measure("restart", folder)?;
    println!(
        "start: {:.0} ms with the journal of a killed process, {:.0} ms with a snapshot; stop {:.0} ms",
        of(&replay, "start"),
        of(&snapshot, "start"),
        of(&snapshot, "stop")
    );
    Ok(())
}

/// Measures in a process of its own.
fn measure(what: &str, folder: &Path) -> Result<Vec<(String, f64)>> {
    let output = Command::new(std::env::current_exe()?)
        .arg(format!("--measure-{what}"))
        .arg(folder)
        .output()?;
    if !output.status.success() {
        return Err(format!("{what}: {}", String::from_utf8_lossy(&output.stderr)).into());
    }
    let mut measured = Vec::new();
    for line in String::from_utf8(output.stdout)?.lines() {
        let (what, value) = line.split_once(' ').ok_or("no sample")?;
        measured.push((what.to_owned(), value.parse()?));
    }
    Ok(measured)
}

fn of(measured: &[(String, f64)], what: &str) -> f64 {
    let found = measured.iter().find(|(known, _)| known == what);
    found.map_or(f64::NAN, |(_, value)| *value)
}
