//! Functions as things to invoke, on Lambda.

use std::marker::PhantomData;

use bytes::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::declared::Declared;
use crate::backend::call;
use crate::backend::function::{Invoke, Invoked};
use crate::context;
use crate::correlation;
use crate::error::{Error, ErrorKind, Result};

/// A function that takes `Req` and gives `Res`, on Lambda; the handler with `#[on(NAME)]` implements it.
///
/// ```no_run
/// # use ifc_runtime::prelude::*;
/// # #[derive(Serialize, Deserialize)]
/// # struct Cart;
/// # #[derive(Serialize, Deserialize)]
/// # struct Quote;
/// #[resource]
/// pub static PRICE: Function<Cart, Quote> = Function::new();
///
/// // The handler: `#[on(PRICE)] async fn price(cart: Cart) -> Result<Quote>`.
///
/// async fn quote(cart: Cart) -> Result<Quote> {
///     Ok(PRICE.invoke(&cart).await?)
/// }
/// ```
pub struct Function<Req, Res> {
    pub(super) declared: Declared,
    types: PhantomData<fn(Req) -> Res>,
}

impl<Req, Res> Function<Req, Res> {
    /// The initialiser of a static with `#[resource]`.
    #[allow(clippy::new_without_default, reason = "resources are statics")]
    pub const fn new() -> Self {
        Function {
            declared: Declared::unnamed(),
            types: PhantomData,
        }
    }

    #[doc(hidden)]
    pub const fn __declared(self, name: &'static str) -> Self {
        std::mem::forget(self);
        Function {
            declared: Declared::named(name),
            types: PhantomData,
        }
    }

    /// The ARN of the function, for use with an SDK client. Needs no permission.
    ///
    /// # Panics
    /// If the environment variable `IFC_<NAME>` is not set, which the template does for each function
    /// that uses it.
    pub fn name(&self) -> &'static str {
        self.declared.physical_or_panic()
    }

    fn request(&self, payload: &Req) -> Result<Invoke>
    where
        Req: Serialize,
    {
        let payload =
            serde_json::to_vec(payload).map_err(|e| Error::serialization("the request", e))?;
        if correlation::is_reserved(&payload) {
            return Err(Error::invalid("the key `_ifc` of a request is reserved"));
        }
        let correlation_id = context::with_current(|context| context.correlation_id.clone())
            .filter(|id| !id.is_empty());
        Ok(Invoke {
            target: self.declared.target()?,
            payload: Bytes::from(payload),
            correlation_id,
        })
    }
}

impl<Req: Serialize, Res: DeserializeOwned> Function<Req, Res> {
    /// Invokes the function and waits for its response; at most 6 MB each way. The caller pays for the
    /// time that it waits, and is not retried for.
    ///
    /// Permission: `lambda:InvokeFunction`. Errors:
    /// [`FunctionFailed`](ErrorKind::FunctionFailed) with the function's own message, and the type of its
    /// error as [`code`](Error::code).
    pub async fn invoke(&self, request: &Req) -> Result<Res> {
        let invoke = async {
            match call!(
                function,
                "function",
                FunctionBackend::invoke,
                self.request(request)?
            )? {
                Invoked::Done(response) => serde_json::from_slice(&response)
                    .map_err(|e| Error::serialization("the response", e)),
                Invoked::Failed {
                    error_type,
                    message,
                } => Err(Error::new(ErrorKind::FunctionFailed, message).with_code(error_type)),
            }
        };
        self.declared.at("invoke", invoke).await
    }
}

impl<Req: Serialize, Res> Function<Req, Res> {
    /// Invokes the function without waiting; at most 1 MB. Lambda retries it as the template says, and
    /// then puts the request into the dead-letter queue.
    ///
    /// Permission: `lambda:InvokeFunction`. The correlation id goes along under the key `_ifc` of the
    /// request, which the handler does not see; a request that is no JSON object has no place for it.
    pub async fn send(&self, request: &Req) -> Result<()> {
        let send = async {
            call!(
                function,
                "function",
                FunctionBackend::send,
                self.request(request)?
            )
        };
        self.declared.at("send", send).await
    }
}
