//! The waist: the closed set of infrastructure kinds that resources and triggers lower to and that
//! every target renders. A new kind breaks every target until it is handled there, on purpose.

mod http;
mod kinds;
mod messaging;
mod policy;
mod value;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use http::*;
pub use kinds::*;
pub use messaging::*;
pub use policy::{Condition, Effect, Principal, Statement};
pub use value::{Attribute, Computed, StackValue, Value};

/// A piece of infrastructure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Node {
    /// Logical id: PascalCase, from names alone, unique in the stack.
    pub id: String,
    /// The function or resource it exists for; the package for what all share.
    pub owner: String,
    /// What it is.
    #[serde(flatten)]
    pub kind: Kind,
    /// Nodes that must exist first although no value refers to them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub after: Vec<String>,
    /// What happens to it when it leaves the stack. None where nothing is kept in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub removal: Option<Removal>,
    /// Tags.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
    /// CloudFormation properties that the user set by hand; they win over rendered ones.
    #[serde(
        default,
        skip_serializing_if = "BTreeMap::is_empty",
        serialize_with = "crate::json::sorted_map"
    )]
    pub properties: BTreeMap<String, serde_json::Value>,
}

/// What happens to a node's data when the node leaves the stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Removal {
    /// It stays in the account.
    Retain,
    /// It is deleted.
    Destroy,
}
