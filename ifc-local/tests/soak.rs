//! Many messages with faults on purpose, and the counts at the end.
//!
//! ```text
//! cargo test --release -p ifc-local --test soak -- --ignored --nocapture
//! ```

#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "tests")]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use ifc_local::engine::Outcome;
use ifc_local::ids::Ids;
use serde_json::{Value, json};
use support::App;

const SOURCES: &str = r#"
use ifc_runtime::prelude::*;

#[resource(max_receives = 3)] pub static JOBS: Queue<u64> = Queue::new();

#[on(JOBS, batch = 10)]
async fn work(batch: Batch<u64>) -> BatchResult { BatchResult::all() }

ifc_runtime::main!();
"#;

/// What happens to a batch: nothing, some of it fails, all of it, or nobody knows.
fn outcome(ids: &mut Ids, records: &[Value], handled: &mut BTreeMap<u64, u64>) -> Outcome {
    let number = |record: &Value| record["body"].as_str().unwrap().parse().unwrap();
    let mut failures = Vec::new();
    let fate = ids.number() % 100;
    for record in records {
        // One message of each hundred never succeeds.
        let poisoned = number(record) % 100 == 7;
        if poisoned || (fate < 10 && ids.number().is_multiple_of(2)) {
            failures.push(json!({ "itemIdentifier": record["messageId"] }));
        } else if fate < 96 {
            *handled.entry(number(record)).or_default() += 1;
        }
    }
    match fate {
        96 => Outcome::TimedOut,
        97 => Outcome::Crashed {
            message: "Runtime exited with error: signal: killed".into(),
        },
        98.. => Outcome::Failed {
            error_type: "ifc::HandlerFailed".into(),
            message: "no".into(),
        },
        _ => Outcome::Returned(json!({ "batchItemFailures": failures }).to_string()),
    }
}

fn soak(messages: u64, seed: u64) {
    let mut app = App::new(SOURCES);
    let mut ids = Ids::new(seed);
    let url = app.engine.arn_of("JOBS").unwrap().to_owned();
    let (mut sent, mut handled, mut invocations) = (0, BTreeMap::new(), 0_u64);
    while sent < messages || app.engine.is_busy() {
        for _ in 0..(messages - sent).min(100) {
            let input = json!({ "QueueUrl": url, "MessageBody": sent.to_string() });
            app.root("sqs", "SendMessage", input);
            sent += 1;
        }
        let started = app.begin();
        if started.is_empty() && sent == messages {
            app.wait();
        }
        for invocation in started {
            invocations += 1;
            let event: Value = serde_json::from_str(&invocation.payload).unwrap();
            let records = event["Records"].as_array().unwrap();
            let outcome = outcome(&mut ids, records, &mut handled);
            app.finish(&invocation, outcome);
        }
        app.now += 10;
        app.engine.take_records();
    }
    let dead = app.engine.arn_of("JobsQueueDeadLetters").unwrap();
    let dead = app.engine.queues().find(dead).unwrap();
    let dead: Vec<u64> = dead.messages().map(|m| m.body.parse().unwrap()).collect();
    // Each message is handled once, or given up after three tries; never both, never neither.
    let twice = handled.iter().filter(|(_, times)| **times > 1).count();
    assert_eq!(
        twice, 0,
        "a batch whose end is known is not delivered again"
    );
    let both = dead
        .iter()
        .filter(|number| handled.contains_key(number))
        .count();
    assert_eq!(both, 0);
    assert_eq!(handled.len() as u64 + dead.len() as u64, messages);
    let dead: BTreeSet<u64> = dead.into_iter().collect();
    let mut poisoned = (0..messages).filter(|number| number % 100 == 7);
    assert!(poisoned.all(|number| dead.contains(&number)));
    eprintln!(
        "{messages} messages in {invocations} invocations: {} handled once, {} dead letters",
        handled.len(),
        dead.len()
    );
}

#[test]
fn counts_balance() {
    soak(10_000, 11);
}

#[test]
#[ignore = "takes minutes; see above"]
fn counts_balance_over_a_million() {
    soak(1_000_000, 12);
}
