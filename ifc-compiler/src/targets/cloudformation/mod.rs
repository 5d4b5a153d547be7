//! CloudFormation. Input: the manifest. Output: `template.json`.

mod compute;
mod data;
mod http;
mod messaging;
mod policy;
mod values;

use std::collections::{BTreeMap, BTreeSet};

use ifc_catalog::infra::{Kind, Node, Removal};
use ifc_catalog::manifest::Manifest;
use serde_json::{Map, Value as Json, json};

use self::values::Values;
use super::layout::layout;
use super::{Artifact, Target};

/// This format.
pub(super) static TARGET: Target = Target {
    name: "cloudformation",
    emit,
};

/// The template.
pub fn emit(manifest: &Manifest) -> Vec<Artifact> {
    let mut values = Values::new(&manifest.infrastructure);
    let resources: BTreeMap<&String, Json> = manifest
        .infrastructure
        .iter()
        .map(|(id, node)| (id, resource(&mut values, node)))
        .collect();
    let outputs: BTreeMap<&String, Json> = manifest
        .outputs
        .iter()
        .map(|(name, output)| {
            let value = serde_json::from_value(output.value.clone())
                .map_or(Json::Null, |value| values.render(&value));
            let output = json!({ "Description": output.description, "Value": value });
            (name, output)
        })
        .collect();
    let conditions: BTreeMap<String, Json> = values
        .stages
        .iter()
        .map(|stage| {
            let is_stage = json!({ "Fn::Equals": [{ "Ref": "Stage" }, stage] });
            (values::condition(stage), is_stage)
        })
        .collect();
    if !conditions.is_empty() {
        values.parameters.insert("Stage".into());
    }
    let parameters = parameters(manifest, &values.parameters);
    let mut template = json!({
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": format!("{}, compiled by ifc from its Rust sources", manifest.package),
        "Resources": resources,
    });
    let sections = [
        ("Conditions", json!(conditions)),
        ("Outputs", json!(outputs)),
        ("Parameters", json!(parameters)),
    ];
    for (name, section) in sections {
        if section
            .as_object()
            .is_some_and(|section| !section.is_empty())
        {
            template[name] = section;
        }
    }
    vec![Artifact {
        path: "template.json".into(),
        text: layout(&template),
    }]
}

/// CloudFormation refuses nothing here, but linters rightly ask about parameters without a use.
fn parameters(manifest: &Manifest, used: &BTreeSet<String>) -> BTreeMap<String, Json> {
    let declared = manifest.parameters.iter();
    declared
        .filter(|(name, _)| used.contains(*name))
        .map(|(name, parameter)| {
            let mut rendered = Map::new();
            rendered.insert("Type".into(), json!(parameter.kind));
            rendered.insert("Description".into(), json!(parameter.description));
            if let Some(default) = &parameter.default {
                rendered.insert("Default".into(), json!(default));
            }
            if let Some(pattern) = &parameter.pattern {
                rendered.insert("AllowedPattern".into(), json!(pattern));
            }
            if !parameter.allowed_values.is_empty() {
                rendered.insert("AllowedValues".into(), json!(parameter.allowed_values));
            }
            (name.clone(), Json::Object(rendered))
        })
        .collect()
}

fn resource(values: &mut Values<'_>, node: &Node) -> Json {
    let (cfn_type, mut properties) = properties(values, &node.kind);
    if let Some(tags) = tags(cfn_type, node) {
        properties.set("Tags", tags);
    }
    for (name, value) in &node.properties {
        properties.set(name, value.clone());
    }
    let mut resource = Map::new();
    resource.insert("Type".into(), json!(cfn_type));
    resource.insert("Properties".into(), Json::Object(properties.map));
    match node.after.as_slice() {
        [] => {}
        [one] => {
            resource.insert("DependsOn".into(), json!(one));
        }
        several => {
            resource.insert("DependsOn".into(), json!(several));
        }
    }
    if let Some(removal) = node.removal {
        let policy = match removal {
            Removal::Retain => "Retain",
            Removal::Destroy => "Delete",
        };
        resource.insert("DeletionPolicy".into(), json!(policy));
        resource.insert("UpdateReplacePolicy".into(), json!(policy));
    }
    Json::Object(resource)
}

fn properties<'n>(values: &mut Values<'_>, kind: &'n Kind) -> (&'n str, Properties) {
    match kind {
        Kind::Function(node) => ("AWS::Lambda::Function", compute::function(values, node)),
        Kind::Role(node) => ("AWS::IAM::Role", policy::role(values, node)),
        Kind::LogGroup(node) => ("AWS::Logs::LogGroup", compute::log_group(values, node)),
        Kind::Table(node) => ("AWS::DynamoDB::Table", data::table(values, node)),
        Kind::Queue(node) => ("AWS::SQS::Queue", messaging::queue(values, node)),
        Kind::QueuePolicy(node) => ("AWS::SQS::QueuePolicy", policy::queue_policy(values, node)),
        Kind::Topic(node) => ("AWS::SNS::Topic", messaging::topic(values, node)),
        Kind::Subscription(node) => (
            "AWS::SNS::Subscription",
            messaging::subscription(values, node),
        ),
        Kind::Bus(node) => ("AWS::Events::EventBus", messaging::bus(values, node)),
        Kind::Rule(node) => ("AWS::Events::Rule", messaging::rule(values, node)),
        Kind::ScheduleGroup(node) => (
            "AWS::Scheduler::ScheduleGroup",
            messaging::schedule_group(values, node),
        ),
        Kind::Schedule(node) => (
            "AWS::Scheduler::Schedule",
            messaging::schedule(values, node),
        ),
        Kind::Bucket(node) => ("AWS::S3::Bucket", data::bucket(values, node)),
        Kind::BucketPolicy(node) => ("AWS::S3::BucketPolicy", policy::bucket_policy(values, node)),
        Kind::Secret(node) => ("AWS::SecretsManager::Secret", data::secret(values, node)),
        Kind::Parameter(node) => ("AWS::SSM::Parameter", data::parameter(values, node)),
        Kind::EventSourceMapping(node) => (
            "AWS::Lambda::EventSourceMapping",
            compute::event_source_mapping(values, node),
        ),
        Kind::InvokePermission(node) => (
            "AWS::Lambda::Permission",
            compute::invoke_permission(values, node),
        ),
        Kind::EventInvokeConfig(node) => (
            "AWS::Lambda::EventInvokeConfig",
            compute::event_invoke_config(values, node),
        ),
        Kind::HttpApi(node) => ("AWS::ApiGatewayV2::Api", http::api(values, node)),
        Kind::HttpIntegration(node) => (
            "AWS::ApiGatewayV2::Integration",
            http::integration(values, node),
        ),
        Kind::HttpRoute(node) => ("AWS::ApiGatewayV2::Route", http::route(values, node)),
        Kind::HttpStage(node) => ("AWS::ApiGatewayV2::Stage", http::stage(values, node)),
        Kind::Alarm(node) => ("AWS::CloudWatch::Alarm", compute::alarm(values, node)),
        Kind::Native(node) => {
            let map = node.properties.as_object().cloned().unwrap_or_default();
            (&node.cfn_type, Properties { map })
        }
    }
}

/// Tags in the form that the type takes; none if it takes none.
fn tags(cfn_type: &str, node: &Node) -> Option<Json> {
    if node.tags.is_empty() {
        return None;
    }
    match cfn_type {
        "AWS::ApiGatewayV2::Api" | "AWS::ApiGatewayV2::Stage" | "AWS::SSM::Parameter" => {
            Some(json!(node.tags))
        }
        "AWS::CloudWatch::Alarm"
        | "AWS::DynamoDB::Table"
        | "AWS::Events::EventBus"
        | "AWS::IAM::Role"
        | "AWS::Lambda::EventSourceMapping"
        | "AWS::Lambda::Function"
        | "AWS::Logs::LogGroup"
        | "AWS::S3::Bucket"
        | "AWS::SNS::Topic"
        | "AWS::SQS::Queue"
        | "AWS::Scheduler::ScheduleGroup"
        | "AWS::SecretsManager::Secret" => {
            let pairs = node.tags.iter();
            let tags: Vec<Json> = pairs
                .map(|(key, value)| json!({ "Key": key, "Value": value }))
                .collect();
            Some(json!(tags))
        }
        _ => None,
    }
}

/// Properties of a resource, with absent ones left out.
#[derive(Debug, Default)]
struct Properties {
    map: Map<String, Json>,
}

impl Properties {
    fn set(&mut self, name: &str, value: impl Into<Json>) {
        self.map.insert(name.to_string(), value.into());
    }

    fn with(mut self, name: &str, value: impl Into<Json>) -> Self {
        self.set(name, value);
        self
    }

    fn with_some(self, name: &str, value: Option<Json>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    fn with_if(self, condition: bool, name: &str, value: impl Into<Json>) -> Self {
        match condition {
            true => self.with(name, value),
            false => self,
        }
    }
}

impl From<Properties> for Json {
    fn from(properties: Properties) -> Json {
        Json::Object(properties.map)
    }
}
