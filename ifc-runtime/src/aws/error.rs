//! Errors of the SDK to errors of this crate.

use std::error::Error as StdError;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::display::DisplayErrorContext;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use crate::error::{Error, ErrorKind};
use crate::service;

/// Any error of an operation.
pub(super) fn from_sdk<E>(error: SdkError<E, HttpResponse>) -> Error
where
    E: ProvideErrorMetadata + StdError + Send + Sync + 'static,
{
    let (kind, message) = match &error {
        SdkError::ServiceError(context) => {
            let (meta, status) = (context.err().meta(), context.raw().status().as_u16());
            return service::error(meta.code(), meta.message(), status)
                .with_request_id(meta.extra("aws_request_id").map(str::to_owned))
                .with_source(error);
        }
        SdkError::TimeoutError(_) => (ErrorKind::Timeout, "no answer in time".to_owned()),
        SdkError::DispatchFailure(failure) => {
            let kind = if failure.is_timeout() {
                ErrorKind::Timeout
            } else if failure.is_io() {
                ErrorKind::Unavailable
            } else {
                // Mostly credentials or a region that cannot be found.
                ErrorKind::Other
            };
            (
                kind,
                format!("the request was not sent: {}", DisplayErrorContext(&error)),
            )
        }
        SdkError::ResponseError(_) => (
            ErrorKind::Unavailable,
            format!("the answer cannot be read: {}", DisplayErrorContext(&error)),
        ),
        _ => (
            ErrorKind::Invalid,
            format!("{}", DisplayErrorContext(&error)),
        ),
    };
    Error::new(kind, message).with_source(error)
}

/// A request that the SDK's builders refuse.
#[cfg(any(
    feature = "bucket",
    feature = "queue",
    feature = "table",
    feature = "topic"
))]
pub(super) fn from_build(error: impl StdError) -> Error {
    Error::new(ErrorKind::Invalid, error.to_string())
}
