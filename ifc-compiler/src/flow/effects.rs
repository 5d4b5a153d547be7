//! What evaluating a unit shows it to do.

use std::collections::BTreeSet;

use ifc_catalog::model::Text;
use ifc_catalog::resources::Op;

use super::CallKind;
use super::sdk::{SdkProblem, SiteId};
use super::ty::Ty;
use super::value::{UnitId, Val};
use crate::hir::ResourceId;
use crate::span::Span;
use crate::symbol::Symbol;

/// What a unit does itself, without those it calls.
#[derive(Debug, Default)]
pub(super) struct Effects {
    pub(super) calls: Vec<(UnitId, Span, CallKind)>,
    pub(super) uses: Vec<Operation>,
    pub(super) problems: Vec<(Span, Problem)>,
    /// Methods called on something of which nothing is known, with the number of arguments.
    pub(super) unknown: Vec<(Symbol, usize, Span)>,
    /// Resources whose handles went, inside something, where they are not followed.
    pub(super) hidden: BTreeSet<ResourceId>,
    /// Operations of AWS SDK clients that are called here.
    pub(super) calls_sdk: Vec<SiteId>,
    /// Requests as they are when they leave the program here.
    pub(super) sent: Vec<Val>,
    /// Requests that go where they are not followed.
    pub(super) lost_requests: Vec<SiteId>,
    /// Types whose implementations of foreign traits are among the calls already.
    pub(super) mentioned: Vec<Ty>,
}

/// An operation on a resource.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Operation {
    pub(super) resource: ResourceId,
    pub(super) op: &'static Op,
    pub(super) scope: Vec<(usize, Text)>,
    pub(super) span: Span,
}

/// What keeps the analysis from knowing what happens.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Problem {
    /// A handle, or handles, go into something that is not followed.
    Escape {
        resources: Vec<ResourceId>,
        into: String,
    },
    /// A method of a handle that is no operation.
    UnknownMethod {
        resource: ResourceId,
        method: Symbol,
    },
    /// An operation on a handle of which only the type is known.
    WhichResource { kind: &'static str, method: Symbol },
    /// A handle of which only the type is known goes into something that is not followed.
    WhichEscapes { kind: &'static str, into: String },
    /// An operation that must name an index does so by a text that is not known.
    WhichIndex {
        resource: ResourceId,
        method: Symbol,
    },
    /// About the AWS SDK.
    Sdk(SdkProblem),
}

impl Effects {
    /// Before the unit is evaluated again. What is hidden stays: a callee that has written into a
    /// place shows it only as long as the place does not hold that yet.
    pub(super) fn clear(&mut self) {
        self.calls.clear();
        self.uses.clear();
        self.problems.clear();
        self.unknown.clear();
        self.calls_sdk.clear();
        self.sent.clear();
        self.lost_requests.clear();
        self.mentioned.clear();
    }
}
