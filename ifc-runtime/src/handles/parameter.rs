//! Parameters, on the SSM Parameter Store.

use std::marker::PhantomData;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::cache::Cache;
use super::declared::Declared;
use super::text;
use crate::backend::call;
use crate::backend::secret::SetValue;
use crate::error::{Error, Result};

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
    declared: Declared,
    cache: Cache,
    value: PhantomData<fn() -> T>,
}

impl<T> Parameter<T> {
    /// The initialiser of a static with `#[resource]`.
    #[allow(clippy::new_without_default, reason = "resources are statics")]
    pub const fn new() -> Self {
        Parameter {
            declared: Declared::unnamed(),
            cache: Cache::new(None),
            value: PhantomData,
        }
    }

    #[doc(hidden)]
    pub const fn __declared(self, name: &'static str) -> Self {
        let seconds = self.cache.seconds();
        std::mem::forget(self);
        Parameter {
            declared: Declared::named(name),
            cache: Cache::new(seconds),
            value: PhantomData,
        }
    }

    /// How long the value is kept, after `__declared`.
    #[doc(hidden)]
    pub const fn __cache_seconds(self, seconds: u64) -> Self {
        let name = self.declared.resource();
        std::mem::forget(self);
        Parameter {
            declared: Declared::named(name),
            cache: Cache::new(Some(seconds)),
            value: PhantomData,
        }
    }

    /// The name of the parameter, for use with an SDK client. Needs no permission.
    ///
    /// # Panics
    /// If the environment variable `IFC_<NAME>` is not set, which the template does for each function
    /// that uses the parameter.
    pub fn name(&self) -> &'static str {
        self.declared.physical_or_panic()
    }
}

impl<T: DeserializeOwned> Parameter<T> {
    /// The value.
    ///
    /// Permission: `ssm:GetParameter`. Errors: `NotFound` if there is no such parameter, `Serialization` if the
    /// value is not a `T`, without the value in its text.
    pub async fn get(&self) -> Result<T> {
        let get = async {
            let target = self.declared.target()?;
            if let Some(kept) = self.cache.get() {
                return text::read(&kept, "the parameter");
            }
            let value = call!(parameter, "parameter", ParameterBackend::get, target)?;
            self.cache.keep(&value);
            text::read(&value, "the parameter")
        };
        get.await
            .map_err(|error: Error| error.at("get", self.declared.resource()))
    }
}

impl<T: Serialize> Parameter<T> {
    /// Writes a new value, which holds at once in this process, and within the time of the cache in
    /// others. The parameter keeps its type.
    ///
    /// Permission: `ssm:PutParameter`.
    pub async fn set(&self, value: &T) -> Result<()> {
        let set = async {
            let target = self.declared.target()?;
            let value = text::write(value, "the parameter")?;
            let request = SetValue {
                target,
                value: value.clone(),
            };
            call!(parameter, "parameter", ParameterBackend::set, request)?;
            self.cache.keep(&value);
            Ok(())
        };
        set.await
            .map_err(|error: Error| error.at("set", self.declared.resource()))
    }
}
