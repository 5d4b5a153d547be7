//! An HTTP API behind a socket.

use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::header::{HeaderName, HeaderValue};
use serde_json::json;
use tokio::net::TcpListener;

use super::Later;
use super::body::{self, BodyError, response};
use super::listen::{Handler, Responded, Server};
use crate::http_api::{LARGEST_REQUEST, Request, Response};

/// What answers the requests to an HTTP API.
pub trait HttpBackend: Send + Sync + 'static {
    /// Answers a request, in the time that API Gateway allows.
    fn request(&self, request: Request) -> Later<'_, Response>;
}

/// Serves an HTTP API on a socket.
///
/// # Errors
/// If the socket has no address.
pub fn serve_http(listener: TcpListener, backend: Arc<dyn HttpBackend>) -> std::io::Result<Server> {
    Server::start(listener, Gateway(backend))
}

/// Gives the requests to a backend.
pub(crate) struct Gateway(pub(crate) Arc<dyn HttpBackend>);

impl Handler for Gateway {
    type Body = Full<Bytes>;

    async fn handle(&self, request: hyper::Request<Incoming>, from: SocketAddr) -> Responded {
        let (parts, incoming) = request.into_parts();
        let body = match body::collect(incoming, LARGEST_REQUEST).await {
            Ok(body) => body,
            Err(BodyError::TooLarge) => {
                let message = json!({ "message": "Request Entity Too Large" });
                return response(413, "application/json", message.to_string());
            }
            // Nobody reads the answer.
            Err(BodyError::Broken) => return response(400, "", ""),
        };
        let headers = parts.headers.iter().map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes());
            (name.as_str().to_owned(), value.into_owned())
        });
        let request = Request {
            method: parts.method.as_str().to_owned(),
            path: parts.uri.path().to_owned(),
            query: parts.uri.query().unwrap_or_default().to_owned(),
            headers: headers.collect(),
            body: body.to_vec(),
            source_ip: from.ip().to_string(),
        };
        let answered = self.0.request(request).await;
        let mut response = response(answered.status, "", answered.body);
        for (name, value) in &answered.headers {
            let name = HeaderName::from_bytes(name.as_bytes());
            let value = HeaderValue::from_bytes(value.as_bytes());
            // What is no header cannot be sent.
            if let (Ok(name), Ok(value)) = (name, value) {
                response.headers_mut().append(name, value);
            }
        }
        response
    }
}
