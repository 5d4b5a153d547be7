//! Event sources: one file each, listed in [`SOURCES`].

mod bucket;
mod bus;
mod function;
mod http;
mod queue;
mod schedule;
mod table;
mod topic;

use crate::lower::Lowering;
use crate::model::Value;
use crate::options::{Mistake, OptionSpec, Place, Problem};

/// Every event source, in order of name.
pub static SOURCES: &[&EventSource] = &[
    &bucket::SOURCE,
    &bus::SOURCE,
    &function::SOURCE,
    &http::SOURCE,
    &queue::SOURCE,
    &schedule::SOURCE,
    &table::SOURCE,
    &topic::SOURCE,
];

/// Something that makes a function run.
#[derive(Debug)]
pub struct EventSource {
    /// Name in the manifest: `queue`.
    pub name: &'static str,
    /// How it stands in `#[on(..)]`.
    pub form: Form,
    /// How many arguments a handler takes, at least and at most.
    pub handler_args: (usize, usize),
    /// What it accepts behind the source.
    pub options: &'static [OptionSpec],
    /// Rules between options, and between options and the resource.
    pub rules: fn(&Given<'_>) -> Vec<Mistake>,
    /// One line for documentation.
    pub doc: &'static str,
    /// Adds what a trigger needs, by the indexes of its function and of itself.
    pub lower: fn(&mut Lowering<'_>, usize, usize),
}

/// How an event source stands in `#[on(..)]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `#[on(QUEUE)]`, `#[on(TABLE.changes())]`.
    Resource {
        /// Kind of the resource: `queue`.
        kind: &'static str,
        /// Methods, one of which must follow; none if the resource stands alone.
        methods: &'static [&'static str],
    },
    /// `#[on(http(GET, "/"))]`: the source's name is the constructor's.
    Constructor(&'static [ArgKind]),
}

/// A positional argument of a constructor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArgKind {
    /// `GET`, `ANY`.
    HttpMethod,
    /// `"/orders/{id}"`.
    Route,
    /// `"rate(1 day)"`.
    Schedule,
}

/// The options of one trigger, for [`EventSource::rules`].
#[derive(Clone, Copy, Debug)]
pub struct Given<'a> {
    /// Whether the resource is FIFO; false where that has no meaning or is not known.
    pub fifo: bool,
    /// Name and value in source order.
    pub options: &'a [(&'a str, &'a Value)],
}

impl<'a> Given<'a> {
    /// Position and value of an option.
    pub fn get(&self, name: &str) -> Option<(usize, &'a Value)> {
        self.options
            .iter()
            .enumerate()
            .find(|(_, (other, _))| *other == name)
            .map(|(at, (_, value))| (at, *value))
    }

    /// Position and value of a number.
    pub fn int(&self, name: &str) -> Option<(usize, i64)> {
        match self.get(name) {
            Some((at, Value::Int(value))) => Some((at, *value)),
            _ => None,
        }
    }

    /// Position and milliseconds of a duration.
    pub fn duration(&self, name: &str) -> Option<(usize, u64)> {
        match self.get(name) {
            Some((at, Value::Duration(value))) => Some((at, *value)),
            _ => None,
        }
    }

    /// Position and text of a string.
    pub fn text(&self, name: &str) -> Option<(usize, &'a str)> {
        match self.get(name) {
            Some((at, Value::Str(value))) => Some((at, value)),
            _ => None,
        }
    }
}

/// A conflict at the value of an option.
fn conflict(at: usize, message: String, help: &str, limit: &'static str) -> Mistake {
    Mistake {
        at,
        place: Place::Value,
        problem: Problem::Conflict {
            message,
            help: help.into(),
            limit,
        },
    }
}

fn no_rules(_: &Given<'_>) -> Vec<Mistake> {
    Vec::new()
}

impl EventSource {
    /// Everything that is wrong with the options of a trigger of this source.
    pub fn check(&self, given: &Given<'_>) -> Vec<Mistake> {
        let specs: Vec<&OptionSpec> = self.options.iter().collect();
        let mut mistakes = crate::options::check(&specs, given.options);
        mistakes.extend((self.rules)(given));
        mistakes.sort_by_key(|mistake| mistake.at);
        mistakes
    }
}

/// The source with this name.
pub fn by_name(name: &str) -> Option<&'static EventSource> {
    SOURCES.iter().copied().find(|source| source.name == name)
}

/// The source that a constructor names: `http`, `schedule`.
pub fn by_constructor(name: &str) -> Option<&'static EventSource> {
    SOURCES
        .iter()
        .copied()
        .find(|source| source.name == name && matches!(source.form, Form::Constructor(_)))
}

/// The source that a resource of a kind is, with the method that follows it.
pub fn by_resource(kind: &str, method: Option<&str>) -> Option<&'static EventSource> {
    resource_sources(method)
        .into_iter()
        .find(|source| matches!(source.form, Form::Resource { kind: of, .. } if of == kind))
}

/// All sources that are resources with this method (or none) behind them.
pub fn resource_sources(method: Option<&str>) -> Vec<&'static EventSource> {
    SOURCES
        .iter()
        .copied()
        .filter(|source| match (source.form, method) {
            (Form::Resource { methods, .. }, None) => methods.is_empty(),
            (Form::Resource { methods, .. }, Some(method)) => methods.contains(&method),
            (Form::Constructor(_), _) => false,
        })
        .collect()
}

#[cfg(test)]
mod tests;
