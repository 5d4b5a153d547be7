//! The application as the graph stage hands it on: functions, triggers, resources and uses, with
//! every name resolved. Lowering to infrastructure needs nothing else.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::resources::{Op, ResourceKind};
use crate::schema::{EventSchema, ItemSchema, Shape};
use crate::span::Span;

/// An application.
#[derive(Clone, Debug)]
pub struct Application {
    /// Name of the package.
    pub package: String,
    /// `[package.metadata.ifc]`, `Null` if absent.
    pub metadata: serde_json::Value,
    /// In order of name.
    pub functions: Vec<Function>,
    /// In order of name.
    pub resources: Vec<Resource>,
}

/// A deployable function.
#[derive(Clone, Debug)]
pub struct Function {
    /// Unique in the application.
    pub name: String,
    /// `orders::routes::place`.
    pub handler: String,
    /// Place of the name.
    pub span: Span,
    /// `#[function(..)]`.
    pub options: Vec<OptionValue>,
    /// In source order.
    pub triggers: Vec<Trigger>,
    /// What its code may do, in order of resource, operation and scope; each once.
    pub uses: Vec<Use>,
    /// Raw operations of AWS that its code calls, in order of place.
    pub calls: Vec<SdkCall>,
    /// `#[grant]`s that its code reaches.
    pub grants: Vec<Grant>,
    /// Checks that are silenced for it.
    pub allows: Vec<Allow>,
}

/// A resource.
#[derive(Clone, Debug)]
pub struct Resource {
    /// Name of the static.
    pub name: String,
    /// What it is.
    pub kind: &'static ResourceKind,
    /// Place of the name.
    pub span: Span,
    /// Name of its payload type in Rust; empty for buckets.
    pub payload: String,
    /// Whether the type says `Fifo`.
    pub fifo: bool,
    /// `#[resource(..)]`.
    pub options: Vec<OptionValue>,
    /// Set for tables.
    pub item: Option<ItemSchema>,
    /// Set for buses.
    pub event: Option<EventSchema>,
    /// What the payload of a secret or parameter is read from, where that is certain.
    pub reads: Option<Shape>,
    /// Set when it is not the application's own.
    pub existing: Option<Existing>,
    /// Checks that are silenced for it.
    pub allows: Vec<Allow>,
}

/// Where an existing resource comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Existing {
    /// Its ARN.
    Arn(String),
    /// A parameter of the stack, by name; its value is the ARN.
    StackParameter(String),
    /// An SSM parameter, by path; its value is the ARN.
    SsmParameter(String),
}

/// What makes a function run.
#[derive(Clone, Debug)]
pub struct Trigger {
    /// Name of the event source in the catalog: `http`, `queue`, `topic`, `bus`, `schedule`,
    /// `table`, `bucket`, `function`.
    pub source: &'static str,
    /// Index in [`Application::resources`].
    pub resource: Option<usize>,
    /// `changes`, `created`, `removed`: the method on the resource.
    pub method: Option<String>,
    /// Positional arguments: HTTP method and path, the schedule's expression.
    pub args: Vec<String>,
    /// Options as written.
    pub options: Vec<OptionValue>,
    /// Detail types that `event = ..` names; empty means all of the bus's event type.
    pub detail_types: Vec<String>,
    /// Whether the runtime answers with the messages that failed.
    pub partial_failures: bool,
    /// Place of the attribute.
    pub span: Span,
}

/// An option of an attribute.
#[derive(Clone, Debug, PartialEq)]
pub struct OptionValue {
    /// Name as in the catalog.
    pub name: String,
    /// Value.
    pub value: Value,
    /// Place of the value.
    pub span: Span,
}

/// A value of an option.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `retain`.
    Flag,
    /// `true`.
    Bool(bool),
    /// `10`.
    Int(i64),
    /// `"text"`.
    Str(String),
    /// `"5s"`, in milliseconds.
    Duration(u64),
    /// `OrderEvent::Placed`, as written.
    Path(String),
    /// `[a, b]`.
    List(Vec<Value>),
    /// `env(KEY = "value")`.
    Map(Vec<(String, Value)>),
}

/// Something a function's code does to a resource.
#[derive(Clone, Debug, PartialEq)]
pub struct Use {
    /// Index in [`Application::resources`].
    pub resource: usize,
    /// What.
    pub op: &'static Op,
    /// What the operation's scope arguments are known to be, by position.
    pub scope: Vec<(usize, Text)>,
    /// Detail types of the events that it publishes; none where they are not known, or where it
    /// publishes nothing.
    pub detail_types: Option<BTreeSet<String>>,
    /// Every place in the code that does this, each with the calls that lead there.
    pub why: Vec<CallPath>,
}

/// A raw operation of AWS.
#[derive(Clone, Debug, PartialEq)]
pub struct SdkCall {
    /// `dynamodb`.
    pub service: String,
    /// Method of the client: `put_item`.
    pub method: String,
    /// What is known of its request.
    pub request: crate::sdk::Request,
    /// Whether it is a companion, whose path in the catalog stands in the service's place.
    pub companion: bool,
    /// Whether its client has credentials of its own, an assumed role's or keys, so that the
    /// function's role has no part in it.
    pub others: bool,
    /// Whether the service is known by the method's name only.
    pub guessed: bool,
    /// Place of the call.
    pub span: Span,
    /// Every way on which the code comes there.
    pub why: Vec<CallPath>,
}

/// What is known of a text at compile time.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Text {
    /// The whole text.
    Exact(String),
    /// It begins so.
    Prefix(String),
    /// These texts in this order with anything between them: it begins with the first and ends with
    /// the last, and either may be empty.
    Pieces(Vec<String>),
    /// Nothing.
    Any,
}

/// From the handler to the operation: each step is a call, the last the operation itself.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CallPath {
    /// At least one.
    pub steps: Arc<[Step]>,
}

/// A call in a call path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Step {
    /// Function in whose body the call stands, as a path without the crate: `routes::place`.
    pub function: Arc<str>,
    /// Place of the call.
    pub span: Span,
}

/// `#[grant(..)]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Grant {
    /// `textract:DetectDocumentText`.
    pub actions: Vec<String>,
    /// On what.
    pub on: GrantTarget,
    /// Reason, as the user gave it.
    pub because: String,
    /// Place of the attribute.
    pub span: Span,
}

/// What a manual grant applies to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GrantTarget {
    /// An ARN or `*`.
    Arn(String),
    /// Index in [`Application::resources`].
    Resource(usize),
}

/// `#[allow_infra(..)]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allow {
    /// Name of the check.
    pub check: String,
    /// Reason.
    pub because: String,
    /// Place of the attribute.
    pub span: Span,
}
