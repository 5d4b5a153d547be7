//! The local engine in this process, behind the same traits as AWS: the same calls, answers, errors and
//! permissions, without a network.
//!
//! A [`Host`] drives the engine: it gives the time and runs the invocations. `TestApp` is one.

mod bucket;
mod bus;
mod function;
mod parameter;
mod presigned;
mod queue;
mod secret;
mod table;
mod topic;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ifc_local::engine::Reply;
use ifc_local::{Answer, ApiError, Call, Caller, Engine};
use serde_json::Value;

use crate::backend::{Backends, BoxFuture, Target};
use crate::context;
use crate::error::{Error, ErrorKind, Result};
use crate::service;

/// Whoever drives an engine.
pub trait Host: Send + Sync {
    /// Now, in milliseconds since 1970.
    fn now(&self) -> u64;

    /// Runs the invocation with this request id, which a call waits for, and gives the answer to it.
    fn invoked(&self, id: String) -> BoxFuture<'_, Answer>;

    /// Who calls: the function whose event is handled here, or else whoever runs the engine.
    ///
    /// # Errors
    /// If that cannot be told.
    fn caller(&self) -> Result<Caller> {
        Ok(in_context().unwrap_or(Caller::Root))
    }

    /// An error in place of a call.
    fn before(&self, caller: &Caller, resource: &str) -> Option<ApiError> {
        let _ = (caller, resource);
        None
    }

    /// Is told of each call that was accepted, before its caller is.
    fn accepted<'h>(
        &'h self,
        caller: &'h Caller,
        resource: &'static str,
        call: &'h Call,
    ) -> BoxFuture<'h, ()> {
        let _ = (caller, resource, call);
        Box::pin(async {})
    }
}

/// The function whose event the current task handles.
pub(crate) fn in_context() -> Option<Caller> {
    let context = context::current().filter(|context| !context.function.is_empty())?;
    Some(Caller::Function {
        name: context.function,
        invocation: Some(context.request_id).filter(|id| !id.is_empty()),
    })
}

/// An engine that everything in this process shares.
#[derive(Clone)]
pub struct Local {
    engine: Arc<Mutex<Engine>>,
    host: Arc<dyn Host>,
    names: Arc<BTreeMap<String, String>>,
}

impl Local {
    /// An engine with its host. `names` are the physical names, URLs and ARNs of resources by the names
    /// of their statics, as a function's environment has them.
    pub fn new(
        engine: Arc<Mutex<Engine>>,
        host: Arc<dyn Host>,
        names: BTreeMap<String, String>,
    ) -> Local {
        Local {
            engine,
            host,
            names: Arc::new(names),
        }
    }

    /// Backends of every kind on this engine.
    pub fn backends(&self) -> Backends {
        let local = Arc::new(self.clone());
        Backends {
            table: Some(local.clone()),
            queue: Some(local.clone()),
            topic: Some(local.clone()),
            bus: Some(local.clone()),
            bucket: Some(local.clone()),
            secret: Some(local.clone()),
            parameter: Some(local.clone()),
            function: Some(local),
        }
    }

    fn engine(&self) -> MutexGuard<'_, Engine> {
        self.engine.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the service knows the resource by.
    fn physical(&self, target: Target) -> Result<&str> {
        let Target { resource, physical } = target;
        match self.names.get(resource) {
            Some(name) => Ok(name),
            // The environment has a name for it.
            None if physical != resource => Ok(physical),
            None => Err(Error::new(
                ErrorKind::NotConfigured,
                format!(
                    "`{resource}` is no resource of the application that runs here: no manifest names it, \
                     and neither does the environment (`IFC_{resource}`)"
                ),
            )),
        }
    }

    /// Makes a call and gives its members.
    async fn ask(
        &self,
        target: Target,
        service: &str,
        operation: &str,
        input: Value,
    ) -> Result<Value> {
        let call = Call::new(service, operation, input);
        Ok(self.call(target, call).await?.output)
    }

    async fn call(&self, target: Target, call: Call) -> Result<Answer> {
        self.try_call(target, call)
            .await?
            .map_err(|error| to_error(&error))
    }

    /// As [`Local::call`], for callers that read the members of an error.
    async fn try_call(&self, target: Target, call: Call) -> Result<Result<Answer, ApiError>> {
        let caller = self.host.caller()?;
        if let Some(error) = self.host.before(&caller, target.resource) {
            return Ok(Err(error));
        }
        let reply = self.engine().call(&caller, &call, self.host.now());
        let reply = match reply {
            Ok(reply) => reply,
            Err(error) => return Ok(Err(error)),
        };
        self.host.accepted(&caller, target.resource, &call).await;
        Ok(Ok(match reply {
            Reply::Done(answer) => answer,
            Reply::Invoked(id) => self.host.invoked(id).await,
        }))
    }
}

/// The error for what a service answered.
pub(crate) fn to_error(error: &ApiError) -> Error {
    service::error(Some(&error.code), Some(&error.message), error.status)
}

/// A member that every answer of an operation has.
fn text(output: &Value, member: &str) -> Result<String> {
    output[member].as_str().map(str::to_owned).ok_or_else(|| {
        Error::new(
            ErrorKind::Other,
            format!("the answer has no member `{member}`: {output}"),
        )
    })
}

/// The members of a request without those that have no value.
fn without_nulls(mut input: Value) -> Value {
    if let Some(members) = input.as_object_mut() {
        members.retain(|_, value| !value.is_null());
    }
    input
}
