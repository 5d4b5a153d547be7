//! Requests to a parameter.

use super::secret::SetValue;
use super::{BoxFuture, Target};
use crate::error::Result;

/// What a parameter can do. Each method is one request.
pub trait ParameterBackend: Send + Sync {
    /// `NotFound` if there is no such parameter.
    fn get(&self, target: Target) -> BoxFuture<'_, Result<String>>;
    /// Makes a new version of an existing parameter.
    fn set(&self, request: SetValue) -> BoxFuture<'_, Result<()>>;
}
