//! Secrets, on Secrets Manager.

use std::marker::PhantomData;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::stored::Stored;
use crate::backend::call;
use crate::error::Result;

/// A secret of type `T`, on Secrets Manager.
///
/// ```no_run
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/docs/shop.rs"));
/// # async fn example() -> Result<()> {
/// #[resource]
/// pub static STRIPE_KEY: Secret<String> = Secret::new();
///
/// let key = STRIPE_KEY.get().await?;
/// # Ok(())
/// # }
/// # fn main() {}
/// ```
///
/// A `String` (or a newtype of it) is the text as it is; any other type is JSON. At most 64 KiB. The
/// value is read once and kept for five minutes, or for as many seconds as the environment variable
/// `IFC_CACHE_SECONDS` says; 0 reads it each time.
pub struct Secret<T> {
    pub(super) stored: Stored,
    value: PhantomData<fn() -> T>,
}

impl<T> Secret<T> {
    /// The initialiser of a static with `#[resource]`.
    #[allow(clippy::new_without_default, reason = "resources are statics")]
    pub const fn new() -> Self {
        Secret::of(Stored::new("", None, "the secret"))
    }

    #[doc(hidden)]
    pub const fn __declared(self, name: &'static str) -> Self {
        let stored = self.stored.named(name);
        std::mem::forget(self);
        Secret::of(stored)
    }

    /// How long the value is kept, after `__declared`.
    #[doc(hidden)]
    pub const fn __cache_seconds(self, seconds: u64) -> Self {
        let stored = self.stored.kept(seconds);
        std::mem::forget(self);
        Secret::of(stored)
    }

    const fn of(stored: Stored) -> Self {
        Secret {
            stored,
            value: PhantomData,
        }
    }

    /// The ARN of the secret, for use with an SDK client. Needs no permission.
    ///
    /// # Panics
    /// If the environment variable `IFC_<NAME>` is not set, which the template does for each function
    /// that uses the secret.
    pub fn name(&self) -> &'static str {
        self.stored.name()
    }
}

impl<T: DeserializeOwned> Secret<T> {
    /// The value.
    ///
    /// Permission: `secretsmanager:GetSecretValue`. Errors: `NotFound` if the secret has no value yet, `Serialization` if the
    /// value is not a `T`, without the value in its text.
    pub async fn get(&self) -> Result<T> {
        self.stored
            .get(|target| async move { call!(secret, "secret", SecretBackend::get, target) })
            .await
    }
}

impl<T: Serialize> Secret<T> {
    /// Writes a new version, which is the current one at once in this process, and within the time of
    /// the cache in others.
    ///
    /// Permission: `secretsmanager:PutSecretValue`.
    pub async fn set(&self, value: &T) -> Result<()> {
        self.stored
            .set(value, |request| async move {
                call!(secret, "secret", SecretBackend::set, request)
            })
            .await
    }
}
