//! Edges and recursion on applications built by hand.

use ifc_catalog::manifest::EdgeKind;
use ifc_catalog::model::{Text, Value};

use super::testing::App;
use super::{Cycle, ResourceGraph};

fn text(value: &str) -> Value {
    Value::Str(value.into())
}

/// `a -> b -> a` for each cycle, with `?` behind an uncertain one.
fn cycles(graph: &ResourceGraph) -> Vec<String> {
    let name = |at: usize| graph.application.functions[at].name.as_str();
    let describe = |cycle: &Cycle| {
        let mut names: Vec<&str> = cycle.causes.iter().map(|cause| name(cause.from)).collect();
        names.extend(cycle.causes.last().map(|cause| name(cause.to)));
        let mark = if cycle.certain { "" } else { "?" };
        format!("{}{mark}", names.join(" -> "))
    };
    graph.cycles().iter().map(describe).collect()
}

#[test]
fn edges_of_every_kind() {
    let graph = App::new()
        .resource("ORDERS", "table")
        .resource("PARCELS", "queue")
        .resource("PRICE", "function")
        .function("place")
        .on("http POST /orders")
        .does("ORDERS.get")
        .does("ORDERS.put")
        .does("PARCELS.send")
        .does("PARCELS.name")
        .does("PRICE.invoke")
        .function("ship")
        .on("PARCELS")
        .build();
    let edges: Vec<(String, String, EdgeKind)> = graph
        .edges()
        .into_iter()
        .map(|edge| (edge.from, edge.to, edge.kind))
        .collect();
    let expected = [
        ("PARCELS", "ship", EdgeKind::Trigger),
        ("http POST /orders", "place", EdgeKind::Trigger),
        ("place", "ORDERS", EdgeKind::Read),
        ("place", "ORDERS", EdgeKind::Write),
        ("place", "PARCELS", EdgeKind::Name),
        ("place", "PARCELS", EdgeKind::Send),
        ("place", "PRICE", EdgeKind::Invoke),
    ];
    assert_eq!(
        edges,
        expected.map(|(from, to, kind)| (from.to_owned(), to.to_owned(), kind))
    );
}

#[test]
fn a_queue_that_feeds_itself() {
    let graph = App::new()
        .resource("JOBS", "queue")
        .function("work")
        .on("JOBS")
        .does("JOBS.send")
        .build();
    assert_eq!(cycles(&graph), ["work -> work"]);
}

#[test]
fn a_circle_of_three() {
    let graph = App::new()
        .resource("A", "queue")
        .resource("B", "topic")
        .resource("C", "function")
        .function("a")
        .on("A")
        .does("B.publish")
        .function("b")
        .on("B")
        .does("C.send")
        .function("c")
        .on("C")
        .does("A.send")
        .function("outside")
        .on("http POST /a")
        .does("A.send")
        .build();
    assert_eq!(cycles(&graph), ["a -> b -> c -> a"]);
}

#[test]
fn reading_and_names_cause_nothing() {
    let graph = App::new()
        .resource("ORDERS", "table")
        .resource("JOBS", "queue")
        .function("audit")
        .on("ORDERS.changes")
        .on("JOBS")
        .does("ORDERS.get")
        .does("JOBS.name")
        .does("JOBS.depth")
        .build();
    assert_eq!(cycles(&graph), [""; 0]);
}

#[test]
fn a_table_that_its_own_stream_changes() {
    let app = || {
        App::new()
            .resource("ORDERS", "table")
            .function("audit")
            .on("ORDERS.changes")
    };
    let graph = app().does("ORDERS.update").build();
    assert_eq!(cycles(&graph), ["audit -> audit"]);
    let graph = app()
        .with("filter", text("{}"))
        .does("ORDERS.update")
        .build();
    assert_eq!(cycles(&graph), ["audit -> audit?"]);
}

#[test]
fn events_of_other_types_are_no_recursion() {
    let app = || {
        App::new()
            .resource("EVENTS", "bus")
            .function("charge")
            .on("EVENTS")
    };
    let graph = app()
        .events(&["Placed"])
        .does("EVENTS.publish")
        .publishing(&["Paid"])
        .build();
    assert_eq!(cycles(&graph), [""; 0]);
    let graph = app()
        .events(&["Placed"])
        .does("EVENTS.publish")
        .publishing(&["Paid", "Placed"])
        .build();
    assert_eq!(cycles(&graph), ["charge -> charge"]);
    let graph = app().events(&["Placed"]).does("EVENTS.publish").build();
    assert_eq!(cycles(&graph), ["charge -> charge?"]);
    let graph = app().does("EVENTS.publish").build();
    assert_eq!(cycles(&graph), ["charge -> charge"]);
}

#[test]
fn objects_outside_of_the_filter_are_no_recursion() {
    let app = |prefix: &str| {
        App::new()
            .resource("IMAGES", "bucket")
            .function("shrink")
            .on("IMAGES.created")
            .with("prefix", text(prefix))
    };
    let put = |app: App, key: Text| cycles(&app.does_with("IMAGES.put", vec![(0, key)]).build());
    let thumbs = || Text::Prefix("thumbs/".into());
    assert_eq!(put(app("in/"), thumbs()), [""; 0]);
    assert_eq!(put(app("thumbs/"), thumbs()), ["shrink -> shrink"]);
    assert_eq!(put(app("in/"), Text::Any), ["shrink -> shrink?"]);
    // `copy` writes to its second key and removes nothing.
    let copy = |app: App| {
        let scope = vec![(0, Text::Prefix("in/".into())), (1, thumbs())];
        cycles(&app.does_with("IMAGES.copy", scope).build())
    };
    assert_eq!(copy(app("in/")), [""; 0]);
    assert_eq!(copy(app("thumbs/")), ["shrink -> shrink"]);
    let removed = App::new()
        .resource("IMAGES", "bucket")
        .function("forget")
        .on("IMAGES.removed");
    assert_eq!(put(removed, thumbs()), [""; 0]);
}

/// Long enough to exhaust the stack of a test's thread if the search recursed.
#[test]
fn a_circle_of_thousands() {
    const LENGTH: usize = 20_000;
    let mut app = App::new();
    for at in 0..LENGTH {
        app = app.resource(&format!("Q{at}"), "queue");
    }
    let mut graph = app.function("f").build().application;
    let model = graph.functions.pop().expect("the function");
    let queue = graph.resources[0].kind;
    for at in 0..LENGTH {
        let span = model.span;
        let trigger = ifc_catalog::model::Trigger {
            source: "queue",
            resource: Some(at),
            method: None,
            args: Vec::new(),
            options: Vec::new(),
            detail_types: Vec::new(),
            partial_failures: false,
            span,
        };
        let sends = ifc_catalog::model::Use {
            resource: (at + 1) % LENGTH,
            op: queue.op("send").expect("an operation of queues"),
            scope: Vec::new(),
            detail_types: None,
            why: Vec::new(),
        };
        let mut function = model.clone();
        function.triggers.push(trigger);
        function.uses.push(sends);
        graph.functions.push(function);
    }
    let graph = ResourceGraph::new(graph);
    let cycles = graph.cycles();
    assert_eq!(cycles.len(), 1);
    assert_eq!(cycles[0].causes.len(), LENGTH);
}
