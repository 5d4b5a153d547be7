//! Applications on the engine, for tests.

#![allow(dead_code, reason = "every test uses a part of it")]

use ifc_compiler::catalog::manifest::Manifest;
use ifc_compiler::testing::Fixture;
use ifc_local::engine::{DeployError, HttpReply, Invocation, Outcome, Reply, Settings};
use ifc_local::http_api::Request;
use ifc_local::stack::Options;
use ifc_local::{Answer, ApiError, Call, Caller, Engine};
use serde_json::Value;

/// 2026-01-01.
pub(crate) const START: u64 = 1_767_225_600_000;

/// What the sources are compiled to.
pub(crate) fn manifest(sources: &str) -> Manifest {
    let compiled = ifc_compiler::compile(&Fixture::parse(sources).world());
    let errors: Vec<String> = compiled.errors().map(|d| d.message.clone()).collect();
    assert_eq!(errors, Vec::<String>::new());
    compiled.manifest
}

/// An application with a clock.
pub(crate) struct App {
    pub(crate) engine: Engine,
    pub(crate) now: u64,
}

impl App {
    /// Compiles and deploys the sources.
    pub(crate) fn new(sources: &str) -> App {
        let mut app = App::empty();
        app.deploy(&manifest(sources)).unwrap();
        app
    }

    /// Nothing is deployed.
    pub(crate) fn empty() -> App {
        let settings = Settings {
            endpoint: "http://127.0.0.1:4566".into(),
            seed: 7,
            concurrency: 10,
        };
        App {
            engine: Engine::new(&settings),
            now: START,
        }
    }

    /// Deploys in place of what is there.
    pub(crate) fn deploy(&mut self, manifest: &Manifest) -> Result<(), Vec<DeployError>> {
        self.engine.deploy(manifest, &Options::default(), self.now)
    }

    pub(crate) fn variable(&self, function: &str, variable: &str) -> String {
        self.engine.functions()[function].environment[variable].clone()
    }

    pub(crate) fn begin(&mut self) -> Vec<Invocation> {
        self.engine.begin(self.now)
    }

    pub(crate) fn finish(&mut self, invocation: &Invocation, outcome: Outcome) {
        self.engine.finish(&invocation.id, outcome, self.now);
    }

    /// Who calls from inside of an invocation.
    pub(crate) fn inside(&self, invocation: &Invocation) -> Caller {
        Caller::Function {
            name: invocation.function.clone(),
            invocation: Some(invocation.id.clone()),
        }
    }

    pub(crate) fn call(
        &mut self,
        caller: &Caller,
        service: &str,
        operation: &str,
        input: Value,
    ) -> Result<Value, ApiError> {
        let call = Call::new(service, operation, input);
        match self.engine.call(caller, &call, self.now)? {
            Reply::Done(Answer { output, .. }) => Ok(output),
            Reply::Invoked(id) => Ok(id.into()),
        }
    }

    pub(crate) fn root(&mut self, service: &str, operation: &str, input: Value) -> Value {
        self.call(&Caller::Root, service, operation, input).unwrap()
    }

    /// The id of the invocation that answers a request.
    pub(crate) fn http(&mut self, method: &str, target: &str) -> String {
        match self.engine.http(&Request::new(method, target), self.now) {
            HttpReply::Invoked(id) => id,
            HttpReply::Answered(response) => panic!("{response:?}"),
        }
    }

    /// Goes on to when something is due.
    pub(crate) fn wait(&mut self) {
        if let Some(due) = self.engine.due(self.now) {
            self.now = self.now.max(due);
        }
    }
}
