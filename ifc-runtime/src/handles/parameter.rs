//! Parameters, on the SSM Parameter Store.

use std::marker::PhantomData;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::stored::Stored;
use crate::backend::call;
use crate::error::Result;

/// A parameter of type `T`, in the SSM Parameter Store.
///
/// ```no_run
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/docs/shop.rs"));
/// # async fn example() -> Result<()> {
/// #[resource]
/// pub static FEE_CENTS: Parameter<u64> = Parameter::new();
///
/// let fee = FEE_CENTS.get().await?;
/// # Ok(())
/// # }
/// # fn main() {}
/// ```
///
/// A `String` (or a newtype of it) is the text as it is; any other type is JSON. At most 4 KB. The
/// value is read once and kept for five minutes, or for as many seconds as the environment variable
/// `IFC_CACHE_SECONDS` says; 0 reads it each time.
pub struct Parameter<T> {
    pub(super) stored: Stored,
    value: PhantomData<fn() -> T>,
}

impl<T> Parameter<T> {
    /// The initialiser of a static with `#[resource]`.
    #[allow(clippy::new_without_default, reason = "resources are statics")]
    pub const fn new() -> Self {
        Parameter::of(Stored::new("", None, "the parameter"))
    }

    #[doc(hidden)]
    pub const fn __declared(self, name: &'static str) -> Self {
        let stored = self.stored.named(name);
        std::mem::forget(self);
        Parameter::of(stored)
    }

    /// How long the value is kept, after `__declared`.
    #[doc(hidden)]
    pub const fn __cache_seconds(self, seconds: u64) -> Self {
        let stored = self.stored.kept(seconds);
        std::mem::forget(self);
        Parameter::of(stored)
    }

    const fn of(stored: Stored) -> Self {
        Parameter {
            stored,
            value: PhantomData,
        }
    }

    /// The name of the parameter, for use with an SDK client. Needs no permission.
    ///
    /// # Panics
    /// If the environment variable `IFC_<NAME>` is not set, which the template does for each function
    /// that uses the parameter.
    pub fn name(&self) -> &'static str {
        self.stored.name()
    }
}

impl<T: DeserializeOwned> Parameter<T> {
    /// The value.
    ///
    /// Permission: `ssm:GetParameter`. Errors: `NotFound` if there is no such parameter, `Serialization` if the
    /// value is not a `T`, without the value in its text.
    pub async fn get(&self) -> Result<T> {
        self.stored
            .get(|target| async move { call!(parameter, "parameter", ParameterBackend::get, target) })
            .await
    }
}

impl<T: Serialize> Parameter<T> {
    /// Writes a new value, which holds at once in this process, and within the time of the cache in
    /// others. The parameter keeps its type.
    ///
    /// Permission: `ssm:PutParameter`.
    pub async fn set(&self, value: &T) -> Result<()> {
        self.stored
            .set(value, |request| async move {
                call!(parameter, "parameter", ParameterBackend::set, request)
            })
            .await
    }
}
