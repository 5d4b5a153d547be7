//! What kinds of resources and event sources see while they lower: lookups, settings with their
//! reasons, and places to put nodes.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::events;
use crate::infra::{Kind, Native, Node, Removal, Value};
use crate::manifest::{StackOutput, StackParameter, Variable};
use crate::model::{Application, Existing, Trigger};
use crate::span::Span;

use super::dead_letters::DeadLetters;
use super::metadata::{self, Metadata, suggest};
use super::names::{self, pascal};
use super::nodes::Nodes;
use super::{Identity, Lowered, LoweredFunction, Permission, Problem, ProblemKind, Settings};

/// Where a span begins, as text: `src/main.rs:20:1`.
pub type Place<'a> = dyn Fn(Span) -> String + Sync + 'a;

/// What descriptions of parameters begin with that say where something of others is.
pub(super) const ARN_OF: &str = "ARN of ";

/// The work in progress.
pub struct Lowering<'a> {
    /// The application.
    pub app: &'a Application,
    pub(super) place: &'a Place<'a>,
    pub(super) metadata: Arc<Metadata>,
    /// Position of the first function: this may be about a part of them.
    pub(super) first: usize,
    pub(super) functions: Vec<FunctionState>,
    /// The function that handles each resource of the kind `function`.
    pub(super) handlers: Arc<BTreeMap<usize, usize>>,
    pub(super) resources: Arc<Vec<ResourceState>>,
    /// What is made already of what several triggers share.
    pub(super) shared: BTreeSet<&'static str>,
    pub(super) nodes: Nodes,
    /// The trigger at hand.
    pub(super) lowering: Option<Span>,
    pub(super) outputs: Vec<(String, StackOutput)>,
    pub(super) out: Lowered,
}

/// What triggers have said of a function so far.
#[derive(Debug, Default)]
pub(super) struct FunctionState {
    /// What the ids of its nodes begin with.
    pub(super) stem: String,
    /// Whether it invokes itself, maybe through others.
    pub(super) cyclic: bool,
    pub(super) timeout: Option<Value>,
    pub(super) dead_letters: Option<DeadLetters>,
}

/// What triggers have said of a resource so far.
#[derive(Clone, Debug, Default)]
pub struct ResourceState {
    id: String,
    identity: Option<Identity>,
    /// Shortest visibility timeout of each consumer.
    pub visibility: Vec<Value>,
    /// Whom a bucket tells.
    pub notifications: Vec<crate::infra::Notification>,
    /// What must exist before it.
    pub after: BTreeSet<String>,
    /// Whether something reads the table's stream.
    pub streamed: bool,
}

impl std::fmt::Debug for Lowering<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Lowering")
            .field("out", &self.out)
            .finish_non_exhaustive()
    }
}

impl<'a> Lowering<'a> {
    pub(super) fn new(app: &'a Application, place: &'a Place<'a>) -> Self {
        let mut problems = Vec::new();
        let metadata = Arc::new(metadata::read(app, &mut problems));
        let mut lowering = Lowering {
            app,
            place,
            metadata,
            first: 0,
            functions: Vec::new(),
            handlers: Arc::default(),
            resources: Arc::default(),
            shared: BTreeSet::new(),
            nodes: Nodes::default(),
            lowering: None,
            outputs: Vec::new(),
            out: Lowered {
                problems,
                functions: vec![LoweredFunction::default(); app.functions.len()],
                resources: vec![Settings::new(); app.resources.len()],
                ..Lowered::default()
            },
        };
        lowering.stack_parameter("Stage", "Name of the stage", Some("dev"));
        lowering.stack_parameter("ArtifactBucket", "Bucket with the functions' code", None);
        lowering.stack_parameter("ArtifactKey", "Key of the functions' code", None);
        lowering.prepare_functions();
        let resources = app.resources.iter().map(|resource| ResourceState {
            id: format!("{}{}", pascal(&resource.name), resource.kind.handle),
            ..ResourceState::default()
        });
        lowering.resources = Arc::new(resources.collect());
        for index in 0..app.resources.len() {
            lowering.identify(index);
        }
        lowering
    }

    /// What is known of a function of this part.
    pub(super) fn state(&self, function: usize) -> &FunctionState {
        &self.functions[function - self.first]
    }

    pub(super) fn state_mut(&mut self, function: usize) -> &mut FunctionState {
        &mut self.functions[function - self.first]
    }

    /// What a function of this part is lowered to.
    pub(super) fn lowered(&self, function: usize) -> &LoweredFunction {
        &self.out.functions[function - self.first]
    }

    pub(super) fn lowered_mut(&mut self, function: usize) -> &mut LoweredFunction {
        &mut self.out.functions[function - self.first]
    }

    pub(super) fn identify(&mut self, index: usize) {
        let resource = &self.app.resources[index];
        let id = self.resources[index].id.clone();
        let identity = match &resource.existing {
            Some(existing) => {
                let arn = self.existing_arn(existing, &format!("{id}Arn"), &resource.name);
                Some((resource.kind.existing)(arn))
            }
            None => (resource.kind.identity)(self, index),
        };
        self.resource_state(index).identity = identity;
    }

    /// The ARN of something that the stack does not own; `parameter` is the name of the stack
    /// parameter that an SSM path needs.
    pub(super) fn existing_arn(&mut self, from: &Existing, parameter: &str, what: &str) -> Value {
        match from {
            Existing::Arn(arn) => Value::text(arn.clone()),
            Existing::StackParameter(name) => {
                self.stack_parameter(name, &[ARN_OF, what].concat(), None);
                Value::parameter(name.clone())
            }
            Existing::SsmParameter(path) => {
                let declared = StackParameter {
                    kind: "AWS::SSM::Parameter::Value<String>".into(),
                    description: format!("SSM parameter with the ARN of {what}"),
                    default: Some(path.clone()),
                    pattern: None,
                    allowed_values: Vec::new(),
                };
                self.declare(parameter.to_owned(), declared);
                Value::parameter(parameter)
            }
        }
    }

    /// Declares a stack parameter.
    pub fn stack_parameter(&mut self, name: &str, description: &str, default: Option<&str>) {
        let parameter = StackParameter {
            kind: "String".into(),
            description: description.into(),
            default: default.map(str::to_owned),
            pattern: (name == "Stage").then(|| "[a-zA-Z0-9]{1,16}".into()),
            allowed_values: Vec::new(),
        };
        self.declare(name.to_owned(), parameter);
    }

    pub(super) fn triggers(&mut self) {
        for (function, lowered) in self.app.functions.iter().enumerate() {
            self.lowered_mut(function).triggers = vec![Settings::new(); lowered.triggers.len()];
            for (trigger, on) in lowered.triggers.iter().enumerate() {
                if let Some(source) = events::by_name(on.source) {
                    self.lowering = Some(on.span);
                    (source.lower)(self, function, trigger);
                }
            }
        }
        self.lowering = None;
    }

    pub(super) fn resources(&mut self) {
        for (index, resource) in self.app.resources.iter().enumerate() {
            if resource.existing.is_none() {
                (resource.kind.lower)(self, index);
            }
        }
    }

    /// The end, once the functions are done.
    pub fn finish(mut self) -> Lowered {
        let metadata = Arc::clone(&self.metadata);
        for (id, (cfn_type, properties)) in metadata.native.clone() {
            let native = Kind::Native(Native {
                cfn_type,
                properties,
            });
            self.node(id, &self.app.package, native);
        }
        let (nodes, collisions) = std::mem::take(&mut self.nodes).into_map();
        self.out.nodes = nodes;
        self.out.outputs = std::mem::take(&mut self.outputs).into_iter().collect();
        self.id_collisions(collisions);
        self.long_ids();
        self.name_collisions();
        self.settings_without_api();
        self.names_by_hand();
        self.parameter_collisions();
        self.parameters_of_two_kinds();
        for (id, properties) in metadata.properties.clone() {
            match self.out.nodes.get_mut(&id) {
                Some(node) => node.properties.extend(properties),
                None => {
                    let ids: Vec<&str> = self.out.nodes.keys().map(String::as_str).collect();
                    let help = suggest(&id, &ids);
                    self.out.problems.push(Problem {
                        kind: ProblemKind::UnknownSetting,
                        message: format!(
                            "`properties.{id}` in `[package.metadata.ifc]` names no resource of the template"
                        ),
                        span: None,
                        also: None,
                        help: Some(help),
                    });
                }
            }
        }
        if !metadata.tags.is_empty() {
            for node in self.out.nodes.values_mut() {
                node.tags.clone_from(&metadata.tags);
            }
        }
        self.out
    }

    /// Settings of the HTTP API where there is none.
    fn settings_without_api(&mut self) {
        let is_api = |node: &Node| matches!(node.kind, Kind::HttpApi(_));
        if self.out.nodes.values().any(is_api) {
            return;
        }
        let metadata = Arc::clone(&self.metadata);
        let stages = metadata.stages.iter();
        let stages = stages.map(|(name, layer)| (format!("stages.{name}."), layer));
        let mut lost: Vec<String> = Vec::new();
        for (path, layer) in stages.chain([(String::new(), &metadata.base)]) {
            let limits = ["burst_limit", "rate_limit"].into_iter();
            let given = limits.filter(|limit| layer.defaults.contains_key(*limit));
            lost.extend(given.map(|limit| format!("{path}{limit}")));
        }
        lost.extend(metadata.cors.as_ref().map(|_| "cors".to_owned()));
        for path in lost {
            self.problem(
                ProblemKind::InvalidSetting,
                None,
                format!("`{path}` in `[package.metadata.ifc]` has no effect without an HTTP API"),
                "add a function with `#[on(http(..))]`, or remove it",
            );
        }
    }

    /// Adds a node. Two nodes of one id are a problem.
    pub fn node(&mut self, id: impl Into<String>, owner: &str, kind: Kind) {
        self.add(id.into(), owner, kind, None, Vec::new());
    }

    /// Adds a node that keeps something.
    pub fn stateful_node(
        &mut self,
        id: impl Into<String>,
        owner: &str,
        kind: Kind,
        removal: Removal,
    ) {
        self.add(id.into(), owner, kind, Some(removal), Vec::new());
    }

    /// Adds a node; `after` are those that must be there first.
    pub fn add(
        &mut self,
        id: String,
        owner: &str,
        kind: Kind,
        removal: Option<Removal>,
        after: Vec<String>,
    ) {
        let node = Node {
            id,
            owner: owner.to_string(),
            kind,
            after,
            removal,
            tags: BTreeMap::new(),
            properties: BTreeMap::new(),
        };
        self.nodes.push(node, self.lowering);
    }

    /// Whether something that several triggers share is asked for the first time.
    pub fn is_first(&mut self, shared: &'static str) -> bool {
        self.shared.insert(shared)
    }

    /// Adds an output of the stack.
    pub fn output(
        &mut self,
        name: impl Into<String>,
        description: impl Into<Cow<'static, str>>,
        value: Value,
    ) {
        let output = StackOutput {
            description: description.into(),
            value,
        };
        self.outputs.push((name.into(), output));
    }

    /// Adds a problem.
    pub fn problem(
        &mut self,
        kind: ProblemKind,
        span: Option<Span>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.out.problems.push(Problem {
            kind,
            message: message.into(),
            span,
            also: None,
            help: Some(help.into()),
        });
    }

    /// Lets a function's role do something.
    pub fn permit(&mut self, function: usize, permission: Permission) {
        self.lowered_mut(function).wiring.push(permission);
    }

    /// A trigger.
    pub fn trigger(&self, function: usize, trigger: usize) -> &'a Trigger {
        &self.app.functions[function].triggers[trigger]
    }

    /// The logical id of a resource's node.
    pub fn resource_id(&self, index: usize) -> String {
        self.resources[index].id.clone()
    }

    /// What triggers have said of a resource so far.
    pub fn resource_state(&mut self, index: usize) -> &mut ResourceState {
        &mut Arc::make_mut(&mut self.resources)[index]
    }

    /// What a resource is called; none for a function without a handler.
    pub fn identity(&self, index: usize) -> Option<&Identity> {
        self.resources[index].identity.as_ref()
    }

    /// A physical name that no other stack has.
    pub fn physical_name(&self, name: &str, max: usize, suffix: &'static str) -> Value {
        names::physical(&self.app.package, name, max, suffix)
    }

    /// Sets an environment variable of a function.
    pub(super) fn variable(
        &mut self,
        function: usize,
        name: impl Into<String>,
        value: Value,
        reason: impl Into<Cow<'static, str>>,
    ) {
        let reason = reason.into();
        self.lowered_mut(function)
            .environment
            .insert(name.into(), Variable { value, reason });
    }
}
