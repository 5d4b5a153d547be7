//! What AWS does around functions, on one machine.
//!
//! [`Engine`] is all of it: it deploys a manifest, answers calls and says which functions run.
//! [`iam`] decides whether a call is allowed, from the policy documents that are deployed. [`table`],
//! [`queue`], [`secret`] and [`parameter`] answer the calls of DynamoDB, SQS, Secrets Manager and the
//! parameter store. [`http_api`] stands between HTTP requests and functions.

#![warn(missing_docs)]

mod call;
mod digest;
pub mod engine;
mod error;
pub mod http_api;
pub mod iam;
pub mod ids;
pub mod limits;
mod moment;
pub mod parameter;
mod percent;
pub mod queue;
pub mod secret;
mod serial;
pub mod stack;
pub mod table;

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
