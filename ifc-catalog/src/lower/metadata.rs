//! `[package.metadata.ifc]`: defaults, overrides by function, resource and stage, properties of the
//! template. Input: JSON. Output: values checked against the same specifications as attributes.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

use crate::events::Given;
use crate::infra::Cors;
use crate::model::{Application, Existing, Resource, Value};
use crate::options::{self, OptionSpec, ValueKind};
use crate::resources::{REMOVAL, ResourceKind};
use crate::{duration, function};

use super::names::is_id;
use super::{Problem, ProblemKind};

/// Settings of one level.
pub(super) type Values = BTreeMap<String, Value>;

/// Settings for all stages, or for one.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Layer {
    /// For every function or resource.
    pub(super) defaults: Values,
    /// By function.
    pub(super) functions: BTreeMap<String, Values>,
    /// By resource.
    pub(super) resources: BTreeMap<String, Values>,
}

/// What `[package.metadata.ifc]` says.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Metadata {
    /// For all stages.
    pub(super) base: Layer,
    /// For one stage.
    pub(super) stages: BTreeMap<String, Layer>,
    /// Tags of everything.
    pub(super) tags: BTreeMap<String, String>,
    /// What browsers on other origins may do.
    pub(super) cors: Option<Cors>,
    /// The topic that alarms go to.
    pub(super) alarm_topic: Option<Existing>,
    /// Properties by logical id.
    pub(super) properties: BTreeMap<String, Map<String, Json>>,
    /// Further resources of the template: type and properties by logical id.
    pub(super) native: BTreeMap<String, (String, Json)>,
}

/// Settings that stand at the top only or mean all functions and resources.
static DEFAULTS: &[OptionSpec] = &[
    REMOVAL,
    OptionSpec::new(
        "burst_limit",
        ValueKind::Int(1, 1_000_000),
        "Requests that the HTTP API takes at once.",
    ),
    OptionSpec::new(
        "dead_letter_retention",
        ValueKind::Duration(duration::MINUTE, 14 * duration::DAY, duration::SECOND),
        "Time that dead letters are kept.",
    ),
    OptionSpec::new(
        "rate_limit",
        ValueKind::Int(1, 1_000_000),
        "Requests that the HTTP API takes in a second.",
    ),
];

static FUNCTION: &[OptionSpec] = &[OptionSpec::new(
    "tracing",
    ValueKind::Bool,
    "Whether X-Ray traces the function.",
)];

/// Keys of the top level that are not settings.
const SECTIONS: &[&str] = &[
    "alarm_topic",
    "checks",
    "cors",
    "functions",
    "native",
    "properties",
    "resources",
    "stages",
    "tags",
];

/// Options of functions that may be overridden; a name is an identity, not a setting.
fn function_specs() -> impl Iterator<Item = &'static OptionSpec> {
    function::OPTIONS
        .iter()
        .filter(|spec| spec.name != "name")
        .chain(FUNCTION)
}

pub(super) struct Reader<'a> {
    app: &'a Application,
    problems: &'a mut Vec<Problem>,
}

/// Reads the metadata of an application.
pub(super) fn read(app: &Application, problems: &mut Vec<Problem>) -> Metadata {
    let mut metadata = Metadata::default();
    let mut reader = Reader { app, problems };
    let top = match &app.metadata {
        Json::Null => return metadata,
        Json::Object(top) => top,
        _ => {
            reader.problem(
                ProblemKind::InvalidSetting,
                "`[package.metadata.ifc]` is not a table".into(),
                "write key-value pairs below `[package.metadata.ifc]`",
            );
            return metadata;
        }
    };
    metadata.base = reader.layer(top, "", SECTIONS);
    for (name, stage) in reader.table(top, "stages", "") {
        let path = format!("stages.{name}");
        if !name.chars().all(|c| c.is_ascii_alphanumeric()) || name.is_empty() || name.len() > 16 {
            let help = "use letters and digits, 16 at most";
            reader.invalid(&path, "is no name for a stage", help);
            continue;
        }
        // The template's conditions begin with a capital.
        let mut others = metadata.stages.keys();
        if let Some(other) = others
            .find(|other| other[1..] == name[1..] && other[..1].eq_ignore_ascii_case(&name[..1]))
        {
            let what = format!("differs from `{other}` in its first letter alone");
            reader.invalid(&path, &what, "choose names that are told apart");
            continue;
        }
        if let Some(stage) = reader.object(stage, &path) {
            let layer = reader.layer(stage, &format!("{path}."), &["functions", "resources"]);
            metadata.stages.insert(name.clone(), layer);
        }
    }
    let tags = reader.table(top, "tags", "");
    metadata.tags = reader.tags(&tags);
    metadata.cors = top.get("cors").and_then(|cors| reader.cors(cors));
    metadata.alarm_topic = top.get("alarm_topic").and_then(|topic| reader.topic(topic));
    for (id, properties) in reader.table(top, "properties", "") {
        if let Some(properties) = reader.object(properties, &format!("properties.{id}")) {
            metadata.properties.insert(id.clone(), properties.clone());
        }
    }
    for (id, native) in reader.table(top, "native", "") {
        let path = format!("native.{id}");
        if !is_id(id) {
            reader.invalid(&path, "is no id for a resource", "use letters and digits");
        } else if let Some(native) = reader.native(native, &path) {
            metadata.native.insert(id.clone(), native);
        }
    }
    metadata
}

impl Reader<'_> {
    fn layer(&mut self, table: &Map<String, Json>, path: &str, sections: &[&str]) -> Layer {
        let defaults: Vec<&OptionSpec> = function_specs().chain(DEFAULTS).collect();
        let mut layer = Layer::default();
        for (key, value) in table {
            if !sections.contains(&key.as_str())
                && let Some(value) = self.value(&defaults, sections, path, key, value)
            {
                layer.defaults.insert(key.clone(), value);
            }
        }
        let functions: Vec<&str> = self.app.functions.iter().map(|f| f.name.as_str()).collect();
        let specs: Vec<&OptionSpec> = function_specs().collect();
        for (name, settings) in self.table(table, "functions", path) {
            let path = format!("{path}functions.{name}");
            if !functions.contains(&name.as_str()) {
                self.unknown(&path, name, "function", &functions);
            } else if let Some(values) = self.values(settings, &path, &specs) {
                layer.functions.insert(name.clone(), values);
            }
        }
        let app = self.app;
        let names: Vec<&str> = app.resources.iter().map(|r| r.name.as_str()).collect();
        for (name, settings) in self.table(table, "resources", path) {
            let path = format!("{path}resources.{name}");
            let Some(resource) = app.resources.iter().find(|r| r.name == *name) else {
                self.unknown(&path, name, "resource", &names);
                continue;
            };
            if resource.existing.is_some() {
                self.invalid(
                    &path,
                    "has no effect on an existing resource",
                    "remove it: the resource belongs to someone else and is not changed",
                );
                continue;
            }
            let kind = resource.kind;
            let specs: Vec<&OptionSpec> = kind.options.iter().chain(kind.settings).collect();
            if let Some(values) = self.values(settings, &path, &specs) {
                self.rules(kind, resource.fifo, &values, &path);
                self.first_values(resource, &values, &path);
                layer.resources.insert(name.clone(), values);
            }
        }
        layer
    }

    fn values(&mut self, settings: &Json, path: &str, specs: &[&OptionSpec]) -> Option<Values> {
        let mut values = Values::new();
        let path = format!("{path}.");
        for (key, value) in self.object(settings, path.trim_end_matches('.'))? {
            if let Some(value) = self.value(specs, &[], &path, key, value) {
                values.insert(key.clone(), value);
            }
        }
        Some(values)
    }

    /// The rules of a kind between its options, which attributes keep as well.
    fn rules(&mut self, kind: &ResourceKind, fifo: bool, values: &Values, path: &str) {
        let options: Vec<(&str, &Value)> = values
            .iter()
            .map(|(name, value)| (name.as_str(), value))
            .collect();
        let options = options.as_slice();
        for mistake in (kind.rules)(&Given { fifo, options }) {
            if let options::Problem::Conflict { message, help, .. } = mistake.problem {
                let message = format!("`{path}` in `[package.metadata.ifc]`: {message}");
                self.problem(ProblemKind::InvalidSetting, message, &help);
            }
        }
    }

    /// First values that the type of a secret or parameter cannot be read from.
    fn first_values(&mut self, resource: &Resource, values: &Values, path: &str) {
        let Some(reads) = resource.reads else { return };
        for (name, value) in values {
            let (found, help) = match (name.as_str(), value) {
                ("generate", _) => (
                    "a random text",
                    "remove it and put the first value by hand".to_owned(),
                ),
                ("default", Value::Str(text)) if !reads.reads(text) => {
                    ("this text", format!("write {}", reads.words()))
                }
                _ => continue,
            };
            let what = format!(
                "does not fit: `{}` cannot be read from {found}",
                resource.payload
            );
            self.invalid(&format!("{path}.{name}"), &what, &help);
        }
    }

    /// Type and properties of a further resource of the template.
    fn native(&mut self, native: &Json, path: &str) -> Option<(String, Json)> {
        const KEYS: &[&str] = &["properties", "type"];
        let table = self.object(native, path)?;
        self.only(table, path, KEYS);
        let properties = match table.get("properties") {
            Some(properties) => {
                let properties = self.object(properties, &format!("{path}.properties"))?;
                Json::Object(properties.clone())
            }
            None => Json::Null,
        };
        match table.get("type").and_then(Json::as_str) {
            Some(cfn_type) if cfn_type.contains("::") => Some((cfn_type.to_string(), properties)),
            _ => {
                self.invalid(
                    path,
                    "has no CloudFormation type",
                    "add `type = \"AWS::Service::Resource\"`",
                );
                None
            }
        }
    }

    fn value(
        &mut self,
        specs: &[&OptionSpec],
        others: &[&str],
        path: &str,
        key: &str,
        value: &Json,
    ) -> Option<Value> {
        let Some(spec) = specs.iter().find(|spec| spec.name == key) else {
            let mut valid: Vec<&str> = specs.iter().map(|spec| spec.name).collect();
            valid.extend(others);
            self.unknown(&format!("{path}{key}"), key, "setting", &valid);
            return None;
        };
        let value = match value {
            Json::Bool(true) if spec.value == ValueKind::Flag => Value::Flag,
            Json::Bool(value) => Value::Bool(*value),
            Json::Number(number) => Value::Int(number.as_i64().unwrap_or(i64::MAX)),
            Json::String(text) if spec.value.is_duration() => match duration::parse(text) {
                Ok(duration) => Value::Duration(duration),
                Err(_) => Value::Str(text.clone()),
            },
            Json::String(text) => Value::Str(text.clone()),
            Json::Object(pairs) => self.pairs(pairs, &format!("{path}{key}"))?,
            Json::Null | Json::Array(_) => Value::List(Vec::new()),
        };
        if let Some(problem) = options::fits(spec, &value) {
            let expects = format!("write {}", spec.value.expects());
            let what = match problem {
                options::Problem::Text { reason, .. } => format!("does not fit: {reason}"),
                _ => "does not fit".to_owned(),
            };
            self.invalid(&format!("{path}{key}"), &what, &expects);
            return None;
        }
        Some(value)
    }

    /// Texts by name; a number or boolean is the text that is written for it.
    fn pairs(&mut self, pairs: &Map<String, Json>, path: &str) -> Option<Value> {
        let mut texts = Vec::with_capacity(pairs.len());
        for (key, value) in pairs {
            let text = match value {
                Json::String(text) => text.clone(),
                Json::Number(_) | Json::Bool(_) => value.to_string(),
                Json::Null | Json::Array(_) | Json::Object(_) => {
                    self.invalid(&format!("{path}.{key}"), "is not a string", "write text");
                    return None;
                }
            };
            texts.push((key.clone(), Value::Str(text)));
        }
        Some(Value::Map(texts))
    }

    /// The members of a section; none if it is missing or not a table.
    fn table<'t>(
        &mut self,
        table: &'t Map<String, Json>,
        section: &str,
        path: &str,
    ) -> Vec<(&'t String, &'t Json)> {
        let Some(value) = table.get(section) else {
            return Vec::new();
        };
        let members = self.object(value, &format!("{path}{section}"));
        members
            .map(|members| members.iter().collect())
            .unwrap_or_default()
    }

    pub(super) fn object<'t>(
        &mut self,
        value: &'t Json,
        path: &str,
    ) -> Option<&'t Map<String, Json>> {
        let object = value.as_object();
        if object.is_none() {
            self.invalid(path, "is not a table", "write key-value pairs");
        }
        object
    }

    /// Says which members of a table mean nothing.
    pub(super) fn only(&mut self, table: &Map<String, Json>, path: &str, valid: &[&str]) {
        for key in table.keys() {
            if !valid.contains(&key.as_str()) {
                self.unknown(&format!("{path}.{key}"), key, "setting", valid);
            }
        }
    }

    pub(super) fn invalid(&mut self, path: &str, what: &str, help: &str) {
        let message = format!("`{path}` in `[package.metadata.ifc]` {what}");
        self.problem(ProblemKind::InvalidSetting, message, help);
    }

    fn unknown(&mut self, path: &str, key: &str, what: &str, valid: &[&str]) {
        let message = format!("`{path}` in `[package.metadata.ifc]` names no {what}");
        let help = suggest(key, valid);
        self.problem(ProblemKind::UnknownSetting, message, &help);
    }

    fn problem(&mut self, kind: ProblemKind, message: String, help: &str) {
        self.problems.push(Problem {
            kind,
            message,
            span: None,
            also: None,
            help: Some(help.to_string()),
        });
    }
}

/// The nearest of the valid names, or all of them.
pub(super) fn suggest(given: &str, valid: &[&str]) -> String {
    let nearest = valid
        .iter()
        .map(|name| (strsim::damerau_levenshtein(given, name), *name))
        .min();
    match nearest {
        Some((distance, name)) if distance <= given.len().max(3) / 3 => {
            format!("did you mean `{name}`?")
        }
        Some(_) => {
            let mut names: Vec<String> = valid.iter().map(|name| format!("`{name}`")).collect();
            names.sort();
            names.dedup();
            format!("there are {}", names.join(", "))
        }
        None => "there are none".into(),
    }
}

/// Whole seconds of a duration.
pub(super) fn seconds(milliseconds: u64) -> i64 {
    i64::try_from(milliseconds.div_ceil(duration::SECOND)).unwrap_or(i64::MAX)
}
