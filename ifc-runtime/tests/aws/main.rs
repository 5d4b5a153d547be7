//! Every operation of every handle against an endpoint that speaks the AWS APIs.
//!
//! `IFC_TEST_ENDPOINT=http://127.0.0.1:4566 cargo test -p ifc-runtime --features endpoint-tests --test aws`
//!
//! The variable is required: without it the run fails rather than passes unseen. The process makes the
//! resources, then runs itself with the environment that a function would have. All tests share one
//! runtime and one client per service, as the events of a function do.

#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "a test program")]

mod messages;
mod objects;
mod setup;
mod tables;
mod values;

use std::future::Future;
use std::pin::Pin;
use std::process::{Command, ExitCode};

const INSIDE: &str = "IFC_TEST_INSIDE";

type Run = fn() -> Pin<Box<dyn Future<Output = ()> + Send>>;

macro_rules! tests {
    ($($module:ident :: $test:ident),* $(,)?) => {
        &[$((concat!(stringify!($module), "::", stringify!($test)), || Box::pin($module::$test()))),*]
    };
}

static TESTS: &[(&str, Run)] = tests![
    tables::items,
    tables::conditions,
    tables::updates,
    tables::queries,
    tables::indexes,
    tables::scans,
    tables::batches,
    tables::transactions,
    tables::read_transactions,
    messages::queue,
    messages::queue_batches,
    messages::fifo_queue,
    messages::topic,
    messages::fifo_topic,
    messages::bus,
    objects::objects,
    objects::listings,
    objects::presigned,
    values::secret,
    values::parameter,
    values::function,
    values::what_does_not_exist,
];

fn main() -> ExitCode {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    if std::env::var_os(INSIDE).is_some() {
        return run_tests(&runtime);
    }
    let Ok(endpoint) = std::env::var("IFC_TEST_ENDPOINT") else {
        eprintln!(
            "IFC_TEST_ENDPOINT is not set: it is the URL of an endpoint that speaks the AWS APIs"
        );
        return ExitCode::FAILURE;
    };
    let environment = runtime.block_on(setup::resources(&endpoint));
    let status = Command::new(std::env::current_exe().unwrap())
        .args(std::env::args_os().skip(1))
        .env(INSIDE, "1")
        .envs(environment)
        .status()
        .unwrap();
    if status.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn run_tests(runtime: &tokio::runtime::Runtime) -> ExitCode {
    let filter = std::env::args()
        .skip(1)
        .find(|argument| !argument.starts_with('-'));
    let chosen = |name: &str| {
        filter
            .as_ref()
            .is_none_or(|filter| name.contains(filter.as_str()))
    };
    let (mut ran, mut failed) = (0, Vec::new());
    for (name, run) in TESTS.iter().filter(|(name, _)| chosen(name)) {
        let outcome = runtime.block_on(async { tokio::spawn(run()).await });
        eprintln!(
            "test {name} ... {}",
            if outcome.is_ok() { "ok" } else { "FAILED" }
        );
        ran += 1;
        if outcome.is_err() {
            failed.push(name);
        }
    }
    eprintln!("{} of {ran} passed", ran - failed.len());
    if failed.is_empty() && ran > 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
