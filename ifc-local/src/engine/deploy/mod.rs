//! Deployment: everything that a manifest says comes to be, or is changed to what it says now.
//!
//! What keeps data keeps it. What the manifest does not name any more stays if it keeps data, and else
//! goes.

mod existing;
mod stateful;
mod wiring;

pub(super) use wiring::Wired;

use std::collections::BTreeMap;

use ifc_catalog::infra::{self, Attribute, Kind, Node, Statement};
use ifc_catalog::manifest::Manifest;

use super::access::{Reason, Role};
use super::functions::{EventInvokeConfig, Function};
use super::{Engine, access::document};
use crate::error::ApiError;
use crate::http_api::HttpApi;
use crate::stack::{self, Options, Stack};

/// A part of the manifest that cannot be had here.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("`{node}` cannot be made: {error}")]
pub struct DeployError {
    /// Logical id.
    pub node: String,
    /// Why.
    pub error: ApiError,
}

impl Engine {
    /// Makes what the manifest says. Everything that can be made is made; the errors say what could
    /// not.
    ///
    /// # Errors
    /// If AWS would refuse a part of it.
    pub fn deploy(
        &mut self,
        manifest: &Manifest,
        options: &Options,
        now: u64,
    ) -> Result<(), Vec<DeployError>> {
        let manifest = stack::applied(manifest);
        let mut deployment = Deployment {
            stack: Stack::new(&manifest, options, &self.settings.endpoint),
            errors: Vec::new(),
            policies: BTreeMap::new(),
        };
        deployment.run(self, now);
        match deployment.errors.is_empty() {
            true => Ok(()),
            false => Err(deployment.errors),
        }
    }
}

/// A deployment on its way.
struct Deployment<'m> {
    stack: Stack<'m>,
    errors: Vec<DeployError>,
    /// Statements of resource policies, by logical id of the resource's ARN.
    policies: BTreeMap<String, Vec<Statement>>,
}

impl Deployment<'_> {
    fn run(&mut self, engine: &mut Engine, now: u64) {
        let nodes: Vec<&Node> = self.stack.manifest.infrastructure.values().collect();
        // What others refer to comes first.
        for node in &nodes {
            if let Err(error) = self.keep(engine, node, now) {
                self.errors.push(DeployError {
                    node: node.id.clone(),
                    error,
                });
            }
        }
        self.existing(engine, now);
        self.roles(engine);
        self.functions(engine);
        engine
            .queue_mappings
            .retain(|id, _| self.stack.manifest.infrastructure.contains_key(id));
        engine
            .stream_mappings
            .retain(|id, _| self.stack.manifest.infrastructure.contains_key(id));
        let gone: Vec<String> = engine
            .wired
            .keys()
            .filter(|id| !self.stack.manifest.infrastructure.contains_key(*id))
            .cloned()
            .collect();
        for id in gone {
            wiring::unwire(engine, &id, now);
        }
        for node in &nodes {
            if let Err(error) = self.connect(engine, node, now) {
                self.errors.push(DeployError {
                    node: node.id.clone(),
                    error,
                });
            }
        }
        self.http(engine);
        self.name(engine);
    }

    fn document(&self, statements: &[Statement]) -> String {
        document(statements, &|value| self.stack.value(value))
    }

    fn roles(&mut self, engine: &mut Engine) {
        engine.access.roles.clear();
        for node in self.stack.manifest.infrastructure.values() {
            let Kind::Role(role) = &node.kind else {
                continue;
            };
            let reasons = role
                .statements
                .iter()
                .map(|statement| self.reason(&node.owner, statement));
            let made = Role {
                owner: match &*role.service {
                    "lambda.amazonaws.com" => node.owner.clone(),
                    _ => node.id.clone(),
                },
                document: self.document(&role.statements),
                reasons: reasons.collect(),
            };
            let arn = self.stack.names().get(&node.id, Attribute::Arn).to_owned();
            engine.access.roles.insert(arn, made);
        }
    }

    /// Why a statement is there: the permissions that it was made of have the places.
    fn reason(&self, function: &str, statement: &Statement) -> Reason {
        let owners: Vec<&str> = statement
            .resources
            .iter()
            .filter_map(|resource| {
                let node = self.stack.manifest.infrastructure.get(node_of(resource)?)?;
                Some(node.owner.as_str())
            })
            .collect();
        let function = self.stack.manifest.functions.get(function);
        let permissions = function
            .into_iter()
            .flat_map(|function| &function.permissions);
        let of = permissions.filter(|permission| {
            let shares = |action| statement.actions.contains(action);
            // `table:ORDERS/index/by_customer` is about what `ORDERS` owns.
            let names = |resource: &String| {
                let name = resource.split_once(':').map_or("", |(_, name)| name);
                let name = name.split('/').next().unwrap_or_default();
                owners.is_empty() || owners.contains(&name)
            };
            permission.actions.iter().any(shares) && permission.resources.iter().any(names)
        });
        let mut reason = Reason::default();
        for permission in of {
            let places = permission.why.iter().map(|why| why.span.clone());
            reason.places.extend(places);
            reason.because = reason
                .because
                .or_else(|| permission.because.as_ref().map(ToString::to_string));
        }
        reason.places.sort();
        reason.places.dedup();
        reason
    }

    fn functions(&mut self, engine: &mut Engine) {
        let nodes = self.stack.manifest.infrastructure.values();
        let mut functions = BTreeMap::new();
        for node in nodes {
            let Kind::Function(function) = &node.kind else {
                continue;
            };
            let number =
                |value: &infra::Value, otherwise| self.stack.number(value).unwrap_or(otherwise);
            let environment = function
                .environment
                .iter()
                .map(|(name, value)| (name.clone(), self.stack.text(value)));
            let made = Function {
                name: function.name.clone(),
                physical_name: self.stack.names().get(&node.id, Attribute::Name).to_owned(),
                arn: self.stack.names().get(&node.id, Attribute::Arn).to_owned(),
                role: self.stack.text(&function.role),
                memory: number(&function.memory, 128),
                timeout: number(&function.timeout, 3),
                reserved: function
                    .reserved_concurrency
                    .as_ref()
                    .and_then(|value| self.stack.number(value)),
                environment: environment.collect(),
                retries: EventInvokeConfig::default(),
                policy: None,
            };
            functions.insert(function.name.clone(), made);
        }
        engine.functions.by_name = functions;
    }

    /// The routes of the HTTP API.
    fn http(&mut self, engine: &mut Engine) {
        let nodes = &self.stack.manifest.infrastructure;
        let api = nodes.values().find_map(|node| match &node.kind {
            Kind::HttpApi(api) => Some((node, api)),
            _ => None,
        });
        let Some((node, api)) = api else {
            engine.http = HttpApi::default();
            return;
        };
        let function_of = |integration: &str| {
            nodes.values().find_map(|node| match &node.kind {
                Kind::HttpIntegration(of)
                    if self.stack.names().get(&node.id, Attribute::Id) == integration =>
                {
                    engine.functions.find(&self.stack.text(&of.function))
                }
                _ => None,
            })
        };
        let routes = nodes.values().filter_map(|node| {
            let Kind::HttpRoute(route) = &node.kind else {
                return None;
            };
            let function = function_of(&self.stack.text(&route.integration))?;
            Some((route.key.clone(), function.name.clone()))
        });
        let id = self.stack.names().get(&node.id, Attribute::Id);
        match HttpApi::new(id, routes.collect::<Vec<_>>(), api.cors.clone()) {
            Ok(http) => engine.http = http,
            Err(error) => self.errors.push(DeployError {
                node: node.id.clone(),
                error,
            }),
        }
    }

    /// Remembers what things are called in the source.
    fn name(&self, engine: &mut Engine) {
        for node in self.stack.manifest.infrastructure.values() {
            let arn = self.stack.names().get(&node.id, Attribute::Arn);
            let is_named = matches!(
                node.kind,
                Kind::Function(_)
                    | Kind::Table(_)
                    | Kind::Queue(_)
                    | Kind::Topic(_)
                    | Kind::Bus(_)
                    | Kind::Bucket(_)
                    | Kind::Secret(_)
                    | Kind::Parameter(_)
            );
            if let Kind::Schedule(schedule) = &node.kind {
                let expression = self.stack.text(&schedule.expression);
                engine.names.insert(arn.to_owned(), expression);
            }
            if !is_named || arn.is_empty() {
                continue;
            }
            // A queue for dead letters belongs to a function or to another queue.
            let is_resource = self.stack.manifest.resources.contains_key(&node.owner)
                && !node.id.ends_with("DeadLetters");
            let name = match &node.kind {
                Kind::Function(function) => &function.name,
                _ if is_resource => &node.owner,
                _ => &node.id,
            };
            engine.names.insert(arn.to_owned(), name.clone());
        }
    }
}

/// The node that a value is about, if it is about one.
fn node_of(value: &infra::Value) -> Option<&str> {
    use infra::Computed;
    match value {
        infra::Value::Computed(Computed::Attribute { node, .. }) => Some(node),
        infra::Value::Computed(Computed::Join(parts)) => parts.iter().find_map(node_of),
        _ => None,
    }
}
