//! What belongs to the event that is being handled: its ids, which outgoing messages and log lines
//! carry on.

use std::future::Future;
use std::time::{Duration, SystemTime};

/// The name of the attribute that carries the correlation id on messages.
pub const CORRELATION_ATTRIBUTE: &str = "ifc-correlation-id";

/// The reserved key that carries it inside the detail of a bus event.
pub const CORRELATION_DETAIL_KEY: &str = "_ifc";

/// The ids of the event that is being handled.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Context {
    /// The name of the function, as in the manifest.
    pub function: String,
    /// The id of this invocation.
    pub request_id: String,
    /// The id that is shared by everything that one outside event caused.
    pub correlation_id: String,
    /// The X-Ray header (`Root=...;Parent=...;Sampled=...`), if there is one.
    pub trace_header: Option<String>,
    /// When the invocation is ended by force.
    pub deadline: Option<SystemTime>,
}

tokio::task_local! {
    static CURRENT: Context;
}

impl Context {
    /// The time that is left, zero when it is over; `None` if there is no limit.
    pub fn remaining(&self) -> Option<Duration> {
        self.deadline
            .map(|deadline| deadline.duration_since(now()).unwrap_or(Duration::ZERO))
    }
}

/// Now: that of the system, and in a test of the application that of the test, which moves it at will.
pub fn now() -> SystemTime {
    #[cfg(feature = "local")]
    if let Some(now) = crate::testing::now() {
        return now;
    }
    SystemTime::now()
}

/// The context of the event that the current task handles; `None` outside of a handler and in tasks
/// started with `tokio::spawn` (use [`spawn`]).
pub fn current() -> Option<Context> {
    CURRENT.try_with(Context::clone).ok()
}

/// Runs `f` on the current context without a copy.
pub(crate) fn with_current<T>(f: impl FnOnce(&Context) -> T) -> Option<T> {
    CURRENT.try_with(f).ok()
}

/// Runs a future with this context.
pub async fn scope<F: Future>(context: Context, future: F) -> F::Output {
    CURRENT.scope(context, future).await
}

/// As `tokio::spawn`, but the task keeps the context and the local backends of the caller.
pub fn spawn<F>(future: F) -> tokio::task::JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    let context = current();
    let backends = crate::backend::current();
    tokio::spawn(async move {
        let future = async {
            match context {
                Some(context) => scope(context, future).await,
                None => future.await,
            }
        };
        match backends {
            Some(backends) => crate::backend::scope(backends, future).await,
            None => future.await,
        }
    })
}

/// A new id that no other has; in a test of the application it comes from the seed of the test.
pub fn new_id() -> String {
    #[cfg(feature = "local")]
    if let Some(id) = crate::testing::new_id() {
        return id;
    }
    uuid::Uuid::new_v4().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn context(id: &str) -> Context {
        Context {
            correlation_id: id.to_owned(),
            ..Context::default()
        }
    }

    #[tokio::test]
    async fn scopes_nest_and_spawn_carries_on() {
        assert_eq!(current(), None);
        scope(context("a"), async {
            scope(context("b"), async {
                let spawned = spawn(async { current() }).await;
                assert_eq!(spawned.ok(), Some(Some(context("b"))));
            })
            .await;
            assert_eq!(current(), Some(context("a")));
        })
        .await;
        assert_eq!(spawn(async { current() }).await.ok(), Some(None));
    }

    #[test]
    fn a_deadline_in_the_past_leaves_nothing() {
        let context = Context {
            deadline: Some(SystemTime::UNIX_EPOCH),
            ..Context::default()
        };
        assert_eq!(context.remaining(), Some(Duration::ZERO));
    }
}
