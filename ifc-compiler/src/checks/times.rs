//! Durations as they are in the end, for the checks that compare them.

use std::collections::BTreeSet;

use ifc_catalog::infra::Value;
use ifc_catalog::manifest::{Manifest, Origin};
use ifc_catalog::model::Function;
use ifc_catalog::span::Span;

use super::{Outputs, Subject, duration, option, text};
use crate::diagnostics::{Code, Diagnostic};

/// A function that reads a queue; all times in milliseconds.
pub(super) struct Consumer<'a> {
    /// Name of the queue.
    pub(super) queue: &'a str,
    /// How long a message is hidden.
    pub(super) visibility: u64,
    /// Where that is written, or else the queue's name.
    pub(super) span: Span,
    /// The function.
    pub(super) function: &'a Function,
    /// Its timeout.
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

/// Every reader of a queue, for each two times that go together in some stage.
pub(super) fn consumers<'a>(outputs: &'a Outputs<'a>) -> impl Iterator<Item = Consumer<'a>> {
    let application = &outputs.graph.application;
    let resources = application.resources.iter().enumerate();
    let queues = resources.filter_map(|(at, resource)| {
        let lowered = outputs.manifest.resources.get(&resource.name)?;
        Some((at, resource, lowered.settings.get("visibility")?))
    });
    queues.flat_map(move |(at, resource, visibility)| {
        let written = option(&resource.options, "visibility");
        let written = written.filter(|_| visibility.origin == Origin::Attribute);
        let triggers = outputs.graph.triggered_by(at).into_iter();
        let consumers = triggers.flat_map(|(function, trigger)| {
            let consumer = &application.functions[function];
            let timeout = setting(outputs.manifest, &consumer.name, "timeout");
            let times = times(&visibility.value, timeout.unwrap_or(&Value::Number(0)));
            times
                .into_iter()
                .map(move |(visibility, timeout)| Consumer {
                    queue: &resource.name,
                    visibility: visibility * 1000,
                    span: written.map_or(resource.span, |option| option.span),
                    function: consumer,
                    timeout: timeout * 1000,
                    window: duration(&trigger.options, "window").map_or(0, |(window, _)| window),
                    subjects: [Subject::Resource(at), Subject::Function(function)],
                })
        });
        consumers.collect::<Vec<_>>()
    })
}

/// What two values are in the stages, in seconds.
fn times(one: &Value, other: &Value) -> BTreeSet<(u64, u64)> {
    let names = one.stages().chain(other.stages());
    let names = names.map(|name| Some(name.as_str())).chain([None]);
    let number = |value: &Value, name| match value.of_stage(name) {
        Some(Value::Number(number)) => u64::try_from(*number).ok(),
        _ => None,
    };
    names
        .filter_map(|name| Some((number(one, name)?, number(other, name)?)))
        .collect()
}

/// A setting of a function as it is in the end.
pub(super) fn setting<'a>(manifest: &'a Manifest, function: &str, name: &str) -> Option<&'a Value> {
    let setting = manifest.functions.get(function)?.settings.get(name)?;
    Some(&setting.value)
}

/// The longest timeout of a function in any stage, in seconds.
pub(super) fn timeout(manifest: &Manifest, function: &str) -> Option<u64> {
    let longest = setting(manifest, function, "timeout")?.max_number()?;
    u64::try_from(longest).ok()
}

/// Where the timeout is written, or else the function's name.
pub(super) fn place(function: &Function) -> Span {
    option(&function.options, "timeout").map_or(function.span, |option| option.span)
}
