//! `[package.metadata.ifc]` with settings of every level, in some stages too.

use serde_json::{Map, Value, json};

use crate::functions::Function;
use crate::resources::Resource;
use ifc_tests::random::Random;

/// Stages that settings are given for.
pub(crate) const STAGES: &[&str] = &["dev", "prod"];

pub(crate) fn settings(
    random: &mut Random,
    resources: &[Resource],
    functions: &[Function],
) -> Value {
    let checks = json!({ "trigger_recursion": "warn" });
    if random.chance(25) {
        return json!({ "checks": checks });
    }
    // Settings of the HTTP API want one.
    let api = functions
        .iter()
        .any(|one| one.source.contains("#[on(http("));
    let mut top = layer(random, resources, functions, api, false);
    let once = [
        ("removal", json!(*random.pick(&["retain", "destroy"]))),
        ("tags", json!({ "team": "orders", "cost center": "4 / 2" })),
        ("alarm_topic", alarm_topic(random)),
        (
            "native",
            json!({ "Extra": { "type": "AWS::SNS::Topic", "properties": { "KmsMasterKeyId": "alias/aws/sns" } } }),
        ),
    ];
    top.extend(some(random, once));
    if api {
        top.extend(some(random, [("cors", cors())]));
    }
    top.insert("checks".to_owned(), checks);
    let mut stages = Map::new();
    for stage in STAGES {
        if random.chance(50) {
            let layer = layer(random, resources, functions, api, true);
            stages.insert((*stage).to_owned(), Value::Object(layer));
        }
    }
    if !stages.is_empty() {
        top.insert("stages".to_owned(), Value::Object(stages));
    }
    Value::Object(top)
}

fn cors() -> Value {
    json!({
        "origins": ["https://orders.example"], "methods": ["GET", "*"], "headers": ["x-id"],
        "expose": ["etag"], "credentials": true, "max_age": "1h",
    })
}

fn alarm_topic(random: &mut Random) -> Value {
    random
        .pick(&[
            json!("arn:aws:sns:eu-central-1:123456789012:alarms"),
            json!({ "parameter": "AlarmsArn" }),
            json!({ "ssm": "/shared/alarms" }),
        ])
        .clone()
}

fn some<const N: usize>(random: &mut Random, of: [(&str, Value); N]) -> Vec<(String, Value)> {
    let chosen = of.into_iter().filter(|_| random.chance(20));
    chosen.map(|(key, value)| (key.to_owned(), value)).collect()
}

/// Settings of all stages, or of one.
fn layer(
    random: &mut Random,
    resources: &[Resource],
    functions: &[Function],
    api: bool,
    staged: bool,
) -> Map<String, Value> {
    let mut layer: Map<String, Value> = function(random).into_iter().collect();
    layer.extend(some(random, [("dead_letter_retention", json!("3d"))]));
    if api {
        let limits = [
            ("burst_limit", json!(20 + random.below(9))),
            ("rate_limit", json!(10 + random.below(9))),
        ];
        layer.extend(some(random, limits));
    }
    let mut by_function = Map::new();
    for one in functions {
        let settings: Map<String, Value> = function(random).into_iter().collect();
        if !settings.is_empty() && random.chance(40) {
            by_function.insert(one.name.clone(), Value::Object(settings));
        }
    }
    let mut by_resource = Map::new();
    for one in resources.iter().filter(|one| !one.existing) {
        let settings = resource(random, one, staged);
        if !settings.is_empty() && random.chance(60) {
            by_resource.insert(one.name.clone(), Value::Object(settings));
        }
    }
    for (key, section) in [("functions", by_function), ("resources", by_resource)] {
        if !section.is_empty() {
            layer.insert(key.to_owned(), Value::Object(section));
        }
    }
    layer
}

fn function(random: &mut Random) -> Vec<(String, Value)> {
    let all = [
        ("memory", json!(128 + random.below(900))),
        ("timeout", json!(format!("{}s", 1 + random.below(28)))),
        ("architecture", json!(*random.pick(&["arm64", "x86_64"]))),
        ("ephemeral_storage", json!(512 + random.below(512))),
        ("log_retention", json!(*random.pick(&[1, 90, 3653]))),
        ("reserved_concurrency", json!(1 + random.below(9))),
        ("tracing", json!(random.chance(50))),
        (
            "env",
            json!({ "MODE": "slow", "COUNT": random.below(9), "ON": true }),
        ),
    ];
    some(random, all)
}

fn resource(random: &mut Random, of: &Resource, staged: bool) -> Map<String, Value> {
    let mut settings = Map::new();
    let (any, number) = (random.chance(50), 1 + random.below(99));
    match of.kind {
        "table" => {
            let all = [
                ("deletion_protection", json!(any)),
                ("point_in_time_recovery", json!(any)),
            ];
            settings.extend(some(random, all));
        }
        "queue" => {
            let all = [
                ("delay", json!(format!("{}s", random.below(900)))),
                ("max_receives", json!(1 + random.below(20))),
                ("retention", json!(format!("{}h", 1 + random.below(300)))),
            ];
            settings.extend(some(random, all));
            if random.chance(10) {
                settings.insert("visibility".to_owned(), json!("2h"));
            }
        }
        "bucket" => settings.extend(some(random, [("expire", json!(format!("{number}d")))])),
        "secret" => settings.extend(some(random, [("generate", json!(number))])),
        "parameter" => settings.extend(some(random, [("default", json!(format!("v{number}")))])),
        _ => {}
    }
    // What CloudFormation has one value of for all stages.
    if !staged {
        match of.kind {
            "table" => settings.extend(some(random, [("stream", json!("new_and_old"))])),
            "bucket" => settings.extend(some(random, [("versioned", json!(true))])),
            "queue" if of.fifo => settings.extend(some(
                random,
                [
                    ("deduplicate", json!(true)),
                    ("high_throughput", json!(true)),
                ],
            )),
            _ => {}
        }
        if matches!(of.kind, "table" | "queue" | "bucket" | "secret") {
            settings.extend(some(random, [("removal", json!("destroy"))]));
        }
    }
    settings
}
