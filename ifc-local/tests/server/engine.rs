//! The server before the engine, and the end of the server.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use ifc_local::engine::{Reply, Settings};
use ifc_local::server::{Backend, Identity, Later};
use ifc_local::{Answer, ApiError, Call, Caller, Engine};
use serde_json::json;
use tokio::net::TcpListener;

use crate::client::{NOW, SECRET, send_signed, signer};
use crate::scripted::{Scripted, done};

struct Real(Mutex<Engine>);

impl Backend for Real {
    fn call(&self, caller: Caller, call: Call) -> Later<'_, Result<Answer, ApiError>> {
        let reply = self.0.lock().unwrap().call(&caller, &call, self.now());
        Box::pin(async move {
            match reply? {
                Reply::Done(answer) => Ok(answer),
                Reply::Invoked(id) => panic!("nothing runs {id} here"),
            }
        })
    }

    fn identity(&self, _access_key: &str) -> Option<Identity> {
        Some(Identity {
            caller: Caller::Root,
            secret: SECRET.into(),
        })
    }

    fn now(&self) -> u64 {
        NOW
    }

    fn changed(&self) -> Later<'_, ()> {
        Box::pin(std::future::pending())
    }
}

#[tokio::test]
async fn a_message_goes_through_a_queue() {
    let settings = Settings {
        endpoint: "http://127.0.0.1:4566".into(),
        seed: 1,
        concurrency: 10,
    };
    let engine = Arc::new(Real(Mutex::new(Engine::new(&settings))));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = ifc_local::server::serve(listener, engine).unwrap();
    let to = server.address();
    let call = async |operation: &str, body: serde_json::Value| {
        let target = format!("AmazonSQS.{operation}");
        let headers = [("x-amz-target", target.as_str())];
        let body = body.to_string();
        send_signed(to, signer("k", "sqs"), "POST /", &headers, body)
            .await
            .json()
    };
    let queue = call("CreateQueue", json!({ "QueueName": "jobs" })).await;
    let url = queue["QueueUrl"].clone();
    call(
        "SendMessage",
        json!({ "QueueUrl": url, "MessageBody": "hello" }),
    )
    .await;
    let got = call("ReceiveMessage", json!({ "QueueUrl": url })).await;
    assert_eq!(got["Messages"][0]["Body"], "hello");
    let got = call("GetQueueUrl", json!({ "QueueName": "none" })).await;
    assert_eq!(got["__type"], "com.amazonaws.sqs#QueueDoesNotExist");
}

#[tokio::test]
async fn requests_under_way_are_answered_before_the_end() {
    let (backend, server, to) = Scripted::serve(done(json!({}))).await;
    let waiting = tokio::spawn(async move {
        let headers = [("x-amz-target", "AmazonSQS.ReceiveMessage")];
        let body = r#"{"WaitTimeSeconds":20}"#;
        send_signed(to, signer("test", "sqs"), "POST /", &headers, body).await
    });
    while backend.calls().is_empty() {
        tokio::task::yield_now().await;
    }
    let stopping = tokio::spawn(server.stop(Duration::from_secs(60)));
    while tokio::net::TcpStream::connect(to).await.is_ok() {
        tokio::task::yield_now().await;
    }
    backend.answer(done(json!({ "Messages": [{}] })));
    backend.changes.send_modify(|number| *number += 1);
    assert_eq!(waiting.await.unwrap().status, 200);
    stopping.await.unwrap();
}
