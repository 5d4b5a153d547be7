//! HTTP APIs of API Gateway: from a request to the event of a function, and from what the function
//! answers to a response. Without sockets, so that tests in the process use it too.
//!
//! Source: API Gateway Developer Guide, "Create routes for HTTP APIs", "Create AWS Lambda proxy
//! integrations for HTTP APIs" (payload format 2.0), "Configure CORS for HTTP APIs" and "Quotas for
//! configuring and running an HTTP API".

mod cors;
mod event;
mod response;
mod route;

use ifc_catalog::infra::Cors;
use serde::{Deserialize, Serialize};

use crate::engine::Outcome;
use crate::error::ApiError;
use crate::limits::{LARGEST_ANSWER, LARGEST_EVENT};

pub use response::Response;
pub use route::{Found, Routes};

/// Bytes of a request's body.
pub const LARGEST_REQUEST: usize = 10 * 1024 * 1024;
/// Bytes of the request line and the headers.
const LARGEST_HEAD: usize = 10_240;
/// Milliseconds until a function must answer.
pub const TIMEOUT: u64 = 30_000;

/// A request.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// `GET`.
    pub method: String,
    /// Path as it was sent, percent-encoded: `/orders/a%20b`.
    pub path: String,
    /// Query as it was sent, without the question mark.
    pub query: String,
    /// Names and values, in order.
    pub headers: Vec<(String, String)>,
    /// Body.
    pub body: Vec<u8>,
    /// Address of the client; that of the loopback interface if empty.
    pub source_ip: String,
}

impl Request {
    /// A request without a body; the target may have a query.
    pub fn new(method: &str, target: &str) -> Request {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        Request {
            method: method.to_owned(),
            path: path.to_owned(),
            query: query.to_owned(),
            ..Request::default()
        }
    }

    /// The value of a header, whose name is given in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self
            .headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }
}

/// What a request comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// API Gateway answers by itself.
    Answer(Response),
    /// A function answers.
    Invoke {
        /// Its name.
        function: String,
        /// `GET /orders/{id}`.
        route: String,
        /// The event, as JSON.
        event: String,
    },
}

/// An HTTP API with the stage `$default`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct HttpApi {
    id: String,
    routes: Routes,
    cors: Option<Cors>,
}

impl HttpApi {
    /// An API with route keys (`POST /orders/{id}`, `ANY /files/{path+}`, `$default`) and the functions
    /// behind them.
    ///
    /// # Errors
    /// If API Gateway does not take a key, or has it already.
    pub fn new(
        id: &str,
        routes: impl IntoIterator<Item = (String, String)>,
        cors: Option<Cors>,
    ) -> Result<HttpApi, ApiError> {
        Ok(HttpApi {
            id: id.to_owned(),
            routes: Routes::new(routes)?,
            cors,
        })
    }

    /// The id of the API.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The routes.
    pub fn routes(&self) -> &Routes {
        &self.routes
    }

    /// Takes a request. `id` is the request's own id; `now` is in milliseconds since 1970.
    pub fn receive(&self, request: &Request, id: &str, now: u64) -> Step {
        let answer = |response: Response| Step::Answer(response.with_id(id));
        let refused = |status, message| answer(Response::message(status, message));
        let head = request.method.len() + request.path.len() + request.query.len();
        let headers = request.headers.iter();
        let headers: usize = headers.map(|(name, value)| name.len() + value.len()).sum();
        if head + headers > LARGEST_HEAD {
            return refused(431, "Request Header Fields Too Large");
        }
        if request.body.len() > LARGEST_REQUEST {
            return refused(413, "Request Entity Too Large");
        }
        let preflight = self.cors.as_ref();
        if let Some(response) = preflight.and_then(|cors| cors::preflight(cors, request)) {
            return answer(response);
        }
        let Some(found) = self.routes.find(&request.method, &request.path) else {
            return refused(404, "Not Found");
        };
        let event = event::event(&self.id, request, &found, id, now).to_string();
        if event.len() > LARGEST_EVENT {
            return refused(413, "Request Entity Too Large");
        }
        Step::Invoke {
            function: found.function.to_owned(),
            route: found.key.to_owned(),
            event,
        }
    }

    /// The response to a request whose function has ended.
    pub fn answer(&self, request: &Request, id: &str, outcome: &Outcome) -> Response {
        let read = match outcome {
            Outcome::Returned(answer) if answer.len() <= LARGEST_ANSWER => response::read(answer),
            _ => None,
        };
        let failed = || Response::message(500, "Internal Server Error");
        self.of_integration(request, id, read.unwrap_or_else(failed))
    }

    /// The response where no function answers: it took longer than [`TIMEOUT`], or Lambda refuses the
    /// invocation.
    pub fn unavailable(&self, request: &Request, id: &str) -> Response {
        let response = Response::message(503, "Service Unavailable");
        self.of_integration(request, id, response)
    }

    fn of_integration(&self, request: &Request, id: &str, mut response: Response) -> Response {
        if let Some(cors) = &self.cors {
            cors::replace(cors, request, &mut response);
        }
        response.with_id(id)
    }
}
