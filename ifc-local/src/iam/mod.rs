//! Decides requests by IAM policies, as AWS does within one account.
//!
//! ```
//! use ifc_local::iam::{Decision, Policy, Request, decide};
//!
//! let policy = Policy::parse(r#"{
//!     "Version": "2012-10-17",
//!     "Statement": {
//!         "Effect": "Allow",
//!         "Action": "dynamodb:PutItem",
//!         "Resource": "arn:aws:dynamodb:eu-west-1:123456789012:table/orders"
//!     }
//! }"#)?;
//! let request = Request::new(
//!     "arn:aws:iam::123456789012:role/place",
//!     "dynamodb:PutItem",
//!     "arn:aws:dynamodb:eu-west-1:123456789012:table/orders",
//! );
//! assert!(decide(&request, &[policy], None).is_allowed());
//! # Ok::<(), ifc_local::iam::Malformed>(())
//! ```
//!
//! Source: AWS IAM User Guide, chapters "Policy evaluation logic", "IAM JSON policy elements" and
//! "Condition operators".

mod condition;
mod context;
mod decide;
mod pattern;
mod policy;

pub use context::{Context, Request};
pub use decide::{Decision, Reason, decide};
pub use policy::{Effect, Malformed, Policy, Principal, Statement};
