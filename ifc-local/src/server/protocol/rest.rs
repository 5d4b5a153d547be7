//! The REST protocol with JSON: Lambda and EventBridge Scheduler.
//!
//! Source: Smithy, "AWS restJson1 protocol"; Lambda API Reference; EventBridge Scheduler API Reference.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hyper::Method;
use serde_json::{Map, Value, json};

use super::{Request, Service};
use crate::call::{Answer, Call};
use crate::error::ApiError;
use crate::percent;
use crate::server::body::{response, set};
use crate::server::listen::Responded;

const JSON: &str = "application/json";

pub(super) fn read(service: Service, request: &Request) -> Result<Call, ApiError> {
    let parts: Vec<String> = request
        .path
        .split('/')
        .filter(|part| !part.is_empty())
        .map(percent::decode)
        .collect();
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let found = match service {
        Service::Lambda => lambda(&request.method, &parts),
        _ => scheduler(&request.method, &parts),
    };
    let Some((operation, path)) = found else {
        return Err(ApiError::new("UnknownOperationException", "").with_status(404));
    };
    let mut call = Call::new(service.name(), operation, json!({}));
    let mut input = Map::new();
    if operation == "Invoke" {
        call.body = request.body.to_vec();
        invoke(request, &mut input)?;
    } else if !request.body.is_empty() {
        let body = serde_json::from_slice(&request.body);
        input = body.map_err(|_| {
            ApiError::new("SerializationException", "The body is not a JSON object")
        })?;
    }
    for (name, value) in request.parameters() {
        input.insert(member(&name), value.into());
    }
    for (name, value) in path {
        input.insert(name.to_owned(), value.into());
    }
    call.input = Value::Object(input);
    Ok(call)
}

/// An operation and the members that stand in the path.
type Found<'p> = Option<(&'static str, Vec<(&'static str, &'p str)>)>;

fn lambda<'p>(method: &Method, parts: &[&'p str]) -> Found<'p> {
    let of = |operation, name: &&'p str| Some((operation, vec![("FunctionName", *name)]));
    match (method, parts) {
        (&Method::POST, ["2015-03-31", "functions", name, "invocations"]) => of("Invoke", name),
        (&Method::GET, ["2015-03-31", "functions"]) => Some(("ListFunctions", Vec::new())),
        (&Method::GET, ["2015-03-31", "functions", name]) => of("GetFunction", name),
        (&Method::GET, ["2015-03-31", "functions", name, "configuration"]) => {
            of("GetFunctionConfiguration", name)
        }
        (&Method::GET, ["2015-03-31", "functions", name, "policy"]) => of("GetPolicy", name),
        _ => None,
    }
}

fn scheduler<'p>(method: &Method, parts: &[&'p str]) -> Found<'p> {
    let operation = match (method, parts.first()?, parts.len()) {
        (&Method::GET, &"schedules", 1) => "ListSchedules",
        (&Method::POST, &"schedules", 2) => "CreateSchedule",
        (&Method::GET, &"schedules", 2) => "GetSchedule",
        (&Method::PUT, &"schedules", 2) => "UpdateSchedule",
        (&Method::DELETE, &"schedules", 2) => "DeleteSchedule",
        (&Method::GET, &"schedule-groups", 1) => "ListScheduleGroups",
        (&Method::POST, &"schedule-groups", 2) => "CreateScheduleGroup",
        (&Method::GET, &"schedule-groups", 2) => "GetScheduleGroup",
        (&Method::DELETE, &"schedule-groups", 2) => "DeleteScheduleGroup",
        _ => return None,
    };
    let name = parts.get(1).map(|name| ("Name", *name));
    Some((operation, name.into_iter().collect()))
}

/// The member that a parameter of a query is: `groupName`, and `ScheduleGroup` where groups are listed.
fn member(parameter: &str) -> String {
    if parameter == "ScheduleGroup" {
        return "GroupName".to_owned();
    }
    let mut chars = parameter.chars();
    let first = chars.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(chars).collect()
}

fn invoke(request: &Request, input: &mut Map<String, Value>) -> Result<(), ApiError> {
    for (header, member) in [
        ("x-amz-invocation-type", "InvocationType"),
        ("x-amz-log-type", "LogType"),
    ] {
        if let Some(value) = request.header(header) {
            input.insert(member.to_owned(), value.into());
        }
    }
    if let Some(context) = request.header("x-amz-client-context") {
        // Functions are handed the JSON.
        let bytes = STANDARD.decode(context).ok();
        let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
        let is_object = |text: &String| serde_json::from_str::<Map<String, Value>>(text).is_ok();
        let Some(text) = text.filter(is_object) else {
            return Err(ApiError::new(
                "InvalidRequestContentException",
                "Client context must be a valid Base64-encoded JSON object.",
            ));
        };
        input.insert("ClientContext".into(), text.into());
    }
    Ok(())
}

pub(super) fn answer(call: &Call, mut answer: Answer, id: &str) -> Responded {
    let mut status = 200;
    let mut headers = Vec::new();
    if call.operation == "Invoke" {
        let output = &mut answer.output;
        status = output["StatusCode"]
            .as_u64()
            .and_then(|code| u16::try_from(code).ok())
            .unwrap_or(200);
        for (member, header) in [
            ("ExecutedVersion", "x-amz-executed-version"),
            ("FunctionError", "x-amz-function-error"),
            ("LogResult", "x-amz-log-result"),
        ] {
            headers.extend(
                output[member]
                    .as_str()
                    .map(|value| (header, value.to_owned())),
            );
        }
    } else {
        answer.body = answer.output.to_string().into_bytes();
    }
    let mut response = response(status, JSON, answer.body);
    for (name, value) in &headers {
        set(&mut response, name, value);
    }
    set(&mut response, "x-amzn-requestid", id);
    response
}

pub(super) fn error(service: Service, error: &ApiError, id: &str) -> Responded {
    let mut body = error.details.clone();
    // Lambda's own errors write the message with a capital now and then; clients take both.
    let message = match service {
        Service::Scheduler => "Message",
        _ => "message",
    };
    body.insert(message.into(), error.message.as_str().into());
    if service == Service::Lambda {
        let fault = if error.status < 500 {
            "User"
        } else {
            "Service"
        };
        body.insert("Type".into(), fault.into());
    }
    let mut response = response(error.status, JSON, Value::Object(body).to_string());
    set(&mut response, "x-amzn-errortype", &error.code);
    set(&mut response, "x-amzn-requestid", id);
    response
}
