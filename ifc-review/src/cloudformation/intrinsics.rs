//! Intrinsic functions: which texts a value of a template stands for.

use std::collections::BTreeMap;

use super::Template;
use crate::arn::arn;
use crate::document::{Kind, Node};
use crate::text::Text;

/// Alternatives beyond which a value is open.
const ALTERNATIVES: usize = 16;

/// Types by what their ARN looks like after `arn:`, where `{}` is the name, the property that sets
/// the name, and what `Ref` gives. Source: CloudFormation's resource reference.
const TYPES: &[(&str, &str, &str, Gives)] = &[
    (
        "AWS::DynamoDB::Table",
        "dynamodb:table/",
        "TableName",
        Gives::Name,
    ),
    (
        "AWS::DynamoDB::GlobalTable",
        "dynamodb:table/",
        "TableName",
        Gives::Name,
    ),
    (
        "AWS::Serverless::SimpleTable",
        "dynamodb:table/",
        "TableName",
        Gives::Name,
    ),
    ("AWS::SQS::Queue", "sqs:", "QueueName", Gives::Name),
    ("AWS::SNS::Topic", "sns:", "TopicName", Gives::Arn),
    ("AWS::S3::Bucket", "s3:::", "BucketName", Gives::Name),
    (
        "AWS::Lambda::Function",
        "lambda:function:",
        "FunctionName",
        Gives::Name,
    ),
    (
        "AWS::Serverless::Function",
        "lambda:function:",
        "FunctionName",
        Gives::Name,
    ),
    (
        "AWS::StepFunctions::StateMachine",
        "states:stateMachine:",
        "StateMachineName",
        Gives::Arn,
    ),
    (
        "AWS::Serverless::StateMachine",
        "states:stateMachine:",
        "Name",
        Gives::Arn,
    ),
    (
        "AWS::Events::EventBus",
        "events:event-bus/",
        "Name",
        Gives::Name,
    ),
    (
        "AWS::Kinesis::Stream",
        "kinesis:stream/",
        "Name",
        Gives::Name,
    ),
    (
        "AWS::KinesisFirehose::DeliveryStream",
        "firehose:deliverystream/",
        "DeliveryStreamName",
        Gives::Name,
    ),
    (
        "AWS::SecretsManager::Secret",
        "secretsmanager:secret:",
        "Name",
        Gives::Arn,
    ),
    ("AWS::SSM::Parameter", "ssm:parameter/", "Name", Gives::Name),
    (
        "AWS::Logs::LogGroup",
        "logs:log-group:",
        "LogGroupName",
        Gives::Name,
    ),
    ("AWS::KMS::Key", "kms:key/", "", Gives::Name),
    ("AWS::IAM::Role", "iam:role/", "RoleName", Gives::Name),
    (
        "AWS::Cognito::UserPool",
        "cognito-idp:userpool/",
        "",
        Gives::Name,
    ),
    ("AWS::AppSync::GraphQLApi", "appsync:apis/", "", Gives::Arn),
];

/// What `Ref` gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Gives {
    Name,
    Arn,
}

/// Parameters of a policy template, by name.
pub(super) type Bindings = BTreeMap<String, Vec<Text>>;

impl Template {
    /// The texts that a value stands for.
    pub(super) fn texts(&self, node: &Node) -> Vec<Text> {
        self.bound_texts(node, &Bindings::new())
    }

    /// The same inside a policy template.
    pub(super) fn bound_texts(&self, node: &Node, bindings: &Bindings) -> Vec<Text> {
        match &node.kind {
            Kind::Scalar(text) => vec![text.clone()],
            Kind::Map(entries) => match entries.as_slice() {
                [call] => self.call(&call.key, &call.value, bindings),
                _ => vec![open(node)],
            },
            Kind::List(items) => items
                .iter()
                .flat_map(|item| self.bound_texts(item, bindings))
                .collect(),
            Kind::Null => Vec::new(),
        }
    }

    fn call(&self, name: &str, value: &Node, bindings: &Bindings) -> Vec<Text> {
        match name {
            "Ref" => match value.literal() {
                Some(name) => self.reference(name, bindings),
                None => vec![open(value)],
            },
            "Fn::GetAtt" => {
                let parts: Vec<String> = value
                    .items()
                    .iter()
                    .filter_map(|part| part.literal().map(str::to_owned))
                    .collect();
                match parts.as_slice() {
                    [whole] => self.attribute(whole),
                    [resource, rest @ ..] => {
                        self.attribute(&format!("{resource}.{}", rest.join(".")))
                    }
                    [] => vec![open(value)],
                }
            }
            "Fn::Sub" => self.substitute(value, bindings),
            "Fn::Join" => match value.items() {
                [delimiter, list] => {
                    let delimiter = Text::of(delimiter.literal().unwrap_or_default());
                    let mut parts = Vec::new();
                    for (at, item) in list.items().iter().enumerate() {
                        if at > 0 {
                            parts.push(vec![delimiter.clone()]);
                        }
                        parts.push(self.bound_texts(item, bindings));
                    }
                    concat(parts)
                }
                _ => vec![open(value)],
            },
            "Fn::If" => value
                .items()
                .iter()
                .skip(1)
                .flat_map(|branch| self.bound_texts(branch, bindings))
                .collect(),
            _ => vec![Text::open(format!("{name} {}", show(value)))],
        }
    }

    /// `Ref`.
    fn reference(&self, name: &str, bindings: &Bindings) -> Vec<Text> {
        if let Some(bound) = bindings.get(name) {
            return bound.clone();
        }
        match self.resource(name) {
            Some(resource) => match known(&resource.kind) {
                Some((_, prefix, property, Gives::Arn)) => self.arn(name, prefix, property),
                Some((_, _, property, Gives::Name)) => self.name(name, property),
                None => vec![Text::name(name)],
            },
            None => vec![Text::open(name)],
        }
    }

    /// `Fn::GetAtt`.
    pub(super) fn attribute(&self, path: &str) -> Vec<Text> {
        let (name, attribute) = path.split_once('.').unwrap_or((path, ""));
        let kind = self.resource(name).map(|resource| resource.kind.as_str());
        match kind.and_then(known) {
            Some((_, prefix, property, _)) => match attribute {
                "Arn" | "TopicArn" => self.arn(name, prefix, property),
                "StreamArn" => self
                    .arn(name, prefix, property)
                    .into_iter()
                    .map(|arn| arn.then(&Text::of("/stream/*")))
                    .collect(),
                "Name" | "QueueName" | "QueueUrl" | "TopicName" | "TableName" => {
                    self.name(name, property)
                }
                _ => vec![Text::name(path)],
            },
            None => vec![Text::name(path)],
        }
    }

    /// The physical name: the one that is set, or the one that CloudFormation makes.
    fn name(&self, logical: &str, property: &str) -> Vec<Text> {
        let set = self
            .resource(logical)
            .and_then(|resource| resource.properties.get(property));
        match set {
            Some(node) => self.texts(node),
            None => vec![Text::name(logical)],
        }
    }

    fn arn(&self, logical: &str, form: &str, property: &str) -> Vec<Text> {
        let names = self.name(logical, property);
        names.iter().map(|name| arn(form, name)).collect()
    }

    fn substitute(&self, value: &Node, bindings: &Bindings) -> Vec<Text> {
        let (pattern, variables) = match value.items() {
            [pattern, variables, ..] => (pattern.literal(), Some(variables)),
            [pattern] => (pattern.literal(), None),
            [] => (None, None),
        };
        let Some(mut rest) = pattern else {
            return vec![open(value)];
        };
        let mut parts = Vec::new();
        while let Some(start) = rest.find("${") {
            let Some(length) = rest[start..].find('}') else {
                break;
            };
            parts.push(vec![Text::of(&rest[..start])]);
            let name = rest[start + 2..start + length].trim();
            rest = &rest[start + length + 1..];
            let variable = variables.and_then(|variables| variables.get(name));
            parts.push(match (name.strip_prefix('!'), variable) {
                (Some(literal), _) => vec![Text::of(format!("${{{literal}}}"))],
                (None, Some(node)) => self.bound_texts(node, bindings),
                (None, None) if name.contains('.') => self.attribute(name),
                (None, None) => self.reference(name, bindings),
            });
        }
        parts.push(vec![Text::of(rest)]);
        concat(parts)
    }
}

fn known(kind: &str) -> Option<(&'static str, &'static str, &'static str, Gives)> {
    TYPES.iter().copied().find(|(name, ..)| *name == kind)
}

/// Every combination.
fn concat(parts: Vec<Vec<Text>>) -> Vec<Text> {
    let mut all = vec![Text::default()];
    for alternatives in parts {
        if all.len() * alternatives.len() > ALTERNATIVES {
            return vec![Text::open("a value of many alternatives")];
        }
        all = all
            .iter()
            .flat_map(|before| {
                alternatives
                    .iter()
                    .map(|text| before.clone().then(text))
                    .collect::<Vec<_>>()
            })
            .collect();
    }
    all
}

/// A value that only the deployment knows; equal ones are equal.
fn open(node: &Node) -> Text {
    Text::open(show(node))
}

fn show(node: &Node) -> String {
    match &node.kind {
        Kind::Null => String::new(),
        Kind::Scalar(text) => text.to_string(),
        Kind::List(items) => {
            let items: Vec<String> = items.iter().map(show).collect();
            format!("[{}]", items.join(", "))
        }
        Kind::Map(entries) => {
            let entries: Vec<String> = entries
                .iter()
                .map(|entry| format!("{} {}", entry.key, show(&entry.value)))
                .collect();
            format!("{{{}}}", entries.join(", "))
        }
    }
}
