//! Lines in the log group of this application.

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Result;
use aws_sdk_cloudwatchlogs::Client;
use aws_sdk_cloudwatchlogs::types::InputLogEvent;

const LOG_GROUP: &str = "/aws/service-catalog-manager/run004-a6a046d0";

pub trait LogExt {
    async fn say(&self, stream: &str, message: &str) -> Result<()>;
}

impl LogExt for Client {
    async fn say(&self, stream: &str, message: &str) -> Result<()> {
        let created = self
            .create_log_stream()
            .log_group_name(LOG_GROUP)
            .log_stream_name(stream)
            .send()
            .await;
        match created {
            Err(error)
                if !error
                    .as_service_error()
                    .is_some_and(|e| e.is_resource_already_exists_exception()) =>
            {
                return Err(error.into());
            }
            _ => {}
        }
        let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis();
        let event = InputLogEvent::builder()
            .timestamp(i64::try_from(now)?)
            .message(message);
        self.put_log_events()
            .log_group_name(LOG_GROUP)
            .log_stream_name(stream)
            .log_events(event.build()?)
            .send()
            .await?;
        Ok(())
    }
}
