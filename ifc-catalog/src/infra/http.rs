//! HTTP APIs.

use serde::{Deserialize, Serialize};

use super::Value;

/// HTTP API.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct HttpApi {
    /// Name.
    pub name: Value,
    /// What browsers on other origins may do; nothing if none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cors: Option<Cors>,
}

/// What browsers on other origins may do.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Cors {
    /// Origins.
    pub origins: Vec<String>,
    /// Methods.
    pub methods: Vec<String>,
    /// Request headers.
    pub headers: Vec<String>,
    /// Response headers that scripts see.
    pub expose: Vec<String>,
    /// Whether cookies are sent.
    pub credentials: bool,
    /// Seconds that browsers remember the answer.
    pub max_age: Option<i64>,
}

/// A function behind an HTTP API.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct HttpIntegration {
    /// Id.
    pub api: Value,
    /// ARN.
    pub function: Value,
}

/// Method and path of an HTTP API.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct HttpRoute {
    /// Id.
    pub api: Value,
    /// `POST /orders/{id}`.
    pub key: String,
    /// Id.
    pub integration: Value,
}

/// Stage of an HTTP API.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct HttpStage {
    /// Id.
    pub api: Value,
    /// ARN of the log group for one line a request.
    pub access_logs: Value,
    /// Requests a second.
    pub rate_limit: Value,
    /// Requests at once.
    pub burst_limit: Value,
}
