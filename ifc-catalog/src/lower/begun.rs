//! What triggers and resources are lowered to, whatever the functions' code does; and what follows
//! of that once it is known.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::manifest::StackOutput;
use crate::model::{Application, GrantTarget};
use crate::resources::Access;

use super::context::{FunctionState, ResourceState};
use super::metadata::Metadata;
use super::nodes::Nodes;
use super::{Lowered, Lowering, Place};

/// An application whose triggers and resources are lowered.
#[derive(Debug)]
pub struct Begun {
    metadata: Arc<Metadata>,
    functions: Vec<FunctionState>,
    handlers: Arc<BTreeMap<usize, usize>>,
    resources: Arc<Vec<ResourceState>>,
    nodes: Nodes,
    outputs: Vec<(String, StackOutput)>,
    out: Lowered,
}

/// Begins to lower an application by what its attributes say. `place` says where a span begins.
pub fn begin(app: &Application, place: &Place<'_>) -> Begun {
    let mut lowering = Lowering::new(app, place);
    lowering.triggers();
    lowering.resources();
    lowering.nodes.sort();
    Begun {
        metadata: lowering.metadata,
        functions: lowering.functions,
        handlers: lowering.handlers,
        resources: lowering.resources,
        nodes: lowering.nodes,
        outputs: lowering.outputs,
        out: lowering.out,
    }
}

impl Begun {
    /// Goes on with everything but the functions themselves, now that the same application says
    /// what their code does.
    pub fn connect<'a>(self, app: &'a Application, place: &'a Place<'a>) -> Lowering<'a> {
        let mut lowering = Lowering {
            app,
            place,
            metadata: self.metadata,
            first: 0,
            functions: self.functions,
            handlers: self.handlers,
            resources: self.resources,
            shared: BTreeSet::new(),
            nodes: self.nodes,
            lowering: None,
            outputs: self.outputs,
            out: self.out,
        };
        lowering.circles();
        lowering.requests();
        lowering.resources_by_hand();
        lowering
    }
}

impl Lowering<'_> {
    /// Functions that invoke themselves, maybe through others, get names that are known beforehand,
    /// since roles name what they allow to invoke. Grants do so too.
    fn circles(&mut self) {
        let functions = self.app.functions.iter();
        let invokes: Vec<BTreeSet<usize>> = functions
            .map(|function| {
                let used = function.uses.iter().map(|used| used.resource);
                let granted = function.grants.iter().filter_map(|grant| match grant.on {
                    GrantTarget::Resource(resource) => Some(resource),
                    GrantTarget::Arn(_) => None,
                });
                used.chain(granted)
                    .filter_map(|resource| self.handlers.get(&resource).copied())
                    .collect()
            })
            .collect();
        for (&resource, &function) in &*Arc::clone(&self.handlers) {
            if reaches(&invokes, function) {
                self.functions[function].cyclic = true;
                self.identify(resource);
            }
        }
    }

    /// What is sent to a function without waiting fails where nobody sees it.
    fn requests(&mut self) {
        let functions = self.app.functions.iter();
        let sent: BTreeSet<usize> = functions
            .flat_map(|function| &function.uses)
            .filter(|used| {
                used.op.access == Access::Invoke
                    && used.op.method == "send"
                    && self.app.resources[used.resource].kind.name == "function"
            })
            .map(|used| used.resource)
            .collect();
        for (at, function) in self.app.functions.iter().enumerate() {
            let mut resources = function.triggers.iter().filter_map(|on| on.resource);
            if resources.any(|index| sent.contains(&index)) {
                self.invoked_asynchronously(at, None, None);
            }
        }
    }
}

/// Whether a function is among those that it invokes, directly or through others.
fn reaches(invokes: &[BTreeSet<usize>], start: usize) -> bool {
    let mut seen = BTreeSet::new();
    let mut open: Vec<usize> = invokes[start].iter().copied().collect();
    while let Some(function) = open.pop() {
        if seen.insert(function) {
            open.extend(&invokes[function]);
        }
    }
    seen.contains(&start)
}
