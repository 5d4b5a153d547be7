//! Checks: one file each, listed in [`CHECKS`]. They see the finished graph, those over outputs the
//! manifest and the files too, and yield diagnostics only.

mod competing_consumers;
mod conflicting_routes;
mod duplicate_resource;
mod duplicate_route;
mod environment_too_large;
mod fifo_topic_subscriber;
mod filter_drops_messages;
mod function_handler_count;
mod function_name_collision;
mod invoke_outlives_caller;
mod levels;
mod no_such_index;
mod publish_without_subscriber;
mod queue_policy_too_large;
mod reserved_concurrency;
mod role_policy_too_large;
mod secret_in_environment;
mod stack_near_limit;
mod stack_over_limit;
mod stream_readers;
mod subscriber_without_publisher;
#[cfg(test)]
mod tests;
mod timeout_over_caller;
mod times;
mod too_many_indexes;
mod too_many_routes;
mod too_many_rules;
mod trigger_recursion;
mod unfit_stream;
mod unused_resource;
mod visibility_below_six_timeouts;
mod visibility_below_timeout;

use ifc_catalog::manifest::Manifest;
use ifc_catalog::model::{Allow, Function, OptionValue, Resource, Trigger, Value};
use ifc_catalog::route::{self, RoutePath};
use ifc_catalog::span::Span;

use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::graph::ResourceGraph;
use crate::parallel;
use crate::targets::Artifact;

pub use levels::{UNKNOWN_CHECK, UNUSED_ALLOW, is_lint};

/// Every check, in order of its code.
pub static CHECKS: &[&Check] = &[
    &unused_resource::CHECK,
    &publish_without_subscriber::CHECK,
    &subscriber_without_publisher::CHECK,
    &trigger_recursion::CHECK,
    &competing_consumers::CHECK,
    &filter_drops_messages::CHECK,
    &duplicate_route::CHECK,
    &duplicate_resource::CHECK,
    &function_name_collision::CHECK,
    &function_handler_count::CHECK,
    &unfit_stream::CHECK,
    &fifo_topic_subscriber::CHECK,
    &secret_in_environment::CHECK,
    &conflicting_routes::CHECK,
    &no_such_index::CHECK,
    &timeout_over_caller::CHECK,
    &invoke_outlives_caller::CHECK,
    &visibility_below_timeout::CHECK,
    &visibility_below_six_timeouts::CHECK,
    &stream_readers::CHECK,
    &too_many_routes::CHECK,
    &too_many_rules::CHECK,
    &reserved_concurrency::CHECK,
    &too_many_indexes::CHECK,
    &environment_too_large::CHECK,
    &role_policy_too_large::CHECK,
    &queue_policy_too_large::CHECK,
    &stack_over_limit::CHECK,
    &stack_near_limit::CHECK,
];

/// A check.
#[derive(Debug)]
pub struct Check {
    /// Number, name and severity of what it reports.
    pub code: &'static Code,
    /// Whether it can be silenced.
    pub level: Level,
    /// Whether it reports that something is missing. An earlier error may be the reason, so that it
    /// keeps quiet after one.
    pub absence: bool,
    /// The check itself.
    pub run: Run,
}

/// Whether a check can be silenced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// By `#[allow_infra]` and `[package.metadata.ifc.checks]`.
    Lint,
    /// Never: AWS or the generated code would not accept the result.
    Fixed,
}

/// What a check looks at.
#[derive(Clone, Copy, Debug)]
pub enum Run {
    /// The graph.
    Graph(fn(&ResourceGraph, &mut Findings)),
    /// What was made of it.
    Outputs(fn(&Outputs<'_>, &mut Findings)),
}

/// What was made of a graph.
#[derive(Clone, Copy, Debug)]
pub struct Outputs<'a> {
    /// The graph.
    pub graph: &'a ResourceGraph,
    /// The manifest.
    pub manifest: &'a Manifest,
    /// All files.
    pub artifacts: &'a [Artifact],
}

/// What a finding is about: an `#[allow_infra]` on any of them silences it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// Position of a function.
    Function(usize),
    /// Position of a resource.
    Resource(usize),
}

/// The sink of one check.
#[derive(Debug, Default)]
pub struct Findings {
    list: Vec<(Vec<Subject>, Diagnostic)>,
}

impl Findings {
    /// Adds a finding.
    pub fn push(&mut self, subjects: impl IntoIterator<Item = Subject>, diagnostic: Diagnostic) {
        self.list.push((subjects.into_iter().collect(), diagnostic));
    }
}

/// Attributes `#[allow_infra]` that silenced something, for the end of the run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Allowed {
    used: std::collections::BTreeSet<Span>,
}

/// Runs all checks over the graph.
pub fn run(graph: &ResourceGraph, diagnostics: &mut Diagnostics) -> Allowed {
    let mut allowed = Allowed::default();
    levels::validate(&graph.application, diagnostics);
    run_all(graph, None, &mut allowed, diagnostics);
    allowed
}

/// Runs all checks over what was made of the graph, gives the warnings of other stages their level,
/// and reports attributes that silence nothing.
pub fn run_outputs(outputs: &Outputs<'_>, mut allowed: Allowed, diagnostics: &mut Diagnostics) {
    levels::set(&outputs.graph.application, diagnostics);
    run_all(outputs.graph, Some(outputs), &mut allowed, diagnostics);
    if !diagnostics.has_errors() {
        levels::unused(&outputs.graph.application, &allowed, diagnostics);
    }
}

fn run_all(
    graph: &ResourceGraph,
    outputs: Option<&Outputs<'_>>,
    allowed: &mut Allowed,
    diagnostics: &mut Diagnostics,
) {
    let application = &graph.application;
    let after_errors = diagnostics.has_errors();
    let found = parallel::map(CHECKS.len(), |at| {
        let check = CHECKS[at];
        let mut findings = Findings::default();
        if check.absence && after_errors {
            return findings;
        }
        match (check.run, outputs) {
            (Run::Graph(run), None) => run(graph, &mut findings),
            (Run::Outputs(run), Some(outputs)) => run(outputs, &mut findings),
            (Run::Graph(_), Some(_)) | (Run::Outputs(_), None) => {}
        }
        findings
    });
    for (check, findings) in CHECKS.iter().zip(found) {
        let severity = levels::configured(check.code, application);
        for (subjects, mut diagnostic) in findings.list {
            if check.level == Level::Lint {
                let allows = subjects.iter().flat_map(|subject| match subject {
                    Subject::Function(at) => &application.functions[*at].allows,
                    Subject::Resource(at) => &application.resources[*at].allows,
                });
                let silencing: Vec<&Allow> = allows
                    .filter(|allow| allow.check == check.code.name)
                    .collect();
                allowed
                    .used
                    .extend(silencing.iter().map(|allow| allow.span));
                if !silencing.is_empty() {
                    continue;
                }
                match severity {
                    levels::Configured::Allow => continue,
                    levels::Configured::Is(severity) => diagnostic.severity = severity,
                    levels::Configured::Nothing => {}
                }
                if diagnostic.helps.is_empty() {
                    diagnostic = diagnostic.help(format!(
                        "if it is meant so, say why: `#[allow_infra({}, because = \"..\")]`",
                        check.code.name
                    ));
                }
            }
            diagnostics.push(diagnostic);
        }
    }
}

/// The routes of a function that can be read, with their methods.
fn routes(function: &Function) -> impl Iterator<Item = (&str, RoutePath, Span)> {
    let triggers = function.triggers.iter().filter(|on| on.source == "http");
    triggers.filter_map(|trigger| match trigger.args.as_slice() {
        [method, path] => Some((method.as_str(), route::parse(path).ok()?, trigger.span)),
        _ => None,
    })
}

/// The detail types that a trigger of a bus is about; none where that may be any.
fn events(trigger: &Trigger) -> Option<&[String]> {
    let pattern = option(&trigger.options, "pattern").map(|option| &option.value);
    let names_types = match pattern {
        Some(Value::Str(text)) => text.contains("detail-type") || text.contains("source"),
        _ => false,
    };
    let types = trigger.detail_types.as_slice();
    (!types.is_empty() && !names_types).then_some(types)
}

/// Detail types as the variants that have them, for people: `OrderEvent::Placed`.
fn event_names<'a>(bus: &Resource, types: impl IntoIterator<Item = &'a str>) -> String {
    let variants = bus.event.iter().flat_map(|event| &event.variants);
    let variants: Vec<_> = variants.collect();
    let name = |wanted: &str| {
        let variant = variants.iter().find(|one| one.detail_type == wanted);
        match variant {
            Some(variant) if variant.name != bus.payload => {
                format!("`{}::{}`", bus.payload, variant.name)
            }
            _ => format!("`{wanted}`"),
        }
    };
    let names: Vec<String> = types.into_iter().map(name).collect();
    names.join(" or ")
}

fn option<'a>(options: &'a [OptionValue], name: &str) -> Option<&'a OptionValue> {
    options.iter().find(|option| option.name == name)
}

fn duration(options: &[OptionValue], name: &str) -> Option<(u64, Span)> {
    let option = option(options, name)?;
    match option.value {
        Value::Duration(milliseconds) => Some((milliseconds, option.span)),
        _ => None,
    }
}

/// `90s` for people: the shortest form of a duration.
fn text(milliseconds: u64) -> String {
    ifc_catalog::duration::text(milliseconds)
}
