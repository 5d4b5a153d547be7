//! What every function's role has to allow and nothing beside it, written by hand from the
//! applications' code in `fixtures/grants`: an opinion of its own beside the compiler's.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::application::Application;
use crate::template::{Template, list, plain};
use crate::wiring::identity_policies;

/// One action on one resource, maybe under conditions.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Grant {
    /// `dynamodb:PutItem`.
    pub action: String,
    /// `table:ORDERS`, or its ARN.
    pub resource: String,
    /// A `Condition` of IAM in the form of [`conditions`]; empty without any.
    pub condition: String,
}

/// The grants of an application by function.
#[derive(Clone, Debug)]
pub struct Grants(BTreeMap<String, BTreeSet<Grant>>);

/// A file of `fixtures/grants`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    /// What every function may do; `$function` stands for its name.
    every: Vec<Entry>,
    functions: BTreeMap<String, Vec<Entry>>,
}

/// `["dynamodb:PutItem", "table:ORDERS"]`, with a `Condition` behind it where there is one.
#[derive(Deserialize)]
#[serde(untagged)]
enum Entry {
    Always(String, String),
    When(String, String, Value),
}

impl Grants {
    /// Reads what is written about an application.
    pub fn read(package: &str) -> Result<Grants> {
        let path = folder().join(format!("{package}.json"));
        let written: Written = serde_json::from_value(crate::read_json(&path)?)
            .with_context(|| path.display().to_string())?;
        let mut grants = BTreeMap::new();
        for (function, own) in &written.functions {
            let entries = written.every.iter().chain(own);
            let of: Result<BTreeSet<Grant>> = entries.map(|e| e.grant(function)).collect();
            grants.insert(function.clone(), of?);
        }
        Ok(Grants(grants))
    }

    /// The grants of a function; none for one that nothing is written about.
    pub fn of(&self, function: &str) -> impl Iterator<Item = &Grant> {
        self.0.get(function).into_iter().flatten()
    }

    /// The functions that something is written about.
    pub fn functions(&self) -> Vec<&str> {
        self.0.keys().map(String::as_str).collect()
    }
}

/// The packages that something is written about.
pub fn packages() -> Result<BTreeSet<String>> {
    let mut packages = BTreeSet::new();
    for entry in std::fs::read_dir(folder())? {
        let path = entry?.path();
        let name = path.file_stem().context("a name")?;
        packages.insert(name.to_string_lossy().into_owned());
    }
    Ok(packages)
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/grants")
}

impl Entry {
    fn grant(&self, function: &str) -> Result<Grant> {
        let (action, resource, condition) = match self {
            Entry::Always(action, resource) => (action, resource, &Value::Null),
            Entry::When(action, resource, condition) => (action, resource, condition),
        };
        let grant = Grant {
            action: action.clone(),
            resource: resource.replace("$function", function),
            condition: conditions(condition),
        };
        grant.tests()?;
        Ok(grant)
    }
}

/// A test of one context key.
struct Test {
    operator: String,
    key: String,
    values: Vec<String>,
}

impl Grant {
    /// Whether it allows an action on a resource in a context.
    pub fn allows(&self, action: &str, resource: &str, context: &Map<String, Value>) -> bool {
        self.covers(action, resource)
            && self
                .tests()
                .is_ok_and(|tests| tests.iter().all(|test| test.holds(context)))
    }

    /// Whether it is about an action on a resource, whatever its conditions.
    pub fn covers(&self, action: &str, resource: &str) -> bool {
        self.action == action && matches(&self.resource, resource)
    }

    /// The values that its conditions want for a context key.
    pub fn wanted(&self, key: &str) -> Vec<String> {
        let tests = self.tests().unwrap_or_default().into_iter();
        let about = tests.filter(|test| test.key == key);
        about.flat_map(|test| test.values).collect()
    }

    fn tests(&self) -> Result<Vec<Test>> {
        if self.condition.is_empty() {
            return Ok(Vec::new());
        }
        let parsed: BTreeMap<String, BTreeMap<String, Vec<String>>> =
            serde_json::from_str(&self.condition)?;
        let mut tests = Vec::new();
        for (operator, keys) in parsed {
            let name = operator.trim_start_matches("ForAllValues:");
            if !matches!(name, "StringEquals" | "StringLike") {
                bail!("{operator}: what does it do?");
            }
            for (key, values) in keys {
                ensure!(!values.is_empty(), "{key} has no values");
                tests.push(Test {
                    operator: operator.clone(),
                    key,
                    values,
                });
            }
        }
        Ok(tests)
    }
}

impl Test {
    fn holds(&self, context: &Map<String, Value>) -> bool {
        let like = self.operator.ends_with("StringLike");
        let one = |value: &Value| {
            let value = plain(value);
            self.values.iter().any(|wanted| match like {
                true => like_iam(wanted, &value),
                false => *wanted == value,
            })
        };
        let values = context.get(&self.key).map(list).unwrap_or_default();
        match self.operator.starts_with("ForAllValues:") {
            true => values.into_iter().all(one),
            false => values.len() == 1 && one(values[0]),
        }
    }
}

/// A `Condition` of IAM as text: operators and keys in order of name, every value in a list.
fn conditions(condition: &Value) -> String {
    let sorted = |values: &Value| {
        let values: BTreeSet<String> = list(values).into_iter().map(plain).collect();
        values.into_iter().collect::<Vec<_>>()
    };
    let operators = condition.as_object().into_iter().flatten();
    let operators: BTreeMap<&String, BTreeMap<&String, Vec<String>>> = operators
        .map(|(operator, keys)| {
            let keys = keys.as_object().into_iter().flatten();
            let keys = keys.map(|(key, values)| (key, sorted(values)));
            (operator, keys.collect())
        })
        .collect();
    match operators.is_empty() {
        true => String::new(),
        false => serde_json::json!(operators).to_string(),
    }
}

/// What the manifest says that a function may do.
pub fn in_manifest(application: &Application, function: &str) -> BTreeSet<Grant> {
    let permissions = &application.manifest["functions"][function]["permissions"];
    let mut grants = BTreeSet::new();
    for permission in list(permissions) {
        let [actions, resources, conditions] =
            ["actions", "resources", "conditions"].map(|member| &permission[member]);
        grants.extend(each(actions, resources, conditions));
    }
    grants
}

/// Every action on every resource.
fn each(actions: &Value, resources: &Value, condition: &Value) -> Vec<Grant> {
    let condition = conditions(condition);
    let of = |action: &Value| {
        let resources = list(resources).into_iter();
        let grants = resources.map(|resource| Grant {
            action: plain(action),
            resource: plain(resource),
            condition: condition.clone(),
        });
        grants.collect::<Vec<_>>()
    };
    list(actions).into_iter().flat_map(of).collect()
}

/// What the role of a function allows in the template, resources by their ARN.
pub fn in_template(template: &Template, role: &str) -> Result<BTreeSet<Grant>> {
    let mut grants = BTreeSet::new();
    for policy in identity_policies(template, role) {
        grants.extend(in_policy(&policy)?);
    }
    Ok(grants)
}

/// What a policy allows.
pub fn in_policy(policy: &Value) -> Result<BTreeSet<Grant>> {
    let mut grants = BTreeSet::new();
    for statement in list(&policy["Statement"]) {
        let members = statement.as_object().context("a statement is an object")?;
        for member in members.keys() {
            let known = ["Effect", "Action", "Resource", "Condition"];
            ensure!(known.contains(&member.as_str()), "{member} in {statement}");
        }
        ensure!(
            statement["Effect"] == "Allow",
            "{statement} takes something"
        );
        let [actions, resources, condition] =
            ["Action", "Resource", "Condition"].map(|member| &statement[member]);
        grants.extend(each(actions, resources, condition));
    }
    Ok(grants)
}

/// The grants of a function with the ARNs of their resources.
pub fn by_arn(application: &Application, function: &str) -> Result<BTreeSet<Grant>> {
    let arn = |grant: &Grant| -> Result<Grant> {
        Ok(Grant {
            resource: arn(application, &grant.resource)?,
            ..grant.clone()
        })
    };
    application.grants.of(function).map(arn).collect()
}

/// The ARN of what a grant calls `bucket:FILES/reports/*`.
fn arn(application: &Application, label: &str) -> Result<String> {
    let template = &application.template;
    let Some((kind, rest)) = label.split_once(':').filter(|(kind, _)| *kind != "arn") else {
        return Ok(label.to_owned());
    };
    let (name, path) = match rest.split_once('/') {
        Some((name, path)) => (name, format!("/{path}")),
        None => (rest, String::new()),
    };
    let node = |kind: &str| {
        let found = application.node(name, kind);
        found.with_context(|| format!("no {kind} of {name}"))
    };
    Ok(match kind {
        "log_group" => template.arn(node("log_group")?),
        "dead_letters" => template.arn(node("queue")?),
        "table" if path == "/stream" => {
            let of = application.resource_id(name)?;
            let stream = serde_json::json!({ "Fn::GetAtt": [of, "StreamArn"] });
            template
                .evaluate(&stream)
                .map(|v| plain(&v))
                .unwrap_or_default()
        }
        _ => template.arn(application.resource_id(name)?) + &path,
    })
}

/// What is missing and what is too much, one line each.
pub fn differences(
    function: &str,
    wanted: &BTreeSet<Grant>,
    found: &BTreeSet<Grant>,
) -> Vec<String> {
    let line = |what: &str, grant: &Grant| {
        let Grant {
            action,
            resource,
            condition,
        } = grant;
        let when = match condition.is_empty() {
            true => String::new(),
            false => format!(" when {condition}"),
        };
        format!("{function} {what} {action} on {resource}{when}")
    };
    let missing = wanted.difference(found).map(|grant| line("lacks", grant));
    let extra = found
        .difference(wanted)
        .map(|grant| line("has besides", grant));
    missing.chain(extra).collect()
}

/// The same for a pattern in which `${*}` stands for a star.
fn like_iam(pattern: &str, text: &str) -> bool {
    const STAR: &str = "\u{0}";
    matches(&pattern.replace("${*}", STAR), &text.replace('*', STAR))
}

/// Whether a text fits a pattern in which stars stand for anything.
fn matches(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((start, rest)) => {
            let Some(tail) = text.strip_prefix(start) else {
                return false;
            };
            (0..=tail.len())
                .filter(|i| tail.is_char_boundary(*i))
                .any(|i| matches(rest, &tail[i..]))
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn stars_stand_for_anything() {
        assert!(matches("bucket:B/thumbs/*", "bucket:B/thumbs/a/b.png"));
        assert!(!matches("bucket:B/thumbs/*", "bucket:B/in/a"));
        assert!(matches("*", "table:T"));
        assert!(matches("bucket:B/*.png", "bucket:B/a.png"));
        assert!(!matches("bucket:B/*.png", "bucket:B/a.gif"));
        assert!(!matches("table:T", "table:T/index/i"));
    }

    #[test]
    fn conditions_hold_as_in_iam() {
        let condition = json!({
            "StringLike": { "s3:prefix": ["in/*", "out"] },
            "ForAllValues:StringEquals": { "events:source": "shop" },
        });
        let entry = Entry::When("s3:ListBucket".into(), "bucket:B".into(), condition);
        let grant = entry.grant("f").unwrap();
        let allows = |context: Value| {
            let context = context.as_object().unwrap();
            grant.allows("s3:ListBucket", "bucket:B", context)
        };
        assert!(allows(
            json!({ "s3:prefix": "in/a", "events:source": "shop" })
        ));
        assert!(allows(json!({ "s3:prefix": "out" })));
        assert!(!allows(json!({ "s3:prefix": "out/a" })));
        assert!(!allows(
            json!({ "s3:prefix": "out", "events:source": ["shop", "a"] })
        ));
        assert!(!allows(json!({ "events:source": "shop" })));
        assert!(!allows(
            json!({ "s3:prefix": "out", "events:source": "other" })
        ));
        assert_eq!(grant.wanted("s3:prefix"), ["in/*", "out"]);
        let unknown = json!({ "Bool": { "aws:SecureTransport": "true" } });
        let entry = Entry::When("s3:ListBucket".into(), "bucket:B".into(), unknown);
        assert!(entry.grant("f").is_err());
    }
}
