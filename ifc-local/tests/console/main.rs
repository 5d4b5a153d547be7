//! The API behind the page of `cargo ifc dev`, on an application whose functions this program plays.

#![allow(clippy::unwrap_used, reason = "tests")]

mod actions;
mod guard;
mod reads;
mod shop;
mod traces;

use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{HeaderMap, Request, StatusCode};
use ifc_local::dev::Application;
use ifc_local::dev::console::view::app::Addresses;
use ifc_local::dev::console::{Console, Responded};
use serde_json::{Value, json};

/// The page of a shop.
struct Page {
    application: Application,
    console: Console,
}

/// What a request was answered with.
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

impl Page {
    async fn new() -> Page {
        let application = shop::start(Duration::ZERO).await;
        let addresses = Addresses {
            http: Some("http://127.0.0.1:3000".into()),
            services: "http://127.0.0.1:4566".into(),
        };
        Page {
            console: Console::new(application.clone(), addresses, None),
            application,
        }
    }

    async fn request(&self, request: Request<Full<Bytes>>) -> Responded {
        self.console.handle(request).await
    }

    async fn answer(&self, request: Request<Full<Bytes>>) -> Answer {
        let (head, body) = self.request(request).await.into_parts();
        Answer {
            status: head.status,
            headers: head.headers,
            body: body.collect().await.unwrap().to_bytes(),
        }
    }

    async fn get(&self, path: &str) -> Value {
        let answer = self.answer(get(path)).await;
        assert_eq!(answer.status, 200, "{path}: {:?}", answer.body);
        answer.json()
    }

    async fn try_post(&self, action: &str, body: Value) -> Answer {
        self.answer(post(action, &body)).await
    }

    async fn post(&self, action: &str, body: Value) -> Value {
        let answer = self.try_post(action, body).await;
        assert_eq!(answer.status, 200, "{action}: {:?}", answer.body);
        answer.json()
    }

    /// Orders something, and waits until nothing is on its way; the root of the trace.
    async fn order(&self, id: &str) -> String {
        let order = json!({ "id": id, "customer": "ada", "total_cents": 4999 });
        let request = json!({ "method": "POST", "path": "/orders", "body": order });
        let answer = self.post("http", request).await;
        self.settle().await;
        answer["trace"].as_str().unwrap().to_owned()
    }

    async fn settle(&self) {
        shop::settle(&self.application).await;
    }

    /// Lets messages that failed come again until they are given up.
    async fn give_up(&self) {
        for _ in 0..4 {
            self.post("advance", json!({ "milliseconds": 600_000 }))
                .await;
            self.settle().await;
        }
    }
}

fn get(path: &str) -> Request<Full<Bytes>> {
    let request = Request::get(format!("/_ifc/{path}")).header("host", "127.0.0.1:3000");
    request.body(Full::default()).unwrap()
}

fn post(action: &str, body: &Value) -> Request<Full<Bytes>> {
    Request::post(format!("/_ifc/api/{action}"))
        .header("host", "127.0.0.1:3000")
        .header("content-type", "application/json")
        .body(Full::from(body.to_string()))
        .unwrap()
}

/// The member of a list whose `name` it is.
fn named<'v>(list: &'v Value, name: &str) -> &'v Value {
    let found = list
        .as_array()
        .unwrap()
        .iter()
        .find(|of| of["name"] == name);
    found.unwrap_or_else(|| panic!("no {name} in {list}"))
}
