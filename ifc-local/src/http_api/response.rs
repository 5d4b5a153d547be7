//! What a function answers, read as payload format 2.0 has it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

/// A response.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Response {
    /// Status.
    pub status: u16,
    /// Names in lower case and values; each cookie is a `set-cookie` of its own.
    pub headers: Vec<(String, String)>,
    /// Body.
    pub body: Vec<u8>,
}

impl Response {
    /// `{"message":"Not Found"}`.
    pub(super) fn message(status: u16, message: &str) -> Response {
        Response {
            status,
            headers: vec![("content-type".into(), "application/json".into())],
            body: json!({ "message": message }).to_string().into_bytes(),
        }
    }

    pub(super) fn with_id(mut self, id: &str) -> Response {
        self.headers
            .push(("apigw-requestid".to_owned(), id.to_owned()));
        self
    }

    /// The value of a header, whose name is given in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// The response that an answer stands for; none if API Gateway cannot read it.
pub(super) fn read(answer: &str) -> Option<Response> {
    let value: Value = serde_json::from_str(answer).ok()?;
    let Some(status) = value.get("statusCode") else {
        // Format 2.0 infers the rest.
        let body = match value {
            Value::String(text) => text,
            _ => answer.to_owned(),
        };
        return Some(Response {
            status: 200,
            headers: vec![("content-type".into(), "application/json".into())],
            body: body.into_bytes(),
        });
    };
    let status = status.as_u64().or_else(|| status.as_str()?.parse().ok())?;
    let status = u16::try_from(status)
        .ok()
        .filter(|status| (100..600).contains(status))?;
    let mut headers = Vec::new();
    if let Some(given) = value.get("headers").filter(|given| !given.is_null()) {
        for (name, value) in given.as_object()? {
            headers.push((name.to_ascii_lowercase(), scalar(value)?));
        }
    }
    if let Some(cookies) = value.get("cookies").filter(|cookies| !cookies.is_null()) {
        for cookie in cookies.as_array()? {
            headers.push(("set-cookie".to_owned(), cookie.as_str()?.to_owned()));
        }
    }
    // Its own to set.
    headers.retain(|(name, _)| {
        !matches!(
            name.as_str(),
            "content-length" | "connection" | "transfer-encoding"
        )
    });
    if !headers.iter().any(|(name, _)| name == "content-type") {
        headers.push(("content-type".into(), "text/plain;charset=UTF-8".into()));
    }
    let body = match value.get("body") {
        None | Some(Value::Null) => "",
        Some(body) => body.as_str()?,
    };
    let body = match value.get("isBase64Encoded").and_then(Value::as_bool) {
        Some(true) => STANDARD.decode(body).ok()?,
        _ => body.as_bytes().to_vec(),
    };
    Some(Response {
        status,
        headers,
        body,
    })
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(value) => Some(value.to_string()),
        _ => None,
    }
}
