//! Conditions of requests, and the part of an object that they ask for.
//!
//! Source: S3 API Reference, `GetObject`; RFC 9110, "Conditional Requests" and "Range Requests".

use std::ops::Range;

use serde_json::Value;

use super::object::Version;
use super::{no_key, text};
use crate::error::ApiError;
use crate::moment;

/// Whether an entity tag is one of those that a header lists.
fn is_listed(header: &str, etag: &str) -> bool {
    header.split(',').any(|one| {
        let one = one.trim();
        let one = one.strip_prefix("W/").unwrap_or(one);
        one == "*" || one.trim_matches('"') == etag
    })
}

pub(super) fn failed(condition: &str) -> ApiError {
    ApiError::new(
        "PreconditionFailed",
        "At least one of the pre-conditions you specified did not hold",
    )
    .with_status(412)
    .with("Condition", condition)
}

/// The conditions of a read, or of the source of a copy, whose members have a prefix.
pub(super) fn check_read(
    input: &Value,
    prefix: &str,
    etag: &str,
    version: &Version,
) -> Result<(), ApiError> {
    let member = |name: &str| &input[format!("{prefix}{name}")];
    // Dates of HTTP have no milliseconds.
    let modified = version.created / 1000;
    let since = |name: &str| moment::read(member(name)).map(|moment| moment / 1000);
    match member("IfMatch").as_str() {
        Some(wanted) if !is_listed(wanted, etag) => return Err(failed("If-Match")),
        // A date counts only where there is no entity tag.
        Some(_) => {}
        None => {
            if since("IfUnmodifiedSince").is_some_and(|since| modified > since) {
                return Err(failed("If-Unmodified-Since"));
            }
        }
    }
    let not_modified = || match prefix.is_empty() {
        true => ApiError::new("NotModified", "Not Modified").with_status(304),
        false => failed("x-amz-copy-source-If-None-Match"),
    };
    match member("IfNoneMatch").as_str() {
        Some(known) if is_listed(known, etag) => return Err(not_modified()),
        Some(_) => {}
        None => {
            if since("IfModifiedSince").is_some_and(|since| modified <= since) {
                return Err(not_modified());
            }
        }
    }
    Ok(())
}

/// The conditions of a write, on the object that is there.
pub(super) fn check_write(input: &Value, there: Option<&Version>) -> Result<(), ApiError> {
    let object = there.and_then(|version| version.object.as_ref());
    match text(input, "IfNoneMatch") {
        "" => {}
        "*" if object.is_some() => return Err(failed("If-None-Match")),
        "*" => {}
        _ => {
            return Err(ApiError::new(
                "NotImplemented",
                "A header you provided implies functionality that is not implemented",
            )
            .with_status(501)
            .with("Header", "If-None-Match"));
        }
    }
    match (text(input, "IfMatch"), object) {
        ("", _) => Ok(()),
        (_, None) => Err(no_key(text(input, "Key"))),
        (wanted, Some(object)) if is_listed(wanted, &object.etag) => Ok(()),
        _ => Err(failed("If-Match")),
    }
}

/// The part of so many bytes that a request asks for; None for all of them. What cannot be read as a
/// range asks for all, and so do several ranges.
pub(super) fn range(header: &str, size: u64) -> Result<Option<Range<u64>>, ApiError> {
    let Some((start, end)) = header
        .strip_prefix("bytes=")
        .and_then(|range| range.split_once('-'))
    else {
        return Ok(None);
    };
    let unsatisfiable = || {
        ApiError::new("InvalidRange", "The requested range is not satisfiable")
            .with_status(416)
            .with("RangeRequested", header)
            .with("ActualObjectSize", size)
    };
    let part = match (start.trim(), end.trim()) {
        ("", last) => match last.parse::<u64>() {
            Ok(0) => return Err(unsatisfiable()),
            Ok(last) => size.saturating_sub(last)..size,
            Err(_) => return Ok(None),
        },
        (start, "") => match start.parse::<u64>() {
            Ok(start) => start..size,
            Err(_) => return Ok(None),
        },
        (start, end) => match (start.parse::<u64>(), end.parse::<u64>()) {
            (Ok(start), Ok(end)) if start <= end => start..size.min(end.saturating_add(1)),
            _ => return Ok(None),
        },
    };
    match part.start < part.end {
        true => Ok(Some(part)),
        false => Err(unsatisfiable()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges() {
        for (header, expected) in [
            ("bytes=0-4", Some(0..5)),
            ("bytes=5-", Some(5..10)),
            ("bytes=-3", Some(7..10)),
            ("bytes=-99", Some(0..10)),
            ("bytes=9-99", Some(9..10)),
            ("bytes=0-18446744073709551615", Some(0..10)),
            ("bytes=4-2", None),
            ("bytes=0-1,3-4", None),
            ("lines=0-1", None),
            ("", None),
        ] {
            assert_eq!(range(header, 10), Ok(expected), "{header}");
        }
        for header in ["bytes=10-", "bytes=10-11", "bytes=-0"] {
            let error = range(header, 10).expect_err(header);
            assert_eq!((error.code.as_str(), error.status), ("InvalidRange", 416));
        }
    }
}
