//! Errors as the services of AWS give them.

use serde_json::{Map, Value};

/// An error that a call is answered with.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct ApiError {
    /// `ResourceNotFoundException`.
    pub code: String,
    /// For people.
    pub message: String,
    /// HTTP status.
    pub status: u16,
    /// Further members of the answer.
    pub details: Map<String, Value>,
}

impl ApiError {
    /// An error that the caller can do something about: status 400.
    pub fn new(code: &str, message: impl Into<String>) -> ApiError {
        ApiError {
            code: code.to_owned(),
            message: message.into(),
            status: 400,
            details: Map::new(),
        }
    }

    /// A request that the service cannot read.
    pub fn validation(message: impl Into<String>) -> ApiError {
        ApiError::new("ValidationException", message)
    }

    /// The same with another HTTP status.
    #[must_use]
    pub fn with_status(mut self, status: u16) -> ApiError {
        self.status = status;
        self
    }

    /// The same with a further member.
    #[must_use]
    pub fn with(mut self, member: &str, value: impl Into<Value>) -> ApiError {
        self.details.insert(member.to_owned(), value.into());
        self
    }
}
