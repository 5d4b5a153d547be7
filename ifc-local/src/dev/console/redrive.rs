//! Dead letters go back to where they came from: messages into their queue, events to their function.

use serde::Serialize;
use serde_json::{Value, json};

use super::Console;
use super::reply::Problem;
use crate::call::Call;

/// What became of letters.
#[derive(Debug, Default, Serialize)]
pub(super) struct Redriven {
    /// Letters that went back.
    moved: usize,
    /// Letters that stay, since they do not hold what was to be handled.
    left: usize,
}

impl Console {
    /// Sends letters back. `queue` is the queue for letters, or the one that they are of.
    pub(super) async fn redrive(&self, queue: &str) -> Result<Redriven, Problem> {
        let letters = self.look(|view| {
            let own = view.graph.letters_for(queue);
            own.unwrap_or(queue).to_owned()
        });
        let arn = self.queue(&letters)?;
        let (of, messages, is_queue) = self.look(|view| {
            let of = view.graph.letters_of(&letters).map(str::to_owned);
            let of_queue = of.as_ref().and_then(|of| view.manifest.resources.get(of));
            let messages = view.engine.queues().find(&arn);
            let messages = messages.map_or(0, |queue| queue.messages().count());
            (of, messages, of_queue.is_some_and(|of| of.kind == "queue"))
        });
        let Some(of) = of else {
            return Err(Problem::bad(format!(
                "`{queue}` is not for dead letters, and has no queue for them"
            )));
        };
        if is_queue {
            let input = json!({ "SourceArn": arn });
            self.call(Call::new("sqs", "StartMessageMoveTask", input))
                .await?;
            return Ok(Redriven {
                moved: messages,
                left: 0,
            });
        }
        self.invoke_again(&arn, &of, messages).await
    }

    /// Invokes a function with the events that its letters hold.
    async fn invoke_again(
        &self,
        queue: &str,
        function: &str,
        most: usize,
    ) -> Result<Redriven, Problem> {
        let name = self.look(|view| {
            let function = view.engine.functions().get(function);
            function.map(|function| function.physical_name.clone())
        });
        let Some(name) = name else {
            return Err(Problem::bad(format!(
                "there is no function `{function}` any more"
            )));
        };
        let mut redriven = Redriven::default();
        let mut left = Vec::new();
        while redriven.moved + left.len() < most {
            let input = json!({
                "QueueUrl": queue,
                "MaxNumberOfMessages": 10,
                "MessageAttributeNames": ["All"],
                "VisibilityTimeout": 60,
            });
            let (received, _) = self.call(Call::new("sqs", "ReceiveMessage", input)).await?;
            let messages = received.output["Messages"].as_array().cloned();
            let messages = messages.unwrap_or_default();
            if messages.is_empty() {
                break;
            }
            for message in messages {
                let receipt =
                    json!({ "QueueUrl": queue, "ReceiptHandle": message["ReceiptHandle"] });
                let Some(event) = event_of(&message) else {
                    left.push(receipt);
                    continue;
                };
                let input = json!({ "FunctionName": name, "InvocationType": "Event" });
                let invoke = Call::new("lambda", "Invoke", input).with_body(event.to_string());
                self.call(invoke).await?;
                self.call(Call::new("sqs", "DeleteMessage", receipt))
                    .await?;
                redriven.moved += 1;
            }
        }
        redriven.left = left.len();
        for mut receipt in left {
            receipt["VisibilityTimeout"] = 0.into();
            self.call(Call::new("sqs", "ChangeMessageVisibility", receipt))
                .await?;
        }
        Ok(redriven)
    }
}

/// The event that a letter holds: what Lambda was asked to handle, or what a rule could not deliver.
///
/// Source: Lambda Developer Guide, "Capturing records of Lambda asynchronous invocations"; EventBridge
/// User Guide, "Using dead-letter queues to process undelivered events".
fn event_of(message: &Value) -> Option<Value> {
    let mut letter: Value = serde_json::from_str(message["Body"].as_str()?).ok()?;
    match letter["requestPayload"].take() {
        Value::Null if message["MessageAttributes"]["RULE_ARN"].is_object() => Some(letter),
        Value::Null => None,
        event => Some(event),
    }
}
