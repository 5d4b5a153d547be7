//! Requests and responses of the HTTP API.

use axum::extract::{Path, Query};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse};
use axum::routing::{any, get, post};
use axum::{Extension, Json, Router};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::*;
use crate::triggers::{http, route};

fn request(method: &str, path: &str) -> Value {
    let mut event = fixture("apigw-v2-request-no-authorizer");
    event["requestContext"]["http"]["method"] = json!(method);
    event["rawPath"] = json!(path);
    event
}

fn served(routes: Vec<Router>, event: &Value) -> Value {
    deliver(vec![http(routes)], event).expect("a response")
}

#[test]
fn routes_take_parameters_queries_and_bodies() {
    async fn place(
        Path(id): Path<String>,
        Query(query): Query<std::collections::BTreeMap<String, String>>,
        Json(body): Json<Value>,
    ) -> impl IntoResponse {
        (
            StatusCode::CREATED,
            Json(json!({"id": id, "query": query, "body": body})),
        )
    }
    let mut event = request("POST", "/orders/a b/ü%2Fc");
    event["rawQueryString"] = json!("x=1&y=a%20b");
    event["headers"]["content-type"] = json!("application/json");
    event["body"] = json!("{\"n\": 1}");
    let routes = || {
        vec![
            route("/orders/{id}/{rest}", post(place_all), None),
            route("/", get(|| async { "root" }), None),
        ]
    };
    async fn place_all(
        Path((id, rest)): Path<(String, String)>,
        query: Query<std::collections::BTreeMap<String, String>>,
        body: Json<Value>,
    ) -> impl IntoResponse {
        place(Path(format!("{id}|{rest}")), query, body).await
    }
    let response = served(routes(), &event);
    assert_eq!(response["statusCode"], 201);
    assert_eq!(response["headers"]["content-type"], "application/json");
    assert_eq!(response["isBase64Encoded"], false);
    let body: Value =
        serde_json::from_str(response["body"].as_str().unwrap_or_default()).expect("JSON");
    assert_eq!(
        body,
        json!({"id": "a b|ü/c", "query": {"x": "1", "y": "a b"}, "body": {"n": 1}})
    );
    // The same body, encoded.
    event["body"] = json!(STANDARD.encode("{\"n\": 1}"));
    event["isBase64Encoded"] = json!(true);
    assert_eq!(served(routes(), &event), response);
    assert_eq!(served(routes(), &request("GET", "/"))["body"], "root");
    assert_eq!(
        served(routes(), &request("GET", "/none"))["statusCode"],
        404
    );
    assert_eq!(served(routes(), &request("PUT", "/"))["statusCode"], 405);
}

#[test]
fn cookies_headers_and_context_arrive() {
    async fn echo(
        headers: HeaderMap,
        Extension(context): Extension<RequestContext>,
    ) -> impl IntoResponse {
        let cookie = headers
            .get(header::COOKIE)
            .map(|value| value.to_str().unwrap_or_default().to_owned());
        let claim = context.0["authorizer"]["jwt"]["claims"]["claim1"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        (
            AppendHeaders([
                (header::SET_COOKIE, "a=1"),
                (header::SET_COOKIE, "b=2"),
                (header::VARY, "x"),
                (header::VARY, "y"),
            ]),
            format!("{cookie:?} {claim}"),
        )
    }
    let mut event = fixture("apigw-v2-request-jwt-authorizer");
    let path = event["rawPath"].as_str().unwrap_or_default().to_owned();
    let stage = event["requestContext"]["stage"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    let route_path = path
        .strip_prefix(&format!("/{stage}"))
        .unwrap_or(&path)
        .to_owned();
    let response = served(vec![route(&route_path, any(echo), None)], &event);
    assert_eq!(response["body"], "Some(\"cookie1; cookie2\") value1");
    assert_eq!(response["cookies"], json!(["a=1", "b=2"]));
    assert_eq!(response["headers"]["vary"], "x, y");
    // Null in place of a map.
    event["headers"] = Value::Null;
    event["rawQueryString"] = Value::Null;
    assert_eq!(
        served(vec![route(&route_path, any(echo), None)], &event)["statusCode"],
        200
    );
}

#[test]
fn binary_bodies_are_encoded() {
    let image = || async {
        (
            [(header::CONTENT_TYPE, "image/png")],
            vec![0_u8, 159, 146, 150],
        )
    };
    let response = served(vec![route("/", get(image), None)], &request("GET", "/"));
    assert_eq!(response["isBase64Encoded"], true);
    assert_eq!(response["body"], STANDARD.encode([0_u8, 159, 146, 150]));
    let zipped = || async {
        (
            [
                (header::CONTENT_ENCODING, "gzip"),
                (header::CONTENT_TYPE, "text/plain"),
            ],
            "x",
        )
    };
    let response = served(vec![route("/", get(zipped), None)], &request("GET", "/"));
    assert_eq!(response["isBase64Encoded"], true);
    let broken = || async { ([(header::CONTENT_TYPE, "text/plain")], vec![0xff_u8]) };
    let response = served(vec![route("/", get(broken), None)], &request("GET", "/"));
    assert_eq!(response["isBase64Encoded"], true);
}

#[test]
fn layers_and_large_bodies() {
    fn teapot(router: Router) -> Router {
        router.layer(axum::middleware::map_response(
            |_: axum::response::Response| async { StatusCode::IM_A_TEAPOT },
        ))
    }
    let length = |body: String| async move { body.len().to_string() };
    let routes = vec![
        route("/a", post(length), None),
        route("/b", get(|| async {}), Some(teapot)),
    ];
    let mut event = request("POST", "/a");
    event["body"] = json!("x".repeat(5_000_000));
    assert_eq!(served(routes.clone(), &event)["body"], "5000000");
    assert_eq!(served(routes, &request("GET", "/b"))["statusCode"], 418);
}

#[test]
fn a_panic_is_an_internal_error() {
    async fn broken() -> &'static str {
        std::panic::panic_any("broken")
    }
    let response = served(vec![route("/", get(broken), None)], &request("GET", "/"));
    assert_eq!(response["statusCode"], 500);
}

#[test]
fn correlation_comes_from_the_header() {
    async fn id() -> String {
        context::current()
            .map(|context| context.correlation_id)
            .unwrap_or_default()
    }
    let routes = || vec![route("/", get(id), None)];
    let mut event = request("GET", "/");
    assert_eq!(served(routes(), &event)["body"], "request");
    event["headers"]["x-correlation-id"] = json!("outside");
    assert_eq!(served(routes(), &event)["body"], "outside");
}
