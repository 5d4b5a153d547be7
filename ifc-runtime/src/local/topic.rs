//! Topics of the local engine.

use serde_json::{Value, json};

use super::queue::{attributes, batch_outcomes, entries};
use super::{Local, text, without_nulls};
use crate::backend::queue::{OutgoingMessage, SendMessage, SendMessages};
use crate::backend::{BoxFuture, Outcomes, TopicBackend};
use crate::error::Result;

impl TopicBackend for Local {
    fn publish(&self, request: SendMessage) -> BoxFuture<'_, Result<String>> {
        Box::pin(async move {
            let SendMessage { target, message } = request;
            let mut input = entry(message);
            input["TopicArn"] = json!(self.physical(target)?);
            let output = self.ask(target, "sns", "Publish", input).await?;
            text(&output, "MessageId")
        })
    }

    fn publish_batch(&self, request: SendMessages) -> BoxFuture<'_, Result<Outcomes>> {
        Box::pin(async move {
            let count = request.messages.len();
            let input = json!({
                "TopicArn": self.physical(request.target)?,
                "PublishBatchRequestEntries": entries(request.messages, entry),
            });
            let output = self
                .ask(request.target, "sns", "PublishBatch", input)
                .await?;
            Ok(batch_outcomes(count, &output))
        })
    }
}

fn entry(message: OutgoingMessage) -> Value {
    without_nulls(json!({
        "MessageAttributes": attributes(&message),
        "MessageGroupId": message.group,
        "MessageDeduplicationId": message.deduplication_id,
        "Message": message.body,
    }))
}
