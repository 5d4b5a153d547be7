//! From the application to infrastructure. Input: the application and what its code may do.
//! Output: nodes of the waist, what every role may do, and every setting with its reason. Knows
//! nothing of templates; kinds of resources and event sources bring their own part.

mod begun;
mod by_hand;
mod collisions;
mod context;
mod dead_letters;
mod function;
mod http;
mod identity;
mod metadata;
pub mod names;
mod nodes;
mod parts;
mod permissions;
mod rules;
mod settings;
mod statements;

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::infra::Node;
use crate::manifest::{Setting, StackOutput, StackParameter, Variable};
use crate::span::Span;
use crate::vec_map::VecMap;

pub use begun::{Begun, begin};
pub use context::{Lowering, Place};
pub use identity::{Identity, PLACED};
pub use parts::Part;
pub use permissions::{On, Permission, Policies, When};
pub use settings::filters;

/// Settings by name.
pub type Settings = VecMap<Cow<'static, str>, Setting>;

/// The infrastructure of an application.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lowered {
    /// By logical id.
    pub nodes: BTreeMap<String, Node>,
    /// Parameters of the stack by name.
    pub parameters: BTreeMap<String, StackParameter>,
    /// Outputs of the stack by name.
    pub outputs: BTreeMap<String, StackOutput>,
    /// As [`crate::model::Application::functions`]; what is not taken yet.
    pub(crate) functions: Vec<LoweredFunction>,
    /// Settings of what functions and resources share.
    pub settings: Settings,
    /// Settings of [`crate::model::Application::resources`].
    pub resources: Vec<Settings>,
    /// What does not work.
    pub problems: Vec<Problem>,
}

/// What the manifest says of a function beside its source.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LoweredFunction {
    /// What its wiring needs of its role, beside what its code does.
    pub wiring: Vec<Permission>,
    /// Environment variables by name.
    pub environment: VecMap<String, Variable>,
    /// Memory, timeout and the like.
    pub settings: Settings,
    /// Settings of its triggers.
    pub triggers: Vec<Settings>,
}

/// Something that does not work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Of what sort.
    pub kind: ProblemKind,
    /// What.
    pub message: String,
    /// Where, if it is about the source.
    pub span: Option<Span>,
    /// Of two things that do not go together, where the first is.
    pub also: Option<Span>,
    /// What to do about it.
    pub help: Option<String>,
}

/// Sorts of problems.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProblemKind {
    /// `[package.metadata.ifc]` has a key that means nothing.
    UnknownSetting,
    /// `[package.metadata.ifc]` has a value that does not fit.
    InvalidSetting,
    /// Two things get the same logical id.
    IdCollision,
    /// AWS or CloudFormation does not offer it.
    Unsupported,
    /// Something set by hand needs a permission that only the user can name.
    NeedsGrant,
    /// A role that the user set by hand.
    RoleByHand,
}
