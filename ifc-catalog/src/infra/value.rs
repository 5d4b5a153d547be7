//! Values of properties: literals, and what is known at deployment only.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum Value {
    /// `true`.
    Bool(bool),
    /// `10`.
    Number(i64),
    /// `"text"`.
    Text(Cow<'static, str>),
    /// `["a", "b"]`.
    List(Vec<Value>),
    /// Known at deployment.
    Computed(Computed),
}

/// A value that the deployment computes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Computed {
    /// Something that a node has once it exists.
    Attribute {
        /// Logical id.
        node: String,
        /// What.
        name: Attribute,
    },
    /// A parameter of the stack, by name.
    Parameter(String),
    /// Something that the deployment knows of itself.
    Stack(StackValue),
    /// Texts one behind the other.
    Join(Vec<Value>),
    /// A part of a text.
    Part {
        /// The text.
        of: Box<Value>,
        /// Where it is cut.
        separator: String,
        /// Which part.
        index: usize,
    },
    /// A value that differs between stages.
    Staged {
        /// By name of the stage.
        stages: BTreeMap<String, Value>,
        /// In all other stages. None leaves the property out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        otherwise: Option<Box<Value>>,
    },
}

/// What a node has once it exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Attribute {
    /// ARN.
    Arn,
    /// Physical name.
    Name,
    /// URL of a queue.
    Url,
    /// ARN of a table's stream.
    StreamArn,
    /// Id of an API or integration.
    Id,
    /// URL of an API.
    Endpoint,
}

/// What the deployment knows of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum StackValue {
    /// `aws`, `aws-cn`.
    Partition,
    /// `eu-central-1`.
    Region,
    /// `123456789012`.
    Account,
    /// `amazonaws.com`.
    UrlSuffix,
    /// Name of the stack.
    Name,
    /// Twelve characters that no other stack has, not even one of the same name later.
    Unique,
}

impl Value {
    /// A text.
    pub fn text(text: impl Into<Cow<'static, str>>) -> Value {
        Value::Text(text.into())
    }

    /// An attribute of a node.
    pub fn attribute(node: impl Into<String>, name: Attribute) -> Value {
        Value::Computed(Computed::Attribute {
            node: node.into(),
            name,
        })
    }

    /// The ARN of a node.
    pub fn arn(node: impl Into<String>) -> Value {
        Value::attribute(node, Attribute::Arn)
    }

    /// A stack parameter.
    pub fn parameter(name: impl Into<String>) -> Value {
        Value::Computed(Computed::Parameter(name.into()))
    }

    /// Something that the deployment knows of itself.
    pub fn stack(value: StackValue) -> Value {
        Value::Computed(Computed::Stack(value))
    }

    /// Texts one behind the other, nested joins and neighbouring literals made one.
    pub fn join(parts: impl IntoIterator<Item = Value>) -> Value {
        let parts = parts.into_iter();
        let mut flat: Vec<Value> = Vec::with_capacity(parts.size_hint().0);
        for part in parts {
            match part {
                Value::Computed(Computed::Join(inner)) => {
                    inner
                        .into_iter()
                        .for_each(|part| push_text(&mut flat, part));
                }
                part => push_text(&mut flat, part),
            }
        }
        match <[Value; 1]>::try_from(flat) {
            Ok([only]) => only,
            Err(flat) if flat.is_empty() => Value::text(""),
            Err(flat) => Value::Computed(Computed::Join(flat)),
        }
    }

    /// A part of a text; of a literal at once, if it has that part.
    pub fn part(of: Value, separator: &str, index: usize) -> Value {
        if let Value::Text(text) = &of
            && let Some(part) = text.split(separator).nth(index)
        {
            return Value::text(part.to_owned());
        }
        Value::Computed(Computed::Part {
            of: Box::new(of),
            separator: separator.to_string(),
            index,
        })
    }

    /// `arn:<partition>:<service>:<region>:<account>:` and what follows.
    pub fn local_arn(service: &str, resource: impl IntoIterator<Item = Value>) -> Value {
        let head = [
            Value::text("arn:"),
            Value::stack(StackValue::Partition),
            Value::text([":", service, ":"].concat()),
            Value::stack(StackValue::Region),
            Value::text(":"),
            Value::stack(StackValue::Account),
            Value::text(":"),
        ];
        Value::join(head.into_iter().chain(resource))
    }

    /// A value that differs between stages; what differs in one of its values already is taken apart.
    pub fn staged(mut stages: BTreeMap<String, Value>, otherwise: Option<Value>) -> Value {
        for (name, value) in &mut stages {
            if let Some(own) = value.in_stage(name) {
                *value = own.clone();
            }
        }
        let otherwise = match otherwise {
            Some(Value::Computed(Computed::Staged {
                stages: others,
                otherwise,
            })) => {
                for (name, value) in others {
                    stages.entry(name).or_insert(value);
                }
                otherwise
            }
            other => other.map(Box::new),
        };
        Value::Computed(Computed::Staged { stages, otherwise })
    }

    /// The same for each stage, with numbers changed by `change`.
    pub fn map_number(&self, change: &impl Fn(i64) -> i64) -> Value {
        match self {
            Value::Number(number) => Value::Number(change(*number)),
            Value::Computed(Computed::Staged { stages, otherwise }) => {
                Value::Computed(Computed::Staged {
                    stages: stages
                        .iter()
                        .map(|(stage, value)| (stage.clone(), value.map_number(change)))
                        .collect(),
                    otherwise: otherwise
                        .as_ref()
                        .map(|value| Box::new(value.map_number(change))),
                })
            }
            other => other.clone(),
        }
    }

    /// The larger of two numbers, stage by stage.
    pub fn largest(&self, other: &Value) -> Value {
        match (self, other) {
            (Value::Number(a), Value::Number(b)) => Value::Number(*a.max(b)),
            (Value::Computed(Computed::Staged { stages, otherwise }), other)
            | (other, Value::Computed(Computed::Staged { stages, otherwise })) => {
                let names = stages.keys().chain(other.stages());
                Value::Computed(Computed::Staged {
                    stages: names
                        .map(|name| {
                            let own = stages.get(name).or(otherwise.as_deref());
                            let theirs = other.in_stage(name);
                            let largest = match (own, theirs) {
                                (Some(a), Some(b)) => a.largest(b),
                                (a, b) => a.or(b).cloned().unwrap_or(Value::Number(0)),
                            };
                            (name.clone(), largest)
                        })
                        .collect(),
                    otherwise: match (otherwise, other.elsewhere()) {
                        (Some(a), Some(b)) => Some(Box::new(a.largest(b))),
                        (a, b) => a.clone().or(b.cloned().map(Box::new)),
                    },
                })
            }
            (one, _) => one.clone(),
        }
    }

    /// Names of the stages in which it differs.
    pub fn stages(&self) -> impl Iterator<Item = &String> {
        let stages = match self {
            Value::Computed(Computed::Staged { stages, .. }) => Some(stages),
            _ => None,
        };
        stages.into_iter().flat_map(BTreeMap::keys)
    }

    fn in_stage(&self, name: &str) -> Option<&Value> {
        match self {
            Value::Computed(Computed::Staged { stages, otherwise }) => {
                stages.get(name).or(otherwise.as_deref())
            }
            value => Some(value),
        }
    }

    fn elsewhere(&self) -> Option<&Value> {
        match self {
            Value::Computed(Computed::Staged { otherwise, .. }) => otherwise.as_deref(),
            value => Some(value),
        }
    }

    /// What it is in a stage; without a name in every stage that has none of its own.
    pub fn of_stage(&self, name: Option<&str>) -> Option<&Value> {
        name.map_or_else(|| self.elsewhere(), |name| self.in_stage(name))
    }

    /// All that it may be in some stage.
    pub fn choices(&self) -> impl Iterator<Item = &Value> {
        let names = self.stages().map(|name| Some(name.as_str()));
        names.chain([None]).filter_map(|name| self.of_stage(name))
    }

    /// The largest number that it may be in any stage.
    pub fn max_number(&self) -> Option<i64> {
        match self {
            Value::Number(number) => Some(*number),
            Value::Computed(Computed::Staged { stages, otherwise }) => stages
                .values()
                .chain(otherwise.as_deref())
                .filter_map(Value::max_number)
                .max(),
            _ => None,
        }
    }
}

fn push_text(parts: &mut Vec<Value>, part: Value) {
    match (parts.last_mut(), part) {
        (_, Value::Text(text)) if text.is_empty() => {}
        (Some(Value::Text(last)), Value::Text(text)) => last.to_mut().push_str(&text),
        (_, part) => parts.push(part),
    }
}
