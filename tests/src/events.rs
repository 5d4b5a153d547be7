//! Events as AWS sends them: the samples of the crate `aws_lambda_events`, with payloads of the
//! application in place of theirs.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::{Value, json};

/// A request to an HTTP API.
pub fn http(method: &str, path: &str, parameters: &Value, body: Option<&Value>) -> Result<Value> {
    let mut event = sample("apigw-v2-request-no-authorizer")?;
    event["rawPath"] = path.into();
    event["requestContext"]["http"]["method"] = method.into();
    event["requestContext"]["http"]["path"] = path.into();
    event["pathParameters"] = parameters.clone();
    if let Some(body) = body {
        event["headers"]["content-type"] = "application/json".into();
        event["body"] = body.to_string().into();
    }
    Ok(event)
}

/// Messages of a queue, whose ids are `message-0`, `message-1` and so on.
pub fn queue(bodies: &[Value]) -> Result<Value> {
    let mut event = sample("sqs-event")?;
    let record = event["Records"][0].clone();
    let records = bodies.iter().enumerate().map(|(i, body)| {
        let mut record = record.clone();
        record["messageId"] = format!("message-{i}").into();
        record["body"] = text(body).into();
        record
    });
    event["Records"] = records.collect();
    Ok(event)
}

/// A notification of a topic.
pub fn topic(message: &Value) -> Result<Value> {
    let mut event = sample("sns-event")?;
    event["Records"][0]["Sns"]["Message"] = text(message).into();
    Ok(event)
}

/// An event of a bus.
pub fn bus(source: &str, detail_type: &str, detail: &Value) -> Result<Value> {
    let mut event = sample("eventbridge-event-obj")?;
    event["source"] = source.into();
    event["detail-type"] = detail_type.into();
    event["detail"] = detail.clone();
    Ok(event)
}

/// The insertion of an item into a table, the item in DynamoDB's JSON.
pub fn insertion(keys: &Value, item: &Value) -> Result<Value> {
    let mut event = sample("dynamodb-event")?;
    let mut record = event["Records"][0].clone();
    record["dynamodb"]["Keys"] = keys.clone();
    record["dynamodb"]["NewImage"] = item.clone();
    event["Records"] = json!([record]);
    Ok(event)
}

/// A new object in a bucket.
pub fn object(bucket: &str, key: &str) -> Result<Value> {
    let mut event = sample("s3-event")?;
    event["Records"][0]["s3"]["bucket"]["name"] = bucket.into();
    event["Records"][0]["s3"]["object"]["key"] = key.into();
    Ok(event)
}

/// A run of a schedule that the template gives no input.
pub fn schedule(time: &str) -> Result<Value> {
    let mut event = sample("eventbridge-schedule")?;
    event["source"] = "aws.scheduler".into();
    event["time"] = time.into();
    Ok(event)
}

/// A sample by its name.
pub fn sample(name: &str) -> Result<Value> {
    crate::read_json(&samples()?.join(format!("example-{name}.json")))
}

fn samples() -> Result<PathBuf> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1"])
        .current_dir(crate::workspace())
        .output()?;
    let metadata: Value = serde_json::from_slice(&output.stdout)
        .with_context(|| String::from_utf8_lossy(&output.stderr).into_owned())?;
    let packages = metadata["packages"].as_array().into_iter().flatten();
    let manifest = packages
        .filter(|package| package["name"] == "aws_lambda_events")
        .find_map(|package| package["manifest_path"].as_str())
        .context("aws_lambda_events is not a dependency")?;
    Ok(PathBuf::from(manifest).with_file_name("src/fixtures"))
}

/// Bodies are texts; JSON is one in its own notation.
fn text(body: &Value) -> String {
    match body {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
