//! Queues: SQS's API over messages in memory.
//!
//! Source: Amazon SQS Developer Guide and API Reference.

mod line;
mod message;
mod requests;
mod sends;
mod store;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::error::ApiError;
use crate::ids::Ids;

pub use line::Counts;
pub use message::{Message, State};
pub use store::Queue;

/// All queues of an account in a region.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Queues {
    queues: BTreeMap<String, Queue>,
    ids: Ids,
    /// Where clients find the queues: `http://127.0.0.1:4566`.
    endpoint: String,
    /// Since this was last asked.
    #[serde(default)]
    given_up: Vec<GivenUp>,
}

/// A message that was received too often, and is now in a queue for dead letters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GivenUp {
    /// ARN of the queue for dead letters.
    pub to: String,
    /// ARN of the queue where it was.
    pub from: String,
    /// How often it was received there.
    pub receives: u64,
    /// The X-Ray header.
    pub trace: Option<String>,
}

impl Queues {
    /// No queues yet. Their URLs begin with `endpoint`; ids come from the seed.
    pub fn new(endpoint: impl Into<String>, seed: u64) -> Queues {
        Queues {
            queues: BTreeMap::new(),
            ids: Ids::new(seed),
            endpoint: endpoint.into(),
            given_up: Vec::new(),
        }
    }

    /// The messages that were given up since this was last asked, in order.
    pub fn take_given_up(&mut self) -> Vec<GivenUp> {
        std::mem::take(&mut self.given_up)
    }

    /// Answers a call: `SendMessage` and the request as SQS's JSON. `now` is in milliseconds since
    /// 1970. A receive answers at once, whatever its waiting time.
    ///
    /// # Errors
    /// As SQS gives them.
    pub fn call(&mut self, operation: &str, request: &Value, now: u64) -> Result<Value, ApiError> {
        match operation {
            "CreateQueue" => self.create(request, now),
            "SendMessage" => {
                let Queues { queues, ids, .. } = self;
                of(queues, request)?.send(request, now, ids)
            }
            "SendMessageBatch" => self.send_batch(request, now),
            "ReceiveMessage" => self.receive(request, now),
            "DeleteMessage" => {
                self.of(request)?.delete(receipt(request))?;
                Ok(json!({}))
            }
            "DeleteMessageBatch" => {
                self.batch(request, |queue, entry| queue.delete(receipt(entry)))
            }
            "ChangeMessageVisibility" => {
                let timeout = request["VisibilityTimeout"].as_u64().unwrap_or_default();
                self.of(request)?
                    .change_visibility(receipt(request), timeout, now)?;
                Ok(json!({}))
            }
            "ChangeMessageVisibilityBatch" => self.batch(request, |queue, entry| {
                let timeout = entry["VisibilityTimeout"].as_u64().unwrap_or_default();
                queue.change_visibility(receipt(entry), timeout, now)
            }),
            "GetQueueUrl" => {
                let name = request["QueueName"].as_str().unwrap_or_default();
                let queue = self.queues.get(name).ok_or_else(missing)?;
                Ok(json!({ "QueueUrl": queue.url }))
            }
            "GetQueueAttributes" => {
                let queue = self.of(request)?;
                queue.settle(now);
                Ok(json!({ "Attributes": queue.attributes(&request["AttributeNames"], now) }))
            }
            "SetQueueAttributes" => {
                let attributes = request["Attributes"].clone();
                self.of(request)?.set_attributes(&attributes, now)?;
                Ok(json!({}))
            }
            "ListQueues" => {
                let prefix = request["QueueNamePrefix"].as_str().unwrap_or_default();
                let queues = self.queues.values();
                let urls = queues.filter(|queue| queue.name.starts_with(prefix));
                Ok(json!({ "QueueUrls": urls.map(|queue| queue.url.as_str()).collect::<Vec<_>>() }))
            }
            "PurgeQueue" => {
                self.of(request)?.take_all();
                Ok(json!({}))
            }
            "DeleteQueue" => {
                let name = self.of(request)?.name.clone();
                self.queues.remove(&name);
                Ok(json!({}))
            }
            "ListDeadLetterSourceQueues" => {
                let arn = self.of(request)?.arn.clone();
                let sources = self
                    .queues
                    .values()
                    .filter(|queue| queue.redrive().is_some_and(|redrive| redrive.target == arn));
                Ok(
                    json!({ "queueUrls": sources.map(|queue| queue.url.as_str()).collect::<Vec<_>>() }),
                )
            }
            "StartMessageMoveTask" => self.move_back(request, now),
            other => Err(ApiError::new(
                "AWS.SimpleQueueService.UnsupportedOperation",
                format!("queues do not have the operation {other} here"),
            )),
        }
    }

    /// Lets the URLs of all queues begin with another endpoint.
    pub fn move_to(&mut self, endpoint: &str) {
        endpoint.clone_into(&mut self.endpoint);
        for queue in self.queues.values_mut() {
            queue.url = format!("{endpoint}/{}/{}", crate::ACCOUNT, queue.name);
        }
    }

    /// A queue by its name, ARN or URL.
    pub fn find(&self, name: &str) -> Option<&Queue> {
        self.queues.get(name_of(name))
    }

    fn of(&mut self, request: &Value) -> Result<&mut Queue, ApiError> {
        of(&mut self.queues, request)
    }

    fn create(&mut self, request: &Value, now: u64) -> Result<Value, ApiError> {
        let name = request["QueueName"].as_str().unwrap_or_default();
        let attributes = &request["Attributes"];
        let fifo = attributes["FifoQueue"] == "true";
        let plain = name.strip_suffix(".fifo");
        let letters = plain.unwrap_or(name);
        let valid = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        if letters.is_empty()
            || name.len() > 80
            || !letters.chars().all(valid)
            || fifo != plain.is_some()
        {
            return Err(ApiError::new(
                "InvalidParameterValue",
                "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length; the names of FIFO queues end with .fifo",
            ));
        }
        if let Some(queue) = self.queues.get(name) {
            if !queue.has_attributes(attributes) {
                return Err(ApiError::new(
                    "QueueNameExists",
                    "A queue already exists with the same name and a different value for an attribute",
                ));
            }
            return Ok(json!({ "QueueUrl": queue.url }));
        }
        let url = format!("{}/{}/{name}", self.endpoint, crate::ACCOUNT);
        let mut queue = Queue::new(name, url, fifo, now);
        queue.set_attributes(attributes, now)?;
        let answer = json!({ "QueueUrl": queue.url });
        self.queues.insert(name.to_owned(), queue);
        Ok(answer)
    }

    fn send_batch(&mut self, request: &Value, now: u64) -> Result<Value, ApiError> {
        let entries = requests::entries(request)?;
        let bytes: usize = entries.iter().map(store::message_size).sum();
        if bytes > store::LARGEST {
            return Err(ApiError::new(
                "AWS.SimpleQueueService.BatchRequestTooLong",
                format!(
                    "Batch requests cannot be longer than {} bytes. You have sent {bytes} bytes.",
                    store::LARGEST
                ),
            ));
        }
        let Queues { queues, ids, .. } = self;
        let queue = of(queues, request)?;
        Ok(requests::outcomes(entries, |entry| {
            queue.send(entry, now, ids)
        }))
    }

    fn receive(&mut self, request: &Value, now: u64) -> Result<Value, ApiError> {
        let Queues {
            queues,
            ids,
            given_up,
            ..
        } = self;
        let queue = of(queues, request)?;
        let target = queue
            .redrive()
            .map(|redrive| name_of(&redrive.target).to_owned());
        let may_give_up = target
            .as_ref()
            .is_some_and(|name| queues.contains_key(name));
        let queue = of(queues, request)?;
        let (answer, dead) = queue.receive(request, may_give_up, now, ids)?;
        let source = queue.arn.clone();
        if let Some(queue) = target.and_then(|name| queues.get_mut(&name)) {
            for message in dead {
                given_up.push(GivenUp {
                    to: queue.arn.clone(),
                    from: source.clone(),
                    receives: message.receives,
                    trace: message.trace.clone(),
                });
                queue.bury(message, &source, now);
            }
        }
        Ok(answer)
    }

    /// Puts dead letters back to where they came from. What has nowhere to go stays.
    fn move_back(&mut self, request: &Value, now: u64) -> Result<Value, ApiError> {
        let source = request["SourceArn"].as_str().unwrap_or_default();
        let Queues { queues, ids, .. } = self;
        let queue = queues.get_mut(name_of(source)).ok_or_else(missing)?;
        let messages = queue.take_all();
        let destination = request["DestinationArn"].as_str();
        for message in messages {
            let target = destination.or(message.dead_from.as_deref());
            let target = target
                .map(name_of)
                .filter(|name| queues.contains_key(*name));
            let target = target.unwrap_or(name_of(source)).to_owned();
            if let Some(queue) = queues.get_mut(&target) {
                queue.take_in(message, now, ids);
            }
        }
        Ok(json!({ "TaskHandle": ids.uuid() }))
    }

    /// When something happens by itself next: a message becomes visible, or ends.
    pub fn next(&self, now: u64) -> Option<u64> {
        let queues = self.queues.values();
        let times = queues.flat_map(|queue| [queue.next_visible_after(now), queue.next_end()]);
        times.flatten().min()
    }

    /// Ends the messages that are older than their queue keeps them.
    pub fn expire(&mut self, now: u64) {
        for queue in self.queues.values_mut() {
            queue.settle(now);
        }
    }

    fn batch(
        &mut self,
        request: &Value,
        each: impl Fn(&mut Queue, &Value) -> Result<(), ApiError>,
    ) -> Result<Value, ApiError> {
        let entries = requests::entries(request)?;
        let queue = self.of(request)?;
        Ok(requests::outcomes(entries, |entry| {
            each(queue, entry).map(|()| json!({}))
        }))
    }
}

/// The name in an ARN or URL.
fn name_of(queue: &str) -> &str {
    queue.rsplit(['/', ':']).next().unwrap_or_default()
}

fn receipt(request: &Value) -> &str {
    request["ReceiptHandle"].as_str().unwrap_or_default()
}

fn of<'q>(
    queues: &'q mut BTreeMap<String, Queue>,
    request: &Value,
) -> Result<&'q mut Queue, ApiError> {
    let url = request["QueueUrl"].as_str().unwrap_or_default();
    queues.get_mut(name_of(url)).ok_or_else(missing)
}

fn missing() -> ApiError {
    ApiError::new(
        "AWS.SimpleQueueService.NonExistentQueue",
        "The specified queue does not exist.",
    )
}
