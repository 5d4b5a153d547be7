//! What was done to documents, as events of a log stream.

use std::time::{SystemTime, UNIX_EPOCH};

use aws_sdk_cloudwatchlogs::Client;
use aws_sdk_cloudwatchlogs::types::InputLogEvent;
use ifc_runtime::prelude::*;

pub(crate) async fn record(operation: &str, document: &str) -> Result<()> {
    let client = Client::new(&aws_config::load_from_env().await);
    let group = std::env::var("LOG_GROUP_NAME")?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?;
    let stream = format!("document-operations-{}", now.as_secs() / 86_400);
    create(&client, &group, &stream).await?;
    let event = InputLogEvent::builder()
        .timestamp(i64::try_from(now.as_millis())?)
        .message(format!("{operation} {document}"))
        .build()?;
    let write = client
        .put_log_events()
        .log_group_name(group)
        .log_stream_name(stream);
    write.log_events(event).send().await?;
    Ok(())
}

/// Makes the stream of the day unless it is there.
async fn create(client: &Client, group: &str, stream: &str) -> Result<()> {
    let created = client
        .create_log_stream()
        .log_group_name(group)
        .log_stream_name(stream);
    match created
        .send()
        .await
        .map_err(|error| error.into_service_error())
    {
        Err(error) if !error.is_resource_already_exists_exception() => Err(error.into()),
        _ => Ok(()),
    }
}
