//! Properties of the template that the user set by hand: what the engine has a place for is put there,
//! and the rest is named.

use std::borrow::Cow;

use ifc_catalog::infra::{self, Kind, Node, Value};
use ifc_catalog::manifest::Manifest;
use serde_json::Value as Json;

/// Says nothing of how an application behaves.
const SILENT: &[&str] = &["Description", "Tags"];

/// What a queue of the engine takes as it is; the names are those of its API.
const OF_QUEUES: &[&str] = &[
    "ContentBasedDeduplication",
    "DeduplicationScope",
    "DelaySeconds",
    "FifoThroughputLimit",
    "KmsDataKeyReusePeriodSeconds",
    "KmsMasterKeyId",
    "MaximumMessageSize",
    "MessageRetentionPeriod",
    "ReceiveMessageWaitTimeSeconds",
    "RedriveAllowPolicy",
    "RedrivePolicy",
    "SqsManagedSseEnabled",
    "VisibilityTimeout",
];

/// The manifest with what was set by hand in its place.
pub(crate) fn applied(manifest: &Manifest) -> Cow<'_, Manifest> {
    let nodes = manifest.infrastructure.values();
    if nodes.into_iter().all(|node| node.properties.is_empty()) {
        return Cow::Borrowed(manifest);
    }
    let mut changed = manifest.clone();
    for node in changed.infrastructure.values_mut() {
        apply(manifest, node);
    }
    Cow::Owned(changed)
}

/// The properties set by hand that have no effect here, `OrdersTable.KinesisStreamSpecification`.
pub fn without_effect(manifest: &Manifest) -> Vec<String> {
    let nodes = manifest.infrastructure.values();
    nodes
        .filter(|node| !node.properties.is_empty())
        .flat_map(|node| {
            let left = apply(manifest, &mut node.clone());
            left.into_iter()
                .map(|property| format!("{}.{property}", node.id))
        })
        .collect()
}

/// Puts the properties of a node where the engine looks for them; gives the names of the others.
fn apply(manifest: &Manifest, node: &mut Node) -> Vec<String> {
    let Node {
        kind, properties, ..
    } = node;
    let of_queue = matches!(kind, Kind::Queue(_));
    let taken =
        |name: &str, value: &Json| of_queue && OF_QUEUES.contains(&name) && is_literal(value);
    let left = properties.iter().filter(|(name, value)| {
        let is_known = match of_queue {
            true => taken(name, value),
            false => set(manifest, kind, name, value).is_some(),
        };
        !is_known && !SILENT.contains(&name.as_str())
    });
    let left: Vec<String> = left.map(|(name, _)| name.clone()).collect();
    // What queues keep is given to them with their attributes.
    properties.retain(|name, value| taken(name, value));
    left
}

/// Sets one property; none if there is no place for it, or not for such a value.
fn set(manifest: &Manifest, kind: &mut Kind, name: &str, json: &Json) -> Option<()> {
    let value = || read(manifest, json);
    match (kind, name) {
        (Kind::Function(function), "MemorySize") => function.memory = value()?,
        (Kind::Function(function), "Timeout") => function.timeout = value()?,
        (Kind::Function(function), "ReservedConcurrentExecutions") => {
            function.reserved_concurrency = Some(value()?);
        }
        (Kind::Function(function), "Environment") => {
            let variables = json["Variables"].as_object()?.iter();
            let variables =
                variables.map(|(name, value)| Some((name.clone(), read(manifest, value)?)));
            function.environment = variables.collect::<Option<_>>()?;
        }
        (Kind::EventInvokeConfig(config), "MaximumRetryAttempts") => config.retries = value()?,
        (Kind::EventInvokeConfig(config), "MaximumEventAgeInSeconds") => config.max_age = value()?,
        (Kind::EventSourceMapping(mapping), _) => {
            return set_mapping(manifest, mapping, name, json);
        }
        (Kind::Table(table), "StreamSpecification") => {
            table.stream = Some(json["StreamViewType"].as_str()?.to_owned());
        }
        (Kind::Table(table), "TimeToLiveSpecification") => {
            let attribute = json["AttributeName"].as_str()?.to_owned();
            table.ttl = json["Enabled"].as_bool()?.then_some(attribute);
        }
        (Kind::Topic(topic), "ContentBasedDeduplication") => topic.deduplicate = flag(json)?,
        (Kind::Subscription(subscription), "FilterPolicy") => {
            subscription.filter = Some(json.clone());
        }
        (Kind::Subscription(subscription), "FilterPolicyScope") => {
            subscription.filter_body = json.as_str()? == "MessageBody";
        }
        (Kind::Rule(rule), "EventPattern") => rule.pattern = json.clone(),
        (Kind::Schedule(schedule), "ScheduleExpression") => schedule.expression = value()?,
        (Kind::Schedule(schedule), "ScheduleExpressionTimezone") => {
            schedule.timezone = Some(value()?);
        }
        (Kind::Schedule(schedule), "FlexibleTimeWindow") => {
            schedule.flexible = match json["Mode"].as_str()? {
                "OFF" => None,
                _ => Some(read(manifest, &json["MaximumWindowInMinutes"])?),
            };
        }
        (Kind::Bucket(bucket), "VersioningConfiguration") => {
            bucket.versioned = json["Status"].as_str()? == "Enabled";
        }
        (Kind::Parameter(parameter), "Value") => parameter.value = value()?,
        _ => return None,
    }
    Some(())
}

fn set_mapping(
    manifest: &Manifest,
    mapping: &mut infra::EventSourceMapping,
    name: &str,
    json: &Json,
) -> Option<()> {
    let value = || read(manifest, json);
    match (name, &mut mapping.stream) {
        ("BatchSize", _) => mapping.batch_size = value()?,
        ("MaximumBatchingWindowInSeconds", _) => mapping.window = Some(value()?),
        ("ScalingConfig", _) => {
            mapping.max_concurrency = Some(read(manifest, &json["MaximumConcurrency"])?);
        }
        ("FilterCriteria", _) => {
            let filters = json["Filters"].as_array()?.iter();
            let patterns = filters.map(|filter| Some(filter["Pattern"].as_str()?.to_owned()));
            mapping.filters = patterns.collect::<Option<_>>()?;
        }
        ("FunctionResponseTypes", _) => {
            let types = json.as_array()?;
            mapping.report_failures = types.iter().any(|one| one == "ReportBatchItemFailures");
        }
        ("MaximumRecordAgeInSeconds", Some(stream)) => stream.max_age = value()?,
        ("MaximumRetryAttempts", Some(stream)) => stream.retries = value()?,
        ("BisectBatchOnFunctionError", Some(stream)) => stream.bisect = value()?,
        ("ParallelizationFactor", Some(stream)) => stream.parallel = value()?,
        ("StartingPosition", Some(stream)) => json.as_str()?.clone_into(&mut stream.start),
        _ => return None,
    }
    Some(())
}

/// A value as the template spells it: a literal, a parameter of the stack, or the ARN of a resource.
fn read(manifest: &Manifest, json: &Json) -> Option<Value> {
    Some(match json {
        Json::Bool(value) => Value::Bool(*value),
        Json::Number(number) => Value::Number(number.as_i64()?),
        Json::String(text) => Value::text(text.clone()),
        Json::Object(object) => {
            let parameter = object.get("Ref").and_then(Json::as_str);
            let parameter = parameter.filter(|name| manifest.parameters.contains_key(*name));
            let attribute = object.get("Fn::GetAtt").and_then(Json::as_array);
            match (parameter, attribute.map(Vec::as_slice)) {
                (Some(name), _) => Value::parameter(name),
                (None, Some([node, attribute])) if attribute == "Arn" => {
                    let node = node.as_str()?;
                    manifest.infrastructure.get(node)?;
                    Value::arn(node)
                }
                _ => return None,
            }
        }
        _ => return None,
    })
}

/// Whether nothing in it is worked out by CloudFormation.
fn is_literal(json: &Json) -> bool {
    match json {
        Json::Object(object) => object
            .iter()
            .all(|(name, value)| name != "Ref" && !name.starts_with("Fn::") && is_literal(value)),
        Json::Array(list) => list.iter().all(is_literal),
        _ => true,
    }
}

fn flag(json: &Json) -> Option<bool> {
    match json {
        Json::Bool(value) => Some(*value),
        Json::String(text) => text.parse().ok(),
        _ => None,
    }
}
