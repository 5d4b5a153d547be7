//! Runs the engine for a test: time, callers, faults.

use std::sync::Arc;

use ifc_local::{Answer, ApiError, Call, Caller};

use super::shared::Shared;
use crate::backend::BoxFuture;
use crate::error::{Error, ErrorKind, Result};
use crate::local::{Host, in_context};

tokio::task_local! {
    /// The task of the test itself.
    pub(super) static TEST: ();
}

pub(super) struct TestHost(pub(super) Arc<Shared>);

impl Host for TestHost {
    fn now(&self) -> u64 {
        self.0.now()
    }

    fn invoked(&self, id: String) -> BoxFuture<'_, Answer> {
        Box::pin(self.0.answer(id))
    }

    fn caller(&self) -> Result<Caller> {
        if let Some(caller) = in_context() {
            return Ok(caller);
        }
        if TEST.try_with(|()| ()).is_ok() {
            return Ok(Caller::Root);
        }
        // A task that was started with `tokio::spawn` does not know its event.
        let state = self.0.state();
        let mut running = state.running.iter();
        match (running.next(), running.next()) {
            (None, _) => Ok(Caller::Root),
            (Some((id, function)), None) => Ok(Caller::Function {
                name: function.clone(),
                invocation: Some(id.clone()),
            }),
            (Some(_), Some(_)) => Err(Error::new(
                ErrorKind::Other,
                "this call comes from a task that was started with `tokio::spawn` while several functions \
                 run, so whose permissions hold is not known; `ifc_runtime::context::spawn` carries that on",
            )),
        }
    }

    fn before(&self, caller: &Caller, resource: &str) -> Option<ApiError> {
        match caller {
            Caller::Root => None,
            Caller::Function { .. } => self.0.state().faults.next_call(resource),
        }
    }

    fn accepted<'h>(
        &'h self,
        caller: &'h Caller,
        resource: &'static str,
        _call: &'h Call,
    ) -> BoxFuture<'h, ()> {
        let killer = match caller {
            Caller::Function {
                name,
                invocation: Some(id),
            } => {
                let mut state = self.0.state();
                let dies = state.faults.dies(name, resource);
                dies.then(|| state.killers.get(id).cloned()).flatten()
            }
            _ => None,
        };
        Box::pin(async move {
            if let Some(killer) = killer {
                killer.notify_one();
                // The invocation is dropped while it waits here.
                std::future::pending::<()>().await;
            }
        })
    }
}
