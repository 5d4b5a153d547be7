//! Every operation of every handle: on the local engine in the process, and through the SDK on the local
//! engine and on MiniStack, which speaks the AWS APIs too. The same calls have the same answers.
//!
//! Each account has a process of its own, for those with a server with the environment that a function
//! would have.
//! All tests share one runtime and one client per service, as the events of a function do.

#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "a test program")]

mod emulator;
mod inside;
mod local;
mod messages;
mod objects;
mod setup;
mod tables;
mod values;

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::process::{Command, ExitCode};

use ifc_tests::ministack::MiniStack;

use inside::Inside;
use setup::Account;

/// The account, in the processes that run the tests.
const INSIDE: &str = "IFC_TEST_INSIDE";

/// What the tests run on.
const ACCOUNTS: &[&str] = &[PROCESS, "local", "ministack"];
/// The one without a server.
const PROCESS: &str = "process";

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
    // The name of an account chooses that.
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with('-'))
        .collect();
    let filters = arguments
        .iter()
        .filter(|name| !ACCOUNTS.contains(&name.as_str()));
    let filters: Vec<&str> = filters.map(String::as_str).collect();
    let chosen: Vec<_> = TESTS
        .iter()
        .filter(|(name, _)| filters.is_empty() || filters.iter().any(|part| name.contains(*part)))
        .collect();
    if chosen.is_empty() {
        return ExitCode::SUCCESS;
    }
    if let Ok(account) = std::env::var(INSIDE) {
        return run_tests(&account, &chosen);
    }
    let wanted = |account: &str| {
        let named = ACCOUNTS
            .iter()
            .any(|name| arguments.iter().any(|given| given == name));
        !named || arguments.iter().any(|given| given == account)
    };
    let mut passed = true;
    if wanted(PROCESS) {
        passed &= run_in(PROCESS, BTreeMap::new());
    }
    if wanted("local") {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let local = runtime.block_on(local::Local::start()).unwrap();
        passed &= run_on("local", &local);
    }
    if wanted("ministack") {
        passed &= run_on("ministack", &MiniStack::start().unwrap());
    }
    match passed {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}

/// Runs the tests in a process that has the environment of a function.
fn run_on(name: &str, account: &dyn Account) -> bool {
    let environment = setup::resources(account).unwrap();
    let passed = run_in(name, environment);
    if !passed {
        eprintln!("{}", account.log());
    }
    passed
}

fn run_in(name: &str, environment: BTreeMap<String, String>) -> bool {
    let status = Command::new(std::env::current_exe().unwrap())
        .args(std::env::args_os().skip(1))
        .env(INSIDE, name)
        .envs(environment)
        .status()
        .unwrap();
    status.success()
}

fn run_tests(account: &str, tests: &[&(&str, Run)]) -> ExitCode {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    let inside = runtime.block_on(async {
        match account {
            PROCESS => Inside::process(),
            _ => Inside::http(),
        }
    });
    inside.install();
    let mut failed = Vec::new();
    for (name, run) in tests {
        let outcome = runtime.block_on(async { tokio::spawn(run()).await });
        let shown = if outcome.is_ok() { "ok" } else { "FAILED" };
        eprintln!("test {account}: {name} ... {shown}");
        if outcome.is_err() {
            failed.push(*name);
        }
    }
    eprintln!(
        "{account}: {} of {} passed",
        tests.len() - failed.len(),
        tests.len()
    );
    if failed.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
