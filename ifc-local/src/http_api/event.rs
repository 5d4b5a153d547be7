//! The event that a request becomes: payload format 2.0.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::Request;
use super::route::Found;
use crate::percent;

/// Headers that say something of one connection only.
const OF_THE_CONNECTION: &[&str] = &[
    "connection",
    "keep-alive",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

pub(super) fn event(api: &str, request: &Request, found: &Found<'_>, id: &str, now: u64) -> Value {
    // API Gateway decodes the path of HTTP APIs.
    let path = percent::decode(&request.path);
    let host = request.header("host").unwrap_or("localhost");
    let domain = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let source_ip = match request.source_ip.as_str() {
        "" => "127.0.0.1",
        address => address,
    };
    let mut event = json!({
        "version": "2.0",
        "routeKey": found.key,
        "rawPath": path,
        "rawQueryString": request.query,
        "headers": headers(request, host, source_ip, now, id),
        "requestContext": {
            "accountId": crate::ACCOUNT,
            "apiId": api,
            "domainName": domain,
            "domainPrefix": domain.split('.').next(),
            "http": {
                "method": request.method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": source_ip,
                "userAgent": request.header("user-agent").unwrap_or_default(),
            },
            "requestId": id,
            "routeKey": found.key,
            "stage": "$default",
            "time": time(now),
            "timeEpoch": now,
        },
        "isBase64Encoded": false,
    });
    let cookies: Vec<&str> = values(request, "cookie")
        .flat_map(|value| value.split(';'))
        .map(str::trim)
        .filter(|cookie| !cookie.is_empty())
        .collect();
    if !cookies.is_empty() {
        event["cookies"] = json!(cookies);
    }
    if !request.query.is_empty() {
        event["queryStringParameters"] = joined(percent::pairs(&request.query));
    }
    if !found.parameters.is_empty() {
        event["pathParameters"] = json!(found.parameters);
    }
    if !request.body.is_empty() {
        let text = match is_text(request.header("content-type")) {
            true => std::str::from_utf8(&request.body).ok(),
            false => None,
        };
        event["isBase64Encoded"] = json!(text.is_none());
        event["body"] = match text {
            Some(text) => json!(text),
            None => json!(STANDARD.encode(&request.body)),
        };
    }
    event
}

fn values<'r>(request: &'r Request, name: &'r str) -> impl Iterator<Item = &'r str> {
    let headers = request.headers.iter();
    headers
        .filter(move |(known, _)| known.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.as_str())
}

/// Several values of a name are joined by commas.
fn joined(pairs: Vec<(String, String)>) -> Value {
    let mut all: BTreeMap<String, String> = BTreeMap::new();
    for (name, value) in pairs {
        all.entry(name)
            .and_modify(|values| {
                values.push(',');
                values.push_str(&value);
            })
            .or_insert(value);
    }
    Value::Object(
        all.into_iter()
            .map(|(name, value)| (name, value.into()))
            .collect::<Map<_, _>>(),
    )
}

fn headers(request: &Request, host: &str, source_ip: &str, now: u64, id: &str) -> Value {
    let sent = request
        .headers
        .iter()
        .map(|(name, value)| (name.to_ascii_lowercase(), value));
    let mut headers: Vec<(String, String)> = sent
        .filter(|(name, _)| name != "cookie" && !OF_THE_CONNECTION.contains(&name.as_str()))
        .map(|(name, value)| (name, value.clone()))
        .collect();
    let port = host.rsplit_once(':').map_or("80", |(_, port)| port);
    let trace = format!("Root=1-{:08x}-{}", now / 1000, digits(id));
    let length = request.body.len().to_string();
    for (name, value) in [
        ("content-length", length.as_str()),
        ("host", host),
        ("x-amzn-trace-id", &trace),
        ("x-forwarded-port", port),
        ("x-forwarded-proto", "http"),
    ] {
        if !headers.iter().any(|(known, _)| known == name) {
            headers.push((name.to_owned(), value.to_owned()));
        }
    }
    headers.push(("x-forwarded-for".to_owned(), source_ip.to_owned()));
    joined(headers)
}

/// The 24 hexadecimal digits of a trace id: the same for the same request.
fn digits(id: &str) -> String {
    let mut digits: String = id
        .chars()
        .filter(char::is_ascii_hexdigit)
        .take(24)
        .collect();
    digits.make_ascii_lowercase();
    while digits.len() < 24 {
        digits.insert(0, '0');
    }
    digits
}

/// `12/Mar/2020:19:03:58 +0000`.
fn time(now: u64) -> String {
    let time = i64::try_from(now)
        .ok()
        .and_then(|now| Timestamp::from_millisecond(now).ok());
    let time = time.unwrap_or(Timestamp::UNIX_EPOCH);
    time.strftime("%d/%b/%Y:%H:%M:%S +0000").to_string()
}

/// Whether API Gateway hands a body on as text. The guide says "if the content type of the request is
/// binary" without a list; these are the types for which that is observed, forms are not among them.
fn is_text(content_type: Option<&str>) -> bool {
    let kind = content_type
        .unwrap_or_default()
        .split(';')
        .next()
        .unwrap_or_default();
    let kind = kind.trim().to_ascii_lowercase();
    kind.starts_with("text/")
        || matches!(
            kind.as_str(),
            "application/json" | "application/xml" | "application/javascript"
        )
}
