//! Durations as they are in the end, for the checks that compare them.

use std::collections::BTreeMap;

use ifc_catalog::infra::{Computed, Kind, Value};
use ifc_catalog::manifest::Manifest;
use ifc_catalog::model::Function;
use ifc_catalog::span::Span;

use super::{Outputs, Subject, duration, option, text};
use crate::diagnostics::{Code, Diagnostic};

/// A function that reads a queue with `visibility`; all times in milliseconds.
pub(super) struct Consumer<'a> {
    /// Name of the queue.
    pub(super) queue: &'a str,
    /// How long a message is hidden.
    pub(super) visibility: u64,
    /// Where that is written.
    pub(super) span: Span,
    /// The function.
    pub(super) function: &'a Function,
    /// Its longest timeout.
    pub(super) timeout: u64,
    /// How long messages are collected for a batch.
    pub(super) window: u64,
    /// The queue and the function.
    pub(super) subjects: [Subject; 2],
}

impl Consumer<'_> {
    /// A finding at the visibility timeout, with the function's timeout beside it.
    pub(super) fn finding(
        &self,
        code: &'static Code,
        message: String,
        label: String,
    ) -> Diagnostic {
        Diagnostic::new(code, self.span, message)
            .label(label)
            .also(
                place(self.function),
                format!("may work for {}", text(self.timeout)),
            )
            .help("remove `visibility`: it then follows from the function's timeout")
    }
}

/// Every reader of a queue that says how long messages are hidden.
pub(super) fn consumers<'a>(outputs: &'a Outputs<'a>) -> impl Iterator<Item = Consumer<'a>> {
    let application = &outputs.graph.application;
    let timeouts = timeouts(outputs.manifest);
    let resources = application.resources.iter().enumerate();
    let queues = resources.filter_map(|(at, resource)| {
        let (visibility, span) = duration(&resource.options, "visibility")?;
        Some((at, resource, visibility, span))
    });
    queues.flat_map(move |(at, resource, visibility, span)| {
        let triggers = outputs.graph.triggered_by(at).into_iter();
        let consumer = |(function, trigger): (usize, &ifc_catalog::model::Trigger)| {
            let consumer = &application.functions[function];
            let seconds = timeouts.get(consumer.name.as_str());
            Consumer {
                queue: &resource.name,
                visibility,
                span,
                function: consumer,
                timeout: seconds.map_or(0, |seconds| seconds * 1000),
                window: duration(&trigger.options, "window").map_or(0, |(window, _)| window),
                subjects: [Subject::Resource(at), Subject::Function(function)],
            }
        };
        triggers.map(consumer).collect::<Vec<_>>()
    })
}

/// The longest timeout of each function in any stage, in seconds, by name.
pub(super) fn timeouts(manifest: &Manifest) -> BTreeMap<&str, u64> {
    let nodes = manifest.infrastructure.values();
    nodes
        .filter_map(|node| match &node.kind {
            Kind::Function(node) => {
                let longest = numbers(&node.timeout).into_iter().max()?;
                Some((node.name.as_str(), longest))
            }
            _ => None,
        })
        .collect()
}

/// Where the timeout is written, or else the function's name.
pub(super) fn place(function: &Function) -> Span {
    option(&function.options, "timeout").map_or(function.span, |option| option.span)
}

/// Every number that a value may be.
pub(super) fn numbers(value: &Value) -> Vec<u64> {
    match value {
        Value::Number(number) => u64::try_from(*number).into_iter().collect(),
        Value::Computed(Computed::Staged { stages, otherwise }) => {
            let values = stages.values().chain(otherwise.as_deref());
            values.flat_map(numbers).collect()
        }
        _ => Vec::new(),
    }
}
