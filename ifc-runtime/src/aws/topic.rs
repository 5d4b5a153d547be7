//! Topics on SNS.

use std::collections::HashMap;

use aws_sdk_sns as sns;
use aws_sdk_sns::types::{MessageAttributeValue, PublishBatchRequestEntry};

use super::error::{from_build, from_sdk};
use super::{Aws, client};
use crate::backend::queue::{OutgoingMessage, SendMessage, SendMessages};
use crate::backend::{BoxFuture, Outcomes, TopicBackend};
use crate::error::Result;
use crate::service::outcomes;

client!(sns);

impl TopicBackend for Aws {
    fn publish(&self, request: SendMessage) -> BoxFuture<'_, Result<String>> {
        Box::pin(async move {
            let message = request.message;
            let output = client()
                .await
                .publish()
                .topic_arn(request.target.physical)
                .set_message_attributes(attributes(&message)?)
                .set_message_group_id(message.group)
                .set_message_deduplication_id(message.deduplication_id)
                .message(message.body)
                .send()
                .await
                .map_err(from_sdk)?;
            Ok(output.message_id.unwrap_or_default())
        })
    }

    fn publish_batch(&self, request: SendMessages) -> BoxFuture<'_, Result<Outcomes>> {
        Box::pin(async move {
            let count = request.messages.len();
            let entries = request
                .messages
                .into_iter()
                .enumerate()
                .map(entry)
                .collect::<Result<Vec<_>>>()?;
            let output = client()
                .await
                .publish_batch()
                .topic_arn(request.target.physical)
                .set_publish_batch_request_entries(Some(entries))
                .send()
                .await
                .map_err(from_sdk)?;
            let sent = output.successful.unwrap_or_default().into_iter();
            let failed = output.failed.unwrap_or_default().into_iter();
            Ok(outcomes(
                count,
                sent.map(|sent| {
                    (
                        sent.id.unwrap_or_default(),
                        sent.message_id.unwrap_or_default(),
                    )
                }),
                failed.map(|failed| {
                    let message = failed.message.unwrap_or_default();
                    (failed.id, failed.code, message, failed.sender_fault)
                }),
            ))
        })
    }
}

fn entry((index, message): (usize, OutgoingMessage)) -> Result<PublishBatchRequestEntry> {
    PublishBatchRequestEntry::builder()
        .id(index.to_string())
        .set_message_attributes(attributes(&message)?)
        .set_message_group_id(message.group)
        .set_message_deduplication_id(message.deduplication_id)
        .message(message.body)
        .build()
        .map_err(from_build)
}

fn attributes(message: &OutgoingMessage) -> Result<Option<HashMap<String, MessageAttributeValue>>> {
    let attributes = message
        .attributes
        .iter()
        .map(|(name, value)| {
            let value = MessageAttributeValue::builder()
                .data_type("String")
                .string_value(value);
            Ok((name.clone(), value.build().map_err(from_build)?))
        })
        .collect::<Result<HashMap<_, _>>>()?;
    Ok(Some(attributes).filter(|attributes| !attributes.is_empty()))
}
