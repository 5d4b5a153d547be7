//! Requests of the HTTP API, in API Gateway's payload format 2.0, handed to an axum router.

use std::collections::BTreeMap;

use axum::Router;
use axum::body::Body;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, Uri, header};
use axum::routing::MethodRouter;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use lambda_runtime::Service;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::to_raw_value;

use super::{nullish, read};
use crate::dispatch::{Event, Failure, Outcome, Trigger, caught, unreadable};
use crate::percent;

/// What API Gateway says of a request: client, authorizer, stage. An axum extension:
/// `Extension(context): Extension<RequestContext>`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RequestContext(pub Value);

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ApiRequest {
    #[serde(default)]
    raw_path: String,
    #[serde(default, deserialize_with = "nullish")]
    raw_query_string: String,
    #[serde(default)]
    cookies: Option<Vec<String>>,
    #[serde(default, deserialize_with = "nullish")]
    headers: BTreeMap<String, String>,
    request_context: Value,
    #[serde(default)]
    body: Option<String>,
    #[serde(default)]
    is_base64_encoded: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ApiResponse {
    status_code: u16,
    headers: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    cookies: Vec<String>,
    body: String,
    is_base64_encoded: bool,
}

/// A route with its handler; `layer` may add tower layers to it.
pub fn route(path: &str, handler: MethodRouter, layer: Option<fn(Router) -> Router>) -> Router {
    let router = Router::new().route(path, handler);
    match layer {
        Some(layer) => layer(router),
        None => router,
    }
}

/// Compiles if a type can stand among a handler's arguments, the last apart.
pub fn from_request_parts<T: axum::extract::FromRequestParts<()>>() {}

/// Compiles if a type can be a handler's last argument.
pub fn from_request<T: axum::extract::FromRequest<(), M>, M>() {}

/// Compiles if a handler can return a type.
pub fn into_response<T: axum::response::IntoResponse>() {}

/// A trigger of all routes of a function.
pub fn http(routes: Vec<Router>) -> Trigger {
    let router = routes
        .into_iter()
        .fold(Router::new(), Router::merge)
        // The API's own limit is lower than what a handler could ask for.
        .layer(DefaultBodyLimit::disable());
    Trigger {
        source: "http",
        deliver: Box::new(move |event| {
            let router = router.clone();
            Box::pin(serve(router, event))
        }),
    }
}

async fn serve(mut router: Router, event: Event) -> Outcome {
    let request: ApiRequest = read(&event.payload, "the request")?;
    let mut context = event.context;
    let sent = [crate::context::CORRELATION_ATTRIBUTE, "x-correlation-id"]
        .into_iter()
        .find_map(|name| request.headers.get(name));
    if let Some(id) = sent {
        context.correlation_id.clone_from(id);
    }
    let request = into_request(request).map_err(|error| unreadable("the request", &error))?;
    let response = async move {
        // A router is always ready.
        let response = match Service::call(&mut router, request).await {
            Ok(response) => response,
            Err(never) => match never {},
        };
        from_response(response).await
    };
    match caught(context, response).await {
        Ok(outcome) => outcome,
        Err(_) => encode(&ApiResponse {
            status_code: 500,
            headers: BTreeMap::new(),
            cookies: Vec::new(),
            body: String::new(),
            is_base64_encoded: false,
        }),
    }
}

fn encode(response: &ApiResponse) -> Outcome {
    to_raw_value(response).map_err(|error| unreadable("the response", &error))
}

fn into_request(api: ApiRequest) -> Result<Request<Body>, String> {
    let text = |pointer: &str| api.request_context.pointer(pointer).and_then(Value::as_str);
    let method = text("/http/method").unwrap_or("GET");
    let method = Method::from_bytes(method.as_bytes())
        .map_err(|_| format!("there is no method `{method}`"))?;
    let stage = text("/stage").unwrap_or("$default");
    let mut uri = encode_path(without_stage(&api.raw_path, stage));
    if !api.raw_query_string.is_empty() {
        uri.push('?');
        uri.push_str(&api.raw_query_string);
    }
    let uri: Uri = uri
        .parse()
        .map_err(|error| format!("the path is not a URI: {error}"))?;
    let mut headers = HeaderMap::new();
    for (name, value) in &api.headers {
        if let (Ok(name), Ok(value)) = (
            HeaderName::from_bytes(name.as_bytes()),
            HeaderValue::from_bytes(value.as_bytes()),
        ) {
            headers.append(name, value);
        }
    }
    if let Some(cookies) = &api.cookies
        && let Ok(value) = HeaderValue::from_str(&cookies.join("; "))
    {
        headers.insert(header::COOKIE, value);
    }
    let body = match api.body {
        None => Vec::new(),
        Some(body) if api.is_base64_encoded => STANDARD
            .decode(&body)
            .map_err(|error| format!("the body is not base64: {error}"))?,
        Some(body) => body.into_bytes(),
    };
    let mut request = Request::new(Body::from(body));
    *request.method_mut() = method;
    *request.uri_mut() = uri;
    *request.headers_mut() = headers;
    request
        .extensions_mut()
        .insert(RequestContext(api.request_context));
    Ok(request)
}

/// A named stage stands at the beginning of the path; routes are written without it.
fn without_stage<'a>(path: &'a str, stage: &str) -> &'a str {
    let path = match path
        .strip_prefix('/')
        .and_then(|path| path.strip_prefix(stage))
    {
        Some(rest) if stage != "$default" && (rest.is_empty() || rest.starts_with('/')) => rest,
        _ => path,
    };
    if path.is_empty() { "/" } else { path }
}

/// API Gateway decodes some paths and not others: what a URI cannot hold is encoded, what is
/// encoded already stays.
fn encode_path(path: &str) -> String {
    percent::encode(path, b"/-._~!$&'()*+,;=:@%")
}

async fn from_response(response: Response<Body>) -> Outcome {
    let (parts, body) = response.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX)
        .await
        .map_err(|error| Failure {
            kind: "ifc::UnreadableResponse".into(),
            message: format!("cannot read the body of the response: {error}"),
        })?;
    let mut headers: BTreeMap<String, String> = BTreeMap::new();
    let mut cookies = Vec::new();
    for (name, value) in &parts.headers {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        if name == header::SET_COOKIE {
            cookies.push(value);
        } else {
            headers
                .entry(name.as_str().to_owned())
                .and_modify(|all| {
                    all.push_str(", ");
                    all.push_str(&value);
                })
                .or_insert(value);
        }
    }
    let as_text = match is_text(&parts.headers) {
        true => String::from_utf8(body.to_vec()).ok(),
        false => None,
    };
    let (body, is_base64_encoded) = match as_text {
        Some(text) => (text, false),
        None => (STANDARD.encode(&body), true),
    };
    encode(&ApiResponse {
        status_code: parts.status.as_u16(),
        headers,
        cookies,
        body,
        is_base64_encoded,
    })
}

/// Whether the headers say that a body is text. One that is not valid UTF-8 is none all the same.
fn is_text(headers: &HeaderMap) -> bool {
    if headers.contains_key(header::CONTENT_ENCODING) {
        return false;
    }
    let Some(content_type) = headers.get(header::CONTENT_TYPE) else {
        return true;
    };
    let content_type = content_type
        .to_str()
        .unwrap_or_default()
        .to_ascii_lowercase();
    let kind = content_type.split(';').next().unwrap_or_default().trim();
    kind.starts_with("text/")
        || kind.ends_with("+json")
        || kind.ends_with("+xml")
        || matches!(
            kind,
            "application/json"
                | "application/xml"
                | "application/javascript"
                | "application/x-www-form-urlencoded"
                | "application/graphql"
                | "application/x-ndjson"
        )
        || content_type.contains("charset=utf-8")
}
