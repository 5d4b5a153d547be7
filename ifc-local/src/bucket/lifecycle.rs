//! Rules by which objects end.
//!
//! Source: Amazon S3 User Guide, "Managing the lifecycle of objects" and "Lifecycle configuration
//! elements".

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::delete::Cause;
use super::object::Version;
use super::store::Bucket;
use super::{Buckets, list, malformed, text};
use crate::error::ApiError;
use crate::moment::{self, DAY};

/// A rule that is enabled.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Rule {
    prefix: String,
    larger_than: Option<u64>,
    smaller_than: Option<u64>,
    days: Option<u64>,
    date: Option<u64>,
    /// Whether a delete marker goes when nothing is left that it hides.
    ends_markers: bool,
    noncurrent_days: Option<u64>,
    /// Versions that are kept beside the current one.
    kept: usize,
    upload_days: Option<u64>,
}

/// Reads the rules of a configuration.
pub(super) fn read(configuration: &Value) -> Result<Vec<Rule>, ApiError> {
    let given = list(configuration, "Rules");
    if given.is_empty() || given.len() > 1000 {
        return Err(malformed());
    }
    let mut rules = Vec::new();
    for rule in given {
        let enabled = match text(rule, "Status") {
            "Enabled" => true,
            "Disabled" => false,
            _ => return Err(malformed()),
        };
        let filter = &rule["Filter"];
        let inner = match filter["And"].is_null() {
            true => filter,
            false => &filter["And"],
        };
        if !inner["Tag"].is_null() || !inner["Tags"].is_null() {
            return Err(ApiError::new(
                "NotImplemented",
                "objects have no tags here, so no rule can go by them",
            )
            .with_status(501));
        }
        let days = |value: &Value| match value {
            Value::Null => Ok(None),
            days => days
                .as_u64()
                .filter(|days| *days > 0)
                .map(Some)
                .ok_or_else(|| {
                    super::argument("'Days' for Expiration action must be a positive integer")
                }),
        };
        let expiration = &rule["Expiration"];
        let read = Rule {
            prefix: match inner["Prefix"].as_str() {
                Some(prefix) => prefix.to_owned(),
                None => text(rule, "Prefix").to_owned(),
            },
            larger_than: inner["ObjectSizeGreaterThan"].as_u64(),
            smaller_than: inner["ObjectSizeLessThan"].as_u64(),
            days: days(&expiration["Days"])?,
            date: moment::read(&expiration["Date"]),
            ends_markers: expiration["ExpiredObjectDeleteMarker"] == true,
            noncurrent_days: days(&rule["NoncurrentVersionExpiration"]["NoncurrentDays"])?,
            kept: rule["NoncurrentVersionExpiration"]["NewerNoncurrentVersions"]
                .as_u64()
                .unwrap_or(0) as usize,
            upload_days: days(&rule["AbortIncompleteMultipartUpload"]["DaysAfterInitiation"])?,
        };
        if enabled {
            rules.push(read);
        }
    }
    Ok(rules)
}

/// Days after a moment, at the midnight that follows.
fn days_after(moment: u64, days: u64) -> u64 {
    let end = moment.saturating_add(days.saturating_mul(DAY));
    end.div_ceil(DAY).saturating_mul(DAY)
}

/// What ends.
struct End {
    at: u64,
    /// The version that goes for good; None for the object, in the way of the bucket.
    version: Option<String>,
}

impl Rule {
    fn applies(&self, key: &str, version: &Version) -> bool {
        let size = version.object.as_ref().map(|object| object.size());
        key.starts_with(&self.prefix)
            && size.is_none_or(|size| {
                self.larger_than.is_none_or(|than| size > than)
                    && self.smaller_than.is_none_or(|than| size < than)
            })
    }

    /// The ends of a key's versions.
    fn ends(&self, key: &str, versions: &[Version], ends: &mut Vec<End>) {
        let Some((current, older)) = versions.split_last() else {
            return;
        };
        if self.applies(key, current) {
            let at = match self.days {
                Some(days) => Some(days_after(current.created, days)),
                None => self.date.map(|date| date.max(current.created)),
            };
            let (at, version) = match current.is_marker() {
                false => (at, None),
                // A marker that hides nothing.
                true if older.is_empty() && self.ends_markers => {
                    (Some(days_after(current.created, 0)), Some(&current.id))
                }
                true if older.is_empty() && self.days.is_some() => (at, Some(&current.id)),
                true => (None, None),
            };
            ends.extend(at.map(|at| End {
                at,
                version: version.cloned(),
            }));
        }
        let Some(days) = self.noncurrent_days else {
            return;
        };
        // A version is noncurrent since the next one came; the newest of them are kept.
        let pairs = versions.windows(2).rev().skip(self.kept);
        for pair in pairs {
            let [version, next] = pair else { continue };
            if self.applies(key, version) {
                ends.push(End {
                    at: days_after(next.created, days),
                    version: Some(version.id.clone()),
                });
            }
        }
    }
}

impl Bucket {
    /// When rules end something of a key.
    pub(super) fn ends_of(&self, key: &str) -> Vec<u64> {
        self.all_ends(key).into_iter().map(|end| end.at).collect()
    }

    fn all_ends(&self, key: &str) -> Vec<End> {
        let mut ends = Vec::new();
        if let Some(versions) = self.objects.get(key) {
            for rule in &self.rules {
                rule.ends(key, versions, &mut ends);
            }
        }
        ends
    }

    pub(super) fn set_rules(&mut self, rules: Vec<Rule>) {
        self.rules = rules;
        let keys = self.objects.keys();
        self.ends = keys
            .flat_map(|key| self.ends_of(key).into_iter().map(|at| (at, key.clone())))
            .collect();
    }

    /// When uploads that go on are given up, with their ids.
    fn upload_ends(&self) -> impl Iterator<Item = (u64, &String)> {
        self.rules.iter().flat_map(|rule| {
            let uploads = self.uploads.iter();
            uploads.filter_map(|(id, upload)| {
                let days = rule.upload_days?;
                let applies = upload.key.starts_with(&rule.prefix);
                applies.then(|| (days_after(upload.created, days), id))
            })
        })
    }
}

impl Buckets {
    /// When a rule ends something next.
    pub fn next(&self) -> Option<u64> {
        let buckets = self.buckets.values();
        let ends = buckets.flat_map(|bucket| {
            let object = bucket.ends.first().map(|(at, _)| *at);
            let upload = bucket.upload_ends().map(|(at, _)| at).min();
            [object, upload].into_iter().flatten()
        });
        ends.min()
    }

    /// Ends what the rules of the buckets end until now. AWS does this within some time after, here it
    /// is done when it is asked for.
    pub fn expire(&mut self, now: u64) {
        let names: Vec<String> = self.buckets.keys().cloned().collect();
        for name in names {
            while let Some((key, ends)) = self
                .buckets
                .get_mut(&name)
                .and_then(|bucket| bucket.ended(now))
            {
                for end in ends {
                    // Only a bucket that is gone makes it fail, and it is there.
                    let _ = self.delete(&name, &key, end.version.as_deref(), Cause::Lifecycle, now);
                }
            }
            if let Some(bucket) = self.buckets.get_mut(&name) {
                let given_up: Vec<String> = bucket
                    .upload_ends()
                    .filter(|(at, _)| *at <= now)
                    .map(|(_, id)| id.clone())
                    .collect();
                for id in given_up {
                    bucket.uploads.remove(&id);
                }
            }
        }
    }
}

impl Bucket {
    /// The next key of which something has ended, with what.
    fn ended(&mut self, now: u64) -> Option<(String, Vec<End>)> {
        let (at, key) = self.ends.first().filter(|(at, _)| *at <= now)?.clone();
        self.ends.remove(&(at, key.clone()));
        let mut ends = self.all_ends(&key);
        ends.retain(|end| end.at <= now);
        // Several rules may end the same.
        ends.sort_by(|a, b| a.version.cmp(&b.version));
        ends.dedup_by(|a, b| a.version == b.version);
        Some((key, ends))
    }
}
