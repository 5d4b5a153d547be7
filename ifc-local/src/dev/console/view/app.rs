//! The application as it is deployed.

use std::collections::BTreeMap;

use ifc_catalog::infra::{self, Kind};
use ifc_catalog::manifest::{Existing, Trigger};
use serde::Serialize;
use serde_json::Value;

use super::View;
use super::graph::{DeadLetters, Edge, Node};

/// Where the application is found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Addresses {
    /// The HTTP API; left out of answers if the application has no route.
    pub http: Option<String>,
    /// The services of AWS.
    pub services: String,
}

/// The application.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct App {
    /// Name of the Cargo package.
    pub package: String,
    /// Where it is found.
    pub addresses: Addresses,
    /// Functions in order of name.
    pub functions: Vec<Function>,
    /// Resources in order of name.
    pub resources: Vec<Resource>,
    /// What makes which function run.
    pub triggers: Vec<Triggers>,
    /// Nodes of the graph.
    pub nodes: Vec<Node>,
    /// Edges of the graph.
    pub edges: Vec<Edge>,
    /// Queues for what was given up.
    pub dead_letters: Vec<DeadLetters>,
}

/// A function.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Function {
    /// Name.
    pub name: String,
    /// Path of the handler.
    pub handler: String,
    /// Place in the source.
    pub span: String,
    /// Megabytes.
    pub memory: u64,
    /// Seconds.
    pub timeout: u64,
    /// Most invocations at a time, if it reserves a number.
    pub reserved: Option<u64>,
    /// How often an event that nobody waits for is tried again.
    pub retries: u64,
    /// Environment variables.
    pub environment: BTreeMap<String, String>,
}

/// A resource.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Resource {
    /// Name of its static.
    pub name: String,
    /// `table`, `queue` and so on.
    pub kind: String,
    /// Place in the source.
    pub span: String,
    /// Name of the payload type.
    pub payload: Option<String>,
    /// ARN.
    pub arn: Option<String>,
    /// Whether it keeps the order of messages.
    pub fifo: bool,
    /// Where it comes from if the application does not own it.
    pub existing: Option<Existing>,
    /// What the kind adds: keys, types of events.
    pub details: BTreeMap<String, Value>,
    /// Retention, visibility and the like: the values.
    pub settings: BTreeMap<String, Value>,
}

/// A trigger of a function.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Triggers {
    /// The function.
    pub function: String,
    /// Node of the graph that it comes from.
    pub node: String,
    /// What a schedule sends; Scheduler fills in the words in angle brackets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input: Option<String>,
    /// As the manifest has it.
    #[serde(flatten)]
    pub trigger: Trigger,
}

/// The application as it is deployed.
pub fn app(view: View<'_>, addresses: &Addresses) -> App {
    let deployed = view.engine.functions();
    let has_routes = view.engine.http_api().routes().iter().next().is_some();
    let functions = view.manifest.functions.iter().map(|(name, function)| {
        let deployed = deployed.get(name);
        Function {
            name: name.clone(),
            handler: function.handler.clone(),
            span: function.span.clone(),
            memory: deployed.map_or(0, |function| function.memory),
            timeout: deployed.map_or(0, |function| function.timeout),
            reserved: deployed.and_then(|function| function.reserved),
            retries: deployed.map_or(0, |function| function.retries.retries),
            environment: deployed
                .map(|function| function.environment.clone())
                .unwrap_or_default(),
        }
    });
    let resources = view.manifest.resources.iter().map(|(name, resource)| {
        let settings = resource.settings.iter().map(|(name, setting)| {
            let value = serde_json::to_value(&setting.value).unwrap_or_default();
            (name.to_string(), value)
        });
        Resource {
            name: name.clone(),
            kind: resource.kind.clone(),
            span: resource.span.clone(),
            payload: resource.payload.clone(),
            arn: view.engine.arn_of(name).map(str::to_owned),
            fifo: resource.fifo,
            existing: resource.existing.clone(),
            details: resource.details.clone(),
            settings: settings.collect(),
        }
    });
    let triggers = view.manifest.functions.iter().flat_map(|(name, function)| {
        function.triggers.iter().map(|trigger| Triggers {
            function: name.clone(),
            node: node_of(view, name, trigger),
            input: input_of(view, name, trigger),
            trigger: Trigger {
                settings: Default::default(),
                ..trigger.clone()
            },
        })
    });
    let mut triggers: Vec<Triggers> = triggers.collect();
    triggers.sort_by(|a, b| (&a.node, &a.function).cmp(&(&b.node, &b.function)));
    App {
        package: view.manifest.package.clone(),
        addresses: Addresses {
            http: addresses.http.clone().filter(|_| has_routes),
            services: addresses.services.clone(),
        },
        functions: functions.collect(),
        resources: resources.collect(),
        triggers,
        nodes: view.graph.nodes.clone(),
        edges: view.graph.edges.clone(),
        dead_letters: view.graph.dead_letters.clone(),
    }
}

/// What a schedule sends to its function.
fn input_of(view: View<'_>, function: &str, trigger: &Trigger) -> Option<String> {
    let expression = trigger.details.get("expression")?.as_str()?;
    let mut nodes = view.manifest.infrastructure.values();
    nodes.find_map(|node| match &node.kind {
        Kind::Schedule(schedule)
            if node.owner == function
                && matches!(&schedule.expression, infra::Value::Text(text) if text == expression) =>
        {
            Some(schedule.input.clone())
        }
        _ => None,
    })
}

/// The node that a trigger comes from.
fn node_of(view: View<'_>, function: &str, trigger: &Trigger) -> String {
    if let Some(resource) = &trigger.resource {
        return view.graph.stand_in(resource).unwrap_or(resource).to_owned();
    }
    let detail = |name: &str| {
        let value = trigger.details.get(name).and_then(Value::as_str);
        value.unwrap_or_default()
    };
    let source = match &*trigger.source {
        "http" => format!("http {} {}", detail("method"), detail("path")),
        "schedule" => format!("schedule {}", detail("expression")),
        other => other.to_owned(),
    };
    view.graph
        .source(&source, function)
        .unwrap_or(&source)
        .to_owned()
}
