//! A call of a service, whatever way it came, and its answer.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A call of one operation.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Call {
    /// The service as IAM's actions name it: `dynamodb`, `sqs`, `sns`, `events`, `scheduler`, `s3`,
    /// `secretsmanager`, `ssm`, `lambda`.
    pub service: String,
    /// `PutItem`.
    pub operation: String,
    /// The members of the request as the service's API reference names them. Bytes are in base64 where
    /// the service speaks JSON.
    pub input: Value,
    /// What is sent beside the members: the content of an object, the payload of an invocation.
    pub body: Vec<u8>,
}

impl Call {
    /// A call without a body.
    pub fn new(service: &str, operation: &str, input: Value) -> Call {
        Call {
            service: service.to_owned(),
            operation: operation.to_owned(),
            input,
            body: Vec::new(),
        }
    }

    /// The same with a body.
    #[must_use]
    pub fn with_body(mut self, body: impl Into<Vec<u8>>) -> Call {
        self.body = body.into();
        self
    }
}

/// The answer to a call.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// The members of the response as the service's API reference names them.
    pub output: Value,
    /// What comes beside them: the content of an object, what a function returned.
    pub body: Vec<u8>,
}

impl From<Value> for Answer {
    fn from(output: Value) -> Answer {
        Answer {
            output,
            body: Vec::new(),
        }
    }
}

/// Who calls.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Caller {
    /// Whoever runs the engine, to whom everything is allowed.
    Root,
    /// A function of the application, with its role.
    Function {
        /// Its name in the manifest.
        name: String,
        /// Request id of the invocation that calls, if it is inside of one.
        invocation: Option<String>,
    },
}
