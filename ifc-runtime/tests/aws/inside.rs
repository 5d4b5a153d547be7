//! What the tests see of the account that they run on, beside the handles.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use ifc_local::http_api::Request;
use ifc_tests::aws::Aws;
use serde_json::{Value, json};

use crate::local::Local;
use crate::setup::{self, Account};

/// The account of this process.
pub(crate) enum Inside {
    /// Over HTTP, with the environment of a function.
    Http(Aws),
    /// An engine in this process, with the variables that a function would have.
    Process {
        account: Local,
        handles: ifc_runtime::local::Local,
        variables: BTreeMap<String, String>,
    },
}

static INSIDE: OnceLock<Inside> = OnceLock::new();

impl Inside {
    /// The account that the environment of this process names.
    pub(crate) fn http() -> Inside {
        let endpoint = std::env::var("AWS_ENDPOINT_URL").unwrap();
        // The local engine speaks plain HTTP.
        let certificate = std::env::var("SSL_CERT_FILE").unwrap_or_default();
        Inside::Http(Aws::connect(&endpoint, Path::new(&certificate)).unwrap())
    }

    /// An engine, which the handles of this process reach from now on. Must be called in a runtime.
    pub(crate) fn process() -> Inside {
        let account = Local::in_process();
        let variables = setup::resources(&account).unwrap();
        let names = variables.iter().filter_map(|(name, value)| {
            let name = name.strip_prefix("IFC_")?;
            Some((name.to_owned(), value.clone()))
        });
        let handles = account.handles(names.collect());
        ifc_runtime::backend::install(handles.backends());
        Inside::Process {
            account,
            handles,
            variables,
        }
    }

    /// Makes this the account of all tests of this process.
    pub(crate) fn install(self) {
        assert!(INSIDE.set(self).is_ok(), "there is one already");
    }

    fn get() -> &'static Inside {
        INSIDE.get().unwrap()
    }

    fn call(&self, service: &str, operation: &str, input: Value) -> Value {
        match self {
            Inside::Http(aws) => aws.call(service, operation, input).unwrap(),
            Inside::Process { account, .. } => account.call(service, operation, input).unwrap(),
        }
    }
}

/// Whether secrets and parameters are kept after they were read. Handles keep nothing that a local
/// backend gave: a read costs nothing there, and statics are shared by tests that have different values.
pub(crate) fn values_are_kept() -> bool {
    matches!(Inside::get(), Inside::Http(_))
}

/// Whether requests have ids: those of a process to itself have none.
pub(crate) fn requests_have_ids() -> bool {
    matches!(Inside::get(), Inside::Http(_))
}

/// A variable of a function's environment.
pub(crate) fn variable(name: &str) -> String {
    match Inside::get() {
        Inside::Http(_) => std::env::var(name).unwrap(),
        Inside::Process { variables, .. } => variables[name].clone(),
    }
}

/// Sends a request to a presigned URL: status and body.
pub(crate) fn open(method: &str, url: &str, body: &str) -> (u16, String) {
    match Inside::get() {
        Inside::Http(aws) => {
            // What is sent is JSON.
            let body = (!body.is_empty()).then(|| serde_json::from_str(body).unwrap());
            let answer = aws.http(method, url, &json!({}), body.as_ref()).unwrap();
            (answer.status, answer.body)
        }
        Inside::Process { handles, .. } => {
            let mut request = Request::new(method, url);
            request.body = body.into();
            let answer = handles.open(&request).unwrap();
            (answer.status, String::from_utf8(answer.body).unwrap())
        }
    }
}

/// A message of a queue.
#[derive(Clone, Debug)]
pub(crate) struct Message(Value);

impl Message {
    pub(crate) fn id(&self) -> &str {
        self.0["MessageId"].as_str().unwrap()
    }

    pub(crate) fn body(&self) -> Value {
        serde_json::from_str(self.0["Body"].as_str().unwrap()).unwrap()
    }

    pub(crate) fn attributes(&self) -> BTreeMap<&str, &str> {
        let attributes = self.0["MessageAttributes"].as_object();
        let attributes = attributes.into_iter().flatten();
        attributes
            .map(|(name, value)| (name.as_str(), value["StringValue"].as_str().unwrap()))
            .collect()
    }

    pub(crate) fn trace_header(&self) -> Option<&str> {
        self.0["Attributes"]["AWSTraceHeader"].as_str()
    }
}

/// Receives and deletes until so many messages have come, for at most ten seconds.
pub(crate) async fn receive(url: &str, count: usize) -> Vec<Message> {
    let inside = Inside::get();
    let (mut messages, end) = (Vec::new(), Instant::now() + Duration::from_secs(10));
    while messages.len() < count && Instant::now() < end {
        let asked = json!({
            "QueueUrl": url,
            "MaxNumberOfMessages": 10,
            "MessageAttributeNames": ["All"],
            "AttributeNames": ["All"],
        });
        let received = inside.call("sqs", "ReceiveMessage", asked);
        let received = received["Messages"].as_array().cloned().unwrap_or_default();
        if received.is_empty() {
            // What is delayed or delivered comes by itself.
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        for message in received {
            let handle = json!({ "QueueUrl": url, "ReceiptHandle": message["ReceiptHandle"] });
            inside.call("sqs", "DeleteMessage", handle);
            messages.push(Message(message));
        }
    }
    assert_eq!(messages.len(), count, "{messages:?}");
    messages
}
