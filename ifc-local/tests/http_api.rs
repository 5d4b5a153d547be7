//! HTTP APIs: which route a request goes to, its event, and the response from what a function answers.
//!
//! Source: API Gateway Developer Guide, pages as in `ifc-local/src/http_api/mod.rs`.

#![allow(clippy::unwrap_used, reason = "a test program")]

use ifc_catalog::infra::Cors;
use ifc_local::engine::Outcome;
use ifc_local::http_api::{HttpApi, Request, Response, Routes, Step};
use serde_json::{Value, json};

fn routes(keys: &[&str]) -> Routes {
    let named = keys
        .iter()
        .map(|key| ((*key).to_owned(), (*key).to_owned()));
    Routes::new(named).unwrap()
}

fn api(keys: &[&str], cors: Option<Cors>) -> HttpApi {
    let named = keys
        .iter()
        .map(|key| ((*key).to_owned(), (*key).to_owned()));
    HttpApi::new("api1", named, cors).unwrap()
}

fn event(keys: &[&str], request: &Request) -> Value {
    match api(keys, None).receive(request, "r-1", 1_583_348_638_390) {
        Step::Invoke { event, .. } => serde_json::from_str(&event).unwrap(),
        Step::Answer(response) => panic!("{response:?}"),
    }
}

fn answered(answer: &str) -> Response {
    let outcome = Outcome::Returned(answer.to_owned());
    api(&["GET /"], None).answer(&Request::new("GET", "/"), "r-1", &outcome)
}

fn text(response: &Response) -> &str {
    std::str::from_utf8(&response.body).unwrap()
}

#[test]
fn the_example_of_the_guide() {
    let routes = routes(&[
        "$default",
        "ANY /{proxy+}",
        "GET /pets/{proxy+}",
        "GET /pets/dog/{id}",
        "GET /pets/dog/1",
    ]);
    for (method, path, key) in [
        ("GET", "/pets/dog/1", "GET /pets/dog/1"),
        ("GET", "/pets/dog/2", "GET /pets/dog/{id}"),
        ("GET", "/pets/cat/1", "GET /pets/{proxy+}"),
        ("POST", "/test/5", "ANY /{proxy+}"),
        ("POST", "/pets/dog/1", "ANY /{proxy+}"),
        ("GET", "/", "$default"),
    ] {
        assert_eq!(
            routes.find(method, path).unwrap().key,
            key,
            "{method} {path}"
        );
    }
}

#[test]
fn fixed_parts_come_before_parameters_and_methods_before_any() {
    let routes = routes(&[
        "GET /{a}/b",
        "GET /x/{b}",
        "ANY /x/y",
        "GET /x/{rest+}",
        "POST /x/{b}",
        "ANY /m",
        "GET /m",
    ]);
    let key =
        |method: &str, path: &str| routes.find(method, path).map(|found| found.key.to_owned());
    for (method, path, expected) in [
        ("GET", "/x/y", Some("ANY /x/y")),
        ("GET", "/x/b", Some("GET /x/{b}")),
        ("GET", "/q/b", Some("GET /{a}/b")),
        ("POST", "/x/z", Some("POST /x/{b}")),
        ("DELETE", "/x/z", None),
        ("GET", "/x/y/z", Some("GET /x/{rest+}")),
        ("GET", "/m", Some("GET /m")),
        ("PUT", "/m", Some("ANY /m")),
        ("HEAD", "/x/z", None),
        ("HEAD", "/m", Some("ANY /m")),
        ("GET", "/m/", None),
        ("GET", "/x/", Some("GET /x/{rest+}")),
        ("GET", "/x", None),
    ] {
        assert_eq!(key(method, path).as_deref(), expected, "{method} {path}");
    }
}

#[test]
fn parameters_are_decoded() {
    let routes = routes(&["GET /a/{id}", "GET /files/{path+}", "GET /caf%C3%A9/{x}"]);
    let parameter = |path: &str, name: &str| {
        let found = routes.find("GET", path).unwrap();
        found.parameters.get(name).unwrap().clone()
    };
    assert_eq!(parameter("/a/b%20c%2Fd", "id"), "b c/d");
    assert_eq!(parameter("/files/x/y%20z/", "path"), "x/y z/");
    assert!(
        routes.find("GET", "/a/").is_none(),
        "a parameter is never empty"
    );
}

#[test]
fn keys_that_api_gateway_refuses() {
    for key in [
        "/a",
        "FETCH /a",
        "GET a",
        "GET /a//b",
        "GET /a/",
        "GET /{a}x",
        "GET /{a+}/b",
        "get /a",
    ] {
        let error = Routes::new([(key.to_owned(), String::new())]).unwrap_err();
        assert_eq!(error.code, "BadRequestException", "{key}");
    }
    for (one, other) in [("GET /a/{x}", "GET /a/{y}"), ("$default", "$default")] {
        let both = [one, other].map(|key| (key.to_owned(), String::new()));
        assert_eq!(Routes::new(both).unwrap_err().code, "ConflictException");
    }
}

#[test]
fn a_whole_event() {
    let mut request = Request::new("POST", "/orders/a%20b?x=1&x=2&y=a+b%26&z");
    request.headers = [
        ("Host", "shop.localhost:3000"),
        ("User-Agent", "test"),
        ("Content-Type", "application/json"),
        ("X-Twice", "1"),
        ("Cookie", "a=1; b=2"),
        ("x-twice", "2"),
        ("Connection", "keep-alive"),
        ("cookie", "c=3"),
        (
            "x-amzn-trace-id",
            "Root=1-5e5fdf1e-0123456789abcdef01234567",
        ),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into();
    request.body = br#"{"n":1}"#.to_vec();
    request.source_ip = "192.0.2.1".to_owned();
    let expected = json!({
        "version": "2.0",
        "routeKey": "POST /orders/{id}",
        "rawPath": "/orders/a b",
        "rawQueryString": "x=1&x=2&y=a+b%26&z",
        "cookies": ["a=1", "b=2", "c=3"],
        "headers": {
            "content-length": "7",
            "content-type": "application/json",
            "host": "shop.localhost:3000",
            "user-agent": "test",
            "x-amzn-trace-id": "Root=1-5e5fdf1e-0123456789abcdef01234567",
            "x-forwarded-for": "192.0.2.1",
            "x-forwarded-port": "3000",
            "x-forwarded-proto": "http",
            "x-twice": "1,2",
        },
        "queryStringParameters": { "x": "1,2", "y": "a b&", "z": "" },
        "pathParameters": { "id": "a b" },
        "requestContext": {
            "accountId": "000000000000",
            "apiId": "api1",
            "domainName": "shop.localhost",
            "domainPrefix": "shop",
            "http": {
                "method": "POST",
                "path": "/orders/a b",
                "protocol": "HTTP/1.1",
                "sourceIp": "192.0.2.1",
                "userAgent": "test",
            },
            "requestId": "r-1",
            "routeKey": "POST /orders/{id}",
            "stage": "$default",
            "time": "04/Mar/2020:19:03:58 +0000",
            "timeEpoch": 1_583_348_638_390_u64,
        },
        "body": r#"{"n":1}"#,
        "isBase64Encoded": false,
    });
    assert_eq!(event(&["POST /orders/{id}"], &request), expected);
}

#[test]
fn what_a_request_does_not_have_is_left_out() {
    let event = event(&["$default"], &Request::new("GET", "/"));
    for absent in ["body", "cookies", "pathParameters", "queryStringParameters"] {
        assert!(event.get(absent).is_none(), "{absent}: {event}");
    }
    assert_eq!(event["isBase64Encoded"], false);
    assert_eq!(event["routeKey"], "$default");
    assert_eq!(event["headers"]["content-length"], "0");
}

#[test]
fn bodies_that_are_no_text_are_base64() {
    for (kind, body, expected) in [
        (Some("text/csv; charset=utf-8"), &b"a"[..], "a"),
        (Some("Application/JSON"), b"{}", "{}"),
        (Some("application/xml"), b"<a/>", "<a/>"),
        (Some("application/x-www-form-urlencoded"), b"a=1", "YT0x"),
        (Some("application/problem+json"), b"{}", "e30="),
        (Some("text/plain"), b"\xff", "/w=="),
        (None, b"a", "YQ=="),
    ] {
        let mut request = Request::new("POST", "/");
        let kind = kind.map(|kind| ("content-type".to_owned(), kind.to_owned()));
        request.headers.extend(kind.clone());
        request.body = body.to_vec();
        let event = event(&["POST /"], &request);
        assert_eq!(event["body"], expected, "{kind:?}");
        assert_eq!(
            event["isBase64Encoded"],
            expected.as_bytes() != body,
            "{kind:?}"
        );
    }
}

#[test]
fn answers_with_a_status() {
    let answer = json!({
        "statusCode": "201",
        "headers": { "X-A": "1", "x-n": 2, "x-b": true, "Content-Length": "99" },
        "cookies": ["a=1; HttpOnly", "b=2"],
        "body": "aGk=",
        "isBase64Encoded": true,
    });
    let response = answered(&answer.to_string());
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    assert_eq!(
        response,
        Response {
            status: 201,
            headers: vec![
                header("x-a", "1"),
                header("x-b", "true"),
                header("x-n", "2"),
                header("set-cookie", "a=1; HttpOnly"),
                header("set-cookie", "b=2"),
                header("content-type", "text/plain;charset=UTF-8"),
                header("apigw-requestid", "r-1"),
            ],
            body: b"hi".to_vec(),
        }
    );
    assert_eq!(answered(r#"{"statusCode":204}"#).body, b"");
}

#[test]
fn answers_without_a_status_are_the_body() {
    for (answer, body) in [
        (r#""Hello from Lambda!""#, "Hello from Lambda!"),
        (r#"{ "message": "Hello" }"#, r#"{ "message": "Hello" }"#),
        ("[1,2]", "[1,2]"),
        ("null", "null"),
    ] {
        let response = answered(answer);
        assert_eq!((response.status, text(&response)), (200, body));
        assert_eq!(response.header("content-type"), Some("application/json"));
    }
}

#[test]
fn answers_that_cannot_be_read_are_errors() {
    for answer in [
        "no JSON",
        r#"{"statusCode":"ok"}"#,
        r#"{"statusCode":20}"#,
        r#"{"statusCode":200,"body":{"a":1}}"#,
        r#"{"statusCode":200,"body":"%%","isBase64Encoded":true}"#,
        r#"{"statusCode":200,"headers":{"a":["b"]}}"#,
        r#"{"statusCode":200,"cookies":"a=1"}"#,
    ] {
        let response = answered(answer);
        let expected = r#"{"message":"Internal Server Error"}"#;
        assert_eq!(
            (response.status, text(&response)),
            (500, expected),
            "{answer}"
        );
    }
    let failed = Outcome::Failed {
        error_type: "E".into(),
        message: "secret".into(),
    };
    let big = Outcome::Returned(format!("\"{}\"", "x".repeat(6_291_556)));
    for outcome in [failed, Outcome::TimedOut, big] {
        let api = api(&["GET /"], None);
        let response = api.answer(&Request::new("GET", "/"), "r-1", &outcome);
        assert_eq!(text(&response), r#"{"message":"Internal Server Error"}"#);
    }
}

#[test]
fn what_the_gateway_refuses_by_itself() {
    let api = api(&["POST /a", "$default"], None);
    let only_a = self::api(&["POST /a"], None);
    let refused = |api: &HttpApi, request: &Request| match api.receive(request, "r-1", 0) {
        Step::Answer(response) => (response.status, text(&response).to_owned()),
        Step::Invoke { route, .. } => panic!("goes to {route}"),
    };
    let not_found = refused(&only_a, &Request::new("GET", "/a"));
    assert_eq!(not_found, (404, r#"{"message":"Not Found"}"#.to_owned()));
    let mut large = Request::new("POST", "/a");
    large.body = vec![b'x'; 10 * 1024 * 1024 + 1];
    assert_eq!(refused(&api, &large).0, 413);
    // The event with the body in base64 is too large for Lambda.
    large.body.truncate(5 * 1024 * 1024);
    assert_eq!(refused(&api, &large).0, 413);
    large.body.truncate(4 * 1024 * 1024);
    assert!(matches!(api.receive(&large, "r-1", 0), Step::Invoke { .. }));
    let long = Request::new("GET", &format!("/{}", "x".repeat(10_240)));
    assert_eq!(refused(&api, &long).0, 431);
}

fn cors() -> Cors {
    Cors {
        origins: vec!["https://shop.example".into(), "http://*".into()],
        methods: vec!["GET".into(), "POST".into()],
        headers: vec!["x-a".into()],
        expose: vec!["x-b".into()],
        credentials: true,
        max_age: Some(300),
    }
}

fn from_origin(method: &str, origin: &str) -> Request {
    let mut request = Request::new(method, "/a");
    request.headers = vec![("Origin".into(), origin.into())];
    request
}

#[test]
fn preflight_requests_are_answered_without_a_route() {
    let api = api(&["GET /a"], Some(cors()));
    let mut request = from_origin("OPTIONS", "http://localhost:8080");
    let not_found = api.receive(&request, "r-1", 0);
    assert!(matches!(not_found, Step::Answer(response) if response.status == 404));
    let asked = ("Access-Control-Request-Method".into(), "GET".into());
    request.headers.push(asked);
    let Step::Answer(response) = api.receive(&request, "r-1", 0) else {
        panic!("it is answered");
    };
    assert_eq!(response.status, 204);
    for (name, value) in [
        ("access-control-allow-origin", "http://localhost:8080"),
        ("access-control-allow-methods", "GET,POST"),
        ("access-control-allow-headers", "x-a"),
        ("access-control-allow-credentials", "true"),
        ("access-control-expose-headers", "x-b"),
        ("access-control-max-age", "300"),
    ] {
        assert_eq!(response.header(name), Some(value), "{name}");
    }
    request.headers[0].1 = "https://other.example".into();
    let Step::Answer(response) = api.receive(&request, "r-1", 0) else {
        panic!("it is answered");
    };
    assert_eq!(response.header("access-control-allow-origin"), None);
}

#[test]
fn cors_of_the_api_replaces_that_of_the_function() {
    let api = api(&["GET /a"], Some(cors()));
    let own =
        r#"{"statusCode":200,"headers":{"Access-Control-Allow-Origin":"https://evil.example"}}"#;
    let own = Outcome::Returned(own.to_owned());
    for (origin, expected) in [
        ("https://shop.example", Some("https://shop.example")),
        ("https://evil.example", None),
    ] {
        let response = api.answer(&from_origin("GET", origin), "r-1", &own);
        assert_eq!(response.header("access-control-allow-origin"), expected);
    }
    let plain = api.answer(&Request::new("GET", "/a"), "r-1", &own);
    assert_eq!(plain.header("access-control-allow-origin"), None);
    let without = self::api(&["GET /a"], None);
    let response = without.answer(&from_origin("GET", "x"), "r-1", &own);
    assert_eq!(
        response.header("access-control-allow-origin"),
        Some("https://evil.example")
    );
}
