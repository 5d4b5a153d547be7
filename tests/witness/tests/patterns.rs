//! What the linked program is seen to do is what it does, function by function, in both
//! directions.
//!
//! `cargo test --package ifc-witness-tests --release` does the same with optimised programs.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use ifc_witness::Program;

/// Name of a function to its operations, sorted.
type Operations = BTreeMap<String, Vec<String>>;

/// What a program says of itself.
fn expected(binary: &str) -> Operations {
    let output = Command::new(binary).output().expect("the program runs");
    let text = String::from_utf8(output.stdout).expect("it writes text");
    let lines = text.lines().filter_map(|line| line.split_once(": "));
    lines
        .map(|(name, operations)| {
            let operations = operations.split_whitespace().map(str::to_owned);
            (name.to_owned(), operations.collect())
        })
        .collect()
}

/// What is read from its file.
fn found(binary: &str) -> Operations {
    let file = std::fs::read(Path::new(binary)).expect("the program is there");
    let program = Program::read(&file).expect("it is linked with relocations");
    let functions = program.functions().expect("it has a table");
    functions
        .into_iter()
        .map(|(name, reach)| {
            let operations = reach.operations.keys().map(ToString::to_string);
            (name, operations.collect())
        })
        .collect()
}

/// Compares function by function, so that a failure names all that differ.
fn agrees(binary: &str, at_least: usize) {
    let (expected, found) = (expected(binary), found(binary));
    assert!(expected.len() >= at_least, "{} functions", expected.len());
    let mut wrong = Vec::new();
    for (name, operations) in &expected {
        let seen = found.get(name);
        if seen != Some(operations) {
            wrong.push(format!("{name}: {operations:?}, but {seen:?} is found"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(found.len(), expected.len());
}

#[test]
fn every_pattern_is_seen_exactly() {
    agrees(env!("CARGO_BIN_EXE_patterns"), 60);
}

#[test]
fn state_made_before_handlers_counts_for_all() {
    agrees(env!("CARGO_BIN_EXE_state_in_main"), 2);
}
