//! A backend that notes calls and answers what it is told to.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use ifc_local::server::{Backend, Identity, Later, Server};
use ifc_local::{Answer, ApiError, Call, Caller};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::client::{NOW, SECRET};

/// The backend.
pub(crate) struct Scripted {
    answer: Mutex<Result<Answer, ApiError>>,
    calls: Mutex<Vec<Call>>,
    pub(crate) changes: watch::Sender<u64>,
}

impl Scripted {
    /// Serves it; the answer to the first call and all others.
    pub(crate) async fn serve(
        answer: Result<Answer, ApiError>,
    ) -> (Arc<Scripted>, Server, SocketAddr) {
        let backend = Arc::new(Scripted {
            answer: Mutex::new(answer),
            calls: Mutex::default(),
            changes: watch::Sender::new(0),
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = ifc_local::server::serve(listener, backend.clone()).unwrap();
        let address = server.address();
        (backend, server, address)
    }

    /// Answers something else from now on.
    pub(crate) fn answer(&self, answer: Result<Answer, ApiError>) {
        *self.answer.lock().unwrap() = answer;
    }

    /// The calls since this was last asked.
    pub(crate) fn calls(&self) -> Vec<Call> {
        std::mem::take(&mut self.calls.lock().unwrap())
    }
}

/// An answer with members.
pub(crate) fn done(output: Value) -> Result<Answer, ApiError> {
    Ok(Answer::from(output))
}

impl Backend for Scripted {
    fn call(&self, caller: Caller, call: Call) -> Later<'_, Result<Answer, ApiError>> {
        assert_eq!(caller, Caller::Root);
        self.calls.lock().unwrap().push(call);
        let answer = self.answer.lock().unwrap().clone();
        Box::pin(async move { answer })
    }

    fn identity(&self, access_key: &str) -> Option<Identity> {
        (access_key == "test").then(|| Identity {
            caller: Caller::Root,
            secret: SECRET.to_owned(),
        })
    }

    fn now(&self) -> u64 {
        NOW
    }

    fn changed(&self) -> Later<'_, ()> {
        let mut changes = self.changes.subscribe();
        Box::pin(async move {
            let _ = changes.changed().await;
        })
    }
}
