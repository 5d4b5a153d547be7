//! Every operation of every handle against MiniStack, which speaks the AWS APIs.
//!
//! The process makes the resources, then runs itself with the environment that a function would have.
//! All tests share one runtime and one client per service, as the events of a function do.

#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "a test program")]

mod messages;
mod objects;
mod setup;
mod tables;
mod values;

use std::future::Future;
use std::pin::Pin;
use std::process::{Command, ExitCode};

use ifc_tests::ministack::MiniStack;

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
    // As the test harness of Rust understands it: what does not begin with a dash is a part of names.
    let filters: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with('-'))
        .collect();
    let chosen: Vec<_> = TESTS
        .iter()
        .filter(|(name, _)| filters.is_empty() || filters.iter().any(|part| name.contains(part)))
        .collect();
    if chosen.is_empty() {
        return ExitCode::SUCCESS;
    }
    if std::env::var_os(INSIDE).is_some() {
        return run_tests(&chosen);
    }
    let ministack = MiniStack::start().unwrap();
    let environment = setup::resources(&ministack).unwrap();
    let status = Command::new(std::env::current_exe().unwrap())
        .args(std::env::args_os().skip(1))
        .env(INSIDE, "1")
        .envs(environment)
        .status()
        .unwrap();
    if status.success() {
        return ExitCode::SUCCESS;
    }
    eprintln!("{}", ministack.log());
    ExitCode::FAILURE
}

fn run_tests(tests: &[&(&str, Run)]) -> ExitCode {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    let mut failed = Vec::new();
    for (name, run) in tests {
        let outcome = runtime.block_on(async { tokio::spawn(run()).await });
        let shown = if outcome.is_ok() { "ok" } else { "FAILED" };
        eprintln!("test {name} ... {shown}");
        if outcome.is_err() {
            failed.push(*name);
        }
    }
    eprintln!("{} of {} passed", tests.len() - failed.len(), tests.len());
    if failed.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
