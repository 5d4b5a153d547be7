//! The server before the engine, and the end of the server.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use ifc_local::engine::{Reply, Settings};
use ifc_local::server::{Backend, Identity, Later};
use ifc_local::{Answer, ApiError, Call, Caller, Engine};
use serde_json::json;
use tokio::net::TcpListener;

use crate::client::{send, signed};
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
            secret: "test".into(),
        })
    }

    fn now(&self) -> u64 {
        1_769_846_400_000
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
    let authorization = signed("k", "sqs");
    let call = async |operation: &str, body: serde_json::Value| {
        let target = format!("AmazonSQS.{operation}");
        let headers = [
            ("authorization", authorization.as_str()),
            ("x-amz-target", &target),
        ];
        send(to, "POST /", &headers, body.to_string()).await.json()
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
    let authorization = signed("test", "sqs");
    let waiting = tokio::spawn(async move {
        let headers = [
            ("authorization", authorization.as_str()),
            ("x-amz-target", "AmazonSQS.ReceiveMessage"),
        ];
        send(to, "POST /", &headers, r#"{"WaitTimeSeconds":20}"#).await
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
