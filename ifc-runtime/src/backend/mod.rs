//! One trait per kind of resource, over plain data.
//!
//! AWS implements them in [`crate::aws`] and is called by static dispatch, so that the linked program
//! holds only the operations that a handler uses. Anything else, such as a local engine, is installed
//! here and is asked first. A method of a trait is one request of the service; chunks, retries of
//! unprocessed entries, cursors and serialization are done by the handles, once for all backends.

pub mod bucket;
pub mod bus;
pub mod function;
pub mod parameter;
pub mod queue;
pub mod secret;
pub mod table;
pub mod topic;

use std::future::Future;
use std::sync::{Arc, PoisonError, RwLock};

pub use bucket::BucketBackend;
pub use bus::BusBackend;
pub use function::FunctionBackend;
pub use parameter::ParameterBackend;
pub use queue::QueueBackend;
pub use secret::SecretBackend;
pub use table::TableBackend;
pub use topic::TopicBackend;

use crate::error::{Failure, Result};

/// A boxed future, so that the traits can be used as `dyn`.
pub type BoxFuture<'a, T> = futures_util::future::BoxFuture<'a, T>;

/// The resource that a request is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    /// The name of the static, such as `ORDERS`.
    pub resource: &'static str,
    /// The physical name, URL or ARN; the name of the static where a backend is installed and the
    /// environment has none.
    pub physical: &'static str,
}

/// The outcome of each entry of a batch, in the order of the request: the id of the message or event,
/// or why it failed. The index of a failure is its position in the request.
pub type Outcomes = Vec<std::result::Result<String, Failure>>;

/// The installed backends; a kind without one goes to AWS.
#[derive(Clone, Default)]
pub struct Backends {
    /// For tables.
    pub table: Option<Arc<dyn TableBackend>>,
    /// For queues.
    pub queue: Option<Arc<dyn QueueBackend>>,
    /// For topics.
    pub topic: Option<Arc<dyn TopicBackend>>,
    /// For buses.
    pub bus: Option<Arc<dyn BusBackend>>,
    /// For buckets.
    pub bucket: Option<Arc<dyn BucketBackend>>,
    /// For secrets.
    pub secret: Option<Arc<dyn SecretBackend>>,
    /// For parameters.
    pub parameter: Option<Arc<dyn ParameterBackend>>,
    /// For functions.
    pub function: Option<Arc<dyn FunctionBackend>>,
}

static INSTALLED: RwLock<Option<Arc<Backends>>> = RwLock::new(None);

tokio::task_local! {
    static SCOPED: Arc<Backends>;
}

#[cfg(feature = "local")]
thread_local! {
    static OF_THREAD: std::cell::RefCell<Option<Arc<Backends>>> =
        const { std::cell::RefCell::new(None) };
}

/// Makes backends those of this thread, also for tasks that are started with `tokio::spawn`.
#[cfg(feature = "local")]
pub(crate) fn install_in_thread(backends: Option<Arc<Backends>>) {
    OF_THREAD.set(backends);
}

#[cfg(feature = "local")]
fn of_thread() -> Option<Arc<Backends>> {
    OF_THREAD.with_borrow(Clone::clone)
}

#[cfg(not(feature = "local"))]
fn of_thread() -> Option<Arc<Backends>> {
    None
}

/// Installs backends for the whole process, in place of those installed before.
pub fn install(backends: Backends) {
    *INSTALLED.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(backends));
}

/// Runs a future with these backends in place of those of the process, so that tests can run at the
/// same time. Tasks started inside need [`crate::context::spawn`] to keep them.
pub async fn scope<F: Future>(backends: Arc<Backends>, future: F) -> F::Output {
    SCOPED.scope(backends, future).await
}

/// The backends that are in effect here; `None` means AWS for everything.
pub fn current() -> Option<Arc<Backends>> {
    let scoped = SCOPED.try_with(Arc::clone).ok();
    scoped.or_else(of_thread).or_else(|| {
        INSTALLED
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    })
}

/// Sends a request to the installed backend, or else to AWS by static dispatch.
macro_rules! call {
    ($kind:ident, $feature:literal, $backend:ident :: $method:ident, $request:expr) => {{
        let request = $request;
        match $crate::backend::current().and_then(|backends| backends.$kind.clone()) {
            Some(backend) => backend.$method(request).await,
            None => {
                #[cfg(feature = $feature)]
                {
                    <$crate::aws::Aws as $crate::backend::$backend>::$method(
                        &$crate::aws::Aws,
                        request,
                    )
                    .await
                }
                #[cfg(not(feature = $feature))]
                {
                    let _ = request;
                    Err($crate::backend::not_linked($feature))
                }
            }
        }
    }};
}
pub(crate) use call;

#[allow(dead_code, reason = "used when a service's feature is off")]
pub(crate) fn not_linked(feature: &str) -> crate::Error {
    crate::Error::new(
        crate::ErrorKind::NotConfigured,
        format!(
            "the feature `{feature}` of `ifc-runtime` is off, and no other backend is installed"
        ),
    )
}

/// Turns the outcomes of a chunk into ids and failures, with the position of the chunk added.
pub(crate) fn collect_outcomes(
    outcomes: Outcomes,
    offset: usize,
    ids: &mut Vec<String>,
    failures: &mut Vec<Failure>,
) {
    for outcome in outcomes {
        match outcome {
            Ok(id) => ids.push(id),
            Err(mut failure) => {
                failure.index += offset;
                failures.push(failure);
            }
        }
    }
}

/// The result of one entry.
pub(crate) fn single_outcome(mut outcomes: Outcomes) -> Result<String> {
    match outcomes.pop() {
        Some(Ok(id)) => Ok(id),
        Some(Err(failure)) => {
            Err(crate::Error::new(failure.kind, failure.message).with_code(failure.code))
        }
        None => Err(crate::Error::new(
            crate::ErrorKind::Other,
            "the service gave no outcome",
        )),
    }
}
