//! CloudFormation. Input: the manifest. Output: `template.json`.

mod compute;
mod data;
mod http;
mod messaging;
mod out;
mod policy;
mod properties;

use std::collections::BTreeMap;

use ifc_catalog::infra::{Kind, Node, Removal};
use ifc_catalog::json::Layout;
use ifc_catalog::manifest::Manifest;

use self::out::Out;
use self::properties::{Properties, properties};
use super::{Artifact, Target};

/// This format.
pub(super) static TARGET: Target = Target {
    name: "cloudformation",
    emit,
};

/// A property of a resource on a line, and no more white space than that takes: CloudFormation takes
/// templates of up to 51,200 bytes without a bucket.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html>
pub const LAYOUT: Layout = Layout {
    indent: 1,
    deepest: 4,
};

/// About how many bytes a node takes.
const EACH_NODE: usize = 512;

/// The template.
pub fn emit(manifest: &Manifest) -> Vec<Artifact> {
    // What stands in front of resources and outputs depends on what these refer to.
    let mut out = Out::new(&manifest.infrastructure);
    out.begin_part("Resources");
    out.reserve(manifest.infrastructure.len() * EACH_NODE);
    out.object(|out| {
        for (id, node) in &manifest.infrastructure {
            resource(out.any_name(id), node);
        }
    });
    let resources = out.end_part();
    out.begin_part("Outputs");
    out.object(|out| {
        for (name, output) in &manifest.outputs {
            out.any_name(name).object(|out| {
                out.name("Description").text(&output.description);
                out.name("Value").value(&output.value);
            });
        }
    });
    let outputs = out.end_part();
    out.begin_object();
    out.name("AWSTemplateFormatVersion").text("2010-09-09");
    conditions(&mut out);
    let description = format!(
        "{}, compiled by ifc from its Rust sources",
        manifest.package
    );
    out.name("Description").text(&description);
    if !manifest.outputs.is_empty() {
        out.put(&outputs);
    }
    parameters(&mut out, manifest);
    vec![Artifact {
        path: "template.json".into(),
        text: out.finish_with(resources),
    }]
}

fn conditions(out: &mut Out<'_>) {
    let stages = std::mem::take(&mut out.stages);
    if stages.is_empty() {
        return;
    }
    out.use_parameter("Stage");
    let conditions = stages.iter().map(|stage| (out::condition(stage), stage));
    let conditions: BTreeMap<String, &String> = conditions.collect();
    out.name("Conditions").object(|out| {
        for (condition, stage) in conditions {
            out.any_name(&condition).only("Fn::Equals", |out| {
                out.array(|out| {
                    out.parameter("Stage");
                    out.text(stage);
                });
            });
        }
    });
}

/// CloudFormation refuses nothing here, but linters rightly ask about parameters without a use.
fn parameters(out: &mut Out<'_>, manifest: &Manifest) {
    let declared = manifest.parameters.iter();
    let used: Vec<_> = declared
        .filter(|(name, _)| out.parameters.contains(*name))
        .collect();
    if used.is_empty() {
        return;
    }
    out.name("Parameters").object(|out| {
        for (name, parameter) in used {
            out.any_name(name).object(|out| {
                if let Some(pattern) = &parameter.pattern {
                    out.name("AllowedPattern").text(pattern);
                }
                if !parameter.allowed_values.is_empty() {
                    out.name("AllowedValues").texts(&parameter.allowed_values);
                }
                if let Some(default) = &parameter.default {
                    out.name("Default").text(default);
                }
                out.name("Description").text(&parameter.description);
                out.name("Type").text(&parameter.kind);
            });
        }
    });
}

fn resource(out: &mut Out<'_>, node: &Node) {
    let cfn_type = cfn_type(&node.kind);
    let removal = node.removal.map(|removal| match removal {
        Removal::Retain => "Retain",
        Removal::Destroy => "Delete",
    });
    out.object(|out| {
        if let Some(policy) = removal {
            out.name("DeletionPolicy").text(policy);
        }
        match node.after.as_slice() {
            [] => {}
            [one] => out.name("DependsOn").text(one),
            several => out.name("DependsOn").texts(several),
        }
        out.name("Properties");
        properties(out, cfn_type, node, |to| of_kind(to, &node.kind));
        out.name("Type").text(cfn_type);
        if let Some(policy) = removal {
            out.name("UpdateReplacePolicy").text(policy);
        }
    });
}

fn cfn_type(kind: &Kind) -> &str {
    match kind {
        Kind::Function(_) => "AWS::Lambda::Function",
        Kind::Role(_) => "AWS::IAM::Role",
        Kind::LogGroup(_) => "AWS::Logs::LogGroup",
        Kind::Table(_) => "AWS::DynamoDB::Table",
        Kind::Queue(_) => "AWS::SQS::Queue",
        Kind::QueuePolicy(_) => "AWS::SQS::QueuePolicy",
        Kind::Topic(_) => "AWS::SNS::Topic",
        Kind::Subscription(_) => "AWS::SNS::Subscription",
        Kind::Bus(_) => "AWS::Events::EventBus",
        Kind::Rule(_) => "AWS::Events::Rule",
        Kind::ScheduleGroup(_) => "AWS::Scheduler::ScheduleGroup",
        Kind::Schedule(_) => "AWS::Scheduler::Schedule",
        Kind::Bucket(_) => "AWS::S3::Bucket",
        Kind::BucketPolicy(_) => "AWS::S3::BucketPolicy",
        Kind::Secret(_) => "AWS::SecretsManager::Secret",
        Kind::Parameter(_) => "AWS::SSM::Parameter",
        Kind::EventSourceMapping(_) => "AWS::Lambda::EventSourceMapping",
        Kind::InvokePermission(_) => "AWS::Lambda::Permission",
        Kind::EventInvokeConfig(_) => "AWS::Lambda::EventInvokeConfig",
        Kind::HttpApi(_) => "AWS::ApiGatewayV2::Api",
        Kind::HttpIntegration(_) => "AWS::ApiGatewayV2::Integration",
        Kind::HttpRoute(_) => "AWS::ApiGatewayV2::Route",
        Kind::HttpStage(_) => "AWS::ApiGatewayV2::Stage",
        Kind::Alarm(_) => "AWS::CloudWatch::Alarm",
        Kind::Native(node) => &node.cfn_type,
    }
}

fn of_kind(to: &mut Properties<'_, '_>, kind: &Kind) {
    match kind {
        Kind::Function(node) => compute::function(to, node),
        Kind::Role(node) => policy::role(to, node),
        Kind::LogGroup(node) => compute::log_group(to, node),
        Kind::Table(node) => data::table(to, node),
        Kind::Queue(node) => messaging::queue(to, node),
        Kind::QueuePolicy(node) => policy::queue_policy(to, node),
        Kind::Topic(node) => messaging::topic(to, node),
        Kind::Subscription(node) => messaging::subscription(to, node),
        Kind::Bus(node) => messaging::bus(to, node),
        Kind::Rule(node) => messaging::rule(to, node),
        Kind::ScheduleGroup(node) => messaging::schedule_group(to, node),
        Kind::Schedule(node) => messaging::schedule(to, node),
        Kind::Bucket(node) => data::bucket(to, node),
        Kind::BucketPolicy(node) => policy::bucket_policy(to, node),
        Kind::Secret(node) => data::secret(to, node),
        Kind::Parameter(node) => data::parameter(to, node),
        Kind::EventSourceMapping(node) => compute::event_source_mapping(to, node),
        Kind::InvokePermission(node) => compute::invoke_permission(to, node),
        Kind::EventInvokeConfig(node) => compute::event_invoke_config(to, node),
        Kind::HttpApi(node) => http::api(to, node),
        Kind::HttpIntegration(node) => http::integration(to, node),
        Kind::HttpRoute(node) => http::route(to, node),
        Kind::HttpStage(node) => http::stage(to, node),
        Kind::Alarm(node) => compute::alarm(to, node),
        // Its properties are given as they are.
        Kind::Native(_) => {}
    }
}
