//! A manifest as it is deployed: physical names, ARNs and URLs, and every value worked out.

mod by_hand;
mod names;

use std::collections::BTreeMap;

use ifc_catalog::infra::{self, Attribute, Computed, Kind, StackValue};
use ifc_catalog::manifest::{Existing, Manifest};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

pub(crate) use by_hand::applied;
pub use by_hand::without_effect;
pub use names::Names;

/// What the deployment chooses.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Options {
    /// Name of the stack; the package's if empty.
    pub name: String,
    /// Values of parameters, the stage among them. What is missing has its default, or else a
    /// name that is made up from that of the parameter.
    pub parameters: BTreeMap<String, String>,
}

/// A manifest with the values of one deployment.
#[derive(Debug)]
pub struct Stack<'m> {
    /// What is deployed.
    pub manifest: &'m Manifest,
    /// The name.
    pub name: String,
    parameters: BTreeMap<String, String>,
    names: Names,
    /// ARNs of resources that the stack does not own, with the ARNs that stand for them here.
    existing: Vec<(String, String)>,
}

impl<'m> Stack<'m> {
    /// Works out parameters and physical names. URLs begin with `endpoint`.
    pub fn new(manifest: &'m Manifest, options: &Options, endpoint: &str) -> Stack<'m> {
        let name = match options.name.as_str() {
            "" => manifest.package.clone(),
            name => name.to_owned(),
        };
        let mut stack = Stack {
            manifest,
            parameters: parameters(manifest, options),
            names: Names::new(endpoint),
            existing: Vec::new(),
            name,
        };
        for (_, existing) in stack.existing_resources() {
            let there = stack.declared_arn(existing);
            let here = names::local(&there);
            if there != here {
                stack.existing.push((there, here));
            }
        }
        for node in manifest.infrastructure.values() {
            let chosen = match &node.kind {
                Kind::Bucket(bucket) => bucket.physical_name.as_ref(),
                Kind::Topic(topic) => topic.physical_name.as_ref(),
                Kind::Bus(bus) => Some(&bus.physical_name),
                Kind::ScheduleGroup(group) => Some(&group.physical_name),
                Kind::Parameter(parameter) => Some(&parameter.physical_name),
                Kind::Function(function) => function.physical_name.as_ref(),
                _ => None,
            };
            let chosen = chosen.map(|name| stack.text(name));
            stack.names.add(&stack.name, node, chosen);
        }
        // The ARN of these has the name of another node in it.
        for node in manifest.infrastructure.values() {
            let parent = match &node.kind {
                Kind::Rule(rule) => stack.text(&rule.bus),
                Kind::Schedule(schedule) => stack.text(&schedule.group),
                _ => continue,
            };
            stack.names.nest(&node.id, &node.kind, &parent);
        }
        stack
    }

    /// The resources that the stack does not own.
    pub fn existing_resources(&self) -> impl Iterator<Item = (&'m str, &'m Existing)> + use<'m> {
        self.manifest
            .resources
            .iter()
            .filter_map(|(name, resource)| Some((name.as_str(), resource.existing.as_ref()?)))
    }

    /// The ARN that a resource has here which the stack does not own.
    pub fn existing_arn(&self, existing: &Existing) -> String {
        names::local(&self.declared_arn(existing))
    }

    fn declared_arn(&self, existing: &Existing) -> String {
        match existing {
            Existing::Arn(arn) => arn.clone(),
            Existing::StackParameter(name) => self.parameter(name),
            Existing::SsmParameter(path) => self.ssm_parameter(path),
        }
    }

    /// The names of a node.
    pub fn names(&self) -> &Names {
        &self.names
    }

    /// Says what only the service knows: the ARN of a secret, the stream of a table.
    pub fn learn(&mut self, node: &str, attribute: Attribute, value: String) {
        self.names.set(node, attribute, value);
    }

    /// A value as text.
    pub fn text(&self, value: &infra::Value) -> String {
        match self.value(value) {
            Value::String(text) => text,
            Value::Null => String::new(),
            other => other.to_string(),
        }
    }

    /// A value as a number.
    pub fn number(&self, value: &infra::Value) -> Option<u64> {
        match self.value(value) {
            Value::Number(number) => number.as_u64(),
            Value::String(text) => text.parse().ok(),
            _ => None,
        }
    }

    /// A value as a truth value.
    pub fn is_true(&self, value: &infra::Value) -> bool {
        let value = self.value(value);
        value == true || value == "true"
    }

    /// A value as JSON; null where it is left out in this stage.
    pub fn value(&self, value: &infra::Value) -> Value {
        match value {
            infra::Value::Bool(value) => json!(value),
            infra::Value::Number(value) => json!(value),
            infra::Value::Text(text) => json!(self.here(text)),
            infra::Value::List(list) => list.iter().map(|value| self.value(value)).collect(),
            infra::Value::Computed(computed) => self.computed(computed),
        }
    }

    fn computed(&self, computed: &Computed) -> Value {
        match computed {
            Computed::Attribute { node, name } => json!(self.names.get(node, *name)),
            Computed::Parameter(name) => json!(self.here(&self.parameter(name))),
            Computed::Stack(value) => json!(self.stack_value(*value)),
            Computed::Join(parts) => {
                let parts: String = parts.iter().map(|part| self.text(part)).collect();
                json!(self.here(&parts))
            }
            Computed::Part {
                of,
                separator,
                index,
            } => {
                let text = self.text(of);
                json!(
                    text.split(separator.as_str())
                        .nth(*index)
                        .unwrap_or_default()
                )
            }
            Computed::Staged { stages, otherwise } => {
                let stage = self.parameters.get("Stage").map(String::as_str);
                let value = stages
                    .get(stage.unwrap_or_default())
                    .or(otherwise.as_deref());
                value.map_or(Value::Null, |value| self.value(value))
            }
        }
    }

    fn stack_value(&self, value: StackValue) -> String {
        match value {
            StackValue::Partition => "aws".into(),
            StackValue::Region => crate::REGION.into(),
            StackValue::Account => crate::ACCOUNT.into(),
            StackValue::UrlSuffix => "amazonaws.com".into(),
            StackValue::Name => self.name.clone(),
            StackValue::Unique => names::unique(&self.name),
        }
    }

    fn parameter(&self, name: &str) -> String {
        self.parameters.get(name).cloned().unwrap_or_default()
    }

    fn ssm_parameter(&self, path: &str) -> String {
        // Whoever wrote the value is not here.
        let name = path.rsplit('/').next().unwrap_or(path);
        let of_parameter = self
            .manifest
            .parameters
            .iter()
            .find(|(_, parameter)| parameter.default.as_deref() == Some(path));
        match of_parameter {
            Some((parameter, _)) => self.parameter(parameter),
            None => name.to_owned(),
        }
    }

    /// The same with the ARNs of this account instead of those of existing resources.
    fn here(&self, text: &str) -> String {
        self.existing
            .iter()
            .fold(text.to_owned(), |text, (there, here)| {
                text.replace(there.as_str(), here)
            })
    }
}

fn parameters(manifest: &Manifest, options: &Options) -> BTreeMap<String, String> {
    let mut parameters = BTreeMap::new();
    for (name, parameter) in &manifest.parameters {
        let is_path = parameter.kind.starts_with("AWS::SSM::Parameter::Value");
        let value = options.parameters.get(name).cloned();
        let value = value.or_else(|| parameter.default.clone().filter(|_| !is_path));
        let value = value.unwrap_or_else(|| made_up(manifest, name));
        parameters.insert(name.clone(), value);
    }
    parameters
}

/// The ARN of a resource that a parameter stands for, if it does; else the parameter's name.
fn made_up(manifest: &Manifest, parameter: &str) -> String {
    let path = manifest
        .parameters
        .get(parameter)
        .and_then(|parameter| parameter.default.as_deref());
    let resource = manifest.resources.iter().find(|(_, resource)| {
        resource
            .existing
            .as_ref()
            .is_some_and(|existing| match existing {
                Existing::Arn(_) => false,
                Existing::StackParameter(name) => name == parameter,
                Existing::SsmParameter(of) => Some(of.as_str()) == path,
            })
    });
    match resource {
        Some((name, resource)) => names::existing(&resource.kind, name, resource.fifo),
        None => parameter.to_owned(),
    }
}
