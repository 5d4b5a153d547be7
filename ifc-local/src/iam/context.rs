//! A request: who wants to do what to which resource, and what else is known.

use std::collections::BTreeMap;

/// Values of condition keys. Keys are compared without regard to case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Context(BTreeMap<String, Vec<String>>);

impl Context {
    /// Sets a key to one value.
    pub fn set(&mut self, key: &str, value: impl Into<String>) {
        self.set_all(key, [value.into()]);
    }

    /// Sets a key to several values.
    pub fn set_all(&mut self, key: &str, values: impl IntoIterator<Item = String>) {
        let values = values.into_iter().collect();
        self.0.insert(key.to_ascii_lowercase(), values);
    }

    /// The values of a key; `None` if the request has no such key.
    pub fn get(&self, key: &str) -> Option<&[String]> {
        self.0.get(&key.to_ascii_lowercase()).map(Vec::as_slice)
    }
}

/// A request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// ARN of the role or user, or a service such as `events.amazonaws.com`.
    pub principal: String,
    /// `dynamodb:PutItem`.
    pub action: String,
    /// ARN, or `*` for actions without a resource.
    pub resource: String,
    /// Condition keys.
    pub context: Context,
}

impl Request {
    /// A request without condition keys.
    pub fn new(
        principal: impl Into<String>,
        action: impl Into<String>,
        resource: impl Into<String>,
    ) -> Request {
        Request {
            principal: principal.into(),
            action: action.into(),
            resource: resource.into(),
            context: Context::default(),
        }
    }

    /// The same with a condition key.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<String>) -> Request {
        self.context.set(key, value);
        self
    }
}
