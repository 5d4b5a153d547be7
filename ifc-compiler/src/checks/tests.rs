//! Checks over graphs built by hand: what the examples of the pages do not show, such as limits that
//! take hundreds of parts, and how loud checks are.

use std::collections::BTreeMap;

use ifc_catalog::infra::{Kind, Native, Node};
use ifc_catalog::manifest::Manifest;
use ifc_catalog::model::Value;

use super::{CHECKS, Outputs, run, run_outputs};
use crate::diagnostics::{Diagnostics, Severity};
use crate::graph::ResourceGraph;
use crate::graph::testing::App;
use crate::targets::{Artifact, cloudformation};

fn text(value: &str) -> Value {
    Value::Str(value.into())
}

fn found(diagnostics: Diagnostics) -> Vec<String> {
    let severity = |severity| match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    };
    let sorted = diagnostics.into_sorted();
    let line = sorted.iter().map(|d| {
        let (severity, name) = (severity(d.severity), d.code.name);
        format!("{severity} {name}: {}", d.message)
    });
    line.collect()
}

/// What the checks over the graph find, with everything that is not asked for left out.
fn check(graph: &ResourceGraph, name: &str) -> Vec<String> {
    let mut diagnostics = Diagnostics::default();
    run(graph, &mut diagnostics);
    diagnostics.retain(|diagnostic| diagnostic.code.name == name);
    found(diagnostics)
}

fn check_outputs(graph: &ResourceGraph, artifacts: &[Artifact]) -> Vec<String> {
    check_manifest(graph, &Manifest::new("shop"), artifacts)
}

fn check_manifest(
    graph: &ResourceGraph,
    manifest: &Manifest,
    artifacts: &[Artifact],
) -> Vec<String> {
    let mut diagnostics = Diagnostics::default();
    let allowed = run(graph, &mut diagnostics);
    let mut diagnostics = Diagnostics::default();
    let outputs = Outputs {
        graph,
        manifest,
        artifacts,
    };
    run_outputs(&outputs, allowed, &mut diagnostics);
    found(diagnostics)
}

#[test]
fn every_file_is_in_the_list() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/checks");
    #[expect(
        clippy::disallowed_methods,
        reason = "the test compares the list with the folder"
    )]
    let entries = std::fs::read_dir(folder).expect("the folder of the checks");
    let mut files: Vec<String> = entries
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter_map(|name| name.strip_suffix(".rs").map(str::to_owned))
        .filter(|name| !["mod", "levels", "times", "tests"].contains(&name.as_str()))
        .collect();
    files.sort();
    let mut names: Vec<&str> = CHECKS.iter().map(|check| check.code.name).collect();
    names.sort_unstable();
    assert_eq!(files, names);
}

#[test]
fn checks_are_in_order_of_their_code() {
    assert!(CHECKS.is_sorted_by_key(|check| check.code.number));
}

#[test]
fn a_reason_silences() {
    let app = || {
        App::new()
            .resource("JOBS", "queue")
            .function("work")
            .on("JOBS")
            .does("JOBS.send")
    };
    let name = "trigger_recursion";
    assert_eq!(
        check(&app().build(), name),
        ["error trigger_recursion: `work` triggers itself"]
    );
    assert_eq!(check(&app().allow(name).build(), name), [""; 0]);
    let levels = |level: &str| {
        let metadata = serde_json::json!({ "checks": { name: level } });
        check(&app().metadata(metadata).build(), name)
    };
    assert_eq!(levels("allow"), [""; 0]);
    assert_eq!(
        levels("warn"),
        ["warning trigger_recursion: `work` triggers itself"]
    );
}

#[test]
fn names_of_checks_are_checked() {
    let graph = App::new()
        .metadata(serde_json::json!({ "checks": {
            "unused_resorce": "deny",
            "duplicate_route": "allow",
            "unused_resource": "loud",
        } }))
        .function("work")
        .on("schedule")
        .allow("everything")
        .build();
    assert_eq!(
        check(&graph, "unknown_check"),
        [
            "error unknown_check: `\"loud\"` is no level for `unused_resource` in \
             `[package.metadata.ifc.checks]`",
            "error unknown_check: `duplicate_route` cannot be allowed in \
             `[package.metadata.ifc.checks]`",
            "error unknown_check: there is no check `unused_resorce` in \
             `[package.metadata.ifc.checks]`",
            "error unknown_check: there is no check `everything`",
        ]
    );
}

#[test]
fn reasons_without_use_are_reported() {
    let graph = App::new()
        .resource("JOBS", "queue")
        .function("work")
        .on("JOBS")
        .allow("subscriber_without_publisher")
        .allow("trigger_recursion")
        .build();
    assert_eq!(
        check_outputs(&graph, &[]),
        ["warning unused_allow: `trigger_recursion` is allowed but finds nothing here"]
    );
}

#[test]
fn absences_are_not_reported_behind_an_error() {
    let graph = App::new().resource("JOBS", "queue").build();
    assert_eq!(check(&graph, "unused_resource").len(), 1);
    let mut diagnostics = Diagnostics::default();
    diagnostics.push(crate::diagnostics::Diagnostic::global(
        &super::UNKNOWN_CHECK,
        "any error",
    ));
    run(&graph, &mut diagnostics);
    assert_eq!(diagnostics.iter().count(), 1);
}

#[test]
fn existing_resources_have_other_users() {
    let graph = App::new()
        .resource("ALERTS", "topic")
        .function("warn")
        .on("schedule")
        .does("ALERTS.publish");
    let mut graph = graph.build();
    let name = "publish_without_subscriber";
    assert_eq!(check(&graph, name).len(), 1);
    let existing = ifc_catalog::model::Existing::StackParameter("AlertsTopic".into());
    graph.application.resources[0].existing = Some(existing);
    assert_eq!(check(&graph, name), [""; 0]);
}

#[test]
fn routes_up_to_the_quota() {
    let routes = |count: usize| {
        let mut app = App::new().function("pages");
        for at in 0..count {
            app = app.on(&format!("http GET /page{at}"));
        }
        check(&app.build(), "too_many_routes")
    };
    assert_eq!(routes(300), [""; 0]);
    assert_eq!(
        routes(301),
        ["error too_many_routes: the HTTP API has 301 routes"]
    );
}

#[test]
fn rules_up_to_the_quota() {
    let rules = |kind: &str, count: usize| {
        let mut app = App::new().resource("EVENTS", kind);
        for at in 0..count {
            app = app
                .function(&format!("rule{at}"))
                .on("EVENTS")
                .with("filter", text("{}"));
        }
        check(&app.build(), "too_many_rules")
    };
    assert_eq!(rules("bus", 300), [""; 0]);
    assert_eq!(
        rules("bus", 301),
        ["error too_many_rules: `EVENTS` has 301 rules"]
    );
    assert_eq!(rules("topic", 200), [""; 0]);
    assert_eq!(
        rules("topic", 201),
        ["error too_many_rules: `EVENTS` has 201 filters"]
    );
}

#[test]
fn methods_and_shapes_tell_routes_apart() {
    let app = App::new()
        .function("a")
        .on("http GET /a/{id}")
        .function("b")
        .on("http POST /a/{id}")
        .on("http ANY /a/{id}")
        .on("http GET /a/{*rest}")
        .on("http GET /a")
        .build();
    assert_eq!(check(&app, "duplicate_route"), [""; 0]);
}

#[test]
fn names_that_meet_in_a_template() {
    let graph = App::new()
        .resource("ORDER_ITEMS", "queue")
        .resource("orderItems", "queue")
        .function("place_order")
        .function("placeOrder")
        .build();
    assert_eq!(check(&graph, "duplicate_resource").len(), 1);
    assert_eq!(check(&graph, "function_name_collision").len(), 1);
}

#[test]
fn templates_near_and_over_the_limit() {
    let template = |resources: usize| {
        let mut manifest = Manifest::new("shop");
        for at in 0..resources {
            let id = format!("R{at}");
            let node = Node {
                id: id.clone(),
                owner: "shop".into(),
                kind: Kind::Native(Native {
                    cfn_type: "AWS::Kinesis::Stream".into(),
                    properties: serde_json::Value::Null,
                }),
                after: Vec::new(),
                removal: None,
                tags: BTreeMap::new(),
                properties: BTreeMap::new(),
            };
            manifest.infrastructure.insert(id, node);
        }
        let artifacts = cloudformation::emit(&manifest);
        check_manifest(&App::new().build(), &manifest, &artifacts)
    };
    assert_eq!(template(449), [""; 0]);
    assert_eq!(
        template(450),
        ["warning stack_near_limit: the stack is nearly full: 450 resources in a template"]
    );
    assert_eq!(
        template(501),
        ["error stack_over_limit: the stack is too large: 501 resources in a template"]
    );
}

#[test]
fn policies_over_the_limit() {
    let policy = |length: usize| {
        let graph = App::new().function("place").on("schedule").build();
        let text = format!("{{\n  \"a\": \"{}\"\n}}\n", "x".repeat(length));
        let path = "policies/place.json".into();
        check_outputs(&graph, &[Artifact { path, text }])
    };
    // `{"a":""}` has eight characters.
    assert_eq!(policy(10_232), [""; 0]);
    assert_eq!(
        policy(10_233),
        ["error role_policy_too_large: the policy of `place` is too large"]
    );
}

#[test]
fn helps_name_the_way_out() {
    let graph = App::new().resource("JOBS", "queue").build();
    let mut diagnostics = Diagnostics::default();
    run(&graph, &mut diagnostics);
    let unused = diagnostics.iter().next().expect("a finding");
    assert_eq!(
        unused.helps,
        ["if it is meant so, say why: `#[allow_infra(unused_resource, because = \"..\")]`"]
    );
}

#[test]
fn streams_serve_two() {
    let readers = |count: usize| {
        let mut app = App::new().resource("ORDERS", "table");
        for at in 0..count {
            app = app.function(&format!("f{at}")).on("ORDERS.changes");
        }
        check(&app.build(), "stream_readers")
    };
    assert_eq!(readers(2), [""; 0]);
    assert_eq!(
        readers(3),
        ["error stream_readers: 3 functions read the stream of `ORDERS`"]
    );
}
