//! Queues on SQS.

use std::collections::HashMap;

use aws_sdk_sqs as sqs;
use aws_sdk_sqs::types::{
    MessageAttributeValue, MessageSystemAttributeNameForSends, MessageSystemAttributeValue,
    QueueAttributeName, SendMessageBatchRequestEntry,
};

use super::error::{from_build, from_sdk};
use super::{Aws, client};
use crate::backend::queue::{OutgoingMessage, QueueBackend, QueueDepth, SendMessage, SendMessages};
use crate::backend::{BoxFuture, Outcomes, Target};
use crate::error::Result;
use crate::service::outcomes;

client!(sqs);

impl QueueBackend for Aws {
    fn send(&self, request: SendMessage) -> BoxFuture<'_, Result<String>> {
        Box::pin(async move {
            let message = request.message;
            let delay = delay_seconds(&message);
            let output = client()
                .await
                .send_message()
                .queue_url(request.target.physical)
                .set_message_attributes(attributes(&message)?)
                .set_message_system_attributes(system_attributes(&message)?)
                .set_delay_seconds(delay)
                .set_message_group_id(message.group)
                .set_message_deduplication_id(message.deduplication_id)
                .message_body(message.body)
                .send()
                .await
                .map_err(from_sdk)?;
            Ok(output.message_id.unwrap_or_default())
        })
    }

    fn send_batch(&self, request: SendMessages) -> BoxFuture<'_, Result<Outcomes>> {
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
                .send_message_batch()
                .queue_url(request.target.physical)
                .set_entries(Some(entries))
                .send()
                .await
                .map_err(from_sdk)?;
            let sent = output
                .successful
                .into_iter()
                .map(|sent| (sent.id, sent.message_id));
            let failed = output.failed.into_iter().map(|failed| {
                (
                    failed.id,
                    failed.code,
                    failed.message.unwrap_or_default(),
                    failed.sender_fault,
                )
            });
            Ok(outcomes(count, sent, failed))
        })
    }

    fn depth(&self, target: Target) -> BoxFuture<'_, Result<QueueDepth>> {
        Box::pin(async move {
            let output = client()
                .await
                .get_queue_attributes()
                .queue_url(target.physical)
                .attribute_names(QueueAttributeName::ApproximateNumberOfMessages)
                .attribute_names(QueueAttributeName::ApproximateNumberOfMessagesNotVisible)
                .attribute_names(QueueAttributeName::ApproximateNumberOfMessagesDelayed)
                .send()
                .await
                .map_err(from_sdk)?;
            let attributes = output.attributes.unwrap_or_default();
            let count = |name| -> u64 {
                attributes
                    .get(&name)
                    .and_then(|text| text.parse().ok())
                    .unwrap_or_default()
            };
            Ok(QueueDepth {
                waiting: count(QueueAttributeName::ApproximateNumberOfMessages),
                in_flight: count(QueueAttributeName::ApproximateNumberOfMessagesNotVisible),
                delayed: count(QueueAttributeName::ApproximateNumberOfMessagesDelayed),
            })
        })
    }
}

fn entry((index, message): (usize, OutgoingMessage)) -> Result<SendMessageBatchRequestEntry> {
    SendMessageBatchRequestEntry::builder()
        .id(index.to_string())
        .set_message_attributes(attributes(&message)?)
        .set_message_system_attributes(system_attributes(&message)?)
        .set_delay_seconds(delay_seconds(&message))
        .set_message_group_id(message.group)
        .set_message_deduplication_id(message.deduplication_id)
        .message_body(message.body)
        .build()
        .map_err(from_build)
}

fn delay_seconds(message: &OutgoingMessage) -> Option<i32> {
    let seconds = message.delay_seconds()?;
    Some(i32::try_from(seconds).unwrap_or(i32::MAX))
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

type SystemAttributes = HashMap<MessageSystemAttributeNameForSends, MessageSystemAttributeValue>;

fn system_attributes(message: &OutgoingMessage) -> Result<Option<SystemAttributes>> {
    let Some(header) = &message.trace_header else {
        return Ok(None);
    };
    let value = MessageSystemAttributeValue::builder()
        .data_type("String")
        .string_value(header);
    Ok(Some(HashMap::from([(
        MessageSystemAttributeNameForSends::AwsTraceHeader,
        value.build().map_err(from_build)?,
    )])))
}
