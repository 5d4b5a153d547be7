//! The endpoint of all services: who calls what, and the answer.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use serde_json::json;
use tokio::time::Instant;

use super::Backend;
use super::body::{self, BodyError};
use super::listen::{Handler, Responded};
use super::protocol::{Request, Service};
use crate::call::{Answer, Call, Caller};
use crate::error::ApiError;
use crate::ids::Ids;
use crate::{moment, sign};

const CONTENT_HASH: &str = "x-amz-content-sha256";

/// All services of an account.
pub(super) struct Endpoint {
    backend: Arc<dyn Backend>,
    ids: Mutex<Ids>,
}

impl Endpoint {
    pub(super) fn new(backend: Arc<dyn Backend>) -> Endpoint {
        let started = SystemTime::now().duration_since(UNIX_EPOCH);
        let seed = started.map_or(0, |since| since.as_nanos() as u64);
        Endpoint {
            backend,
            ids: Mutex::new(Ids::new(seed)),
        }
    }

    fn id(&self) -> String {
        let mut ids = self.ids.lock().unwrap_or_else(PoisonError::into_inner);
        ids.uuid()
    }

    /// The caller, if the signature is right.
    fn caller(&self, service: Service, request: &Request) -> Result<Caller, ApiError> {
        let mut headers = text_headers(request);
        let hash;
        if service != Service::S3 {
            // Only S3 is told the hash of the content, the others work it out.
            hash = sign::content_hash(&request.body);
            headers.retain(|(name, _)| *name != CONTENT_HASH);
            headers.push((CONTENT_HASH, &hash));
        }
        let signing = sign::Request {
            method: request.method.as_str(),
            path: &request.path,
            query: &request.query,
            headers: &headers,
        };
        // Only URLs expire: clocks of one machine do not differ, and one may be ahead on purpose.
        let sent = request.header("x-amz-date").and_then(moment::read_basic);
        let now = sent.unwrap_or_else(|| self.backend.now());
        let secret = |key: &str| Some(self.backend.identity(key)?.secret);
        let signed = sign::verify(&signing, now, secret)
            .map_err(|error| in_service(service, error))?
            .ok_or_else(|| not_signed(service))?;
        let is_hash = signed.content.len() == 64;
        if service == Service::S3 && is_hash && signed.content != sign::content_hash(&request.body)
        {
            return Err(ApiError::new(
                "XAmzContentSHA256Mismatch",
                "The provided 'x-amz-content-sha256' header does not match what was computed.",
            ));
        }
        let identity = self.backend.identity(&signed.access_key);
        let identity = identity.ok_or_else(|| unknown_key(service))?;
        Ok(identity.caller)
    }

    async fn answer(
        &self,
        service: Service,
        request: &Request,
        caller: Caller,
    ) -> Result<(Call, Answer), ApiError> {
        let call = service.read(request)?;
        let answer = match (service, call.operation.as_str()) {
            (Service::Sqs, "ReceiveMessage") => self.receive(caller, &call).await?,
            _ => self.backend.call(caller, call.clone()).await?,
        };
        Ok((call, answer))
    }

    /// Waits for messages, as long as the request or the queue says.
    async fn receive(&self, caller: Caller, call: &Call) -> Result<Answer, ApiError> {
        let started = Instant::now();
        let mut until = None;
        loop {
            let changed = self.backend.changed();
            let answer = self.backend.call(caller.clone(), call.clone()).await?;
            if answer.output["Messages"]
                .as_array()
                .is_some_and(|messages| !messages.is_empty())
            {
                return Ok(answer);
            }
            let until = match until {
                Some(until) => until,
                None => *until.insert(started + self.patience(call).await),
            };
            if tokio::time::timeout_at(until, changed).await.is_err() {
                return Ok(answer);
            }
        }
    }

    async fn patience(&self, call: &Call) -> Duration {
        let seconds = match call.input["WaitTimeSeconds"].as_u64() {
            Some(seconds) => seconds,
            None => {
                const ATTRIBUTE: &str = "ReceiveMessageWaitTimeSeconds";
                let asked =
                    json!({ "QueueUrl": call.input["QueueUrl"], "AttributeNames": [ATTRIBUTE] });
                let asked = Call::new("sqs", "GetQueueAttributes", asked);
                let known = self
                    .backend
                    .call(Caller::Root, asked)
                    .await
                    .unwrap_or_default();
                let seconds = known.output["Attributes"][ATTRIBUTE].as_str();
                seconds
                    .and_then(|seconds| seconds.parse().ok())
                    .unwrap_or(0)
            }
        };
        Duration::from_secs(seconds.min(20))
    }
}

impl Handler for Endpoint {
    type Body = Full<Bytes>;

    async fn handle(&self, request: hyper::Request<Incoming>, _from: SocketAddr) -> Responded {
        let id = self.id();
        let (parts, incoming) = request.into_parts();
        let mut request = Request::new(parts);
        // Whatever is for no other service is a request for an object.
        let service = Service::of(&request, claimed(&request)).unwrap_or(Service::S3);
        match body::collect(incoming, service.largest_body()).await {
            Ok(body) => request.body = body,
            Err(BodyError::TooLarge) => return service.error(&too_large(service), &id),
            // Nobody reads the answer.
            Err(BodyError::Broken) => return body::response(400, "", ""),
        }
        let answered = match self.caller(service, &request) {
            Ok(caller) => self.answer(service, &request, caller).await,
            Err(error) => Err(error),
        };
        match answered {
            Ok((call, answer)) => service.answer(&call, answer, &id),
            Err(error) => service.error(&error, &id),
        }
    }
}

fn too_large(service: Service) -> ApiError {
    let code = match service {
        Service::S3 => "EntityTooLarge",
        _ => "RequestEntityTooLargeException",
    };
    ApiError::new(code, "The request is larger than the service takes").with_status(413)
}

/// How the services of a protocol name an error: those with XML, and those with JSON, of which some
/// answer 400 where others answer 403.
fn named(service: Service, xml: &str, json: &str, message: &str) -> ApiError {
    match service {
        Service::S3 | Service::Sns | Service::Sts => ApiError::new(xml, message).with_status(403),
        Service::Lambda | Service::Scheduler | Service::Sqs => {
            ApiError::new(json, message).with_status(403)
        }
        _ => ApiError::new(json, message),
    }
}

fn text_headers(request: &Request) -> Vec<(&str, &str)> {
    let headers = request.headers.iter();
    headers
        .filter_map(|(name, value)| {
            Some((name.as_str(), std::str::from_utf8(value.as_bytes()).ok()?))
        })
        .collect()
}

/// The service that a request is signed for.
fn claimed(request: &Request) -> Option<String> {
    let signing = sign::Request {
        method: "",
        path: "",
        query: &request.query,
        headers: &text_headers(request),
    };
    sign::claimed(&signing).map(|(_, service)| service)
}

/// An error of a signature, of which S3 says more than the others.
fn in_service(service: Service, error: ApiError) -> ApiError {
    match (service, error.code.as_str()) {
        (_, "InvalidAccessKeyId") => unknown_key(service),
        (Service::S3, _) => error,
        (_, "SignatureDoesNotMatch") => named(
            service,
            "SignatureDoesNotMatch",
            "InvalidSignatureException",
            &error.message,
        ),
        _ => named(
            service,
            "IncompleteSignature",
            "IncompleteSignatureException",
            &error.message,
        ),
    }
}

fn not_signed(service: Service) -> ApiError {
    match service {
        Service::S3 => ApiError::new("AccessDenied", "Access Denied").with_status(403),
        _ => named(
            service,
            "MissingAuthenticationToken",
            "MissingAuthenticationTokenException",
            "Request must contain either a valid (registered) AWS access key ID or X.509 certificate.",
        ),
    }
}

fn unknown_key(service: Service) -> ApiError {
    match service {
        Service::S3 => ApiError::new(
            "InvalidAccessKeyId",
            "The AWS Access Key Id you provided does not exist in our records.",
        )
        .with_status(403),
        _ => named(
            service,
            "InvalidClientTokenId",
            "UnrecognizedClientException",
            "The security token included in the request is invalid.",
        ),
    }
}
