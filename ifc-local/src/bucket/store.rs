//! One bucket: its objects with their versions, and what it is set to.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::lifecycle::Rule;
use super::multipart::Upload;
use super::notification::Listener;
use super::object::{NULL, Version};
use super::{no_key, text};
use crate::error::ApiError;

/// A bucket.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Bucket {
    pub(super) name: String,
    pub(super) created: u64,
    pub(super) versioning: Versioning,
    pub(super) policy: Option<String>,
    /// Configurations as they were put, by the operation that puts them.
    #[serde(with = "crate::serial::json")]
    pub(super) configurations: BTreeMap<String, Value>,
    pub(super) listeners: Vec<Listener>,
    pub(super) rules: Vec<Rule>,
    /// Versions by key, the oldest first; there is at least one.
    pub(super) objects: BTreeMap<String, Vec<Version>>,
    /// When rules end something of a key.
    pub(super) ends: BTreeSet<(u64, String)>,
    pub(super) uploads: BTreeMap<String, Upload>,
}

/// Whether old versions are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Versioning {
    /// It was never turned on.
    Off,
    Enabled,
    Suspended,
}

impl Bucket {
    pub(super) fn new(name: &str, now: u64) -> Bucket {
        Bucket {
            name: name.to_owned(),
            created: now,
            versioning: Versioning::Off,
            policy: None,
            configurations: BTreeMap::new(),
            listeners: Vec::new(),
            rules: Vec::new(),
            objects: BTreeMap::new(),
            ends: BTreeSet::new(),
            uploads: BTreeMap::new(),
        }
    }

    pub(super) fn arn(&self) -> String {
        format!("arn:aws:s3:::{}", self.name)
    }

    /// The newest version of a key, which may be a delete marker.
    pub(super) fn newest(&self, key: &str) -> Option<&Version> {
        self.objects.get(key)?.last()
    }

    /// The version that a read asks for.
    pub(super) fn version(&self, key: &str, id: &str) -> Result<&Version, ApiError> {
        if id.is_empty() {
            let newest = self.newest(key).ok_or_else(|| no_key(key))?;
            return match newest.is_marker() {
                true => Err(no_key(key)
                    .with("DeleteMarker", true)
                    .with("VersionId", newest.id.as_str())),
                false => Ok(newest),
            };
        }
        let mut versions = self.objects.get(key).into_iter().flatten();
        let version = versions.find(|version| version.id == id).ok_or_else(|| {
            ApiError::new("NoSuchVersion", "The specified version does not exist.")
                .with_status(404)
                .with("Key", key)
                .with("VersionId", id)
        })?;
        match version.is_marker() {
            true => Err(ApiError::new(
                "MethodNotAllowed",
                "The specified method is not allowed against this resource.",
            )
            .with_status(405)
            .with("DeleteMarker", true)
            .with("VersionId", id)),
            false => Ok(version),
        }
    }

    /// The version of a request.
    pub(super) fn version_of(&self, input: &Value) -> Result<&Version, ApiError> {
        self.version(text(input, "Key"), text(input, "VersionId"))
    }

    /// Changes the versions of a key, and notes when rules end them.
    pub(super) fn change<T>(
        &mut self,
        key: &str,
        change: impl FnOnce(&mut Vec<Version>) -> T,
    ) -> T {
        for end in self.ends_of(key) {
            self.ends.remove(&(end, key.to_owned()));
        }
        let versions = self.objects.entry(key.to_owned()).or_default();
        let outcome = change(versions);
        if versions.is_empty() {
            self.objects.remove(key);
        }
        for end in self.ends_of(key) {
            self.ends.insert((end, key.to_owned()));
        }
        outcome
    }

    /// Adds the newest version. Without versioning it takes the place of the one that is there.
    pub(super) fn add(&mut self, key: &str, version: Version) {
        self.change(key, |versions| {
            if version.id == NULL {
                versions.retain(|other| other.id != NULL);
            }
            versions.push(version);
        });
    }

    /// Takes a version away for good.
    pub(super) fn remove(&mut self, key: &str, id: &str) -> Option<Version> {
        self.objects.get(key)?;
        self.change(key, |versions| {
            let at = versions.iter().position(|version| version.id == id)?;
            Some(versions.remove(at))
        })
    }

    /// Version ids are shown once versioning was ever turned on.
    pub(super) fn shows_versions(&self) -> bool {
        self.versioning != Versioning::Off
    }
}
