//! What options an attribute accepts, and whether given ones fit. The macros and the compiler both
//! ask here, so that they never disagree.

use crate::model::Value;
use crate::pattern::{self, Surface};
use crate::{duration, function, schedule};

/// An option of an attribute.
#[derive(Debug)]
pub struct OptionSpec {
    /// As users write it: `batch`.
    pub name: &'static str,
    /// What it takes.
    pub value: ValueKind,
    /// How often it may be given.
    pub at_most: usize,
    /// One line for documentation and editors.
    pub doc: &'static str,
    /// Whose limit the range is: `AWS Lambda, event source mapping`. Empty if there is none.
    pub limit: &'static str,
}

impl OptionSpec {
    /// An option that may be given once and has no limit to cite.
    pub const fn new(name: &'static str, value: ValueKind, doc: &'static str) -> Self {
        OptionSpec {
            name,
            value,
            at_most: 1,
            doc,
            limit: "",
        }
    }

    /// Names the source of the range.
    pub const fn limit(mut self, limit: &'static str) -> Self {
        self.limit = limit;
        self
    }

    /// Lets the option be given several times.
    pub const fn at_most(mut self, times: usize) -> Self {
        self.at_most = times;
        self
    }
}

/// What an option takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ValueKind {
    /// Nothing: its name is enough.
    Flag,
    /// `true` or `false`.
    Bool,
    /// A number between the two, both included.
    Int(i64, i64),
    /// One of these numbers.
    IntOf(&'static [i64]),
    /// A duration between the first two, a multiple of the third; all in milliseconds.
    Duration(u64, u64, u64),
    /// Text of so many bytes.
    Text(usize, usize),
    /// One of these words.
    Word(&'static [&'static str]),
    /// A name for a Lambda function.
    FunctionName,
    /// JSON text.
    Json,
    /// An event pattern, as this service understands it.
    Pattern(Surface),
    /// The name of a time zone.
    TimeZone,
    /// The path of a function.
    Path,
    /// The path of an enum variant, or a list of them.
    Paths,
    /// `env(KEY = "value", ..)`.
    Environment,
}

impl ValueKind {
    /// What to write, for messages: "a number from 1 to 10".
    pub fn expects(self) -> String {
        match self {
            ValueKind::Flag => "no value".into(),
            ValueKind::Bool => "`true` or `false`".into(),
            ValueKind::Int(min, max) => format!("a number from {min} to {max}"),
            ValueKind::IntOf(all) => format!("one of the numbers {}", join(all)),
            ValueKind::Duration(min, max, _) => format!(
                "a duration from \"{}\" to \"{}\"",
                duration::text(min),
                duration::text(max)
            ),
            ValueKind::Text(..) => "a string".into(),
            ValueKind::Word(all) => format!("one of {}", quoted(all)),
            ValueKind::FunctionName => "a function name in a string".into(),
            ValueKind::Json => "JSON in a string".into(),
            ValueKind::Pattern(_) => "a JSON pattern in a string".into(),
            ValueKind::TimeZone => "a time zone such as \"Europe/Berlin\"".into(),
            ValueKind::Path => "the path of a function".into(),
            ValueKind::Paths => "an enum variant such as `OrderEvent::Placed`, or a list".into(),
            ValueKind::Environment => "pairs: `env(KEY = \"value\")`".into(),
        }
    }

    /// Whether a string here is a duration.
    pub fn is_duration(self) -> bool {
        matches!(self, ValueKind::Duration(..))
    }
}

/// Where in an option the mistake is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Its name.
    Name,
    /// Its value.
    Value,
}

/// Something wrong with one of the options.
#[derive(Clone, Debug, PartialEq)]
pub struct Mistake {
    /// Position of the option.
    pub at: usize,
    /// Where in the option.
    pub place: Place,
    /// What.
    pub problem: Problem,
}

/// What can be wrong with an option. `ifc-syntax` turns it into words.
#[derive(Clone, Debug, PartialEq)]
pub enum Problem {
    /// No such option.
    Unknown {
        /// As written.
        option: String,
        /// What there is.
        valid: Vec<&'static str>,
    },
    /// Of the wrong type.
    Type {
        /// Its name.
        option: String,
        /// What to write.
        expects: String,
        /// What stands there.
        found: &'static str,
    },
    /// Outside of its range.
    Range {
        /// Its name.
        option: String,
        /// As given.
        given: String,
        /// What to write.
        expects: String,
        /// Whose limit that is.
        limit: &'static str,
    },
    /// Not one of the words.
    Word {
        /// Its name.
        option: String,
        /// As given.
        given: String,
        /// What there is.
        valid: Vec<String>,
    },
    /// Given too often.
    Repeated {
        /// Its name.
        option: String,
        /// How often it may be given.
        at_most: usize,
    },
    /// An event pattern that AWS would refuse.
    Pattern(pattern::Invalid),
    /// A time zone that does not exist.
    TimeZone {
        /// As given.
        given: String,
        /// The nearest that exists.
        nearest: Option<&'static str>,
    },
    /// Text that breaks a rule.
    Text {
        /// Its name.
        option: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Options that do not go together.
    Conflict {
        /// What is wrong.
        message: String,
        /// What to do.
        help: String,
        /// Whose limit that is.
        limit: &'static str,
    },
}

/// Compares given options with what there is. Problems come in source order.
pub fn check(specs: &[&OptionSpec], given: &[(&str, &Value)]) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    for (at, (name, value)) in given.iter().enumerate() {
        let candidates: Vec<&OptionSpec> = specs
            .iter()
            .copied()
            .filter(|spec| spec.name == *name)
            .collect();
        if candidates.is_empty() {
            let mut valid: Vec<&'static str> = specs.iter().map(|spec| spec.name).collect();
            valid.sort_unstable();
            valid.dedup();
            mistakes.push(Mistake {
                at,
                place: Place::Name,
                problem: Problem::Unknown {
                    option: (*name).into(),
                    valid,
                },
            });
            continue;
        }
        let before = given[..at]
            .iter()
            .filter(|(other, _)| other == name)
            .count();
        let at_most = candidates
            .iter()
            .map(|spec| spec.at_most)
            .max()
            .unwrap_or(1);
        if before >= at_most {
            mistakes.push(Mistake {
                at,
                place: Place::Name,
                problem: Problem::Repeated {
                    option: (*name).into(),
                    at_most,
                },
            });
        }
        // Several candidates stand here when the kind of resource is not known: one that accepts
        // the value is enough.
        let mut problems = candidates.iter().map(|spec| fits(spec, value));
        let first = problems.next().flatten();
        if let Some(problem) = first
            && problems.all(|other| other.is_some())
        {
            mistakes.push(Mistake {
                at,
                place: Place::Value,
                problem,
            });
        }
    }
    mistakes
}

/// What is wrong with a value, if anything.
pub fn fits(spec: &OptionSpec, value: &Value) -> Option<Problem> {
    let option = || spec.name.to_owned();
    let wrong_type = || {
        Some(Problem::Type {
            option: option(),
            expects: spec.value.expects(),
            found: found(value),
        })
    };
    let out_of_range = |given: String| {
        Some(Problem::Range {
            option: option(),
            given,
            expects: spec.value.expects(),
            limit: spec.limit,
        })
    };
    match (spec.value, value) {
        (ValueKind::Flag, Value::Flag) | (ValueKind::Bool, Value::Bool(_)) => None,
        (ValueKind::Int(min, max), Value::Int(given)) => (!(min..=max).contains(given))
            .then(|| out_of_range(given.to_string()))
            .flatten(),
        (ValueKind::IntOf(all), Value::Int(given)) => (!all.contains(given))
            .then(|| out_of_range(given.to_string()))
            .flatten(),
        (ValueKind::Duration(min, max, step), Value::Duration(given)) => {
            if !(min..=max).contains(given) {
                out_of_range(duration::text(*given))
            } else if step > 0 && given % step != 0 {
                Some(Problem::Text {
                    option: option(),
                    reason: format!("must be a multiple of {}", duration::text(step)),
                })
            } else {
                None
            }
        }
        (ValueKind::Duration(..), Value::Str(text)) => Some(Problem::Text {
            option: option(),
            reason: match duration::parse(text) {
                Err(reason) => reason,
                Ok(_) => "is not a duration here".into(),
            },
        }),
        (ValueKind::Text(min, max), Value::Str(text)) => {
            (!(min..=max).contains(&text.len())).then(|| Problem::Text {
                option: option(),
                reason: format!("must have {min} to {max} bytes, this has {}", text.len()),
            })
        }
        (ValueKind::Word(all), Value::Str(text)) => {
            (!all.contains(&text.as_str())).then(|| Problem::Word {
                option: option(),
                given: text.clone(),
                valid: all.iter().map(|word| (*word).to_owned()).collect(),
            })
        }
        (ValueKind::FunctionName, Value::Str(text)) => {
            function::name_problem(text).map(|reason| Problem::Text {
                option: option(),
                reason,
            })
        }
        (ValueKind::Json, Value::Str(text)) => serde_json::from_str::<serde_json::Value>(text)
            .err()
            .map(|error| Problem::Text {
                option: option(),
                reason: format!("is not JSON: {error}"),
            }),
        (ValueKind::Pattern(surface), Value::Str(text)) => {
            pattern::validate(text, surface).err().map(Problem::Pattern)
        }
        (ValueKind::TimeZone, Value::Str(text)) => {
            (!schedule::time_zone_exists(text)).then(|| Problem::TimeZone {
                given: text.clone(),
                nearest: schedule::nearest_time_zone(text),
            })
        }
        (ValueKind::Path | ValueKind::Paths, Value::Path(_)) => None,
        (ValueKind::Paths, Value::List(list))
            if !list.is_empty() && list.iter().all(|one| matches!(one, Value::Path(_))) =>
        {
            None
        }
        (ValueKind::Environment, Value::Map(pairs)) => {
            let reason = pairs.iter().find_map(|(key, _)| {
                if function::RESERVED_VARIABLES.contains(&key.as_str()) {
                    Some(format!("cannot set `{key}`, which AWS Lambda reserves"))
                } else if key.starts_with(function::PREFIX) && key != function::CACHE_SECONDS {
                    Some(format!(
                        "cannot set `{key}`: names that begin with {} are taken",
                        function::PREFIX
                    ))
                } else if !function::is_variable(key) {
                    Some(format!(
                        "cannot set `{key}`: names have two or more letters, digits and `_`, of which the first is a letter"
                    ))
                } else {
                    None
                }
            });
            reason.map(|reason| Problem::Text {
                option: option(),
                reason,
            })
        }
        _ => wrong_type(),
    }
}

/// What a value is, for messages.
pub fn found(value: &Value) -> &'static str {
    match value {
        Value::Flag => "no value",
        Value::Bool(_) => "a boolean",
        Value::Int(_) => "a number",
        Value::Str(_) => "a string",
        Value::Duration(_) => "a duration",
        Value::Path(_) => "a path",
        Value::List(_) => "a list",
        Value::Map(_) => "pairs",
    }
}

fn join(all: &[i64]) -> String {
    let all: Vec<String> = all.iter().map(i64::to_string).collect();
    all.join(", ")
}

fn quoted(all: &[&str]) -> String {
    let all: Vec<String> = all.iter().map(|word| format!("\"{word}\"")).collect();
    all.join(", ")
}
