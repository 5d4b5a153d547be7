//! Requests to the HTTP API of the application and to presigned URLs, and the responses.

use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use bytes::Bytes;
use ifc_local::engine::HttpReply;
use ifc_local::http_api::{Request, Response, TIMEOUT};
use ifc_local::percent;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::shared::Shared;

/// A request, which is sent when it is awaited.
#[must_use = "a request is sent when it is awaited"]
pub struct TestRequest {
    shared: Arc<Shared>,
    request: Request,
}

impl TestRequest {
    pub(super) fn new(shared: Arc<Shared>, method: &str, path: &str) -> TestRequest {
        TestRequest {
            shared,
            request: Request::new(method, path),
        }
    }

    /// Adds a header.
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.request.headers.push((name.to_owned(), value.into()));
        self
    }

    /// Adds a parameter to the query, whatever characters it has.
    pub fn query(mut self, name: &str, value: impl AsRef<str>) -> Self {
        if !self.request.query.is_empty() {
            self.request.query.push('&');
        }
        self.request.query.push_str(&percent::encode(name, ""));
        self.request.query.push('=');
        self.request
            .query
            .push_str(&percent::encode(value.as_ref(), ""));
        self
    }

    /// Sets the body to this value as JSON, with its content type.
    ///
    /// # Panics
    /// If the value cannot be written as JSON.
    #[track_caller]
    #[allow(clippy::panic, reason = "fails the test")]
    pub fn json(self, value: &(impl Serialize + ?Sized)) -> Self {
        let body = serde_json::to_vec(value)
            .unwrap_or_else(|error| panic!("the body cannot be written as JSON: {error}"));
        self.header("content-type", "application/json").body(body)
    }

    /// Sets the body.
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.request.body = body.into();
        self
    }

    async fn send(self) -> TestResponse {
        let TestRequest { shared, request } = self;
        let response = match shared.local().open(&request) {
            Some(response) => response,
            None => answer(&shared, &request).await,
        };
        TestResponse {
            what: format!("{} {}", request.method, request.path),
            response,
            shared,
        }
    }
}

/// The answer of the HTTP API.
async fn answer(shared: &Arc<Shared>, request: &Request) -> Response {
    let reply = shared.engine().http(request, shared.now());
    match reply {
        HttpReply::Answered(response) => response,
        HttpReply::Invoked(id) => {
            let answer = shared.wait_for(id.clone());
            let answer = tokio::time::timeout(Duration::from_millis(TIMEOUT), answer).await;
            let engine = shared.engine();
            match answer {
                Ok(ended) => engine.http_answer(request, &id, &ended.outcome),
                Err(_) => engine.http_api().unavailable(request, &id),
            }
        }
    }
}

impl IntoFuture for TestRequest {
    type Output = TestResponse;
    type IntoFuture = Pin<Box<dyn Future<Output = TestResponse> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

/// The response of the HTTP API.
pub struct TestResponse {
    shared: Arc<Shared>,
    what: String,
    response: Response,
}

impl TestResponse {
    /// The status.
    pub fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.response.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// The first value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        let headers = self.response.headers.iter();
        headers
            .filter(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
            .next()
    }

    /// The body.
    pub fn bytes(&self) -> Bytes {
        Bytes::copy_from_slice(&self.response.body)
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.response.body).into_owned()
    }

    /// The body, read as JSON.
    ///
    /// # Panics
    /// If it is no `T`.
    #[track_caller]
    #[allow(clippy::panic, reason = "fails the test")]
    pub fn json<T: DeserializeOwned>(&self) -> T {
        serde_json::from_slice(&self.response.body)
            .unwrap_or_else(|error| panic!("{error} in {}", self.shown()))
    }

    /// Asserts that the response has this status, a number or a [`StatusCode`]; otherwise says what it
    /// has, with the logs.
    ///
    /// # Panics
    /// If it has another.
    #[track_caller]
    pub fn assert_status(&self, expected: impl TryInto<u16>) -> &Self {
        let expected = expected.try_into().unwrap_or_default();
        assert!(
            self.response.status == expected,
            "{expected} was expected, and this came: {}{}",
            self.shown(),
            self.shared.logs.shown()
        );
        self
    }

    fn shown(&self) -> String {
        format!("{} for {}: {}", self.status(), self.what, self.text())
    }
}
