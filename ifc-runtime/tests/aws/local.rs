//! The local engine, behind its server or in this process, with the function that the tests call.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail};
use ifc_local::engine::{Input, InputReply, Outcome, Reply, Settings};
use ifc_local::server::{Backend, Identity, Later, Server};
use ifc_local::stack::Options;
use ifc_local::{Answer, ApiError, Call, Caller, Engine};
use ifc_runtime::backend::BoxFuture;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::setup::{Account, text};

/// An engine, and where it is found.
pub(crate) struct Local {
    host: Arc<Host>,
    endpoint: String,
    /// None in the process.
    _server: Option<Server>,
}

struct Host {
    engine: Arc<Mutex<Engine>>,
    changed: watch::Sender<u64>,
    /// How invocations ended that somebody may wait for, by request id.
    ended: Mutex<BTreeMap<String, Outcome>>,
}

impl Local {
    /// An engine that is served.
    pub(crate) async fn start() -> Result<Local> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let endpoint = format!("http://{}", listener.local_addr()?);
        let host = Host::start(&endpoint);
        Ok(Local {
            _server: Some(ifc_local::server::serve(listener, host.clone())?),
            host,
            endpoint,
        })
    }

    /// An engine that the handles of this process reach without a server.
    pub(crate) fn in_process() -> Local {
        let endpoint = "http://127.0.0.1:4566".to_owned();
        Local {
            host: Host::start(&endpoint),
            endpoint,
            _server: None,
        }
    }

    /// The engine as the handles reach it; `names` are those of the resources.
    pub(crate) fn handles(&self, names: BTreeMap<String, String>) -> ifc_runtime::local::Local {
        let engine = Arc::clone(&self.host.engine);
        ifc_runtime::local::Local::new(engine, self.host.clone(), names)
    }
}

impl Account for Local {
    fn call(&self, service: &str, operation: &str, input: Value) -> Result<Value> {
        let call = Call::new(service, operation, input);
        Ok(self.host.answer(Caller::Root, call)?.output)
    }

    fn endpoint(&self) -> &str {
        &self.endpoint
    }

    fn environment(&self) -> Vec<(String, String)> {
        vec![("AWS_ENDPOINT_URL".into(), self.endpoint.clone())]
    }

    fn function(&self, name: &str, failures: &str) -> Result<String> {
        let attribute =
            |node: &str, name: &str| json!({ "attribute": { "node": node, "name": name } });
        let manifest = json!({
            "ifc": 1,
            "package": "handles",
            "functions": {},
            "resources": {},
            "edges": [],
            "unresolved": [],
            "infrastructure": {
                "Role": {
                    "id": "Role",
                    "owner": name,
                    "kind": "role",
                    "service": "lambda.amazonaws.com",
                    "statements": [{
                        "effect": "Allow",
                        "actions": ["sqs:SendMessage"],
                        "resources": [failures],
                    }],
                },
                "Function": {
                    "id": "Function",
                    "owner": name,
                    "kind": "function",
                    "name": name,
                    "artifact": "key",
                    "architecture": "arm64",
                    "memory": 128,
                    "timeout": 3,
                    "role": attribute("Role", "arn"),
                    "log_group": "logs",
                    "tracing": false,
                    "environment": {},
                },
                "Events": {
                    "id": "Events",
                    "owner": name,
                    "kind": "event_invoke_config",
                    "function": attribute("Function", "name"),
                    "retries": 0,
                    "max_age": 3600,
                    "dead_letters": failures,
                },
            },
        });
        let deploy = Input::Deploy {
            manifest: manifest.to_string(),
            options: Options::default(),
        };
        match self.host.apply(deploy) {
            InputReply::Deployed(Ok(())) => {}
            other => bail!("{other:?}"),
        }
        let asked = json!({ "FunctionName": name });
        let found = self.call("lambda", "ListFunctions", asked)?;
        let arn = text(&found["Functions"][0]["FunctionArn"])?;
        Ok(arn.to_owned())
    }

    fn log(&self) -> String {
        String::new()
    }
}

impl Host {
    fn start(endpoint: &str) -> Arc<Host> {
        let settings = Settings {
            endpoint: endpoint.to_owned(),
            seed: 1,
            concurrency: 10,
        };
        let host = Arc::new(Host {
            engine: Arc::new(Mutex::new(Engine::new(&settings))),
            changed: watch::Sender::new(0),
            ended: Mutex::default(),
        });
        tokio::spawn(keep_time(Arc::clone(&host)));
        host
    }

    /// Milliseconds since 1970.
    fn time(&self) -> u64 {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        u64::try_from(now.as_millis()).unwrap()
    }

    /// Takes an input, and runs at once what it starts.
    fn apply(&self, input: Input) -> InputReply {
        let mut engine = self.engine.lock().unwrap();
        let output = engine.apply(input, self.time());
        let mut started = VecDeque::from(output.started);
        while let Some(invocation) = started.pop_front() {
            let outcome = price(&invocation.payload);
            let finish = Input::Finish {
                invocation: invocation.id.clone(),
                outcome: outcome.clone(),
            };
            self.ended.lock().unwrap().insert(invocation.id, outcome);
            started.extend(engine.apply(finish, self.time()).started);
        }
        drop(engine);
        self.changed.send_modify(|count| *count += 1);
        output.reply
    }

    /// The answer to whoever waits for an invocation.
    fn end(&self, id: &str) -> Answer {
        let outcome = self.ended.lock().unwrap().remove(id).unwrap();
        outcome.answer(id, 3)
    }

    fn answer(&self, caller: Caller, call: Call) -> Result<Answer, ApiError> {
        match self.apply(Input::Call { caller, call }) {
            InputReply::Called(Ok(Reply::Done(answer))) => Ok(answer),
            InputReply::Called(Ok(Reply::Invoked(id))) => Ok(self.end(&id)),
            InputReply::Called(Err(error)) => Err(error),
            other => panic!("{other:?} is no answer to a call"),
        }
    }
}

/// Doubles a number, and fails for negative numbers.
fn price(payload: &str) -> Outcome {
    let event: Value = serde_json::from_str(payload).unwrap();
    match event["n"].as_i64().context("no number").unwrap() {
        n if n < 0 => Outcome::Failed {
            error_type: "NoPrice".into(),
            message: "negative".into(),
        },
        n => Outcome::Returned(json!({ "twice": 2 * n }).to_string()),
    }
}

/// Lets happen what happens at its time.
async fn keep_time(host: Arc<Host>) {
    let mut changed = host.changed.subscribe();
    loop {
        changed.borrow_and_update();
        let now = host.time();
        let due = host.engine.lock().unwrap().due(now);
        let wait = due.map(|due| Duration::from_millis(due.saturating_sub(now).max(1)));
        tokio::select! {
            () = tokio::time::sleep(wait.unwrap_or(Duration::MAX)) => {
                host.apply(Input::Tick);
            }
            _ = changed.changed() => {}
        }
    }
}

impl Backend for Host {
    fn call(&self, caller: Caller, call: Call) -> Later<'_, Result<Answer, ApiError>> {
        let answer = self.answer(caller, call);
        Box::pin(async move { answer })
    }

    fn identity(&self, access_key: &str) -> Option<Identity> {
        (access_key == "test").then(|| Identity {
            caller: Caller::Root,
            secret: "test".into(),
        })
    }

    fn now(&self) -> u64 {
        self.time()
    }

    fn changed(&self) -> Later<'_, ()> {
        let mut changed = self.changed.subscribe();
        Box::pin(async move {
            let _ = changed.changed().await;
        })
    }
}

impl ifc_runtime::local::Host for Host {
    fn now(&self) -> u64 {
        self.time()
    }

    fn invoked(&self, id: String) -> BoxFuture<'_, Answer> {
        Box::pin(async move { self.end(&id) })
    }

    fn accepted<'h>(&'h self, _: &'h Caller, _: &'static str, _: &'h Call) -> BoxFuture<'h, ()> {
        Box::pin(async {
            self.apply(Input::Tick);
        })
    }
}
