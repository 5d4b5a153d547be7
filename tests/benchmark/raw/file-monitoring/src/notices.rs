//! Notices about stored files on the queue, ten in a batch.

use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::{DeleteMessageBatchRequestEntry, SendMessageBatchRequestEntry};
use lambda_runtime::Error;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
pub struct Notice {
    pub action: String,
    pub bucket: String,
    pub key: String,
    pub bytes: usize,
}

pub async fn send_all(client: &Client, queue_url: &str, notices: &[Notice]) -> Result<(), Error> {
    for chunk in notices.chunks(10) {
        let mut batch = client.send_message_batch().queue_url(queue_url);
        for (at, notice) in chunk.iter().enumerate() {
            let entry = SendMessageBatchRequestEntry::builder()
                .id(at.to_string())
                .message_body(serde_json::to_string(notice)?)
                .build()?;
            batch = batch.entries(entry);
        }
        let output = batch.send().await?;
        if !output.failed().is_empty() {
            return Err(format!("{} notices were refused", output.failed().len()).into());
        }
    }
    Ok(())
}

/// Takes what is on the queue and returns how many notices that was.
pub async fn work_off(client: &Client, queue_url: &str) -> Result<usize, Error> {
    let received = client
        .receive_message()
        .queue_url(queue_url)
        .max_number_of_messages(10)
        .wait_time_seconds(5)
        .send()
        .await?;
    let mut done = Vec::new();
    for (at, message) in received.messages().iter().enumerate() {
        let notice: Notice = serde_json::from_str(message.body().unwrap_or_default())?;
        tracing::info!(key = %notice.key, bytes = notice.bytes, "file was processed");
        let entry = DeleteMessageBatchRequestEntry::builder()
            .id(at.to_string())
            .receipt_handle(message.receipt_handle().unwrap_or_default())
            .build()?;
        done.push(entry);
    }
    let count = done.len();
    if count > 0 {
        client
            .delete_message_batch()
            .queue_url(queue_url)
            .set_entries(Some(done))
            .send()
            .await?;
    }
    Ok(count)
}
