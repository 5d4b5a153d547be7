//! Resource kinds: one folder each, listed in [`KINDS`].

/// A kind of resource: a handle type of the runtime with its operations.
#[derive(Debug)]
pub struct ResourceKind {
    /// Name in the manifest: `table`.
    pub name: &'static str,
    /// Handle type in `ifc_runtime`: `Table`.
    pub handle: &'static str,
    /// Operations in order of method name.
    pub ops: &'static [Op],
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
