//! The endpoint of all services: who calls what, and the answer.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use hyper::body::Incoming;
use serde_json::json;
use tokio::time::Instant;

use super::auth::{self, Unsigned};
use super::body::{self, BodyError};
use super::listen::{Handler, Responded};
use super::protocol::{Request, Service};
use super::{Backend, Identity};
use crate::call::{Answer, Call, Caller};
use crate::error::ApiError;
use crate::ids::Ids;

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

    /// The caller, if the signature is that of a known key.
    fn caller(
        &self,
        service: Service,
        request: &Request,
        signed: Result<auth::Signed, Unsigned>,
    ) -> Result<Caller, ApiError> {
        let signed = signed.map_err(|unsigned| not_signed(service, unsigned))?;
        let Some(Identity { caller, .. }) = self.backend.identity(&signed.key) else {
            return Err(unknown_key(service, &signed.key));
        };
        let _ = (request, signed.presigned);
        Ok(caller)
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
    async fn handle(&self, request: hyper::Request<Incoming>, _from: SocketAddr) -> Responded {
        let id = self.id();
        let (parts, incoming) = request.into_parts();
        let mut request = Request::new(parts);
        let signed = auth::signed(&request);
        let signed_for = signed.as_ref().ok().map(|signed| signed.service.as_str());
        // Whatever is for no other service is a request for an object.
        let service = Service::of(&request, signed_for).unwrap_or(Service::S3);
        match body::collect(incoming, service.largest_body()).await {
            Ok(body) => request.body = body,
            Err(BodyError::TooLarge) => return service.error(&too_large(service), &id),
            // Nobody reads the answer.
            Err(BodyError::Broken) => return body::response(400, "", ""),
        }
        let answered = match self.caller(service, &request, signed) {
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

fn not_signed(service: Service, unsigned: Unsigned) -> ApiError {
    match (unsigned, service) {
        (Unsigned::Missing, Service::S3) => {
            ApiError::new("AccessDenied", "Access Denied").with_status(403)
        }
        (Unsigned::Missing, _) => named(
            service,
            "MissingAuthenticationToken",
            "MissingAuthenticationTokenException",
            "Request must contain either a valid (registered) AWS access key ID or X.509 certificate.",
        ),
        (Unsigned::Incomplete, Service::S3) => ApiError::new(
            "AuthorizationHeaderMalformed",
            "The authorization header that you provided is not valid.",
        ),
        (Unsigned::Incomplete, _) => named(
            service,
            "IncompleteSignature",
            "IncompleteSignatureException",
            "Authorization header requires 'Credential' parameter with the scope of the request.",
        ),
    }
}

fn unknown_key(service: Service, key: &str) -> ApiError {
    match service {
        Service::S3 => ApiError::new(
            "InvalidAccessKeyId",
            "The AWS Access Key Id you provided does not exist in our records.",
        )
        .with_status(403)
        .with("AWSAccessKeyId", key),
        _ => named(
            service,
            "InvalidClientTokenId",
            "UnrecognizedClientException",
            "The security token included in the request is invalid.",
        ),
    }
}
