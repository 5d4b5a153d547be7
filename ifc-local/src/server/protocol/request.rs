//! A request with its body.

use bytes::Bytes;
use hyper::http::request::Parts;
use hyper::{HeaderMap, Method};

use crate::percent;

/// A request.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) method: Method,
    /// Path as it was sent.
    pub(crate) path: String,
    /// Query as it was sent.
    pub(crate) query: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Request {
    /// A request whose body is still to come.
    pub(crate) fn new(parts: Parts) -> Request {
        Request {
            method: parts.method,
            path: parts.uri.path().to_owned(),
            query: parts.uri.query().unwrap_or_default().to_owned(),
            headers: parts.headers,
            body: Bytes::new(),
        }
    }

    /// The value of a header, if it is text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Names and values of the query, decoded.
    pub(crate) fn parameters(&self) -> Vec<(String, String)> {
        // A plus sign is a space in forms only.
        percent::pairs(&self.query.replace('+', "%2B"))
    }
}
