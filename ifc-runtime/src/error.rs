//! The error of every operation on a resource.

use std::error::Error as StdError;
use std::fmt;

/// The result of an operation on a resource.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Whatever made a handler fail: any error type, also a plain message.
///
/// This is the error of [`HandlerResult`], so that `?` works on the errors of any library.
pub type BoxError = Box<dyn StdError + Send + Sync + 'static>;

/// What handlers return: `Ok` acknowledges the event, `Err` means that it is retried.
pub type HandlerResult<T = (), E = BoxError> = std::result::Result<T, E>;

/// What went wrong, independent of the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A condition of a write does not hold; nothing was written.
    ConditionFailed,
    /// The thing that the operation names does not exist: the item, object, parameter or resource.
    NotFound,
    /// The role of the function does not allow the operation, or the credentials are not valid.
    AccessDenied,
    /// The service refuses for now because of the rate; the SDK's own retries are used up.
    Throttled,
    /// The payload is above the limit of the service.
    TooLarge,
    /// The request can never work as it is: a wrong key, an expression error, a bad cursor.
    Invalid,
    /// Another write to the same item is in progress.
    Conflict,
    /// Some entries of a batch failed: see [`Error::failures`].
    PartialFailure,
    /// The transaction was not committed: see [`Error::failures`] for the reason of each operation.
    TransactionCancelled,
    /// The invoked function failed: see [`Error::code`] for the type of its error.
    FunctionFailed,
    /// A value could not be written as JSON or as an item, or could not be read back.
    Serialization,
    /// The program does not know its resource: the environment variable is missing, the static has
    /// no `#[resource]`, or the service's feature is off.
    NotConfigured,
    /// No answer in time.
    Timeout,
    /// The service has a problem, or cannot be reached.
    Unavailable,
    /// Anything else: see [`Error::code`].
    Other,
}

/// One failed entry of a batch or one reason of a cancelled transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Position of the entry in what the caller passed, from 0.
    pub index: usize,
    /// What went wrong with this entry.
    pub kind: ErrorKind,
    /// The code of the service, such as `ConditionalCheckFailed` or `InternalError`.
    pub code: String,
    /// The message of the service; may be empty.
    pub message: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "entry {}: {}", self.index, self.code)?;
        if self.message.is_empty() {
            Ok(())
        } else {
            write!(f, " ({})", self.message)
        }
    }
}

/// The error of an operation on a resource: what kind, which operation, on which resource, and why.
///
/// ```
/// use ifc_runtime::{Error, ErrorKind};
///
/// fn is_duplicate(error: &Error) -> bool {
///     error.kind() == ErrorKind::ConditionFailed
/// }
/// ```
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    operation: &'static str,
    resource: String,
    code: Option<String>,
    message: String,
    failures: Vec<Failure>,
    request_id: Option<String>,
    source: Option<BoxError>,
}

impl Error {
    /// A new error. Backends make errors; the handles fill in operation and resource.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Error(Box::new(Inner {
            kind,
            operation: "",
            resource: String::new(),
            code: None,
            message: message.into(),
            failures: Vec::new(),
            request_id: None,
            source: None,
        }))
    }

    /// The kind of error.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The method of the handle, such as `put`; empty when the error is about no operation.
    pub fn operation(&self) -> &'static str {
        self.0.operation
    }

    /// The name of the resource's static, such as `ORDERS`; empty when it is about no resource.
    pub fn resource(&self) -> &str {
        &self.0.resource
    }

    /// The code of the service, such as `ProvisionedThroughputExceededException`, or the type of the
    /// error that an invoked function returned.
    pub fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// The message of the service or of this crate, without operation and resource.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The entries of a batch that failed, or the reasons why a transaction was cancelled.
    pub fn failures(&self) -> &[Failure] {
        &self.0.failures
    }

    /// The request id of the service, for a support case.
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// Whether the same call may succeed later without a change.
    ///
    /// The SDK has already retried these; a handler that returns such an error leaves further
    /// retries to its trigger.
    pub fn is_retryable(&self) -> bool {
        match self.0.kind {
            ErrorKind::Throttled
            | ErrorKind::Conflict
            | ErrorKind::Timeout
            | ErrorKind::Unavailable => true,
            ErrorKind::PartialFailure | ErrorKind::TransactionCancelled => {
                self.0.failures.iter().all(|failure| {
                    matches!(
                        failure.kind,
                        ErrorKind::Throttled
                            | ErrorKind::Conflict
                            | ErrorKind::Timeout
                            | ErrorKind::Unavailable
                    )
                })
            }
            _ => false,
        }
    }

    /// The same error with the code of the service.
    pub fn with_code(mut self, code: impl Into<String>) -> Self {
        self.0.code = Some(code.into());
        self
    }

    /// The same error with the failed entries.
    pub fn with_failures(mut self, failures: Vec<Failure>) -> Self {
        self.0.failures = failures;
        self
    }

    /// The same error with the request id of the service.
    pub fn with_request_id(mut self, request_id: Option<String>) -> Self {
        self.0.request_id = request_id;
        self
    }

    /// The same error with what caused it.
    pub fn with_source(mut self, source: impl Into<BoxError>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// The same error with its operation and resource, unless it has them already.
    pub(crate) fn at(mut self, operation: &'static str, resource: &str) -> Self {
        if self.0.operation.is_empty() {
            self.0.operation = operation;
            self.0.resource = resource.to_owned();
        }
        self
    }

    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Error::new(ErrorKind::Invalid, message)
    }

    pub(crate) fn serialization(what: &str, source: impl Into<BoxError>) -> Self {
        let source = source.into();
        Error::new(ErrorKind::Serialization, format!("{what}: {source}")).with_source(source)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        match (inner.operation.is_empty(), inner.resource.is_empty()) {
            (false, false) => write!(f, "`{}` on `{}`: ", inner.operation, inner.resource)?,
            (false, true) => write!(f, "`{}`: ", inner.operation)?,
            (true, _) => {}
        }
        f.write_str(&inner.message)?;
        if let Some(code) = &inner.code {
            write!(f, " [{code}]")?;
        }
        for failure in inner.failures.iter().take(3) {
            write!(f, "; {failure}")?;
        }
        if inner.failures.len() > 3 {
            write!(f, "; and {} more", inner.failures.len() - 3)?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        f.debug_struct("Error")
            .field("kind", &inner.kind)
            .field("operation", &inner.operation)
            .field("resource", &inner.resource)
            .field("code", &inner.code)
            .field("message", &inner.message)
            .field("failures", &inner.failures)
            .field("request_id", &inner.request_id)
            .field("source", &inner.source)
            .finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0
            .source
            .as_deref()
            .map(|source| source as &(dyn StdError + 'static))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(index: usize, kind: ErrorKind) -> Failure {
        Failure {
            index,
            kind,
            code: "Code".into(),
            message: String::new(),
        }
    }

    #[test]
    fn display_names_operation_resource_code_and_entries() {
        let error = Error::new(ErrorKind::PartialFailure, "4 of 9 messages were not sent")
            .with_code("X")
            .with_failures((0..4).map(|i| failure(i, ErrorKind::Throttled)).collect())
            .at("send_many", "SHIPMENTS");
        assert_eq!(
            error.to_string(),
            "`send_many` on `SHIPMENTS`: 4 of 9 messages were not sent [X]; entry 0: Code; entry 1: Code; \
             entry 2: Code; and 1 more"
        );
    }

    #[test]
    fn the_first_place_is_kept() {
        let error = Error::invalid("no").at("put", "A").at("commit", "B");
        assert_eq!((error.operation(), error.resource()), ("put", "A"));
    }

    #[test]
    fn a_partial_failure_is_retryable_only_if_all_entries_are() {
        let partial = |kinds: &[ErrorKind]| {
            Error::new(ErrorKind::PartialFailure, "")
                .with_failures(kinds.iter().map(|&kind| failure(0, kind)).collect())
                .is_retryable()
        };
        assert!(partial(&[ErrorKind::Throttled, ErrorKind::Unavailable]));
        assert!(!partial(&[ErrorKind::Throttled, ErrorKind::Invalid]));
        assert!(!Error::invalid("").is_retryable());
    }
}
