//! Writes the template: JSON, and values in CloudFormation's notation: `Ref`, `Fn::GetAtt`,
//! `Fn::Sub`, `Fn::If`. Members are written in order of name.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::{Deref, DerefMut};

use ifc_catalog::infra::{Attribute, Computed, Kind, Node, StackValue, Value};
use ifc_catalog::json::{Part, Sorted, Writer};

use super::LAYOUT;
use crate::symbol::FastMap;

/// Writes values and remembers what they refer to.
pub(super) struct Out<'a> {
    json: Writer,
    /// Topics, secrets and queues by id: their attributes have names of their own.
    special: FastMap<&'a str, &'a Kind>,
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

impl Deref for Out<'_> {
    type Target = Writer;

    fn deref(&self) -> &Writer {
        &self.json
    }
}

impl DerefMut for Out<'_> {
    fn deref_mut(&mut self) -> &mut Writer {
        &mut self.json
    }
}

impl<'a> Out<'a> {
    pub(super) fn new(nodes: &'a BTreeMap<String, Node>) -> Self {
        let special = nodes.iter().filter_map(|(id, node)| match node.kind {
            Kind::Topic(_) | Kind::Secret(_) | Kind::Queue(_) => Some((id.as_str(), &node.kind)),
            _ => None,
        });
        Out {
            json: Writer::new(LAYOUT),
            special: special.collect(),
            stages: BTreeSet::new(),
            parameters: BTreeSet::new(),
        }
    }

    /// Begins the value of a member of the template, to be put in its place later.
    pub(super) fn begin_part(&mut self, name: &str) {
        self.json = Writer::part(name, LAYOUT);
    }

    /// Ends the value; what follows is written from the start.
    pub(super) fn end_part(&mut self) -> Part {
        std::mem::replace(&mut self.json, Writer::new(LAYOUT)).finish_part()
    }

    /// The template, with this as its last member.
    pub(super) fn finish_with(self, part: Part) -> String {
        self.json.finish_with(part)
    }

    /// The name of the member that comes next, as CloudFormation has it.
    pub(super) fn name(&mut self, name: &'static str) -> &mut Self {
        self.json.field(name);
        self
    }

    /// [`Out::name`] for a name from elsewhere.
    pub(super) fn any_name(&mut self, name: &str) -> &mut Self {
        self.json.name(name);
        self
    }

    pub(super) fn object(&mut self, members: impl FnOnce(&mut Self)) {
        self.json.begin_object();
        members(self);
        self.json.end_object();
    }

    pub(super) fn array(&mut self, items: impl FnOnce(&mut Self)) {
        self.json.begin_array();
        items(self);
        self.json.end_array();
    }

    /// An object with one member.
    pub(super) fn only(&mut self, name: &'static str, value: impl FnOnce(&mut Self)) {
        self.object(|out| value(out.name(name)));
    }

    pub(super) fn bool(&mut self, value: bool) {
        self.json.value(&value);
    }

    pub(super) fn number(&mut self, value: i64) {
        self.json.value(&value);
    }

    pub(super) fn texts(&mut self, texts: &[impl AsRef<str>]) {
        self.array(|out| texts.iter().for_each(|text| out.text(text.as_ref())));
    }

    pub(super) fn raw(&mut self, value: &serde_json::Value) {
        self.json.value(&Sorted(value));
    }

    pub(super) fn value(&mut self, value: &Value) {
        self.value_with(value, &|out, literal| match literal {
            Value::Bool(value) => out.bool(*value),
            Value::Number(number) => out.number(*number),
            Value::Text(text) => out.json.text(text),
            Value::List(_) | Value::Computed(_) => {}
        });
    }

    /// A value whose literals `literal` writes, in every stage.
    pub(super) fn value_with(&mut self, value: &Value, literal: &dyn Fn(&mut Self, &Value)) {
        match value {
            Value::Bool(_) | Value::Number(_) | Value::Text(_) => literal(self, value),
            Value::List(values) => self.array(|out| {
                for value in values {
                    out.value_with(value, literal);
                }
            }),
            Value::Computed(computed) => self.computed(computed, literal),
        }
    }

    fn computed(&mut self, computed: &Computed, literal: &dyn Fn(&mut Self, &Value)) {
        match computed {
            Computed::Attribute { node, name } => match self.attribute(node, *name) {
                Some(attribute) => self.only("Fn::GetAtt", |out| {
                    out.array(|out| {
                        out.text(node);
                        out.word(attribute);
                    });
                }),
                None => self.only("Ref", |out| out.text(node)),
            },
            Computed::Parameter(name) => self.parameter(name),
            Computed::Stack(value) => self.stack(*value),
            Computed::Join(parts) => self.sub(parts),
            Computed::Part {
                of,
                separator,
                index,
            } => self.select(*index, separator, |out| out.value(of)),
            Computed::Staged { stages, otherwise } => {
                self.stages.extend(stages.keys().cloned());
                let stages: Vec<(&String, &Value)> = stages.iter().collect();
                self.staged(&stages, otherwise.as_deref(), literal);
            }
        }
    }

    fn select(&mut self, index: usize, separator: &str, of: impl FnOnce(&mut Self)) {
        self.only("Fn::Select", |out| {
            out.array(|out| {
                out.json.value(&index);
                out.only("Fn::Split", |out| {
                    out.array(|out| {
                        out.text(separator);
                        of(out);
                    });
                });
            });
        });
    }

    fn staged(
        &mut self,
        stages: &[(&String, &Value)],
        otherwise: Option<&Value>,
        literal: &dyn Fn(&mut Self, &Value),
    ) {
        match (stages, otherwise) {
            ([(stage, value), others @ ..], _) => self.only("Fn::If", |out| {
                out.array(|out| {
                    out.text(&condition(stage));
                    out.value_with(value, literal);
                    out.staged(others, otherwise, literal);
                });
            }),
            ([], Some(value)) => self.value_with(value, literal),
            ([], None) => self.only("Ref", |out| out.word("AWS::NoValue")),
        }
    }

    pub(super) fn parameter(&mut self, name: &str) {
        self.use_parameter(name);
        self.only("Ref", |out| out.text(name));
    }

    pub(super) fn use_parameter(&mut self, name: &str) {
        if !self.parameters.contains(name) {
            self.parameters.insert(name.to_owned());
        }
    }

    /// The attribute for `Fn::GetAtt`, or none where `Ref` gives it.
    fn attribute(&self, node: &str, name: Attribute) -> Option<&'static str> {
        let kind = || self.special.get(node);
        match name {
            Attribute::Arn => match kind() {
                Some(Kind::Topic(_)) => None,
                // `Ref` gives the ARN as well, but not in every implementation of CloudFormation.
                Some(Kind::Secret(_)) => Some("Id"),
                _ => Some("Arn"),
            },
            Attribute::Name => match kind() {
                Some(Kind::Queue(_)) => Some("QueueName"),
                _ => None,
            },
            Attribute::StreamArn => Some("StreamArn"),
            Attribute::Endpoint => Some("ApiEndpoint"),
            Attribute::Url | Attribute::Id => None,
        }
    }

    fn sub(&mut self, parts: &[Value]) {
        let mut text = String::new();
        let mut variables: BTreeMap<String, &Value> = BTreeMap::new();
        for part in parts {
            match part {
                // `${!x}` stands for a literal `${x}`.
                Value::Text(literal) if literal.contains('$') => {
                    text.push_str(&literal.replace("${", "${!"));
                }
                Value::Text(literal) => text.push_str(literal),
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
                    self.use_parameter(name);
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
                    variables.insert(name, other);
                }
            }
        }
        self.only("Fn::Sub", |out| match variables.is_empty() {
            true => out.text(&text),
            false => out.array(|out| {
                out.text(&text);
                out.object(|out| {
                    for (name, value) in variables {
                        out.any_name(&name).value(value);
                    }
                });
            }),
        });
    }

    fn stack(&mut self, value: StackValue) {
        match value {
            // The last part of the stack's id: arn:..:stack/name/8-4-4-4-12.
            StackValue::Unique => self.select(4, "-", |out| {
                out.select(2, "/", |out| {
                    out.only("Ref", |out| out.word(pseudo(value)));
                });
            }),
            value => self.only("Ref", |out| out.word(pseudo(value))),
        }
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
