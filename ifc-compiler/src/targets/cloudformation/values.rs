//! Values in CloudFormation's notation: `Ref`, `Fn::GetAtt`, `Fn::Sub`, `Fn::If`.

use std::collections::{BTreeMap, BTreeSet};

use ifc_catalog::infra::{Attribute, Computed, Kind, Node, StackValue, Value};
use serde_json::{Map, Value as Json, json};

/// Renders values and remembers what they refer to.
pub(super) struct Values<'a> {
    nodes: &'a BTreeMap<String, Node>,
    /// Stages that some value asks for.
    pub(super) stages: BTreeSet<String>,
    /// Parameters that some value refers to.
    pub(super) parameters: BTreeSet<String>,
}

/// Name of the condition that holds in a stage.
pub(super) fn condition(stage: &str) -> String {
    let mut chars = stage.chars();
    let first = chars.next().map(|c| c.to_ascii_uppercase());
    format!(
        "Is{}{}",
        first.map(String::from).unwrap_or_default(),
        chars.as_str()
    )
}

impl<'a> Values<'a> {
    pub(super) fn new(nodes: &'a BTreeMap<String, Node>) -> Self {
        Values {
            nodes,
            stages: BTreeSet::new(),
            parameters: BTreeSet::new(),
        }
    }

    pub(super) fn render(&mut self, value: &Value) -> Json {
        self.render_with(value, &|literal| literal)
    }

    /// Renders a value with its literals changed by `change`, in every stage.
    pub(super) fn render_with(&mut self, value: &Value, change: &dyn Fn(Json) -> Json) -> Json {
        match value {
            Value::Bool(value) => change(json!(value)),
            Value::Number(number) => change(json!(number)),
            Value::Text(text) => change(json!(text)),
            Value::List(values) => values
                .iter()
                .map(|value| self.render_with(value, change))
                .collect(),
            Value::Computed(computed) => self.computed(computed, change),
        }
    }

    pub(super) fn render_some(&mut self, value: Option<&Value>) -> Option<Json> {
        value.map(|value| self.render(value))
    }

    fn computed(&mut self, computed: &Computed, change: &dyn Fn(Json) -> Json) -> Json {
        match computed {
            Computed::Attribute { node, name } => match self.attribute(node, *name) {
                Some(attribute) => json!({ "Fn::GetAtt": [node, attribute] }),
                None => json!({ "Ref": node }),
            },
            Computed::Parameter(name) => {
                self.parameters.insert(name.clone());
                json!({ "Ref": name })
            }
            Computed::Stack(value) => stack(*value),
            Computed::Join(parts) => self.sub(parts),
            Computed::Part {
                of,
                separator,
                index,
            } => {
                let of = self.render(of);
                json!({ "Fn::Select": [index, { "Fn::Split": [separator, of] }] })
            }
            Computed::Staged { stages, otherwise } => {
                let mut rendered = match otherwise {
                    Some(value) => self.render_with(value, change),
                    None => json!({ "Ref": "AWS::NoValue" }),
                };
                for (stage, value) in stages.iter().rev() {
                    self.stages.insert(stage.clone());
                    let value = self.render_with(value, change);
                    rendered = json!({ "Fn::If": [condition(stage), value, rendered] });
                }
                rendered
            }
        }
    }

    /// The attribute for `Fn::GetAtt`, or none where `Ref` gives it.
    fn attribute(&self, node: &str, name: Attribute) -> Option<&'static str> {
        let kind = self.nodes.get(node).map(|node| &node.kind);
        match (kind, name) {
            (Some(Kind::Topic(_)), Attribute::Arn) => None,
            // `Ref` gives the ARN as well, but not in every implementation of CloudFormation.
            (Some(Kind::Secret(_)), Attribute::Arn) => Some("Id"),
            (Some(Kind::Queue(_)), Attribute::Name) => Some("QueueName"),
            (_, Attribute::Arn) => Some("Arn"),
            (_, Attribute::StreamArn) => Some("StreamArn"),
            (_, Attribute::Endpoint) => Some("ApiEndpoint"),
            (_, Attribute::Name | Attribute::Url | Attribute::Id) => None,
        }
    }

    fn sub(&mut self, parts: &[Value]) -> Json {
        let mut text = String::new();
        let mut variables = Map::new();
        for part in parts {
            match part {
                // `${!x}` stands for a literal `${x}`.
                Value::Text(literal) => text.push_str(&literal.replace("${", "${!")),
                Value::Computed(Computed::Attribute { node, name }) => {
                    text.push_str("${");
                    text.push_str(node);
                    if let Some(attribute) = self.attribute(node, *name) {
                        text.push('.');
                        text.push_str(attribute);
                    }
                    text.push('}');
                }
                Value::Computed(Computed::Parameter(name)) => {
                    self.parameters.insert(name.clone());
                    text.extend(["${", name, "}"]);
                }
                Value::Computed(Computed::Stack(value)) if *value != StackValue::Unique => {
                    text.extend(["${", pseudo(*value), "}"]);
                }
                other => {
                    let name = match other {
                        Value::Computed(Computed::Stack(StackValue::Unique)) => "Unique".into(),
                        _ => format!("Part{}", variables.len() + 1),
                    };
                    text.extend(["${", &name, "}"]);
                    let value = self.render(other);
                    variables.insert(name, value);
                }
            }
        }
        match variables.is_empty() {
            true => json!({ "Fn::Sub": text }),
            false => json!({ "Fn::Sub": [text, variables] }),
        }
    }
}

fn stack(value: StackValue) -> Json {
    match value {
        // The last part of the stack's id: arn:..:stack/name/8-4-4-4-12.
        StackValue::Unique => {
            let id = json!({ "Fn::Split": ["/", { "Ref": "AWS::StackId" }] });
            let uuid = json!({ "Fn::Select": [2, id] });
            json!({ "Fn::Select": [4, { "Fn::Split": ["-", uuid] }] })
        }
        value => json!({ "Ref": pseudo(value) }),
    }
}

fn pseudo(value: StackValue) -> &'static str {
    match value {
        StackValue::Partition => "AWS::Partition",
        StackValue::Region => "AWS::Region",
        StackValue::Account => "AWS::AccountId",
        StackValue::UrlSuffix => "AWS::URLSuffix",
        StackValue::Name => "AWS::StackName",
        StackValue::Unique => "AWS::StackId",
    }
}
