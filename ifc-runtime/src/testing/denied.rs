//! `assert_denied!`.

use crate::error::{BoxError, Error, ErrorKind};

/// Asserts that a call was denied for want of a permission, and if an action is given, for want of that one.
///
/// ```ignore
/// app.as_function("show", async {
///     assert_denied!(ORDERS.delete("1").await, "dynamodb:DeleteItem");
/// })
/// .await;
/// ```
#[macro_export]
macro_rules! assert_denied {
    ($result:expr $(,)?) => {
        $crate::testing::denied($result, ::core::option::Option::None)
    };
    ($result:expr, $action:expr $(,)?) => {
        $crate::testing::denied($result, ::core::option::Option::Some($action))
    };
}

/// An error in which an [`Error`] may be.
pub trait MaybeDenied: std::fmt::Display {
    /// The error of a resource.
    fn of_resource(&self) -> Option<&Error>;
}

impl MaybeDenied for Error {
    fn of_resource(&self) -> Option<&Error> {
        Some(self)
    }
}

impl MaybeDenied for BoxError {
    fn of_resource(&self) -> Option<&Error> {
        self.downcast_ref()
    }
}

/// What `assert_denied!` calls.
///
/// # Panics
/// If the result is anything else.
#[track_caller]
#[allow(clippy::panic, reason = "an assertion")]
pub fn denied<T, E: MaybeDenied>(result: Result<T, E>, action: Option<&str>) {
    let error = match result {
        Ok(_) => panic!("the call was allowed, and should be denied"),
        Err(error) => error,
    };
    let denied = error
        .of_resource()
        .filter(|error| error.kind() == ErrorKind::AccessDenied);
    let Some(denied) = denied else {
        panic!("the call was not denied, but failed for another reason: {error}");
    };
    if let Some(action) = action {
        assert!(
            denied.message().contains(action),
            "the call was denied, but not for want of `{action}`: {denied}"
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal() -> Error {
        Error::new(ErrorKind::AccessDenied, "no policy allows s3:GetObject")
    }

    #[test]
    fn what_is_denied_is_as_expected() {
        assert_denied!(Err::<(), _>(refusal()));
        assert_denied!(Err::<(), BoxError>(refusal().into()), "s3:GetObject");
    }

    #[test]
    #[should_panic(expected = "was allowed")]
    fn what_is_allowed_is_not_denied() {
        assert_denied!(Ok::<(), Error>(()));
    }

    #[test]
    #[should_panic(expected = "not for want of `s3:PutObject`")]
    fn another_action_is_not_the_expected_one() {
        assert_denied!(Err::<(), _>(refusal()), "s3:PutObject");
    }

    #[test]
    #[should_panic(expected = "for another reason")]
    fn another_failure_is_no_denial() {
        assert_denied!(Err::<(), _>(Error::invalid("wrong")));
    }
}
