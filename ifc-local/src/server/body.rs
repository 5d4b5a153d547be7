//! Bodies of requests, which have a largest size, and responses.

use bytes::{Bytes, BytesMut};
use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::{Response, StatusCode};

use super::listen::Responded;

/// Why a body is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BodyError {
    TooLarge,
    /// The connection ended.
    Broken,
}

/// Bytes beyond the largest size that are read all the same: who is still sending does not see an answer.
const BEYOND: usize = 64 << 20;

/// The whole body, if it is not larger than that.
pub(crate) async fn collect(mut body: Incoming, largest: usize) -> Result<Bytes, BodyError> {
    let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    // What is announced need not come.
    let mut collected = BytesMut::with_capacity(announced.min(largest).min(1 << 20));
    let mut size = 0_usize;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| BodyError::Broken)?;
        // What comes behind the data is of no use here.
        let Ok(data) = frame.into_data() else {
            continue;
        };
        size = size.saturating_add(data.len());
        if size <= largest {
            collected.extend_from_slice(&data);
        } else if size > largest.saturating_add(BEYOND) {
            break;
        }
    }
    match size <= largest {
        true => Ok(collected.freeze()),
        false => Err(BodyError::TooLarge),
    }
}

/// A response with a status as AWS gives it; what is no status is an error of the server.
pub(crate) fn response(
    status: u16,
    content_type: &'static str,
    body: impl Into<Bytes>,
) -> Responded {
    let mut response = Response::new(Full::new(body.into()));
    *response.status_mut() =
        StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if !content_type.is_empty() {
        let value = HeaderValue::from_static(content_type);
        response.headers_mut().insert(CONTENT_TYPE, value);
    }
    response
}

/// Sets a header, if its value is one.
pub(crate) fn set(response: &mut Responded, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_bytes(value.as_bytes()) {
        response.headers_mut().insert(name, value);
    }
}
