//! The public APIs of AWS through botocore, one call at a time.

use std::fmt;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result, anyhow};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// A client with credentials. Clones share one connection.
#[derive(Clone)]
pub struct Aws {
    bridge: Arc<Mutex<Bridge>>,
    endpoint: String,
    credentials: Credentials,
}

/// Access keys.
#[derive(Clone, Debug, Serialize)]
pub struct Credentials {
    /// Access key id.
    pub key: String,
    /// Secret access key.
    pub secret: String,
    /// Session token.
    pub token: Option<String>,
}

/// What AWS answers instead of a result. Without a code the request did not reach it.
#[derive(Clone, Debug, Deserialize)]
pub struct AwsError {
    /// `AccessDeniedException`.
    pub code: String,
    /// In words.
    pub message: String,
    /// HTTP status, 0 without one.
    pub status: u16,
}

/// The answer to a plain HTTP request.
#[derive(Clone, Debug, Deserialize)]
pub struct HttpResponse {
    /// 200.
    pub status: u16,
    /// Header values by lower-case name.
    pub headers: std::collections::BTreeMap<String, String>,
    /// As text.
    pub body: String,
}

impl Aws {
    /// Connects with an emulator as its root user, over TLS with the certificate in a file.
    pub fn connect(endpoint: &str, certificate: &Path) -> Result<Aws> {
        let python = crate::tools::MINISTACK.program("python")?;
        let mut child = Command::new(python)
            .arg(crate::script("aws.py"))
            .arg(endpoint)
            .arg(certificate)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let requests = child.stdin.take().context("no standard input")?;
        let replies = BufReader::new(child.stdout.take().context("no standard output")?);
        let bridge = Bridge {
            child,
            requests: Some(requests),
            replies,
        };
        Ok(Aws {
            bridge: Arc::new(Mutex::new(bridge)),
            endpoint: endpoint.to_owned(),
            credentials: Credentials {
                key: "test".into(),
                secret: "test".into(),
                token: None,
            },
        })
    }

    /// Where the emulator listens.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// The same connection with other credentials.
    pub fn with(&self, credentials: Credentials) -> Aws {
        Aws {
            credentials,
            ..self.clone()
        }
    }

    /// Calls an operation by its API name: `call("sqs", "SendMessage", ..)`. The parameter value
    /// `{"$file": path}` stands for a file's bytes.
    pub fn call(
        &self,
        service: &str,
        operation: &str,
        parameters: Value,
    ) -> Result<Value, AwsError> {
        self.request(&json!({
            "service": service,
            "operation": operation,
            "parameters": parameters,
            "credentials": self.credentials,
        }))
    }

    /// Sends a request to an HTTP API by its id.
    pub fn http_api(
        &self,
        api: &str,
        method: &str,
        path: &str,
        body: Option<&Value>,
    ) -> Result<HttpResponse> {
        let port = self.endpoint.rsplit(':').next().unwrap_or_default();
        let host = format!("{api}.execute-api.localhost:{port}");
        let url = format!("{}{path}", self.endpoint);
        self.http(
            method,
            &url,
            &json!({ "host": host, "content-type": "application/json" }),
            body,
        )
    }

    /// Sends a plain HTTP request.
    pub fn http(
        &self,
        method: &str,
        url: &str,
        headers: &Value,
        body: Option<&Value>,
    ) -> Result<HttpResponse> {
        let reply = self.request(&json!({
            "method": method,
            "url": url,
            "headers": headers,
            "body": body.map(Value::to_string),
        }))?;
        Ok(serde_json::from_value(reply)?)
    }

    fn request(&self, request: &Value) -> Result<Value, AwsError> {
        let mut bridge = self.bridge.lock().unwrap_or_else(PoisonError::into_inner);
        let reply = bridge.exchange(request).map_err(|error| AwsError {
            code: String::new(),
            message: format!("{error:#}"),
            status: 0,
        })?;
        match reply {
            Reply::Ok(value) => Ok(value),
            Reply::Error(error) => Err(error),
        }
    }
}

impl AwsError {
    /// Whether IAM refused the call.
    pub fn is_denied(&self) -> bool {
        self.code.contains("AccessDenied")
            || self.code.contains("AuthorizationError")
            || matches!(self.code.as_str(), "403" | "Forbidden")
    }
}

impl fmt::Display for AwsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.status, self.code, self.message)
    }
}

impl std::error::Error for AwsError {}

struct Bridge {
    child: Child,
    requests: Option<ChildStdin>,
    replies: BufReader<ChildStdout>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Reply {
    Ok(Value),
    Error(AwsError),
}

impl Bridge {
    fn exchange(&mut self, request: &Value) -> Result<Reply> {
        let requests = self.requests.as_mut().ok_or_else(|| anyhow!("closed"))?;
        writeln!(requests, "{request}")?;
        requests.flush()?;
        let mut line = String::new();
        if self.replies.read_line(&mut line)? == 0 {
            return Err(anyhow!("the client ended: {:?}", self.child.try_wait()?));
        }
        Ok(serde_json::from_str(&line)?)
    }
}

impl Drop for Bridge {
    fn drop(&mut self) {
        drop(self.requests.take());
        let _ = self.child.wait();
    }
}
