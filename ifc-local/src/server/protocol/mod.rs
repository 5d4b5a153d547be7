//! From HTTP requests to calls, and from answers and errors to responses, as each service has it.

mod json;
mod query;
mod request;
mod rest;
mod s3;
mod xml;

use crate::call::{Answer, Call};
use crate::error::ApiError;

use super::listen::Responded;

pub(crate) use request::Request;

/// A service that is spoken to here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Service {
    DynamoDb,
    Events,
    Lambda,
    S3,
    Scheduler,
    SecretsManager,
    Sns,
    Sqs,
    Ssm,
    Sts,
}

impl Service {
    const ALL: [Service; 10] = [
        Service::DynamoDb,
        Service::Events,
        Service::Lambda,
        Service::S3,
        Service::Scheduler,
        Service::SecretsManager,
        Service::Sns,
        Service::Sqs,
        Service::Ssm,
        Service::Sts,
    ];

    /// Its name in IAM's actions, which is that in signatures.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Service::DynamoDb => "dynamodb",
            Service::Events => "events",
            Service::Lambda => "lambda",
            Service::S3 => "s3",
            Service::Scheduler => "scheduler",
            Service::SecretsManager => "secretsmanager",
            Service::Sns => "sns",
            Service::Sqs => "sqs",
            Service::Ssm => "ssm",
            Service::Sts => "sts",
        }
    }

    fn named(name: &str) -> Option<Service> {
        Service::ALL
            .into_iter()
            .find(|service| service.name() == name)
    }

    /// The service that a request is for: the signature says it, or else the target of the JSON
    /// protocols, or else the first part of the host.
    pub(crate) fn of(request: &Request, signed_for: Option<String>) -> Option<Service> {
        if let Some(name) = signed_for {
            return Service::named(&name);
        }
        if let Some(target) = request.header("x-amz-target") {
            return json::service_of(target);
        }
        let host = request.header("host").unwrap_or_default();
        Service::named(host.split(['.', ':']).next().unwrap_or_default())
    }

    /// Bytes of the largest body that is read.
    pub(crate) fn largest_body(self) -> usize {
        match self {
            // S3 User Guide, "Uploading objects": 5 GB in one request.
            Service::S3 => 5 << 30,
            // Services refuse what is beyond their own limits with their own errors.
            _ => 32 << 20,
        }
    }

    /// The call that a request is.
    pub(crate) fn read(self, request: &Request) -> Result<Call, ApiError> {
        match self {
            Service::S3 => s3::read(request),
            Service::Sns | Service::Sts => query::read(self, request),
            Service::Lambda | Service::Scheduler => rest::read(self, request),
            _ => json::read(self, request),
        }
    }

    /// The response with an answer.
    pub(crate) fn answer(self, call: &Call, answer: Answer, id: &str) -> Responded {
        match self {
            Service::S3 => s3::answer(call, answer, id),
            Service::Sns | Service::Sts => query::answer(self, call, &answer, id),
            Service::Lambda | Service::Scheduler => rest::answer(call, answer, id),
            _ => json::answer(self, answer, id),
        }
    }

    /// The response with an error.
    pub(crate) fn error(self, error: &ApiError, id: &str) -> Responded {
        match self {
            Service::S3 => s3::error(error, id),
            Service::Sns | Service::Sts => query::error(self, error, id),
            Service::Lambda | Service::Scheduler => rest::error(self, error, id),
            _ => json::error(self, error, id),
        }
    }
}
