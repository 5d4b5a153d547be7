//! What was done to documents, as events of a log stream.

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Result;
use aws_sdk_cloudwatchlogs::types::InputLogEvent;
use serde_json::json;

pub struct AuditLog {
    client: aws_sdk_cloudwatchlogs::Client,
    group: String,
}

impl AuditLog {
    pub fn new(client: aws_sdk_cloudwatchlogs::Client, group: String) -> Self {
        Self { client, group }
    }

    pub async fn record(&self, operation: &str, document: &str) -> Result<()> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH)?;
        let stream = format!("document-operations-{}", now.as_secs() / 86_400);
        let created = self
            .client
            .create_log_stream()
            .log_group_name(&self.group)
            .log_stream_name(&stream)
            .send()
            .await;
        if let Err(error) = created.map_err(|error| error.into_service_error())
            && !error.is_resource_already_exists_exception()
        {
            return Err(error.into());
        }
        let message = json!({ "operation": operation, "document": document }).to_string();
        let event = InputLogEvent::builder()
            .timestamp(now.as_millis() as i64)
            .message(message)
            .build()?;
        self.client
            .put_log_events()
            .log_group_name(&self.group)
            .log_stream_name(stream)
            .log_events(event)
            .send()
            .await?;
        Ok(())
    }
}
