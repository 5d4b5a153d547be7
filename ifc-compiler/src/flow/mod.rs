//! Who calls whom, and who does what to which resource. Input: program and names. Output:
//! [`CallGraph`] and [`Uses`]. Knows handles and their operations, nothing of triggers or IAM.

use ifc_catalog::model::Text;
use ifc_catalog::resources::Op;

use crate::hir::{FnId, ResourceId};
use crate::span::Span;

/// A function in one context: the same function called with other handles or other concrete types
/// is another instance, so that a helper's callers do not get each other's permissions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InstanceId(pub u32);

/// Instances and the calls between them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CallGraph {
    /// All instances that some handler reaches.
    pub instances: Vec<Instance>,
    /// All calls between them, in order of source.
    pub calls: Vec<Call>,
    /// The root instance of each of [`crate::hir::Program::handlers`].
    pub roots: Vec<InstanceId>,
}

/// A function in one context. Closures and async blocks belong to the function around them.
#[derive(Clone, Debug, PartialEq)]
pub struct Instance {
    /// The function.
    pub function: FnId,
    /// What distinguishes it from the function's other instances; empty for the only one.
    pub context: String,
}

/// A call.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// Caller.
    pub from: InstanceId,
    /// Callee.
    pub to: InstanceId,
    /// Place of the call.
    pub span: Span,
    /// How the callee was found.
    pub kind: CallKind,
}

/// How a callee was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CallKind {
    /// By path or by the receiver's type.
    Direct,
    /// One of all implementations that can be meant.
    Trait,
    /// A function or closure used as a value.
    Value,
    /// Called by the language: `Drop`, `From` behind `?`, `Future`, `Iterator`.
    Implicit,
}

/// What instances do to resources themselves, without their callees.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Uses {
    /// Operations.
    pub uses: Vec<Use>,
    /// `#[grant]`s: instances whose function carries some.
    pub granting: Vec<InstanceId>,
}

/// An operation on a resource.
#[derive(Clone, Debug, PartialEq)]
pub struct Use {
    /// Who.
    pub at: InstanceId,
    /// On what.
    pub resource: ResourceId,
    /// What.
    pub op: &'static Op,
    /// What is known of the operation's text arguments, by position.
    pub scope: Vec<(usize, Text)>,
    /// Place of the call.
    pub span: Span,
}
