//! Requests to a secret.

use super::{BoxFuture, Target};
use crate::error::Result;

/// Writes the value of a secret or parameter.
#[derive(Clone)]
pub struct SetValue {
    /// Which one.
    pub target: Target,
    /// The new value.
    pub value: String,
}

/// What a secret can do. Each method is one request.
pub trait SecretBackend: Send + Sync {
    /// `NotFound` if there is no value.
    fn get(&self, target: Target) -> BoxFuture<'_, Result<String>>;
    /// Makes a new current version.
    fn set(&self, request: SetValue) -> BoxFuture<'_, Result<()>>;
}
