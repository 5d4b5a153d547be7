//! What every handle knows of its declaration, and how it finds its physical resource.

use std::sync::OnceLock;

use crate::backend::{self, Target};
use crate::error::{Error, ErrorKind, Result};

/// The name of a resource's static, and the physical name once it was looked up.
#[derive(Debug)]
pub(crate) struct Declared {
    name: &'static str,
    physical: OnceLock<&'static str>,
}

impl Declared {
    pub(crate) const fn unnamed() -> Self {
        Self::named("")
    }

    pub(crate) const fn named(name: &'static str) -> Self {
        Declared {
            name,
            physical: OnceLock::new(),
        }
    }

    pub(crate) const fn resource(&self) -> &'static str {
        self.name
    }

    /// The resource, or an error that says what is missing.
    pub(crate) fn target(&self) -> Result<Target> {
        if let Some(physical) = self.physical.get() {
            return Ok(Target {
                resource: self.name,
                physical,
            });
        }
        let physical = lookup(self.name, |variable| std::env::var(variable).ok());
        match physical {
            // A static lives as long as the process, so its name may.
            Ok(physical) => {
                let physical = self
                    .physical
                    .get_or_init(|| Box::leak(physical.into_boxed_str()));
                Ok(Target {
                    resource: self.name,
                    physical,
                })
            }
            Err(_) if !self.name.is_empty() && backend::current().is_some() => Ok(Target {
                resource: self.name,
                physical: self.name,
            }),
            Err(error) => Err(error),
        }
    }

    /// Runs an operation; its error names it and the resource.
    pub(crate) async fn at<R>(
        &self,
        operation: &'static str,
        future: impl Future<Output = Result<R>>,
    ) -> Result<R> {
        future.await.map_err(|error| error.at(operation, self.name))
    }

    pub(crate) fn physical_or_panic(&self) -> &'static str {
        match self.target() {
            Ok(target) => target.physical,
            #[allow(clippy::panic, reason = "documented on `name()` of every handle")]
            Err(error) => panic!("{error}"),
        }
    }
}

fn lookup(name: &str, variable: impl Fn(&str) -> Option<String>) -> Result<String> {
    if name.is_empty() {
        return Err(Error::new(
            ErrorKind::NotConfigured,
            "this resource has no name: declare it as a static with `#[resource]`",
        ));
    }
    let variable_name = format!("IFC_{name}");
    match variable(&variable_name) {
        Some(physical) if !physical.is_empty() => Ok(physical),
        _ => Err(Error::new(
            ErrorKind::NotConfigured,
            format!(
                "the environment variable `{variable_name}` is not set, so the resource `{name}` is not known; \
                 the template sets it for each function that uses `{name}`"
            ),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_variable_is_named() {
        for value in [None, Some(String::new())] {
            let error = lookup("ORDERS", |_| value.clone()).expect_err("not set");
            assert_eq!(error.kind(), ErrorKind::NotConfigured);
            assert!(
                error.message().contains("`IFC_ORDERS`") && error.message().contains("`ORDERS`")
            );
        }
        let error = lookup("", |_| Some("x".into())).expect_err("no name");
        assert!(error.message().contains("#[resource]"));
    }

    #[test]
    fn the_variable_has_the_name_of_the_static() {
        let found = lookup("ORDERS", |name| {
            (name == "IFC_ORDERS").then(|| "orders-dev".into())
        });
        assert_eq!(found.ok().as_deref(), Some("orders-dev"));
    }

    static ABSENT: Declared = Declared::named("NOT_IN_ANY_ENVIRONMENT");

    #[tokio::test]
    async fn a_local_backend_needs_no_environment() {
        assert!(ABSENT.target().is_err());
        let backends = std::sync::Arc::default();
        let target = backend::scope(backends, async { ABSENT.target() }).await;
        assert_eq!(
            target.map(|t| t.physical).ok(),
            Some("NOT_IN_ANY_ENVIRONMENT")
        );
    }
}
