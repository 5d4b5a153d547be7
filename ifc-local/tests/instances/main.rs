//! Processes of functions: this program runs itself as a function, on the `lambda_runtime` crate.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::exit,
    reason = "a test program"
)]

mod function;
mod tests;

use std::process::ExitCode;

fn main() -> ExitCode {
    if std::env::var_os("AWS_LAMBDA_RUNTIME_API").is_some() {
        function::run();
        return ExitCode::SUCCESS;
    }
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments == [tests::HOLD] {
        runtime.block_on(tests::hold());
        return ExitCode::SUCCESS;
    }
    // As the test harness of Rust understands it: what does not begin with a dash is a part of names.
    let filters: Vec<&String> = arguments
        .iter()
        .filter(|name| !name.starts_with('-'))
        .collect();
    let (mut passed, mut failed) = (0, 0);
    for (name, run) in tests::ALL {
        if !filters.is_empty() && !filters.iter().any(|part| name.contains(part.as_str())) {
            continue;
        }
        let outcome = runtime.block_on(async { tokio::spawn(run()).await });
        let shown = if outcome.is_ok() { "ok" } else { "FAILED" };
        eprintln!("test {name} ... {shown}");
        *(if outcome.is_ok() {
            &mut passed
        } else {
            &mut failed
        }) += 1;
    }
    eprintln!("{passed} passed, {failed} failed");
    match failed {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}
