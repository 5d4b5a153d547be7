//! Codes and statuses of services to errors of this crate.

use super::place;
use crate::error::{Error, ErrorKind, Failure};

/// The error for what a service answered with this status, 0 if there is none.
pub(crate) fn error(code: Option<&str>, message: Option<&str>, status: u16) -> Error {
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
    let text = match kind {
        ErrorKind::AccessDenied => place::named(text),
        _ => text,
    };
    let error = Error::new(kind, text);
    match code {
        Some(code) => error.with_code(code),
        None => error,
    }
}

/// The error of a transaction that was cancelled, from the code and message for each of its operations;
/// `names` are the resources of the operations.
pub(crate) fn cancelled<'a>(
    reasons: impl Iterator<Item = (Option<&'a str>, Option<&'a str>)>,
    names: &[&str],
) -> Error {
    let failures: Vec<Failure> = reasons
        .enumerate()
        .filter_map(|(index, (code, message))| {
            let code = code.filter(|code| *code != "None")?;
            let message = message.unwrap_or_default();
            let table = names.get(index).copied().unwrap_or_default();
            Some(Failure {
                index,
                kind: classify(code, message, 0),
                code: code.to_owned(),
                message: format!("`{table}`: {message}"),
            })
        })
        .collect();
    let text = format!(
        "{} of {} operations prevented it",
        failures.len(),
        names.len()
    );
    Error::new(ErrorKind::TransactionCancelled, text).with_failures(failures)
}

/// The kind of an error with this code, message and status (0 if there is none).
pub(crate) fn classify(code: &str, message: &str, status: u16) -> ErrorKind {
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
    fn what_the_service_left_out_is_said() {
        let error = error(Some("NoSuchKey"), None, 404);
        assert_eq!(error.kind(), ErrorKind::NotFound);
        assert_eq!(
            (error.code(), error.message()),
            (Some("NoSuchKey"), "not found")
        );
    }

    #[test]
    fn reasons_of_a_cancelled_transaction() {
        let reasons = ["None", "ConditionalCheckFailed", "TransactionConflict"];
        let error = cancelled(
            reasons.iter().map(|code| (Some(*code), Some("m"))),
            &["A", "B", "C"],
        );
        let kinds: Vec<_> = error.failures().iter().map(|f| (f.index, f.kind)).collect();
        assert_eq!(
            kinds,
            [(1, ErrorKind::ConditionFailed), (2, ErrorKind::Conflict)]
        );
        assert_eq!(error.failures()[0].message, "`B`: m");
        assert!(!error.is_retryable());
    }
}
