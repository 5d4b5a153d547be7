//! What the command line and the page's buttons do: each is a call as whoever runs the application.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hyper::StatusCode;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::reply::{Problem, Responded};
use super::{Console, arn, json as answer, names, trace_of};
use crate::call::{Answer, Call, Caller};
use crate::http_api::Request;
use crate::parameter::Parameters;

/// Names of the actions.
pub(super) const NAMES: &[&str] = &[
    "invoke", "send", "publish", "put", "redrive", "advance", "http",
];

/// What an action came to. Members that do not apply are left out.
#[derive(Debug, Default, Serialize)]
struct Done {
    /// The `Root` of the trace that it began.
    #[serde(skip_serializing_if = "Option::is_none")]
    trace: Option<String>,
    /// As the service answers.
    #[serde(skip_serializing_if = "Value::is_null")]
    answer: Value,
    /// What a function returned, as JSON; null if nobody waited for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    returned: Option<Value>,
    /// Whether the function failed, and how.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Invoke {
    function: String,
    #[serde(default)]
    event: Value,
    /// Whether nobody waits for the answer, so that the event is tried again where it fails.
    #[serde(default)]
    asynchronous: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Send {
    queue: String,
    body: Value,
    group: Option<String>,
    deduplication: Option<String>,
    /// Seconds.
    delay: Option<u64>,
    #[serde(default)]
    attributes: Map<String, Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Publish {
    topic: Option<String>,
    bus: Option<String>,
    /// To a topic.
    message: Option<Value>,
    subject: Option<String>,
    group: Option<String>,
    deduplication: Option<String>,
    #[serde(default)]
    attributes: Map<String, Value>,
    /// To a bus.
    detail: Option<Value>,
    detail_type: Option<String>,
    source: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Put {
    bucket: Option<String>,
    key: Option<String>,
    /// Text of an object.
    body: Option<Value>,
    /// Bytes of an object.
    base64: Option<String>,
    content_type: Option<String>,
    table: Option<String>,
    /// In plain JSON.
    item: Option<Map<String, Value>>,
    /// The same with DynamoDB's types: `{ "id": { "S": "1" } }`.
    attributes: Option<Map<String, Value>>,
    secret: Option<String>,
    parameter: Option<String>,
    value: Option<Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Redrive {
    queue: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    milliseconds: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Http {
    method: String,
    path: String,
    #[serde(default)]
    headers: Map<String, Value>,
    #[serde(default)]
    body: Value,
}

impl Console {
    /// Does what a request asks for.
    pub(super) async fn act(&self, action: &str, body: &[u8]) -> Result<Responded, Problem> {
        match action {
            "invoke" => self.invoke(read(body)?).await,
            "send" => self.send(read(body)?).await,
            "publish" => self.publish(read(body)?).await,
            "put" => self.put(read(body)?).await,
            "redrive" => {
                let Redrive { queue } = read(body)?;
                Ok(answer(&json!({ "answer": self.redrive(&queue).await? })))
            }
            "advance" => {
                let Advance { milliseconds } = read(body)?;
                let advanced = self.application.advance(milliseconds).await;
                advanced.map_err(|failure| {
                    Problem::new(StatusCode::SERVICE_UNAVAILABLE, failure.to_string())
                })?;
                Ok(answer(
                    &json!({ "answer": { "now": self.application.now() } }),
                ))
            }
            _ => self.http(read(body)?).await,
        }
    }

    /// Makes a call, and says which trace it began.
    pub(super) async fn call(&self, call: Call) -> Result<(Answer, Option<String>), Problem> {
        let (_, from) = self.application.records(u64::MAX);
        let answered = self.application.call(Caller::Root, call.clone()).await?;
        let trace = trace_of::of_call(&self.application, from, &call);
        Ok((answered, trace))
    }

    async fn done(&self, call: Call) -> Result<Responded, Problem> {
        let (answered, trace) = self.call(call).await?;
        Ok(answer(&Done {
            trace,
            answer: answered.output,
            ..Done::default()
        }))
    }

    /// The ARN of a resource.
    pub(super) fn arn(&self, kind: &str, name: &str) -> Result<String, Problem> {
        self.look(|view| arn(view, kind, name).map(str::to_owned))
    }

    async fn invoke(&self, invoke: Invoke) -> Result<Responded, Problem> {
        let name = self.look(|view| {
            let function = view.graph.stand_in(&invoke.function);
            let name = function.unwrap_or(&invoke.function);
            let functions = view.engine.functions();
            match functions.get(name) {
                Some(function) => Ok(function.physical_name.clone()),
                None => {
                    let known: Vec<String> = functions.keys().cloned().collect();
                    Err(Problem::unknown("function", &invoke.function, &known))
                }
            }
        })?;
        let kind = match invoke.asynchronous {
            true => "Event",
            false => "RequestResponse",
        };
        let input = json!({ "FunctionName": name, "InvocationType": kind });
        let payload = match &invoke.event {
            Value::Null => json!({}),
            event => event.clone(),
        };
        let call = Call::new("lambda", "Invoke", input).with_body(payload.to_string());
        let (answered, trace) = self.call(call).await?;
        let text = String::from_utf8_lossy(&answered.body);
        let returned = serde_json::from_str(&text).unwrap_or_else(|_| Value::from(text));
        let has_failed = answered.output.get("FunctionError").is_some();
        let (returned, error) = match (invoke.asynchronous, has_failed) {
            (true, _) => (None, None),
            (false, true) => (None, Some(returned)),
            (false, false) => (Some(returned), None),
        };
        Ok(answer(&Done {
            trace,
            returned,
            error,
            answer: answered.output,
        }))
    }

    async fn send(&self, send: Send) -> Result<Responded, Problem> {
        let queue = self.queue(&send.queue)?;
        let mut input = json!({ "QueueUrl": queue, "MessageBody": text(&send.body) });
        set(&mut input, "MessageGroupId", send.group);
        set(&mut input, "MessageDeduplicationId", send.deduplication);
        set(&mut input, "DelaySeconds", send.delay);
        attributes(&mut input, &send.attributes);
        self.done(Call::new("sqs", "SendMessage", input)).await
    }

    /// The ARN of a queue, also of one for dead letters.
    pub(super) fn queue(&self, name: &str) -> Result<String, Problem> {
        self.look(|view| {
            let known = super::queues(view);
            let arn = view.engine.arn_of(name);
            arn.filter(|_| known.iter().any(|known| known == name))
                .map(str::to_owned)
                .ok_or_else(|| Problem::unknown("queue", name, &known))
        })
    }

    async fn publish(&self, publish: Publish) -> Result<Responded, Problem> {
        match (&publish.topic, &publish.bus) {
            (Some(topic), None) => {
                let Some(message) = &publish.message else {
                    return Err(Problem::bad(
                        "`message` says what is published to the topic",
                    ));
                };
                let arn = self.arn("topic", topic)?;
                let mut input = json!({ "TopicArn": arn, "Message": text(message) });
                set(&mut input, "Subject", publish.subject);
                set(&mut input, "MessageGroupId", publish.group);
                set(&mut input, "MessageDeduplicationId", publish.deduplication);
                attributes(&mut input, &publish.attributes);
                self.done(Call::new("sns", "Publish", input)).await
            }
            (None, Some(bus)) => {
                let (Some(detail), Some(detail_type)) = (&publish.detail, &publish.detail_type)
                else {
                    return Err(Problem::bad(
                        "`detail` and `detail_type` say what is published to the bus",
                    ));
                };
                let arn = self.arn("bus", bus)?;
                let source = publish.source.clone().or_else(|| {
                    let manifest = self.application.manifest();
                    let source = manifest.resources.get(bus)?.details.get("event_source")?;
                    source.as_str().map(str::to_owned)
                });
                let entry = json!({
                    "EventBusName": arn,
                    "Source": source.unwrap_or_else(|| "console".into()),
                    "DetailType": detail_type,
                    "Detail": text(detail),
                });
                let call = Call::new("events", "PutEvents", json!({ "Entries": [entry] }));
                let (answered, trace) = self.call(call).await?;
                // A refused entry is no error of the request.
                if let Some(message) = answered.output["Entries"][0]["ErrorMessage"].as_str() {
                    return Err(Problem::bad(message));
                }
                Ok(answer(&Done {
                    trace,
                    answer: answered.output,
                    ..Done::default()
                }))
            }
            _ => Err(Problem::bad(self.look(|view| {
                format!(
                    "either `topic` or `bus` says where to; topics: {}; buses: {}",
                    listed(&names(view, "topic")),
                    listed(&names(view, "bus"))
                )
            }))),
        }
    }

    async fn put(&self, put: Put) -> Result<Responded, Problem> {
        if let Some(bucket) = &put.bucket {
            let arn = self.arn("bucket", bucket)?;
            let Some(key) = &put.key else {
                return Err(Problem::bad("`key` says which object"));
            };
            let body = match (&put.body, &put.base64) {
                (Some(body), None) => text(body).into_bytes(),
                (None, Some(bytes)) => STANDARD
                    .decode(bytes)
                    .map_err(|error| Problem::bad(format!("`base64` is none: {error}")))?,
                _ => return Err(Problem::bad("either `body` or `base64` is the content")),
            };
            let bucket = arn.rsplit(':').next().unwrap_or_default();
            let mut input = json!({ "Bucket": bucket, "Key": key });
            set(&mut input, "ContentType", put.content_type);
            return self
                .done(Call::new("s3", "PutObject", input).with_body(body))
                .await;
        }
        if let Some(table) = &put.table {
            let arn = self.arn("table", table)?;
            let item: Map<String, Value> = match (put.item, put.attributes) {
                (Some(item), None) => item
                    .iter()
                    .map(|(name, value)| (name.clone(), attribute(value)))
                    .collect(),
                (None, Some(attributes)) => attributes,
                _ => {
                    return Err(Problem::bad(
                        "either `item` is the item, as JSON, or `attributes`, with the types of DynamoDB",
                    ));
                }
            };
            let input = json!({ "TableName": arn, "Item": item });
            return self.done(Call::new("dynamodb", "PutItem", input)).await;
        }
        let (Some(value), true) = (&put.value, put.secret.is_some() || put.parameter.is_some())
        else {
            return Err(Problem::bad(
                "one of `bucket` (with `key` and `body`), `table` (with `item`), `secret` or `parameter` \
                 (with `value`) says where to",
            ));
        };
        if let Some(secret) = &put.secret {
            let arn = self.arn("secret", secret)?;
            let input = json!({ "SecretId": arn, "SecretString": text(value) });
            return self
                .done(Call::new("secretsmanager", "PutSecretValue", input))
                .await;
        }
        let arn = self.arn("parameter", put.parameter.as_deref().unwrap_or_default())?;
        let name = Parameters::name_in(&arn);
        let input = json!({ "Name": name, "Value": text(value), "Overwrite": true });
        self.done(Call::new("ssm", "PutParameter", input)).await
    }

    async fn http(&self, http: Http) -> Result<Responded, Problem> {
        if !http.path.starts_with('/') {
            return Err(Problem::bad("`path` begins with `/`"));
        }
        let (header, root) = trace_of::header(self.application.now());
        let mut request = Request::new(&http.method.to_uppercase(), &http.path);
        let headers = http
            .headers
            .iter()
            .map(|(name, value)| (name.to_lowercase(), text(value)));
        request.headers = headers.collect();
        request.headers.push(("x-amzn-trace-id".into(), header));
        if !http.body.is_null() {
            request.body = text(&http.body).into_bytes();
            if request.header("content-type").is_none() {
                let kind = if http.body.is_string() {
                    "text/plain"
                } else {
                    "application/json"
                };
                request.headers.push(("content-type".into(), kind.into()));
            }
        }
        let response = self.application.http(request).await;
        let body = match String::from_utf8(response.body) {
            Ok(text) => json!({ "body": text }),
            Err(error) => json!({ "base64": STANDARD.encode(error.into_bytes()) }),
        };
        let mut shown = json!({
            "trace": root,
            "status": response.status,
            "headers": response.headers,
        });
        if let (Some(shown), Value::Object(body)) = (shown.as_object_mut(), body) {
            shown.extend(body);
        }
        Ok(answer(&shown))
    }
}

/// What a request asks for.
fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    serde_json::from_slice(body)
        .map_err(|error| Problem::bad(format!("the body is not what this takes: {error}")))
}

/// A text as it is, and anything else as JSON.
pub(super) fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// A value as an attribute of DynamoDB, as the runtime writes it.
fn attribute(value: &Value) -> Value {
    match value {
        Value::Null => json!({ "NULL": true }),
        Value::Bool(value) => json!({ "BOOL": value }),
        Value::Number(number) => json!({ "N": number.to_string() }),
        Value::String(text) => json!({ "S": text }),
        Value::Array(list) => json!({ "L": list.iter().map(attribute).collect::<Vec<_>>() }),
        Value::Object(members) => {
            let members = members.iter();
            let members = members.map(|(name, value)| (name.clone(), attribute(value)));
            json!({ "M": members.collect::<Map<_, _>>() })
        }
    }
}

fn set(input: &mut Value, name: &str, value: Option<impl Into<Value>>) {
    if let Some(value) = value {
        input[name] = value.into();
    }
}

/// Attributes of a message from plain values.
fn attributes(input: &mut Value, attributes: &Map<String, Value>) {
    for (name, value) in attributes {
        let kind = if value.is_number() {
            "Number"
        } else {
            "String"
        };
        input["MessageAttributes"][name.as_str()] =
            json!({ "DataType": kind, "StringValue": text(value) });
    }
}

fn listed(names: &[String]) -> String {
    match names {
        [] => "none".into(),
        names => names.join(", "),
    }
}
