//! The engine behind sockets: the protocols of AWS's services, Lambda's Runtime API with the processes
//! of functions, and HTTP APIs.

mod aws;
pub(crate) mod body;
pub(crate) mod http_api;
pub mod instances;
pub(crate) mod listen;
mod protocol;
mod runtime_api;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use tokio::net::TcpListener;

use crate::call::{Answer, Call, Caller};
use crate::error::ApiError;

pub use http_api::{HttpBackend, serve_http};
pub use listen::Server;

/// A future in a box.
pub type Later<'f, T> = Pin<Box<dyn Future<Output = T> + Send + 'f>>;

/// What answers the calls of clients.
pub trait Backend: Send + Sync + 'static {
    /// Answers a call; where it invokes a function, when that has ended.
    fn call(&self, caller: Caller, call: Call) -> Later<'_, Result<Answer, ApiError>>;

    /// Whose an access key is.
    fn identity(&self, access_key: &str) -> Option<Identity>;

    /// Milliseconds since 1970 by the clock of the clients, which the expiry of URLs is compared with.
    fn now(&self) -> u64;

    /// Ends when something may have changed since it was called. Receives that wait for messages ask
    /// again then.
    fn changed(&self) -> Later<'_, ()>;
}

/// Whose an access key is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Who calls.
    pub caller: Caller,
    /// The secret access key.
    pub secret: String,
}

/// Serves the APIs of AWS on a socket.
///
/// # Errors
/// If the socket has no address.
pub fn serve(listener: TcpListener, backend: Arc<dyn Backend>) -> std::io::Result<Server> {
    Server::start(listener, aws::Endpoint::new(backend))
}
