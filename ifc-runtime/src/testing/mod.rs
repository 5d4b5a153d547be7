//! Tests of whole applications: the real handlers in the test's process, on the local engine, with AWS's
//! semantics and the policies that would be deployed.
//!
//! ```ignore
//! #[ifc_runtime::test]
//! async fn an_order_is_shipped(app: TestApp) {
//!     let placed = app.post("/orders").json(&basket).await;
//!     placed.assert_status(StatusCode::CREATED);
//!     app.settle().await;
//!     assert!(app.table(&ORDERS).items().iter().all(|order| order.status == Status::Shipped));
//! }
//! ```
//!
//! Each test has an engine of its own, so tests run at the same time. What handlers share in the process,
//! such as other statics and environment variables, tests share too; the names of resources are known
//! without an environment.
//!
//! **Nothing runs behind the test's back.** Requests, invocations and what they wait for run while the
//! test waits for them. Messages, events and schedules wait for [`TestApp::settle`] or
//! [`TestApp::advance`].
//!
//! **Time** is that of the test: it begins at the same moment in each ([`START`]) and moves only while the
//! test waits, at once. A handler that sleeps or hangs runs into its timeout without anybody waiting for it.
//! `tokio::time` and [`context::now`](crate::context::now) follow it, `SystemTime::now` does not.
//!
//! **Permissions** are those of the function whose handler runs. The test itself may do everything, also
//! through the handles: `ORDERS.get("1").await`.
//!
//! **Randomness** comes from a seed that belongs to the name of the test, so that each run is the same.
//! `IFC_TEST_SEED=random` takes another one each time; a failure prints the seed, and `IFC_TEST_SEED=<seed>`
//! repeats it.
//!
//! Calls of SDK clients that the program makes itself are not part of this: they go wherever they are
//! configured to go. `ifc_runtime::aws::config` refuses them in tests.

mod app;
mod clock;
mod denied;
mod faults;
mod host;
#[cfg(feature = "http")]
mod http;
mod invocations;
mod logs;
mod proof;
mod run;
mod seed;
mod settled;
mod shared;
mod views;

pub use app::TestApp;
pub(crate) use clock::now;
pub use clock::{START, days, hours, minutes, seconds};
#[doc(hidden)]
pub use denied::denied;
#[cfg(feature = "http")]
pub use http::{TestRequest, TestResponse};
pub use run::Ended;
#[doc(hidden)]
pub use run::run;
pub(crate) use seed::new_id;
pub use settled::{DeadLetter, Ran, Settled};
pub use views::{BucketView, BusView, QueueView, TableView, TopicView};

pub use crate::assert_denied;
pub use crate::handles::Handle;
