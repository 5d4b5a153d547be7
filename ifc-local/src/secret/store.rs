//! One secret: its versions and which of them is the current one.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::parameter;
use crate::error::ApiError;
use crate::moment::{self, DAY};

/// Bytes of a value. Source: Secrets Manager User Guide, "AWS Secrets Manager quotas".
const LARGEST: usize = 65_536;
/// Versions without a label that are kept, if they are older than a day. Source: "What's in a Secrets
/// Manager secret?".
const UNLABELLED: usize = 100;
const CURRENT: &str = "AWSCURRENT";
const PREVIOUS: &str = "AWSPREVIOUS";

/// A secret.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Secret {
    pub(super) name: String,
    pub(super) arn: String,
    pub(super) description: String,
    #[serde(with = "crate::serial::json")]
    tags: Value,
    pub(super) policy: Option<String>,
    created: u64,
    pub(super) changed: u64,
    /// The day on which it was read last.
    pub(super) accessed: Option<u64>,
    /// When it cannot be restored any more.
    pub(super) deleted: Option<u64>,
    versions: BTreeMap<String, Version>,
}

/// A version of a secret.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Version {
    pub(super) content: Content,
    pub(super) created: u64,
    pub(super) stages: BTreeSet<String>,
}

/// What a version holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) enum Content {
    Text(String),
    Bytes(#[serde(with = "serde_bytes")] Vec<u8>),
}

impl Content {
    /// The content in a request, if there is one.
    pub(super) fn read(request: &Value) -> Result<Option<Content>, ApiError> {
        let (text, bytes) = (&request["SecretString"], &request["SecretBinary"]);
        let content = match (text.as_str(), bytes.as_str()) {
            (Some(_), Some(_)) => {
                return Err(parameter(
                    "You can't specify both a binary secret value and a string secret value in the same secret.",
                ));
            }
            (Some(text), None) => Content::Text(text.to_owned()),
            (None, Some(bytes)) => {
                let bytes = STANDARD.decode(bytes);
                Content::Bytes(bytes.map_err(|_| {
                    ApiError::new("SerializationException", "Base64 cannot be read")
                })?)
            }
            (None, None) => return Ok(None),
        };
        let size = match &content {
            Content::Text(text) => text.len(),
            Content::Bytes(bytes) => bytes.len(),
        };
        if size > LARGEST {
            return Err(ApiError::validation(format!(
                "1 validation error detected: Value at 'secretString' failed to satisfy constraint: Member must have length less than or equal to {LARGEST}"
            )));
        }
        Ok(Some(content))
    }

    pub(super) fn show(&self, answer: &mut Value) {
        match self {
            Content::Text(text) => answer["SecretString"] = text.as_str().into(),
            Content::Bytes(bytes) => answer["SecretBinary"] = STANDARD.encode(bytes).into(),
        }
    }
}

impl Secret {
    pub(super) fn new(name: &str, arn: String, request: &Value, now: u64) -> Secret {
        Secret {
            name: name.to_owned(),
            arn,
            description: request["Description"]
                .as_str()
                .unwrap_or_default()
                .to_owned(),
            tags: request["Tags"].clone(),
            policy: None,
            created: now,
            changed: now,
            accessed: None,
            deleted: None,
            versions: BTreeMap::new(),
        }
    }

    /// Whether this names it: its name, its ARN, or its ARN without the random end.
    pub(super) fn is_called(&self, id: &str) -> bool {
        let without_end = self.arn.rsplit_once('-').map(|(start, _)| start);
        id == self.name || id == self.arn || Some(id) == without_end
    }

    pub(super) fn content(&self, version: &str) -> Option<&Content> {
        Some(&self.versions.get(version)?.content)
    }

    /// The version that a request asks for: the current one, if it says nothing.
    pub(super) fn version(&mut self, request: &Value) -> Result<(String, Version), ApiError> {
        let (id, stage) = (
            request["VersionId"].as_str(),
            request["VersionStage"].as_str(),
        );
        let missing = |what: String| {
            ApiError::new(
                "ResourceNotFoundException",
                format!("Secrets Manager can't find the specified secret value for {what}"),
            )
        };
        match id {
            Some(id) => {
                let version = self.versions.get(id);
                let version = version.ok_or_else(|| missing(format!("VersionId: {id}")))?;
                if stage.is_some_and(|stage| !version.stages.contains(stage)) {
                    return Err(ApiError::new(
                        "InvalidRequestException",
                        "You provided a VersionStage that is not associated to the provided VersionId.",
                    ));
                }
                Ok((id.to_owned(), version.clone()))
            }
            None => {
                let stage = stage.unwrap_or(CURRENT);
                let mut versions = self.versions.iter();
                let found = versions.find(|(_, version)| version.stages.contains(stage));
                let (id, version) =
                    found.ok_or_else(|| missing(format!("staging label: {stage}")))?;
                Ok((id.clone(), version.clone()))
            }
        }
    }

    /// Adds a version with labels, and takes those from the versions that have them; gives its labels.
    pub(super) fn put(
        &mut self,
        id: &str,
        content: Content,
        stages: Vec<String>,
        now: u64,
    ) -> Result<BTreeSet<String>, ApiError> {
        if let Some(version) = self.versions.get(id) {
            return match version.content == content {
                true => Ok(version.stages.clone()),
                false => Err(ApiError::new(
                    "ResourceExistsException",
                    format!(
                        "The operation failed because the version {id} exists with other content."
                    ),
                )),
            };
        }
        if stages.len() > 20 {
            return Err(ApiError::new(
                "LimitExceededException",
                "A version can have at most 20 staging labels.",
            ));
        }
        let version = Version {
            content,
            created: now,
            stages: BTreeSet::new(),
        };
        let is_first = self.versions.is_empty();
        self.versions.insert(id.to_owned(), version);
        if stages.is_empty() || is_first {
            self.label(CURRENT, Some(id));
        }
        for stage in stages {
            self.label(&stage, Some(id));
        }
        self.changed = now;
        self.forget(now);
        Ok(self
            .versions
            .get(id)
            .map(|version| version.stages.clone())
            .unwrap_or_default())
    }

    /// Gives a label to a version, which takes it from another. The version that was the current one
    /// becomes the previous one.
    fn label(&mut self, stage: &str, to: Option<&str>) {
        let mut before = None;
        for (id, version) in &mut self.versions {
            if version.stages.remove(stage) {
                before = Some(id.clone());
            }
        }
        if let Some(version) = to.and_then(|id| self.versions.get_mut(id)) {
            version.stages.insert(stage.to_owned());
        }
        if let (CURRENT, Some(before)) = (stage, before)
            && to != Some(before.as_str())
        {
            self.label(PREVIOUS, Some(&before));
        }
    }

    pub(super) fn move_stage(&mut self, request: &Value, now: u64) -> Result<(), ApiError> {
        let stage = request["VersionStage"].as_str().unwrap_or_default();
        let (from, to) = (
            request["RemoveFromVersionId"].as_str(),
            request["MoveToVersionId"].as_str(),
        );
        let holder = self
            .versions
            .iter()
            .find(|(_, version)| version.stages.contains(stage))
            .map(|(id, _)| id.clone());
        if to.is_some_and(|to| !self.versions.contains_key(to)) {
            return Err(ApiError::new(
                "ResourceNotFoundException",
                "Secrets Manager can't find the specified secret value for VersionId",
            ));
        }
        if holder.as_deref() != from && holder.as_deref() != to {
            return Err(parameter(&format!(
                "The parameter RemoveFromVersionId can't be empty. Staging label {stage} is currently attached to version {}, so you must explicitly reference that version in RemoveFromVersionId.",
                holder.unwrap_or_default()
            )));
        }
        if stage == CURRENT && to.is_none() {
            return Err(parameter(
                "You can only move staging label AWSCURRENT to a different secret version. It can't be completely removed.",
            ));
        }
        self.label(stage, to);
        self.changed = now;
        Ok(())
    }

    /// Versions without a label go when there are many.
    fn forget(&mut self, now: u64) {
        let mut unlabelled: Vec<(u64, String)> = self
            .versions
            .iter()
            .filter(|(_, version)| version.stages.is_empty())
            .map(|(id, version)| (version.created, id.clone()))
            .collect();
        unlabelled.sort();
        let surplus = unlabelled.len().saturating_sub(UNLABELLED);
        for (created, id) in unlabelled.into_iter().take(surplus) {
            if created + DAY <= now {
                self.versions.remove(&id);
            }
        }
    }

    pub(super) fn describe(&self) -> Value {
        let stages: BTreeMap<&String, &BTreeSet<String>> = self
            .versions
            .iter()
            .filter(|(_, version)| !version.stages.is_empty())
            .map(|(id, version)| (id, &version.stages))
            .collect();
        let mut shown = json!({
            "ARN": self.arn,
            "Name": self.name,
            "CreatedDate": moment::seconds(self.created),
            "LastChangedDate": moment::seconds(self.changed),
            "VersionIdsToStages": stages,
        });
        if !self.description.is_empty() {
            shown["Description"] = self.description.as_str().into();
        }
        if !self.tags.is_null() {
            shown["Tags"] = self.tags.clone();
        }
        if let Some(day) = self.accessed {
            shown["LastAccessedDate"] = moment::seconds(day);
        }
        if let Some(end) = self.deleted {
            shown["DeletedDate"] = moment::seconds(end);
        }
        shown
    }

    pub(super) fn versions(&self, with_unlabelled: bool) -> Vec<Value> {
        let versions = self.versions.iter();
        versions
            .filter(|(_, version)| with_unlabelled || !version.stages.is_empty())
            .map(|(id, version)| {
                json!({
                    "VersionId": id,
                    "VersionStages": version.stages,
                    "CreatedDate": moment::seconds(version.created),
                })
            })
            .collect()
    }
}
