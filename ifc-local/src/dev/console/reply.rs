//! Responses: JSON, errors in words, and what every response says to browsers.

use std::convert::Infallible;

use bytes::Bytes;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full};
use hyper::header::{self, HeaderName, HeaderValue};
use hyper::{Response, StatusCode};
use serde::Serialize;
use serde_json::json;

use crate::error::ApiError;

/// The body of a response.
pub type Body = UnsyncBoxBody<Bytes, Infallible>;
/// A response.
pub type Responded = Response<Body>;

/// Nothing comes from elsewhere, and nobody frames the page.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
                      connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/// What is in a bucket is not part of the page, even if it is a page itself.
const FOREIGN: &str = "default-src 'none'; sandbox; frame-ancestors 'none'";

/// Why a request is not answered with what it asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Problem {
    status: StatusCode,
    /// As AWS calls it, if AWS's service said it.
    code: Option<String>,
    sentence: String,
    allow: Option<&'static str>,
}

impl Problem {
    pub(super) fn new(status: StatusCode, sentence: String) -> Problem {
        Problem {
            status,
            code: None,
            sentence,
            allow: None,
        }
    }

    pub(super) fn bad(sentence: impl Into<String>) -> Problem {
        Problem::new(StatusCode::BAD_REQUEST, sentence.into())
    }

    pub(super) fn missing(sentence: String) -> Problem {
        Problem::new(StatusCode::NOT_FOUND, sentence)
    }

    /// There is nothing with that name, but there are others.
    pub(super) fn unknown(kind: &str, name: &str, known: &[String]) -> Problem {
        let known = match known {
            [] => format!("the application has no {kind}"),
            known => format!("there are {}", known.join(", ")),
        };
        Problem::missing(format!("there is no {kind} `{name}`: {known}"))
    }

    pub(super) fn method(allow: &'static str) -> Problem {
        Problem {
            allow: Some(allow),
            ..Problem::new(
                StatusCode::METHOD_NOT_ALLOWED,
                format!("this takes {allow}"),
            )
        }
    }

    pub(super) fn into_response(self) -> Responded {
        let mut body = json!({ "error": self.sentence });
        if let Some(code) = self.code {
            body["code"] = code.into();
        }
        let mut response = self::json(self.status, &body);
        if let Some(allow) = self.allow {
            set(&mut response, header::ALLOW, allow);
        }
        response
    }
}

impl From<ApiError> for Problem {
    fn from(error: ApiError) -> Problem {
        let status = StatusCode::from_u16(error.status).unwrap_or(StatusCode::BAD_REQUEST);
        Problem {
            code: Some(error.code),
            ..Problem::new(status, error.message)
        }
    }
}

/// A response with a body.
pub(super) fn response(status: StatusCode, kind: &str, body: Body) -> Responded {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    set(&mut response, header::CONTENT_TYPE, kind);
    set(&mut response, header::CONTENT_SECURITY_POLICY, POLICY);
    set(&mut response, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(&mut response, header::REFERRER_POLICY, "no-referrer");
    set(&mut response, header::CACHE_CONTROL, "no-store");
    let name = HeaderName::from_static("cross-origin-resource-policy");
    set(&mut response, name, "same-origin");
    response
}

/// A response whose body is there as a whole.
pub(super) fn full(status: StatusCode, kind: &str, body: impl Into<Bytes>) -> Responded {
    response(status, kind, Full::new(body.into()).boxed_unsync())
}

/// A value as JSON.
pub(super) fn json(status: StatusCode, value: &impl Serialize) -> Responded {
    match serde_json::to_vec(value) {
        Ok(bytes) => full(status, "application/json", bytes),
        // Views are plain data, so that this is a mistake of theirs.
        Err(error) => full(
            StatusCode::INTERNAL_SERVER_ERROR,
            "application/json",
            json!({ "error": error.to_string() }).to_string(),
        ),
    }
}

pub(super) fn redirect(to: &str) -> Responded {
    let mut response = full(StatusCode::PERMANENT_REDIRECT, "text/plain", "");
    set(&mut response, header::LOCATION, to);
    response
}

/// The content of an object.
pub(super) fn object(kind: Option<&str>, content: Vec<u8>) -> Responded {
    let kind = kind.unwrap_or("application/octet-stream");
    let mut response = full(StatusCode::OK, kind, content);
    set(&mut response, header::CONTENT_SECURITY_POLICY, FOREIGN);
    response
}

/// Sets a header, if its value is one.
pub(super) fn set(response: &mut Responded, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}
