//! The JSON protocols, in which a header names the operation: DynamoDB, SQS, EventBridge, Secrets
//! Manager and Systems Manager.
//!
//! Source: Smithy, "AWS JSON 1.0 protocol" and "AWS query compatible trait"; DynamoDB Developer Guide,
//! "DynamoDB low-level API".

use serde_json::{Map, Value};

use super::{Request, Service};
use crate::call::{Answer, Call};
use crate::error::ApiError;
use crate::server::body::{response, set};
use crate::server::listen::Responded;

/// What stands before the operation in the header.
const TARGETS: &[(&str, Service)] = &[
    ("DynamoDB_20120810", Service::DynamoDb),
    ("DynamoDBStreams_20120810", Service::DynamoDb),
    ("AmazonSQS", Service::Sqs),
    ("AWSEvents", Service::Events),
    ("secretsmanager", Service::SecretsManager),
    ("AmazonSSM", Service::Ssm),
];

/// The service of a target.
pub(super) fn service_of(target: &str) -> Option<Service> {
    let (prefix, _) = target.split_once('.')?;
    let found = TARGETS.iter().find(|(known, _)| *known == prefix);
    found.map(|(_, service)| *service)
}

pub(super) fn read(service: Service, request: &Request) -> Result<Call, ApiError> {
    let target = request.header("x-amz-target").unwrap_or_default();
    let operation = target.split_once('.').map(|(_, operation)| operation);
    let Some(operation) = operation.filter(|_| service_of(target) == Some(service)) else {
        return Err(ApiError::new("UnknownOperationException", ""));
    };
    let input = match request.body.is_empty() {
        true => Value::Object(Map::new()),
        false => serde_json::from_slice(&request.body)
            .map_err(|_| ApiError::new("SerializationException", ""))?,
    };
    if !input.is_object() {
        return Err(ApiError::new(
            "SerializationException",
            "Start of structure or map found where not expected",
        ));
    }
    Ok(Call::new(service.name(), operation, input))
}

fn content_type(service: Service) -> &'static str {
    match service {
        Service::DynamoDb | Service::Sqs => "application/x-amz-json-1.0",
        _ => "application/x-amz-json-1.1",
    }
}

pub(super) fn answer(service: Service, answer: Answer, id: &str) -> Responded {
    let mut response = response(200, content_type(service), answer.output.to_string());
    set(&mut response, "x-amzn-requestid", id);
    response
}

pub(super) fn error(service: Service, error: &ApiError, id: &str) -> Responded {
    let mut body = error.details.clone();
    let code = match service {
        Service::Sqs => shape_of(&error.code),
        _ => &error.code,
    };
    body.insert(
        "__type".into(),
        format!("{}{code}", namespace(service, code)).into(),
    );
    // DynamoDB writes this one with a capital.
    let message = match code {
        "TransactionCanceledException" => "Message",
        _ => "message",
    };
    body.insert(message.into(), error.message.as_str().into());
    let body = Value::Object(body).to_string();
    let mut response = response(error.status, content_type(service), body);
    set(&mut response, "x-amzn-requestid", id);
    if service == Service::Sqs {
        let fault = if error.status < 500 {
            "Sender"
        } else {
            "Receiver"
        };
        let query = format!("{};{fault}", query_code_of(&error.code));
        set(&mut response, "x-amzn-query-error", &query);
    }
    response
}

/// What stands before the name of an error.
fn namespace(service: Service, code: &str) -> &'static str {
    match (service, code) {
        (Service::DynamoDb, "ValidationException") => "com.amazon.coral.validate#",
        (
            _,
            "AccessDeniedException"
            | "IncompleteSignatureException"
            | "InvalidSignatureException"
            | "MissingAuthenticationTokenException"
            | "SerializationException"
            | "UnknownOperationException"
            | "UnrecognizedClientException",
        ) => "com.amazon.coral.service#",
        (Service::DynamoDb, _) => "com.amazonaws.dynamodb.v20120810#",
        (Service::Sqs, _) => "com.amazonaws.sqs#",
        _ => "",
    }
}

/// The codes of SQS that JSON names otherwise than the query protocol did before it.
/// Source: SQS API Reference, "Errors" of each operation, and the service's model.
const QUERY_CODES: &[(&str, &str)] = &[
    (
        "AWS.SimpleQueueService.NonExistentQueue",
        "QueueDoesNotExist",
    ),
    (
        "AWS.SimpleQueueService.PurgeQueueInProgress",
        "PurgeQueueInProgress",
    ),
    (
        "AWS.SimpleQueueService.QueueDeletedRecently",
        "QueueDeletedRecently",
    ),
    ("QueueAlreadyExists", "QueueNameExists"),
    ("InvalidParameterValue", "InvalidParameterValueException"),
    ("MissingParameter", "MissingRequiredParameterException"),
];

/// The name of an error of SQS in JSON.
fn shape_of(code: &str) -> &str {
    let known = QUERY_CODES.iter().find(|(query, _)| *query == code);
    let shape = known.map(|(_, shape)| *shape);
    let plain = code.strip_prefix("AWS.SimpleQueueService.").unwrap_or(code);
    shape.unwrap_or(plain)
}

fn query_code_of(code: &str) -> &str {
    let known = QUERY_CODES.iter().find(|(_, shape)| *shape == code);
    known.map_or(code, |(query, _)| *query)
}
