//! An HTTP API.

use std::sync::{Arc, Mutex};

use ifc_local::http_api::{Request, Response};
use ifc_local::server::{HttpBackend, Later, Server, serve_http};
use tokio::net::TcpListener;

use crate::client::send;

#[derive(Default)]
struct Noted {
    requests: Mutex<Vec<Request>>,
}

impl HttpBackend for Noted {
    fn request(&self, request: Request) -> Later<'_, Response> {
        self.requests.lock().unwrap().push(request);
        let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let response = Response {
            status: 201,
            headers: vec![
                header("set-cookie", "a=1"),
                header("set-cookie", "b=2"),
                header("x-broken", "a\nb"),
                header("content-type", "text/plain"),
            ],
            body: b"made".to_vec(),
        };
        Box::pin(async move { response })
    }
}

async fn serve() -> (Arc<Noted>, Server) {
    let backend = Arc::new(Noted::default());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = serve_http(listener, backend.clone()).unwrap();
    (backend, server)
}

#[tokio::test]
async fn requests_and_responses() {
    let (backend, server) = serve().await;
    let headers = [("host", "shop.localhost"), ("x-a", "ü"), ("x-a", "2")];
    let got = send(server.address(), "POST /a%20b/?x=%26", &headers, "body").await;
    assert_eq!((got.status, got.text().as_str()), (201, "made"));
    assert_eq!(got.header("content-type"), Some("text/plain"));
    assert_eq!(got.header("content-length"), Some("4"));
    assert_eq!(got.all("set-cookie"), ["a=1", "b=2"]);
    assert_eq!(got.header("x-broken"), None);
    let requests = backend.requests.lock().unwrap();
    let request = &requests[0];
    assert_eq!(
        (request.method.as_str(), request.path.as_str()),
        ("POST", "/a%20b/")
    );
    assert_eq!(
        (request.query.as_str(), request.body.as_slice()),
        ("x=%26", &b"body"[..])
    );
    assert_eq!(request.header("host"), Some("shop.localhost"));
    assert_eq!(request.source_ip, "127.0.0.1");
    let twice = request.headers.iter().filter(|(name, _)| name == "x-a");
    assert_eq!(
        twice.map(|(_, value)| value.as_str()).collect::<Vec<_>>(),
        ["ü", "2"]
    );
}

#[tokio::test]
async fn responses_to_head_have_no_body() {
    let (_backend, server) = serve().await;
    let got = send(server.address(), "HEAD /", &[], "").await;
    assert_eq!(
        (got.status, got.header("content-length"), got.body.len()),
        (201, Some("4"), 0)
    );
}

#[tokio::test]
async fn bodies_have_a_largest_size() {
    let (backend, server) = serve().await;
    let limit = 10 * 1024 * 1024;
    let got = send(server.address(), "POST /", &[], vec![b'x'; limit]).await;
    assert_eq!(got.status, 201);
    backend.requests.lock().unwrap().clear();
    let got = send(server.address(), "POST /", &[], vec![b'x'; limit + 1]).await;
    assert_eq!(
        (got.status, got.text().as_str()),
        (413, r#"{"message":"Request Entity Too Large"}"#)
    );
    assert_eq!(*backend.requests.lock().unwrap(), []);
}
