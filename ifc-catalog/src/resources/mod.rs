//! Resource kinds: one folder each, listed in [`KINDS`].

mod bucket;
mod bus;
mod function;
mod parameter;
mod queue;
mod secret;
mod table;
mod topic;

use crate::events::Given;
use crate::infra::Value;
use crate::lower::{Identity, Lowering};
use crate::options::{Mistake, OptionSpec, ValueKind};

/// Every kind, in order of name.
pub static KINDS: &[&ResourceKind] = &[
    &bucket::SPEC,
    &bus::SPEC,
    &function::SPEC,
    &parameter::SPEC,
    &queue::SPEC,
    &secret::SPEC,
    &table::SPEC,
    &topic::SPEC,
];

/// The kind whose handle type is `handle`: `Table`.
pub fn by_handle(handle: &str) -> Option<&'static ResourceKind> {
    KINDS.iter().copied().find(|kind| kind.handle == handle)
}

/// The kind named `name`: `table`.
pub fn by_name(name: &str) -> Option<&'static ResourceKind> {
    KINDS.iter().copied().find(|kind| kind.name == name)
}

/// A kind of resource: a handle type of the runtime with its operations.
#[derive(Debug)]
pub struct ResourceKind {
    /// Name in the manifest: `table`.
    pub name: &'static str,
    /// Handle type in `ifc_runtime`: `Table`.
    pub handle: &'static str,
    /// Where the ARN of one begins; what its environment variable holds follows.
    pub arn: &'static str,
    /// What `#[resource(..)]` accepts beside `existing`, `retain` and `destroy`.
    pub options: &'static [OptionSpec],
    /// What `[package.metadata.ifc]` accepts for one beside the options.
    pub settings: &'static [OptionSpec],
    /// Rules between options, and between options and the type's order.
    pub rules: fn(&Given<'_>) -> Vec<Mistake>,
    /// Operations in order of method name; those of builders behind that of the handle.
    pub ops: &'static [Op],
    /// What a resource is called that the stack owns, by its index in the application.
    pub identity: fn(&Lowering<'_>, usize) -> Option<Identity>,
    /// What one is called that the stack does not own, by its ARN.
    pub existing: fn(Value) -> Identity,
    /// Adds the nodes of a resource that the stack owns, once its triggers are known.
    pub lower: fn(&mut Lowering<'_>, usize),
}

fn no_rules(_: &Given<'_>) -> Vec<Mistake> {
    Vec::new()
}

/// What happens to data when its resource leaves the stack: a setting of kinds that keep some.
pub(crate) const REMOVAL: OptionSpec = OptionSpec::new(
    "removal",
    ValueKind::Word(&["destroy", "retain"]),
    "What happens to data when its resource leaves the stack.",
);

impl ResourceKind {
    /// Whether one holds data, so that `retain` and `destroy` mean something.
    pub fn keeps_data(&self) -> bool {
        self.settings.iter().any(|spec| spec.name == REMOVAL.name)
    }

    /// The operation behind `HANDLE.method(..)`.
    pub fn op(&self, method: &str) -> Option<&'static Op> {
        self.ops
            .iter()
            .find(|op| op.method == method && op.receiver == Receiver::Handle)
    }

    /// The operation behind `Builder::new().method(&HANDLE, ..)`.
    pub fn builder_op(&self, builder: &str, method: &str) -> Option<&'static Op> {
        self.ops.iter().find(|op| {
            op.method == method && matches!(op.receiver, Receiver::Builder(name) if name == builder)
        })
    }
}

/// Something that code does to a resource through its handle.
#[derive(Debug, PartialEq, Eq)]
pub struct Op {
    /// Method on the handle or on the builder: `put`.
    pub method: &'static str,
    /// Where the handle stands in the call.
    pub receiver: Receiver,
    /// What AWS checks. Empty for `name()`.
    pub actions: &'static [Action],
    /// What the edge in the graph says.
    pub access: Access,
    /// Position of the argument that names an index, an object key or a key prefix, the handle not
    /// counted.
    pub scope_arg: Option<usize>,
    /// Operations of the AWS SDK that the runtime performs for it, where their names are not those
    /// of the actions. See [`Op::operations`].
    named: &'static [&'static str],
}

impl Op {
    const fn new(method: &'static str, access: Access, actions: &'static [Action]) -> Op {
        Op {
            method,
            receiver: Receiver::Handle,
            actions,
            access,
            scope_arg: None,
            named: &[],
        }
    }

    const fn by(mut self, operations: &'static [&'static str]) -> Op {
        self.named = operations;
        self
    }

    const fn of(mut self, builder: &'static str) -> Op {
        self.receiver = Receiver::Builder(builder);
        self
    }

    const fn scoped(mut self, arg: usize) -> Op {
        self.scope_arg = Some(arg);
        self
    }

    /// Operations of the AWS SDK that the runtime performs for it, by crate and type:
    /// `sqs:SendMessageBatch`.
    pub fn operations(&self) -> Vec<String> {
        let same = |action: &Action| match action.name.split_once(':') {
            Some(("events", name)) => format!("eventbridge:{name}"),
            _ => action.name.to_owned(),
        };
        match self.named {
            [] => self.actions.iter().map(same).collect(),
            named => named.iter().map(|name| (*name).to_owned()).collect(),
        }
    }

    /// Positions of the arguments whose text decides which ARN an action applies to.
    pub fn scope_args(&self) -> Vec<usize> {
        let objects = self.actions.iter().filter_map(|action| match action.on {
            Target::ObjectsOf(arg) => Some(arg),
            Target::Resource | Target::Index | Target::Objects => None,
        });
        let mut args: Vec<usize> = self.scope_arg.into_iter().chain(objects).collect();
        args.sort_unstable();
        args.dedup();
        args
    }
}

/// Where the handle stands in the call of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Receiver {
    /// `ORDERS.put(..)`.
    Handle,
    /// `Transaction::new().put(&ORDERS, ..)`: a method of this runtime type with the handle as its
    /// first argument.
    Builder(&'static str),
}

/// An IAM action and what it applies to.
#[derive(Debug, PartialEq, Eq)]
pub struct Action {
    /// `dynamodb:PutItem`.
    pub name: &'static str,
    /// The ARN.
    pub on: Target,
    /// What else of the call IAM can look at.
    pub guard: Guard,
}

impl Action {
    const fn on(name: &'static str, on: Target) -> Action {
        Action {
            name,
            on,
            guard: Guard::None,
        }
    }

    const fn on_resource(name: &'static str) -> Action {
        Action::on(name, Target::Resource)
    }

    const fn on_index(name: &'static str) -> Action {
        Action::on(name, Target::Index)
    }

    const fn on_objects(name: &'static str) -> Action {
        Action::on(name, Target::Objects)
    }

    const fn on_objects_of(name: &'static str, arg: usize) -> Action {
        Action::on(name, Target::ObjectsOf(arg))
    }

    const fn guarded(mut self, guard: Guard) -> Action {
        self.guard = guard;
        self
    }
}

/// What of a call IAM compares beside action and resource. A permission has a condition where this
/// is known of every call that needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    /// Nothing.
    None,
    /// The scope argument is the prefix of a listing, S3's `s3:prefix`.
    Prefix,
    /// Source and type of every event, EventBridge's `events:source` and `events:detail-type`.
    Event,
}

/// Which ARN of a resource an action applies to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// The resource itself.
    Resource,
    /// The index that the scope argument names.
    Index,
    /// The objects whose keys match the scope argument, which is a key.
    Objects,
    /// The objects whose keys match this argument (copies have two keys).
    ObjectsOf(usize),
}

/// What an operation means for the data, for graphs and checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Access {
    /// Only the physical name is used.
    Name,
    /// Reads state.
    Read,
    /// Changes state.
    Write,
    /// Sends a message, event or notification.
    Send,
    /// Invokes a function.
    Invoke,
}

#[cfg(test)]
mod tests;
