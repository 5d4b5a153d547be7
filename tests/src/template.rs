//! A CloudFormation template with its references filled in, as if deployed in an account of its
//! own. Physical names that AWS would draw are made of the stack's name and the logical id.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::OnceLock;

use anyhow::{Context, Result};
use serde_json::{Map, Value};

/// The account.
pub const ACCOUNT: &str = "123456789012";
/// The region.
pub const REGION: &str = "us-east-1";
/// The label of every stream.
const STREAM: &str = "2026-01-01T00:00:00.000";
/// The name of the stack.
pub const STACK: &str = "stack";

/// A template.
#[derive(Clone, Debug)]
pub struct Template {
    source: Value,
    parameters: BTreeMap<String, String>,
    /// Properties by logical id, of the resources whose condition holds.
    evaluated: OnceLock<BTreeMap<String, Value>>,
}

/// A resource whose properties hold no references any more.
#[derive(Clone, Debug)]
pub struct Resource<'a> {
    /// Logical id.
    pub id: &'a str,
    /// `AWS::SQS::Queue`.
    pub kind: &'a str,
    /// Properties.
    pub properties: &'a Value,
}

impl Template {
    /// Reads a template.
    pub fn read(path: &Path) -> Result<Template> {
        Template::new(crate::read_json(path)?)
    }

    /// A template whose parameters have their defaults, or their names where there is none.
    pub fn new(source: Value) -> Result<Template> {
        let declared = source
            .get("Parameters")
            .and_then(Value::as_object)
            .into_iter()
            .flatten();
        let parameters = declared
            .map(|(name, parameter)| {
                let default = parameter.get("Default").and_then(Value::as_str);
                (name.clone(), default.unwrap_or(name).to_owned())
            })
            .collect();
        source
            .get("Resources")
            .and_then(Value::as_object)
            .context("no resources")?;
        Ok(Template {
            source,
            parameters,
            evaluated: OnceLock::new(),
        })
    }

    /// As written.
    pub fn source(&self) -> &Value {
        &self.source
    }

    /// Another template with the same parameters.
    pub fn with_source(&self, source: Value) -> Template {
        Template {
            source,
            parameters: self.parameters.clone(),
            evaluated: OnceLock::new(),
        }
    }

    /// Sets a parameter.
    pub fn with(mut self, parameter: &str, value: &str) -> Template {
        self.parameters
            .insert(parameter.to_owned(), value.to_owned());
        self.evaluated = OnceLock::new();
        self
    }

    /// Resources whose condition holds, in order of logical id.
    pub fn resources(&self) -> Vec<Resource<'_>> {
        let evaluated = self.evaluated.get_or_init(|| self.evaluate_all());
        evaluated
            .iter()
            .map(|(id, properties)| Resource {
                id,
                kind: self.resource(id).map_or("", |(kind, _)| kind),
                properties,
            })
            .collect()
    }

    fn evaluate_all(&self) -> BTreeMap<String, Value> {
        let resources = self.source["Resources"].as_object().into_iter().flatten();
        resources
            .filter(|(_, source)| match &source["Condition"] {
                Value::String(condition) => self.holds(condition),
                _ => true,
            })
            .map(|(id, source)| {
                let properties = self.evaluate(&source["Properties"]);
                let properties = properties.filter(Value::is_object);
                let properties = properties.unwrap_or_else(|| Value::Object(Map::new()));
                (id.clone(), properties)
            })
            .collect()
    }

    /// Resources of a type.
    pub fn of(&self, kind: &str) -> Vec<Resource<'_>> {
        let mut resources = self.resources();
        resources.retain(|resource| resource.kind == kind);
        resources
    }

    /// A value without references; nothing for `AWS::NoValue`.
    pub fn evaluate(&self, value: &Value) -> Option<Value> {
        match value {
            Value::Array(items) => Some(
                items
                    .iter()
                    .filter_map(|item| self.evaluate(item))
                    .collect(),
            ),
            Value::Object(members) => match single(members) {
                Some((function, argument)) if is_function(function) => {
                    self.call(function, argument)
                }
                _ => {
                    let kept = members
                        .iter()
                        .filter_map(|(name, value)| Some((name.clone(), self.evaluate(value)?)));
                    Some(Value::Object(kept.collect()))
                }
            },
            other => Some(other.clone()),
        }
    }

    fn call(&self, function: &str, argument: &Value) -> Option<Value> {
        let text = |value: &Value| self.evaluate(value).map(|value| plain(&value));
        match function {
            "Ref" => match argument.as_str()? {
                "AWS::NoValue" => None,
                name => Some(self.reference(name).into()),
            },
            "Fn::GetAtt" => {
                let (id, attribute) = match argument {
                    Value::Array(parts) => (plain(parts.first()?), text(parts.get(1)?)?),
                    other => {
                        let (id, attribute) = other.as_str()?.split_once('.')?;
                        (id.to_owned(), attribute.to_owned())
                    }
                };
                Some(self.attribute(&id, &attribute).into())
            }
            "Fn::Sub" => {
                let (pattern, own) = match argument {
                    Value::Array(parts) => (plain(parts.first()?), self.evaluate(parts.get(1)?)?),
                    other => (plain(other), Value::Null),
                };
                Some(self.substitute(&pattern, &own).into())
            }
            "Fn::Join" => {
                let items = self.evaluate(argument.get(1)?)?;
                let items: Vec<String> = items.as_array()?.iter().map(plain).collect();
                Some(items.join(argument.get(0)?.as_str()?).into())
            }
            "Fn::Select" => {
                let index: usize = plain(argument.get(0)?).parse().ok()?;
                self.evaluate(argument.get(1)?)?.get(index).cloned()
            }
            "Fn::Split" => {
                let whole = text(argument.get(1)?)?;
                Some(
                    whole
                        .split(argument.get(0)?.as_str()?)
                        .map(Value::from)
                        .collect(),
                )
            }
            "Fn::If" => {
                let branch = if self.holds(argument.get(0)?.as_str()?) {
                    1
                } else {
                    2
                };
                self.evaluate(argument.get(branch)?)
            }
            "Fn::FindInMap" => {
                let mut found = &self.source["Mappings"];
                for key in argument.as_array()? {
                    found = found.get(text(key)?)?;
                }
                Some(found.clone())
            }
            _ => None,
        }
    }

    /// A text of a policy's file, in which `${OrdersTable}` stands for the physical name and
    /// `${OrdersTable.StreamArn}` for an attribute. What is no name stays as it is: IAM writes a
    /// literal star as `${*}`.
    pub fn spell_out(&self, text: &str) -> String {
        let mut result = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            result.push_str(before);
            let (name, tail) = after.split_once('}').unwrap_or((after, ""));
            result.push_str(&match name.split_once('.') {
                Some((id, attribute)) => self.attribute(id, attribute),
                None if name.starts_with("AWS::") => self.reference(name),
                None if self.parameters.contains_key(name) => self.reference(name),
                None if self.resource(name).is_some() => self.name(name),
                None => format!("${{{name}}}"),
            });
            rest = tail;
        }
        result + rest
    }

    fn substitute(&self, pattern: &str, own: &Value) -> String {
        let mut result = String::new();
        let mut rest = pattern;
        while let Some((before, after)) = rest.split_once("${") {
            result.push_str(before);
            let (name, tail) = after.split_once('}').unwrap_or((after, ""));
            if let Some(literal) = name.strip_prefix('!') {
                result.push_str(&format!("${{{literal}}}"));
            } else if let Some(value) = own.get(name) {
                result.push_str(&plain(value));
            } else if let Some((id, attribute)) = name.split_once('.') {
                result.push_str(&self.attribute(id, attribute));
            } else {
                result.push_str(&self.reference(name));
            }
            rest = tail;
        }
        result + rest
    }

    fn holds(&self, condition: &str) -> bool {
        self.test(&self.source["Conditions"][condition])
    }

    fn test(&self, condition: &Value) -> bool {
        let all = |items: &Value| {
            items
                .as_array()
                .is_some_and(|items| items.iter().all(|c| self.test(c)))
        };
        let any = |items: &Value| {
            items
                .as_array()
                .is_some_and(|items| items.iter().any(|c| self.test(c)))
        };
        match condition.as_object().and_then(single) {
            Some(("Fn::Equals", sides)) => {
                let side = |i: usize| {
                    sides
                        .get(i)
                        .and_then(|side| self.evaluate(side))
                        .map(|v| plain(&v))
                };
                side(0) == side(1)
            }
            Some(("Fn::And", items)) => all(items),
            Some(("Fn::Or", items)) => any(items),
            Some(("Fn::Not", items)) => !all(items),
            Some(("Condition", name)) => self.holds(name.as_str().unwrap_or_default()),
            _ => false,
        }
    }

    fn resource(&self, id: &str) -> Option<(&str, &Value)> {
        let resource = self.source["Resources"].get(id)?;
        Some((
            resource.get("Type")?.as_str()?,
            resource.get("Properties").unwrap_or(&Value::Null),
        ))
    }

    fn reference(&self, name: &str) -> String {
        match name {
            "AWS::AccountId" => return ACCOUNT.to_owned(),
            "AWS::Region" => return REGION.to_owned(),
            "AWS::Partition" => return "aws".to_owned(),
            "AWS::StackName" => return STACK.to_owned(),
            "AWS::URLSuffix" => return "amazonaws.com".to_owned(),
            "AWS::StackId" => {
                return format!(
                    "arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/{STACK}/51af3dc0-da77-11e4-872e-1234567db123"
                );
            }
            _ => {}
        }
        if let Some(value) = self.parameters.get(name) {
            return value.clone();
        }
        match self.resource(name).map(|(kind, _)| kind) {
            Some("AWS::SNS::Topic" | "AWS::SecretsManager::Secret") => self.arn(name),
            Some("AWS::SQS::Queue") => {
                format!(
                    "https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{}",
                    self.name(name)
                )
            }
            _ => self.name(name),
        }
    }

    fn attribute(&self, id: &str, attribute: &str) -> String {
        match attribute {
            "StreamArn" => format!("{}/stream/{STREAM}", self.arn(id)),
            "QueueName" | "TopicName" | "ApiId" | "RuleName" | "Name" => self.name(id),
            "QueueUrl" => self.reference(id),
            "ApiEndpoint" => {
                format!(
                    "https://{}.execute-api.{REGION}.amazonaws.com",
                    self.name(id)
                )
            }
            _ => self.arn(id),
        }
    }

    /// The physical name of a resource.
    pub fn name(&self, id: &str) -> String {
        let (kind, properties) = self.resource(id).unwrap_or(("", &Value::Null));
        let own = match kind {
            "AWS::DynamoDB::Table" => "TableName",
            "AWS::SQS::Queue" => "QueueName",
            "AWS::SNS::Topic" => "TopicName",
            "AWS::Lambda::Function" => "FunctionName",
            "AWS::S3::Bucket" => "BucketName",
            "AWS::IAM::Role" => "RoleName",
            "AWS::Logs::LogGroup" => "LogGroupName",
            "AWS::CloudWatch::Alarm" => "AlarmName",
            "AWS::Events::EventBus"
            | "AWS::Events::Rule"
            | "AWS::Scheduler::Schedule"
            | "AWS::Scheduler::ScheduleGroup"
            | "AWS::SecretsManager::Secret"
            | "AWS::SSM::Parameter" => "Name",
            _ => "",
        };
        let named = properties
            .get(own)
            .and_then(|name| self.evaluate(name))
            .map(|v| plain(&v));
        let drawn = match kind {
            "AWS::S3::Bucket" => format!("{STACK}-{}", id.to_lowercase()),
            "AWS::SSM::Parameter" => format!("/{STACK}/{id}"),
            _ => format!("{STACK}-{id}"),
        };
        named.unwrap_or(drawn)
    }

    /// The ARN of a resource.
    pub fn arn(&self, id: &str) -> String {
        let name = self.name(id);
        let (kind, properties) = self.resource(id).unwrap_or(("", &Value::Null));
        let member = |member: &str| {
            let value = properties
                .get(member)
                .and_then(|value| self.evaluate(value));
            value.map(|value| plain(&value))
        };
        let local =
            |service: &str, rest: String| format!("arn:aws:{service}:{REGION}:{ACCOUNT}:{rest}");
        match kind {
            "AWS::DynamoDB::Table" => local("dynamodb", format!("table/{name}")),
            "AWS::SQS::Queue" => local("sqs", name),
            "AWS::SNS::Topic" => local("sns", name),
            "AWS::Lambda::Function" => local("lambda", format!("function:{name}")),
            "AWS::Events::EventBus" => local("events", format!("event-bus/{name}")),
            "AWS::Events::Rule" => match member("EventBusName") {
                Some(bus) if bus != "default" => local("events", format!("rule/{bus}/{name}")),
                _ => local("events", format!("rule/{name}")),
            },
            "AWS::S3::Bucket" => format!("arn:aws:s3:::{name}"),
            "AWS::IAM::Role" => format!("arn:aws:iam::{ACCOUNT}:role/{name}"),
            "AWS::Logs::LogGroup" => local("logs", format!("log-group:{name}:*")),
            "AWS::CloudWatch::Alarm" => local("cloudwatch", format!("alarm:{name}")),
            "AWS::SecretsManager::Secret" => {
                local("secretsmanager", format!("secret:{name}-AbCdEf"))
            }
            "AWS::SSM::Parameter" => {
                local("ssm", format!("parameter/{}", name.trim_start_matches('/')))
            }
            "AWS::Scheduler::ScheduleGroup" => local("scheduler", format!("schedule-group/{name}")),
            "AWS::Scheduler::Schedule" => {
                let group = member("GroupName").unwrap_or_else(|| "default".to_owned());
                local("scheduler", format!("schedule/{group}/{name}"))
            }
            _ => local("unknown", format!("{kind}/{id}")),
        }
    }
}

/// A scalar as text.
pub fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// A member that may be one value or a list of them.
pub fn list(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(items) => items.iter().collect(),
        Value::Null => Vec::new(),
        other => vec![other],
    }
}

fn single(members: &Map<String, Value>) -> Option<(&str, &Value)> {
    let (name, value) = members.iter().next()?;
    (members.len() == 1).then_some((name.as_str(), value))
}

fn is_function(name: &str) -> bool {
    name == "Ref" || name.starts_with("Fn::")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn references_are_filled_in() {
        let template = Template::new(json!({
            "Parameters": { "Stage": { "Type": "String", "Default": "dev" } },
            "Conditions": { "Production": { "Fn::Equals": [{ "Ref": "Stage" }, "prod"] } },
            "Mappings": { "Stages": { "dev": { "Memory": 256 } } },
            "Resources": {
                "Jobs": { "Type": "AWS::SQS::Queue" },
                "Extra": { "Type": "AWS::SQS::Queue", "Condition": "Production" },
                "Work": { "Type": "AWS::Lambda::Function", "Properties": {
                    "FunctionName": { "Fn::Sub": "${AWS::StackName}-${Stage}-work" },
                    "MemorySize": { "Fn::FindInMap": ["Stages", { "Ref": "Stage" }, "Memory"] },
                    "Reserved": { "Fn::If": ["Production", 1, { "Ref": "AWS::NoValue" }] },
                    "Queue": { "Fn::GetAtt": ["Jobs", "Arn"] },
                    "Url": { "Fn::Join": ["|", ["a", { "Ref": "Jobs" }]] },
                } },
            },
        }))
        .unwrap();
        let resources = template.resources();
        let ids: Vec<_> = resources.iter().map(|resource| resource.id).collect();
        assert_eq!(ids, ["Jobs", "Work"]);
        assert_eq!(
            *resources[1].properties,
            json!({
                "FunctionName": "stack-dev-work",
                "MemorySize": 256,
                "Queue": "arn:aws:sqs:us-east-1:123456789012:stack-Jobs",
                "Url": "a|https://sqs.us-east-1.amazonaws.com/123456789012/stack-Jobs",
            })
        );
        assert_eq!(template.with("Stage", "prod").resources().len(), 3);
    }
}
