//! What AWS does around functions, on one machine.
//!
//! [`Engine`] is all of it: it deploys a manifest, answers calls and says which functions run.
//! [`iam`] decides whether a call is allowed, from the policy documents that are deployed. [`table`],
//! [`queue`], [`bucket`], [`secret`] and [`parameter`] answer the calls of DynamoDB, SQS, S3, Secrets
//! Manager and the parameter store; [`topic`], [`bus`] and [`schedule`] those of SNS, EventBridge and
//! its Scheduler. [`sign`] signs and checks requests, [`percent`] encodes what stands in URLs. [`http_api`] stands between HTTP requests and
//! functions.

#![warn(missing_docs)]

pub mod bucket;
pub mod bus;
mod call;
#[cfg(feature = "dev")]
pub mod dev;
mod digest;
pub mod engine;
mod error;
pub mod http_api;
pub mod iam;
pub mod ids;
mod letter;
pub mod limits;
pub mod moment;
mod page;
pub mod parameter;
pub mod percent;
pub mod queue;
pub mod retry;
pub mod schedule;
pub mod secret;
mod serial;
#[cfg(feature = "server")]
pub mod server;
pub mod sign;
pub mod stack;
pub mod table;
pub mod topic;

pub use call::{Answer, Call, Caller};
pub use engine::Engine;
pub use error::ApiError;

/// The account that everything here belongs to.
pub const ACCOUNT: &str = "000000000000";
/// The region that everything here lies in.
pub const REGION: &str = "us-east-1";

/// The ARN of something in the account and region.
fn arn(service: &str, resource: &str) -> String {
    format!("arn:aws:{service}:{REGION}:{ACCOUNT}:{resource}")
}
