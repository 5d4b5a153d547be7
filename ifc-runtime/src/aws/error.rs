//! Errors of the SDK to errors of this crate.

use std::error::Error as StdError;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::display::DisplayErrorContext;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use crate::error::{Error, ErrorKind};

/// Any error of an operation.
pub(super) fn from_sdk<E>(error: SdkError<E, HttpResponse>) -> Error
where
    E: ProvideErrorMetadata + StdError + Send + Sync + 'static,
{
    let (kind, message) = match &error {
        SdkError::ServiceError(context) => {
            return from_service(context.err().meta(), context.raw().status().as_u16())
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

fn from_service(meta: &aws_smithy_types::error::ErrorMetadata, status: u16) -> Error {
    let (code, message) = (meta.code(), meta.message());
    let kind = classify(
        code.unwrap_or_default(),
        message.unwrap_or_default(),
        status,
    );
    let text = match (message, kind) {
        (Some(message), _) => message.to_owned(),
        (None, ErrorKind::AccessDenied) => "access denied".to_owned(),
        (None, ErrorKind::NotFound) => "not found".to_owned(),
        (None, _) => format!("the service answered with status {status}"),
    };
    let error =
        Error::new(kind, text).with_request_id(meta.extra("aws_request_id").map(str::to_owned));
    match code {
        Some(code) => error.with_code(code),
        None => error,
    }
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

/// The kind of an error with this code, message and status (0 if there is none).
pub(super) fn classify(code: &str, message: &str, status: u16) -> ErrorKind {
    let code = code.rsplit('.').next().unwrap_or(code);
    let code = code.strip_suffix("Exception").unwrap_or(code);
    match code {
        "ConditionalCheckFailed" | "PreconditionFailed" => ErrorKind::ConditionFailed,
        "ConditionalRequestConflict"
        | "OperationAborted"
        | "ReplicatedWriteConflict"
        | "ResourceConflict"
        | "TransactionConflict"
        | "TransactionInProgress" => ErrorKind::Conflict,
        "NoSuchBucket" | "NoSuchKey" | "NonExistentQueue" | "NotFound" | "ParameterNotFound"
        | "QueueDoesNotExist" | "ResourceNotFound" => ErrorKind::NotFound,
        "AccessDenied"
        | "AuthorizationError"
        | "ExpiredToken"
        | "Forbidden"
        | "IncompleteSignature"
        | "InvalidAccessKeyId"
        | "InvalidClientTokenId"
        | "InvalidSignature"
        | "InvalidToken"
        | "MissingAuthenticationToken"
        | "SignatureDoesNotMatch"
        | "UnrecognizedClient" => ErrorKind::AccessDenied,
        "EC2Throttled"
        | "KMSThrottling"
        | "KmsThrottled"
        | "ProvisionedThroughputExceeded"
        | "RequestLimitExceeded"
        | "RequestThrottled"
        | "SlowDown"
        | "Throttled"
        | "Throttling"
        | "ThrottlingError"
        | "TooManyRequests"
        | "TooManyUpdates" => ErrorKind::Throttled,
        "BatchRequestTooLong"
        | "EntityTooLarge"
        | "ItemCollectionSizeLimitExceeded"
        | "RequestEntityTooLarge"
        | "RequestTooLarge" => ErrorKind::TooLarge,
        "RequestTimeout" => ErrorKind::Timeout,
        "InternalError"
        | "InternalFailure"
        | "InternalServerError"
        | "InternalServiceError"
        | "Service"
        | "ServiceUnavailable" => ErrorKind::Unavailable,
        "IdempotentParameterMismatch"
        | "InvalidArgument"
        | "InvalidMessageContents"
        | "InvalidParameter"
        | "InvalidParameterValue"
        | "InvalidRange"
        | "InvalidRequest"
        | "InvalidRequestContent"
        | "KeyTooLongError"
        | "MissingParameter"
        | "Serialization"
        | "UnsupportedOperation"
        | "Validation"
        | "ValidationError" => {
            if is_about_size(message) {
                ErrorKind::TooLarge
            } else {
                ErrorKind::Invalid
            }
        }
        _ => match status {
            403 => ErrorKind::AccessDenied,
            404 => ErrorKind::NotFound,
            409 => ErrorKind::Conflict,
            412 => ErrorKind::ConditionFailed,
            413 => ErrorKind::TooLarge,
            416 => ErrorKind::Invalid,
            429 => ErrorKind::Throttled,
            500.. => ErrorKind::Unavailable,
            _ => ErrorKind::Other,
        },
    }
}

/// Several services say "invalid" where they mean "too large".
fn is_about_size(message: &str) -> bool {
    let message = message.to_ascii_lowercase();
    [
        "size has exceeded",
        "must be shorter",
        "too long",
        "size exceed",
        "total size",
    ]
    .iter()
    .any(|part| message.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_statuses() {
        for (code, message, status, kind) in [
            (
                "ConditionalCheckFailedException",
                "",
                400,
                ErrorKind::ConditionFailed,
            ),
            ("ConditionalCheckFailed", "", 0, ErrorKind::ConditionFailed),
            ("PreconditionFailed", "", 412, ErrorKind::ConditionFailed),
            ("TransactionConflictException", "", 400, ErrorKind::Conflict),
            (
                "AWS.SimpleQueueService.NonExistentQueue",
                "",
                400,
                ErrorKind::NotFound,
            ),
            ("ResourceNotFoundException", "", 400, ErrorKind::NotFound),
            ("NoSuchKey", "", 404, ErrorKind::NotFound),
            ("AccessDeniedException", "", 400, ErrorKind::AccessDenied),
            ("AuthorizationError", "", 403, ErrorKind::AccessDenied),
            ("", "", 403, ErrorKind::AccessDenied),
            ("", "", 404, ErrorKind::NotFound),
            ("ThrottlingException", "", 400, ErrorKind::Throttled),
            (
                "ProvisionedThroughputExceededException",
                "",
                400,
                ErrorKind::Throttled,
            ),
            ("TooManyRequestsException", "", 429, ErrorKind::Throttled),
            ("ServiceException", "", 500, ErrorKind::Unavailable),
            ("Unheard", "", 503, ErrorKind::Unavailable),
            ("Unheard", "", 400, ErrorKind::Other),
            (
                "ValidationException",
                "Item size has exceeded the maximum",
                400,
                ErrorKind::TooLarge,
            ),
            (
                "InvalidParameterValue",
                "must be shorter than 262144 bytes",
                400,
                ErrorKind::TooLarge,
            ),
            (
                "ValidationException",
                "The provided key element",
                400,
                ErrorKind::Invalid,
            ),
        ] {
            assert_eq!(
                classify(code, message, status),
                kind,
                "{code} {message} {status}"
            );
        }
    }

    #[test]
    fn the_request_id_and_code_are_kept() {
        let meta = aws_smithy_types::error::ErrorMetadata::builder()
            .code("NoSuchKey")
            .custom("aws_request_id", "r-1")
            .build();
        let error = from_service(&meta, 404);
        assert_eq!(error.kind(), ErrorKind::NotFound);
        assert_eq!(
            (error.code(), error.request_id()),
            (Some("NoSuchKey"), Some("r-1"))
        );
        assert_eq!(error.message(), "not found");
    }
}
