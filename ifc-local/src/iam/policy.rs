//! Policy documents.

use serde_json::Value;
use thiserror::Error;

use super::condition::Condition;

/// A policy document that IAM would not take.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{at}: {message}")]
pub struct Malformed {
    /// Where: `Statement[0].Condition`.
    pub at: String,
    /// What is wrong.
    pub message: String,
}

impl Malformed {
    pub(super) fn new(at: impl Into<String>, message: impl Into<String>) -> Malformed {
        Malformed {
            at: at.into(),
            message: message.into(),
        }
    }
}

/// A policy.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    /// Whether `${..}` are variables: version 2012-10-17.
    pub variables: bool,
    /// In order.
    pub statements: Vec<Statement>,
}

/// A statement.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// Name, if it has one.
    pub sid: Option<String>,
    /// What it does when it applies.
    pub effect: Effect,
    /// Who, in resource policies.
    pub principal: Option<Matcher<Principal>>,
    /// Patterns of actions.
    pub actions: Matcher<String>,
    /// Patterns of ARNs; `None` in trust policies, which have none.
    pub resources: Option<Matcher<String>>,
    /// All have to hold.
    pub conditions: Vec<Condition>,
}

/// What a statement does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Allows, unless something denies.
    Allow,
    /// Denies, whatever allows.
    Deny,
}

/// Some, or all but some: `Action` and `NotAction`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matcher<T> {
    /// Whether the list says what is left out.
    pub not: bool,
    /// The list.
    pub list: Vec<T>,
}

/// Whom a resource policy is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Principal {
    /// `*`
    Anyone,
    /// An ARN, an account's number or its root.
    Aws(String),
    /// `events.amazonaws.com`.
    Service(String),
    /// An identity provider or canonical user; never the caller here.
    Other(String),
}

impl Policy {
    /// Reads a document from its text.
    ///
    /// # Errors
    /// If the text is not JSON, or the document is not one that IAM would take.
    pub fn parse(text: &str) -> Result<Policy, Malformed> {
        let value: Value = serde_json::from_str(text)
            .map_err(|error| Malformed::new("document", error.to_string()))?;
        Policy::from_json(&value)
    }

    /// Reads a document.
    ///
    /// # Errors
    /// If the document is not one that IAM would take.
    pub fn from_json(document: &Value) -> Result<Policy, Malformed> {
        let object = document
            .as_object()
            .ok_or_else(|| Malformed::new("document", "is not an object"))?;
        let variables = match object.get("Version").map(|version| version.as_str()) {
            Some(Some("2012-10-17")) => true,
            None | Some(Some("2008-10-17")) => false,
            Some(_) => return Err(Malformed::new("Version", "is 2012-10-17 or 2008-10-17")),
        };
        let statements = object
            .get("Statement")
            .ok_or_else(|| Malformed::new("Statement", "is missing"))?;
        let statements = list(statements)
            .iter()
            .enumerate()
            .map(|(at, statement)| read_statement(&format!("Statement[{at}]"), statement))
            .collect::<Result<_, _>>()?;
        Ok(Policy {
            variables,
            statements,
        })
    }
}

/// A list, or a single value as one.
pub(super) fn list(value: &Value) -> &[Value] {
    match value {
        Value::Array(list) => list,
        single => std::slice::from_ref(single),
    }
}

fn read_statement(at: &str, value: &Value) -> Result<Statement, Malformed> {
    let object = value
        .as_object()
        .ok_or_else(|| Malformed::new(at, "is not an object"))?;
    for key in object.keys() {
        let known = [
            "Sid",
            "Effect",
            "Principal",
            "NotPrincipal",
            "Action",
            "NotAction",
            "Resource",
            "NotResource",
            "Condition",
        ];
        if !known.contains(&key.as_str()) {
            return Err(Malformed::new(at, format!("has no element `{key}`")));
        }
    }
    let effect = match object.get("Effect").and_then(Value::as_str) {
        Some("Allow") => Effect::Allow,
        Some("Deny") => Effect::Deny,
        _ => return Err(Malformed::new(format!("{at}.Effect"), "is Allow or Deny")),
    };
    let actions = read_matcher(at, value, "Action")?
        .ok_or_else(|| Malformed::new(at, "needs Action or NotAction"))?;
    let mut conditions = Vec::new();
    if let Some(operators) = object.get("Condition") {
        let at = format!("{at}.Condition");
        let operators = operators
            .as_object()
            .ok_or_else(|| Malformed::new(&*at, "is not an object"))?;
        for (operator, keys) in operators {
            let keys = keys.as_object().ok_or_else(|| {
                Malformed::new(format!("{at}.{operator}"), "is not an object of keys")
            })?;
            for (key, values) in keys {
                conditions.push(Condition::read(&at, operator, key, values)?);
            }
        }
    }
    Ok(Statement {
        sid: object.get("Sid").and_then(Value::as_str).map(str::to_owned),
        effect,
        principal: read_principals(at, value)?,
        actions,
        resources: read_matcher(at, value, "Resource")?,
        conditions,
    })
}

/// `Action` or `NotAction`.
fn read_matcher(at: &str, value: &Value, key: &str) -> Result<Option<Matcher<String>>, Malformed> {
    let negated = format!("Not{key}");
    let (not, found, at) = match (value.get(key), value.get(&negated)) {
        (None, None) => return Ok(None),
        (Some(_), Some(_)) => {
            return Err(Malformed::new(at, format!("has both {key} and {negated}")));
        }
        (Some(found), None) => (false, found, format!("{at}.{key}")),
        (None, Some(found)) => (true, found, format!("{at}.{negated}")),
    };
    let texts: Option<Vec<String>> = list(found)
        .iter()
        .map(|item| item.as_str().map(str::to_owned))
        .collect();
    match texts {
        Some(list) if !list.is_empty() => Ok(Some(Matcher { not, list })),
        _ => Err(Malformed::new(at, "is a text or a list of texts")),
    }
}

fn read_principals(at: &str, value: &Value) -> Result<Option<Matcher<Principal>>, Malformed> {
    let (not, found) = match (value.get("Principal"), value.get("NotPrincipal")) {
        (None, None) => return Ok(None),
        (Some(found), _) => (false, found),
        (None, Some(found)) => (true, found),
    };
    let at = format!("{at}.Principal");
    let mut all = Vec::new();
    match found {
        Value::String(text) if text == "*" => all.push(Principal::Anyone),
        Value::Object(kinds) => {
            for (kind, names) in kinds {
                for name in list(names) {
                    let name = name
                        .as_str()
                        .ok_or_else(|| Malformed::new(&*at, "names are texts"))?;
                    all.push(match (kind.as_str(), name) {
                        ("AWS", "*") => Principal::Anyone,
                        ("AWS", name) => Principal::Aws(name.to_owned()),
                        ("Service", name) => Principal::Service(name.to_owned()),
                        ("Federated" | "CanonicalUser", name) => Principal::Other(name.to_owned()),
                        (kind, _) => {
                            return Err(Malformed::new(at, format!("has no kind `{kind}`")));
                        }
                    });
                }
            }
        }
        _ => return Err(Malformed::new(at, "is `*` or an object")),
    }
    Ok(Some(Matcher { not, list: all }))
}
