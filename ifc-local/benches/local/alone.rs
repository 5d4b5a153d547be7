//! The engine alone, without HTTP, processes or a journal; and what a start with a journal costs.

use std::path::Path;
use std::time::Instant;

use ifc_local::dev::{Application, Runner, State};
use ifc_local::engine::{Function, Invocation, Outcome, Reply, Settings};
use ifc_local::server::Later;
use ifc_local::{Answer, Call, Caller, Engine};
use serde_json::{Value, json};

use crate::function::DONE;
use crate::{Result, ours};

const START: u64 = 1_767_225_600_000;

fn settings() -> Settings {
    Settings {
        endpoint: "http://127.0.0.1:4566".into(),
        seed: 7,
        concurrency: 10,
    }
}

/// Sends so many messages, then lets the function send each on, then receives and deletes them;
/// seconds. All of them are in the first queue before the function begins.
pub(crate) fn seconds(messages: u64) -> Result<f64> {
    let mut engine = Engine::new(&settings());
    engine
        .deploy(&ours::manifest()?, &Default::default(), START)
        .map_err(|errors| format!("{errors:?}"))?;
    let function = engine.functions().get("work").ok_or("no function")?;
    let done = function.environment[DONE].clone();
    let jobs = engine.arn_of("JOBS").ok_or("no queue")?.to_owned();
    let began = Instant::now();
    for first in (0..messages).step_by(10) {
        let bodies = (first..(first + 10).min(messages)).map(|n| n.to_string());
        send(&mut engine, &Caller::Root, &jobs, bodies, START)?;
        engine.take_records();
    }
    let mut now = START;
    let mut came = 0;
    while came < messages {
        for invocation in engine.begin(now) {
            let caller = Caller::Function {
                name: invocation.function.clone(),
                invocation: Some(invocation.id.clone()),
            };
            let event: Value = serde_json::from_str(&invocation.payload)?;
            let records = event["Records"].as_array().ok_or("no records")?;
            let bodies = records
                .iter()
                .map(|record| record["body"].as_str().unwrap_or_default().to_owned());
            send(&mut engine, &caller, &done, bodies, now)?;
            let answer = json!({ "batchItemFailures": [] }).to_string();
            engine.finish(&invocation.id, Outcome::Returned(answer), now);
        }
        loop {
            let input = json!({ "QueueUrl": done, "MaxNumberOfMessages": 10 });
            let answer = call(&mut engine, &Caller::Root, "ReceiveMessage", input, now)?;
            let Some(received) = answer["Messages"].as_array() else {
                break;
            };
            came += received.len() as u64;
            let entry = |(at, message): (usize, &Value)| json!({ "Id": at.to_string(), "ReceiptHandle": message["ReceiptHandle"] });
            let entries: Vec<Value> = received.iter().enumerate().map(entry).collect();
            let input = json!({ "QueueUrl": done, "Entries": entries });
            call(&mut engine, &Caller::Root, "DeleteMessageBatch", input, now)?;
        }
        engine.take_records();
        now += 1;
    }
    Ok(began.elapsed().as_secs_f64())
}

fn send(
    engine: &mut Engine,
    caller: &Caller,
    queue: &str,
    bodies: impl Iterator<Item = String>,
    now: u64,
) -> Result<()> {
    let entries: Vec<Value> = bodies
        .enumerate()
        .map(|(at, body)| json!({ "Id": at.to_string(), "MessageBody": body }))
        .collect();
    let input = json!({ "QueueUrl": queue, "Entries": entries });
    call(engine, caller, "SendMessageBatch", input, now)?;
    Ok(())
}

fn call(
    engine: &mut Engine,
    caller: &Caller,
    operation: &str,
    input: Value,
    now: u64,
) -> Result<Value> {
    match engine.call(caller, &Call::new("sqs", operation, input), now)? {
        Reply::Done(Answer { output, .. }) => Ok(output),
        Reply::Invoked(_) => Err("no call of SQS invokes a function".into()),
    }
}

/// Runs nothing, for ever.
struct Never;

impl Runner for Never {
    fn run(&self, _: Function, _: Invocation) -> Later<'static, Outcome> {
        Box::pin(std::future::pending())
    }
}

/// Fills a journal with so many sends to a queue that nobody reads, and ends as a killed process does.
pub(crate) async fn fill(file: &Path, entries: u64) -> Result<()> {
    let application =
        Application::start(&settings(), State::File(file), std::sync::Arc::new(Never))?;
    let deployed = application
        .deploy(ours::manifest()?, Default::default())
        .await?;
    deployed.map_err(|errors| format!("{errors:?}"))?;
    let queue = application.read(|engine| engine.arn_of("LEFT").map(str::to_owned));
    let queue = queue.ok_or("no queue")?;
    let senders: Vec<_> = (0..50)
        .map(|sender| {
            let (application, queue) = (application.clone(), queue.clone());
            tokio::spawn(async move {
                for n in (sender..entries).step_by(50) {
                    let input = json!({ "QueueUrl": queue, "MessageBody": n.to_string() });
                    let call = Call::new("sqs", "SendMessage", input);
                    application.call(Caller::Root, call).await?;
                }
                Ok::<_, ifc_local::ApiError>(())
            })
        })
        .collect();
    for sender in senders {
        sender.await??;
    }
    Ok(())
}

/// Milliseconds of a start with what is in the file, and of a clean stop.
pub(crate) async fn restart(file: &Path) -> Result<(f64, f64)> {
    let began = Instant::now();
    let application =
        Application::start(&settings(), State::File(file), std::sync::Arc::new(Never))?;
    let start = began.elapsed().as_secs_f64() * 1e3;
    let began = Instant::now();
    application.stop().await;
    Ok((start, began.elapsed().as_secs_f64() * 1e3))
}
