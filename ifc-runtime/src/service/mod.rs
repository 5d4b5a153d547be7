//! What the services of AWS are sent and answer, whether over the network or from the local engine in
//! this process.

mod batch;
mod error;
mod function;
mod place;

pub(crate) use batch::outcomes;
pub(crate) use error::{cancelled, classify, error};
pub(crate) use function::{client_context, failed};
