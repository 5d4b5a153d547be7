//! Everything that the attribute language can complain about, in words. Lower case, no full stop,
//! names in backticks; what is wrong in the message, where in the label, what to do in the help.

mod codes;

pub use codes::{CODES, ErrorCode};

use ifc_catalog::options::{Mistake, Problem};
use proc_macro2::Span;

/// A mistake in an attribute, at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError<S = Span> {
    /// `IFC0103`.
    pub code: &'static str,
    /// `unknown_option`.
    pub name: &'static str,
    /// What is wrong.
    pub message: String,
    /// What is to be seen at the place; may be empty.
    pub label: String,
    /// What to do.
    pub help: Option<String>,
    /// The place.
    pub span: S,
}

/// A mistake whose place the caller knows.
pub type Text = SyntaxError<()>;

/// The sink of all functions in this crate.
pub type Errors = Vec<SyntaxError>;

impl Text {
    fn new(code: &'static ErrorCode, message: impl Into<String>) -> Text {
        SyntaxError {
            code: code.number,
            name: code.name,
            message: message.into(),
            label: String::new(),
            help: None,
            span: (),
        }
    }

    fn label(mut self, label: impl Into<String>) -> Text {
        self.label = label.into();
        self
    }

    fn help(mut self, help: impl Into<String>) -> Text {
        self.help = Some(help.into());
        self
    }

    fn maybe_help(mut self, help: Option<String>) -> Text {
        self.help = help;
        self
    }

    /// Gives the mistake a place.
    pub fn at<S>(self, span: S) -> SyntaxError<S> {
        SyntaxError {
            code: self.code,
            name: self.name,
            message: self.message,
            label: self.label,
            help: self.help,
            span,
        }
    }
}

impl<S> SyntaxError<S> {
    /// All that is said, for `compile_error!`.
    pub fn text(&self) -> String {
        let help = self.help.iter().map(|help| ("help", help.clone()));
        text(&self.message, &self.label, help, (self.code, self.name))
    }
}

/// An error in the words of `compile_error!`, which knows one place and one text.
pub fn text(
    message: &str,
    label: &str,
    more: impl Iterator<Item = (&'static str, String)>,
    (code, name): (&str, &str),
) -> String {
    let mut text = message.to_owned();
    if !label.is_empty() {
        text.push_str(": ");
        text.push_str(label);
    }
    for (kind, line) in more.chain([("note", format!("{code} ({name})"))]) {
        text.push_str("\n  = ");
        text.push_str(kind);
        text.push_str(": ");
        text.push_str(&line);
    }
    text
}

/// The candidate that was probably meant.
pub fn did_you_mean<'a>(
    given: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let lower = given.to_lowercase();
    let limit = (given.chars().count() / 3).clamp(1, 3);
    let length = lower.chars().count();
    candidates
        .into_iter()
        .map(|one| (one.to_lowercase(), one))
        // Of other lengths are most, and telling how far others are takes long.
        .filter(|(candidate, _)| candidate.chars().count().abs_diff(length) <= limit)
        .map(|(candidate, one)| (strsim::damerau_levenshtein(&candidate, &lower), one))
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, one)| one)
}

fn meant_or(given: &str, candidates: &[&str], else_say: String) -> String {
    match did_you_mean(given, candidates.iter().copied()) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => else_say,
    }
}

fn listed(names: &[&str]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}

fn cited(text: String, limit: &str) -> String {
    if limit.is_empty() {
        text
    } else {
        format!("{text} ({limit})")
    }
}

/// A mistake in the options of `attribute`, as the catalog found it.
pub fn mistake(mistake: &Mistake, attribute: &str) -> Text {
    match &mistake.problem {
        Problem::Unknown { option, valid } => unknown_option(attribute, option, valid),
        Problem::Type {
            option,
            expects,
            found,
        } => Text::new(
            &codes::WRONG_OPTION_TYPE,
            format!("`{option}` of {attribute} takes {expects}"),
        )
        .label(format!("this is {found}")),
        Problem::Range {
            option,
            given,
            expects,
            limit,
        } => Text::new(
            &codes::OPTION_OUT_OF_RANGE,
            format!("`{option}` of {attribute} is out of range"),
        )
        .label(format!("{given} is not {expects}"))
        .maybe_help((!limit.is_empty()).then(|| format!("the limit is that of {limit}"))),
        Problem::Word {
            option,
            given,
            valid,
        } => {
            let valid: Vec<&str> = valid.iter().map(String::as_str).collect();
            Text::new(
                &codes::WRONG_OPTION_TYPE,
                format!("`{option}` of {attribute} has no value `{given}`"),
            )
            .label("no such value")
            .help(meant_or(
                given,
                &valid,
                format!("values are {}", listed(&valid)),
            ))
        }
        Problem::Repeated { option, at_most } => repeated_option(attribute, option, *at_most),
        Problem::Pattern(invalid) => {
            let place = if invalid.path.is_empty() {
                String::new()
            } else {
                format!("in `{}`: ", invalid.path)
            };
            Text::new(&codes::INVALID_PATTERN, "AWS would refuse this pattern")
                .label(format!("{place}{}", invalid.reason))
                .maybe_help(invalid.help.clone())
        }
        Problem::TimeZone { given, nearest } => Text::new(
            &codes::INVALID_TIME_ZONE,
            format!("there is no time zone `{given}`"),
        )
        .label("not in the IANA database")
        .help(match nearest {
            Some(zone) => format!("did you mean \"{zone}\"?"),
            None => "write a name such as \"Europe/Berlin\"".into(),
        }),
        Problem::Text { option, reason } => Text::new(
            &codes::INVALID_OPTION_VALUE,
            format!("`{option}` of {attribute} {reason}"),
        ),
        Problem::Conflict {
            message,
            help,
            limit,
        } => {
            Text::new(&codes::CONFLICTING_OPTIONS, message.clone()).help(cited(help.clone(), limit))
        }
    }
}

pub(crate) fn unreadable(attribute: &str, expected: &str) -> Text {
    Text::new(
        &codes::INVALID_ATTRIBUTE,
        format!("cannot read {attribute}"),
    )
    .label(format!("expected {expected}"))
}

/// An option that an attribute does not have.
pub(crate) fn unknown_option(attribute: &str, option: &str, valid: &[&str]) -> Text {
    let text = Text::new(
        &codes::UNKNOWN_OPTION,
        format!("unknown option `{option}` of {attribute}"),
    );
    match valid {
        [] => text.label("it takes no options"),
        valid => text.label("no such option").help(meant_or(
            option,
            valid,
            format!("options are {}", listed(valid)),
        )),
    }
}

pub(crate) fn missing_source() -> Text {
    Text::new(
        &codes::INVALID_ATTRIBUTE,
        "`#[on]` does not say what triggers the function",
    )
    .help("name a resource, `http(GET, \"/path\")` or `schedule(\"rate(1 day)\")`: `#[on(ORDERS)]`")
}

pub(crate) fn unknown_constructor(name: &str, valid: &[&str]) -> Text {
    Text::new(
        &codes::UNKNOWN_EVENT_SOURCE,
        format!("unknown event source `{name}(..)`"),
    )
    .label("no such event source")
    .help(meant_or(
        name,
        valid,
        format!("name a resource, or use one of {}", listed(valid)),
    ))
}

pub(crate) fn unknown_method(method: &str, valid: &[&str]) -> Text {
    Text::new(
        &codes::UNKNOWN_EVENT_SOURCE,
        format!("no resource has events named `{method}`"),
    )
    .label("no such events")
    .help(meant_or(
        method,
        valid,
        format!("there are {}", listed(valid)),
    ))
}

pub(crate) fn constructor_without_call(name: &str, example: &str) -> Text {
    Text::new(
        &codes::UNKNOWN_EVENT_SOURCE,
        format!("`{name}` needs arguments"),
    )
    .help(format!("write `#[on({example})]`"))
}

pub(crate) fn wrong_argument_count(name: &str, example: &str) -> Text {
    Text::new(
        &codes::INVALID_ATTRIBUTE,
        format!("wrong number of arguments of `{name}(..)`"),
    )
    .help(format!("write `#[on({example})]`"))
}

/// A resource of this kind does not trigger functions in this way.
pub fn not_an_event_source(
    kind: &str,
    method: Option<&str>,
    methods: &[&str],
    alone: bool,
) -> Text {
    let message = match method {
        Some(method) => format!("a {kind} has no events named `{method}`"),
        None => format!("a {kind} alone does not say which events are meant"),
    };
    let text = Text::new(&codes::UNKNOWN_EVENT_SOURCE, message);
    match (methods, alone) {
        ([], false) => Text::new(
            &codes::UNKNOWN_EVENT_SOURCE,
            format!("a {kind} does not trigger functions"),
        )
        .help("queues, topics, buses, tables, buckets and functions do"),
        ([], true) => text.help(format!("remove `.{}()`", method.unwrap_or_default())),
        _ => {
            let calls: Vec<String> = methods.iter().map(|name| format!("`.{name}()`")).collect();
            text.help(format!("add {}", calls.join(" or ")))
        }
    }
}

pub(crate) fn invalid_http_method(given: &str, valid: &[&str]) -> Text {
    let upper = given.to_uppercase();
    Text::new(
        &codes::INVALID_HTTP_METHOD,
        format!("there is no HTTP method `{given}`"),
    )
    .help(match did_you_mean(&upper, valid.iter().copied()) {
        Some(meant) => format!("write `{meant}`"),
        None => format!("methods are {}", listed(valid)),
    })
}

pub(crate) fn invalid_route(text: &str, invalid: ifc_catalog::route::Invalid) -> Text {
    Text::new(
        &codes::INVALID_ROUTE,
        format!("the path \"{text}\" {}", invalid.reason),
    )
    .maybe_help(invalid.help)
}

pub(crate) fn invalid_schedule(text: &str, invalid: ifc_catalog::schedule::Invalid) -> Text {
    Text::new(
        &codes::INVALID_SCHEDULE,
        format!("the schedule \"{text}\" {}", invalid.reason),
    )
    .maybe_help(invalid.help)
}

pub(crate) fn wrong_signature(message: impl Into<String>, help: impl Into<String>) -> Text {
    Text::new(&codes::INVALID_HANDLER, message).help(help)
}

/// `#[function]` on a function that nothing triggers.
pub fn missing_trigger(name: &str) -> Text {
    Text::new(
        &codes::MISSING_TRIGGER,
        format!("nothing triggers `{name}`"),
    )
    .label("`#[function]` has no effect without `#[on]`")
    .help("add `#[on(..)]` with what triggers it, or remove `#[function]`")
}

/// One of our attributes on an item that it has no meaning for.
pub fn misplaced(attribute: &str) -> Text {
    let belongs_on = match attribute {
        "on" => "a free async function",
        "resource" => "a static: `static ORDERS: Table<Order> = Table::new();`",
        "function" => "a function with `#[on]`",
        "grant" => "a function",
        _ => "a function with `#[on]` or a resource",
    };
    Text::new(
        &codes::MISPLACED_ATTRIBUTE,
        format!("`#[{attribute}]` has no meaning here"),
    )
    .help(format!("put it on {belongs_on}"))
}

pub(crate) fn repeated_option(attribute: &str, option: &str, at_most: usize) -> Text {
    Text::new(
        &codes::REPEATED_OPTION,
        format!("`{option}` of {attribute} is given too often"),
    )
    .label(match at_most {
        1 => "given before".into(),
        n => format!("may be given {n} times"),
    })
}

pub(crate) fn repeated_attribute(attribute: &str) -> Text {
    Text::new(
        &codes::REPEATED_OPTION,
        format!("`#[{attribute}]` is given twice"),
    )
    .help("put all options in one")
}

pub(crate) fn missing_reason(attribute: &str) -> Text {
    Text::new(
        &codes::MISSING_REASON,
        format!("`#[{attribute}]` does not say why"),
    )
    .help("add `because = \"..\"`; the reason stands in the manifest, for those who review it")
}

pub(crate) fn invalid_grant(message: impl Into<String>, help: impl Into<String>) -> Text {
    Text::new(&codes::INVALID_GRANT, message).help(help)
}

pub(crate) fn invalid_allow() -> Text {
    Text::new(
        &codes::INVALID_ALLOW,
        "`#[allow_infra]` does not name a check",
    )
    .help("write `#[allow_infra(unused_resource, because = \"..\")]`")
}

pub(crate) fn invalid_event(message: impl Into<String>, help: impl Into<String>) -> Text {
    Text::new(&codes::INVALID_EVENT_TYPE, message).help(help)
}

pub(crate) fn repeated_detail_type(name: &str) -> Text {
    Text::new(
        &codes::REPEATED_DETAIL_TYPE,
        format!("two variants have the detail type \"{name}\""),
    )
    .help("give one of them another: `#[event(name = \"..\")]`")
}

pub(crate) fn invalid_resource(message: impl Into<String>, help: impl Into<String>) -> Text {
    Text::new(&codes::INVALID_RESOURCE, message).help(help)
}

pub(crate) fn invalid_existing(message: impl Into<String>) -> Text {
    Text::new(&codes::INVALID_EXISTING, message).help(
        "write `existing = \"arn:..\"`, `existing = param(\"StackParameter\")` or `existing = ssm(\"/path\")`",
    )
}

pub(crate) fn option_of_existing(option: &str) -> Text {
    Text::new(
        &codes::OPTION_OF_EXISTING,
        format!("`{option}` has no effect on an existing resource"),
    )
    .help("remove it: the resource belongs to someone else and is not changed")
}

pub(crate) fn missing_partition_key(name: &str) -> Text {
    Text::new(
        &codes::MISSING_PARTITION_KEY,
        format!("`{name}` has no partition key"),
    )
    .help("put `#[item(partition_key)]` on the field that identifies an item")
}

pub(crate) fn repeated_key(what: &str) -> Text {
    Text::new(&codes::REPEATED_KEY, format!("two fields are the {what}"))
        .help("a key has one field; join several values into one text if need be")
}

pub(crate) fn index_without_partition_key(index: &str) -> Text {
    Text::new(
        &codes::MISSING_PARTITION_KEY,
        format!("the index \"{index}\" has a sort key but no partition key"),
    )
    .help(format!(
        "put `#[item(index = \"{index}\")]` on another field"
    ))
}

/// A key that DynamoDB does not take.
pub fn invalid_key_type(field: &str, why: &str) -> Text {
    Text::new(
        &codes::INVALID_KEY_TYPE,
        format!("`{field}` cannot be a key: {why}"),
    )
    .help("keys are text, numbers or bytes; a type of your own is taken as text, or say `kind = \"N\"`")
}

pub(crate) fn invalid_item(message: impl Into<String>, help: impl Into<String>) -> Text {
    Text::new(&codes::INVALID_ITEM, message).help(help)
}
