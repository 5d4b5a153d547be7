//! What AWS does around functions, on one machine.
//!
//! [`iam`] decides whether a call is allowed, from the policy documents that are deployed.

#![warn(missing_docs)]

pub mod iam;
