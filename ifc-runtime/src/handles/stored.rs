//! What secrets and parameters share: a value that is text, read once and kept for a while.

use std::future::Future;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::cache::Cache;
use super::declared::Declared;
use super::text;
use crate::backend::Target;
use crate::backend::secret::SetValue;
use crate::error::Result;

pub(super) struct Stored {
    declared: Declared,
    cache: Cache,
    /// As errors call it: `the secret`.
    what: &'static str,
}

impl Stored {
    pub(super) const fn new(name: &'static str, seconds: Option<u64>, what: &'static str) -> Self {
        Stored {
            declared: Declared::named(name),
            cache: Cache::new(seconds),
            what,
        }
    }

    /// The same under another name.
    pub(super) const fn named(&self, name: &'static str) -> Self {
        Stored::new(name, self.cache.seconds(), self.what)
    }

    /// The same, kept for so many seconds.
    pub(super) const fn kept(&self, seconds: u64) -> Self {
        Stored::new(self.declared.resource(), Some(seconds), self.what)
    }

    #[cfg(feature = "local")]
    pub(super) const fn resource(&self) -> &'static str {
        self.declared.resource()
    }

    pub(super) fn name(&self) -> &'static str {
        self.declared.physical_or_panic()
    }

    pub(super) async fn get<T, F>(&self, read: impl FnOnce(Target) -> F) -> Result<T>
    where
        T: DeserializeOwned,
        F: Future<Output = Result<String>>,
    {
        let get = async {
            let target = self.declared.target()?;
            if let Some(kept) = self.cache.get() {
                return text::read(&kept, self.what);
            }
            let value = read(target).await?;
            self.cache.keep(&value);
            text::read(&value, self.what)
        };
        self.declared.at("get", get).await
    }

    pub(super) async fn set<T, F>(&self, value: &T, write: impl FnOnce(SetValue) -> F) -> Result<()>
    where
        T: Serialize,
        F: Future<Output = Result<()>>,
    {
        let set = async {
            let target = self.declared.target()?;
            let value = text::write(value, self.what)?;
            let kept = value.clone();
            write(SetValue { target, value }).await?;
            self.cache.keep(&kept);
            Ok(())
        };
        self.declared.at("set", set).await
    }
}
