//! What `cargo ifc test --prove-permissions` relies on, and seeds: this program is run again with the
//! variables set.

use std::process::{Command, Output};

use serde_json::Value;

/// Runs one test of this program with more in its environment.
fn run(test: &str, environment: &[(&str, &str)]) -> Output {
    let program = std::env::current_exe().expect("this program has a path");
    let mut command = Command::new(program);
    command.args(["--exact", test]);
    command.envs(environment.iter().copied());
    command.output().expect("this program runs")
}

fn shown(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

const ANSWERS: &str = "tests::http::a_handler_answers";
const BATCHES: &str = "tests::time::what_nobody_waits_for_runs_when_the_test_lets_it";

/// What a test needed.
fn needed(test: &str) -> Vec<Value> {
    let name = format!(
        "ifc-proof-{}-{}",
        std::process::id(),
        test.replace(':', "-")
    );
    let file = std::env::temp_dir().join(name);
    let path = file.to_str().expect("the folder is text");
    let output = run(test, &[("IFC_PROVE_RECORD", path)]);
    assert!(output.status.success(), "{}", shown(&output));
    let lines = std::fs::read_to_string(&file).expect("the test wrote it");
    std::fs::remove_file(&file).expect("the file is there");
    let lines = lines.lines();
    lines
        .map(|line| serde_json::from_str(line).expect("each line is JSON"))
        .collect()
}

#[test]
fn a_statement_that_a_test_needs_is_written_down_and_missed() {
    let needed = needed(ANSWERS);
    let of = |function: &str, action: &str| {
        let found = needed
            .iter()
            .find(|line| line["function"] == function && line["action"] == action);
        found.cloned().unwrap_or_default()
    };
    let read = of("show", "dynamodb:GetItem");
    assert_eq!(
        read["test"], ANSWERS,
        "as the harness takes it with `--exact`"
    );
    assert!(
        read["resource"]
            .as_str()
            .is_some_and(|arn| arn.contains(":table/"))
    );
    assert!(of("place", "sqs:SendMessage").is_object());
    assert!(of("show", "dynamodb:PutItem").is_null(), "nobody needs it");

    let without = format!("show:{}", read["statement"]);
    let output = run(ANSWERS, &[("IFC_PROVE_WITHOUT", &without)]);
    assert!(!output.status.success(), "the test needs the statement");
    assert!(
        shown(&output).contains("dynamodb:GetItem"),
        "{}",
        shown(&output)
    );

    let output = run(ANSWERS, &[("IFC_PROVE_WITHOUT", "show:99")]);
    assert!(
        shown(&output).contains("there is none"),
        "{}",
        shown(&output)
    );
}

#[test]
fn what_lambda_does_with_a_role_is_written_down_and_missed() {
    let needed = needed(BATCHES);
    let polled = needed
        .iter()
        .find(|line| line["function"] == "ship" && line["action"] == "sqs:ReceiveMessage");
    let statement = polled.map(|line| &line["statement"]);
    let statement = statement.expect("the queue was polled");
    let without = format!("ship:{statement}");
    let output = run(BATCHES, &[("IFC_PROVE_WITHOUT", &without)]);
    assert!(
        !output.status.success(),
        "nothing is shipped without polling"
    );
}

const FAILS: &str = "tests::time::a_dead_letter_that_nobody_asks_for_fails_the_test";

/// What a test says that fails as it should.
fn said(seed: &str) -> String {
    let program = std::env::current_exe().expect("this program has a path");
    let output = Command::new(program)
        .args(["--exact", FAILS, "--nocapture"])
        .env("IFC_TEST_SEED", seed)
        .output()
        .expect("this program runs");
    assert!(output.status.success(), "{}", shown(&output));
    shown(&output)
}

#[test]
fn a_failure_says_how_to_repeat_it() {
    let said = said("4711");
    let line = format!("IFC_TEST_SEED=4711 cargo test {FAILS}");
    assert!(said.contains(&line), "{said}");
    let output = run(ANSWERS, &[("IFC_TEST_SEED", "many")]);
    assert!(!output.status.success());
}

#[test]
fn a_seed_repeats_everything() {
    let logged = |seed| {
        let said = said(seed);
        let lines = said.lines().filter(|line| line.starts_with("ship: ERROR"));
        lines.map(str::to_owned).collect::<Vec<String>>()
    };
    let first = logged("4711");
    assert_eq!(
        first.len(),
        3,
        "each try has a line with the id of the message"
    );
    assert_eq!(first, logged("4711"));
    assert_ne!(first, logged("4712"));
}
