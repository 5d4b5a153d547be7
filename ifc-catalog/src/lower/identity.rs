//! What a resource is called, whether the stack owns it or not.

use crate::infra::{Attribute, Computed, StackValue, Value};
use crate::model::Text;

use super::permissions::literal;
use super::{Lowering, On};

/// What a resource is called.
#[derive(Clone, Debug, PartialEq)]
pub struct Identity {
    /// ARN.
    pub arn: Value,
    /// What `name()` gives and the environment variable holds.
    pub name: Value,
}

impl Identity {
    /// Of a node with an ARN and a name.
    pub fn of_node(id: &str, name: Attribute) -> Identity {
        Identity {
            arn: Value::arn(id),
            name: Value::attribute(id, name),
        }
    }

    /// Of something whose ARN serves as its name.
    pub fn of_arn(arn: Value) -> Identity {
        Identity {
            name: arn.clone(),
            arn,
        }
    }

    /// Of a queue that the stack does not own: operations want its URL.
    pub fn of_queue_arn(arn: Value) -> Identity {
        let part = |index| Value::part(arn.clone(), ":", index);
        Identity {
            name: Value::join([
                Value::text("https://sqs."),
                part(3),
                Value::text("."),
                Value::stack(StackValue::UrlSuffix),
                Value::text("/"),
                part(4),
                Value::text("/"),
                part(5),
            ]),
            arn,
        }
    }

    /// Of a parameter that the stack does not own. Its name begins with a slash if it has another
    /// one; where that is not known the ARN itself serves, which `GetParameter` takes too.
    pub fn of_parameter_arn(arn: Value) -> Identity {
        let name = match &arn {
            Value::Text(text) => match text.split_once(":parameter/") {
                Some((_, path)) if path.contains('/') => Value::text(format!("/{path}")),
                Some((_, name)) => Value::text(name.to_owned()),
                None => arn.clone(),
            },
            _ => arn.clone(),
        };
        Identity { arn, name }
    }
}

impl Lowering<'_> {
    /// The ARN that a statement names. None when the thing does not exist, which is a problem of
    /// its own elsewhere.
    pub(super) fn arn(&self, function: usize, on: &On) -> Option<Value> {
        let resource = |index: usize| Some(self.identity(index)?.arn.clone());
        let below =
            |index: usize, path: String| Some(Value::join([resource(index)?, Value::text(path)]));
        match on {
            On::Resource(index) => resource(*index),
            On::Index(index, name) => below(*index, format!("/index/{name}")),
            On::Objects(index, Text::Exact(key)) => below(*index, format!("/{}", literal(key))),
            On::Objects(index, Text::Prefix(prefix)) => {
                below(*index, format!("/{}*", literal(prefix)))
            }
            On::Objects(index, Text::Pieces(pieces)) => {
                let pieces: Vec<String> = pieces.iter().map(|piece| literal(piece)).collect();
                below(*index, format!("/{}", pieces.join("*")))
            }
            On::Objects(index, Text::Any) => below(*index, "/*".into()),
            On::Stream(index) => match resource(*index)? {
                Value::Computed(Computed::Attribute { node, .. }) => {
                    Some(Value::attribute(node, Attribute::StreamArn))
                }
                arn => Some(Value::join([arn, Value::text("/stream/*")])),
            },
            On::Logs => Some(Value::arn(self.id(function, "Logs"))),
            On::DeadLetters => Some(Value::arn(self.dead_letters_id(function))),
            On::Arn(arn) => Some(placed(arn)),
            On::Pattern(arn) => Some(self.pattern(function, arn)),
            On::Everything => Some(Value::text("*")),
        }
    }
}

impl Lowering<'_> {
    /// An ARN with placeholders. A variable that nobody sets may hold anything.
    fn pattern(&self, function: usize, arn: &str) -> Value {
        let environment = self.user_environment(function);
        let mut parts = Vec::new();
        let mut rest = arn;
        while let Some((text, after)) = rest.split_once("${") {
            parts.push(Value::text(text.to_owned()));
            let Some((name, after)) = after.split_once('}') else {
                rest = after;
                continue;
            };
            parts.push(match name {
                "AWS::Partition" => Value::stack(StackValue::Partition),
                // Lambda sets the variables of the region itself.
                "AWS::Region" | "env:AWS_REGION" | "env:AWS_DEFAULT_REGION" => {
                    Value::stack(StackValue::Region)
                }
                "AWS::AccountId" => Value::stack(StackValue::Account),
                "*" | "?" | "$" => Value::text(format!("${{{name}}}")),
                _ => name
                    .strip_prefix("env:")
                    .and_then(|variable| environment.get(variable).cloned())
                    .unwrap_or_else(|| Value::text("*")),
            });
            rest = after;
        }
        parts.push(Value::text(rest.to_owned()));
        Value::join(parts)
    }
}

/// An ARN that the user wrote, with what the stack alone knows.
fn placed(arn: &str) -> Value {
    let mut parts = Vec::new();
    let mut rest = arn;
    let first = |rest: &str| {
        let known = PLACED
            .iter()
            .filter_map(|(name, value)| Some((rest.find(name)?, *name, *value)));
        known.min_by_key(|(at, ..)| *at)
    };
    while let Some((at, name, value)) = first(rest) {
        parts.push(Value::text(rest[..at].to_owned()));
        parts.push(Value::stack(value));
        rest = &rest[at + name.len()..];
    }
    parts.push(Value::text(rest.to_owned()));
    Value::join(parts)
}

/// What an ARN of a grant may leave to the stack.
pub static PLACED: &[(&str, StackValue)] = &[
    ("${AWS::AccountId}", StackValue::Account),
    ("${AWS::Partition}", StackValue::Partition),
    ("${AWS::Region}", StackValue::Region),
];
