//! The function: it sends each message of a batch on to another queue, and says hello over HTTP.

use std::io::BufReader;
use std::net::TcpStream;

use serde_json::{Value, json};

use crate::Result;
use crate::client::{Client, request};

/// Where it finds the URL of the queue.
pub(crate) const DONE: &str = "IFC_DONE";

/// Asks the Runtime API for invocations until it is gone.
pub(crate) fn run() -> Result<()> {
    let host = std::env::var("AWS_LAMBDA_RUNTIME_API")?;
    let connection = TcpStream::connect(&host)?;
    connection.set_nodelay(true)?;
    let mut stream = BufReader::new(connection);
    let headers = [("host", host.as_str())];
    let mut client = None;
    loop {
        let path = "/2018-06-01/runtime/invocation/next";
        let next = request(&mut stream, "GET", path, &headers, b"")?;
        let id = next
            .headers
            .iter()
            .find(|(name, _)| name == "lambda-runtime-aws-request-id");
        let (_, id) = id.ok_or("an invocation without an id")?;
        let event: Value = serde_json::from_slice(&next.body)?;
        let (kind, answer) = match handle(&event, &mut client) {
            Ok(answer) => ("response", answer),
            Err(error) => {
                client = None;
                let message = error.to_string();
                (
                    "error",
                    json!({ "errorType": "Error", "errorMessage": message }),
                )
            }
        };
        let path = format!("/2018-06-01/runtime/invocation/{id}/{kind}");
        request(
            &mut stream,
            "POST",
            &path,
            &headers,
            answer.to_string().as_bytes(),
        )?;
    }
}

fn handle(event: &Value, client: &mut Option<Client>) -> Result<Value> {
    let Some(records) = event["Records"].as_array() else {
        return Ok(json!({ "statusCode": 200, "body": "hello" }));
    };
    let entries: Vec<Value> = records
        .iter()
        .enumerate()
        .map(|(at, record)| json!({ "Id": at.to_string(), "MessageBody": record["body"] }))
        .collect();
    let client = match client {
        Some(client) => client,
        None => client.insert(Client::of_environment()?),
    };
    let input = json!({ "QueueUrl": std::env::var(DONE)?, "Entries": entries });
    let answer = client.sqs("SendMessageBatch", &input)?;
    if answer["Failed"]
        .as_array()
        .is_some_and(|failed| !failed.is_empty())
    {
        return Err(answer.to_string().into());
    }
    Ok(json!({ "batchItemFailures": [] }))
}
