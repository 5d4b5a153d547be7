//! `cargo ifc`: checks, explains, draws and builds applications. The only crate that prints.

mod application;
mod args;
mod commands;
mod comparison;
mod failure;
mod formats;
mod link;
mod reasons;
mod render;
mod toolchain;

use std::process::ExitCode;

use args::Command;
use clap::Parser;

fn main() -> ExitCode {
    let result = match args::Args::parse_from(args::without_subcommand(std::env::args_os())).command
    {
        Command::Check(options) => commands::check::run(&options),
        Command::Build(options) => commands::build::run(&options),
        Command::Policy(options) => commands::policy::run(&options),
        Command::Why(options) => commands::why::run(&options),
        Command::Verify(options) => commands::verify::run(&options),
        Command::Dev(options) => commands::dev::run(&options),
        Command::Test(options) => commands::test::run(&options),
        Command::Invoke(options) => commands::client::invoke(&options),
        Command::Send(options) => commands::client::send(&options),
        Command::Publish(options) => commands::client::publish(&options),
        Command::Put(options) => commands::client::put(&options),
        Command::Advance(options) => commands::client::advance(&options),
        Command::Redrive(options) => commands::client::redrive(&options),
        Command::Explain(options) => commands::explain::run(&options),
        Command::Graph(options) => commands::graph::run(&options),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}
