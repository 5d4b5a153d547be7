//! Messages through a queue to the function and back through another queue, over HTTP.

use std::collections::BTreeSet;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::Result;
use crate::client::Client;

/// Connections that send.
const SENDERS: u64 = 2;
/// How long nothing may come back.
const PATIENCE: Duration = Duration::from_secs(60);

/// Sends so many messages and waits until all came back; messages for each second.
pub(crate) fn rate(endpoint: &str, jobs: &str, done: &str, messages: u64) -> Result<f64> {
    // Processes of functions are started, connections are there.
    round(endpoint, jobs, done, 200)?;
    let took = round(endpoint, jobs, done, messages)?;
    Ok(messages as f64 / took.as_secs_f64())
}

fn round(endpoint: &str, jobs: &str, done: &str, messages: u64) -> Result<Duration> {
    let began = Instant::now();
    thread::scope(|scope| {
        let senders: Vec<_> = (0..SENDERS)
            .map(|sender| {
                scope.spawn(move || {
                    // An error of a thread cannot be sent on as it is.
                    send(endpoint, jobs, sender, messages).map_err(|error| error.to_string())
                })
            })
            .collect();
        drain(endpoint, done, messages)?;
        let took = began.elapsed();
        for sender in senders {
            sender.join().map_err(|_| "a sender panicked")??;
        }
        Ok(took)
    })
}

fn send(endpoint: &str, jobs: &str, sender: u64, messages: u64) -> Result<()> {
    let mut client = Client::connect(endpoint, "test", "test")?;
    let mine: Vec<u64> = (0..messages)
        .filter(|n| n / 10 % SENDERS == sender)
        .collect();
    for batch in mine.chunks(10) {
        let entries: Vec<Value> = batch
            .iter()
            .map(|n| json!({ "Id": n.to_string(), "MessageBody": n.to_string() }))
            .collect();
        let input = json!({ "QueueUrl": jobs, "Entries": entries });
        client.sqs("SendMessageBatch", &input)?;
    }
    Ok(())
}

/// Receives and deletes until every message was there.
fn drain(endpoint: &str, done: &str, messages: u64) -> Result<()> {
    let mut client = Client::connect(endpoint, "test", "test")?;
    let mut seen = BTreeSet::new();
    let mut last = Instant::now();
    while (seen.len() as u64) < messages {
        let input = json!({ "QueueUrl": done, "MaxNumberOfMessages": 10, "WaitTimeSeconds": 1 });
        let answer = client.sqs("ReceiveMessage", &input)?;
        let received = answer["Messages"].as_array().cloned().unwrap_or_default();
        if received.is_empty() {
            if last.elapsed() > PATIENCE {
                let missing = messages - seen.len() as u64;
                return Err(format!("{missing} of {messages} messages did not come back").into());
            }
            continue;
        }
        last = Instant::now();
        let mut entries = Vec::new();
        for (at, message) in received.iter().enumerate() {
            let body = message["Body"].as_str().unwrap_or_default();
            seen.insert(body.parse::<u64>()?);
            entries.push(json!({
                "Id": at.to_string(), "ReceiptHandle": message["ReceiptHandle"],
            }));
        }
        let input = json!({ "QueueUrl": done, "Entries": entries });
        client.sqs("DeleteMessageBatch", &input)?;
    }
    Ok(())
}
