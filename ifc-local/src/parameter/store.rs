//! One parameter: its versions and their labels.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Parameters;
use crate::error::ApiError;
use crate::moment;

/// Versions that are kept. Source: Systems Manager User Guide, "Working with parameter versions".
const VERSIONS: usize = 100;
/// Labels of a version. Source: "Working with parameter labels".
const LABELS: usize = 10;

/// A parameter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Parameter {
    pub(super) name: String,
    /// `String`, `StringList` or `SecureString`.
    pub(super) kind: String,
    data_type: String,
    versions: BTreeMap<u64, Version>,
}

/// A version of a parameter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Version {
    value: String,
    description: Option<String>,
    /// `Standard` or `Advanced`.
    tier: String,
    changed: u64,
    labels: BTreeSet<String>,
}

/// Refuses what is no name.
pub(super) fn check_name(name: &str) -> Result<(), ApiError> {
    let wrong = |message: &str| Err(ApiError::validation(message));
    let valid = |c: char| c.is_ascii_alphanumeric() || "_.-/".contains(c);
    if name.is_empty() || name.len() > 1011 || !name.chars().all(valid) {
        return wrong(
            "Parameter name: must consist of letters, digits and the symbols . - _ with / between the levels.",
        );
    }
    if name.contains('/') && !name.starts_with('/') {
        return wrong("Parameter name must be a fully qualified name.");
    }
    if name.ends_with('/') || name.contains("//") {
        return wrong("Parameter name must not have empty levels.");
    }
    if name.matches('/').count() > 15 {
        return Err(ApiError::new(
            "HierarchyLevelLimitExceededException",
            "A parameter name can have at most 15 levels.",
        ));
    }
    let first = name.trim_start_matches('/').to_ascii_lowercase();
    if first.starts_with("aws") || first.starts_with("ssm") {
        return wrong(
            "Parameter name: can't be prefixed with \"aws\" or \"ssm\" (case-insensitive).",
        );
    }
    Ok(())
}

impl Parameter {
    pub(super) fn new(name: &str, request: &Value) -> Result<Parameter, ApiError> {
        let kind = request["Type"].as_str().unwrap_or_default();
        if kind.is_empty() {
            return Err(ApiError::validation(
                "A parameter type is required when you create a parameter.",
            ));
        }
        if !["String", "StringList", "SecureString"].contains(&kind) {
            return Err(ApiError::validation(format!(
                "1 validation error detected: Value '{kind}' at 'type' failed to satisfy constraint: Member must satisfy enum value set: [SecureString, StringList, String]"
            )));
        }
        Ok(Parameter {
            name: name.to_owned(),
            kind: kind.to_owned(),
            data_type: request["DataType"].as_str().unwrap_or("text").to_owned(),
            versions: BTreeMap::new(),
        })
    }

    /// One of which no version is known yet.
    pub(super) fn awaited(name: &str) -> Parameter {
        Parameter {
            name: name.to_owned(),
            kind: "String".to_owned(),
            data_type: "text".to_owned(),
            versions: BTreeMap::new(),
        }
    }

    pub(super) fn is_awaited(&self) -> bool {
        self.versions.is_empty()
    }

    /// Adds a version and gives its number.
    pub(super) fn put(&mut self, request: &Value, now: u64) -> Result<u64, ApiError> {
        if !request["AllowedPattern"].is_null() {
            return Err(ApiError::validation(
                "AllowedPattern is not checked here and so not taken",
            ));
        }
        let value = request["Value"].as_str().unwrap_or_default();
        let before = self.latest();
        let (tier, most) = match (
            request["Tier"].as_str(),
            before.map(|last| last.tier.as_str()),
        ) {
            (Some("Advanced"), _) | (None, Some("Advanced")) => ("Advanced", 8192),
            (Some("Intelligent-Tiering"), _) if value.len() > 4096 => ("Advanced", 8192),
            (Some("Standard"), Some("Advanced")) => {
                return Err(ApiError::validation(
                    "This parameter uses the advanced-parameter tier. You can't downgrade a parameter from the advanced-parameter tier to the standard-parameter tier.",
                ));
            }
            _ => ("Standard", 4096),
        };
        if value.is_empty() || value.len() > most {
            return Err(ApiError::validation(format!(
                "{tier} tier parameters support a maximum parameter value of {most} characters, and at least one."
            )));
        }
        if let Some(kind) = request["Type"].as_str()
            && self.is_awaited()
        {
            self.kind = kind.to_owned();
        }
        if let Some(kind) = request["Type"].as_str()
            && kind != self.kind
        {
            return Err(ApiError::new(
                "HierarchyTypeMismatchException",
                format!(
                    "The parameter {} has the type {}, which cannot be changed to {kind}.",
                    self.name, self.kind
                ),
            ));
        }
        let number = self
            .versions
            .last_key_value()
            .map_or(1, |(last, _)| last + 1);
        if self.versions.len() >= VERSIONS {
            let oldest = self.versions.first_key_value();
            if oldest.is_some_and(|(_, version)| !version.labels.is_empty()) {
                return Err(ApiError::new(
                    "ParameterMaxVersionLimitExceeded",
                    "The oldest version of the parameter has a label and so cannot make room for a new version.",
                ));
            }
            self.versions.pop_first();
        }
        let version = Version {
            value: value.to_owned(),
            description: match request["Description"].as_str() {
                Some(text) => Some(text.to_owned()),
                None => self.latest().and_then(|last| last.description.clone()),
            },
            tier: tier.to_owned(),
            changed: now,
            labels: BTreeSet::new(),
        };
        self.versions.insert(number, version);
        Ok(number)
    }

    fn latest(&self) -> Option<&Version> {
        self.versions.last_key_value().map(|(_, version)| version)
    }

    pub(super) fn tier(&self) -> &str {
        self.latest().map_or("Standard", |version| &version.tier)
    }

    /// A version by its number or label; the latest without.
    pub(super) fn version(&self, selector: Option<&str>) -> Result<(u64, &Version), ApiError> {
        let mut versions = self.versions.iter();
        let found = match selector {
            None => versions.next_back(),
            Some(selector) => match selector.parse::<u64>() {
                Ok(number) => self.versions.get_key_value(&number),
                Err(_) => versions.find(|(_, version)| version.labels.contains(selector)),
            },
        };
        found
            .map(|(number, version)| (*number, version))
            .ok_or_else(|| {
                ApiError::new(
                    "ParameterVersionNotFound",
                    format!(
                        "Systems Manager could not find version {} of {}.",
                        selector.unwrap_or_default(),
                        self.name
                    ),
                )
            })
    }

    /// The value. What is encrypted and not to be decrypted is not readable; on AWS that is the text of
    /// the KMS ciphertext.
    fn value(&self, version: &Version, decrypted: bool) -> String {
        match self.kind == "SecureString" && !decrypted {
            true => STANDARD.encode(crate::digest::sha256(version.value.as_bytes())),
            false => version.value.clone(),
        }
    }

    /// As `GetParameter` gives it.
    pub(super) fn show(&self, (number, version): (u64, &Version), decrypted: bool) -> Value {
        json!({
            "Name": self.name,
            "Type": self.kind,
            "Value": self.value(version, decrypted),
            "Version": number,
            "LastModifiedDate": moment::seconds(version.changed),
            "ARN": Parameters::arn(&self.name),
            "DataType": self.data_type,
        })
    }

    /// As `DescribeParameters` gives it.
    pub(super) fn describe(&self) -> Option<Value> {
        let (number, version) = self.versions.last_key_value()?;
        let mut shown = json!({
            "Name": self.name,
            "ARN": Parameters::arn(&self.name),
            "Type": self.kind,
            "Version": number,
            "LastModifiedDate": moment::seconds(version.changed),
            "Tier": version.tier,
            "DataType": self.data_type,
            "Policies": [],
        });
        if let Some(description) = &version.description {
            shown["Description"] = description.as_str().into();
        }
        Some(shown)
    }

    pub(super) fn history(&self, decrypted: bool) -> Vec<Value> {
        let versions = self.versions.iter();
        versions
            .map(|(number, version)| {
                json!({
                    "Name": self.name,
                    "Type": self.kind,
                    "Value": self.value(version, decrypted),
                    "Version": number,
                    "LastModifiedDate": moment::seconds(version.changed),
                    "Labels": version.labels,
                    "Tier": version.tier,
                    "DataType": self.data_type,
                })
            })
            .collect()
    }

    /// Gives labels to a version, which take them from others.
    pub(super) fn label(&mut self, request: &Value) -> Result<Value, ApiError> {
        let selector = request["ParameterVersion"].as_u64().map(|n| n.to_string());
        let (number, _) = self.version(selector.as_deref())?;
        let given = request["Labels"].as_array().into_iter().flatten();
        let given: Vec<&str> = given.filter_map(Value::as_str).collect();
        let valid = |label: &str| {
            let lower = label.to_ascii_lowercase();
            (1..=100).contains(&label.len())
                && label
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || "_.-".contains(c))
                && !label.starts_with(|c: char| c.is_ascii_digit())
                && !lower.starts_with("aws")
                && !lower.starts_with("ssm")
        };
        let (taken, invalid): (Vec<&str>, Vec<&str>) =
            given.into_iter().partition(|label| valid(label));
        let there = self.versions.get(&number).map(|version| &version.labels);
        let new = |label: &&&str| there.is_none_or(|labels| !labels.contains(**label));
        if there.map_or(0, BTreeSet::len) + taken.iter().filter(new).count() > LABELS {
            return Err(ApiError::new(
                "ParameterVersionLabelLimitExceeded",
                format!("A version can have at most {LABELS} labels."),
            ));
        }
        for label in taken {
            for (at, version) in &mut self.versions {
                match *at == number {
                    true => {
                        version.labels.insert(label.to_owned());
                    }
                    false => {
                        version.labels.remove(label);
                    }
                }
            }
        }
        Ok(json!({ "InvalidLabels": invalid, "ParameterVersion": number }))
    }
}
