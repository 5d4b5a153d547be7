//! What each handler reaches, with the calls that lead there: a breadth-first search over
//! instances from the handler's root, so that every path is a shortest one.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use ifc_catalog::model::{CallPath, Step, Text, Use};
use ifc_catalog::resources::{Op, Receiver};

use super::display;
use crate::flow::{self, CallGraph, InstanceId, SdkUse, Uses};
use crate::hir::{CrateId, FnId, Program, ResourceId};
use crate::span::Span;

/// Tables that all searches share.
pub(crate) struct Search<'a> {
    program: &'a Program,
    own: CrateId,
    calls: &'a CallGraph,
    uses: &'a Uses,
    /// Calls of each instance: `order[starts[i]..starts[i + 1]]`, in source order.
    order: Vec<u32>,
    starts: Vec<u32>,
    use_order: Vec<u32>,
    use_starts: Vec<u32>,
    sdk_order: Vec<u32>,
    sdk_starts: Vec<u32>,
    granting: Vec<bool>,
    /// Number of the search that saw the instance last, and the call by which it did.
    seen: Vec<(u32, u32)>,
    round: u32,
    names: Vec<Option<Arc<str>>>,
}

const ROOT: u32 = u32::MAX;

/// What one handler reaches.
pub(crate) struct Reached<'a> {
    /// Functions with grants, each once, in order of discovery.
    pub(super) granting: Vec<FnId>,
    found: Vec<(&'a flow::Use, CallPath)>,
    /// Operations of AWS SDK clients.
    pub(crate) sdk: Vec<(&'a SdkUse, CallPath)>,
    calls: &'a CallGraph,
}

/// A place where an operation stands.
pub(super) struct Place {
    /// Function in whose body it stands.
    pub(super) function: FnId,
    /// The call.
    pub(super) span: Span,
}

impl<'a> Search<'a> {
    pub(crate) fn new(
        program: &'a Program,
        own: CrateId,
        calls: &'a CallGraph,
        uses: &'a Uses,
    ) -> Self {
        let instances = calls.instances.len();
        let (order, starts) = index(instances, calls.calls.iter().map(|call| call.from));
        let (use_order, use_starts) = index(instances, uses.uses.iter().map(|one| one.at));
        let (sdk_order, sdk_starts) = index(instances, uses.sdk.iter().map(|one| one.at));
        let mut granting = vec![false; instances];
        for id in &uses.granting {
            granting[id.0 as usize] = true;
        }
        Search {
            program,
            own,
            calls,
            uses,
            order,
            starts,
            use_order,
            use_starts,
            sdk_order,
            sdk_starts,
            granting,
            seen: vec![(0, ROOT); instances],
            round: 0,
            names: vec![None; program.functions.len()],
        }
    }

    /// Everything that a root reaches.
    pub(crate) fn from(&mut self, root: InstanceId) -> Reached<'a> {
        self.reach(Some(root))
    }

    /// Everything that a program's only root reaches.
    pub(crate) fn all(&mut self) -> Reached<'a> {
        self.reach(self.calls.roots.first().copied())
    }

    fn reach(&mut self, root: Option<InstanceId>) -> Reached<'a> {
        self.round += 1;
        let mut reached = Reached {
            granting: Vec::new(),
            found: Vec::new(),
            sdk: Vec::new(),
            calls: self.calls,
        };
        let mut queue: VecDeque<InstanceId> = root.into_iter().collect();
        for root in &queue {
            self.seen[root.0 as usize] = (self.round, ROOT);
        }
        while let Some(at) = queue.pop_front() {
            let function = self.calls.instances[at.0 as usize].function;
            if self.granting[at.0 as usize] && !reached.granting.contains(&function) {
                reached.granting.push(function);
            }
            let at = at.0 as usize;
            for position in self.use_starts[at]..self.use_starts[at + 1] {
                let one = &self.uses.uses[self.use_order[position as usize] as usize];
                reached.found.push((one, self.path(one.at, one.span)));
            }
            for position in self.sdk_starts[at]..self.sdk_starts[at + 1] {
                let one = &self.uses.sdk[self.sdk_order[position as usize] as usize];
                reached.sdk.push((one, self.path(one.at, one.span)));
            }
            for position in self.starts[at]..self.starts[at + 1] {
                let call = self.order[position as usize];
                let to = self.calls.calls[call as usize].to;
                let seen = &mut self.seen[to.0 as usize];
                if seen.0 != self.round {
                    *seen = (self.round, call);
                    queue.push_back(to);
                }
            }
        }
        reached
    }

    fn path(&mut self, mut at: InstanceId, span: Span) -> CallPath {
        let mut steps = vec![self.step(at, span)];
        loop {
            let call = self.seen[at.0 as usize].1;
            if call == ROOT {
                break;
            }
            let call = &self.calls.calls[call as usize];
            steps.push(self.step(call.from, call.span));
            at = call.from;
        }
        steps.reverse();
        CallPath {
            steps: steps.into(),
        }
    }

    fn step(&mut self, at: InstanceId, span: Span) -> Step {
        let id = self.calls.instances[at.0 as usize].function;
        let (program, own) = (self.program, self.own);
        let name = self.names[id.index()]
            .get_or_insert_with(|| display::function_in(program, own, id).into());
        Step {
            function: Arc::clone(name),
            span,
        }
    }
}

/// Groups positions by instance, order kept.
fn index(instances: usize, at: impl Iterator<Item = InstanceId> + Clone) -> (Vec<u32>, Vec<u32>) {
    let mut starts = vec![0u32; instances + 1];
    for id in at.clone() {
        starts[id.0 as usize + 1] += 1;
    }
    for i in 1..starts.len() {
        starts[i] += starts[i - 1];
    }
    let mut next = starts.clone();
    let mut order = vec![0u32; *starts.last().unwrap_or(&0) as usize];
    for (position, id) in at.enumerate() {
        let slot = &mut next[id.0 as usize];
        order[*slot as usize] = position as u32;
        *slot += 1;
    }
    (order, starts)
}

type Key<'a> = (usize, &'static str, &'static str, &'a [(usize, Text)]);

impl Reached<'_> {
    /// What is done through handles: resource and method.
    pub(crate) fn handles(&self) -> impl Iterator<Item = (ResourceId, &'static str)> {
        let acts = |one: &&(&flow::Use, CallPath)| !one.0.op.actions.is_empty();
        let found = self.found.iter().filter(acts);
        found.map(|(one, _)| (one.resource, one.op.method))
    }

    /// The uses in order of resource, operation and scope, each once with all of its places.
    pub(super) fn uses(self, positions: &[Option<usize>]) -> Vec<(Use, Vec<Place>)> {
        let mut groups: BTreeMap<Key<'_>, (&'static Op, Vec<CallPath>, Vec<Place>)> =
            BTreeMap::new();
        for (one, path) in self.found {
            let Some(Some(resource)) = positions.get(one.resource.index()).copied() else {
                continue;
            };
            let builder = match one.op.receiver {
                Receiver::Handle => "",
                Receiver::Builder(name) => name,
            };
            let key = (resource, one.op.method, builder, one.scope.as_slice());
            let group = groups
                .entry(key)
                .or_insert_with(|| (one.op, Vec::new(), Vec::new()));
            group.1.push(path);
            group.2.push(Place {
                function: self.calls.instances[one.at.0 as usize].function,
                span: one.span,
            });
        }
        groups
            .into_iter()
            .map(|((resource, _, _, scope), (op, mut why, places))| {
                why.sort_by(|a, b| {
                    let place = |path: &CallPath| path.steps.last().map(|step| step.span);
                    (place(a), a.steps.len(), a).cmp(&(place(b), b.steps.len(), b))
                });
                why.dedup();
                let scope = scope.to_vec();
                let one = Use {
                    resource,
                    op,
                    scope,
                    detail_types: None,
                    why,
                };
                (one, places)
            })
            .collect()
    }
}
