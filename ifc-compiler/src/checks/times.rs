//! Durations as they are in the end, for the checks that compare them.

use ifc_catalog::infra::{Computed, Value};
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
    let resources = application.resources.iter().enumerate();
    let queues = resources.filter_map(|(at, resource)| {
        let (visibility, span) = duration(&resource.options, "visibility")?;
        Some((at, resource, visibility, span))
    });
    queues.flat_map(move |(at, resource, visibility, span)| {
        let triggers = outputs.graph.triggered_by(at).into_iter();
        let consumer = |(function, trigger): (usize, &ifc_catalog::model::Trigger)| {
            let consumer = &application.functions[function];
            let seconds = self::timeout(outputs.manifest, &consumer.name);
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

/// The longest timeout of a function in any stage, in seconds.
pub(super) fn timeout(manifest: &Manifest, function: &str) -> Option<u64> {
    let timeout = manifest.functions.get(function)?.settings.get("timeout")?;
    numbers(&timeout.value).into_iter().max()
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
