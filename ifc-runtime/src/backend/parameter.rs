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

/// The name of a parameter that is known by its ARN: values are read by either, and written by name
/// alone. Names with levels begin with a slash.
#[cfg(any(feature = "parameter", feature = "local"))]
pub(crate) fn own_name(physical: &str) -> &str {
    const BEFORE: &str = ":parameter";
    let is_arn = physical.starts_with("arn:");
    let name = physical
        .find(BEFORE)
        .map(|at| &physical[at + BEFORE.len()..]);
    match name.filter(|name| is_arn && name.starts_with('/')) {
        Some(name) if name[1..].contains('/') => name,
        Some(name) => &name[1..],
        None => physical,
    }
}

#[cfg(all(test, any(feature = "parameter", feature = "local")))]
mod tests {
    use super::own_name;

    #[test]
    fn parameters_are_written_by_name() {
        let arn = "arn:aws:ssm:eu-central-1:111122223333:parameter/shop/rate";
        assert_eq!(own_name(arn), "/shop/rate");
        assert_eq!(
            own_name("arn:aws:ssm:eu-central-1:111122223333:parameter/rate"),
            "rate"
        );
        assert_eq!(own_name("/shop/RATE"), "/shop/RATE");
        assert_eq!(own_name("rate:parameter/x"), "rate:parameter/x");
    }
}
